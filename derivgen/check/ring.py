"""Sums and products of matrices of truncated series, over integers modulo a prime, fractions or floats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from operator import add, mul
from random import Random

from derivgen.check.gaussian import Gaussian
from derivgen.check.series import (
    BITS,
    HALF,
    INFINITE,
    MASK,
    PRIME,
    Matrix,
    Number,
    Orders,
    Pairing,
    Series,
    SizeError,
    UndefinedError,
    added,
    crossed,
    exponent,
    filled,
    flipped,
    least,
    least_orders,
    lowest,
    monomial,
    paired,
    precision,
    rounded_at_random,
)  # fmt: skip

Combined = Callable[[float, float], float]


def _size(m: Matrix) -> float:
    """The largest entry."""
    return float(max(abs(x) for row in m for x in row))


def _operands(a: Series, b: Series, key: int) -> Iterator[tuple[Matrix, Matrix]]:
    """The parts of two series whose products add up to one part of the product."""
    return ((left, b.parts[key - k]) for k, left in a.parts.items() if key - k in b.parts)


@dataclass(slots=True)
class Ring:
    """Sums and products of series over one kind of numbers.

    ``kind`` is "modular", "rational" or "float". ``limits`` holds for each open slot its truncation;
    ``nilpotent`` says whether the variable's powers from there on are zero (a derivative's) rather than
    unknown. With a source of ``chance`` every operation on floats is rounded at random (``check/rounding.py``).
    """

    kind: str
    length: int = 4
    limits: list[int] = field(default_factory=list)
    nilpotent: list[bool] = field(default_factory=list)
    chance: Random | None = None

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

    @property
    def imaginary(self) -> Number:
        """The imaginary unit."""
        return 1j if self.kind == "float" else Gaussian(0, 1)

    def small(self, x: Number) -> bool:
        """Whether a number is zero as far as it can be told."""
        return bool(abs(x) < 1e-9 if self.kind == "float" else x == 0)

    def reciprocal(self, x: Number) -> Number:
        """1/x. Raises UndefinedError for zero."""
        if self.small(x):
            raise UndefinedError("division by zero")
        if self.kind == "float" and not abs(x) < 1e150:
            raise UndefinedError("the numbers are too large")
        return pow(x, -1, PRIME) if self.kind == "modular" else 1 / x

    def reduced(self, m: Matrix) -> Matrix:
        """A matrix of numbers, modulo the prime where that is their kind."""
        return [[x % PRIME for x in row] for row in m] if self.kind == "modular" else self._rounded(m)

    def _rounded(self, m: Matrix) -> Matrix:
        return m if self.chance is None else rounded_at_random(m, self.chance)

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
            e = ((key + HALF) & MASK) - HALF
            if e >= limit:
                return slot
            key = (key - e) >> BITS
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
        if a.constant and b.constant:
            total = self.reduced(added(a.parts[0], b.parts[0]))
            return self._of_numbers(total, [(a.parts[0], b.parts[0])], max)
        parts = dict(a.parts)
        for key, m in b.parts.items():
            old = parts.get(key)
            if old is None:
                parts[key] = m
                continue
            total = self.reduced(added(old, m))
            if self._tiny(total) and self._cancelled(total, [(old, m)], max):
                del parts[key]
            else:
                parts[key] = total
        if not (a.ends or b.ends):
            return Series(a.rows, a.cols, parts, {}, least(a.precisions, b.precisions))
        ends = {
            slot: min(a.ends.get(slot, INFINITE), b.ends.get(slot, INFINITE)) for slot in a.ends.keys() | b.ends.keys()
        }
        return self._clipped(Series(a.rows, a.cols, parts, ends, least(a.precisions, b.precisions)))

    def _tiny(self, m: Matrix) -> bool:
        if self.kind == "float":
            return all(abs(x) < 1e-13 for row in m for x in row)
        return not any(map(any, m))

    def _cancelled(self, m: Matrix, of: Iterable[tuple[Matrix, Matrix]], combined: Combined) -> bool:
        """Whether a tiny result is zero: of floats, what rounding leaves of operands whose results cancel.

        ``combined`` is the size of a result from the sizes of its operands.
        """
        return self.kind != "float" or all(_size(m) <= 1e-13 * combined(_size(a), _size(b)) for a, b in of)

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
        parts = {key: m for key, old in s.parts.items() if any(map(any, m := self.reduced(change(old))))}
        return Series(rows, cols, parts, s.ends, {slot: (orders or change)(o) for slot, o in s.precisions.items()})

    def negative(self, s: Series) -> Series:
        """-s."""
        return self.map(s, lambda m: [[-x for x in row] for row in m], s.rows, s.cols, lambda o: o)

    def multiple(self, c: Number, s: Series) -> Series:
        """A number times s."""
        return self.map(s, lambda m: [[c * x for x in row] for row in m], s.rows, s.cols, lambda o: o)

    def conjugate(self, s: Series) -> Series:
        """The complex conjugate; the small variables are real."""
        return self.map(s, lambda m: [[x.conjugate() for x in row] for row in m], s.rows, s.cols, lambda o: o)

    def part(self, s: Series, name: str) -> Series:
        """The real part "re" or the imaginary part "im"."""
        if name == "re":
            return self.map(s, lambda m: [[x.real for x in row] for row in m], s.rows, s.cols, lambda o: o)
        return self.map(s, lambda m: [[x.imag for x in row] for row in m], s.rows, s.cols, lambda o: o)

    def transposed(self, s: Series) -> Series:
        """The transpose."""
        return self.map(s, flipped, s.cols, s.rows)

    def entry(self, s: Series, i: int, j: int) -> Series:
        """One entry, counted from 0."""
        return self.map(s, lambda m: [[m[i][j]]], 1, 1)

    def weighted(self, weights: Matrix, s: Series) -> Series:
        """The sum of the entries, each times its weight."""
        flat = list(chain(*weights))
        return self.map(s, lambda m: [[sum(map(mul, flat, chain(*m)))]], 1, 1, lambda o: [[min(chain(*o))]])

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
        if scaling:
            if a.constant and b.constant:
                return self._of_numbers(self._scaled(a.parts[0][0][0], b.parts[0]), [(a.parts[0], b.parts[0])], mul)
            return self.bilinear(a, b, (b.rows, b.cols), lambda x, y: self._scaled(x[0][0], y), _scaled_orders)
        if a.cols != b.rows:
            raise SizeError(f"a {a.rows}x{a.cols} and a {b.rows}x{b.cols} matrix cannot be multiplied")
        if a.constant and b.constant:
            product = self.multiplied(a.parts[0], b.parts[0])
            return self._of_numbers(product, [(a.parts[0], b.parts[0])], mul)
        return self.bilinear(a, b, (a.rows, b.cols), self.multiplied, _multiplied_orders)

    def _of_numbers(self, m: Matrix, of: Iterable[tuple[Matrix, Matrix]], combined: Combined) -> Series:
        zero = self._tiny(m) and self._cancelled(m, of, combined)
        return Series(len(m), len(m[0]), {} if zero else {0: m})

    def hadamard(self, a: Series, b: Series) -> Series:
        """The product entry by entry."""
        if (a.rows, a.cols) != (b.rows, b.cols):
            raise SizeError(f"a {a.rows}x{a.cols} and a {b.rows}x{b.cols} matrix have no Hadamard product")
        shape = a.rows, a.cols
        return self.bilinear(a, b, shape, lambda x, y: self.reduced(paired(mul, x, y)), lambda x, y: paired(add, x, y))

    def kronecker(self, a: Series, b: Series) -> Series:
        """The Kronecker product."""
        shape = a.rows * b.rows, a.cols * b.cols
        return self.bilinear(
            a, b, shape, lambda x, y: self.reduced(crossed(mul, x, y)), lambda x, y: crossed(add, x, y)
        )

    def bilinear(self, a: Series, b: Series, shape: tuple[int, int], multiply: Pairing, orders: Pairing) -> Series:
        """A product of two series from that of two matrices of numbers, and of orders (where products are sums)."""
        parts: dict[int, Matrix] = {}
        ends: dict[int, int] = {}
        for ka, left in a.parts.items():
            for kb, right in b.parts.items():
                over = self._overflow(ka + kb) if ka + kb else -1
                if over >= 0:
                    if not self.nilpotent[over]:
                        ends[over] = min(ends.get(over, INFINITE), self.limits[over])
                    continue
                m = multiply(left, right)
                old = parts.get(ka + kb)
                parts[ka + kb] = m if old is None else self.reduced(added(old, m))
        if a.ends or b.ends:
            for slot in a.ends.keys() | b.ends.keys():
                known = min(a.ends.get(slot, INFINITE) + lowest(b, slot), b.ends.get(slot, INFINITE) + lowest(a, slot))
                ends[slot] = min(ends.get(slot, INFINITE), known)
        kept = {k: m for k, m in parts.items() if not (self._tiny(m) and self._cancelled(m, _operands(a, b, k), mul))}
        result = Series(*shape, kept, ends)
        for slot in a.precisions.keys() | b.precisions.keys():
            first = orders(precision(a, slot), self.valuations(b, slot))
            result.precisions[slot] = least_orders(first, orders(self.valuations(a, slot), precision(b, slot)))
        return self._clipped(result) if ends else result

    def _scaled(self, c: Number, m: Matrix) -> Matrix:
        if self.kind == "modular":
            return [[c * x % PRIME for x in row] for row in m]
        return self._rounded([[c * x for x in row] for row in m])

    def multiplied(self, a: Matrix, b: Matrix) -> Matrix:
        """The product of two matrices of numbers."""
        columns = list(zip(*b, strict=True))
        if self.kind == "modular":
            return [[sum(map(mul, row, column)) % PRIME for column in columns] for row in a]
        return self._rounded([[sum(map(mul, row, column)) for column in columns] for row in a])

    def valuations(self, s: Series, slot: int) -> Orders:
        """For each entry the least exponent that it may hold."""
        end = s.ends.get(slot, INFINITE)
        least = [[min(end, p) for p in row] for row in precision(s, slot)]
        for key, m in s.parts.items():
            e = exponent(key, slot)
            for i, row in enumerate(m):
                for j, x in enumerate(row):
                    if e < least[i][j] and not self.small(x):
                        least[i][j] = e
        return least

    def identity(self, n: int) -> Series:
        """The identity matrix."""
        return self.constant([[int(i == j) for j in range(n)] for i in range(n)])


def _scaled_orders(a: Orders, b: Orders) -> Orders:
    return [[a[0][0] + k for k in row] for row in b]


def _multiplied_orders(a: Orders, b: Orders) -> Orders:
    columns = list(zip(*b, strict=True))
    return [[min(map(add, row, column)) for column in columns] for row in a]
