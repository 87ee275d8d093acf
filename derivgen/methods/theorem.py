"""Proofs of the book's own theorems, each from laws that stand earlier in the book.

What stands behind ``theorem by`` in a rule file is a list of means, separated by commas. The first may be one of MEANS,
a method for the whole statement; or a law with ``=>``, whose premise is then what has to be shown. All others are
items of a script (``methods/script.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.match import match
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Chain, Derivation
from derivgen.engine.trail import Trail
from derivgen.language.declarations import Declaration, Declarations
from derivgen.language.names import PI
from derivgen.language.problem import Problem
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, equivalent, make, symbol, term_dimension, walk
from derivgen.methods import first_principles
from derivgen.methods.in_entries import meet_in_entries, places_of
from derivgen.methods.inverse_function import derive_inverse_function
from derivgen.methods.proof import bridge
from derivgen.methods.script import (
    ENDS,
    RIGHT,
    TACTICS,
    Lemma,
    Shown,
    citation,
    close,
    join,
    sides_of,
)
from derivgen.rules.binding import UnboundError, Value, instantiate
from derivgen.rules.book import EPS, Law, RuleBook
from derivgen.rules.conditions import ASSUMABLE
from derivgen.rules.instances import Instance, instance

Proof = Callable[[Law, Instance, RuleBook, Sequence[str]], Derivation]


def earlier(law: Law, book: RuleBook) -> RuleBook:
    """The laws that stand before a law."""
    names = list(book)
    return RuleBook(book[name] for name in names[: names.index(law.name)])


def prove_law(law: Law, book: RuleBook, about: Instance | None = None) -> Derivation:
    """The proof of a theorem of the book from earlier laws, about its own names or those of an instance.

    Raises DerivationError where none is found.
    """
    if law.status != "theorem":
        raise DerivationError(f"{law.name} is no theorem; its status is {law.status!r}")
    allowed = earlier(law, book)
    barred = RuleBook(other if other.name in allowed else _barred(other) for other in book.values())
    items = means_of(law)
    names = [item.removeprefix(RIGHT).lstrip("<") for item in items]
    unknown = [name for name in names if name not in allowed and name not in TACTICS and name not in MEANS]
    if unknown or not items:
        wrong = ", ".join(unknown) or "nothing"
        raise DerivationError(f"{law.name} is a theorem by {wrong}: no method, and no law that stands earlier")
    about = about or instance(law)
    if items[0] in MEANS:
        return MEANS[items[0]](law, about, barred, items[1:])
    return _by_script(law, about, barred, items)


def means_of(law: Law) -> list[str]:
    """The items behind ``theorem by``."""
    return [item.strip() for item in law.by.split(",") if item.strip()]


def _barred(law: Law) -> Law:
    """A law that never applies, in the place of one that stands later: methods may name it and find no use for it."""
    never = symbol(f"{law.name} stands later")
    return Law(law.name, never, never)


def problem_of(law: Law, about: Instance, variable: Term | None = None) -> Problem:
    """What is to be shown, under the conditions of the law."""
    of, premise = make("=", [about.left, about.right]), None
    if law.relation == "=>":
        premise, of = about.left, about.right
    assumed = tuple((p, t) for p, t in about.assumptions if p in ASSUMABLE)
    names = Declarations({n: d for n, d in about.declarations.items() if n not in about.dimensions})
    names = names.extended(*_within_ranges(law, about, names))
    constant = Declarations({PI.name: PI} if PI.name in of.free - names.keys() else {})
    return Problem("prove", of, variable, given=names, inferred=constant, assume=assumed, premise=premise)


def _within_ranges(law: Law, about: Instance, names: Declarations) -> Iterator[Declaration]:
    """The indices that a condition of the law says to be positions, with the ranges that it gives them."""
    for condition in law.conditions:
        if condition.predicate == "position":
            place, last = (instantiate(t, about.binding) for t in (condition.subject, *condition.others))
            if place.op == "symbol" and place.data in names:
                yield replace(names[str(place.data)], extent=term_dimension(last))


def _derivation(problem: Problem, shown: Shown) -> Derivation:
    chains, lemmas = shown
    conditions = [c for chain in chains for step in chain.steps for c in step.conditions]
    assumed = {(c.predicate, c.term): c for c in conditions if c.basis == "assumed"}
    return Derivation(problem, "proof", tuple(chains), problem.of, tuple(lemmas), (), tuple(assumed.values()))


# -- scripts ------------------------------------------------------------------------------------------------
def _by_script(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    if law.relation == "=>":
        return _by_implications(law, about, book, items)
    if (first := book.get(items[0])) is not None and first.relation == "=>":
        return _by_conclusion(law, about, book, items)
    problem = problem_of(law, about, _variable(law, about))
    return _derivation(problem, join(items, sides_of(about.left, about.right, Context.of(problem, book))))


def _variable(law: Law, about: Instance) -> Term | None:
    """The variable of a derivative, or the one name that varies under differentials; None where several do."""
    fixed = [c.subject.data for c in law.conditions if c.predicate == "constant"]
    derivative = next((n for _, n in walk(about.left) if n.op == "D"), None)
    if derivative is not None:
        return derivative.args[1]
    under = [s for side in (about.left, about.right) for _, n in walk(side) if n.op == "d" for _, s in walk(n)]
    varying = dict.fromkeys(s for s in under if s.op == "symbol" and s.data not in fixed and _varies(s, about))
    return next(iter(varying)) if len(varying) == 1 else None


def _varies(s: Term, about: Instance) -> bool:
    declared = about.declarations.get(str(s.data))
    return declared is not None and declared.sort == "value" and "natural" not in declared.properties


def _by_implications(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    """An implication by others in turn, from its premise to its conclusion."""
    problem = problem_of(law, about)
    trail = Trail("equation", about.left, Context.of(problem, book))
    for item in items:
        given = {k: v for k, v in about.binding.items() if k in book[item].declarations and k != EPS}
        if not trail.use(item, "conclude", given):
            trail.need(item, "conclude")
    if trail.term != problem.of:
        raise DerivationError(f"the proof of {law.name} ends in another equation", trail.term, trail.steps)
    return _derivation(problem, ([trail.chain()], []))


def _by_conclusion(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    """The statement, read either way, is what an implication concludes: show its premise, then conclude."""
    problem = problem_of(law, about, _variable(law, about))
    context, implication = Context.of(problem, book), book[items[0]]
    for left, right in ((about.left, about.right), (about.right, about.left)):
        for premise, given in _premises(implication, make("=", [left, right])):
            try:
                chains, lemmas = join(items[1:], sides_of(premise.args[0], premise.args[1], context))
            except DerivationError:
                continue
            end = Trail("conclusion", premise, context)
            if end.use(implication.name, "conclude", given) and equivalent(end.term, make("=", [left, right])):
                return _derivation(problem, _turned((about.left, about.right), [*chains, end.chain()], lemmas))
    raise DerivationError(f"{law.by!r} does not prove {law.name}", problem.of)


def _turned(goal: tuple[Term, Term], chains: list[Chain], lemmas: list[Lemma]) -> Shown:
    """The chains, with one more where the last one shows the equation with its sides or summands exchanged."""
    shown = chains[-1].end.args
    if shown == goal:
        return chains, lemmas
    lemma = (f"lemma {len(lemmas) + 1}", chains[-1].end, len(chains) - 1)
    last = Chain("proof", goal[0], (citation(lemma, *goal, forward=equivalent(shown[0], goal[0])),))
    return [*chains, last], [*lemmas, lemma]


def _premises(implication: Law, conclusion: Term) -> Iterator[tuple[Term, dict[str, Value]]]:
    """The premises from which an implication concludes an equation, with the bindings."""
    holes = dict.fromkeys(str(h.data) for _, h in walk(implication.left) if h.op == "hole")
    for bound in match(implication.right, conclusion, {}):
        missing = [name for name in holes if name not in bound]
        for value in _candidates(conclusion) if missing else [conclusion]:
            given = {**bound, **dict.fromkeys(missing, value)}
            try:
                yield instantiate(implication.left, given), given
            except (UnboundError, ValueError):
                continue


def _candidates(t: Term) -> list[Term]:
    """What a hole may stand for that the conclusion does not fix: scalar parts, and determinants of its matrices."""
    parts = list(dict.fromkeys(node for _, node in walk(t)))
    square = [p for p in parts if p.op == "symbol" and p.shape != SCALAR and p.shape[0] == p.shape[1]]
    return [*[make("det", [p]) for p in square], *[p for p in parts if p.shape == SCALAR]]


# -- methods for a whole statement --------------------------------------------------------------------------
def _by_normal_forms(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    """One law or one normal form of both sides."""
    problem = problem_of(law, about)
    context = Context.of(problem, book)
    try:
        steps = bridge(about.left, about.right, context)
    except DerivationError:
        return _derivation(problem, close(sides_of(about.left, about.right, context)))
    return _derivation(problem, ([Chain("proof", about.left, tuple(steps))], []))


def _by_components(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    """Both sides entry by entry, then the items; for vectors and matrices then: this holds for all i, j."""
    problem = problem_of(law, about, _variable(law, about))
    problem, places, reading, given = places_of(about, problem)
    sides = (about.left, about.right)
    if places:
        sides = make("index", [about.left, *places]), make("index", [about.right, *places])
    context = Context.of(problem, book)
    chains, lemmas = meet_in_entries(sides, context, items)
    if not places:
        return _derivation(problem, (chains, lemmas))
    equation = make("=", sides)
    end = Trail("conclusion", equation, context)
    end.need(reading, "read off", given)
    lemmas.append((f"lemma {len(lemmas) + 1}", equation, len(chains) - 1))
    return _derivation(problem, ([*chains, end.chain()], lemmas))


def _by_first_principles(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    """The limit of the difference quotient, for D(.., x) on the left."""
    body, variable = about.left.args
    problem = replace(problem_of(law, about, variable), kind="derive", of=body)
    found = first_principles.derive_by_limit(problem, Context.of(problem, book))
    return _as_stated(about, found, book, items)


def _by_inverse_function(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    """Differentiate both sides of f(g(x)) = x, for D(g(x), x) on the left."""
    body, variable = about.left.args
    problem = replace(problem_of(law, about, variable), kind="derive", of=body)
    return _as_stated(about, derive_inverse_function(problem, book), book, items)


def _as_stated(about: Instance, found: Derivation, book: RuleBook, items: Sequence[str]) -> Derivation:
    """A derivative that was derived, brought to the form in which the law states it."""
    problem = replace(found.problem, kind="prove", of=make("=", [about.left, about.right]))
    context, last = Context.of(problem, book), found.chains[-1]
    trail = Trail(last.opening, last.start, context)
    trail.steps = list(last.steps)
    if last.end.op == "=":
        trail.run(Phase("result", ENDS, within=lambda t, path: path[:1] == (1,), assume=False))
        if trail.term != problem.of:
            raise DerivationError("the derivation ends in another equation", trail.term, trail.steps)
        return _derivation(problem, ([*found.chains[:-1], trail.chain()], list(found.lemmas)))
    right = Trail("proof", about.right, context)
    if not items:
        right.run(Phase("result", ENDS, assume=False))
    return _derivation(problem, join(items, (trail, right), found.chains[:-1], found.lemmas))


MEANS: dict[str, Proof] = {
    "normal forms": _by_normal_forms,
    "components": _by_components,
    "first principles": _by_first_principles,
    "inverse function": _by_inverse_function,
}
