"""Norms that are a largest sum or entry: where an assumption says which one, they are the norm of that part."""

from __future__ import annotations

from collections.abc import Iterator

from derivgen.engine.trail import Trail
from derivgen.language.largest import Part, largest_part
from derivgen.language.terms import Path, walk
from derivgen.rules.binding import Binding

LARGEST = {
    "norm1_column": ("norm1", "column", "Aj"),
    "norminf_row": ("norminf", "row", "Ai"),
    "normmax_entry": ("normmax", "entry", "Aij"),
    "norminf_entry": ("norminf", "entry", "xi"),
    "normmax_entry_vector": ("normmax", "entry", "xi"),
}  # the norm that a law speaks of, the part that it puts in its place, and the law's letters


def take_largest(trail: Trail, varying: frozenset[str]) -> int:
    """Put the column, row or entry that is assumed the largest in the place of norms that vary; how often."""
    said = [largest_part(t) for predicate, t in trail.context.facts.assumed if predicate == "largest"]
    made = 0
    for part in filter(None, said):
        while any(trail.use(law, "parts", given, path) for law, path, given in _uses(trail, part, varying)):
            made += 1
    return made


def _uses(trail: Trail, part: Part, varying: frozenset[str]) -> Iterator[tuple[str, Path, Binding]]:
    """The laws and places that a part fits, with what it gives the letters of the law."""
    kind, whole, places = part
    for path, node in walk(trail.term):
        for law, (norm, asked, letters) in LARGEST.items():
            fits = node.op == norm and asked == kind and len(letters) == 1 + len(places)
            if fits and node.args[0] == whole and not node.free.isdisjoint(varying):
                yield law, path, dict(zip(letters, (whole, *places), strict=True))
