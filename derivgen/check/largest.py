"""Whether a column, a row or an entry is larger than all others at a point, as an assumption says."""

from __future__ import annotations

from typing import Any

from derivgen.check.evaluator import Evaluator, Scope
from derivgen.check.series import Series
from derivgen.language.largest import largest_part
from derivgen.language.terms import Term

APART = 1e-3  # sizes that are closer are not told from each other


def is_largest(e: Evaluator, t: Term, scope: Scope) -> bool:
    """Whether the part of which a term is the size is the largest, by numbers alone."""
    part = largest_part(t)
    if part is None:
        return False
    kind, whole, places = part
    sizes = _sizes(e, e.value(whole, scope), kind)
    place = tuple(e.integer(p, scope) for p in places)
    if place not in sizes:
        return False
    return all(sizes[place] > size + APART for other, size in sizes.items() if other != place)


def _sizes(e: Evaluator, s: Series, kind: str) -> dict[tuple[int, ...], Any]:
    """The sum of absolute values of each column or row, or that of each entry, by its indices."""
    sizes: dict[tuple[int, ...], Any] = {}
    for i in range(s.rows):
        for j in range(s.cols):
            vector = (max(i, j) + 1,) if 1 in (s.rows, s.cols) else (i + 1, j + 1)
            place = {"column": (j + 1,), "row": (i + 1,), "entry": vector}[kind]
            sizes[place] = sizes.get(place, 0) + abs(e.algebra.at_zero(e.algebra.entry(s, i, j)))
    return sizes
