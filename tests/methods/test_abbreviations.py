"""Derivatives with abbreviations: they stay in the result, which is that of the question written out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from derivgen import Result, check, derive
from derivgen.api import accepted
from derivgen.check import check as check_derivation
from derivgen.language.abbreviations import spelled_out
from derivgen.language.declarations import Declaration
from derivgen.language.shapes import SCALAR
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
]


@pytest.mark.parametrize(("names", "of", "wrt", "more", "result"), KEPT, ids=[f"{n}: {o}" for n, o, *_ in KEPT])
def test_it_stays_in_the_result(names: str, of: str, wrt: str, more: dict[str, Any], result: str | None) -> None:
    found = derive(of, wrt, let=f"{LET}; {names}", **more)
    assert check(found)
    assert result is None or str(found.result) == result
    assert found.result.term.has("abbreviation")
    written_out = derive(str(spelled_out(found.derivation.problem.of)), wrt, let=LET, **more)
    assert accepted(found, str(written_out.result))


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


def test_a_name_that_stands_for_something_else_is_refused() -> None:
    found = derive("tr(S)", "X", let="X: matrix(m,n); S = X'*X").derivation
    other = Declaration("S", "abbreviation", SCALAR, definition="2*X'*X")
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
