"""Matrices written out by entries, as functions of a scalar, of a vector and of entries."""

from __future__ import annotations

import numpy as np
import pytest

from derivgen import check, derive
from tests.judge.differences import derivative, distance
from tests.judge.values import value

POINT = {
    "n": 3, "t": 0.7, "c": -1.3,
    "x": np.array([[0.5], [-1.2]]),
    "y": np.array([[0.4], [1.1], [-0.3]]),
    "a": np.array([[1.0], [0.2], [-0.8]]),
    "b": np.array([[0.6], [-0.9]]),
    "A": np.array([[0.3, -1.0], [0.8, 0.5]]),
    "X": np.array([[0.9, 0.4], [-0.7, 1.2]]),
}  # fmt: skip
LET = "t, c: scalar; x, b: vector(2); y, a: vector(n); A, X: matrix(2,2)"
FORMS = [
    ("[c^2*t; sin(t)]", "t", "[c^2; cos(t)]"),
    ("[x[1]^2*x[2]; sin(x[2])]", "x", "[2*x[1]*x[2], (x[1])^2; 0, cos(x[2])]"),
    ("[t, -t^2; 1, sin(t)]", "t", "[1, -2*t; 0, cos(t)]"),
    ("[a'*y; y'*y; 3]", "y", "[a'; 2*y'; zeros(1,n)]"),
    ("tr([t, t^2; 1, c]*A)", "t", "tr([1, 2*t; 0, 0]*A)"),
    ("[x[1]^2; x[2]*x[1]]", "x[1]", "[2*x[1]; x[2]]"),
]
CASES = [
    *[(of, wrt) for of, wrt, _ in FORMS],
    ("[x[1]^2, x[2]*x[1]]'", "x"),
    ("A*[x[1]; x[2]^2] + x", "x"),
    ("b'*[x[1]; x[1]*x[2]^2]", "x"),
    ("[exp(t); c*t]'*A*[t; 1]", "t"),
    ("norm([cos(t); c*t])", "t"),
    ("inv([t, 1; 1, -2*t])", "t"),
    ("det([t, c; c, t^2])", "t"),
    ("exp.([t; t^2])", "t"),
    ("[X[1,1]; X[1,2]^2]'*b", "X"),
    ("[X[1,1]^2, X[2,1]*X[1,1]; 1, X[2,2]]", "X[1,1]"),
    ("softmax([t; t^2; c])", "t"),
]


@pytest.mark.parametrize(("of", "wrt", "expected"), FORMS)
def test_the_derivative_is_written_out_as_well(of: str, wrt: str, expected: str) -> None:
    found = derive(of, wrt, let=LET)
    assert check(found) and str(found.result) == expected


@pytest.mark.parametrize(("of", "wrt"), CASES)
def test_as_central_differences(of: str, wrt: str) -> None:
    found = derive(of, wrt, let=LET)
    assert check(found), check(found)
    name, _, rest = wrt.partition("[")
    places = (*map(int, rest.rstrip("]").split(",")), 1)[:2] if rest else None
    expected = derivative(lambda at: value(found.derivation.problem.of, at), POINT, name, places)
    assert distance(value(found.result.term, POINT), expected) < 1e-8


def test_the_second_derivative_and_a_direction() -> None:
    assert str(derive("[t, -t^2]", "t", order=2).result) == "[0, -2]"
    along = derive("[x[1]^2; x[2]]", "x", along="v", let="x, v: vector(2)")
    assert str(along.result) == "[2*x[1]*v[1]; v[2]]" and check(along)
