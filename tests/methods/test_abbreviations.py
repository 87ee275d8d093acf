"""Derivatives with abbreviations: they stay in the result, which is that of the question written out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from derivgen import Result, check, derive
from derivgen.api import accepted
from derivgen.check import check as check_derivation
from derivgen.language.abbreviations import spelled_out
from derivgen.language.declarations import parse_declaration
from derivgen.rules.book import standard_book

LET = "X: matrix(m,n); A: symmetric matrix(n); x: vector(n); y: vector(m); c: positive scalar"
KEPT = [
    ("S = X'*X", "log(det(S)) + tr(S)", "X", {}, "2*X*inv(S) + 2*X"),
    ("r = X*x - y", "r'*r", "x", {}, "2*X'*r"),
    ("r = X*x - y; L = r'*r", "exp(-L)", "x", {}, "-2*exp(-L)*X'*r"),
    ("s = x'*A*x", "exp(-s)", "x", {"order": 2}, "2*exp(-s)*(2*A*x*x'*A - A)"),
    ("q = x'*A*x; p = exp(-q/2)", "p", "x", {}, "-p*A*x"),
    ("S = X'*X", "S*x", "x", {}, "S"),
    ("r = X*x - y", "norm(r)^2", "x", {"along": "u"}, None),
    ("p = c^2 + 1", "exp(p)*p", "c", {}, None),
    ("g = c^2*y[1]^2", "sqrt(g)*c", "c", {}, "2*sqrt(g)"),
    ("g = c^2*y[1]^2", "g^2*c", "c", {}, "5*g^2"),
    ("q = (x'*A*x)^2*c", "q^2*(x'*A*x)", "x", {}, None),
]


@pytest.mark.parametrize(("names", "of", "wrt", "more", "result"), KEPT, ids=[f"{n}: {o}" for n, o, *_ in KEPT])
def test_it_stays_in_the_result(names: str, of: str, wrt: str, more: dict[str, Any], result: str | None) -> None:
    found = derive(of, wrt, let=f"{LET}; {names}", **more)
    assert check(found)
    assert result is None or str(found.result) == result
    assert found.result.term.has("abbreviation")
    written_out = derive(str(spelled_out(found.derivation.problem.of)), wrt, let=LET, **more)
    assert accepted(found, str(written_out.result))


FAMILY = (
    "s: vector(n); m[k=1..K]: vector(n); w[k=1..K]: positive scalar; j: index; q[k=1..K] = norm(s - m[k])^2; "
    "g[k=1..K] = exp(-q[k]/2); p = sum(k, 1, K, w[k]*g[k])"
)


@pytest.mark.parametrize(("wrt", "result"), [("m[j]", "w[j]*g[j]/p*(s - m[j])"), ("w[1]", "g[1]/p")])
def test_a_family_stays_in_the_result_with_the_index_of_the_variable(wrt: str, result: str) -> None:
    found = derive("log(p)", wrt, let=FAMILY)
    assert str(found.result) == result
    assert check(found)
    assert Result.from_json(found.to_json()).derivation == found.derivation


def test_a_name_comes_back_in_the_line_of_a_differential() -> None:
    said = derive("p", "x", let="x, m: vector(n); c: positive scalar; p = exp(-norm(x - m)^2)/c").text()
    assert "= -p*2*((x - m)'*dx)" in said
    mixed = derive("log(p)", "m[j]", let=FAMILY.replace("exp(-q[k]/2)", "exp(-q[k]/2)/w[k]")).text()
    assert "w[j]*g[j]" in mixed
    assert "[g[j] = exp(-q[j]/2)/w[j]; " in mixed, "no product that holds the name"


def test_the_second_differential_cites_the_first() -> None:
    found = derive("p", "x", let="x: vector(n); A: symmetric matrix(n); p = exp(-x'*A*x/2)", order=2)
    assert check(found)
    (cites,) = [step for chain in found.derivation.chains for step in chain.steps if step.rule == "lemma 1"]
    assert str(cites.before).count("d(p)") == 1
    assert "by the differential above" in found.text()
    spelt = [step for chain in found.derivation.chains for step in chain.steps if step.rule == "spell_out"]
    assert len(spelt) == 1


@pytest.mark.parametrize("method", ["first principles", "chain rule"])
def test_other_methods_look_into_it(method: str) -> None:
    found = derive("p*c", "c", let="c: scalar; p = c^2 + 1", method=method)
    assert check(found)
    assert not found.derivation.problem.of.has("abbreviation")


def test_an_assumption_may_name_it() -> None:
    found = derive("log(det(S))", "X", let="X: invertible matrix(n); S = X'*X", assume=["det(S) > 0"])
    assert check(found)
    assert "invertible(S)" not in found.assumed, "it is derived from X"


def test_a_trace_goes_through_json() -> None:
    found = derive("log(det(S))", "X", let="X: matrix(m,n); S = X'*X")
    assert Result.from_json(found.to_json()).derivation == found.derivation


DATA = "a: vector(n); x[i=1..N]: vector(n); q[i=1..N] = a'*x[i]"
OTHERS = [
    ("tr(S)", "X", "X: matrix(m,n); S = X'*X", "S", "= 2*X'*X"),
    ("sum(i, 1, N, q[i])", "a", DATA, "q", "= 2*a'*x[i] for i=1..N"),
    ("sum(i, 1, N, q[i])", "a", DATA, "q", "= a'*x[1] for i=1..N"),
]


@pytest.mark.parametrize(("of", "wrt", "let", "name", "definition"), OTHERS)
def test_a_name_that_stands_for_something_else_is_refused(
    of: str, wrt: str, let: str, name: str, definition: str
) -> None:
    found = derive(of, wrt, let=let).derivation
    other = parse_declaration(name, definition)
    spoilt = replace(found, problem=replace(found.problem, given=found.problem.given.extended(other)))
    report = check_derivation(spoilt, standard_book())
    assert not report
    assert "abbreviation" in str(report)


def test_it_comes_back_in_the_line_of_its_differential() -> None:
    found = derive("k", "x", let="x, y: vector(n); s: positive scalar; k = exp(-norm(x - y)^2/(2*s^2))")
    assert check(found)
    assert [str(line.term) for block in found.lines().blocks for line in block.lines] == [
        "-k*((x - y)'*d(x)/s^2)",
        "d(x)'*(-k*((x - y)/s^2))",
    ]
