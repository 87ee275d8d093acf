"""Statements that are laws of the book, asked as questions."""

import re

import pytest

from derivgen import api
from derivgen.engine.derivation_error import DerivationError

LAWS = (
    ("(A*B)' = B'*A'", "A: matrix(m,n); B: matrix(n,k)"),
    ("Q'*P' = (P*Q)'", "P: matrix(m,n); Q: matrix(n,k)"),
    ("inv(A*B) = inv(B)*inv(A)", "A, B: invertible matrix(n)"),
    ("inv(inv(A)) = A", "A: invertible matrix(n)"),
    ("det(A') = det(A)", "A: matrix(n)"),
    ("vec(A*X*B) = kron(B',A)*vec(X)", "A: matrix(m,n); X: matrix(n,p); B: matrix(p,q)"),
)


@pytest.mark.parametrize(("statement", "let"), LAWS)
def test_a_law_of_the_book_is_proved(statement: str, let: str) -> None:
    result = api.prove(statement, let=let)
    assert api.check(result)
    assert str(result.result).replace(" ", "") == statement.replace(" ", "")


def test_a_theorem_is_not_proved_by_itself() -> None:
    result = api.prove("(A*B)' = B'*A'", let="A: matrix(m,n); B: matrix(n,k)")
    assert "transpose_mul" not in {step.rule for step in result.steps}


def test_a_law_that_is_cited_may_be_used() -> None:
    result = api.prove("(A*B)' = B'*A'", let="A: matrix(m,n); B: matrix(n,k)", using=["transpose_mul"])
    assert [step.rule for step in result.steps] == ["transpose_mul"]
    assert api.check(result)


def test_the_conditions_of_a_law_are_asked_for() -> None:
    with pytest.raises(DerivationError):
        api.prove("abs(z)^2 = z^2", let="z: complex scalar")


@pytest.mark.parametrize(
    ("statement", "let", "said"),
    [
        ("A*B = B*A", "A, B: matrix(n)", "false: the two sides differ, e.g. at n = 2: entry [1,1] of the left side is"),
        ("det(A+B) = det(A)+det(B)", "A, B: matrix(n)", "false: the two sides differ, e.g. at n = 2: the left side"),
        ("1+1 = 3", "", "false: the two sides differ, e.g. the left side is 2 and the right side 3"),
        ("gamma(x+1)*gamma(x) = x", "gamma: function", "false: the two sides differ"),
        ("atan(x) + atan(1/x) = 2*atan(1)", "x: positive scalar", "true in numbers, but no proof was found"),
    ],
)
def test_what_is_false_is_not_what_was_not_found(statement: str, let: str, said: str) -> None:
    with pytest.raises(DerivationError, match=re.escape(said)):
        api.prove(statement, let=let or None)


def test_a_wrong_form_is_called_false() -> None:
    let = "A: matrix(m,n); x: vector(n); b: vector(m)"
    with pytest.raises(DerivationError, match=r"false: the two sides differ, e\.g\. at m = 2, n = 3: entry"):
        api.derive("norm(A*x-b)^2", "x", let=let, to="2*A'*A*x - A'*b")
