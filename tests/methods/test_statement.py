"""Statements that are laws of the book, asked as questions."""

import pytest

from derivgen import api
from derivgen.engine.rewrite import DerivationError

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
