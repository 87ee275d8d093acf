"""Directional and partial derivatives by a vector or matrix: the limit of a difference quotient along a direction."""

from __future__ import annotations

from derivgen.engine.rewrite import Context, DerivationError, Phase, Trail
from derivgen.engine.trace import Derivation
from derivgen.language.problem import Problem
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, make, symbol
from derivgen.methods import first_principles as scalar
from derivgen.methods.law_sets import NORMAL
from derivgen.methods.trace_form import to_trace_form
from derivgen.rules.binding import Abstraction
from derivgen.rules.book import RuleBook


def derive_directional(problem: Problem, book: RuleBook) -> Derivation:
    """The derivative along a direction, or by one entry x[i]. Raises DerivationError naming what resists."""
    if problem.of.shape != SCALAR:
        raise DerivationError("a directional derivative needs a scalar expression here", problem.of)
    problem, statement = _statement(problem)
    asked = statement.args[1]
    variable = asked.args[0] if asked.op == "index" else asked
    context = Context.of(problem, book)
    trail = Trail("directional", statement, context)
    given = {"F": Abstraction((str(variable.data),), problem.of)}
    if statement.op == "D":
        trail.need("def_partial" if variable.shape[1] == ONE else "def_partial_matrix", "definition", given)
    trail.need("def_directional", "definition", given)
    _first_order(trail)
    scalar.collect(trail)
    scalar.take_limit(trail)
    direction = statement.args[-1] if statement.op == "directional" else trail.steps[0].after.args[-1]
    if direction.op in ("unit", "single"):
        to_trace_form(trail, direction)
    trail.run(Phase("entries", ("unit_entry", "single_entry")))
    scalar.tidy(trail)
    result = make("=", [statement, trail.term])
    return Derivation(problem, "first principles", (trail.chain(),), result, (), (), tuple(context.assumed.values()))


def _statement(problem: Problem) -> tuple[Problem, Term]:
    """What is asked, with a direction of its own where the problem names none."""
    wrt, direction = problem.wrt, problem.along
    assert wrt is not None
    if wrt.op == "index":
        return problem, make("D", [problem.of, wrt])
    if direction is None:
        wishes = ("u", "v", "w") if wrt.shape[1] == ONE else ("U", "V", "W")
        problem, name = problem.introduce("direction", wishes, "value", wrt.shape)
        direction = symbol(name, wrt.shape)
    return problem, make("directional", [problem.of, wrt, direction])


def _first_order(trail: Trail) -> None:
    """Expand the difference to first order; f(X) cancels."""
    scalar.to_first_order(trail)
    if scalar.leaves_a_rest(trail.term, trail.context.problem.perturbation):
        trail.run(Phase("cancel", NORMAL, assume=False))
