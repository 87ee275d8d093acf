"""Which method tells the story of a problem."""

from __future__ import annotations

from collections.abc import Callable

from derivgen.engine.rewrite import Context, DerivationError
from derivgen.engine.trace import Derivation
from derivgen.language.problem import Problem
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import walk
from derivgen.methods.chain_rule import derive_by_chain_rule
from derivgen.methods.componentwise import derive_componentwise
from derivgen.methods.differentials import derive_by_differentials
from derivgen.methods.directional import derive_directional
from derivgen.methods.expansion import derive_expansion
from derivgen.methods.first_principles import derive_by_limit
from derivgen.methods.gradient import derive_gradient
from derivgen.methods.inverse_function import derive_inverse_function
from derivgen.methods.proof import derive_proof
from derivgen.rules.book import RuleBook, standard_book


def solve(problem: Problem, book: RuleBook) -> Derivation:
    """The derivation that answers a problem. Raises DerivationError with the subterm, what is missing and the trace so far."""
    try:
        derivation = _solve(problem, book)
        _demand_finished(derivation)
        return derivation
    except DerivationError as error:
        lacking = sorted(book.missing | (set(standard_book()) - set(book)))
        if not lacking:
            raise
        hint = f"the book lacks laws that such a derivation may need: {', '.join(lacking)}"
        raise DerivationError(error.reason, error.subterm, error.steps, hint) from error


UNFINISHED = ("D", "at", "lim", "directional", "d", "O", "delta")


def _demand_finished(derivation: Derivation) -> None:
    """Raise DerivationError for a derivative whose result still holds an operator that was to be worked out."""
    problem = derivation.problem
    if problem.kind != "derive" or problem.of.has(*UNFINISHED):
        return
    for _, node in walk(derivation.result.args[1]):
        if node.op in UNFINISHED:
            raise DerivationError("a part could not be worked out", node, derivation.steps, "a law for it is missing")


def _solve(problem: Problem, book: RuleBook) -> Derivation:
    if problem.kind == "prove":
        return derive_proof(problem, book)
    if problem.kind == "expand":
        return derive_expansion(problem, book)
    if problem.quantity == "directional" or (problem.wrt is not None and problem.wrt.op == "index"):
        return derive_directional(problem, book)
    method = problem.method or default_method(problem)
    return _METHODS[method](problem, book)


def default_method(problem: Problem) -> str:
    """The chain rule for a scalar variable, differentials for a vector or a matrix."""
    assert problem.wrt is not None
    return "chain rule" if problem.wrt.shape == SCALAR and problem.quantity == "derivative" else "differentials"


def _first_principles(problem: Problem, book: RuleBook) -> Derivation:
    assert problem.wrt is not None
    if problem.wrt.shape == SCALAR:
        return derive_by_limit(problem, Context.of(problem, book))
    return derive_gradient(problem, book)


_METHODS: dict[str, Callable[[Problem, RuleBook], Derivation]] = {
    "first principles": _first_principles,
    "chain rule": lambda problem, book: derive_by_chain_rule(problem, Context.of(problem, book)),
    "componentwise": derive_componentwise,
    "inverse function": derive_inverse_function,
    "differentials": derive_by_differentials,
}
