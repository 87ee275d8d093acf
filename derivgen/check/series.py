"""Matrices of truncated Laurent series; the precision claimed by O(..) is tracked apart from the truncation.

A variable of the series lives in a *slot*: slot 0 is the perturbation of the problem; limits and derivatives
open further slots, each infinitely smaller than the ones before it. A monomial is one integer that holds an
exponent for each slot, so that products add keys and the smallest key leads. The coefficient of a monomial is
a matrix of numbers: integers modulo a prime, fractions or floats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from operator import mul
from typing import Any, TypeAlias

PRIME = 2**61 - 1
INFINITE = 10**9
_BITS, _HALF, _MASK = 12, 1 << 11, (1 << 12) - 1

Number: TypeAlias = Any  # int modulo PRIME, Fraction, float or complex
Matrix: TypeAlias = list[list[Number]]
Orders: TypeAlias = list[list[int]]


class UndefinedError(ArithmeticError):
    """A value does not exist at this point: a pole, a division by zero, a limit that is not determined."""


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


def monomial(slot: int, power: int = 1) -> int:
    """The key of one variable's power."""
    return power << (_BITS * slot)


def exponent(key: int, slot: int) -> int:
    """The exponent of a slot in a monomial."""
    for _ in range(slot):
        key = (key - (((key + _HALF) & _MASK) - _HALF)) >> _BITS
    return ((key + _HALF) & _MASK) - _HALF


def filled(rows: int, cols: int, value: Number) -> Matrix:
    """A matrix of one number."""
    return [[value] * cols for _ in range(rows)]


