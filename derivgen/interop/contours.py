"""Level sets of a function of two variables, by contourpy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from contourpy import contour_generator

Point = tuple[float, float]
GRID = 61
"""Points of the grid in each direction."""


def level_sets(
    value: Callable[[float, float], float | None],
    x: Point,
    y: Point,
    levels: Sequence[float] = (),
    count: int = 7,
) -> list[tuple[float, list[list[Point]]]]:
    """(level, lines) for each level; lines are lists of points in the box ``x`` by ``y``.

    Without levels, ``count`` of them are spread so that the lines lie about as far from one another. Where the
    function has no value (None) there is no line; a function without any value gives no levels.
    """
    across, up = np.linspace(*x, GRID), np.linspace(*y, GRID)
    heights = np.array([[value(a, b) for a in across.tolist()] for b in up.tolist()], dtype=float)
    known = np.ma.masked_invalid(heights)
    if known.count() == 0:
        return []
    chosen = list(levels) or _spread(known.compressed(), count)
    generator = contour_generator(across, up, known)
    return [(level, [_points(line) for line in generator.lines(level)]) for level in chosen]


def _spread(heights: np.ndarray, count: int) -> list[float]:
    """Levels between which the function changes by quadratically growing amounts from its minimum on.

    For a function that grows like a square this gives lines at equal distances.
    """
    low, high = float(heights.min()), float(heights.max())
    return [low + (high - low) * ((k + 0.5) / count) ** 2 for k in range(count)]


def _points(line: object) -> list[Point]:
    assert isinstance(line, np.ndarray)
    return [(float(a), float(b)) for a, b in line]
