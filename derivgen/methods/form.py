"""The result in the form that is asked for: a layout, and a target form."""

from __future__ import annotations

from dataclasses import replace

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError, OpenEquationError
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Derivation, relied_on
from derivgen.engine.trail import Trail
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, make
from derivgen.methods.equations import connect
from derivgen.methods.script import Shown
from derivgen.methods.trace_form import transposes_in
from derivgen.rules.book import RuleBook

PROPERTIES = ("inv_transpose", "symmetric_transpose", "arithmetic")


def in_layout(derivation: Derivation, book: RuleBook) -> Derivation:
    """The derivation with its result in the layout and the form that the problem asks for. Raises DerivationError.

    Layouts: "gradient" gives a gradient the shape of its variable and a Jacobian the entries [i,j] = d f_i / d x_j;
    "numerator" transposes gradients, "denominator" Jacobians.
    """
    problem = derivation.problem
    if problem.kind != "derive" or (not _turned(derivation) and problem.target is None):
        return derivation
    trail = Trail("form", derivation.result, Context.of(problem, book))
    if _turned(derivation):
        trail.need("transpose_both", "layout")
        trail.run(
            replace(transposes_in(), within=lambda t, path: path[:1] == (1,)),
            Phase("properties", PROPERTIES, within=lambda t, path: path[:1] == (1,)),
        )
    shown = (f"lemma {len(derivation.lemmas) + 1}", derivation.result, len(derivation.chains) - 1)
    chains, lemmas = list(derivation.chains), [*derivation.lemmas, shown]
    steps = trail.steps
    if problem.target is not None:
        more, cited = _to_target(trail, problem.target, len(chains), len(lemmas))
        chains, lemmas = [*chains, *more], [*lemmas, *cited]
        steps = [*(step for chain in more for step in chain.steps), *trail.steps]
    assumed = {(c.predicate, c.term): c for c in (*derivation.assumed, *relied_on(steps))}
    return replace(
        derivation,
        chains=(*chains, trail.chain()),
        result=trail.term,
        lemmas=tuple(lemmas),
        assumed=tuple(assumed.values()),
    )


def _turned(derivation: Derivation) -> bool:
    """Whether the layout transposes this derivative."""
    problem = derivation.problem
    if problem.wrt is None or problem.wrt.shape == SCALAR or derivation.result.args[0].shape == SCALAR:
        return False
    scalar = problem.of.shape == SCALAR
    return problem.layout == ("numerator" if scalar else "denominator")


def _to_target(trail: Trail, target: Term, chains: int, lemmas: int) -> Shown:
    """From the right side of the result to the form that is asked for; what shows it stands behind so many others."""
    left, right = trail.term.args
    if target.shape != right.shape:
        hint = "leave the form out, or write it for this result"
        raise DerivationError("the form that is asked for has another shape than the result", target, hint=hint)
    try:
        more, cited, steps = connect(right, target, trail.context, chains, lemmas)
    except DerivationError as error:
        reason, asked = "the result is not brought to the form that is asked for", make("=", [right, target])
        hint = "leave the form out to see the result as it is"
        raise OpenEquationError(reason, asked, error.steps, hint) from error
    for step in steps:
        before, after = (make("=", [left, side]) for side in (step.before, step.after))
        trail.steps.append(replace(step, path=(1, *step.path), before=before, after=after))
    return more, cited