@dataclass(slots=True)
class Algebra:
    """Arithmetic of series over one kind of numbers.

    ``kind`` is "modular", "rational" or "float". ``limits`` holds for each open slot its truncation;
    ``nilpotent`` says whether the variable's powers from there on are zero (a derivative's) rather than
    unknown.
    """

    kind: str
    length: int = 4
    limits: list[int] = field(default_factory=list)
    nilpotent: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.limits, self.nilpotent = [self.length], [False]

    # -- numbers ---------------------------------------------------------------------------------------------
    def number(self, value: int | Fraction) -> Number:
        """A rational number in this algebra."""
        if self.kind == "modular":
            return value.numerator * pow(value.denominator, -1, PRIME) % PRIME
        if self.kind == "rational":
            return Fraction(value)
        return int(value) if value.denominator == 1 else float(value)

    def small(self, x: Number) -> bool:
        """Whether a number is zero as far as it can be told."""
        return bool(abs(x) < 1e-9 if self.kind == "float" else x == 0)

    def reciprocal(self, x: Number) -> Number:
        """1/x. Raises UndefinedError for zero."""
        if self.small(x):
            raise UndefinedError("division by zero")
        return pow(x, -1, PRIME) if self.kind == "modular" else 1 / x

    def _reduced(self, m: Matrix) -> Matrix:
        return [[x % PRIME for x in row] for row in m] if self.kind == "modular" else m

    # -- slots -----------------------------------------------------------------------------------------------
    def open(self, nilpotent: bool) -> int:
        """A new variable, infinitely smaller than those before it."""
        self.limits.append(2 if nilpotent else self.length)
        self.nilpotent.append(nilpotent)
        return len(self.limits) - 1

    def close(self) -> None:
        """Give the last opened variable up."""
        self.limits.pop()
        self.nilpotent.pop()

    def _overflow(self, key: int) -> int:
        """The first slot whose exponent lies beyond its truncation, or -1."""
        if len(self.limits) == 1:
            return 0 if key >= self.limits[0] else -1
        for slot, limit in enumerate(self.limits):
            e = ((key + _HALF) & _MASK) - _HALF
            if e >= limit:
                return slot
            key = (key - e) >> _BITS
        return -1

    # -- constructors ----------------------------------------------------------------------------------------
    def constant(self, m: Matrix) -> Series:
        """A matrix of numbers."""
        return Series(len(m), len(m[0]), {0: m} if any(map(any, m)) else {})

    def scalar(self, x: Number) -> Series:
        """One number."""
        return Series(1, 1, {0: [[x]]} if x else {})

    def variable(self, slot: int) -> Series:
        """The variable of a slot."""
        return Series(1, 1, {monomial(slot): [[1]]})

    def order(self, slot: int, k: int, rows: int, cols: int) -> Series:
        """O(variable^k)."""
        return Series(rows, cols, {}, {}, {slot: [[k] * cols for _ in range(rows)]})

    # -- linear ----------------------------------------------------------------------------------------------
    def add(self, a: Series, b: Series) -> Series:
        """The sum."""
        if (a.rows, a.cols) != (b.rows, b.cols):
            raise SizeError(f"a {a.rows}x{a.cols} and a {b.rows}x{b.cols} matrix cannot be added")
        parts = dict(a.parts)
        for key, m in b.parts.items():
            old = parts.get(key)
            if old is None:
                parts[key] = m
                continue
            total = self._reduced([[x + y for x, y in zip(r, s, strict=True)] for r, s in zip(old, m, strict=True)])
            if self._vanishes(total):
                del parts[key]
            else:
                parts[key] = total
        ends = {
            slot: min(a.ends.get(slot, INFINITE), b.ends.get(slot, INFINITE)) for slot in a.ends.keys() | b.ends.keys()
        }
        return self._clipped(Series(a.rows, a.cols, parts, ends, _least(a.precisions, b.precisions)))

    def _vanishes(self, m: Matrix) -> bool:
        if self.kind == "float":
            return all(abs(x) < 1e-13 for row in m for x in row)
        return not any(map(any, m))

    def _clipped(self, s: Series) -> Series:
        """Without the parts that lie beyond what is known."""
        for slot, end in s.ends.items():
            late = [key for key in s.parts if exponent(key, slot) >= end]
            for key in late:
                del s.parts[key]
        return s

    def map(self, s: Series, change: Callable[[Matrix], Matrix], rows: int, cols: int,
            orders: Callable[[Orders], Orders] | None = None) -> Series:  # fmt: skip
        """Apply a linear change of entries to every coefficient."""
        parts = {key: m for key, old in s.parts.items() if any(map(any, m := self._reduced(change(old))))}
        return Series(rows, cols, parts, s.ends, {slot: (orders or change)(o) for slot, o in s.precisions.items()})

    def negative(self, s: Series) -> Series:
        """-s."""
        return self.map(s, lambda m: [[-x for x in row] for row in m], s.rows, s.cols, lambda o: o)

    def multiple(self, c: Number, s: Series) -> Series:
        """A number times s."""
        return self.map(s, lambda m: [[c * x for x in row] for row in m], s.rows, s.cols, lambda o: o)

    def transposed(self, s: Series) -> Series:
        """The transpose."""
        return self.map(s, _flip, s.cols, s.rows)

    def entry(self, s: Series, i: int, j: int) -> Series:
        """One entry, counted from 0."""
        return self.map(s, lambda m: [[m[i][j]]], 1, 1)

    def trace(self, s: Series) -> Series:
        """The sum of the diagonal."""
        return self.map(
            s,
            lambda m: [[sum(m[i][i] for i in range(s.rows))]],
            1,
            1,
            lambda o: [[min(o[i][i] for i in range(s.rows))]],
        )

    def placed(self, entries: Iterable[tuple[int, int, Series]], rows: int, cols: int) -> Series:
        """A matrix from scalar entries at their places."""
        total = Series(rows, cols, {})
        for i, j, s in entries:

            def put(m: Matrix, i: int = i, j: int = j) -> Matrix:
                blank = filled(rows, cols, 0)
                blank[i][j] = m[0][0]
                return blank

            def put_order(o: Orders, i: int = i, j: int = j) -> Orders:
                blank = filled(rows, cols, INFINITE)
                blank[i][j] = o[0][0]
                return blank

            total = self.add(total, self.map(s, put, rows, cols, put_order))
        return total

    # -- products --------------------------------------------------------------------------------------------
    def product(self, a: Series, b: Series) -> Series:
        """The product: of matrices, or of a scalar and a matrix."""
        scaling = a.rows == a.cols == 1
        if not scaling and b.rows == b.cols == 1:
            a, b, scaling = b, a, True
        rows, cols = (b.rows, b.cols) if scaling else (a.rows, b.cols)
        if not scaling and a.cols != b.rows:
            raise SizeError(f"a {a.rows}x{a.cols} and a {b.rows}x{b.cols} matrix cannot be multiplied")
        parts: dict[int, Matrix] = {}
        ends: dict[int, int] = {}
        for ka, left in a.parts.items():
            for kb, right in b.parts.items():
                over = self._overflow(ka + kb)
                if over >= 0:
                    if not self.nilpotent[over]:
                        ends[over] = min(ends.get(over, INFINITE), self.limits[over])
                    continue
                m = self._scaled(left[0][0], right) if scaling else self._multiplied(left, right)
                old = parts.get(ka + kb)
                parts[ka + kb] = m if old is None else self._reduced(_plus(old, m))
        if a.ends or b.ends:
            for slot in a.ends.keys() | b.ends.keys():
                known = min(a.ends.get(slot, INFINITE) + lowest(b, slot), b.ends.get(slot, INFINITE) + lowest(a, slot))
                ends[slot] = min(ends.get(slot, INFINITE), known)
        result = Series(rows, cols, {k: m for k, m in parts.items() if not self._vanishes(m)}, ends)
        if a.precisions or b.precisions:
            result.precisions = self._product_precisions(a, b, scaling)
        return self._clipped(result)

    def _scaled(self, c: Number, m: Matrix) -> Matrix:
        if self.kind == "modular":
            return [[c * x % PRIME for x in row] for row in m]
        return [[c * x for x in row] for row in m]

    def _multiplied(self, a: Matrix, b: Matrix) -> Matrix:
        columns = list(zip(*b, strict=True))
        if self.kind == "modular":
            return [[sum(map(mul, row, column)) % PRIME for column in columns] for row in a]
        return [[sum(map(mul, row, column)) for column in columns] for row in a]

    def _product_precisions(self, a: Series, b: Series, scaling: bool) -> dict[int, Orders]:
        found: dict[int, Orders] = {}
        for slot in a.precisions.keys() | b.precisions.keys():
            pa, pb = _precision(a, slot), _precision(b, slot)
            va, vb = self.valuations(a, slot), self.valuations(b, slot)
            if scaling:
                found[slot] = [
                    [min(pa[0][0] + v, va[0][0] + p) for v, p in zip(r, s, strict=True)]
                    for r, s in zip(vb, pb, strict=True)
                ]
                continue
            middle = range(a.cols)
            found[slot] = [
                [min(min(pa[i][k] + vb[k][j], va[i][k] + pb[k][j]) for k in middle) for j in range(b.cols)]
                for i in range(a.rows)
            ]
        return found

    def valuations(self, s: Series, slot: int) -> Orders:
        """For each entry the least exponent that it may hold."""
        end = s.ends.get(slot, INFINITE)
        least = [[min(end, p) for p in row] for row in _precision(s, slot)]
        for key, m in s.parts.items():
            e = exponent(key, slot)
            for i, row in enumerate(m):
                for j, x in enumerate(row):
                    if e < least[i][j] and not self.small(x):
                        least[i][j] = e
        return least

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

    def identity(self, n: int) -> Series:
        """The identity matrix."""
        return self.constant([[int(i == j) for j in range(n)] for i in range(n)])

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
        """(adjugate, determinant) of a square matrix by the Faddeev-LeVerrier recursion."""
        n = s.rows
        adjugate, c = self.identity(n), self.scalar(1)
        for k in range(1, n + 1):
            moved = self.product(s, adjugate)
            c = self.multiple(self.number(Fraction(-1, k)), self.trace(moved))
            if k < n:
                adjugate = self.add(moved, self.product(c, self.identity(n)))
        sign = 1 if n % 2 == 0 else -1
        return self.multiple(-sign, adjugate), self.multiple(sign, c)

    def inverse(self, s: Series) -> Series:
        """The inverse of a square matrix. Raises UndefinedError where it is singular."""
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
        result = self.scalar(next(coefficients))
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
        return Series(s.rows, s.cols, parts, _without(s.ends, slot), _without(s.precisions, slot))

    def coefficient(self, s: Series, slot: int) -> Series:
        """The coefficient of the first power of a variable. Raises UndefinedError at a pole."""
        if any(exponent(key, slot) < 0 and not all(map(self.small, chain(*m))) for key, m in s.parts.items()):
            raise UndefinedError("no derivative at a pole")
        step = monomial(slot)
        parts = {key - step: m for key, m in s.parts.items() if exponent(key, slot) == 1}
        return Series(s.rows, s.cols, parts, _without(s.ends, slot), _without(s.precisions, slot))

    # -- comparison ------------------------------------------------------------------------------------------
    def known_entries(self, a: Series, b: Series) -> Iterator[tuple[tuple[int, int, int], Number, Number]]:
        """((monomial, i, j), x, y) for the entries that may differ, as far as both values claim to be known."""
        slots = a.ends.keys() | b.ends.keys() | a.precisions.keys() | b.precisions.keys()
        known = {slot: _least_orders(_known(a, slot), _known(b, slot)) for slot in slots}
        blank = filled(a.rows, a.cols, 0)
        for key in sorted(a.parts.keys() | b.parts.keys()):
            left, right = a.parts.get(key, blank), b.parts.get(key, blank)
            if left == right:
                continue
            for i in range(a.rows):
                for j in range(a.cols):
                    if all(exponent(key, slot) < orders[i][j] for slot, orders in known.items()):
                        yield (key, i, j), left[i][j], right[i][j]

    def difference(self, a: Series, b: Series) -> str | None:
        """Where two values differ up to what both claim to know, or None."""
        if (a.rows, a.cols) != (b.rows, b.cols):
            return f"the sizes differ: {a.rows}x{a.cols} and {b.rows}x{b.cols}"
        for (key, i, j), x, y in self.known_entries(a, b):
            if not self._same(x, y):
                return _place_of_difference(key, a, i, j)
        return None

    def _same(self, x: Number, y: Number) -> bool:
        if self.kind == "float":
            gap = abs(x - y)
            if not gap < 1e150:
                raise UndefinedError("the numbers are too large")
            return bool(gap <= 1e-6 * (1 + abs(x) + abs(y)))
        return bool(x == y)

    def overclaims(self, a: Series, b: Series) -> bool:
        """Whether b claims to be known more precisely than a."""
        if (a.rows, a.cols) != (b.rows, b.cols):
            return False
        for slot, orders in a.precisions.items():
            end = min(a.ends.get(slot, INFINITE), b.ends.get(slot, INFINITE))
            claimed = _precision(b, slot)
            if any(p < min(q, end) for r, s in zip(orders, claimed, strict=True) for p, q in zip(r, s, strict=True)):
                return True
        return False


