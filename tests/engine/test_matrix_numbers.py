"""Arithmetic with matrices of numbers: what is left alone, what is computed, and what the check refuses."""

from __future__ import annotations

import pytest

from derivgen import api
from derivgen.check.matrix_numbers import matrix_arithmetic_fault
from derivgen.engine.matrix_numbers import matrix_arithmetic
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.plain import plain
from derivgen.language.terms import Term

LET = parse_declarations("x, y: vector(2); A: matrix(2); c: scalar")


def term(text: str) -> Term:
    return parse(text, LET)


@pytest.mark.parametrize(
    "text", ["A'", "A + [1, 2; 3, 4]", "A*[1, 2; 3, 4]", "c*[1, 2; 3, 4]", "2*A*x", "[c, 2; 3, 4]'"]
)
def test_what_is_no_matrix_of_numbers_is_left_alone(text: str) -> None:
    assert matrix_arithmetic(term(text)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2; 3, 4]'", "[1, 3; 2, 4]"),
        ("-[1, -2; 3, 4]", "[-1, 2; -3, -4]"),
        ("[1, 2; 3, 4] + A + [1, 0; -3, 0.5]", "[2, 2; 0, 4.5] + A"),
        ("[1; 2] - [1; 2]", "zeros(2,1)"),
        ("A*[1, 2; 3, 4]*[0, 1; 1, 0]*x", "A*[2, 1; 4, 3]*x"),
        ("2*[1, 2; 3, 4]*x", "[2, 4; 6, 8]*x"),
        ("c*3*[1, 2; 3, 4]", "c*[3, 6; 9, 12]"),
    ],
)
def test_numbers_are_computed_exactly_and_the_check_agrees(text: str, expected: str) -> None:
    old = term(text)
    new = matrix_arithmetic(old)
    assert new is not None and plain(new) == plain(term(expected))
    assert matrix_arithmetic_fault(old, new, "eps") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[1, 2; 3, 4]'", "[1, 2; 3, 4]"),
        ("[1, 2; 3, 4]*[0, 1; 1, 0]", "[3, 4; 1, 2]"),
        ("2*[1, 2; 3, 4]*x", "[2, 4; 6, 9]*x"),
        ("A*[1, 2; 3, 4]*x", "[1, 2; 3, 4]*A*x"),
        ("[1, 2; 3, 4] + A", "A"),
        ("A + A", "2*A"),
        ("[0, 1; 1, 0]*x", "x"),
    ],
)
def test_another_step_is_refused(old: str, new: str) -> None:
    assert matrix_arithmetic_fault(term(old), term(new), "eps")


@pytest.mark.parametrize(
    ("of", "let", "expected"),
    [
        ("x'*[2, 1; 1, 3]*x + [1; -2]'*x", "x: vector(2)", "[4, 2; 2, 6]*x + [1; -2]"),
        ("tr([1, 2; 3, 4]*[0, 1; 1, 0]*x)", "x: matrix(2)", "[2, 4; 1, 3]"),
    ],
)
def test_gradients_with_numbers_are_worked_out(of: str, let: str, expected: str) -> None:
    found = api.derive(of, "x", let=let)
    assert str(found.result) == expected
    assert api.check(found)
