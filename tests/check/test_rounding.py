"""Rounding: a difference that may be rounding says nothing, anything larger is one, and another point decides."""

from __future__ import annotations

from random import Random

import pytest

from derivgen.check.agreement import agreement
from derivgen.check.report import RefusedError
from derivgen.check.rounding import difference, far_from_zero
from derivgen.check.series import HiddenError, Series, rounded_at_random
from derivgen.check.worlds import Hypotheses, World
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse

NAMES = parse_declarations("a, b, s: scalar; A, B: matrix(n)")


def world(**values: float) -> World:
    found = World(Hypotheses(NAMES), {"n": 2}, "rounding", "float")
    for name, x in values.items():
        found.set_symbol(name, found.algebra.scalar(x))
    return found


@pytest.mark.parametrize(
    ("before", "after", "hidden"),
    [
        ("s*(a - b)", "s*a - s*b", True),
        ("s*(a - b)", "s*a - s*b + 100", True),
        ("s*(a - b)", "s*a - s*b + 1000000", False),
        ("s*(a - b)", "s*a + s*b", False),
        ("s*(a - b)/a", "s - s*b/a", True),
        ("s*A*A - s*A*B", "(s*A - s*B)*A", False),
        ("s*exp(b) + a - s*exp(b)", "a", True),
        ("s*exp(b) + a - s*exp(b)", "a + s", False),
        ("(-s)^((b + 1)/(b + 1))", "a", True),  # an exponent that is whole but for rounding
        ("a", "a + 0.001", False),
    ],
)
def test_a_difference_is_rounding_beside_large_numbers_only(before: str, after: str, hidden: bool) -> None:
    evaluator = world(s=3e15, a=1.1 + 1e-15, b=1.1).evaluator

    def sides() -> tuple[Series, Series]:
        return evaluator.value(parse(before, NAMES)), evaluator.value(parse(after, NAMES))

    if hidden:
        with pytest.raises(HiddenError):
            difference(evaluator, sides(), sides)
    else:
        assert difference(evaluator, sides(), sides)


def test_what_is_rounded_otherwise_is_not_kept() -> None:
    here = world(s=3e15, a=1.1, b=1.3)
    term = parse("s*(a - b)", NAMES)
    before = here.evaluator.value(term).parts
    assert far_from_zero(here.evaluator, lambda: here.evaluator.value(term).parts[0][0][0])
    assert here.evaluator.value(term).parts is before


def test_whole_numbers_stay() -> None:
    assert rounded_at_random([[2, 3.0, -4.0]], Random(0)) == [[2, 3.0, -4.0]]
    assert rounded_at_random([[2.5]], Random(0)) != [[2.5]]


@pytest.mark.parametrize("wrong", ["", " + b", " + 1/100"])
def test_where_rounding_hides_it_another_point_decides(wrong: str) -> None:
    equation = parse(f"exp(a^2)*(b + exp(-a^2)) = exp(a^2)*b + 1{wrong}", NAMES)
    if wrong:
        with pytest.raises(RefusedError, match="differ"):
            agreement(equation, NAMES)
    else:
        assert agreement(equation, NAMES).grade == "sampled"
