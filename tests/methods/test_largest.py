"""Norms that are a largest sum or entry: derived where an assumption names the part, and refused elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from derivgen import DerivationError, NotationError, check, derive
from derivgen.present.catalogue import catalogue
from derivgen.present.text import condition
from tests.judge.differences import derivative, distance
from tests.judge.values import value

LET = {"X": "matrix(m,n)", "A": "matrix(m)", "x": "vector(n)", "W": "matrix(m,n)", "b": "vector(m)"}
POINT = {
    "m": 2,
    "n": 3,
    "p": 2,
    "q": 3,
    "X": np.array([[1.0, -2, 0.3], [0.4, 1.5, -2.5]]),
    "A": np.array([[1.0, 0.2], [0.1, -0.5]]),
    "x": np.array([[0.5], [1.0], [-2.0]]),
    "W": np.array([[0.1, 0.7, 0.2], [0.3, -0.2, 0.9]]),
    "b": np.array([[0.3], [-0.4]]),
}
CASES = [
    ("norm1(X)", "X", "norm1(X[:,2])"),
    ("norm1(X)^2/tr(W*X')", "X", "norm1(X[:,p])"),
    ("norminf(X)", "X", "norm1(X[p,:]')"),
    ("norminf(X)*tr(X*W')", "X", "norm1(X[2,:]')"),
    ("normmax(X)", "X", "abs(X[p,q])"),
    ("log(norm1(A*X))", "X", "norm1((A*X)[:,p])"),
    ("norm1(-2*X)", "X", "norm1((-2*X)[:,p])"),
    ("norminf(x)", "x", "abs(x[q])"),
    ("normmax(W*x - b)", "x", "abs((W*x - b)[p])"),
    ("norminf(x)^2", "x[q]", "abs(x[q])"),
    ("norm1(X)", "X[1,2]", "norm1(X[:,p])"),
    ("normmax(X)", "X[1,q]", "abs(X[p,q])"),
]


@pytest.mark.parametrize(("of", "wrt", "largest"), CASES)
def test_the_part_that_is_said_to_be_the_largest_moves(of: str, wrt: str, largest: str) -> None:
    found = derive(of, wrt, let={**LET, "p, q": "index"}, assume=[f"largest({largest})"])
    assert check(found), check(found)
    assert any(a.startswith("largest(") for a in found.assumed) and "is larger than that of any other" in found.text()
    name, _, rest = wrt.partition("[")
    places = [int(POINT.get(k, k)) for k in rest.rstrip("]").split(",")] if rest else []
    entry = (*places, 1)[:2] if places else None
    expected = derivative(lambda point: value(found.derivation.problem.of, point), POINT, name, entry)
    assert distance(value(found.result.term, POINT), expected) < 1e-8


@pytest.mark.parametrize(
    ("of", "wrt", "said"),
    [
        ("norm1(X)", "X", ()),
        ("norm1(X)", "X", ("largest(norm1(X[p,:]'))",)),  # of the rows
        ("norminf(X)", "X", ("largest(norm1(X[:,p]))",)),  # of the columns
        ("norm1(2*X)", "X", ("largest(norm1(W[:,p]))",)),  # of another matrix
        ("normmax(X)", "X", ("largest(norm1(X[:,p]))",)),
    ],
)
def test_without_an_assumption_about_the_same_parts_there_is_none(of: str, wrt: str, said: tuple[str, ...]) -> None:
    with pytest.raises(DerivationError, match=r"assume largest\("):
        derive(of, wrt, let=LET, assume=said)


@pytest.mark.parametrize("size", ["x", "norm1(X)", "norm1(X[p,:])", "abs(c)", "norm(X[:,k])"])
def test_only_columns_rows_and_entries_are_the_largest(size: str) -> None:
    with pytest.raises(NotationError, match=r"size of no column, row or entry(.|\n)*largest\(norm1\(X\[:,k\]\)\)"):
        derive("norm1(X)", "X", let={**LET, "c": "scalar"}, assume=[f"largest({size})"])


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_the_assumption_is_said_in_every_language(language: str) -> None:
    found = derive("normmax(X)", "X", let=LET, assume=["largest(abs(X[1,2]))"])
    ((predicate, term),) = found.derivation.problem.assume
    said = condition(predicate, term, catalogue(language))
    assert said.startswith("abs(X[1,2])") and "largest" not in said
