"""Derivatives of higher order: the Hessian as the Jacobian of the gradient, and repeated derivatives by a scalar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Chain, Condition, Derivation
from derivgen.engine.trail import Trail
from derivgen.language.problem import HOLDS, Problem
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, make
from derivgen.methods.first_principles import tidy
from derivgen.rules.book import RuleBook, local_law

Solve = Callable[[Problem, RuleBook], Derivation]
Assumed = dict[tuple[str, Term], Condition]
HIGHEST = 8
EARLIER = "earlier "
"""Before the name of a lemma of the derivatives before, while the next one is derived, which has lemmas of its own."""


def derive_repeatedly(problem: Problem, book: RuleBook, solve: Solve) -> Derivation:
    """D(D(f, x), x), and so on: each derivative is that of the one before it. Raises DerivationError.

    ``solve`` derives first derivatives. The Hessian has entries [i,j] = d^2 f / d x_i d x_j.
    """
    assert problem.wrt is not None
    _demand_order(problem)
    chains: list[Chain] = []
    lemmas: list[tuple[str, Term, int]] = []
    assumed: Assumed = {}
    notes: dict[str, None] = {}
    body = problem.of
    for _ in range(problem.order):
        quantity = problem.quantity if problem.along is not None else _quantity(body, problem.wrt)
        once = replace(problem, of=body, order=1, quantity=quantity, assume=_everywhere(problem))
        found = solve(once, book)
        shift = len(chains)
        names = {name: f"lemma {len(lemmas) + k + 1}" for k, (name, _, _) in enumerate(found.lemmas)}
        names |= {EARLIER + name: name for name, _, _ in lemmas}
        chains += [_renamed(chain, names) for chain in found.chains]
        own = [(names[name], equation, index + shift) for name, equation, index in found.lemmas]
        lemmas += own
        lemmas.append((f"lemma {len(lemmas) + 1}", found.result, len(chains) - 1))
        assumed |= {(c.predicate, c.term): c for c in found.assumed}
        notes |= dict.fromkeys(found.notes)
        book = _citing(book, [(name, equation) for name, equation, _ in own if equation.args[0] == make("d", [body])])
        body = found.result.args[1]
        if problem.wrt.free.isdisjoint(body.free):
            break
    return replace(_composed(problem, book, chains, lemmas, assumed), notes=tuple(notes))


def _citing(book: RuleBook, differentials: list[tuple[str, Term]]) -> RuleBook:
    """The book with the differential that was found: where a derivative holds what it is of, that is known already."""
    laws = [local_law(EARLIER + name, equation, news=1) for name, equation in differentials]
    return book.extended(laws).citing((*book.cited, *(law.name for law in laws))) if laws else book


def _everywhere(problem: Problem) -> tuple[tuple[str, Term], ...]:
    """What is assumed beside equations about the variable: they hold at a point, and the derivative there is wanted."""
    return tuple((p, t) for p, t in problem.assume if p != HOLDS or t.free.isdisjoint(problem.varying))


def _demand_order(problem: Problem) -> None:
    wrt = problem.wrt
    assert wrt is not None
    if not 1 <= problem.order <= HIGHEST:
        hint = f"the order is a number from 1 to {HIGHEST}"
        raise DerivationError(f"a derivative of order {problem.order} is not there yet", problem.of, hint=hint)
    if problem.along is not None or wrt.shape == SCALAR:
        return
    if problem.order > 2 or problem.of.shape != SCALAR or wrt.shape[1] != ONE:
        hint = "there is the Hessian of a scalar by a vector; for a matrix leave kind out: then it is a form in dX"
        if problem.order > 2:
            hint = "beyond the second order there are derivatives by a scalar"
        raise DerivationError("this has no derivative of this order that is a matrix", problem.of, hint=hint)


def _quantity(body: Term, variable: Term) -> str:
    if variable.shape == SCALAR:
        return "derivative"
    return "gradient" if body.shape == SCALAR else "jacobian"


def _renamed(chain: Chain, names: dict[str, str]) -> Chain:
    steps = tuple(replace(step, rule=names.get(step.rule, step.rule)) for step in chain.steps)
    return replace(chain, steps=steps)


def _derivative(t: Term, problem: Problem) -> Term:
    """The derivative of a term by the variable, or along the direction."""
    assert problem.wrt is not None
    if problem.along is None:
        return make("D", [t, problem.wrt])
    return make("directional", [t, problem.wrt, problem.along])


def _is_short(equation: Term, lemmas: list[tuple[str, Term, int]]) -> bool:
    """Whether an equation is the last one about its left side: what is read off is made shorter afterwards."""
    return equation == [other for _, other, _ in lemmas if other.args[0] == equation.args[0]][-1]


def _composed(
    problem: Problem, book: RuleBook, chains: list[Chain], lemmas: list[tuple[str, Term, int]], assumed: Assumed
) -> Derivation:
    """The last chain: the repeated derivative, each derivative put in from the inside."""
    context = Context.of(problem, book)
    start = problem.of
    for _ in range(problem.order):
        start = _derivative(start, problem)
    trail = Trail("repeated", start, context)
    for name, equation, _ in lemmas:
        if equation.args[0].op == start.op and (start.op == "D" or _is_short(equation, lemmas)):
            context.local[name] = local_law(name, equation, words="the derivative above", news=1)
            trail.use(name, "lemma")
    trail.run(Phase("constants", ("D_constant", "D_constant_scalar", "D_constant_vector", "D_constant_matrix")))
    tidy(trail)
    result = make("=", [start, trail.term])
    return Derivation(problem, "repeated", (*chains, trail.chain()), result, tuple(lemmas), (), tuple(assumed.values()))
