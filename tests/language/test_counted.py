"""What a sum counts from 1 to N has N entries, rows or columns, if nothing else gives it a size."""

from __future__ import annotations

import numpy as np
import pytest

from derivgen import NotationError, Result, check, derive
from derivgen.language.elaborate import elaborate_all
from derivgen.language.problem import read_declarations
from derivgen.language.shapes import describe
from tests.judge.differences import derivative, distance
from tests.judge.values import value


def shapes(text: str, **let: str) -> dict[str, str]:
    _, inferred = elaborate_all([text], read_declarations(let or None))
    return {name: describe(d.shape) for name, d in inferred.items()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sum(i,1,N,(y[i]-X[i,:]*w)^2)", {"y": "vector(N)", "X": "matrix(N,n)", "w": "vector(n)"}),
        ("sum(i,1,N,logsumexp(W*X[i,:]'))", {"W": "matrix(m,n)", "X": "matrix(N,n)"}),
        ("sum(i,1,N,X[:,i]'*X[:,i])", {"X": "matrix(n,N)"}),
        ("sum(i,1,m,sum(j,1,n,A[i,j]*x[i]*y[j]))", {"A": "matrix(m,n)", "x": "vector(m)", "y": "vector(n)"}),
        ("prod(i,1,N,x[i])", {"x": "vector(N)"}),
        # not where the whole side is not counted, or in two ways
        ("sum(i,2,N,x[i])", {"x": "vector(n)", "N": "scalar"}),
        ("sum(i,1,N,x[i]) + sum(i,1,M,x[i])", {"x": "vector(n)", "M": "scalar", "N": "scalar"}),
        ("sum(i,1,N,x[i+1])", {"x": "vector(n)", "N": "scalar"}),
        ("sum(i,1,n,sum(j,1,i,A[i,j]))", {"A": "matrix(n,m)"}),
        ("sum(i,1,N,sum(i,2,M,x[i]))", {"x": "vector(n)", "M": "scalar", "N": "scalar"}),
    ],
)
def test_the_sizes_that_are_found(text: str, found: dict[str, str]) -> None:
    assert shapes(text) == found


def test_what_is_declared_stays() -> None:
    assert shapes("sum(i,1,N,y[i]*(X[i,:]*w))", X="matrix(k,m)") == {"y": "vector(N)", "w": "vector(m)"}


