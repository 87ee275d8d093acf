"""Exact complex numbers: a field, also modulo the prime, in which the conjugate means what it means."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivgen.check.gaussian import Gaussian
from derivgen.check.series import PRIME

WHOLE = st.integers(-50, 50)
NUMBERS = st.builds(Gaussian, WHOLE, WHOLE)


@pytest.mark.parametrize("modulus", [None, PRIME])
def test_zero_has_no_inverse(modulus: int | None) -> None:
    with pytest.raises((ZeroDivisionError, ValueError)):
        pow(Gaussian(0, 0), -1, modulus)


@given(NUMBERS, NUMBERS)
def test_sums_and_products_are_those_of_complex_numbers(a: Gaussian, b: Gaussian) -> None:
    x, y = complex(a.real, a.imag), complex(b.real, b.imag)
    for found, known in ((a + b, x + y), (a - b, x - y), (a * b, x * y), (2 - a, 2 - x), (3 * a, 3 * x), (-a, -x)):
        assert complex(found.real, found.imag) == known
    assert (a * b).conjugate() == a.conjugate() * b.conjugate()


@given(NUMBERS.filter(bool))
def test_inverses(a: Gaussian) -> None:
    assert a * pow(a, -1, PRIME) % PRIME == 1
    assert a * (1 / a) == 1
    assert pow(a, 3) * pow(a, -3) == 1


def test_a_number_without_imaginary_part_is_its_real_part() -> None:
    assert Gaussian(2, 0) == 2 and hash(Gaussian(2, 0)) == hash(2)
    assert Gaussian(Fraction(1, 2), 1) != Fraction(1, 2)
    assert not Gaussian(0, 0)
