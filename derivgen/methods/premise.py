"""Equations from a given one: a gradient read off an expansion, or an expansion in which a gradient is known."""

from __future__ import annotations

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Derivation, Step
from derivgen.engine.trail import Trail
from derivgen.language.problem import Problem
from derivgen.language.shapes import ONE
from derivgen.language.terms import Term, equivalent, walk
from derivgen.methods import first_principles as scalar
from derivgen.methods.law_sets import CLEAN, DISTRIBUTE, LINEAR, NORMAL
from derivgen.rules.binding import Abstraction, Binding, Value
from derivgen.rules.book import RuleBook, local_law

READ = ("read_stationary", "read_difference", "read_gradient", "read_directional")


def derive_from_expansion(problem: Problem, book: RuleBook) -> Derivation:
    """D(F, X) = G from an expansion that is given. Raises DerivationError when the premise has another form."""
    assert problem.premise is not None
    body, variable = problem.of.args[0].args
    context = Context.of(problem, book)
    trail = Trail("equation", problem.premise, context)
    for direction in _directions(problem.premise, variable):
        for law in READ:
            name, given = _read_law(law, body, variable, direction, book)
            if trail.use(name, "read off", given) and equivalent(trail.term, problem.of):
                return _derivation(problem, trail)
    raise DerivationError("the premise does not show this gradient", problem.premise)


def _read_law(law: str, body: Term, variable: Term, direction: Term, book: RuleBook) -> tuple[str, Binding]:
    """The law for vectors where there is one, with the names it needs."""
    values: dict[str, Value] = {"F": Abstraction((str(variable.data),), body)}
    if variable.shape[1] == ONE and law + "_vector" in book:
        return law + "_vector", {**values, "x": variable, "u": direction}
    return law, {**values, "X": variable, "U": direction}


def _directions(premise: Term, variable: Term) -> list[Term]:
    found = [n for _, n in walk(premise) if n.op == "symbol" and n.shape == variable.shape and n != variable]
    return list(dict.fromkeys(found))


def derive_with_premise(problem: Problem, book: RuleBook) -> Derivation:
    """An equation whose left side is expanded and in which the premise is put in. Raises DerivationError."""
    assert problem.premise is not None
    context = Context.of(problem, book)
    context.local["premise"] = local_law("premise", problem.premise, words="as given", news=2)
    left, right = problem.of.args
    trail = Trail("proof", left, context)
    if context.problem.perturbation in left.free:
        scalar.expand(trail, exact=False)
        rules = ("absorb", *CLEAN, *LINEAR, *DISTRIBUTE)
        trail.run(
            Phase("multiply out", rules, accept=scalar.opens_perturbation(context)),
            Phase("cancel", ("neg_plus", "like_terms", "arithmetic")),
        )
    trail.run(
        Phase("premise", ("def_gradient", "premise")),
        Phase("normal form", NORMAL, assume=False),
    )
    if not equivalent(trail.term, right):
        raise DerivationError("the premise does not lead to this equation", trail.term, trail.steps)
    if trail.term != right:
        trail.steps.append(Step("reorder", (), {}, trail.term, right, phase="join"))
    return _derivation(problem, trail)


def _derivation(problem: Problem, trail: Trail) -> Derivation:
    assumed = tuple(trail.context.assumed.values())
    return Derivation(problem, "proof", (trail.chain(),), problem.of, (), (), assumed)
