"""Functions of a square matrix of series: exponential, sine and cosine, logarithm, square root. Real numbers only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from itertools import chain, count

from derivgen.check.algebra import Algebra
from derivgen.check.functions import TAYLOR
from derivgen.check.series import Series, UndefinedError

TERMS = 120  # of a power series
LARGEST = 12.0  # norm of a matrix in a power series: beyond it the terms cancel to fewer digits than are compared
NEAR = 0.25  # of a matrix to I, where the quadrature for the logarithm has all its digits
TINY = 1e-18
NEWTON = 60
CONDITION = 1e4  # of a matrix whose square root is iterated
ROOTS = 12
NODES = 12  # of a Gauss-Legendre rule


def power_series(a: Algebra, s: Series, coefficients: Iterator[float]) -> Series:
    """The sum of c_k S^k. Raises UndefinedError for numbers too large to be told in floating point."""
    if _norm(s) > LARGEST:
        raise UndefinedError("the entries are too large for a power series")
    total, power = a.multiple(next(coefficients), a.identity(s.rows)), a.identity(s.rows)
    for _, c in zip(range(TERMS), coefficients, strict=False):
        power = a.product(power, s)
        if not power.parts:
            break
        term = a.multiple(c, power)
        total = a.add(total, term)
        if c and all(abs(x) < TINY for m in term.parts.values() for x in chain(*m)):
            return total
    else:
        raise UndefinedError("the power series does not settle: the numbers are too large")
    return total


def _norm(s: Series) -> float:
    """The largest sum of a row at eps = 0."""
    return max((float(sum(map(abs, row))) for row in s.parts.get(0, ())), default=0.0)


def exponential(a: Algebra, s: Series) -> Series:
    """expm(S)."""
    return power_series(a, s, _exponential_coefficients(lambda k: 1))


def sine(a: Algebra, s: Series) -> Series:
    """sinm(S)."""
    return power_series(a, s, _exponential_coefficients(lambda k: (0, 1, 0, -1)[k % 4]))


def cosine(a: Algebra, s: Series) -> Series:
    """cosm(S)."""
    return power_series(a, s, _exponential_coefficients(lambda k: (1, 0, -1, 0)[k % 4]))


def _exponential_coefficients(sign: Callable[[int], int]) -> Iterator[float]:
    factor = 1.0
    for k in count():
        factor /= max(k, 1)
        yield sign(k) * factor


def square_root(a: Algebra, s: Series) -> Series:
    """sqrtm(S), the principal root, by the iteration of Denman and Beavers."""
    if _norm(s) * _norm(a.inverse(s)) > CONDITION:
        raise UndefinedError("the iteration for the square root would lose too many digits")
    root, other = s, a.identity(s.rows)
    settled = 0
    for _ in range(NEWTON):
        try:
            root, other = _mean(a, root, a.inverse(other)), _mean(a, other, a.inverse(root))
        except OverflowError as error:
            raise UndefinedError("no principal square root") from error
        settled += a.difference(a.product(root, root), s) is None
        if settled > 2:  # each further step doubles the digits
            return root
    raise UndefinedError("no principal square root")


def _mean(a: Algebra, s: Series, t: Series) -> Series:
    return a.multiple(0.5, a.add(s, t))


def logarithm(a: Algebra, s: Series) -> Series:
    """logm(S): the integral of (S - I)(I + t(S - I))^-1 over t from 0 to 1, after square roots bring S near to I."""
    roots, one = 0, a.identity(s.rows)
    while _norm(a.add(s, a.negative(one))) > NEAR:
        if roots == ROOTS:
            raise UndefinedError("too many square roots are needed for the logarithm")
        s, roots = square_root(a, s), roots + 1
    shift = a.add(s, a.negative(one))
    total = Series(s.rows, s.cols, {})
    for node, weight in _legendre(NODES):
        inverse = a.inverse(a.add(one, a.multiple(node, shift)))
        total = a.add(total, a.multiple(weight, a.product(shift, inverse)))
    return a.multiple(2**roots, total)


@cache
def _legendre(n: int) -> list[tuple[float, float]]:
    """Nodes and weights on [0, 1], by Newton's method on a Legendre polynomial."""
    found = []
    for k in range(n):
        x = math.cos(math.pi * (k + 0.75) / (n + 0.5))
        for _ in range(100):
            p, slope = _polynomial(n, x)
            step = p / slope
            x -= step
            if abs(step) < 1e-16:
                break
        slope = _polynomial(n, x)[1]
        found.append(((1 - x) / 2, 1 / ((1 - x * x) * slope * slope)))
    return found


def _polynomial(n: int, x: float) -> tuple[float, float]:
    """The Legendre polynomial of degree n at x, and its derivative."""
    before, now = 1.0, x
    for k in range(2, n + 1):
        before, now = now, ((2 * k - 1) * x * now - (k - 1) * before) / k
    return now, n * (x * now - before) / (x * x - 1)


def spectral_norm(a: Algebra, s: Series) -> Series:
    """The largest singular value: the root of the characteristic polynomial of S'S that leads at eps = 0.

    Raises UndefinedError where it is zero or not simple.
    """
    square = a.product(a.transposed(s), s)
    coefficients = characteristic(a, square)
    # from above, Newton's method falls to the largest root of a polynomial with real roots
    largest = _newton_number([a.at_zero(c) for c in coefficients], a.at_zero(a.trace(square)))
    root = root_of(a, coefficients, a.scalar(largest))
    return a.compose(root, TAYLOR["sqrt"](a.at_zero(root)))


def root_of(a: Algebra, coefficients: list[Series], root: Series) -> Series:
    """The simple root of a polynomial that is given at eps = 0, by Newton's method on series."""
    for _ in range(2 + a.length):  # each step doubles the orders in eps that are right
        value, slope = a.scalar(0), a.scalar(0)
        for c in coefficients:
            slope = a.add(a.product(slope, root), value)
            value = a.add(a.product(value, root), c)
        root = a.add(root, a.negative(a.quotient(value, slope)))
    return root


def _newton_number(coefficients: list[float], start: float) -> float:
    x = start
    for _ in range(500):
        value, slope = 0.0, 0.0
        for c in coefficients:
            slope = slope * x + value
            value = value * x + c
        if abs(slope) < 1e-6 * (1 + start) ** (len(coefficients) - 2):
            break
        x -= value / slope
        if abs(value / slope) < 1e-15 * start:
            return x
    raise UndefinedError("the largest singular value is zero or not simple")


def characteristic(a: Algebra, s: Series) -> list[Series]:
    """The coefficients of det(x*I - S), the leading one first, by the Faddeev-LeVerrier recursion."""
    power, found = a.identity(s.rows), [a.scalar(1)]
    for k in range(1, s.rows + 1):
        moved = a.product(s, power)
        c = a.multiple(a.number(Fraction(-1, k)), a.trace(moved))
        found.append(c)
        power = a.add(moved, a.product(c, a.identity(s.rows)))
    return found
