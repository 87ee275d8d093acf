"""A derivation as a theorem: what may become a law, what that law demands, and that it is used and checked."""

from __future__ import annotations

import pytest

from derivgen import DerivationError, api, check, derive, prove
from derivgen.methods.cited import laws_of

SQUARE = "X: invertible matrix(n)"


def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(DerivationError, match="there is a law of this name already"):
        api.as_rule(derive("det(X)", "X", let=SQUARE), "d_det", "again")


def test_what_shows_no_equation_is_refused() -> None:
    with pytest.raises(DerivationError, match="shows no equation that others could use"):
        api.as_rule(derive("x^2", "x", method="first principles"), "square", "words")


def test_a_law_that_is_not_there_is_refused() -> None:
    with pytest.raises(DerivationError, match="no law 'd_dett'"):
        derive("det(X)", "X", let=SQUARE, using=["d_dett"])


def test_a_derivative_becomes_a_law_under_the_conditions_of_its_steps() -> None:
    rule = api.as_rule(derive("x'*A*x", "x", let="x: vector(n)"), "d_quadratic", "quadratic form")
    assert rule.splitlines()[1] == "d_quadratic: d(x'*A*x) = d(x)'*(A*x + A'*x)    if constant(A)"
    assert "if invertible(X)" in api.as_rule(derive("det(X)", "X", let=SQUARE), "d_det_again", "determinant")


def test_it_is_used_for_other_terms_and_the_step_is_replayed() -> None:
    rule = api.as_rule(derive("x'*A*x", "x", let="x: vector(n)"), "d_quadratic", "quadratic form")
    found = derive("(B*y)'*C*(B*y)", "y", let="y: vector(m); B: matrix(n,m); C: matrix(n)", using=["d_quadratic"],
                   theorems=[rule])  # fmt: skip
    used = next(step for step in found.steps if step.rule == "d_quadratic")
    assert str(used.binding["A"].args or used.binding["A"].data) == "C"  # type: ignore[union-attr]
    assert check(found)
    assert not check(api.Result(found.derivation, api.book())), "without the law no step may cite it"


def test_its_condition_is_asked_of_what_stands_in_its_place() -> None:
    """The matrix of the form varies: the law does not hold, and another way is found."""
    rule = api.as_rule(derive("x'*A*x", "x", let="x: vector(n)"), "d_quadratic", "quadratic form")
    found = derive("x'*diag(x)*x", "x", let="x: vector(n)", using=["d_quadratic"], theorems=[rule])
    assert "d_quadratic" not in [step.rule for step in found.steps]
    assert check(found)


def test_a_proof_by_named_laws() -> None:
    found = prove("tr(A*B*C) = tr(C'*B'*A')", using=["tr_transpose", "transpose_mul"])
    assert {step.rule for step in found.steps} >= {"tr_transpose", "transpose_mul"}
    assert check(found)
    with pytest.raises(DerivationError):
        prove("tr(A*B*C) = tr(C'*A'*B')", using=["tr_transpose", "transpose_mul"], let="A, B, C: matrix(n)")


def test_a_form_that_the_named_laws_lead_to() -> None:
    found = derive("det(A*X*B)", "X", let=f"{SQUARE}; A, B: matrix(n)", using=["det_mul"], to="det(A*X*B)*inv(X)'")
    assert str(found.result) == "det(A*X*B)*inv(X)'"
    assert check(found)


def test_the_law_reads_as_it_was_written() -> None:
    rule = api.as_rule(prove("tr(A*B) = tr(B*A)"), "turned", 'so "to say"')
    (law,) = laws_of([rule])
    assert (law.name, law.status, law.words) == ("turned", "theorem", "so 'to say'")
