"""Terms to text and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from derivgen.language.elaborate import parse
from derivgen.language.plain import plain
from derivgen.language.terms import Term
from tests.language.random_terms import DECLARATIONS, equations, literals, terms


@settings(max_examples=250, deadline=None)
@given(terms())
def test_what_is_printed_reads_back_as_the_same_term(term: Term) -> None:
    assert parse(plain(term), DECLARATIONS) == term


@settings(max_examples=150, deadline=None)
@given(terms(entrywise=True))
def test_what_acts_on_entries_reads_back(term: Term) -> None:
    assert parse(plain(term), DECLARATIONS) == term


@settings(max_examples=100, deadline=None)
@given(equations())
def test_equations_read_back(term: Term) -> None:
    assert parse(plain(term), DECLARATIONS) == term


@settings(max_examples=100, deadline=None)
@given(literals())
def test_matrix_literals_read_back(term: Term) -> None:
    assert parse(plain(term), DECLARATIONS) == term


@pytest.mark.parametrize(
    "text",
    [
        "s + t", "s - t", "-s - t", "-(s + t)", "s - (t - s)", "2*s*t", "s*(t + 1)", "-s*t", "(-s)*t",
        "s/t/2", "s/(t/2)", "s/(t*2)", "s^2", "(-s)^2", "-s^2", "(s^t)^2", "s^(t^2)", "s^-1",
        "2^(s + 1)", "(s/t)^2", "X*a", "A*X*a", "a'*X*a", "X'*X", "(X*Sigma)'", "X''", "inv(X)'",
        "inv(X*Sigma)", "tr(X)", "log(det(X))", "f(s)", "f'(s)", "f''(s)", "f'''(s + t)", "g(s, t)",
        "g.1(s, t)", "g.12(s, t)", "grad(F)(a)", "X[i,j]", "(X*X)[i,j + 1]", "a[i]", "(a + b)[1]",
        "sum(k, 1, n, a[k])", "prod(k, 1, n, s)", "lim(eps, 0, (s + eps)/eps)", "D(s^2, s)",
        "at(D(f(t), t), t, s + 1)", "directional(tr(X), X, Sigma)", "d(X)", "delta(i, j)", "e(i, n)",
        "J(i, j, n, n)", "I(n)", "zeros(n,n)", "ones(n)", "[s, t; 1, 2]", "s + O(eps^2)", "X + O(eps)",
        "s = t", "s <= t", "X >= Sigma", "0.125*s", "12.5",
    ],
)  # fmt: skip
def test_plain_text_is_its_own_normal_form(text: str) -> None:
    assert plain(parse(text, DECLARATIONS)) == text
