"""Places between 1 and n: what is known of the range of an index, or of a name that a sum counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from derivgen.language.declarations import Declarations
from derivgen.language.operators import OPERATORS
from derivgen.language.shapes import Dim, add_dims, mul_dims
from derivgen.language.terms import Path, Term, term_dimension
from derivgen.rules.ranges import Range, binders_around, counted_range

if TYPE_CHECKING:
    from derivgen.rules.conditions import Facts

Running = Mapping[str, "Range | None"]  # None: bound, and nothing is known of its values


def picked(terms: Iterable[Term], names: Declarations) -> dict[str, tuple[Dim, ...]]:
    """The sizes that each index stays within: of what it picks entries, members or units from, and its own."""
    indices = frozenset(name for name, d in names.items() if d.sort == "index")
    found: dict[str, list[Dim]] = {name: [] for name in indices}
    for name in indices:
        extent = names[name].extent
        found[name] += [] if extent is None else [extent]
    for t in terms if indices else ():
        for place, side in _places(t, indices, names):
            if place.op == "symbol" and place.data in indices:
                found[str(place.data)].append(side)
    return {name: tuple(dict.fromkeys(sides)) for name, sides in found.items() if sides}


def _places(t: Term, free: frozenset[str], names: Declarations) -> Iterator[tuple[Term, Dim]]:
    """What stands as a place, and the size of what it is a place of; where one of some names is free in it."""
    if free.isdisjoint(t.free):
        return
    if t.op in ("index", "unit", "single"):
        places, shape = (t.args[1:], t.args[0].shape) if t.op == "index" else (t.args, t.shape)
        sides = shape if len(places) == 2 else (shape[0] if shape[0].number != 1 else shape[1],)
        yield from zip(places, sides, strict=True)
    if t.op == "eigvec":
        yield t.args[1], t.args[0].shape[0]
    if t.op == "member" and t.data in names and (extent := names[str(t.data)].extent) is not None:
        yield t.args[0], extent
    binds = OPERATORS[t.op].binds
    for k, arg in enumerate(t.args):
        yield from _places(arg, free - {str(t.data)} if binds == k else free, names)


def running_at(whole: Term, path: Path) -> dict[str, Range | None]:
    """The names that are bound around a place, with the range in which a sum or product counts one."""
    around: dict[str, Range | None] = {}
    for binder in binders_around(whole, path):
        name, run = str(binder.data), counted_range(binder)
        known = {n: r if r is None or name not in r.low.free | r.high.free else None for n, r in around.items()}
        shadowed = run is not None and name in run.low.free | run.high.free
        around = {**known, name: None if shadowed else run}
    return around


def is_position(facts: Facts, t: Term, last: Term) -> bool:
    """Whether a place is known to lie between 1 and a last one."""
    return at_least_one(facts, t) and at_most(facts, t, last)


def at_least_one(facts: Facts, t: Term) -> bool:
    """Whether a term is known to be a whole number from 1 on."""
    if t.op == "number":
        return isinstance(t.data, int) and t.data >= 1
    if t.op == "plus":
        from_zero = [a for a in t.args if a.op == "number" and isinstance(a.data, int) and a.data >= 0]
        others = [a for a in t.args if a not in from_zero]
        return bool(others) and all(at_least_one(facts, a) for a in others)
    if t.op == "times":
        return all(at_least_one(facts, a) for a in t.args)
    if t.op != "symbol" or t.data == facts.perturbation:
        return False
    name = str(t.data)
    if name in facts.running:
        run = facts.running[name]
        return run is not None and at_least_one(facts, run.low)
    declared = facts.declarations.get(name)
    if declared is not None and declared.sort == "index":
        return True
    return name in facts.declarations.dimensions or (declared is not None and "natural" in declared.properties)


def at_most(facts: Facts, t: Term, last: Term) -> bool:
    """Whether a term is known not to exceed another one."""
    if t == last or (t.op == "number" and t.data == 1 and at_least_one(facts, last)):
        return True
    if t.op == "plus":
        less = [a for a in t.args if a.op == "neg" and at_least_one(facts, a.args[0])]
        rest = [a for a in t.args if a not in less]
        return bool(less) and len(rest) == 1 and at_most(facts, rest[0], last)
    name = str(t.data) if t.op == "symbol" else ""
    if name in facts.running:
        run = facts.running[name]
        return run is not None and at_most(facts, run.high, last)
    limit = _size(facts, last)
    if limit is None:
        return False
    own = _size(facts, t)
    return any(_within(size, limit) for size in (facts.indices.get(name, ()) if own is None else (own,)))


def _size(facts: Facts, t: Term) -> Dim | None:
    """The dimension that a term is: of numbers and of names that are not bound and count from 1 on."""
    if t.op in ("plus", "times"):
        parts = [_size(facts, a) for a in t.args]
        total, *others = parts
        for part in others:
            if total is None or part is None:
                return None
            total = (add_dims if t.op == "plus" else mul_dims)(total, part)
        return total
    if t.op == "symbol" and (str(t.data) in facts.running or str(t.data) in facts.indices):
        return None
    return term_dimension(t) if at_least_one(facts, t) else None


def _within(size: Dim, limit: Dim) -> bool:
    """Whether a dimension does not exceed another one, term by term."""
    terms = dict(limit.monomials)
    return all(count <= terms.get(names, 0) for names, count in size.monomials)
