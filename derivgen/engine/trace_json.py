"""Derivations as JSON "derivgen/1", and back. The file alone suffices: terms stand in the notation, names
declared.

Reading is strict: a key too many or too few, a wrong type, another format or a term that cannot be read is a
TraceError that names the place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

from derivgen.engine.trace import FORMAT, Chain, Condition, Derivation, Step
from derivgen.language.declarations import Declaration, Declarations, dimension_of, parse_declaration
from derivgen.language.elaborate import parse
from derivgen.language.notation import NotationError, read
from derivgen.language.plain import plain
from derivgen.language.problem import METHODS, QUANTITIES, Problem
from derivgen.language.shapes import SCALAR, Dim, Shape, ShapeError, describe
from derivgen.language.terms import Path, Term, walk
from derivgen.rules.binding import Abstraction, BoundName, Empty, FunctionName, Value

Json = Any
T = TypeVar("T")


class TraceError(ValueError):
    """A trace cannot be read; ``place`` is where, such as ``chains[0].steps[3].after``."""

    def __init__(self, place: str, reason: str) -> None:
        self.place, self.reason = place, reason
        super().__init__(f"{place}: {reason}" if place else reason)


# -- writing -------------------------------------------------------------------------------------------------
def to_json(derivation: Derivation, indent: int | None = None) -> str:
    """The derivation as JSON text."""
    return json.dumps(_derivation(derivation), ensure_ascii=False, indent=indent)


def _derivation(d: Derivation) -> Json:
    names = _Names(d.problem)
    return {
        "format": FORMAT,
        "problem": _problem(d.problem, names),
        "method": d.method,
        "result": names.text(d.result),
        "assumed": [names.condition(c) for c in d.assumed],
        "definitions": [[name, names.text(equation)] for name, equation in d.definitions],
        "lemmas": [[name, names.text(equation), index] for name, equation, index in d.lemmas],
        "notes": list(d.notes),
        "chains": [
            {"opening": c.opening, "start": names.text(c.start), "steps": [_step(s, names) for s in c.steps]}
            for c in d.chains
        ],
    }


def _problem(p: Problem, names: _Names) -> Json:
    optional = {"wrt": p.wrt, "premise": p.premise, "along": p.along, "target": p.target}
    return {
        "kind": p.kind,
        "of": names.text(p.of),
        **{key: None if t is None else names.text(t) for key, t in optional.items()},
        "quantity": p.quantity,
        "order": p.order,
        "vary": p.vary,
        "layout": p.layout,
        "method": p.method,
        "let": p.given.texts(),
        "inferred": p.inferred.texts(),
        "introduced": p.introduced.texts(),
        "assume": [[predicate, names.text(t)] for predicate, t in p.assume],
        "via": [names.text(t) for t in p.via],
        "fresh": [list(pair) for pair in p.fresh],
    }


def _step(s: Step, names: _Names) -> Json:
    return {
        "rule": s.rule,
        "forward": s.forward,
        "path": [list(k) if isinstance(k, tuple) else k for k in s.path],
        "binding": {key: names.value(value) for key, value in s.binding.items()},
        "before": names.text(s.before),
        "after": names.text(s.after),
        "relation": s.relation,
        "order": s.order,
        "conditions": [names.condition(c) for c in s.conditions],
        "phase": s.phase,
    }


class _Names:
    """Writes terms; names that are bound around a part are listed beside it with their shapes."""

    def __init__(self, problem: Problem) -> None:
        self.known = problem.declarations
        self.scalars = self.known.dimensions | {problem.perturbation}
        self._texts: dict[Term, str] = {}

    def text(self, t: Term) -> str:
        """A term whose names are all declared."""
        found = self._texts.get(t)
        if found is None:
            found = self._texts[t] = plain(t)
        return found

    def _loose(self, t: Term, besides: frozenset[str] = frozenset()) -> dict[str, str]:
        """The free symbols of a term that are not declared as what they are here."""
        found: dict[str, str] = {}
        for name in sorted(t.free - besides):
            shape = _shape_of(name, t)
            declared = self.known.get(name)
            expected = declared.shape if declared is not None else SCALAR if name in self.scalars else None
            if shape is not None and shape != expected:
                found[name] = describe(shape)
        return found

    def term(self, t: Term) -> Json:
        """A term, with its bound names where it has any."""
        loose = self._loose(t)
        return {"term": self.text(t), "free": loose} if loose else self.text(t)

    def condition(self, c: Condition) -> Json:
        """[predicate, term, basis]."""
        return [c.predicate, self.term(c.term), c.basis]

    def value(self, value: Value) -> Json:
        """One value of a binding."""
        if isinstance(value, Term):
            return self.term(value)
        if isinstance(value, Abstraction):
            shapes = {name: describe(_shape_of(name, value.body) or SCALAR) for name in value.names}
            return {
                "names": shapes,
                "body": self.text(value.body),
                "free": self._loose(value.body, frozenset(value.names)),
            }
        if isinstance(value, FunctionName):
            return {"function": value.name}
        if isinstance(value, BoundName):
            return {"bound": value.name}
        return {"empty": True} if isinstance(value, Empty) else {"dimension": str(value)}


def _shape_of(name: str, t: Term) -> Shape | None:
    """The shape of a free symbol of a term; None for a function."""
    return next((s.shape for _, s in walk(t) if s.op == "symbol" and s.data == name), None)


# -- reading -------------------------------------------------------------------------------------------------
def from_json(text: str) -> Derivation:
    """The derivation that a JSON text holds.

    Raises TraceError with the place for anything that is not as it must be.
    """
    try:
        data = json.loads(text, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        raise TraceError(f"line {error.lineno}, column {error.colno}", f"this is not JSON: {error.msg}") from None
    except RecursionError:
        raise TraceError("", "this is nested too deeply") from None
    if isinstance(data, dict) and data.get("format") != FORMAT:
        raise TraceError("format", f"expected {FORMAT!r}, found {data.get('format')!r}")
    try:
        return _Reader().derivation(_Place(data, ""))
    except RecursionError:
        raise TraceError("", "a term is nested too deeply") from None


def _without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        raise TraceError("", f"the key {next(n for n in names if names.count(n) > 1)!r} stands twice")
    return found


class _Place:
    """A piece of JSON and where it stands."""

    def __init__(self, data: Json, where: str) -> None:
        self.data, self.where = data, where

    def fail(self, reason: str) -> NoReturn:
        """Raise a TraceError here."""
        raise TraceError(self.where or "the trace", reason)

    def _typed(self, kind: type[T], words: str) -> T:
        if not isinstance(self.data, kind) or (kind is int and isinstance(self.data, bool)):
            self.fail(f"expected {words}, found {json.dumps(self.data)[:40]}")
        return self.data

    def string(self, known: Iterable[str] | None = None) -> str:
        """A text, perhaps one of a few."""
        found = self._typed(str, "a text")
        if known is not None and found not in known:
            self.fail(f"expected one of {', '.join(known)}, found {found!r}")
        return found

    def integer(self) -> int:
        """A whole number."""
        return self._typed(int, "a whole number")

    def boolean(self) -> bool:
        """true or false."""
        return self._typed(bool, "true or false")

    def items(self, count: int | None = None) -> list[_Place]:
        """The items of a list."""
        found = self._typed(list, "a list")
        if count is not None and len(found) != count:
            self.fail(f"expected {count} items, found {len(found)}")
        return [_Place(item, f"{self.where}[{k}]") for k, item in enumerate(found)]

    def mapping(self) -> dict[str, _Place]:
        """The members of an object with free keys."""
        found: dict[str, Json] = self._typed(dict, "an object")
        return {key: _Place(value, f"{self.where}.{key}".lstrip(".")) for key, value in found.items()}

    def members(self, *keys: str) -> dict[str, _Place]:
        """The members of an object with exactly these keys."""
        found = self.mapping()
        for key in keys:
            if key not in found:
                self.fail(f"the key {key!r} is missing")
        for key in found:
            if key not in keys:
                self.fail(f"the key {key!r} is not known")
        return found

    def optional(self, convert: Callable[[_Place], T]) -> T | None:
        """null, or what ``convert`` reads."""
        return None if self.data is None else convert(self)


_PROBLEM_KEYS = (
    "kind", "of", "wrt", "premise", "along", "target", "quantity", "order", "vary", "layout", "method", "let",
    "inferred", "introduced", "assume", "via", "fresh",
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

    def derivation(self, place: _Place) -> Derivation:
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

    def _problem(self, place: _Place) -> Problem:
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
            parts["method"].optional(lambda p: p.string(METHODS)),
            given, inferred, introduced,
            tuple(self._assumption(p) for p in parts["assume"].items()),
            fresh,
            optional["premise"], optional["along"], optional["target"],
            tuple(self._term(p) for p in parts["via"].items()),
        )  # fmt: skip

    def _role(self, place: _Place) -> tuple[str, str]:
        role, name = place.items(2)
        return role.string(), name.string()

    def _declarations(self, place: _Place) -> Declarations:
        return Declarations({name: self._declaration(name, p) for name, p in place.mapping().items()})

    def _declaration(self, name: str, place: _Place) -> Declaration:
        try:
            return parse_declaration(name, place.string())
        except NotationError as error:
            place.fail(error.args[0].splitlines()[0])

    def _assumption(self, place: _Place) -> tuple[str, Term]:
        predicate, t = place.items(2)
        return predicate.string(), self._term(t)

    def _chain(self, place: _Place) -> Chain:
        parts = place.members("opening", "start", "steps")
        steps = tuple(self._step(p) for p in parts["steps"].items())
        return Chain(parts["opening"].string(), self._term(parts["start"]), steps)

    def _step(self, place: _Place) -> Step:
        parts = place.members(*_STEP_KEYS)
        return Step(
            parts["rule"].string(),
            self._path(parts["path"]),
            {key: self._value(p) for key, p in parts["binding"].mapping().items()},
            self._term(parts["before"]),
            self._term(parts["after"]),
            parts["relation"].string(("=", "=>", "<=", ">=")),
            parts["order"].optional(_Place.integer),
            tuple(self._condition(p) for p in parts["conditions"].items()),
            parts["forward"].boolean(),
            parts["phase"].string(),
        )

    def _path(self, place: _Place) -> Path:
        return tuple(
            tuple(i.integer() for i in k.items()) if isinstance(k.data, list) else k.integer() for k in place.items()
        )

    def _lemma(self, place: _Place) -> tuple[str, Term, int]:
        name, equation, index = place.items(3)
        return name.string(), self._term(equation), index.integer()

    def _definition(self, place: _Place) -> tuple[str, Term]:
        name, equation = place.items(2)
        return name.string(), self._term(equation)

    def _condition(self, place: _Place) -> Condition:
        predicate, t, basis = place.items(3)
        return Condition(predicate.string(), self._part(t), basis.string())

    # -- terms -----------------------------------------------------------------------------------------------
    def _term(self, place: _Place, names: Declarations | None = None) -> Term:
        text = place.string()
        found = self._terms.get(text) if names is None else None
        if found is None:
            found = self._parsed(text, place, self.names if names is None else names)
            if names is None:
                self._terms[text] = found
        return found

    def _parsed(self, text: str, place: _Place, names: Declarations) -> Term:
        try:
            return parse(text, names)
        except (NotationError, ShapeError, ValueError) as error:
            place.fail(str(error).strip())

    def _part(self, place: _Place) -> Term:
        """A term, perhaps with names that are bound around it."""
        if isinstance(place.data, dict):
            parts = place.members("term", "free")
            return self._term(parts["term"], self._with(parts["free"]))
        return self._term(place)

    def _with(self, *places: _Place) -> Declarations:
        extra = [self._declarations(place) for place in places]
        return self.names.extended(*[d for table in extra for d in table.values()])

    def _value(self, place: _Place) -> Value:
        if isinstance(place.data, str):
            return self._term(place)
        kind = next((k for k in _VALUES if k in place.mapping()), None)
        if kind is None:
            place.fail("expected a term, or an object with term, body, function, bound, dimension or empty")
        return _VALUES[kind](self, place)

    def _abstraction(self, place: _Place) -> Value:
        parts = place.members("names", "body", "free")
        body = self._term(parts["body"], self._with(parts["free"], parts["names"]))
        return Abstraction(tuple(parts["names"].mapping()), body)

    def _dimension(self, place: _Place) -> Dim:
        inner = place.members("dimension")["dimension"]
        try:
            return dimension_of(read(inner.string()))
        except NotationError as error:
            inner.fail(str(error).strip())

    def _empty(self, place: _Place) -> Value:
        if place.members("empty")["empty"].boolean() is not True:
            place.fail('an empty piece is written {"empty": true}')
        return Empty()


_VALUES: Mapping[str, Callable[[_Reader, _Place], Value]] = {
    "term": _Reader._part,
    "body": _Reader._abstraction,
    "function": lambda r, p: FunctionName(p.members("function")["function"].string()),
    "bound": lambda r, p: BoundName(p.members("bound")["bound"].string()),
    "dimension": _Reader._dimension,
    "empty": _Reader._empty,
}