def lowest(s: Series, slot: int) -> int:
    """The least exponent that any entry may hold."""
    least = s.ends.get(slot, INFINITE)
    for row in s.precisions.get(slot, ()):
        least = min(least, *row)
    return min([least, *[exponent(key, slot) for key in s.parts]])


def _flip(m: Matrix) -> Matrix:
    return [list(row) for row in zip(*m, strict=True)]


def _plus(a: Matrix, b: Matrix) -> Matrix:
    return [[x + y for x, y in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def _precision(s: Series, slot: int) -> Orders:
    return s.precisions.get(slot) or filled(s.rows, s.cols, INFINITE)


def _known(s: Series, slot: int) -> Orders:
    end = s.ends.get(slot, INFINITE)
    return [[min(end, p) for p in row] for row in _precision(s, slot)]


def _least_orders(a: Orders, b: Orders) -> Orders:
    return [[min(p, q) for p, q in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def _place_of_difference(key: int, s: Series, i: int, j: int) -> str:
    power = f" in the coefficient of eps^{exponent(key, 0)}" if key else ""
    return f"the two sides differ{power}" + (f", entry {i + 1},{j + 1}" if s.rows * s.cols > 1 else "")


def _least(a: dict[int, Orders], b: dict[int, Orders]) -> dict[int, Orders]:
    if not a or not b:
        return a or b
    found = {**a, **b}
    for slot in a.keys() & b.keys():
        found[slot] = _least_orders(a[slot], b[slot])
    return found


def _without(table: dict[int, Any], slot: int) -> dict[int, Any]:
    return {s: v for s, v in table.items() if s != slot} if slot in table else table
