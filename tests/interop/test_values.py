"""Values for pictures: what has none, and what it is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivgen.interop.contours import level_sets
from derivgen.interop.values import NoValueError, Values
from derivgen.language.problem import read_declarations, read_problem
from derivgen.language.terms import Term


def term(text: str, let: str = "f, g: function") -> Term:
    return read_problem("expand", text, let=let).of


def values(**functions: str) -> Values:
    definitions = {name: (("x",), term(body)) for name, body in functions.items()}
    return Values(read_declarations("f, g: function"), definitions)


@pytest.mark.parametrize("text", ["log(x)", "1/(x + 1)", "sqrt(x)", "exp(exp(x + 10))", "x^(1/2)"])
def test_where_there_is_no_value_there_is_none(text: str) -> None:
    assert values().at(term(text), {"x": -1.0}) is None


def test_a_term_without_a_meaning_is_refused() -> None:
    with pytest.raises(NoValueError, match="equation"):
        values().at(term("x = 1"), {"x": 1.0})


@given(st.floats(0.1, 3))
def test_values_and_slopes_are_those_of_the_functions(x: float) -> None:
    t = term("f(x)*exp(x) + log(x)/x")
    found = values(f="sin(x)^2")
    assert found.at(t, {"x": x}) == pytest.approx(math.sin(x) ** 2 * math.exp(x) + math.log(x) / x)
    slope = (math.sin(2 * x) + math.sin(x) ** 2) * math.exp(x) + (1 - math.log(x)) / x**2
    assert found.slope(t, "x", {"x": x}) == pytest.approx(slope)


def test_the_derivative_of_a_defined_function_has_a_value() -> None:
    assert values(f="x^3").at(term("f'(x)*eps"), {"x": 2.0, "eps": 0.5}) == pytest.approx(6)


def test_level_sets_lie_where_the_function_has_their_level() -> None:
    found = level_sets(lambda x, y: x * x + 2 * y * y, (-2, 2), (-2, 2), [1.0, 3.0])
    assert [level for level, _ in found] == [1.0, 3.0]
    for level, lines in found:
        assert lines
        for x, y in (point for line in lines for point in line):
            assert x * x + 2 * y * y == pytest.approx(level, abs=0.01)


def test_a_function_without_values_has_no_level_sets() -> None:
    assert level_sets(lambda x, y: None, (0, 1), (0, 1)) == []
    halves = level_sets(lambda x, y: x if x > 0 else None, (-1, 1), (0, 1), [0.5])
    assert all(x == pytest.approx(0.5) for _, lines in halves for line in lines for x, _ in line)
