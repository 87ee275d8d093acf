"""Series arithmetic against exact arithmetic of polynomials."""

from __future__ import annotations

from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivgen.check.algebra import Algebra
from derivgen.check.series import PRIME, Number, Series, UndefinedError

LENGTH = 5
numbers = st.integers(-9, 9)
polynomials = st.lists(numbers, min_size=1, max_size=LENGTH)
KINDS = ("modular", "rational", "float")


def scalar(algebra: Algebra, coefficients: list[int], low: int = 0) -> Series:
    parts = {low + k: [[algebra.number(Fraction(c))]] for k, c in enumerate(coefficients) if c}
    return Series(1, 1, parts)


def coefficient(s: Series, k: int) -> object:
    return s.parts[k][0][0] if k in s.parts else 0


def times(p: list[int], q: list[int]) -> list[int]:
    r = [0] * (len(p) + len(q))
    for i, x in enumerate(p):
        for j, y in enumerate(q):
            r[i + j] += x * y
    return r


def same(algebra: Algebra, x: Number, y: int | Fraction) -> bool:
    if algebra.kind == "float":
        return bool(abs(x - y) < 1e-6 * (1 + abs(float(y))))
    return bool(x == algebra.number(Fraction(y)))


@pytest.mark.parametrize("kind", KINDS)
@given(p=polynomials, q=polynomials)
def test_products_are_polynomial_products_cut_off(kind: str, p: list[int], q: list[int]) -> None:
    algebra = Algebra(kind, LENGTH)
    s = algebra.product(scalar(algebra, p), scalar(algebra, q))
    expected = times(p, q)
    assert all(same(algebra, coefficient(s, k), expected[k]) for k in range(min(LENGTH, len(expected))))
    assert max(s.parts, default=0) < LENGTH
    if any(expected[LENGTH:]):
        assert s.ends == {0: LENGTH}


@pytest.mark.parametrize("kind", KINDS)
@given(p=polynomials, q=polynomials, low=st.integers(0, 2))
def test_a_quotient_times_its_divisor_is_the_dividend(kind: str, p: list[int], q: list[int], low: int) -> None:
    algebra = Algebra(kind, LENGTH)
    divisor, dividend = scalar(algebra, [q[0] or 1, *q[1:]], low), scalar(algebra, p)
    back = algebra.product(algebra.quotient(dividend, divisor), divisor)
    assert algebra.difference(back, dividend) is None or kind == "float"
    known = back.ends.get(0, LENGTH)
    assert known >= LENGTH - 2 * low
    if kind != "float":
        assert all(same(algebra, coefficient(back, k), c) for k, c in enumerate(p) if k < known)


@given(p=polynomials, q=polynomials, j=st.integers(0, 3), k=st.integers(0, 3))
def test_precision_of_products_is_sound(p: list[int], q: list[int], j: int, k: int) -> None:
    """(p + O(eps^j))*(q + O(eps^k)) is known as far as the unknown parts, put in as eps^j and eps^k,
    do not reach.
    """
    algebra = Algebra("rational", 12)

    def with_order(c: list[int], n: int) -> Series:
        return algebra.add(scalar(algebra, c), algebra.order(0, n, 1, 1))

    claimed = algebra.product(with_order(p, j), with_order(q, k)).precisions[0][0][0]
    exact = times(p, q)
    disturbed = times([*p, *[0] * (j + 1 - len(p))], [*q, *[0] * (k + 1 - len(q))])
    wobbly_p, wobbly_q = [*p, *[0] * 4], [*q, *[0] * 4]
    wobbly_p[j] += 5
    wobbly_q[k] += 7
    disturbed = times(wobbly_p, wobbly_q)
    exact += [0] * (len(disturbed) - len(exact))
    assert all(a == b for a, b in list(zip(exact, disturbed, strict=True))[:claimed])


