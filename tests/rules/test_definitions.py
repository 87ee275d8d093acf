"""What the book takes for granted: abbreviations, definitions by a property, axioms; no axiom repeats another law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.rewrite import steps_of
from derivgen.language.declarations import parse_declarations
from derivgen.language.terms import equivalent
from derivgen.methods.proof import bridge
from derivgen.methods.theorem import earlier, problem_of
from derivgen.rules.book import Law, RuleBook, make_law, standard_book
from derivgen.rules.definitions import abbreviations
from derivgen.rules.instances import instance

BOOK = standard_book()
AXIOMS = [law for law in BOOK.values() if law.status == "axiom"]
EACH = pytest.mark.parametrize("law", AXIOMS, ids=[law.name for law in AXIOMS])

# Definitions that are no abbreviations, by the reason why none can be written.
BY_A_PROPERTY = {
    "a notation: a decimal, a power, a derivative at an entry, a value put in": """
        half div_to_pow pow_negative D_apply def_partial def_partial_matrix""",
    "the inverse of a function is known by what it undoes": """
        exp_log_principal log_exp sqrt_square_principal sin_asin cos_acos tan_atan sinh_asinh cosh_acosh tanh_atanh
        expm_logm sqrtm_square""",
    "the inverse and the pseudo-inverse, by their equations": "inv_cancel_left inv_cancel_right inv_unique pinv_once "
    "pinv_twice pinv_left pinv_right",
    "eigenvalues and eigenvectors, by their equations": "char_eig eig_def unit_eigvec",
    "the imaginary unit, the conjugate, moduli and lengths by their squares": """
        i_square conj_i conj_conj modulus_square norm_square_complex norm_square_complex_matrix""",
    "the largest of several things is the one that is larger than the others": """
        norm1_column norminf_row normmax_entry norminf_entry normmax_entry_vector""",
    "the delta does not tell its indices apart": "delta_symmetric",
    "two things with equal entries are equal": "read_entries read_entries_matrix read_entries_vec read_entries_kron",
    "the limit drops what vanishes": "lim_order",
    "a matrix of an order has entries of that order": "entry_order",
    "a function is known by its values": "substitute_inverse",
    "the triangles of a matrix, by those of the matrix of ones": "triu_mask tril_mask",
    "a block matrix of two blocks stands for a sum in which such blocks are": "block_row block_column",
    "the gradient is known by the first-order change in every direction": """
        taylor_vector taylor_matrix read_directional read_gradient read_directional_vector read_gradient_vector""",
    "the differential is known by the partial derivatives, and what it does to a name": """
        entry_d d_second d_conj d_chain d_chain_vector d_chain_matrix d_apply_two put_direction""",
    "a function is known by its derivative": "D_erf D_gammaln D_digamma D_trigamma",
    "derivatives of unknown functions are known by the differential": """
        d_apply_vector d_apply_matrix d_grad d_apply_to_matrix d_apply_jacobian""",
    "a derivative is what stands beside the change of its variable": """
        read_differential read_differential_vector read_differential_scalar read_differential_by_scalar
        read_jacobian read_jacobian_outer read_structured read_wirtinger read_wirtinger_conj read_wirtinger_vector
        read_wirtinger_conj_vector read_wirtinger_scalar read_wirtinger_conj_scalar read_wirtinger_jacobian
        read_wirtinger_conj_jacobian read_wirtinger_by_scalar read_wirtinger_conj_by_scalar""",
    "the derivative by a conjugate stands on no name alone": """
        wirtinger_conj wirtinger_conj_jacobian wirtinger_conj_by_scalar""",
}

# Axioms that one step or a normal form shows of the names of the law alone.
OF_THE_NAMES_ALONE = {
    "div_self": "a computed division, whose own check rests on this law",
    "E_sum": "the terms of a sum of unknown functions of an index are not random",
}


def test_a_definition_is_an_abbreviation_or_says_why_not() -> None:
    listed = [name for names in BY_A_PROPERTY.values() for name in names.split()]
    assert len(set(listed)) == len(listed)
    others = {law.name for law in BOOK.values() if law.status == "definition"} - abbreviations(BOOK).keys()
    assert set(listed) == others


NAMES = "A, B: matrix(n); s, t: scalar"


@pytest.mark.parametrize(
    "statements",
    [
        ["tr(A) = tr(A') + 0*tr(A)"],  # circular
        ["tanh(s) = sin(s)", "tanh(t) = cos(t)"],  # twice
        ["tanh(s) = cosh(s)", "cosh(s) = 1/tanh(s)"],  # circular in two steps
        ["tanh(s + t) = s*t"],  # says something of a sum
        ["A = B'*B"],
        ["s = s*1"],
    ],
)
def test_no_abbreviation_is_circular_or_given_twice(statements: list[str]) -> None:
    names = parse_declarations(NAMES)
    laws = [make_law(f"law_{k}", text, names, status="definition") for k, text in enumerate(statements)]
    assert len(abbreviations(RuleBook(laws))) < len(laws)


def repeated(law: Law, book: RuleBook) -> Iterator[str]:
    """The laws of which a law is an instance: other axioms and definitions, and theorems that stand before it."""
    about, before = instance(law), earlier(law, book)
    others = RuleBook(o for o in book.values() if o.name != law.name and (o.status != "theorem" or o.name in before))
    context = Context.of(problem_of(law, about), others)
    context.may_assume = False
    for other in others.values():
        for forward in (True, False) if other.reversible else (True,):
            steps = steps_of(other, about.left, context, forward) if other.relation == law.relation else ()
            if any(equivalent(step.after, about.right) for step in steps):
                yield other.name


def bridged(law: Law, book: RuleBook) -> bool:
    """Whether one law before it, or a normal form of both sides, shows a law."""
    about = instance(law)
    try:
        bridge(about.left, about.right, Context.of(problem_of(law, about), earlier(law, book)))
    except DerivationError:
        return False
    return True


@EACH
def test_no_axiom_repeats_another_law(law: Law) -> None:
    assert not list(repeated(law, BOOK))
    if law.relation == "=":
        assert bridged(law, BOOK) == (law.name in OF_THE_NAMES_ALONE)


def test_a_law_that_repeats_another_is_found() -> None:
    again = make_law("again", "tr(B*A) = tr(A*B)", parse_declarations(NAMES))
    book = BOOK.extended([again])
    assert list(repeated(again, book)) == ["tr_cyclic", "tr_cyclic"]
    assert bridged(replace(BOOK["neg_plus"], name="last"), BOOK.extended([replace(BOOK["neg_plus"], name="last")]))
