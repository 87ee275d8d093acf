"""Derivatives by an entry read as entries: of multiples, transposes, sums and outer products; deltas may stay."""

from __future__ import annotations

import pytest

from derivgen import check, derive

LET = {"A": "matrix(m,n)", "X, S": "matrix(n)", "a, b, x": "vector(n)", "c[k=1..n]": "scalar", "i, j, k, l": "index"}


@pytest.mark.parametrize(
    ("of", "wrt", "expected"),
    [
        ("tr(X*X)", "X[1,1]", "2*X[1,1]"),
        ("a'*X*b - tr(X*X)", "X[i,j]", "a[i]*b[j] - 2*X[j,i]"),
        ("log(det(X))", "X[i,j]", "inv(X)[j,i]"),
        ("sum(X.*X)", "X[i,j]", "2*X[i,j]"),
        ("tr(X)^2", "X[i,j]", "2*tr(X)*delta(i, j)"),
        ("X[k,l]*X[i,j]", "X[i,j]", "delta(k, i)*delta(l, j)*X[i,j] + X[k,l]"),
        ("inv(X)[k,l]", "X[i,j]", "-inv(X)[k,i]*inv(X)[j,l]"),
        ("(X'*X)[k,l]", "X[i,j]", "delta(k, j)*X[i,l] + X[i,k]*delta(l, j)"),
        ("((X.*S)*S)[k,l]", "X[i,j]", "S[i,j]*delta(i, k)*S[j,l]"),
        ("det(X)*inv(X)[k,l]", "X[i,j]", "det(X)*(inv(X)[k,l]*inv(X)[j,i] - inv(X)[k,i]*inv(X)[j,l])"),
        ("X[1,2]*X[1,1]", "X[1,1]", "X[1,2]"),
        ("tr(S*diag(X*a))", "X[i,j]", "S[i,i]*a[j]"),
        ("x'*x", "x[i]", "2*x[i]"),
        ("log(sum(k,1,n,x[k]*c[k]))", "x[j]", "c[j]/sum(k, 1, n, x[k]*c[k])"),
        ("tr(A*X*A')", "X[i,j]", "(A'*A)[i,j]"),
        ("x'*S*x", "x[i]", "(S*x + S'*x)[i]"),
    ],
)
def test_a_derivative_by_an_entry_is_read_off(of: str, wrt: str, expected: str) -> None:
    found = derive(of, wrt, let=LET)
    assert str(found.result) == expected
    assert check(found)
