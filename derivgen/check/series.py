"""Matrices of truncated Laurent series; the precision claimed by O(..) is tracked apart from the truncation.

A variable of the series lives in a *slot*: slot 0 is the perturbation of the problem; limits and derivatives
open further slots, each infinitely smaller than the ones before it. A monomial is one integer that holds an
exponent for each slot, so that products add keys and the smallest key leads. The coefficient of a monomial is
a matrix of numbers: integers modulo a prime, fractions or floats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

PRIME = 2**61 - 1
INFINITE = 10**9
ROUNDING = 2.0**-50  # of a float beside its size: a few units of its last digit, so that it does move
EXACT = 1e6  # a whole float below it is taken to be exact
BITS, HALF, MASK = 12, 1 << 11, (1 << 12) - 1  # of one exponent in a monomial

Number: TypeAlias = Any  # int modulo PRIME, Fraction, float or complex
Matrix: TypeAlias = list[list[Number]]
Orders: TypeAlias = list[list[int]]


Pairing: TypeAlias = Callable[[Matrix, Matrix], Matrix]


class UndefinedError(ArithmeticError):
    """A value does not exist at this point: a pole, a division by zero, a limit that is not determined."""


class OutsideError(UndefinedError):
    """A function has no value at an argument, nor at any near it: rounding has not brought it there."""


class HiddenError(UndefinedError):
    """Rounding hides at this point whether two values are equal."""


class SizeError(ValueError):
    """The sizes of two values do not fit."""


@dataclass(slots=True)
class Series:
    """``parts``: monomial -> coefficient matrix. ``ends``: slot -> first exponent that is not known.

    ``precisions``: slot -> for each entry the k of O(slot^k) that it is known up to.
    """

    rows: int
    cols: int
    parts: dict[int, Matrix]
    ends: dict[int, int] = field(default_factory=dict)
    precisions: dict[int, Orders] = field(default_factory=dict)

    @property
    def constant(self) -> bool:
        """Whether this is a matrix of numbers, not zero, that depends on no small variable and is fully known."""
        return len(self.parts) == 1 and 0 in self.parts and not self.ends and not self.precisions


def monomial(slot: int, power: int = 1) -> int:
    """The key of one variable's power."""
    return power << (BITS * slot)


def exponent(key: int, slot: int) -> int:
    """The exponent of a slot in a monomial."""
    for _ in range(slot):
        key = (key - (((key + HALF) & MASK) - HALF)) >> BITS
    return ((key + HALF) & MASK) - HALF


def filled(rows: int, cols: int, value: Number) -> Matrix:
    """A matrix of one number."""
    return [[value] * cols for _ in range(rows)]


def lowest(s: Series, slot: int) -> int:
    """The least exponent that any entry may hold."""
    least = s.ends.get(slot, INFINITE)
    for row in s.precisions.get(slot, ()):
        least = min(least, *row)
    return min([least, *[exponent(key, slot) for key in s.parts]])


def flipped(m: Matrix) -> Matrix:
    """The transpose of a matrix of numbers or orders."""
    return [list(row) for row in zip(*m, strict=True)]


def added(a: Matrix, b: Matrix) -> Matrix:
    """The sum of two matrices."""
    return [[x + y for x, y in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def paired(combine: Callable[[Number, Number], Number], a: Matrix, b: Matrix) -> Matrix:
    """Two matrices combined entry by entry."""
    return [list(map(combine, r, s)) for r, s in zip(a, b, strict=True)]


def crossed(combine: Callable[[Number, Number], Number], a: Matrix, b: Matrix) -> Matrix:
    """Each entry of a combined with each of b, in the arrangement of a Kronecker product."""
    return [[combine(x, y) for x in r for y in s] for r in a for s in b]


def precision(s: Series, slot: int) -> Orders:
    """For each entry the k of O(slot^k)."""
    return s.precisions.get(slot) or filled(s.rows, s.cols, INFINITE)


def known(s: Series, slot: int) -> Orders:
    """For each entry the first exponent that is not known."""
    end = s.ends.get(slot, INFINITE)
    return [[min(end, p) for p in row] for row in precision(s, slot)]


def rounded_at_random(m: Matrix, chance: Random) -> Matrix:
    """Each number moved in its last digit; whole numbers, which are exact, stay."""
    return [[x if _whole(x) else x * (1 + ROUNDING * chance.uniform(-1, 1)) for x in row] for row in m]


def _whole(x: Number) -> bool:
    return isinstance(x, int) or (isinstance(x, float) and abs(x) < EXACT and x.is_integer())


def least_orders(a: Orders, b: Orders) -> Orders:
    """The entry-wise minimum."""
    return [[min(p, q) for p, q in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def least(a: dict[int, Orders], b: dict[int, Orders]) -> dict[int, Orders]:
    """The precisions of a sum."""
    if not a or not b:
        return a or b
    found = {**a, **b}
    for slot in a.keys() & b.keys():
        found[slot] = least_orders(a[slot], b[slot])
    return found


def without(table: dict[int, Any], slot: int) -> dict[int, Any]:
    """A table without one slot."""
    return {s: v for s, v in table.items() if s != slot} if slot in table else table
