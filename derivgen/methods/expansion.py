"""Expand an expression in eps to first order."""

from __future__ import annotations

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Derivation
from derivgen.engine.trail import Trail
from derivgen.language.problem import Problem
from derivgen.language.terms import Path, Term, at, make
from derivgen.methods import first_principles as scalar
from derivgen.rules.book import RuleBook


def derive_expansion(problem: Problem, book: RuleBook) -> Derivation:
    """The chain from an expression in eps to its form up to O(eps^2). Raises DerivationError naming what resists."""
    if problem.perturbation not in problem.of.free:
        raise DerivationError(f"{problem.perturbation} does not occur, so there is nothing to expand", problem.of)
    context = Context.of(problem, book)
    trail = Trail("expansion", problem.of, context)
    trail.run(
        Phase("entries", ("entries",), within=_determinant_of_numeric_size, once=True),
        Phase("determinant", ("det_two", "det_three")),
    )
    trail.run(Phase("clean", ("arithmetic", "combine_powers", "reorder")))
    scalar.to_first_order(trail)
    scalar.collect(trail)
    trail.run(Phase("tidy", ("arithmetic", "combine_powers", "reorder")))
    if not trail.steps:
        raise DerivationError("no law expands this", problem.of)
    result = make("=", [trail.start, trail.term])
    return Derivation(problem, "first principles", (trail.chain(),), result, (), (), tuple(context.assumed.values()))


def _determinant_of_numeric_size(t: Term, path: Path) -> bool:
    """The whole argument of a determinant whose size is a number."""
    if not path or at(t, path[:-1]).op != "det":
        return False
    return at(t, path).shape[0].number is not None and at(t, path).op != "matrix"
