"""Bound names that a law brings in stay apart from the names they will stand beside."""

from __future__ import annotations

from collections.abc import Mapping

from derivgen.engine.context import Context
from derivgen.engine.match import Bound
from derivgen.language.terms import Term, fresh_name
from derivgen.rules.binding import BoundName
from derivgen.rules.book import EPS


def with_fresh_names(introduced: Mapping[str, str], binding: Bound, bound: frozenset[str], perturbation: str) -> Bound:
    """Names for the bound variables that the produced side introduces: free of all it will stand beside."""
    new = {name: letters for name, letters in introduced.items() if "@" + name not in binding}
    if not new:
        return binding
    taken = set(bound)
    for value in binding.values():
        taken |= _names_in(value)
    result = dict(binding)
    for name, pool in new.items():
        if name == EPS:
            chosen = perturbation
        else:
            chosen = next((c for c in (name, *pool) if c not in taken), fresh_name(name, taken))
        taken.add(chosen)
        result["@" + name] = BoundName(chosen)
    return result


def renamed_apart(binding: Bound, bound: frozenset[str], context: Context) -> Bound:
    """The binding with another letter for a bound name that occurs free in what a law puts under its binder."""
    names = {key: value.name for key, value in binding.items() if isinstance(value, BoundName)}
    if not names:
        return binding
    free = frozenset().union(*(_names_in(v) for v in binding.values() if not isinstance(v, BoundName)))
    clashing = [key for key, name in names.items() if name in free and key != "@" + EPS]
    if not clashing:
        return binding
    taken = {*free, *bound, *names.values(), *context.problem.declarations, *context.problem.declarations.dimensions}
    result = dict(binding)
    for key in clashing:
        chosen = next((c for c in "jklrs" if c not in taken), fresh_name("j", taken))
        taken.add(chosen)
        result[key] = BoundName(chosen)
    return result


def _names_in(value: object) -> frozenset[str]:
    if isinstance(value, Term):
        return value.free
    if isinstance(value, BoundName):
        return frozenset((value.name,))
    body = getattr(value, "body", None)
    if isinstance(body, Term):
        return body.free - frozenset(value.names)  # type: ignore[attr-defined]
    return frozenset(value.names) if hasattr(value, "monomials") else frozenset()  # type: ignore[attr-defined]
