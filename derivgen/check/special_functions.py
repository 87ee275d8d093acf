"""Taylor coefficients of the error function and of the logarithm of the gamma function, from their definitions.

erf is the integral of its derivative; the derivatives of log(gamma(x)) are sums over (x + n)^(-k), for real x > 0.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator
from itertools import count
from typing import Any

from derivgen.check.series import UndefinedError

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)  # B2, B4, ..
TERMS = 15  # of a sum that are added up before its rest is estimated


def erf_coefficients(x: Any) -> Iterator[Any]:
    """erf(x) = 2/sqrt(pi)*(integral of exp(-t^2) from 0 to x), and the coefficients of its derivative over k."""
    complex_number = isinstance(x, complex)
    yield _erf_series(x) if complex_number else math.erf(x)
    before, last = 0, (cmath if complex_number else math).exp(-x * x) * 2 / math.sqrt(math.pi)
    for k in count(1):
        yield last / k
        # q = exp(-t^2) fulfils q' = -2 t q
        before, last = last, -2 * (x * last + before) / k


def _erf_series(x: complex) -> complex:
    """The sum of (-1)^k x^(2k+1)/(k!(2k+1))."""
    if abs(x) > 4:
        raise UndefinedError("the series of erf loses its digits here")
    total, power = 0j, x
    for k in range(1, 120):
        total += power / (2 * k - 1)
        power *= -x * x / k
    return total * 2 / math.sqrt(math.pi)


def gammaln_coefficients(x: Any) -> Iterator[Any]:
    """log(gamma(x)), digamma(x), and (-1)^k/k times the sum of (x + n)^(-k) from k = 2 on."""
    _demand_positive(x)
    yield math.lgamma(x)
    yield _digamma(x)
    for k in count(2):
        yield (-1) ** k * _sum_of_powers(k, x) / k


def digamma_coefficients(x: Any) -> Iterator[Any]:
    """The derivative of log(gamma(x)) and its coefficients."""
    _demand_positive(x)
    yield _digamma(x)
    for k in count(1):
        yield (-1) ** (k + 1) * _sum_of_powers(k + 1, x)


def trigamma_coefficients(x: Any) -> Iterator[Any]:
    """The sum of (x + n)^(-2) and its coefficients."""
    _demand_positive(x)
    for k in count():
        yield (-1) ** k * (k + 1) * _sum_of_powers(k + 2, x)


def tetragamma_coefficients(x: Any) -> Iterator[Any]:
    """The sum of -2*(x + n)^(-3) and its coefficients."""
    _demand_positive(x)
    for k in count():
        yield (-1) ** (k + 1) * (k + 1) * (k + 2) * _sum_of_powers(k + 3, x)


def _demand_positive(x: Any) -> None:
    if isinstance(x, complex) or x <= 1e-9:
        raise UndefinedError("the logarithm of the gamma function is that of a positive number here")


def _digamma(x: float) -> float:
    """log(y) - 1/(2y) - B2/(2y^2) - .. at y = x + n, less 1/x + 1/(x + 1) + .. before y."""
    y = x + TERMS
    tail = sum(b / ((2 * k + 2) * y ** (2 * k + 2)) for k, b in enumerate(BERNOULLI))
    return math.log(y) - 1 / (2 * y) - tail - math.fsum(1 / (x + n) for n in range(TERMS))


def _sum_of_powers(s: int, x: float) -> float:
    """The sum of (x + n)^(-s) over n = 0, 1, .., by Euler and Maclaurin's formula."""
    y = x + TERMS
    total = math.fsum((x + n) ** -s for n in range(TERMS)) + y ** (1 - s) / (s - 1) + y**-s / 2
    factor = s * y ** (-s - 1) / 2
    for k, b in enumerate(BERNOULLI):
        total += b * factor
        factor *= (s + 2 * k + 1) * (s + 2 * k + 2) / ((2 * k + 3) * (2 * k + 4) * y * y)
    return total
