"""Products of sums: equal ones are found equal whichever factor a power was split at, others are not."""

from __future__ import annotations

import pytest

from derivgen.check.multiplied_out import same_multiplied_out
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse

NAMES = parse_declarations("a, b, s, t: scalar; x: vector(n); A, B: matrix(n)")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("(1 - s)^2*t - (1 - s)*s", "(1 - s)*((1 - s)*t - s)", True),
        ("(1 - s)^3*A - (1 - s)*s*B", "(1 - s)*((1 - s)^2*A - s*B)", True),
        ("((1 - s)*t)^2*a + (1 - s)*b", "(1 - s)*((1 - s)*t^2*a + b)", True),
        ("(1 - s)^2/t - (1 - s)*s/t", "(1 - s)/t*(1 - 2*s)", True),
        ("(1 - s)^40*(A + B)", "(1 - s)^40*A + (1 - s)^40*B", True),
        ("(1 - s)^2*t - (1 - s)*s", "(1 - s)*((1 - s)*t + s)", False),
        ("(1 - s)^2*t - (1 - s)*s", "(1 - s)*((1 - s)^2*t - s)", False),
        ("(1 - s)^2*A*B", "(1 - s)^2*B*A", False),
        ("sqrt(1 + s^2)*A + B/sqrt(1 + s^2)", "((1 + s^2)*A + B)/sqrt(1 + s^2)", True),
        ("sqrt(1 + s^2)*A + B/sqrt(1 + s^2)", "((1 + s^2)*A - B)/sqrt(1 + s^2)", False),
        ("1/sqrt(a*s) - a*s/(2*sqrt(a*s)^3)", "1/2*(2/sqrt(a*s) - a*s/sqrt(a*s)^3)", True),
        ("1/sqrt(a*s) - a*s/(2*sqrt(a*s)^3)", "1/(2*sqrt(a*s))", True),
        ("sqrt(s^2) + s^2/sqrt(s^2)", "2*sqrt(s^2)", True),
        ("3*s^2/sqrt(s^2) - s^4/sqrt(s^2)^3", "2*s^2/sqrt(s^2)", True),
        ("sqrt(s^2) + a", "s + a", False),
        ("a*sqrt(s^2) + s", "(a + 1)*s", False),
        ("sqrt(a*b) + s", "sqrt(a)*sqrt(b) + s", False),
        ("s*sqrt(s^2) + s", "s*(s + 1)", False),
        ("sqrt(0) + a", "sqrt(0) + b", False),
        ("(A + B)^2", "A^2 + 2*A*B + B^2", False),
        ("(a + b)^2", "a^2 + b^2", False),
    ],
)
def test_sums_of_products(one: str, other: str, same: bool) -> None:
    assert same_multiplied_out(parse(one, NAMES), parse(other, NAMES)) == same
