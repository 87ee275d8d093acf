"""A vector(1) or a matrix(1) is a scalar: what is said of it as a matrix is said of a scalar."""

from __future__ import annotations

import pytest

from derivgen import NotationError, check, derive

LET = {"x": "vector(1)", "X, A": "matrix(1)", "k": "natural"}


@pytest.mark.parametrize("text", ["x[1]", "X[1,1]"])
def test_a_scalar_has_no_entries_and_the_hint_says_what_to_write(text: str) -> None:
    with pytest.raises(NotationError, match=r"a vector\(1\) or a matrix\(1\) is a scalar"):
        derive(text, text[0], let=LET)


def test_a_softmax_needs_a_vector() -> None:
    with pytest.raises(NotationError, match="softmax needs a vector"):
        derive("softmax(x)", "x", let=LET)


@pytest.mark.parametrize(
    ("of", "wrt", "expected"),
    [
        ("x'*A*x", "x", "2*A*x"),
        ("norm(x)^2", "x", "2*x"),
        ("tr(X'*X)", "X", "2*X"),
        ("det(X)^2*tr(inv(X))", "X", "1"),
        ("X^-1", "X", "-X^-2"),
        ("tr(A*X^k)", "X", "A*k*X^(k - 1)"),
        ("tr(expm(X)*A)", "X", "A*exp(X)"),
        ("kron(x, x)", "x", "2*x"),
        ("log(det(X))", "X", "1/X"),
    ],
)
def test_a_matrix_with_one_entry_is_derived_as_a_scalar(of: str, wrt: str, expected: str) -> None:
    found = derive(of, wrt, let=LET)
    assert str(found.result) == expected
    assert check(found)
