"""Names that stand as indices, and the dimensions that they run over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivgen.language.declarations import Declarations
from derivgen.language.shapes import Dim
from derivgen.language.terms import Term, term_dimension


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


def index_ranges(terms: list[Term], names: Declarations) -> dict[str, tuple[Dim, ...]]:
    """For each free index the dimensions that it runs over, found from where it stands."""
    found: dict[str, list[Dim]] = {}
    for t in subterms(terms, "index", "unit", "single"):
        places = t.args[1:] if t.op == "index" else t.args
        shape = t.args[0].shape if t.op == "index" else t.shape
        sides = shape if len(places) == 2 else (shape[0] if shape[0].number != 1 else shape[1],)
        for place, side in zip(places, sides, strict=True):
            if place.op == "symbol" and place.data in names:
                found.setdefault(str(place.data), []).append(side)
    for t in subterms(terms, "member"):
        (place,), extent = t.args, names[str(t.data)].extent
        if place.op == "symbol" and place.data in names and extent is not None:
            found.setdefault(str(place.data), []).append(extent)
    for t in subterms(terms, "sum"):
        high = term_dimension(t.args[1])
        for delta in subterms([t.args[2]], "delta"):
            for place, beside in (delta.args, delta.args[::-1]):
                over = beside.op == "symbol" and beside.data == t.data
                if high is not None and over and place.op == "symbol" and place.data in names:
                    found.setdefault(str(place.data), []).append(high)
    return {name: tuple(dict.fromkeys(sides)) for name, sides in found.items()}
