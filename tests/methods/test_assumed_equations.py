"""Equations as assumptions: what is refused, what they make of a result, and that they hold at a point only."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from derivgen import Result, check, derive, prove
from derivgen.api import as_rule
from derivgen.check import check as check_derivation
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.trace import Chain, Condition, Derivation, Step
from derivgen.language.notation import NotationError
from derivgen.language.problem import read_problem
from derivgen.rules.book import standard_book

LET = (
    "t, z, x, a: vector(n); A: matrix(n); Q: matrix(m,n); y, b: vector(m); S, P: symmetric matrix(n); c, s: scalar; "
    "W: matrix(k,n); d[i=1..N]: vector(n); p[i=1..N]: vector(k)"
)

UNREADABLE = ["1 = 2", "x = x", "x'*x + 1", "a <= b", "x'*x = A"]


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_says_nothing_of_names_is_refused(text: str) -> None:
    with pytest.raises(NotationError):
        derive("a'*x", "x", let=LET, assume=[text])


NO_POINT = [
    ("x'*A*x", "x", ["a'*x = 1", "a = zeros(n)"]),
    ("norm(Q*x - y)^2", "x", ["Q'*Q = I(n)", "Q = zeros(m,n)"]),
    ("c*x'*x", "x", ["c = s", "c = 2*s", "s = 1"]),
    ("sum(i, 1, N, d[i]'*x)", "x", ["d[i]'*a = 1 for i=1..N", "a = zeros(n)"]),
]


@pytest.mark.parametrize(("of", "wrt", "assume"), NO_POINT, ids=[", ".join(a) for *_, a in NO_POINT])
def test_without_a_point_that_meets_them_nothing_is_accepted(of: str, wrt: str, assume: list[str]) -> None:
    report = check(derive(of, wrt, let=LET, assume=assume))
    assert not report
    assert "no point was found that satisfies the assumptions" in str(report)


USED = [
    ("-t'*log.(softmax(z))", "z", ["sum(t) = 1"], {}, "softmax(z) - t"),
    ("-t'*log.(softmax(z))", "z", ["ones(n)'*t = 1"], {}, "softmax(z) - t"),
    ("norm(Q*x - y)^2", "x", ["Q'*Q = I(n)"], {}, "2*x - 2*Q'*y"),
    ("norm(Q*x - y)^2", "x", ["Q'*Q = I(n)"], {"order": 2}, "2*I(n)"),
    ("norm(Q*x - y)^2 + a'*x", "x", ["Q*x = y"], {}, "a"),
    ("x'*S*x/(x'*x)", "x", ["x'*x = 1"], {}, "2*S*x - 2*(x'*S*x)*x"),
    ("norm(x)", "x", ["norm(x) = 1"], {}, "x"),
    ("(x'*x)*a'*x", "x", ["x'*x = 1"], {}, "2*(a'*x)*x + a"),
    ("tr(P*S*P)", "S", ["P*P = P"], {}, "P"),
    ("y'*Q*A*x", "Q", ["A*x = a"], {}, "y*a'"),
    ("c*s^3", "s", ["s = 2"], {}, "12*c"),
    (
        "sum(i, 1, N, -p[i]'*log.(softmax(W*d[i])))", "W", ["sum(p[i]) = 1 for i=1..N"], {},
        "sum(i, 1, N, (softmax(W*d[i]) - p[i])*d[i]')",
    ),
    ("c*(x'*x)*a'*x", "x", ["x'*x = 1", "c = 2"], {}, "4*(a'*x)*x + 2*a"),
]  # fmt: skip


@pytest.mark.parametrize(("of", "wrt", "assume", "more", "result"), USED, ids=[f"{o}: {a}" for o, _, a, *_ in USED])
def test_they_make_the_result_shorter(of: str, wrt: str, assume: list[str], more: dict[str, Any], result: str) -> None:
    found = derive(of, wrt, let=LET, assume=assume, **more)
    assert str(found.result) == result
    assert check(found)
    assert found.unused == ()
    assert set(assume) <= set(found.assumed)
    assert check(Result.from_json(found.to_json()))


def test_the_reason_and_the_head_say_the_equation() -> None:
    text = derive("-t'*log.(softmax(z))", "z", let=LET, assume=["sum(t) = 1"]).text()
    assert "[by assumption sum(t) = 1]" in text and "assuming sum(t) = 1" in text


def test_one_that_makes_nothing_shorter_is_not_used_and_is_named() -> None:
    found = derive("a'*x", "x", let=LET, assume=["x'*x = 1"])
    assert str(found.result) == "a" and found.unused == ("x'*x = 1",) and found.assumed == ()
    assert check(found)


def test_an_equation_about_the_variable_is_used_after_the_derivative_and_said_to_hold_at_a_point() -> None:
    found = derive("(x'*x)^2", "x", let=LET, assume=["x'*x = 1"])
    assert str(found.result) == "4*x"
    assert any("holds at a point" in note for note in found.derivation.notes)
    second = derive("(x'*x)^2", "x", let=LET, assume=["x'*x = 1"], order=2)
    assert str(second.result) == "8*x*x' + 4*I(n)"
    assert check(found) and check(second)


PROVED = [
    ("a'*Q'*Q*x = a'*x", ["Q'*Q = I(n)"]),
    ("P*(S + P)*P = P*S*P + P", ["P*P = P"]),
    ("Q*(x + a) - y = Q*a", ["Q*x = y"]),
]


@pytest.mark.parametrize(("show", "assume"), PROVED)
def test_proofs_use_them(show: str, assume: list[str]) -> None:
    found = prove(show, let=LET, assume=assume)
    assert check(found) and found.assumed == tuple(assume)
    with pytest.raises(DerivationError):
        prove(show, let=LET)


def test_what_holds_under_an_equation_is_no_law() -> None:
    found = prove("a'*Q'*Q*x = a'*x", let=LET, assume=["Q'*Q = I(n)"])
    with pytest.raises(DerivationError, match="assumed equation"):
        as_rule(found, "mine", "words")


@pytest.mark.parametrize("text", ["d(x'*x) = d(s)", "D(x'*x, x) = D(s, x)"])
def test_where_its_names_vary_it_says_nothing(text: str) -> None:
    problem = read_problem("prove", text, let=LET, assume=["x'*x = s"])
    before, after = problem.of.args
    condition = Condition("holds", problem.assume[0][1], "assumed")
    step = Step("assumption x'*x = s", (0,), {}, before, after, conditions=(condition,))
    chain = Chain("proof", before, (step,))
    report = check_derivation(
        Derivation(problem, "proof", (chain,), problem.of, assumed=(condition,)), standard_book()
    )
    assert "of which nothing is known" in str(report) or "neither known nor assumed" in str(report)
    with pytest.raises(DerivationError):
        prove(text, let=LET, assume=["x'*x = s"])


def test_another_equation_than_the_assumed_is_refused() -> None:
    found = derive("c*s^3", "s", let=LET, assume=["s = 2"]).derivation
    false = replace(found, problem=replace(found.problem, assume=()))
    assert not check_derivation(false, standard_book())
