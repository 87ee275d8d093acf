"""Unknown functions at random: formal ones modulo a prime, sums of waves for reals, pairs of inverse functions.

A function of several variables is a sum of functions of linear forms. A premise about values and first derivatives
is met by linear functions that are added (``shifts``).
"""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Iterator
from hashlib import blake2b
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

from derivgen.check.evaluator import MeaningError, Scope
from derivgen.check.gaussian import Gaussian
from derivgen.check.series import PRIME, Matrix, Series

if TYPE_CHECKING:
    from derivgen.check.worlds import World

Place: TypeAlias = tuple[int, int, int, int, int]
Shift: TypeAlias = dict[Place, Any]  # entry i, j of the value; argument k (-1: none) and its entry r, c -> factor


class DrawnError(Exception):
    """A value had to be drawn, so the evaluation is not exact."""


class UnknownFunctions:
    """The functions of one world: unknown, defined, or inverse to each other; ``muted`` ones are their shifts alone."""

    def __init__(self, world: World) -> None:
        self.world, self.algebra = world, world.algebra
        self.shifts: dict[str, Shift] = {}
        self.muted: frozenset[str] = frozenset()
        self._drawn: dict[tuple[str, int, int], Matrix] = {}

    def apply(self, name: str, orders: tuple[int, ...], args: list[Series], size: tuple[int, int]) -> Series:
        """The value of an unknown, defined or inverse function, or of a derivative of it."""
        if name in self.world.hypotheses.definitions:
            return self._defined(name, orders, args)
        shift = self.shifts.get(name)
        if name in self.muted:
            return Series(*size, {}) if shift is None else self._shifted(shift, orders, args, size)
        value = self._unknown(name, orders, args, size)
        return value if shift is None else self.algebra.add(value, self._shifted(shift, orders, args, size))

    def _shifted(self, shift: Shift, orders: tuple[int, ...], args: list[Series], size: tuple[int, int]) -> Series:
        """A linear function of the arguments, or a derivative of it."""
        total, algebra = Series(*size, {}), self.algebra
        for (i, j, k, r, c), factor in shift.items():
            if k < 0 or sum(orders) > 1:
                part = algebra.scalar(0 if sum(orders) else 1)
            else:
                part = algebra.scalar(orders[k]) if any(orders) else algebra.entry(args[k], r, c)
            total = algebra.add(total, algebra.placed([(i, j, algebra.multiple(factor, part))], *size))
        return total

    def _unknown(self, name: str, orders: tuple[int, ...], args: list[Series], size: tuple[int, int]) -> Series:
        algebra = self.algebra
        if self._of_parts(name):
            if any(orders):
                raise MeaningError(f"a derivative of {name}, a function of two parts of its argument")
            args = [*args, *map(algebra.conjugate, args)]
            orders = (0,) * len(args)
        elif len(args) == 1 and args[0].rows == args[0].cols == 1 and size == (1, 1):
            return algebra.compose(args[0], self._coefficients(name, orders[0], algebra.at_zero(args[0])))
        if any(k and (a.rows, a.cols) != (1, 1) for k, a in zip(orders, args, strict=True)):
            raise MeaningError(f"a derivative of {name} by an argument that is not a scalar")
        entries = [
            (i, j, self._ridges(f"{name}[{i},{j}]", orders, args)) for i in range(size[0]) for j in range(size[1])
        ]
        return algebra.placed(entries, *size) if len(entries) > 1 else entries[0][2]

    def _defined(self, name: str, orders: tuple[int, ...], args: list[Series]) -> Series:
        """The body at the arguments; a derivative is the coefficient of t at the argument plus t."""
        names, body = self.world.hypotheses.definitions[name]
        varied = next((k for k, order in enumerate(orders) if order), None)
        if varied is None:
            return self.world.evaluator.value(body, Scope(dict(zip(names, args, strict=True))))
        lower = tuple(order - (k == varied) for k, order in enumerate(orders))
        return self._along(name, lower, args, varied, self.algebra.scalar(1))

    def _along(
        self,
        name: str,
        orders: tuple[int, ...],
        args: list[Series],
        k: int,
        direction: Series,
        size: tuple[int, int] = (1, 1),
    ) -> Series:
        slot = self.algebra.open(nilpotent=True)
        try:
            change = self.algebra.product(self.algebra.variable(slot), direction)
            moved = [*args[:k], self.algebra.add(args[k], change), *args[k + 1 :]]
            return self.algebra.coefficient(self.apply(name, orders, moved, size), slot)
        finally:
            self.algebra.close()

    def gradient(self, name: str, x: Series) -> Series:
        """grad(F)(x): the coefficient of t in F(x + t*J(i,j)), entry by entry."""
        entries = []
        for i in range(x.rows):
            for j in range(x.cols):
                unit = Series(
                    x.rows,
                    x.cols,
                    {0: [[int((a, b) == (i, j)) for b in range(x.cols)] for a in range(x.rows)]},
                )
                entries.append((i, j, self._along(name, (0,), [x], 0, unit)))
        return self.algebra.placed(entries, x.rows, x.cols) if len(entries) > 1 else entries[0][2]

    def hessian(self, name: str, x: Series) -> Series:
        """hess(F)(x): entry i, j is the coefficient of t in entry i of grad(F)(x + t*e(j))."""
        entries = []
        for j in range(x.rows):
            slot = self.algebra.open(nilpotent=True)
            try:
                unit = Series(x.rows, 1, {0: [[int(i == j)] for i in range(x.rows)]})
                moved = self.algebra.add(x, self.algebra.product(self.algebra.variable(slot), unit))
                column = self.algebra.coefficient(self.gradient(name, moved), slot)
            finally:
                self.algebra.close()
            entries += [(i, j, self.algebra.entry(column, i, 0)) for i in range(x.rows)]
        return self.algebra.placed(entries, x.rows, x.rows)

    def jacobian(self, name: str, x: Series, size: tuple[int, int]) -> Series:
        """jac(F)(x): column j is the coefficient of t in F(x + t*e(j))."""
        entries = []
        for j in range(x.rows):
            unit = Series(x.rows, 1, {0: [[int(i == j)] for i in range(x.rows)]})
            column = self._along(name, (0,), [x], 0, unit, (size[0], 1))
            entries += [(i, j, self.algebra.entry(column, i, 0)) for i in range(size[0])]
        return self.algebra.placed(entries, *size)

    def _ridges(self, name: str, orders: tuple[int, ...], args: list[Series]) -> Series:
        """A smooth function of several variables: a sum of functions of linear forms."""
        total, complex_numbers = Series(1, 1, {}), self._is_holomorphic(name)
        for ridge in range(3):
            form, factor = Series(1, 1, {}), 1
            for k, (order, arg) in enumerate(zip(orders, args, strict=True)):
                weights = self._weights(f"{name} weight {ridge} {k}", arg.rows, arg.cols, complex_numbers)
                form = self.algebra.add(form, self.algebra.weighted(weights, arg))
                factor = factor * weights[0][0] ** order if order else factor
            key = f"{name} ridge {ridge}"
            part = self.algebra.compose(form, self._coefficients(key, sum(orders), self.algebra.at_zero(form)))
            total = self.algebra.add(total, self.algebra.multiple(factor, part))
        return total

    def _weights(self, name: str, rows: int, cols: int, complex_numbers: bool) -> Matrix:
        """The coefficients of a linear form."""
        key = name, rows, cols
        found = self._drawn.get(key)
        if found is None:
            r = self.world.random(name)
            entries = [[self.world.random_entry(r, complex_numbers) for _ in range(cols)] for _ in range(rows)]
            found = self._drawn[key] = entries
        return found

    def _coefficients(self, name: str, order: int, x: Any) -> Iterator[Any]:
        """Taylor coefficients at x of the derivative of a function."""
        if self.world.kind == "rational":
            raise DrawnError(name)
        if self._is_holomorphic(name):
            return self._holomorphic(name, order, x)
        if isinstance(x, complex | Gaussian):
            if abs(x.imag) > 1e-12 * (1 + abs(x.real)):
                raise MeaningError(f"{name} is a function of real numbers; at a complex one it has no value")
            x = x.real
        for pair in self.world.hypotheses.inverses:
            if name in pair:
                return self._moebius("/".join(pair), order, x, inverse=name == pair[1])
        return self._jet(name, order, x) if self.world.kind == "modular" else self._waves(name, order, x)

    def _jet(self, name: str, order: int, x: int | Gaussian) -> Iterator[int]:
        """A formal function modulo a prime: each derivative at each point is an independent random number."""
        factorial = 1
        for k in count():
            factorial = factorial * max(k, 1) % PRIME
            digest = blake2b(f"{self.world.seed}/{name}/{order + k}/{x % PRIME}".encode(), digest_size=16).digest()
            yield int.from_bytes(digest, "big") * pow(factorial, -1, PRIME) % PRIME

    def _of_parts(self, name: str) -> bool:
        """Whether a function of complex numbers is smooth in their parts, and need not be holomorphic."""
        declared = self.world.hypotheses.declarations.get(name)
        return declared is not None and "complex" in declared.properties

    def _is_holomorphic(self, key: str) -> bool:
        """Whether a function, or the one that a part such as ``f[0,1] ridge 2`` belongs to, is declared holomorphic."""
        return self.world.is_complex(re.split(r"[\[ ]", key, maxsplit=1)[0])

    def _holomorphic(self, name: str, order: int, x: Any) -> Iterator[Any]:
        """A function of complex numbers that has a derivative, with values that are not real."""
        if self.world.kind == "modular":
            return map(Gaussian, self._jet(f"{name} re", order, x), self._jet(f"{name} im", order, x))
        return self._complex_waves(name, order, x)

    def _complex_waves(self, name: str, order: int, x: complex) -> Iterator[complex]:
        """A sum of two sine waves and a line, with complex factors."""
        r = self.world.random(name)
        waves = [[complex(r.uniform(0.3, 1), r.uniform(0.3, 1)) for _ in range(3)] for _ in range(2)]
        slope = complex(r.uniform(0.5, 2), r.uniform(0.5, 2))
        for k in count():
            n = order + k
            line = slope * x if n == 0 else slope if n == 1 else 0
            value = line + sum(a * b**n * cmath.sin(b * x + c + n * math.pi / 2) for a, b, c in waves)
            yield value / math.factorial(k)

    def _waves(self, name: str, order: int, x: Any) -> Iterator[float]:
        """A sum of two sine waves and a line."""
        r = self.world.random(name)
        waves = [(r.uniform(0.3, 1), r.uniform(0.5, 1.5), r.uniform(0, 6)) for _ in range(2)]
        slope = r.uniform(0.5, 2)
        for k in count():
            n = order + k
            line = slope * x if n == 0 else slope if n == 1 else 0.0
            value = line + sum(a * b**n * math.sin(b * x + c + n * math.pi / 2) for a, b, c in waves)
            yield value / math.factorial(k)

    def _moebius(self, pair: str, order: int, x: Any, inverse: bool) -> Iterator[Any]:
        """(a*x + b)/(c*x + d), or its inverse: a function whose inverse and derivatives are known exactly."""
        r = self.world.random(pair)
        draw = (lambda: r.randrange(1, PRIME)) if self.world.kind == "modular" else (lambda: r.uniform(0.1, 0.4))
        a, b, c, d = draw() + 1, draw(), draw(), draw() + 1
        if inverse:
            a, b, c, d = d, -b, -c, a
        scale = self.algebra.reciprocal(self.world.number(c * x + d))
        for k in count():
            n = order + k
            if n == 0:
                yield self.world.number((a * x + b) * scale)
                continue
            binomial = math.factorial(n) // math.factorial(k)
            yield self.world.number((-c) ** (n - 1) * (a * d - b * c) * scale ** (n + 1) * binomial)
