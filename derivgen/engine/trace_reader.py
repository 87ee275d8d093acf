"""Derivations from JSON "derivgen/1".

Reading is strict: a key too many or too few, a wrong type, another format or a term that cannot be read is a
TraceError that names the place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from derivgen.engine.json_place import Place, TraceError, without_duplicates
from derivgen.engine.trace import FORMAT, Chain, Condition, Derivation, Step
from derivgen.language.declarations import Declaration, Declarations, dimension_of, parse_declaration
from derivgen.language.elaborate import parse
from derivgen.language.notation import NotationError, read
from derivgen.language.problem import CONVENTIONS, METHODS, QUANTITIES, Problem
from derivgen.language.shapes import SCALAR, Dim, ShapeError
from derivgen.language.terms import Path, Term
from derivgen.rules.binding import Abstraction, BoundName, Empty, FunctionName, Value


def from_json(text: str) -> Derivation:
    """The derivation that a JSON text holds.

    Raises TraceError with the place for anything that is not as it must be.
    """
    try:
        data = json.loads(text, object_pairs_hook=without_duplicates)
    except json.JSONDecodeError as error:
        raise TraceError(f"line {error.lineno}, column {error.colno}", f"this is not JSON: {error.msg}") from None
    except RecursionError:
        raise TraceError("", "this is nested too deeply") from None
    if isinstance(data, dict) and data.get("format") != FORMAT:
        raise TraceError("format", f"expected {FORMAT!r}, found {data.get('format')!r}")
    try:
        return _Reader().derivation(Place(data, ""))
    except RecursionError:
        raise TraceError("", "a term is nested too deeply") from None


_PROBLEM_KEYS = (
    "kind", "of", "wrt", "premise", "along", "target", "quantity", "order", "vary", "layout", "convention", "method",
    "let", "inferred", "introduced", "assume", "via", "beside", "fresh",
)  # fmt: skip
_STEP_KEYS = (
    "rule",
    "forward",
    "path",
    "binding",
    "before",
    "after",
    "relation",
    "order",
    "conditions",
    "phase",
)
_TRACE_KEYS = ("format", "problem", "method", "result", "assumed", "definitions", "lemmas", "notes", "chains")


class _Reader:
    """Reads one trace; the declarations of its problem give all terms their shapes."""

    def __init__(self) -> None:
        self.names = Declarations()
        self._terms: dict[str, Term] = {}

    def derivation(self, place: Place) -> Derivation:
        """The whole trace."""
        parts = place.members(*_TRACE_KEYS)
        problem = self._problem(parts["problem"])
        return Derivation(
            problem,
            parts["method"].string(),
            tuple(self._chain(p) for p in parts["chains"].items()),
            self._term(parts["result"]),
            tuple(self._lemma(p) for p in parts["lemmas"].items()),
            tuple(self._definition(p) for p in parts["definitions"].items()),
            tuple(self._condition(p) for p in parts["assumed"].items()),
            tuple(p.string() for p in parts["notes"].items()),
        )

    def _problem(self, place: Place) -> Problem:
        parts = place.members(*_PROBLEM_KEYS)
        given, inferred, introduced = (self._declarations(parts[key]) for key in ("let", "inferred", "introduced"))
        fresh = tuple(self._role(p) for p in parts["fresh"].items())
        perturbation = dict(fresh).get("perturbation", "eps")
        self.names = Declarations({**given, **inferred, **introduced})
        if perturbation not in self.names:
            self.names = self.names.extended(Declaration(perturbation, "value", SCALAR))
        optional = {key: parts[key].optional(self._term) for key in ("wrt", "premise", "along", "target")}
        return Problem(
            parts["kind"].string(("derive", "prove", "expand")),
            self._term(parts["of"]),
            optional["wrt"],
            parts["quantity"].string(QUANTITIES),
            parts["order"].integer(),
            parts["vary"].string(("free", "structured")),
            parts["layout"].string(("gradient", "numerator", "denominator")),
            parts["convention"].optional(lambda p: p.string(CONVENTIONS)),
            parts["method"].optional(lambda p: p.string(METHODS)),
            given, inferred, introduced,
            tuple(self._assumption(p) for p in parts["assume"].items()),
            fresh,
            optional["premise"], optional["along"], optional["target"],
            tuple(self._term(p) for p in parts["via"].items()),
            tuple(self._term(p) for p in parts["beside"].items()),
        )  # fmt: skip

    def _role(self, place: Place) -> tuple[str, str]:
        role, name = place.items(2)
        return role.string(), name.string()

    def _declarations(self, place: Place) -> Declarations:
        return Declarations({name: self._declaration(name, p) for name, p in place.mapping().items()})

    def _declaration(self, name: str, place: Place) -> Declaration:
        try:
            return parse_declaration(name, place.string())
        except NotationError as error:
            place.fail(error.args[0].splitlines()[0])

    def _assumption(self, place: Place) -> tuple[str, Term]:
        predicate, t = place.items(2)
        return predicate.string(), self._term(t)

    def _chain(self, place: Place) -> Chain:
        parts = place.members("opening", "start", "steps")
        steps = tuple(self._step(p) for p in parts["steps"].items())
        return Chain(parts["opening"].string(), self._term(parts["start"]), steps)

    def _step(self, place: Place) -> Step:
        parts = place.members(*_STEP_KEYS)
        return Step(
            parts["rule"].string(),
            self._path(parts["path"]),
            {key: self._value(p) for key, p in parts["binding"].mapping().items()},
            self._term(parts["before"]),
            self._term(parts["after"]),
            parts["relation"].string(("=", "=>", "<=", ">=")),
            parts["order"].optional(Place.integer),
            tuple(self._condition(p) for p in parts["conditions"].items()),
            parts["forward"].boolean(),
            parts["phase"].string(),
        )

    def _path(self, place: Place) -> Path:
        return tuple(
            tuple(i.integer() for i in k.items()) if isinstance(k.data, list) else k.integer() for k in place.items()
        )

    def _lemma(self, place: Place) -> tuple[str, Term, int]:
        name, equation, index = place.items(3)
        return name.string(), self._term(equation), index.integer()

    def _definition(self, place: Place) -> tuple[str, Term]:
        name, equation = place.items(2)
        return name.string(), self._term(equation)

    def _condition(self, place: Place) -> Condition:
        predicate, t, basis = place.items(3)
        return Condition(predicate.string(), self._part(t), basis.string())

    # -- terms -----------------------------------------------------------------------------------------------
    def _term(self, place: Place, names: Declarations | None = None) -> Term:
        text = place.string()
        found = self._terms.get(text) if names is None else None
        if found is None:
            found = self._parsed(text, place, self.names if names is None else names)
            if names is None:
                self._terms[text] = found
        return found

    def _parsed(self, text: str, place: Place, names: Declarations) -> Term:
        try:
            return parse(text, names)
        except (NotationError, ShapeError, ValueError) as error:
            place.fail(str(error).strip())

    def _part(self, place: Place) -> Term:
        """A term, perhaps with names that are bound around it."""
        if isinstance(place.data, dict):
            parts = place.members("term", "free")
            return self._term(parts["term"], self._with(parts["free"]))
        return self._term(place)

    def _with(self, *places: Place) -> Declarations:
        extra = [self._declarations(place) for place in places]
        return self.names.extended(*[d for table in extra for d in table.values()])

    def _value(self, place: Place) -> Value:
        if isinstance(place.data, str):
            return self._term(place)
        kind = next((k for k in _VALUES if k in place.mapping()), None)
        if kind is None:
            place.fail("expected a term, or an object with term, body, function, bound, dimension or empty")
        return _VALUES[kind](self, place)

    def _abstraction(self, place: Place) -> Value:
        parts = place.members("names", "body", "free")
        body = self._term(parts["body"], self._with(parts["free"], parts["names"]))
        return Abstraction(tuple(parts["names"].mapping()), body)

    def _dimension(self, place: Place) -> Dim:
        inner = place.members("dimension")["dimension"]
        try:
            return dimension_of(read(inner.string()))
        except NotationError as error:
            inner.fail(str(error).strip())

    def _empty(self, place: Place) -> Value:
        if place.members("empty")["empty"].boolean() is not True:
            place.fail('an empty piece is written {"empty": true}')
        return Empty()


def _function(text: str) -> FunctionName:
    """f, or f'' for its second derivative."""
    name = text.rstrip("'")
    return FunctionName(name, len(text) - len(name))


_VALUES: Mapping[str, Callable[[_Reader, Place], Value]] = {
    "term": _Reader._part,
    "body": _Reader._abstraction,
    "function": lambda r, p: _function(p.members("function")["function"].string()),
    "bound": lambda r, p: BoundName(p.members("bound")["bound"].string()),
    "dimension": _Reader._dimension,
    "empty": _Reader._empty,
}
