"""Each theorem of the book is proved again from the laws before it, and the proof is checked with those laws alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derivgen.check import check
from derivgen.check.moves import MOVES
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.trace import Derivation
from derivgen.language.declarations import parse_declarations
from derivgen.language.plain import plain
from derivgen.language.terms import equivalent, make, number, plus, product
from derivgen.methods.theorem import earlier, means_of, prove_law
from derivgen.rules.book import STATUSES, Law, RuleBook, make_law, standard_book
from derivgen.rules.instances import instance
from derivgen.rules.orders import is_zero

BOOK = standard_book()
THEOREMS = [law for law in BOOK.values() if law.status == "theorem"]
EACH = pytest.mark.parametrize("law", THEOREMS, ids=lambda law: law.name)

# What a proof assumes beyond the conditions of its law: that what is divided by has an inverse.
SILENT = {
    "D_asin": {"nonzero(cos(asin(x)))": "cos(asin(x)) = sqrt(1 - x^2), which the condition makes positive"},
    "D_acos": {"nonzero(sin(acos(x)))": "sin(acos(x)) = sqrt(1 - x^2), which the condition makes positive"},
    "D_acosh": {"nonzero(sinh(acosh(x)))": "sinh(acosh(x)) = sqrt(x^2 - 1), which the condition makes positive"},
    "D_atan": {"nonzero(cos(atan(x)))": "the arc tangent lies where the cosine is positive"},
}


@EACH
def test_is_proved_from_the_laws_before_it(law: Law) -> None:
    proof = prove_law(law, BOOK)
    assert check(proof, earlier(law, BOOK))
    assert proof.steps
    about = instance(law)
    shown = about.right if law.relation == "=>" else make("=", [about.left, about.right])
    assert equivalent(proof.result, shown)
    assert proof.problem.premise == (about.left if law.relation == "=>" else None)
    assert _assumed(law, proof) == set(SILENT.get(law.name, {}))


def _assumed(law: Law, proof: Derivation) -> set[str]:
    stated = {(p, plain(t)) for p, t in instance(law).assumptions}
    return {f"{c.predicate}({plain(c.term)})" for c in proof.assumed if (c.predicate, plain(c.term)) not in stated}


@EACH
def test_each_law_that_it_names_is_used(law: Law) -> None:
    steps = {step.rule for step in prove_law(law, BOOK).steps}
    named = {item.removeprefix("right ").lstrip("<") for item in means_of(law)} & BOOK.keys()
    assert named <= steps
    cited = {rule for rule in steps if not rule.startswith(("lemma", "premise"))}
    assert cited <= earlier(law, BOOK).keys() | MOVES.keys()


@EACH
def test_a_false_statement_has_no_proof(law: Law) -> None:
    """Twice the right side, or half the conclusion, is not proved by the same means."""
    wrong = replace(law, right=_changed(law))
    book = RuleBook(wrong if other is law else other for other in BOOK.values())
    try:
        proof = prove_law(wrong, book)
    except DerivationError:
        return
    assert not check(proof, earlier(law, BOOK))


def _changed(law: Law) -> object:
    if law.relation == "=>":
        left, right = law.right.args
        return make("=", [left, product(number(2), right)])
    if is_zero(law.right):
        return plus(law.right, make("ones", (), None, law.right.shape))
    return product(number(2), law.right)


def test_refuses_what_is_no_theorem() -> None:
    with pytest.raises(DerivationError, match="'axiom'"):
        prove_law(BOOK["mul_plus"], BOOK)


@pytest.mark.parametrize("by", ["", "hand waving", "tr_plus, hand waving", "det_mul", "tr_cyclic"])
def test_refuses_means_that_are_none_or_stand_later(by: str) -> None:
    law = replace(BOOK["tr_cyclic"], by=by)
    with pytest.raises(DerivationError, match="no method, and no law that stands earlier"):
        prove_law(law, BOOK)


@pytest.mark.parametrize(
    ("law", "needed"), [("det_mul", "det_unique"), ("det_perturb", "det_column"), ("tr_cyclic", "sum_swap")]
)
def test_without_a_law_that_it_needs_there_is_no_proof(law: str, needed: str) -> None:
    with pytest.raises(DerivationError):
        prove_law(BOOK[law], BOOK.without(needed))


def test_statuses_are_known_and_axioms_are_few() -> None:
    assert {law.status for law in BOOK.values()} == set(STATUSES)
    axioms = [law for law in BOOK.values() if law.status == "axiom"]
    assert len(axioms) < 80
    assert len(axioms) < len(THEOREMS) / 3


@pytest.mark.parametrize(
    "statement",
    [
        "d(A.*B) = d(A).*B",  # several names vary: none of them is constant
        "d(A*A') = d(A)*A'",
        "d(diag(A)) = d(A)",
        "d(exp.(A)) = exp.(A)",
        "d(log.(A)) = d(A)./A",  # not where an entry is negative
        "diag(A)' = A",
        "sum(A) = tr(A)",
    ],
)
def test_components_do_not_prove_what_is_false(statement: str) -> None:
    law = make_law("wrong", statement, parse_declarations("A, B: matrix(n,n)"), status="theorem", by="components")
    with pytest.raises(DerivationError):
        prove_law(law, BOOK.extended([law]))


def test_components_need_the_condition_of_the_law_that_they_use() -> None:
    proof = prove_law(BOOK["d_map_log"], BOOK)
    assert {(c.predicate, c.basis) for step in proof.steps for c in step.conditions} == {("positive", "derived")}


def test_the_determinant_rests_on_its_columns() -> None:
    assert {BOOK[name].status for name in ("det_mul", "det_perturb", "det_inv")} == {"theorem"}
    used = {step.rule for step in prove_law(BOOK["det_perturb"], BOOK).steps}
    assert {"first_order_columns", "det_column", "det_unit_column", "det_identity", "tr_sum"} <= used
    assert not used & {"det_mul", "det_two", "det_three", "det_perturb"}
