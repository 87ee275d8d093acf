"""What a question asks to prove: by a proof of its own, or where a law of the book says just this, by its proof."""

from __future__ import annotations

from dataclasses import replace

from derivgen.engine.match import match
from derivgen.engine.rewrite import Context, DerivationError, steps_of
from derivgen.engine.trace import Chain, Derivation
from derivgen.language.declarations import Declarations
from derivgen.language.problem import Problem
from derivgen.language.terms import Term, make
from derivgen.methods.proof import derive_proof, states
from derivgen.methods.script import citation
from derivgen.methods.theorem import prove_law
from derivgen.rules.binding import Binding
from derivgen.rules.book import Law, RuleBook
from derivgen.rules.instances import Instance


def derive_statement(problem: Problem, book: RuleBook) -> Derivation:
    """The proof of a statement. Raises DerivationError when no way was found (which refutes nothing)."""
    try:
        return derive_proof(problem, book)
    except DerivationError:
        if problem.premise is not None or problem.of.op != "=" or problem.via or book.cited:
            raise
        said = next((law for law in book.values() if states(law, problem.of)), None)
        if said is None:
            raise
    return _as_in_the_book(said, problem, book) or _by_the_law(said, problem, book)


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
            if step.after == right:
                assumed = tuple(c for c in step.conditions if c.basis == "assumed")
                return Derivation(problem, "proof", (Chain("proof", left, (step,)),), problem.of, (), (), assumed)
    raise DerivationError(f"the law {law.name} says this under conditions that do not hold here", problem.of,
                          hint=f"declare {', '.join(law.condition_texts)}")  # fmt: skip
