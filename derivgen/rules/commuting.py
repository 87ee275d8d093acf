"""Matrices that commute because they are functions of one matrix: powers, inverses, exponentials, sums of these."""

from __future__ import annotations

from collections.abc import Sequence

from derivgen.language.operators import MATRIX_FUNCTIONS
from derivgen.language.terms import Term, subchain

FUNCTIONS = frozenset({"inv", "neg", "pow", *MATRIX_FUNCTIONS})


def commute_by_form(commutator: Term) -> bool:
    """Whether B and A in B*A - A*B are functions of one matrix, which may be a product itself."""
    if commutator.op != "plus" or len(commutator.args) != 2 or commutator.args[1].op != "neg":
        return False
    ahead, behind = (_factors(t) for t in (commutator.args[0], commutator.args[1].args[0]))
    splits = [k for k in range(1, len(ahead)) if ahead[k:] + ahead[:k] == behind]
    return any(_are_functions_of_one(ahead[:k], ahead[k:]) for k in splits)


def _factors(t: Term) -> tuple[Term, ...]:
    chain = t.args[-1] if t.op == "times" else t
    return chain.args if chain.op == "dot" else (chain,)


def _are_functions_of_one(left: Sequence[Term], right: Sequence[Term]) -> bool:
    matrices = [subchain(left), subchain(right), *map(_innermost, (*left, *right))]
    return any(_consists_of(left, m) and _consists_of(right, m) for m in matrices if m.shape[0] == m.shape[1])


def _innermost(factor: Term) -> Term:
    """What a factor is a function of."""
    while factor.op in FUNCTIONS:
        factor = factor.args[0]
    return factor.args[-1] if factor.op == "times" else factor


def _consists_of(factors: Sequence[Term], matrix: Term) -> bool:
    """Whether a chain is made of functions of a matrix, and of the matrix itself."""
    if not factors:
        return True
    whole = matrix.args if matrix.op == "dot" else (matrix,)
    if tuple(factors[: len(whole)]) == whole and _consists_of(factors[len(whole) :], matrix):
        return True
    return _is_function(factors[0], matrix) and _consists_of(factors[1:], matrix)


def _is_function(t: Term, matrix: Term) -> bool:
    if t == matrix or t.op == "identity":
        return True
    if t.op in FUNCTIONS:
        return _is_function(t.args[0], matrix)
    if t.op == "times":
        return _is_function(t.args[-1], matrix)
    if t.op == "dot":
        return _consists_of(t.args, matrix)
    return t.op == "plus" and all(_is_function(a, matrix) for a in t.args)
