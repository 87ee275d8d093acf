"""Expand an expression in eps to first order."""

from __future__ import annotations

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Derivation
from derivgen.engine.trail import Trail
from derivgen.language.problem import Problem
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Path, Term, at, make, product, walk
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
    _join_turned(trail)
    if not trail.steps:
        raise DerivationError("no law expands this", problem.of)
    result = make("=", [trail.start, trail.term])
    return Derivation(problem, "first principles", (trail.chain(),), result, (), (), tuple(context.assumed.values()))


def _join_turned(trail: Trail) -> None:
    """Of x'*v and v'*x in one sum write the first for both, add them up, and write lengths as lengths."""
    if not trail.context.problem.of.has("norm"):
        return
    forms = [(path, t) for path, t in walk(trail.term) if t.op == "dot" and t.shape == SCALAR and len(t.args) == 2]
    eps = trail.context.problem.perturbation
    small = {n for _, t in walk(trail.context.problem.of) if t.op == "times" and eps in t.free for n in t.free - {eps}}
    seen: set[Term] = set()
    for path, t in sorted(forms, key=lambda form: not form[1].args[-1].free & small):
        turned = product(*[make("transpose", [t.args[1]]), _upright(t.args[0])])
        if turned in seen and turned != t and trail.use("scalar_transpose", "tidy", path=path):
            trail.run(Phase("tidy", ("transpose_mul", "transpose_transpose")))
        seen.add(t)
    trail.run(Phase("tidy", ("like_terms", "arithmetic", "lowest_terms", "root_of_square", "reorder"), assume=False))


def _upright(t: Term) -> Term:
    return t.args[0] if t.op == "transpose" else make("transpose", [t])


def _determinant_of_numeric_size(t: Term, path: Path) -> bool:
    """The whole argument of a determinant whose size is a number."""
    if not path or at(t, path[:-1]).op != "det":
        return False
    return at(t, path).shape[0].number is not None and at(t, path).op != "matrix"
