"""Single uses of laws and moves on terms, each recorded as a step.

Rewriting returns steps and nothing else; there is no way to rewrite without a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from derivgen.engine.context import ASSUMED, Context
from derivgen.engine.match import TAKES_MORE, Bound, match, match_parts, sized
from derivgen.engine.moves import Move
from derivgen.engine.names_apart import renamed_apart, with_fresh_names
from derivgen.engine.trace import Condition, Step
from derivgen.language.operators import BIT, OPERATORS
from derivgen.language.shapes import ShapeError
from derivgen.language.terms import Path, Term, put, walk
from derivgen.rules.binding import Abstraction, Binding, UnboundError, instantiate
from derivgen.rules.book import EPS, Law, Reading
from derivgen.rules.conditions import in_words, with_values
from derivgen.rules.structural import STRUCTURAL

Place = Callable[[Term, Path], bool]
Select = Callable[[str, Binding], bool]
_NO_NAMES: frozenset[str] = frozenset()
# the way to the node above, and the argument: a path that is cheap to extend
_Way: TypeAlias = "tuple[_Way | None, int]"


def steps_of(law: Law, t: Term, context: Context, forward: bool = True, inner: bool = False,
             within: Place | None = None, given: Binding | None = None, skip: set[Term] | None = None,
             select: Select | None = None) -> Iterator[Step]:  # fmt: skip
    """All single uses of a law in a term, in the order of places."""
    if not forward and not law.reversible:
        return
    reading = law.forward if forward else law.backward
    if not reading.fits(t):
        return
    start: Bound = _with_dimensions(law, dict(given)) if given else {}
    start[EPS] = context.eps
    keeps_eps = reading.mentions_eps
    for path, node, bound in _places(t, reading.needs, reading.roots, reading.links, inner, skip):
        if within is not None and not within(t, path):
            continue
        for part, binding in match_parts(reading.source, node, start):
            if select is not None and not select(law.name, binding):
                continue
            kept = binding if keeps_eps else {k: v for k, v in binding.items() if k != EPS}
            step = _step(law, t, (*path, *part), kept, reading, context, forward, bound)
            if step is not None:
                yield step


def apply_move(move: Move, t: Term, within: Place | None = None, skip: set[Term] | None = None) -> Step | None:
    """The first use of a move, innermost first."""
    if not move.roots & t.ops:
        return None
    for path, node, _ in _places(t, 0, move.roots, 0, True, skip):
        new = move.rewrite(node)
        if new is not None and (within is None or within(t, path)):
            after = put(t, path, new)
            if after != t:
                return Step(move.name, path, {}, t, after)
    return None


def _with_dimensions(law: Law, given: Bound) -> Bound:
    """The dimensions that follow from the terms that a method supplies for a law's holes."""
    for side in (law.left, law.right):
        for _, hole in walk(side):
            value = given.get(str(hole.data)) if hole.op in TAKES_MORE else None
            if isinstance(value, Term):
                given = next(iter(match(hole, value, given)), given)
            elif isinstance(value, Abstraction):
                given = sized(hole.shape, value.body.shape, given) or given
    return given


def _places(
    t: Term, needs: int, roots: int, links: int, inner: bool, skip: set[Term] | None
) -> Iterator[tuple[Path, Term, frozenset[str]]]:
    """Places that hold all of ``needs`` and ``links`` below one of ``roots``, with the names bound around them.

    A subterm whose places were all refused joins ``skip``: the rule applies nowhere in it, and it is not searched
    again.
    """
    stack: list[tuple[_Way | None, Term, frozenset[str], bool]] = [(None, t, _NO_NAMES, False)]
    while stack:
        way, node, bound, done = stack.pop()
        fits = roots & BIT[node.op]
        if done:
            if inner and fits:
                yield _path(way), node, bound
            if skip is not None:
                skip.add(node)
            continue
        if skip and node in skip:
            continue
        if fits and not inner:
            yield _path(way), node, bound
        if inner or skip is not None:
            stack.append((way, node, bound, True))
        if node.op == "abbreviation" or not node.args:
            continue  # what a name stands for stays as it is
        binds = OPERATORS[node.op].binds
        k = len(node.args)
        for arg in reversed(node.args):
            k -= 1
            if not needs & ~arg.ops and roots & arg.ops and not links & ~arg.links and not (skip and arg in skip):
                stack.append(((way, k), arg, bound | {str(node.data)} if binds == k else bound, False))


def _path(way: _Way | None) -> Path:
    steps: list[int] = []
    while way is not None:
        way, k = way
        steps.append(k)
    return tuple(reversed(steps))


def _step(
    law: Law,
    t: Term,
    path: Path,
    binding: Bound,
    reading: Reading,
    context: Context,
    forward: bool,
    bound: frozenset[str],
) -> Step | None:
    try:
        if reading.introduces:
            binding = with_fresh_names(reading.introduces, binding, bound, context.problem.perturbation)
        conditions = _conditions(law, binding, context, t, path) if law.conditions else ()
        if conditions is None:
            return None
        binding = renamed_apart(binding, bound, context)
        after = put(t, path, instantiate(reading.target, binding))
    except (UnboundError, ShapeError):
        return None
    if after == t:
        return None
    relation = "=>" if law.relation == "=>" else "="
    return Step(law.name, path, binding, t, after, relation, law.order, conditions, forward)


def _conditions(law: Law, binding: Bound, context: Context, t: Term, path: Path) -> tuple[Condition, ...] | None:
    """The conditions of a law at a place with their basis, or None where one fails."""
    found: list[Condition] = []
    scope = {EPS: context.eps, **binding}
    for condition in law.conditions:
        subject = instantiate(condition.subject, scope)
        if condition.predicate in STRUCTURAL:
            others = tuple(instantiate(o, scope) for o in condition.others)
            if not context.facts.structural_at(condition.predicate, subject, others, t, path):
                return None
            continue
        subject = with_values(subject, t, path)
        predicate = condition.predicate
        facts = context.facts.inside(t, path, predicate, subject)
        basis = facts.basis(predicate, subject)
        if basis is None:
            said = in_words(facts, predicate, subject, t, path)
            if said is None or said[1].op == "number":
                return None
            predicate, subject = said
            basis = facts.basis(predicate, subject)
        if basis is None:
            known = (predicate, subject) in context.assumed  # to assume it once more costs nothing
            if not known and (not context.may_assume or predicate not in ASSUMED):
                return None
            if predicate == "positive" and not context.facts.structural("real", subject, ()):
                return None
            basis = "assumed"
        record = Condition(predicate, subject, basis)
        found.append(record)
    return tuple(found)
