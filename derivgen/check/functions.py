"""Taylor coefficients f(x), f'(x), f''(x)/2, ... of the elementary functions at a real or complex point."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from derivgen.check.series import OutsideError, UndefinedError
from derivgen.check.special_functions import (
    digamma_coefficients,
    erf_coefficients,
    gammaln_coefficients,
    tetragamma_coefficients,
    trigamma_coefficients,
)

Number = Any
Coefficients = Callable[[Number], Iterator[Number]]
NEAR = 1e-6  # beside the size of an argument: what rounding may have moved it by


def _library(x: Number) -> Any:
    return cmath if isinstance(x, complex) else math


def _value(name: str, x: Number) -> Number:
    function = getattr(_library(x), name)
    try:
        return function(x)
    except OverflowError as error:
        raise UndefinedError(f"{name} has no value here") from error
    except ValueError as error:
        raise _without_value(f"{name} has no value here", function, x) from error


def _without_value(reason: str, function: Callable[[Number], Number], x: Number) -> UndefinedError:
    """That a function has no value, and whether it has none near by either."""
    for near in (x - NEAR * (1 + abs(x)), x + NEAR * (1 + abs(x))):
        try:
            function(near)
        except (ValueError, OverflowError):
            continue
        return UndefinedError(reason)
    return OutsideError(reason)


def _cycle(*names: str) -> Coefficients:
    """A function whose derivatives repeat; a name that starts with - is negated."""

    def coefficients(x: Number) -> Iterator[Number]:
        factorial = 1
        for k in count():
            factorial *= max(k, 1)
            name = names[k % len(names)]
            yield (-1 if name.startswith("-") else 1) * _value(name.lstrip("-"), x) / factorial

    return coefficients


def _log(x: Number) -> Iterator[Number]:
    yield _value("log", x)
    for k in count(1):
        yield (-1) ** (k - 1) / (k * x**k)


def power_coefficients(x: Number, exponent: Number) -> Iterator[Number]:
    """The Taylor coefficients of x^exponent. Raises UndefinedError for x <= 0."""
    if not isinstance(x, complex) and x <= 0:
        raise _without_value("a power of a number that is not positive", math.log, x)
    factor: Number = x**exponent
    for k in count():
        yield factor
        factor = factor * (exponent - k) / ((k + 1) * x)


def _abs(x: Number) -> Iterator[Number]:
    if isinstance(x, complex) or abs(x) < 1e-9:
        raise UndefinedError("abs is not differentiable at 0")
    yield abs(x)
    yield 1.0 if x > 0 else -1.0
    while True:
        yield 0


def _from_derivative(
    name: str, constant: float, linear: float, square: float, exponent: float, sign: float = 1
) -> Coefficients:
    """A function with derivative sign*(constant + linear*x + square*x^2)^exponent,
    integrated term by term.
    """

    def coefficients(x: Number) -> Iterator[Number]:
        yield _value(name, x)
        p = [constant + linear * x + square * x * x, linear + 2 * square * x, square]
        if abs(p[0]) < 1e-9:
            raise UndefinedError(f"{name} is not differentiable here")
        q = [p[0] ** exponent]
        for k in count(1):
            yield sign * q[k - 1] / k
            # q = p^e fulfils q' p = e p' q
            terms = [(exponent * j - (k - j)) * p[j] * q[k - j] for j in (1, 2) if k - j >= 0]
            q.append(sum(terms) / (k * p[0]))

    return coefficients


TAYLOR: dict[str, Coefficients] = {
    "exp": _cycle("exp"),
    "log": _log,
    "sqrt": lambda x: power_coefficients(x, 0.5),
    "abs": _abs,
    "sin": _cycle("sin", "cos", "-sin", "-cos"),
    "cos": _cycle("cos", "-sin", "-cos", "sin"),
    "sinh": _cycle("sinh", "cosh"),
    "cosh": _cycle("cosh", "sinh"),
    "asin": _from_derivative("asin", 1, 0, -1, -0.5),
    "acos": _from_derivative("acos", 1, 0, -1, -0.5, -1),
    "atan": _from_derivative("atan", 1, 0, 1, -1),
    "asinh": _from_derivative("asinh", 1, 0, 1, -0.5),
    "acosh": _from_derivative("acosh", -1, 0, 1, -0.5),
    "atanh": _from_derivative("atanh", 1, 0, -1, -1),
    "erf": erf_coefficients,
    "gammaln": gammaln_coefficients,
    "digamma": digamma_coefficients,
    "trigamma": trigamma_coefficients,
    "tetragamma": tetragamma_coefficients,
}