POINT = {
    "N": 3, "n": 2, "m": 4,
    "y": np.array([[0.5], [1.0], [-2.0]]),
    "X": np.array([[0.2, -1.0], [0.7, 0.4], [-0.3, 0.9]]),
    "w": np.array([[0.6], [-0.8]]),
    "W": np.array([[0.6, -0.8], [0.1, 0.3], [0.9, 0.2], [-0.5, 0.4]]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("of", "wrt"),
    [
        ("sum(i,1,N,(y[i]-X[i,:]*w)^2)", "w"),
        ("sum(i,1,N,(y[i]-X[i,:]*w)^2)", "X"),
        ("sum(i,1,N,logsumexp(W*X[i,:]'))", "W"),
        ("sum(i,1,N,y[i]*log(1 + exp(X[i,:]*w)))", "w"),
    ],
)
def test_a_loss_over_the_rows_of_a_matrix_needs_no_declaration(of: str, wrt: str) -> None:
    found = derive(of, wrt)
    assert check(found), check(found)
    expected = derivative(lambda at: value(found.derivation.problem.of, at), POINT, wrt)
    assert distance(value(found.result.term, POINT), expected) < 1e-8


VECTORS = "vector(n) for i=1..N"


@pytest.mark.parametrize(
    ("of", "wrt", "found"),
    [
        ("sum(i,1,N,(y[i]-x[i]'*w)^2)", "w", {"y": "vector(N)", "x": VECTORS, "w": "vector(n)"}),
        ("sum(i,1,N,1-w'*x[i])", "w", {"x": VECTORS, "w": "vector(n)"}),
        ("sum(i,1,N,(w'*x[i])*(x[i]'*w))", "w", {"x": VECTORS, "w": "vector(n)"}),
        ("sum(i,1,N,log(1+exp(-y[i]*w'*x[i])))", "w", {"y": "vector(N)", "x": VECTORS, "w": "vector(n)"}),
        ("sum(i,1,N,max(0,1-y[i]*w'*x[i]))", "w", {"y": "vector(N)", "x": VECTORS, "w": "vector(n)"}),
        ("sum(i,1,N,norm(x[i]-mu)^2)", "mu", {"x": VECTORS, "mu": "vector(n)"}),
        ("sum(i,1,N,norm(A*x[i]-b)^2)", "A", {"A": "matrix(n,m)", "x": "vector(m) for i=1..N", "b": "vector(n)"}),
        (
            "sum(i,1,N,sum(k,1,K,r[i,k]*norm(x[i]-mu[k])^2))",
            "mu[j]",
            {"r": "matrix(N,K)", "x": VECTORS, "mu": "vector(n) for k=1..K"},
        ),
    ],
)
def test_members_are_vectors_where_nothing_else_fits(of: str, wrt: str, found: dict[str, str]) -> None:
    result = derive(of, wrt)
    assert result.derivation.problem.inferred.texts() | {"j": "index"} == found | {"j": "index"}
    assert check(Result.from_json(result.to_json()))


@pytest.mark.parametrize(
    ("of", "hint"),
    [
        ("sum(i,1,N,w'*x[i]*y[i])", "x[i=1..N]: vector(n); y[i=1..N]: scalar"),  # one of them is a vector
        ("sum(i,1,N,x[i]) + sum(i,1,M,w'*x[i] - 1)", "x[i=1..M]: vector(n)"),  # not counted by one number
    ],
)
def test_members_that_can_be_read_in_two_ways_are_asked_back(of: str, hint: str) -> None:
    with pytest.raises(NotationError) as refused:
        derive(of, "w")
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sum(i,1,N,sum(j,1,N,p[i,j]*y[i]))", {"p": "matrix(N,N)", "y": "vector(N)"}),
        ("sum(i,1,n,sum(j,1,n,a[i,j]*x[i]*x[j]))", {"a": "matrix(n,n)", "x": "vector(n)"}),
        ("sum(i,1,N,p[i,2])", {"p": "matrix(N,n)"}),
        ("sum(i,1,N,norm(p[i,:]')^2)", {"p": "matrix(N,n)"}),
        # a bound is a natural number, wherever it stands
        ("(N-1)*x^2 + sum(i,1,N,y[i]*x)", {"x": "scalar", "y": "vector(N)"}),
        ("1/(n-1)*sum(i,1,n,(x[i]-m)^2)", {"x": "vector(n)", "m": "scalar"}),
        ("sum(i,1,N-1,(y[i+1]-y[i])^2)", {"y": "vector(N)"}),
        ("sum(i,1,N-2,y[i+1])", {"y": "vector(n)", "N": "scalar"}),
    ],
)
def test_two_indices_say_matrix_and_a_bound_is_a_number(text: str, found: dict[str, str]) -> None:
    assert shapes(text) == found


def test_a_family_asked_for_as_a_whole_says_how_to_ask() -> None:
    with pytest.raises(NotationError, match="mu is a family and needs an index"):
        derive("sum(i,1,N,sum(k,1,K,r[i,k]*norm(x[i]-mu[k])^2))", "mu")


def test_one_row_of_attention() -> None:
    let = "K: matrix(m,n); q: vector(n); V: matrix(m,p); b: vector(p)"
    for wrt in ("q", "K", "V"):
        assert check(derive("softmax(K*q)'*V*b", wrt, let=let))
    assert check(derive("(softmax(K*q)'*V)'", "q", let=let))
    with pytest.raises(NotationError, match=r"Jacobian of its transpose, \(softmax\(K\*q\)'\*V\)'"):
        derive("softmax(K*q)'*V", "q", let=let)
