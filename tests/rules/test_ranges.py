"""Conditions that hold for every i: what they say at a place, how they are written, checked and shown."""

from __future__ import annotations

import json

import pytest

from derivgen import NotationError, Result, check, derive
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.problem import read_problem
from derivgen.language.terms import Path, walk
from derivgen.rules.ranges import fact, for_every, ranges_of

LET = {"w": "vector(n)", "mu": "vector(n)", "x[i=1..N]": "vector(n)", "y[i=1..N]": "scalar", "k": "natural"}
HINGE = "sum(i, 1, N, max(0, 1 - y[i]*w'*x[i]))"
NAMES = parse_declarations("s: scalar; a: vector(n); y[i=1..N]: scalar")


def place(text: str, inner: str) -> tuple[Path, str | None]:
    """The way to a subterm of a text, and what a condition on it says there."""
    whole = parse(text, NAMES)
    path, node = next((p, t) for p, t in walk(whole) if t.op == inner)
    found = for_every(node, whole, path, "eps")
    return path, None if found is None else fact("nonzero", found)


@pytest.mark.parametrize(
    ("text", "inner", "said"),
    [
        ("lim(s, 0, log(s))", "log", None),
        ("D(log(s), s)", "log", "nonzero(log(s))"),
        ("lim(eps, 0, log(eps))", "log", "nonzero(log(eps))"),
        ("sum(i, 1, N, log(y[i]))", "log", "nonzero(log(y[i])) for i=1..N"),
        ("prod(i, 2, N, log(s))", "log", "nonzero(log(s))"),
        ("sum(i, 1, N, sum(j, 1, i, log(y[i] - y[j])))", "log", "nonzero(log(y[i] - y[j])) for i=1..N, j=1..i"),
        ("sum(i, 1, N, sum(i, 2, 3, log(y[i])))", "log", "nonzero(log(y[i])) for i=2..3"),
    ],
)
def test_what_a_condition_says_at_a_place(text: str, inner: str, said: str | None) -> None:
    assert place(text, inner)[1] == said


@pytest.mark.parametrize("text", ["y[i] != 0 for i=1..N", "positive(y[i] - y[j]) for i=1..N, j=1..i", "w != 0"])
def test_a_fact_is_read_as_it_is_written(text: str) -> None:
    predicate, subject = read_problem("derive", "w'*w", "w", let=LET, assume=[text]).assume[0]
    again = read_problem("derive", "w'*w", "w", let=LET, assume=[fact(predicate, subject)]).assume[0]
    assert again == (predicate, subject)
    assert [run.name for run in ranges_of(subject)[0]] == [c for c in "ij" if f"{c}=" in text]


@pytest.mark.parametrize(
    ("of", "assume"),
    [
        ("every(i, 1, N, y[i])*w'*w", []),
        ("w'*w", ["1 + every(i, 1, N, y[i]) > 0"]),
    ],
)
def test_every_is_no_part_of_an_expression(of: str, assume: list[str]) -> None:
    with pytest.raises(NotationError, match="has no value"):
        derive(of, "w", let=LET, assume=assume)


@pytest.mark.parametrize(
    ("of", "wrt", "assumed"),
    [
        (HINGE, "w", "nonzero(1 - y[i]*(w'*x[i])) for i=1..N"),
        ("sum(i, 1, N, norm(x[i] - mu))", "mu", "nonzero(norm(x[i] - mu)) for i=1..N"),
        ("sum(i, 1, N, abs(y[i] - w'*x[i]))", "w", "nonzero(y[i] - w'*x[i]) for i=1..N"),
        ("sum(i, 1, N, sum(j, 1, i, abs(y[j] - w'*x[i])))", "w", "nonzero(y[j] - w'*x[i]) for i=1..N, j=1..i"),
        ("sum(i, 1, N, tr(inv(diag(w) + x[i]*x[i]')))", "w", "invertible(diag(w) + x[i]*x[i]') for i=1..N"),
    ],
)  # fmt: skip
def test_a_condition_on_the_terms_of_a_sum_is_assumed_and_printed(of: str, wrt: str, assumed: str) -> None:
    found = derive(of, wrt, let=LET)
    assert found.assumed == (assumed,)
    assert check(found), str(check(found))
    assert " for i=1..N" in found.text() and check(Result.from_json(found.to_json()))


def test_what_follows_from_what_is_given_for_every_term_is_not_assumed() -> None:
    found = derive(HINGE, "w", let=LET, assume=["1 - y[j]*w'*x[j] > 0 for j=1..N"])
    assert found.assumed == () and check(found), str(check(found))


def test_what_is_given_for_other_terms_does_not_help() -> None:
    found = derive(HINGE, "w", let=LET, assume=["1 - y[i]*w'*x[i] != 0 for i=2..N"])
    assert found.assumed == ("nonzero(1 - y[i]*(w'*x[i])) for i=1..N",)


def test_a_narrower_range_in_a_trace_is_refused() -> None:
    trace = json.loads(derive(HINGE, "w", let=LET).to_json())
    text = json.dumps(trace).replace("every(i, 1, N", "every(i, 2, N")
    report = check(Result.from_json(text))
    assert not report and "which is neither known nor assumed" in str(report)


@pytest.mark.parametrize(("language", "words"), [("de", "für i=1..N"), ("fr", "pour i=1..N"), ("es", "para i=1..N")])
def test_in_other_languages(language: str, words: str) -> None:
    assert words in derive(HINGE, "w", let=LET).text(language=language)
