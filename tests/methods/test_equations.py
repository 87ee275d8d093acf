"""Equations that need more than one law or one normal form; each proof is checked."""

import pytest

from derivgen import api
from derivgen.engine.derivation_error import DerivationError

PROVED = (
    ("sin(x)^2+cos(x)^2 = 1", ""),
    ("(x+1)^2 = x^2+2*x+1", ""),
    ("1/x+1/y = (x+y)/(x*y)", "x, y: positive scalar"),
    ("exp(x)*exp(-x) = 1", ""),
    ("cosh(x)^2-sinh(x)^2 = 1", ""),
    ("sigmoid(-x) = 1-sigmoid(x)", ""),
    ("(x-y)'*(x-y) = x'*x-2*x'*y+y'*y", "x, y: vector(n)"),
    ("norm(x+y)^2+norm(x-y)^2 = 2*norm(x)^2+2*norm(y)^2", "x, y: vector(n)"),
    ("x'*(A+A')*x = 2*x'*A*x", "x: vector(n); A: matrix(n)"),
    ("x'*A*x = 0", "x: vector(n); A: skew-symmetric matrix(n)"),
    ("tr(A) = 0", "A: skew-symmetric matrix(n)"),
    ("inv(A)-inv(B) = inv(A)*(B-A)*inv(B)", "A, B: invertible matrix(n)"),
    ("A*inv(I(n)+B*A) = inv(I(m)+A*B)*A", "A: matrix(m,n); B: matrix(n,m)"),
    ("inv(I(n)+inv(A)) = A*inv(A+I(n))", "A: invertible matrix(n)"),
    ("inv(A+U*C*V) = inv(A)-inv(A)*U*inv(inv(C)+V*inv(A)*U)*V*inv(A)",
     "A: invertible matrix(n); C: invertible matrix(k); U: matrix(n,k); V: matrix(k,n)"),
    ("(A*inv(A'*A)*A')*(A*inv(A'*A)*A') = A*inv(A'*A)*A'", "A: matrix(m,n)"),
    ("Var(x) = E(x^2)-E(x)^2", "x: random scalar"),
    ("Var(a'*x) = a'*Cov(x,x)*a", "x: random vector(n); a: vector(n)"),
    ("E(x'*A*x) = tr(A*Cov(x,x))+E(x)'*A*E(x)", "x: random vector(n); A: matrix(n)"),
)  # fmt: skip


@pytest.mark.parametrize(("statement", "let"), PROVED)
def test_an_equation_is_proved(statement: str, let: str) -> None:
    result = api.prove(statement, let=let or None)
    assert api.check(result)
    assert api.check(api.Result.from_json(result.to_json()))


@pytest.mark.parametrize(
    ("statement", "let"),
    [
        ("sin(x)^2-cos(x)^2 = 1", ""),
        ("x'*A*x = 0", "x: vector(n); A: symmetric matrix(n)"),
        ("A*inv(I(n)+B*A) = inv(I(n)+B*A)*A", "A, B: matrix(n)"),
        ("sigmoid(-x) = 1+sigmoid(x)", ""),
        ("1/x+1/y = 1/(x+y)", "x, y: positive scalar"),
    ],
)
def test_what_is_false_is_not_proved(statement: str, let: str) -> None:
    with pytest.raises(DerivationError, match="false"):
        api.prove(statement, let=let or None)


def test_what_is_inverted_is_assumed_invertible() -> None:
    result = api.prove("A*inv(I(n)+B*A) = inv(I(m)+A*B)*A", let="A: matrix(m,n); B: matrix(n,m)")
    assert result.assumed == ("invertible(I(n) + B*A)", "invertible(I(m) + A*B)")


def test_way_points_that_need_more_than_a_normal_form() -> None:
    result = api.prove("cosh(x)^2-sinh(x)^2 = sin(x)^2+cos(x)^2", via=["1"])
    assert api.check(result)


@pytest.mark.parametrize(
    ("of", "form"),
    [
        ("tanh(x)", "1/cosh(x)^2"),
        ("sigmoid(x)", "exp(-x)/(1+exp(-x))^2"),
        ("tan(x)", "1/cos(x)^2"),
    ],
)
def test_a_derivative_in_another_form(of: str, form: str) -> None:
    result = api.derive(of, "x", to=form)
    assert api.check(result)
    assert str(result.result).replace(" ", "") == form


@pytest.mark.parametrize("statement", ["sigmoid(-x) = 1 - sigmoid(x)", "tanh(-x) = -tanh(x)", "sinh(-x) = -sinh(x)"])
def test_no_line_shows_a_sign_of_a_sign(statement: str) -> None:
    result = api.prove(statement, let="x: scalar")
    assert api.check(result)
    lines = [line for block in result.lines().blocks for line in block.lines]
    assert not any("-(-" in str(side) for line in lines for side in (line.lhs, line.term) if side is not None)


def test_all_divisors_are_cleared_at_once() -> None:
    found = api.prove("sigmoid(-x) = 1 - sigmoid(x)")
    assert api.check(found) and len([step for step in found.steps if step.rule == "divide_both"]) == 2
    assert len(found.lines().blocks) == 5  # left, right, both, their quotient, the statement


@pytest.mark.parametrize("statement", ["x/2 - x = -x/2", "exp(x/2)*exp(-x) = exp(-x/2)"])
def test_fractions_of_one_thing_are_collected(statement: str) -> None:
    assert api.check(api.prove(statement, let="x: scalar"))


def test_no_line_shows_a_transpose_of_a_transpose() -> None:
    shown = api.prove("x'*A*x = x'*(A + A')*x/2")
    assert "''" not in shown.text() and api.check(shown)
