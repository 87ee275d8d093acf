"""What a step does to where a term has a value: none may be lost in silence."""

from __future__ import annotations

import pytest

from derivgen import check, prove


@pytest.mark.parametrize("statement", ["x*y = sqrt(x)^2*y", "x^3 = sqrt(x)^6", "x*y + x = sqrt(x)*sqrt(x)*(y + 1)"])
def test_a_step_to_a_term_without_value_needs_an_assumption(statement: str) -> None:
    report = check(prove(statement, let="x, y: scalar"))
    assert not report and "no value where the old one has one" in str(report)
    assert check(prove(statement, let="x, y: scalar", assume=["x > 0"]))
    assert check(prove(statement, let="x: positive scalar; y: scalar"))


@pytest.mark.parametrize("statement", ["sqrt(x)^2*y = x*y", "sqrt(x)*sqrt(x)*y - x*y = 0", "x*y = x^2*y/x"])
def test_a_step_may_give_a_term_a_value(statement: str) -> None:
    assert check(prove(statement, let="x, y: scalar"))


def test_the_way_back_states_what_it_needs() -> None:
    found = prove("x = sqrt(x)^2", let="x: scalar")
    assert found.assumed and check(found)
