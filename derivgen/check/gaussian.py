"""Complex numbers with exact parts: fractions, or integers modulo the prime, where -1 has no square root of its own.

The prime is 3 modulo 4, so that the numbers a + b*i modulo it are a field, and to take the conjugate means what it
means for complex numbers: two sums of products of numbers and conjugates that agree at random points are equal.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeAlias

Exact: TypeAlias = "int | Fraction | Gaussian"


class Gaussian:
    """real + imag*i with exact parts; a number whose imaginary part is zero equals its real part."""

    __slots__ = ("imag", "real")

    def __init__(self, real: Any, imag: Any) -> None:
        self.real, self.imag = real, imag

    def __repr__(self) -> str:
        return f"({self.real} + {self.imag}i)"

    def __bool__(self) -> bool:
        return bool(self.real or self.imag)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Gaussian):
            return bool(self.real == other.real and self.imag == other.imag)
        return not self.imag and self.real == other

    def __hash__(self) -> int:
        return hash((self.real, self.imag)) if self.imag else hash(self.real)

    def __add__(self, other: Exact) -> Gaussian:
        if isinstance(other, Gaussian):
            return Gaussian(self.real + other.real, self.imag + other.imag)
        return Gaussian(self.real + other, self.imag)

    __radd__ = __add__

    def __neg__(self) -> Gaussian:
        return Gaussian(-self.real, -self.imag)

    def __sub__(self, other: Exact) -> Gaussian:
        return self + -other

    def __rsub__(self, other: Exact) -> Gaussian:
        return -self + other

    def __mul__(self, other: Exact) -> Gaussian:
        if isinstance(other, Gaussian):
            a, b, c, d = self.real, self.imag, other.real, other.imag
            return Gaussian(a * c - b * d, a * d + b * c)
        return Gaussian(self.real * other, self.imag * other)

    __rmul__ = __mul__

    def __mod__(self, modulus: int) -> Gaussian:
        return Gaussian(self.real % modulus, self.imag % modulus)

    def __abs__(self) -> Any:
        """The square of the modulus: zero for zero alone."""
        return self.real * self.real + self.imag * self.imag

    def __rtruediv__(self, other: Exact) -> Exact:
        """other/self. Raises ZeroDivisionError."""
        return self.conjugate() * other * (1 / Fraction(abs(self)))

    def __pow__(self, exponent: int, modulus: int | None = None) -> Gaussian:
        """A power; for a negative exponent that of the inverse. Raises ZeroDivisionError or ValueError for zero."""
        base = self
        if exponent < 0:
            scale = 1 / Fraction(abs(self)) if modulus is None else pow(abs(self) % modulus, -1, modulus)
            base, exponent = self.conjugate() * scale, -exponent
        result = Gaussian(1, 0)
        for _ in range(exponent):
            result = result * base if modulus is None else result * base % modulus
        return result

    def conjugate(self) -> Gaussian:
        """real - imag*i."""
        return Gaussian(self.real, -self.imag)
