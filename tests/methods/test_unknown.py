"""Derivatives of what unknown functions stand in: partial derivatives, Jacobians, Hessians, higher derivatives."""

from __future__ import annotations

from typing import Any

import pytest

from derivgen import DerivationError, NotationError, Result, check, derive

LET = {
    "f, g": "function",
    "F": "function(vector(m)) -> scalar",
    "G": "function(matrix(p,q)) -> scalar",
    "s": "function(vector(n)) -> vector(m)",
    "U": "function(matrix(n,m)) -> matrix(p,q)",
    "V": "function(vector(n)) -> matrix(n,q)",
    "Y": "function(scalar) -> matrix(n)",
    "A": "matrix(m,n)",
    "B": "matrix(n)",
    "X": "matrix(n,m)",
    "a, x": "vector(n)",
    "b": "vector(q)",
    "c[i=1..N]": "vector(n)",
    "t": "scalar",
}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hess(F)(X)", "F takes a vector"),
        ("hess(s)(x)", "s is not a function from vectors to scalars, so it has no Hessian"),
        ("hess(G)(X*A)", "not a function from vectors to scalars|takes a matrix"),
        ("hess(x)", "takes the name of a function and then its argument"),
    ],
)
def test_a_hessian_is_that_of_a_scalar_by_a_vector(text: str, reason: str) -> None:
    with pytest.raises(NotationError, match=reason):
        derive(text, "x" if "x" in text else "X", let=LET)


@pytest.mark.parametrize(("of", "wrt"), [("U(X)", "X[i,j]"), ("V(x)", "x[i]")])
def test_a_derivative_without_another_name_is_refused(of: str, wrt: str) -> None:
    with pytest.raises(DerivationError, match="has no other name"):
        derive(of, wrt, let=LET)


HESSIANS = [
    ("f(a'*x)", "f''(a'*x)*a*a'"),
    ("f(x'*x)", "4*f''(x'*x)*x*x' + 2*f'(x'*x)*I(n)"),
    ("sum(i,1,N,f(c[i]'*x))", "sum(i, 1, N, f''(c[i]'*x)*c[i]*c[i]')"),
    ("sum(f.(A*x))", "A'*diag(f''.(A*x))*A"),
    ("F(A*x)", "A'*hess(F)(A*x)*A"),
    ("f(F(A*x))", "A'*(f''(F(A*x))*grad(F)(A*x)*grad(F)(A*x)' + f'(F(A*x))*hess(F)(A*x))*A"),
    ("x'*diag(x)*x", "6*diag(x)"),
]
FIRST = [
    ("g(t)*Y(t)*a", "t", "g(t)*Y'(t)*a + g'(t)*Y(t)*a"),
    ("G(U(X))", "X[i,j]", "tr(D(U(X), X[i,j])'*grad(G)(U(X)))"),
    ("U(B*X)", "X[i,j]", "sum(k, 1, n, B[k,i]*at(D(U(Y), Y[k,j]), Y, B*X))"),
    ("x'*V(x)*b", "x", "V(x)*b + sum(k, 1, n, x'*D(V(x), x[k])*b*e(k, n))"),
    ("V(x)*b", "x", "sum(k, 1, n, D(V(x), x[k])*b*e(k, n)')"),
    ("F(s(x))", "x", "jac(s)(x)'*grad(F)(s(x))"),
]


def agreed(of: str, wrt: str, **options: Any) -> Result:
    """The derivation, checked."""
    found = derive(of, wrt, let=LET, **options)
    assert check(found)
    return found


@pytest.mark.parametrize(("of", "expected"), HESSIANS)
def test_hessians(of: str, expected: str) -> None:
    assert str(agreed(of, "x", order=2).result) == expected


@pytest.mark.parametrize(("of", "wrt", "expected"), FIRST)
def test_derivatives_of_compositions(of: str, wrt: str, expected: str) -> None:
    assert str(agreed(of, wrt).result) == expected


def test_a_differential_is_total() -> None:
    found = agreed("U(X)", "X", kind="differential")
    assert str(found.result) == "sum(k, 1, n, sum(l, 1, m, d(X)[k,l]*D(U(X), X[k,l])))"
    twice = agreed("F(A*x)", "x", kind="differential", order=2)
    assert str(twice.result) == "(A*d(x))'*hess(F)(A*x)*A*d(x)"


@pytest.mark.parametrize(
    ("of", "order", "expected"),
    [
        ("f(t)", 5, "f'''''(t)"),
        ("f(g(t))", 3, "f'''(g(t))*g'(t)^3 + 3*f''(g(t))*g'(t)*g''(t) + f'(g(t))*g'''(t)"),
        ("Y(t)*a", 3, "Y'''(t)*a"),
    ],
)
def test_derivatives_of_every_order(of: str, order: int, expected: str) -> None:
    assert str(agreed(of, "t", order=order).result) == expected


def test_a_law_about_f_holds_of_its_derivative_and_the_trace_says_so() -> None:
    found = agreed("f'(a'*x)", "x")
    (step,) = [step for step in found.steps if step.rule == "d_apply"]
    assert step.binding["f"].text == "f'"  # type: ignore[union-attr]
    again = Result.from_json(found.to_json())
    assert check(again) and again.steps == found.steps
