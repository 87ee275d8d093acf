"""Proofs of equations: one law, normal forms of both sides that meet, components, or an implication from a premise."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError, OpenEquationError
from derivgen.engine.phases import Phase
from derivgen.engine.rewrite import steps_of
from derivgen.engine.trace import Derivation, Step, relied_on
from derivgen.engine.trail import Trail
from derivgen.language.problem import Problem
from derivgen.language.terms import Term, equivalent, make, walk
from derivgen.methods.componentwise import ENTRY_CLEAN, write_out
from derivgen.methods.inverse_function import derive_from_inverse
from derivgen.methods.law_sets import NORMAL
from derivgen.methods.premise import derive_from_expansion, derive_with_premise
from derivgen.methods.script import TACTICS, backwards, join, sides_of
from derivgen.rules.book import Law, RuleBook
from derivgen.rules.equations import is_assumption, shortening

Attempt = list[Step]


def derive_proof(problem: Problem, book: RuleBook) -> Derivation:
    """A chain from the left side to the right side.

    Raises DerivationError when no way was found (which refutes nothing).
    """
    if problem.of.op != "=":
        raise DerivationError("an equation is needed: left side = right side", problem.of)
    if problem.premise is not None:
        return _from_premise(problem, book)
    cited = {item.removeprefix("right ").lstrip("<") for item in book.cited}
    book = book.without(*[law.name for law in book.values() if law.name not in cited and states(law, problem.of)])
    context = Context.of(problem, book)
    left, right = problem.of.args
    if book.cited:
        return _by_citing(problem, context)
    points = [left, *problem.via, right]
    steps: list[Step] = []
    for a, b in pairwise(points):
        steps += bridge(a, b, context)
    trail = Trail("proof", left, context)
    trail.steps = steps
    return Derivation(problem, "proof", (trail.chain(),), problem.of, (), (), relied_on(steps))


def _by_citing(problem: Problem, context: Context) -> Derivation:
    """The two sides brought together by the laws that are asked for, in their order."""
    left, right = problem.of.args
    chains, lemmas = join(context.book.cited, sides_of(left, right, context))
    assumed = relied_on([step for chain in chains for step in chain.steps])
    return Derivation(problem, "proof", tuple(chains), problem.of, tuple(lemmas), (), assumed)


def _from_premise(problem: Problem, book: RuleBook) -> Derivation:
    assert problem.premise is not None
    if problem.premise.args[0].op == "apply" and problem.premise.args[1].op == "symbol":
        return derive_from_inverse(problem, book)
    if problem.of.args[0].op == "D":
        return derive_from_expansion(problem, book)
    return derive_with_premise(problem, book)


def states(law: Law, equation: Term) -> bool:
    """Whether a law says just this equation: a proof by it would be no proof. Every hole stands for another name."""
    if law.relation != "=" or law.statement is None:
        return False
    left, right = equation.args
    return any(_renames(law, a, b) for a, b in ((left, right), (right, left)))


def _renames(law: Law, left: Term, right: Term) -> bool:
    from_left = dict(_pairs(law.left, left))
    if not from_left or not all(t.op == "symbol" for t in from_left.values()):
        return False
    names = [t.data for t in from_left.values()]
    if len(set(names)) != len(names):
        return False
    from_right = {k: t for k, t in _pairs(law.right, right) if not k.startswith("dim:")}
    return (
        from_right.items() <= from_left.items()
        and _skeleton(law.left) == _skeleton(left)
        and (_skeleton(law.right) == _skeleton(right))
    )


def _pairs(p: Term, t: Term) -> list[tuple[str, Term]]:
    if p.op in ("hole", "steady", "small"):
        return [(str(p.data), t)]
    if p.op != t.op or len(p.args) != len(t.args):
        return []
    return [pair for a, b in zip(p.args, t.args, strict=True) for pair in _pairs(a, b)]


def _skeleton(t: Term) -> object:
    if t.op in ("hole", "steady", "small", "symbol", "number"):
        return "*"
    return (t.op, *[_skeleton(a) for a in t.args])


def bridge(left: Term, right: Term, context: Context) -> Attempt:
    """Steps from one term to an equivalent one. Raises DerivationError with the forms that did not meet."""
    if equivalent(left, right):
        return _join(left, right)
    for attempt in (_by_cited_laws, _one_law, _by_normal_forms, _by_components):
        steps = attempt(left, right, context)
        if steps is not None:
            return steps
    raise OpenEquationError("no proof was found", make("=", [left, right]), hint="give a way-point with via")


def _join(a: Term, b: Term) -> Attempt:
    """No step, or one that changes nothing but the displayed order."""
    return [] if a == b else [Step("reorder", (), {}, a, b, phase="join")]


def _one_law(left: Term, right: Term, context: Context) -> Attempt | None:
    for law in (*context.equations, *context.book.values()):
        for forward in (True, False):
            for step in _uses(law, left, context, forward):
                if equivalent(step.after, right):
                    return [replace(step, phase="law"), *_join(step.after, right)]
    return None


def _uses(law: Law, t: Term, context: Context, forward: bool) -> list[Step]:
    if law.order is not None or law.relation != "=":
        return []
    steps = steps_of(law, t, context, forward)
    return [s for s in steps if is_assumption(s.rule) or all(c.basis != "assumed" for c in s.conditions)]


def _by_cited_laws(left: Term, right: Term, context: Context) -> Attempt | None:
    """Both sides in the normal form that the cited laws, of this order, make them have."""
    cited = tuple(item.removeprefix("right ") for item in context.book.cited if item not in TACTICS)
    return _by_normal_forms(left, right, context, cited) if cited else None


def _by_normal_forms(left: Term, right: Term, context: Context, before: tuple[str, ...] = ()) -> Attempt | None:
    phase = Phase("normal form", (*before, *shortening(context.equations), *NORMAL), assume=False)
    sides = []
    for start in (left, right):
        trail = Trail("proof", start, context)
        trail.run(phase)
        sides.append(trail)
    return _meet(sides[0], sides[1])


def _by_components(left: Term, right: Term, context: Context) -> Attempt | None:
    sides = []
    for start in (left, right):
        trail = Trail("proof", start, context)
        write_out(trail)
        trail.run(Phase("entries", ("entry_transpose", *ENTRY_CLEAN, "arithmetic")))
        sides.append(trail)
    a, b = sides
    met = _meet(a, b)
    if met is not None:
        return met
    ordered = _like(a.term, b.term)
    if ordered != a.term:
        a.steps.append(Step("reorder", (), {}, a.term, ordered, phase="reorder"))
    for step in steps_of(context.law("sum_swap"), a.term, context):
        if equivalent(step.after, b.term):
            a.steps.append(replace(step, phase="swap"))
            return _meet(a, b)
    return None


def _meet(a: Trail, b: Trail) -> Attempt | None:
    """The steps of one side, then those of the other backwards, when both end in one form."""
    if not equivalent(a.term, b.term):
        return None
    back = backwards(b)
    return None if back is None else [*a.steps, *_join(a.term, b.term), *back]


def _like(t: Term, model: Term) -> Term:
    """Scalar factors in the order in which the model has theirs."""
    order = {name: k for k, name in enumerate(dict.fromkeys(str(n.data) for _, n in walk(model) if n.op == "symbol"))}
    return _sorted(t, order)


def _sorted(t: Term, order: dict[str, int]) -> Term:
    if not t.args:
        return t
    args = [_sorted(a, order) for a in t.args]
    if t.op == "times":
        args.sort(key=lambda a: order.get(str(a.args[0].data) if a.op == "index" else "", len(order)))
    return make(t.op, args, t.data, t.shape)
