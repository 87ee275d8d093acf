"""Assumptions that exclude each other, and conditions that hold nowhere, are told with what to do."""

from __future__ import annotations

import pytest

from derivgen import DerivationError, NotationError, check, derive

LET = (
    "x, y, c: scalar; p: positive scalar; v, w: vector(n); u: vector(3); A: matrix(3,2); B: matrix(2,3); "
    "K: skew-symmetric matrix(3); L: skew-symmetric matrix(4); S: positive definite matrix(n); M: matrix(n); "
    "R: matrix(n,k); X, Y: matrix(n); d[i=1..N]: scalar"
)


@pytest.mark.parametrize(
    ("facts", "earlier"),
    [
        (["x > 0", "x < 0"], "x > 0"),
        (["x > 1", "c != 0", "x < 1"], "x > 1"),
        (["2*x > 6", "x/2 < 1"], "2*x > 6"),
        (["x - y > 1", "y > x"], "x - y > 1"),
        (["x != 0", "x = 0"], "x != 0"),
        (["x = 1", "2*x = 4"], "x = 1"),
        (["x = -1", "x > 0"], "x = -1"),
        (["p < 0"], "the declaration of p"),
        (["p = 0"], "the declaration of p"),
        (["det(M) = 0", "M invertible"], "det(M) = 0"),
        (["d[i] > 0 for i=1..N", "d[i] < 0 for i=1..N"], "d[i] > 0 for i=1..N"),
    ],
)
def test_the_later_of_two_is_shown_with_the_earlier(facts: list[str], earlier: str) -> None:
    with pytest.raises(NotationError) as refused:
        derive("c*x^2 + p + det(M)*d[1]", "c", let=LET, assume=facts)
    message = str(refused.value)
    assert f"contradicts {earlier}\n" in message and facts[-1] in message and "leave one of the two out" in message


@pytest.mark.parametrize("fact", ["1 < 0", "2 = 3", "x - x > 0 - 0", "0 != 0", "x > x + 1"])
def test_what_holds_nowhere_is_told_at_its_place(fact: str) -> None:
    with pytest.raises(NotationError, match=r"this (holds nowhere|equation assumes nothing)"):
        derive("c*x^2", "x", let=LET, assume=[fact])


@pytest.mark.parametrize(
    "facts",
    [
        ["x > 0", "x < 1"],
        ["x > 1", "x = 2"],
        ["x != 0", "x = 1"],
        ["x > 0", "y < 0"],
        ["x - y > 0", "x - 2*y < 0"],
        ["x > 0", "x > -1", "-x < 1"],
        ["p > 1", "p < 2"],
        ["d[i] > 0 for i=1..N", "d[i] < 0 for i=2..N"],  # as far as the ranges are the same
        ["x = y", "y = x"],
    ],
)
def test_what_can_hold_together_is_left_alone(facts: list[str]) -> None:
    assert derive("c*x^2 + y*p + d[1]", "c", let=LET, assume=facts)


@pytest.mark.parametrize(
    ("of", "wrt", "facts", "told"),
    [
        ("log(x)", "x", ["x < 0"], "x < 0 and x > 0"),
        ("sqrt(x)", "x", ["x < -1"], "x \\+ 1 < 0 and x > 0|contradicts itself"),
        ("1/x", "x", ["x = 0"], "x = 0 and x != 0"),
        ("log(-x^2)", "x", [], "x\\^2 < 0 holds nowhere"),
        ("log(-v'*v - 1)", "v", [], "holds nowhere"),
        ("log(det(S))", "S", ["det(S) < 0"], "det\\(S\\) < 0 holds nowhere"),
        ("x*c", "x", ["x^2 = -1"], "holds nowhere"),
        ("v'*inv(w*w')*v", "w", [], "rank is at most 1, and it has n rows"),
        ("tr(inv(u*u'))", "u", [], "rank is at most 1, and it has 3 rows"),
        ("log(det(A*B))", "A", [], "rank is at most 2, and it has 3 rows"),
        ("tr(inv(K))", "K", [], "skew-symmetric, and 3 is odd"),
    ],
)
def test_a_condition_that_holds_nowhere_is_named(of: str, wrt: str, facts: list[str], told: str) -> None:
    with pytest.raises(DerivationError, match=told) as refused:
        derive(of, wrt, let=LET, assume=facts)
    assert "hint: " in str(refused.value)


@pytest.mark.parametrize(
    ("of", "wrt", "facts"),
    [
        ("log(x^2)", "x", []),
        ("log(-x)", "x", []),
        ("log(-x)", "x", ["x < 0"]),
        ("v'*inv(w*w' + c*I(n))*v", "w", []),
        ("tr(inv(R*R'))", "R", []),
        ("log(det(B*A))", "A", []),
        ("tr(inv(L))", "L", []),
        ("1/x", "x", ["x^2 = 1"]),
        ("log(c - x^2)", "x", []),
    ],
)
def test_what_holds_somewhere_is_derived(of: str, wrt: str, facts: list[str]) -> None:
    found = derive(of, wrt, let=LET, assume=facts)
    assert check(found), check(found)
