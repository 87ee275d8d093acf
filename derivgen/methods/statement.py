"""What a question asks to prove: by a proof of its own, or where a law of the book says just this, by its proof."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError, OpenEquationError
from derivgen.engine.match import match
from derivgen.engine.rewrite import steps_of
from derivgen.engine.trace import Chain, Derivation, Step, relied_on
from derivgen.language.declarations import Declarations
from derivgen.language.problem import Problem
from derivgen.language.terms import Term, equivalent, make
from derivgen.methods.equations import connect
from derivgen.methods.proof import derive_proof, states
from derivgen.methods.script import Lemma, citation
from derivgen.methods.theorem import prove_law
from derivgen.rules.binding import Binding
from derivgen.rules.book import Law, RuleBook
from derivgen.rules.instances import Instance


def derive_statement(problem: Problem, book: RuleBook) -> Derivation:
    """The proof of a statement. Raises DerivationError when no way was found (which refutes nothing)."""
    try:
        return derive_proof(problem, book)
    except DerivationError:
        if problem.premise is not None or problem.of.op != "=" or book.cited:
            raise
    said = next((law for law in book.values() if states(law, problem.of)), None)
    if said is None or problem.via:
        return _by_equations(problem, book)
    return _as_in_the_book(said, problem, book) or _by_the_law(said, problem, book)


def _by_equations(problem: Problem, book: RuleBook) -> Derivation:
    """From the left side over the way-points to the right side."""
    points = [problem.of.args[0], *problem.via, problem.of.args[1]]
    context = Context.of(problem, book)
    chains: list[Chain] = []
    lemmas: list[Lemma] = []
    steps: list[Step] = []
    for a, b in pairwise(points):
        more, cited, reached = connect(a, b, context, len(chains), len(lemmas))
        chains, lemmas, steps = [*chains, *more], [*lemmas, *cited], [*steps, *reached]
    chains.append(Chain("proof", points[0], tuple(steps)))
    if len(points) == 2 and len(steps) == 1 and steps[0].rule == (lemmas[-1][0] if lemmas else ""):
        chains.pop()
        lemmas.pop()
    assumed = relied_on([step for chain in chains for step in chain.steps])
    return Derivation(problem, "proof", tuple(chains), problem.of, tuple(lemmas), (), assumed)


def _as_in_the_book(law: Law, problem: Problem, book: RuleBook) -> Derivation | None:
    """The proof that the book has of a theorem, about the names of the problem."""
    if law.status != "theorem":
        return None
    left, right = problem.of.args
    for sides in ((left, right), (right, left)):
        for bound in _bindings(law, *sides):
            about = Instance(*sides, problem.declarations, problem.assume, bound)
            try:
                found = prove_law(law, book, about)
            except DerivationError:
                continue
            return _turned(replace(found, problem=_with_indices(problem, found.problem), result=problem.of))
    return None


def _bindings(law: Law, left: Term, right: Term) -> list[Binding]:
    return [both for one in match(law.left, left, {}) for both in match(law.right, right, one)]


def _with_indices(problem: Problem, proved: Problem) -> Problem:
    """The problem with the indices in which its proof speaks of entries."""
    new = {name: d for name, d in proved.declarations.items() if name not in problem.declarations}
    return replace(problem, given=Declarations({**problem.given, **new}))


def _turned(found: Derivation) -> Derivation:
    """A proof whose last chain shows the equation read from right to left, read as it was asked for."""
    last, (left, right) = found.chains[-1], found.result.args
    shown = last.end if last.end.op == "=" else make("=", (last.start, last.end))
    if shown.args == (left, right):
        return found
    lemma = (f"lemma {len(found.lemmas) + 1}", shown, len(found.chains) - 1)
    chain = Chain("proof", left, (citation(lemma, left, right, forward=False),))
    return replace(found, chains=(*found.chains, chain), lemmas=(*found.lemmas, lemma))


def _by_the_law(law: Law, problem: Problem, book: RuleBook) -> Derivation:
    """One step: a definition or an axiom has no proof, and a theorem may be cited."""
    context = Context.of(problem, book)
    left, right = problem.of.args
    for forward in (True, False):
        for step in steps_of(law, left, context, forward):
            if equivalent(step.after, right):
                chain = Chain("proof", left, (replace(step, after=right),))
                return Derivation(problem, "proof", (chain,), problem.of, (), (), relied_on([step]))
    if not law.condition_texts:
        raise OpenEquationError("no proof was found", problem.of, hint="give a way-point with via")
    hint = f"declare {', '.join(law.condition_texts)}"
    raise DerivationError(f"the law {law.name} says this under conditions that do not hold here", problem.of, hint=hint)
