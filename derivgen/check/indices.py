"""Names that stand as indices, and the dimensions that they run over."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from derivgen.engine.trace import Derivation
from derivgen.language.declarations import Declarations
from derivgen.language.operators import OPERATORS
from derivgen.language.shapes import Dim
from derivgen.language.terms import Term


def subterms(terms: Iterable[Term], *ops: str) -> Iterator[Term]:
    """Each different subterm that is one of the operators, once."""
    seen: set[Term] = set()
    stack = list(terms)
    while stack:
        t = stack.pop()
        if t in seen or not t.has(*ops):
            continue
        seen.add(t)
        stack.extend(t.args)
        if t.op in ops:
            yield t


def index_ranges(terms: Iterable[Term], names: Container[str]) -> dict[str, tuple[Dim, ...]]:
    """For each index that is free somewhere the dimensions within which it picks entries, members or units there."""
    found: dict[str, list[Dim]] = {}
    seen: set[tuple[Term, frozenset[str]]] = set()
    stack = [(t, frozenset[str]()) for t in terms]
    while stack:
        t, bound = stack.pop()
        bound &= t.free
        if (t, bound) in seen:
            continue
        seen.add((t, bound))
        for place, side in _picked(t, names):
            if place.op == "symbol" and place.data in names and place.data not in bound:
                found.setdefault(str(place.data), []).append(side)
        binds = OPERATORS[t.op].binds
        stack += [(arg, bound | {str(t.data)} if k == binds else bound) for k, arg in enumerate(t.args)]
    return {name: tuple(dict.fromkeys(sides)) for name, sides in found.items()}


def _picked(t: Term, names: Container[str]) -> list[tuple[Term, Dim]]:
    """The places that a term picks something at, each with how far they go."""
    if t.op == "member" and isinstance(names, Declarations) and t.data in names:
        extent = names[str(t.data)].extent
        return [] if extent is None else [(t.args[0], extent)]
    if t.op == "eigvec":
        return [(t.args[1], t.args[0].shape[0])]
    if t.op not in ("index", "unit", "single"):
        return []
    places, shape = (t.args[1:], t.args[0].shape) if t.op == "index" else (t.args, t.shape)
    sides = shape if len(places) == 2 else (shape[0] if shape[0].number != 1 else shape[1],)
    return list(zip(places, sides, strict=True))


def statement_ranges(terms: Iterable[Term], names: Declarations) -> dict[str, tuple[Dim, ...]]:
    """For each index the dimensions that it runs over: those that its declaration and the terms say.

    A sum with a delta in it says nothing of the other index of the delta, which may lie beyond its limits.
    """
    said: dict[str, tuple[Dim, ...]] = {n: (d.extent,) for n, d in names.items() if d.sort == "index" and d.extent}
    for name, sides in index_ranges(terms, names).items():
        said[name] = tuple(dict.fromkeys((*said.get(name, ()), *sides)))
    return said


def ranges_in(derivation: Derivation) -> dict[str, tuple[Dim, ...]]:
    """The ranges of the free indices of a derivation.

    Those of the problem's own names are in the problem, so that no step can make them shorter; those of names that
    were brought in, in where the chains start, or else in the steps.
    """
    problem, names = derivation.problem, derivation.problem.declarations
    starts = [chain.start for chain in derivation.chains]
    steps = [derivation.result, *[step.after for chain in derivation.chains for step in chain.steps]]
    stated = [t for t in (problem.of, problem.wrt, problem.premise) if t is not None]
    own = statement_ranges(stated, Declarations({**problem.given, **problem.inferred}))
    brought_in = {**index_ranges([*starts, *steps], names), **index_ranges(starts, names)}
    return {**{name: sides for name, sides in brought_in.items() if name in problem.introduced}, **own}


def last_limit(terms: Iterable[Term]) -> int:
    """The largest number that a sum or product counts to, or 0."""
    limits = [t.args[1].data for t in subterms(terms, "sum", "prod") if t.args[1].op == "number"]
    return max([0, *[n for n in limits if isinstance(n, int)]])
