"""Derivations as JSON "derivgen/1", and back. The file alone suffices: terms stand in the notation, names declared."""

from __future__ import annotations

import json

from derivgen.engine.json_place import Json, TraceError
from derivgen.engine.trace import FORMAT, Condition, Derivation, Step
from derivgen.engine.trace_reader import from_json
from derivgen.language.plain import plain
from derivgen.language.problem import Problem
from derivgen.language.shapes import SCALAR, Shape, describe
from derivgen.language.terms import Term, walk
from derivgen.rules.binding import Abstraction, BoundName, Empty, FunctionName, Value

__all__ = ["TraceError", "from_json", "to_json"]


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
        "convention": p.convention,
        "method": p.method,
        "let": p.given.texts(),
        "inferred": p.inferred.texts(),
        "introduced": p.introduced.texts(),
        "assume": [[predicate, names.text(t)] for predicate, t in p.assume],
        "via": [names.text(t) for t in p.via],
        "beside": [names.text(t) for t in p.beside],
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
            return {"function": value.text}
        if isinstance(value, BoundName):
            return {"bound": value.name}
        return {"empty": True} if isinstance(value, Empty) else {"dimension": str(value)}


def _shape_of(name: str, t: Term) -> Shape | None:
    """The shape of a free symbol of a term; None for a function."""
    return next((s.shape for _, s in walk(t) if s.op == "symbol" and s.data == name), None)
