"""Functions of a matrix under a trace: derived beside what commutes with them, refused elsewhere."""

from __future__ import annotations

import pytest

from derivgen import DerivationError, NotationError, check, derive

LET = {"A, C, X": "matrix(n)", "x": "scalar", "k, N": "natural", "a[k=1..N]": "scalar", "c[i=1..N + 1]": "scalar"}


@pytest.mark.parametrize("of", ["tr(A*expm(X))", "tr(C*expm(X*C*X))", "tr(logm(X)*X*A)"])
def test_beside_what_does_not_commute_there_is_no_law(of: str) -> None:
    with pytest.raises(DerivationError, match="under a trace, beside what is a function of the same matrix"):
        derive(of, "X", let=LET)


@pytest.mark.parametrize(
    ("of", "at", "instead"),
    [
        ("norm1(X)", "norm1(X)", "norm1(X[:,q])"),
        ("norminf(A*X)", "norminf(A*X)", "norm1((A*X)[p,:]')"),
        ("tr(X) + normmax(X)", "normmax(X)", "abs(X[p,q])"),
        ("normmax(X*v)", "normmax(X*v)", "abs((X*v)[p])"),
        ("eig(S)'*v", "eig(S)", "sum(eig(S))"),
        *[(f"v'*{f}(X)*v", f"{f}(X)", f"tr({f}(X))") for f in ("expm", "logm", "sinm", "cosm", "sqrtm")],
        *[(f"v'*{f}(X)*v", f"{f}(X)", f"tr(X*{f}(X))") for f in ("expm", "logm", "sinm", "cosm")],
        ("tr(A*expm(S))", "expm(S)", "sum(i, 1, n, exp(eig(S)[i])*(a'*eigvec(S, i))*(eigvec(S, i)'*b))"),
    ],
)
def test_what_is_refused_is_named_and_what_is_to_be_asked_instead_is_derived(of: str, at: str, instead: str) -> None:
    let = {**LET, "S": "symmetric matrix(n)", "v, b": "vector(n)", "p, q": "index"}
    variable = "S" if "S" in of else "X"
    with pytest.raises(DerivationError) as refused:
        derive(of, variable, let=let)
    assert f"d({at})" in str(refused.value) and instead in str(refused.value)
    del let["a[k=1..N]"]
    found = derive(instead, variable, let={**let, "a": "vector(n)"})
    assert check(found)


def test_a_law_of_ones_own_is_the_way_where_nothing_else_is_known() -> None:
    with pytest.raises(DerivationError, match=r"a law d\(prod\(..\)\) = .. is missing; one of your own"):
        derive("prod(k, 1, N, a[k] + x^k)/N", "x", let=LET, method="chain rule")


def test_a_family_is_counted_from_1() -> None:
    with pytest.raises(NotationError, match=r"counted from 1(.|\n)*write b\[i=1..N \+ 1\], and b\[i \+ 1\] for b\[i\]"):
        derive("sum(i,0,N,b[i]*x^i)", "x", let="b[i=0..N]: scalar")
    assert check(derive("sum(i,0,N,c[i+1]*x^i)", "x", let=LET))


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ("norm2(X)^2", "2*X*eigvec(X'*X, n)*eigvec(X'*X, n)'"),
        ("tr(X*logm(X))", "logm(X)' + I(n)"),
        ("det(expm(X))", "det(expm(X))*I(n)"),
        ("tr(expm(X)^2)", "2*expm(X)'*expm(X)'"),
        ("tr(3*expm(X) + X)", "3*expm(X)' + I(n)"),
        ("tr(inv(X)*sinm(X))", "(cosm(X)' - inv(X)'*sinm(X)')*inv(X)'"),
        ("tr(expm(X'*X)*X'*X)", "(X*X'*X + 2*X)*expm(X'*X) + X*expm(X'*X)*X'*X"),
        ("tr(X^-2)", "-2*inv(X)'*inv(X)'*inv(X)'"),
        ("tr(X^(k-1))", "(k - 1)*(X^(k - 2))'"),
        ("sum(r,1,k,tr(X^r))", "sum(r, 1, k, r*(X^(r - 1))')"),
        ("tr(A*X^-k)", "-inv(X)'*sum(r, 0, k - 1, (inv(X)^r)'*A'*(inv(X)^(k - 1 - r))')*inv(X)'"),
    ],
)
def test_what_commutes_is_derived(of: str, expected: str) -> None:
    found = derive(of, "X", let=LET)
    assert str(found.result) == expected
    assert check(found)