@given(st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=3, max_size=3))
def test_inverse_and_determinant(m: list[list[int]]) -> None:
    algebra = Algebra("rational", 4)
    s = algebra.constant([[Fraction(x) for x in row] for row in m])
    (a, b, c), (d, e, f), (g, h, i) = m
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    assert coefficient(algebra.adjugate(s)[1], 0) == determinant
    slowly = algebra.adjugate(algebra.add(s, algebra.product(algebra.variable(0), s)))
    for quick, series in zip(algebra.adjugate(s), slowly, strict=True):
        assert algebra.difference(quick, algebra.limit(series, 0)) is None
    if determinant:
        assert algebra.difference(algebra.product(s, algebra.inverse(s)), algebra.identity(3)) is None
    else:
        with pytest.raises(UndefinedError):
            algebra.inverse(s)


def test_a_small_row_beside_a_large_one_keeps_its_digits() -> None:
    algebra = Algebra("float")
    adjugate, determinant = algebra.adjugate(algebra.constant([[0.5, 2.0], [3.0, 1e20]]))
    assert adjugate.parts[0] == [[1e20, -2.0], [-3.0, 0.5]] and determinant.parts[0] == [[5e19]]


def test_the_inverse_of_a_perturbed_identity_is_the_neumann_series() -> None:
    algebra = Algebra("modular", 4)
    m = algebra.constant([[1, 2], [3, 4]])
    s = algebra.add(algebra.identity(2), algebra.product(algebra.variable(0), m))
    square = algebra.product(m, m)
    eps = algebra.variable(0)
    first = algebra.add(algebra.identity(2), algebra.negative(algebra.product(eps, m)))
    expected = algebra.add(first, algebra.product(algebra.power(eps, 2), square))
    expected = algebra.add(
        expected, algebra.negative(algebra.product(algebra.power(eps, 3), algebra.product(square, m)))
    )
    assert algebra.difference(algebra.inverse(s), expected) is None


def test_composition_with_the_exponential_series() -> None:
    algebra = Algebra("rational", 4)

    def exponential() -> object:
        factorial = Fraction(1)
        for k in count():
            factorial *= max(k, 1)
            yield 1 / factorial

    s = algebra.compose(algebra.variable(0), exponential())  # type: ignore[arg-type]
    assert [coefficient(s, k) for k in range(4)] == [1, 1, Fraction(1, 2), Fraction(1, 6)]
    assert s.ends == {0: 4}


def test_a_derivative_by_a_second_variable_leaves_the_first_alone() -> None:
    algebra = Algebra("modular", 4)
    eps = algebra.variable(0)
    slot = algebra.open(nilpotent=True)
    moved = algebra.add(eps, algebra.variable(slot))  # x = eps + t
    cube = algebra.power(moved, 3)
    derivative = algebra.coefficient(cube, slot)
    algebra.close()
    assert algebra.difference(derivative, algebra.multiple(3, algebra.power(eps, 2))) is None


def test_division_by_what_is_known_only_up_to_its_order_is_undefined() -> None:
    algebra = Algebra("modular")
    vague = algebra.add(algebra.variable(0), algebra.order(0, 1, 1, 1))
    with pytest.raises(UndefinedError):
        algebra.quotient(algebra.scalar(1), vague)
    with pytest.raises(UndefinedError):
        algebra.quotient(algebra.scalar(1), algebra.scalar(0))


def test_a_limit_with_a_pole_or_without_precision_is_undefined() -> None:
    algebra = Algebra("modular")
    pole = algebra.quotient(algebra.scalar(1), algebra.variable(0))
    with pytest.raises(UndefinedError):
        algebra.limit(pole, 0)
    with pytest.raises(UndefinedError):
        algebra.limit(algebra.order(0, 0, 1, 1), 0)


def test_claiming_more_precision_is_seen() -> None:
    algebra = Algebra("modular")
    vague = algebra.add(algebra.scalar(3), algebra.order(0, 2, 1, 1))
    assert algebra.overclaims(vague, algebra.scalar(3))
    assert not algebra.overclaims(algebra.scalar(3), vague)
    assert algebra.difference(vague, algebra.scalar(3 + PRIME)) is not None or (3 + PRIME) % PRIME == 3
