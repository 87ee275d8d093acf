"""What a sum counts from 1 to N has N entries, rows or columns, if nothing else gives it a size."""

from __future__ import annotations

import numpy as np
import pytest

from derivgen import NotationError, check, derive
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


@pytest.mark.parametrize(
    "of", ["sum(i,1,N,(y[i]-x[i]'*w)^2)", "sum(i,1,N,1-w'*x[i])", "sum(k,1,N,(w'*x[k])*(x[k]'*w))"]
)
def test_members_that_nobody_declared_are_asked_back(of: str) -> None:
    with pytest.raises(NotationError, match=r"for vectors declare x\[[ik]=1..N\]: vector\(n\)"):
        derive(of, "w")


def test_one_row_of_attention() -> None:
    let = "K: matrix(m,n); q: vector(n); V: matrix(m,p); b: vector(p)"
    for wrt in ("q", "K", "V"):
        assert check(derive("softmax(K*q)'*V*b", wrt, let=let))
    assert check(derive("(softmax(K*q)'*V)'", "q", let=let))
    with pytest.raises(NotationError, match=r"Jacobian of its transpose, \(softmax\(K\*q\)'\*V\)'"):
        derive("softmax(K*q)'*V", "q", let=let)
