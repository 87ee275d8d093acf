"""Differentials: push d inwards, bring the differential to a form, and read the derivative off.

The first is done in ``pushing``, the others in ``reading_off``.
"""

from __future__ import annotations

from dataclasses import replace

from derivgen.engine.context import Context
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Derivation
from derivgen.engine.trail import Trail
from derivgen.language.problem import Problem
from derivgen.language.terms import Term, make
from derivgen.methods.first_principles import tidy
from derivgen.methods.pushing import COMPUTED, DIFFERENTIALS, demand_pushed, pushed
from derivgen.methods.reading_off import read_off
from derivgen.rules.book import RuleBook, local_law

STRUCTURE_NOTE = "The variable moves within its structure: this is no gradient for free entries."


def derive_by_differentials(problem: Problem, book: RuleBook) -> Derivation:
    """The derivative that is read off a differential, or the differential itself when that is asked for.

    Raises DerivationError naming what resists.
    """
    assert problem.wrt is not None
    context = Context.of(problem, book)
    trail = pushed(problem.of, problem.variables, context)
    if problem.quantity == "differential":
        trail.run(Phase("cancel", ("divide", "arithmetic"), assume=False))
        tidy(trail)
        return _differential(problem, context, trail)
    end = read_off(trail, problem.wrt)
    found = _derivation(problem, context, (trail, end), end.term, (("lemma 1", end.start, 0),))
    return replace(found, notes=(STRUCTURE_NOTE,)) if problem.vary == "structured" else found


def _differential(problem: Problem, context: Context, first: Trail) -> Derivation:
    """The differential that was found, or for order 2 that of it, in which the change of the variable is constant."""
    result = make("=", [first.start, first.term])
    if problem.order == 1:
        return _derivation(problem, context, (first,), result, ())
    second = Trail("differential", make("d", [first.start]), context)
    context.local["lemma 1"] = local_law("lemma 1", result, words="the differential above", news=1)
    second.need("lemma 1", "lemma")
    second.run(Phase("differential", (*COMPUTED, *DIFFERENTIALS)))
    demand_pushed(second, problem.variables)
    second.run(Phase("cancel", ("divide", "arithmetic"), assume=False))
    tidy(second)
    last = make("=", [second.start, second.term])
    return _derivation(problem, context, (first, second), last, (("lemma 1", result, 0),))


def _derivation(
    problem: Problem,
    context: Context,
    trails: tuple[Trail, ...],
    result: Term,
    lemmas: tuple[tuple[str, Term, int], ...],
) -> Derivation:
    chains = tuple(trail.chain() for trail in trails)
    return Derivation(problem, "differentials", chains, result, lemmas, (), tuple(context.assumed.values()))
