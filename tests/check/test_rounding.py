"""Rounding: what cancelling summands leave is no difference, anything larger is one."""

from __future__ import annotations

import pytest

from derivgen.check.rounding import within_rounding
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
    ("before", "after", "same"),
    [
        ("s*(a - b)", "s*a - s*b", True),
        ("s*(a - b)", "s*a - s*b + 100", True),
        ("s*(a - b)", "s*a - s*b + 1000000", False),
        ("s*(a - b)", "s*a + s*b", False),
        ("s*(a - b)/a", "s - s*b/a", True),
        ("s*(A - B)*A", "s*A*A - s*B*A", True),
        ("s*(A - B)*A", "s*A*A - s*A*B", False),
        ("a", "a + 0.000001", False),
    ],
)
def test_a_difference_is_rounding_beside_large_summands_only(before: str, after: str, same: bool) -> None:
    here = world(s=3e15, a=1.1 + 1e-15, b=1.1)
    terms = parse(before, NAMES), parse(after, NAMES)
    assert within_rounding(here.evaluator, terms, None) == same
