"""Derivatives by one member mu[j] of a family: what is refused, what the sums collapse to, and what the check finds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derivgen import Result, check, derive, prove
from derivgen.check import check as check_derivation
from derivgen.engine.derivation_error import DerivationError
from derivgen.language.notation import NotationError
from derivgen.rules.binding import Abstraction
from derivgen.rules.book import standard_book

LET = (
    "mu[k=1..K]: vector(n); w[k=1..K]: vector(n); c[k=1..K]: positive scalar; "
    "S[k=1..K]: positive definite matrix(n); s, x: vector(n); "
    "y[i=1..N]: vector(n); A: matrix(m,n); B: matrix(n); W: matrix(K); V: symmetric matrix(K)"
)

REFUSED = [
    ("sum(j, 1, K, mu[j]'*x)", "mu[j]", {}, "counts something"),
    ("sum(k, 1, K, mu[k]'*x)", "w[j]", {}, "does not occur"),
    ("sum(k, 1, K, mu[k]'*x)", "mu[j + 1]", {}, "a name or a number"),
    ("sum(k, 1, K, mu[k]'*x)", "mu[j]", {"order": 2}, "first derivative alone"),
]


@pytest.mark.parametrize(("of", "wrt", "more", "why"), REFUSED)
def test_what_is_no_derivative_by_one_member_is_refused(of: str, wrt: str, more: dict[str, int], why: str) -> None:
    with pytest.raises(NotationError, match=why):
        derive(of, wrt, let=LET, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["first principles", "componentwise", "chain rule"])
def test_another_method_is_refused(method: str) -> None:
    with pytest.raises(DerivationError, match=r"by a member|functions of a scalar"):
        derive("sum(k, 1, K, mu[k]'*x)", "mu[j]", let=LET, method=method)


FOUND = [
    ("sum(k, 1, K, c[k]*mu[k]'*x)", "mu[j]", "c[j]*x"),
    ("sum(k, 1, K, c[k]*mu[k]'*x)", "c[j]", "mu[j]'*x"),
    ("sum(i, 1, N, sum(k, 1, K, c[k]*norm(y[i] - mu[k])^2))", "mu[j]", "2*c[j]*sum(i, 1, N, mu[j] - y[i])"),
    ("log(sum(k, 1, K, exp(mu[k]'*x)))", "mu[j]", "exp(mu[j]'*x)/sum(k, 1, K, exp(mu[k]'*x))*x"),
    ("log(sum(k, 1, K, exp(c[k])))", "c[j]", "exp(c[j])/sum(k, 1, K, exp(c[k]))"),
    ("sum(k, 1, K, sum(l, 1, K, mu[k]'*mu[l]))", "mu[j]", "2*sum(l, 1, K, mu[l])"),
    ("mu[j]'*B*mu[j]", "mu[j]", "(B + B')*mu[j]"),
    (
        "sum(k, 1, K, sum(l, 1, K, W[k,l]*norm(mu[k] - mu[l])^2))", "mu[j]",
        "2*sum(k, 1, K, (W[j,k] + W[k,j])*(mu[j] - mu[k]))",
    ),
    ("sum(k, 1, K, sum(l, 1, K, V[k,l]*c[k]*c[l]))", "c[j]", "2*sum(k, 1, K, V[j,k]*c[k])"),
    ("sum(k, 1, K, sum(l, 1, K, norm(mu[k] - mu[l])^2))", "mu[j]", "4*sum(l, 1, K, mu[j] - mu[l])"),
    ("sum(k, 1, K, sum(l, 1, K, W[k,l]*c[k]*c[l]))", "c[j]", "sum(k, 1, K, c[k]*(W[j,k] + W[k,j]))"),
    ("mu[j]'*mu[l]", "mu[j]", "mu[l] + delta(l, j)*mu[j]"),
    ("A*sum(k, 1, K, c[k]*mu[k])", "mu[j]", "c[j]*A"),
    ("sum(k, 1, K, c[k]*mu[k])", "c[j]", "mu[j]"),
    ("sum(k, 1, K, log(det(S[k])) + x'*S[k]*x)", "S[j]", "inv(S[j]) + x*x'"),
    ("sum(k, 1, K, exp(mu[k]'*x))", "mu[1]", "exp(mu[1]'*x)*x"),
    (
        "log(sum(k, 1, K, c[k]*exp(-(s - mu[k])'*inv(S[k])*(s - mu[k])/2)))", "mu[j]",
        "c[j]*exp(-(s - mu[j])'*inv(S[j])*(s - mu[j])/2)/sum(k, 1, K, c[k]*exp(-(s - mu[k])'*inv(S[k])*(s - mu[k])/2))"
        "*inv(S[j])*(s - mu[j])",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("of", "wrt", "result"), FOUND, ids=[f"{of} by {wrt}" for of, wrt, _ in FOUND])
def test_the_delta_collapses_the_sum(of: str, wrt: str, result: str) -> None:
    found = derive(of, wrt, let=LET)
    assert str(found.result) == result
    assert check(found)
    assert check(Result.from_json(found.to_json()))


def test_a_term_that_holds_two_members_is_not_taken_for_one() -> None:
    found = derive("sum(k, 1, K, mu[k]'*x)", "mu[j]", let=LET).derivation
    chain = found.chains[0]
    k, step = next((k, s) for k, s in enumerate(chain.steps) if s.rule == "members")
    body = step.binding["F"]
    assert isinstance(body, Abstraction)
    other = derive("sum(k, 1, K, mu[k]'*mu[j])", "mu[j]", let=LET).derivation.problem.of.args[2]
    spoilt = replace(step, binding={**step.binding, "F": replace(body, body=other)})
    steps = (*chain.steps[:k], spoilt, *chain.steps[k + 1 :])
    report = check_derivation(replace(found, chains=(replace(chain, steps=steps), *found.chains[1:])), standard_book())
    assert "needs through" in str(report)


def test_the_delta_may_not_be_left_out() -> None:
    found = derive("sum(k, 1, K, mu[k]'*x)", "mu[j]", let=LET).derivation
    chain = found.chains[0]
    k, step = next((k, s) for k, s in enumerate(chain.steps) if s.rule == "members")
    after = step.after.args[2].args[1]
    steps = (*chain.steps[:k], replace(step, after=after), *chain.steps[k + 1 :])
    chains = (replace(chain, steps=steps), *found.chains[1:])
    assert not check_derivation(replace(found, chains=chains), standard_book())


def test_the_reason_names_the_number_of_a_member() -> None:
    """A law says i = k of its own letters; here k is a number."""
    said = derive("sum(k, 1, K, mu[k]'*x)", "mu[1]", let=LET).text()
    assert "only the term k = 1 remains" in said


PARTS = [  # sums over a part of the range, or over a range that is not known to hold that of k
    ("sum(i, 1, 3, x[i]^2)", "x[k]", "x: vector(5); k: index", "2*sum(i, 1, 3, x[i]*delta(i, k))"),
    ("sum(i, 1, 5, x[i]^2)", "x[k]", "x: vector(5); k: index", "2*x[k]"),
    ("sum(i, 1, 3, x[i]^2)", "x[k]", "x: vector(5); k: index(3)", "2*x[k]"),
    (
        "sum(i, 1, M, norm(x[i])^2)", "x[k]", "x[i=1..N]: vector(n); y: vector(M); k: index",
        "2*sum(i, 1, M, delta(i, k))*x[k]",
    ),
    ("sum(i, 1, p, x[i]^2)", "x[k]", "x: vector(N); p: natural; k: index", "2*sum(i, 1, p, x[i]*delta(i, k))"),
    ("sum(i, 1, 2, A[i,i])", "A[k,l]", "A: matrix(4); k, l: index", "sum(i, 1, 2, delta(i, k)*delta(i, l))"),
    ("sum(i, 1, 4, A[i,i])", "A[k,l]", "A: matrix(4); k, l: index", "delta(k, l)"),
    (
        "sum(j, 1, 5, sum(i, 1, 3, delta(i, j)*x[j]^2))", "x[k]", "x: vector(5); k: index",
        "2*x[k]*sum(i, 1, 3, delta(i, k))",
    ),
    (
        "sum(i, 1, N, sum(j, 1, i, x[i]'*x[j]))", "x[k]", "x[i=1..N]: vector(n); k: index",
        "sum(j, 1, k, x[j]) + sum(i, 1, N, sum(j, 1, i, delta(j, k))*x[i])",
    ),
    (
        "sum(i, 1, N - 1, sum(j, i + 1, N, norm(x[i] - x[j])^2))", "x[k]", "x[i=1..N]: vector(n); k: index",
        "2*sum(i, 1, N - 1, sum(j, i + 1, N, (delta(i, k) - delta(j, k))*(x[i] - x[j])))",
    ),
    (
        "sum(i, 1, n, tr(J(i, i, n, n)*A)*delta(i, k)*t)", "t", "A: matrix(n); t: scalar; k: index",
        "sum(i, 1, n, tr(J(i, i, n, n)*A)*delta(i, k))",
    ),
    ("sum(i, 1, n, p[i]*log(p[i]))", "p[k]", "p: positive vector(n); k: index", "log(p[k]) + 1"),
]  # fmt: skip


@pytest.mark.parametrize(("of", "wrt", "let", "result"), PARTS, ids=[" | ".join(case[:3]) for case in PARTS])
def test_the_delta_stays_where_the_sum_may_not_reach_the_index(of: str, wrt: str, let: str, result: str) -> None:
    found = derive(of, wrt, let=let)
    assert str(found.result) == result
    assert check(found)
    assert check(Result.from_json(found.to_json()))


def test_a_product_over_a_part_of_the_range_keeps_its_delta() -> None:
    found = derive("prod(i, 1, 3, x[i])", "x[k]", let="x: vector(5); k: index")
    assert "delta(i, k)" in str(found.result) and check(found)


def test_an_index_beyond_a_sum_is_not_in_it() -> None:
    with pytest.raises(DerivationError, match="differ"):
        prove("sum(i, 1, 3, delta(i, k)*x[i]) = x[k]", let="x: vector(5); k: index")
    assert check(prove("sum(i, 1, 5, delta(i, k)*x[i]) = x[k]", let="x: vector(5); k: index"))


def test_a_fourth_power_of_a_norm_is_smooth_where_the_norm_is_zero() -> None:
    let = "x[i=1..N]: vector(n); W: matrix(N); k: index"
    found = derive("sum(i, 1, N, sum(m, 1, N, W[i,m]*norm(x[i] - x[m])^4))", "x[k]", let=let)
    assert found.assumed == () and check(found)
