"""Central differences of fourth order, in the layouts of the notation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.judge.functions import Array
from tests.judge.values import Point

Function = Callable[[Point], Array]
STEP = 1e-3
SECOND_STEP = 4e-3


def along(f: Callable[[float], Array], h: float = STEP) -> Array:
    """The derivative of a function of a number at 0."""
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)


def directional(f: Function, point: Point, directions: dict[str, Array]) -> Array:
    """The derivative along directions, one for each name."""
    return along(lambda t: f({**point, **{name: point[name] + t * u for name, u in directions.items()}}))


def _units(x: Array) -> list[tuple[tuple[int, int], Array]]:
    units = []
    for i, j in np.ndindex(*x.shape):
        unit = np.zeros(x.shape)
        unit[i, j] = 1
        units.append(((i, j), unit))
    return units


def derivative(
    f: Function,
    point: Point,
    name: str,
    entry: tuple[int, int] | None = None,
    h: float = STEP,
    change: Callable[[Array], Array] = lambda unit: unit,
) -> Array:
    """The derivative by a name, or by one entry of it (1-based).

    A scalar's gradient has the shape of the variable; by a scalar or an entry, the shape of the value; a vector by a
    vector is the matrix of d f_i / d x_j. ``change`` says what moves with an entry: more of the variable where it has
    a structure, or its imaginary part.
    """
    x: Any = point[name]

    def moved(unit: Array) -> Array:
        return along(lambda t: f({**point, name: x + t * change(unit)}), h)

    if not isinstance(x, np.ndarray):
        return moved(1.0)
    if entry is not None:
        return moved(dict(_units(x))[entry[0] - 1, entry[1] - 1])
    found = [moved(unit) for _, unit in _units(x)]
    if isinstance(found[0], np.ndarray) and found[0].size > 1:
        return np.hstack(found)
    return np.array([np.asarray(d).item() for d in found]).reshape(x.shape)


def second(f: Function, point: Point, name: str, h: float = SECOND_STEP) -> Array:
    """The second derivative by a scalar, or the Hessian by a vector."""
    inner: Function = lambda p: derivative(f, p, name, h=h)  # noqa: E731
    return derivative(inner, point, name, h=h)


def distance(a: Array, b: Array) -> float:
    """The largest difference of entries, relative to the largest entry; infinite for other shapes or no numbers."""
    one, two = np.atleast_2d(np.asarray(a)), np.atleast_2d(np.asarray(b))
    if one.shape != two.shape or not (np.isfinite(one).all() and np.isfinite(two).all()):
        return float("inf")
    scale = max(np.abs(one).max(), np.abs(two).max(), 1e-2)
    return float(np.abs(one - two).max() / scale)
