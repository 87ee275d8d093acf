"""Whether floating-point values differ by more than rounding: both are worked out again, rounded otherwise each time.

What such runs scatter by is what rounding leaves, whatever the operations and however they lose digits (discrete
stochastic arithmetic: J. Vignes, A stochastic arithmetic for reliable scientific computation, 1993). A difference that
is not far above it says nothing, neither for the two sides nor against them: another point has to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import TypeVar

from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.evaluator import Evaluator, MeaningError, Scope
from derivgen.check.series import HiddenError, Matrix, Number, Series, UndefinedError, filled

RUNS = 3
CLOSE = 1e-9  # beside the size of two numbers: what differs by more is looked at again
FAR = 300  # times what the runs scatter by: rounding by itself does not get there

Sides = tuple[Series, Series]
T = TypeVar("T")


def difference(e: Evaluator, pair: Sides, again: Callable[[], Sides]) -> str | None:
    """Where two values differ up to what both claim to know, or None; ``again`` works them out anew.

    Raises HiddenError where the difference may be rounding.
    """
    found = e.algebra.difference(*pair, CLOSE)
    if found and e.algebra.kind == "float" and _hidden(e, pair, again):
        raise HiddenError("rounding hides whether the two sides are equal")
    return found


def far_from_zero(e: Evaluator, value: Callable[[], Number | None]) -> bool:
    """Whether a number differs from zero by more than rounding, in each run; None is no number."""
    found, runs = value(), _rounded_otherwise(e, value)
    if found is None or runs is None or None in runs:
        return False
    return bool(abs(found) > FAR * max(abs(x - found) for x in runs))


def _hidden(e: Evaluator, pair: Sides, again: Callable[[], Sides]) -> bool:
    """Whether no entry differs by far more than the runs scatter by."""
    if pair[0].rows != pair[1].rows or pair[0].cols != pair[1].cols:
        return False
    runs = _rounded_otherwise(e, again)
    if runs is None:
        return True
    for (key, i, j), x, y in e.algebra.differing(*pair, CLOSE):
        scatter = max(abs(_entry(a, key, i, j) - x) + abs(_entry(b, key, i, j) - y) for a, b in runs)
        if abs(x - y) > FAR * scatter:
            return False
    return True


def _entry(s: Series, key: int, i: int, j: int) -> Number:
    m: Matrix = s.parts.get(key) or filled(s.rows, s.cols, 0)
    return m[i][j]


def _rounded_otherwise(e: Evaluator, work: Callable[[], T]) -> list[T] | None:
    """What a few runs find, or None where it depends on rounding whether there is a value."""
    found = []
    for run in range(RUNS):
        try:
            with _rounding_at_random(e, Random(run)):
                found.append(work())
        except (UndefinedError, NeedsRealsError, MeaningError, OverflowError):
            return None
    return found


@contextmanager
def _rounding_at_random(e: Evaluator, chance: Random) -> Iterator[None]:
    """All is worked out anew, nothing of it is kept."""
    root, e.root, e.algebra.chance = e.root, Scope(), chance
    try:
        yield
    finally:
        e.root, e.algebra.chance = root, None
