"""Undeclared small letters are vectors where only vectors complete the products; two such readings are asked back."""

from __future__ import annotations

import pytest

from derivgen import derive
from derivgen.language.elaborate import elaborate_all
from derivgen.language.notation import NotationError


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("a'*x", "a: vector(n); x: vector(n)"),
        ("norm(A*x)", "A: matrix(m,n); x: vector(n)"),
        ("sum(x)", "x: vector(n)"),
        ("w'*x + b", "w: vector(n); x: vector(n); b: scalar"),
        ("log(sigmoid(y*w'*x))", "y: scalar; w: vector(n); x: vector(n)"),
        ("norm(X*w - y)^2", "X: matrix(m,n); w: vector(n); y: vector(m)"),
        ("sum(exp.(-y.*(X*w)))", "y: vector(m); X: matrix(m,n); w: vector(n)"),
        ("(x - a)'*inv(S)*(x - a)", "x: vector(n); a: vector(n); S: matrix(n,n)"),
        ("t*A*x", "t: scalar; A: matrix(m,n); x: vector(n)"),
        ("tr(A*X*c)", "A: matrix(m,n); X: matrix(n,m); c: scalar"),
        ("expm(A*t)", "A: matrix(n,n); t: scalar"),
        ("A*x + B", "A: matrix(m,n); x: scalar; B: matrix(m,n)"),
        ("x*y + exp(t)", "x: scalar; y: scalar; t: scalar"),
    ],
)
def test_small_letters_are_what_completes_the_products(text: str, shapes: str) -> None:
    _, inferred = elaborate_all([text])
    assert "; ".join(f"{name}: {kind}" for name, kind in inferred.texts().items()) == shapes


@pytest.mark.parametrize("text", ["A*c*x", "norm(t*x)", "w'*x*y"])
def test_two_readings_are_asked_back_with_both_declarations(text: str) -> None:
    with pytest.raises(NotationError, match="can be read in two ways") as refused:
        elaborate_all([text])
    assert "vector(n)" in refused.value.hint and "scalar" in refused.value.hint


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("sum(1 + log.(s.^2) - mu.^2 - s.^2)", "cannot add 1", "ones(n)"),
        ("sum(exp(x))", "exp needs a scalar", "exp.(X)"),
        ("(x - s.^2)^2", "cannot add x", "x: vector(n)"),
    ],
)
def test_no_sum_and_no_dot_goes_unnoticed(text: str, message: str, hint: str) -> None:
    with pytest.raises(NotationError) as refused:
        elaborate_all([text])
    assert message in refused.value.reason and hint in refused.value.hint


def test_what_is_declared_stays_what_it_is() -> None:
    assert str(derive("a'*x", "x", let="x: scalar; a: vector(n)").result) == "a'"
    assert str(derive("a'*x", "x").result) == "a"


@pytest.mark.parametrize(
    ("text", "wrt", "hint"),
    [
        ("tr((I - K*H)*P)", "K", "I(n)"),
        ("e^x", "x", "exp(x)"),
        ("1'*x", "x", "ones(n)'"),
        ("sum(i, 1, inf, x^i)", "x", "such as N"),
        (r"\sum_{i=1}^\infty x^i", "x", "such as N"),
        (r"\Phi(x)", "x", "declare Phi: function"),
        (r"\Gamma(x+1)", "x", "declare Gamma: function"),
        (r"$Q(x)$", "x", "declare Q: function"),
        ("pi^2", "pi", "pi: scalar"),
        ("sum(k, 1, K, pi[k]*x)", "x", "give weights another name, such as p[k]"),
        ("sum(i, log(x))", "x", "sum(i, 1, n, ..)"),
        ("norm(tanh(W*x))", "x", "tanh.(..)"),
        ("sum(f(X*w))", "w", "f.(..)"),
        ("sum(i, 1, N, kappa(x, x[i]))", "x", "let kappa: function(vector(n), vector(n)) -> scalar"),
        ("a*kappa(t)", "t", "let kappa: function"),
        ("E(norm(X*w - y)^2)", "w", "let y: random vector(n)"),
        ("Var(a'*x)", "a", "let x: random vector(n)"),
        ("E(sum(i, 1, N, y[i] - w'*x[i]))", "w", "let x[i=1..N]: random vector(n)"),
        (r"\sum_{n=1}^N S_n x", "x", "S[n=1..N]: scalar"),
        (r"\sum_{n=1}^{N-1} \mathbf w^T\mathbf x_n", r"\mathbf w", "let x[i=1..N]: vector(n)"),
        (r"y_1 + \sum_{n=1}^N y_n x", "x", "y[i=1..N]: scalar"),
        (r"\sum_{n=1}^N y_n x", "y_2", "write y[2]"),
        (r"\nabla_x \|x\|^2", "x", "leave it out, and ask by x: --wrt 'x'"),
        (r"\nabla \|x\|^2", "x", "leave it out"),
        (r"\frac{d}{dx} x^2", "x", "leave it out: x^2"),
    ],
)
def test_what_everybody_reads_otherwise_is_asked_back(text: str, wrt: str, hint: str) -> None:
    with pytest.raises(NotationError) as refused:
        derive(text, wrt)
    assert hint in refused.value.hint


def test_pi_is_the_constant_unless_it_is_declared() -> None:
    normal = derive("log(exp(-x^2/2)/sqrt(2*pi)*pi)", "x")
    assert str(normal.result) == "-x" and not normal.assumed
    assert derive("pi*x^2", "x").function()(2.0) == pytest.approx(12.566370614)
    assert str(derive("pi^2", "pi", let="pi: scalar").result) == "2*pi"
