"""A result against central differences: what they see is refused, and where they see nothing they say nothing."""

from __future__ import annotations

import pytest

from derivgen.check.differences import against_differences
from derivgen.check.worlds import Hypotheses, World
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse

NAMES = parse_declarations("s: scalar; x: vector(n); X: matrix(n); f: function; z: complex scalar")


def verdict(derivative: str, right: str) -> str | None:
    world = World(Hypotheses(NAMES), {"n": 2}, "differences", "float")
    world.set_symbol("s", world.algebra.scalar(1.7))
    return against_differences(world, parse(derivative, NAMES), parse(right, NAMES))


@pytest.mark.parametrize(
    ("derivative", "right", "wrong"),
    [
        ("D(x'*x, x)", "2*x", "3*x"),
        ("D(exp(s^2), s)", "2*s*exp(s^2)", "exp(s^2)"),
        ("D(tr(X*X), X)", "2*X'", "2*X"),
        ("D(f(s^2), s)", "2*s*f'(s^2)", "s*f'(s^2)"),
        ("D(z^2, z)", "2*z", "z"),
    ],
)
def test_a_wrong_result_is_seen(derivative: str, right: str, wrong: str) -> None:
    assert verdict(derivative, right) is None
    assert verdict(derivative, wrong) is not None


@pytest.mark.parametrize(
    ("derivative", "right"),
    [
        ("D(f(exp(20*s)), s)", "20*exp(20*s)*f'(exp(20*s))"),  # f turns many times within a step
        ("D(exp(60) + s, s)", "1"),  # beside exp(60) a step is nothing
    ],
)
def test_where_differences_see_nothing_they_refuse_nothing(derivative: str, right: str) -> None:
    assert verdict(derivative, right) is None
