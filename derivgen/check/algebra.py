"""Quotients, inverses, composition, limits and comparison of matrices of truncated series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from derivgen.check.ring import Ring
from derivgen.check.series import (
    INFINITE,
    Matrix,
    Number,
    Series,
    UndefinedError,
    exponent,
    filled,
    known,
    least_orders,
    monomial,
    precision,
    without,
)  # fmt: skip

LOOSE = 1e-6  # beside the size of two floats: a point drawn to meet an equation meets it no better


@dataclass(slots=True)
class Algebra(Ring):
    """Arithmetic of series over one kind of numbers."""

    def power(self, s: Series, k: int) -> Series:
        """A natural or (for k < 0) inverse power of a scalar or a square matrix."""
        if k < 0:
            return self.power(self.quotient(self.scalar(1), s) if s.rows == 1 else self.inverse(s), -k)
        result = self.identity(s.rows)
        while k:
            if k & 1:
                result = self.product(result, s)
            k >>= 1
            if k:
                s = self.product(s, s)
        return result

    # -- quotients -------------------------------------------------------------------------------------------
    def lead(self, s: Series) -> int:
        """The leading monomial of a scalar. Raises UndefinedError where there is none or O(..) hides it."""
        keys = [key for key, m in s.parts.items() if not self.small(m[0][0])]
        if not keys:
            raise UndefinedError("division by zero")
        key = min(keys)
        for slot, orders in s.precisions.items():
            if orders[0][0] <= exponent(key, slot):
                raise UndefinedError("division by something known only up to O(..)")
        return key

    def quotient(self, a: Series, b: Series) -> Series:
        """a divided by the scalar b, by the geometric series. Raises UndefinedError for b = 0."""
        key = self.lead(b)
        scale = self.reciprocal(b.parts[key][0][0])
        if b.constant:
            return self.multiple(scale, a)
        unit = Series(1, 1, {-key: [[scale]]})
        rest = self.add(self.product(unit, b), self.scalar(-1))
        rest.parts = {k: m for k, m in rest.parts.items() if k > 0}
        inverse = power = self.scalar(1)
        rest = self.negative(rest)
        while power.parts and (rest.parts or rest.precisions or rest.ends):
            power = self.product(power, rest)
            inverse = self.add(inverse, power)
        return self.product(a, self.product(unit, inverse))

    def adjugate(self, s: Series) -> tuple[Series, Series]:
        """(adjugate, determinant) of a square matrix by the recursion of Faddeev and LeVerrier.

        That loses digits of floats, all of them where rows differ much in size: of two rows it is written out.
        """
        n = s.rows
        if n == 2:
            exchanged = self.map(s, _exchanged, 2, 2, lambda o: [[o[1][1], o[0][1]], [o[1][0], o[0][0]]])
            return exchanged, self.entry(self.product(s, exchanged), 0, 0)
        if s.constant:
            return self._adjugate_of_numbers(s.parts[0])
        adjugate, c = self.identity(n), self.scalar(1)
        for k in range(1, n + 1):
            moved = self.product(s, adjugate)
            c = self.multiple(self.number(Fraction(-1, k)), self.trace(moved))
            if k < n:
                adjugate = self.add(moved, self.product(c, self.identity(n)))
        sign = 1 if n % 2 == 0 else -1
        return self.multiple(-sign, adjugate), self.multiple(sign, c)

    def _adjugate_of_numbers(self, m: Matrix) -> tuple[Series, Series]:
        """The same recursion where nothing is a series."""
        n = len(m)
        adjugate: Matrix = [[self.number(int(i == j)) for j in range(n)] for i in range(n)]
        c: Number = 1
        for k in range(1, n + 1):
            moved = self.multiplied(m, adjugate)
            (c,) = self.reduced([[self.number(Fraction(-1, k)) * sum(moved[i][i] for i in range(n))]])[0]
            if k < n:
                adjugate = moved
                for i in range(n):
                    adjugate[i][i] += c
        sign = 1 if n % 2 == 0 else -1
        return self.multiple(-sign, self.constant(adjugate)), self.multiple(sign, self.scalar(c))

    def inverse(self, s: Series) -> Series:
        """The inverse of a square matrix. Raises UndefinedError where it is singular."""
        constant = 0 in s.parts and min(s.parts) == 0 and not s.precisions
        if self.kind != "float" or s.rows < 3 or not constant:
            return self._by_adjugate(s)
        leading = Series(s.rows, s.cols, {0: s.parts[0]})
        try:
            found = self._by_adjugate(leading)
        except UndefinedError:  # the inverse has a pole where the variables are 0
            return self._by_adjugate(s)
        for _ in range(2 + len(self.limits)):
            # Newton's steps bring back the digits that the recursion loses, and double the powers that are known
            rest = self.add(self.identity(s.rows), self.negative(self.product(s, found)))
            if all(abs(x) < 1e-14 for m in rest.parts.values() for row in m for x in row):
                break
            found = self.add(found, self.product(found, rest))
        return found

    def _by_adjugate(self, s: Series) -> Series:
        adjugate, determinant = self.adjugate(s)
        return self.quotient(adjugate, determinant)

    # -- composition and limits ------------------------------------------------------------------------------
    def at_zero(self, s: Series) -> Number:
        """The constant coefficient of a scalar that has no pole. Raises UndefinedError where it has one."""
        for key, m in s.parts.items():
            if key < 0 and not self.small(m[0][0]):
                raise UndefinedError("a pole inside a function")
        for orders in s.precisions.values():
            if orders[0][0] <= 0:
                raise UndefinedError("the argument is known only up to O(1)")
        return s.parts[0][0][0] if 0 in s.parts else 0

    def compose(self, s: Series, coefficients: Iterator[Number]) -> Series:
        """The value of a function with the given Taylor coefficients at the constant part of s."""
        result = self.multiple(next(coefficients), self.scalar(1))
        small = Series(1, 1, {k: m for k, m in s.parts.items() if k > 0}, s.ends, s.precisions)
        power = self.scalar(1)
        for c in coefficients:
            if not (small.parts or small.precisions or small.ends):
                break
            power = self.product(power, small)
            result = self.add(result, self.multiple(c, power))
            if not power.parts:
                break
        return result

    def limit(self, s: Series, slot: int) -> Series:
        """The value as a variable goes to 0. Raises UndefinedError where it is not determined."""
        if s.ends.get(slot, 1) < 1:
            raise UndefinedError("the limit lies beyond the truncation")
        if any(k < 1 for row in s.precisions.get(slot, ()) for k in row):
            raise UndefinedError("the limit is not determined: its body is known only up to O(1)")
        parts: dict[int, Matrix] = {}
        for key, m in s.parts.items():
            e = exponent(key, slot)
            if e < 0 and not all(self.small(x) for row in m for x in row):
                raise UndefinedError("the limit does not exist")
            if e == 0:
                parts[key] = m
        return Series(s.rows, s.cols, parts, without(s.ends, slot), without(s.precisions, slot))

    def coefficient(self, s: Series, slot: int) -> Series:
        """The coefficient of the first power of a variable. Raises UndefinedError at a pole."""
        if any(exponent(key, slot) < 0 and not all(map(self.small, chain(*m))) for key, m in s.parts.items()):
            raise UndefinedError("no derivative at a pole")
        step = monomial(slot)
        parts = {key - step: m for key, m in s.parts.items() if exponent(key, slot) == 1}
        return Series(s.rows, s.cols, parts, without(s.ends, slot), without(s.precisions, slot))

    # -- comparison ------------------------------------------------------------------------------------------
    def known_entries(self, a: Series, b: Series) -> Iterator[tuple[tuple[int, int, int], Number, Number]]:
        """((monomial, i, j), x, y) for the entries that may differ, as far as both values claim to be known."""
        slots = a.ends.keys() | b.ends.keys() | a.precisions.keys() | b.precisions.keys()
        ends = {slot: least_orders(known(a, slot), known(b, slot)) for slot in slots}
        blank = filled(a.rows, a.cols, 0)
        for key in sorted(a.parts.keys() | b.parts.keys()):
            left, right = a.parts.get(key, blank), b.parts.get(key, blank)
            if left == right:
                continue
            for i in range(a.rows):
                for j in range(a.cols):
                    if all(exponent(key, slot) < orders[i][j] for slot, orders in ends.items()):
                        yield (key, i, j), left[i][j], right[i][j]

    def difference(self, a: Series, b: Series, tolerance: float = LOOSE) -> str | None:
        """Where two values differ up to what both claim to know, floats by more than a tolerance, or None."""
        if (a.rows, a.cols) != (b.rows, b.cols):
            return f"the sizes differ: {a.rows}x{a.cols} and {b.rows}x{b.cols}"
        for (key, i, j), _, _ in self.differing(a, b, tolerance):
            return _place_of_difference(key, a, i, j)
        return None

    def differing(
        self, a: Series, b: Series, tolerance: float = LOOSE
    ) -> Iterator[tuple[tuple[int, int, int], Number, Number]]:
        """The entries at which two values of the same sizes differ up to what both claim to know."""
        return ((place, x, y) for place, x, y in self.known_entries(a, b) if not self._same(x, y, tolerance))

    def _same(self, x: Number, y: Number, tolerance: float) -> bool:
        if self.kind == "float":
            gap = abs(x - y)
            if not gap < 1e150:
                raise UndefinedError("the numbers are too large")
            return bool(gap <= tolerance * (1 + abs(x) + abs(y)))
        return bool(x == y)

    def overclaims(self, a: Series, b: Series) -> bool:
        """Whether b claims to be known more precisely than a."""
        if (a.rows, a.cols) != (b.rows, b.cols):
            return False
        for slot, orders in a.precisions.items():
            end = min(a.ends.get(slot, INFINITE), b.ends.get(slot, INFINITE))
            claimed = precision(b, slot)
            if any(p < min(q, end) for r, s in zip(orders, claimed, strict=True) for p, q in zip(r, s, strict=True)):
                return True
        return False


def _exchanged(m: Matrix) -> Matrix:
    """The adjugate of two rows and columns."""
    return [[m[1][1], -m[0][1]], [-m[1][0], m[0][0]]]


def _place_of_difference(key: int, s: Series, i: int, j: int) -> str:
    power = f" in the coefficient of eps^{exponent(key, 0)}" if key else ""
    return f"the two sides differ{power}" + (f", entry {i + 1},{j + 1}" if s.rows * s.cols > 1 else "")
