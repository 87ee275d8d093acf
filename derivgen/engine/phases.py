"""A phase is a small set of laws and moves that is run to exhaustion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from derivgen.engine.context import Context, Plan, note_assumptions
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.moves import Move
from derivgen.engine.rewrite import Place, Select, apply_move, steps_of
from derivgen.engine.trace import Step
from derivgen.language.terms import Term
from derivgen.rules.book import Law, Reading

Measure = Callable[[Term], object]


@dataclass(frozen=True)
class Phase:
    """A named set of rules with a goal. ``rules`` are law or move names, ``<name`` for right to left.

    ``inner`` takes innermost places first; with a ``measure`` each step must lower it and the best step is taken.
    ``within`` limits the places; ``news`` overrides the news value of a rule in this phase.
    """

    name: str
    rules: tuple[str, ...]
    inner: bool = False
    measure: Measure | None = None
    within: Place | None = None
    accept: Callable[[Step], bool] | None = None
    select: Select | None = None  # like accept, but asked of (law, binding) before the step is made
    once: bool = False
    assume: bool = True
    limit: int = 2000


def run_phase(phase: Phase, t: Term, context: Context) -> list[Step]:
    """Steps of a phase until none of its rules applies. Raises DerivationError at the limit, with the trace."""
    context.may_assume = phase.assume
    steps: list[Step] = []
    skips: dict[str, set[Term]] = {}
    seen = {t}
    plan = context.plan(phase.rules)
    for _ in range(phase.limit):
        step = _best_step(plan, phase, t, context) if phase.measure else first_step(plan, t, context, phase, skips)
        if step is None:
            note_assumptions(steps, context)
            return steps
        steps.append(step)
        t = step.after
        if phase.once:
            note_assumptions(steps, context)
            return steps
        if t in seen:
            raise DerivationError(f"the phase {phase.name!r} goes round in a circle", t, steps)
        seen.add(t)
    raise DerivationError(f"the phase {phase.name!r} did not end within {phase.limit} steps", t, steps)


def first_step(plan: Plan, t: Term, context: Context, phase: Phase, skips: dict[str, set[Term]]) -> Step | None:
    """The first step that a phase's rules allow, in the order of the rules."""
    for name, rule in _fitting(plan, t, context):
        skip = skips.setdefault(name, set()) if phase.within is None else None
        step = _rule_step(rule, t, context, phase, skip)
        if step is not None:
            return replace(step, phase=phase.name)
    return None


def _rule_step(
    rule: Move | tuple[Law, bool, Reading], t: Term, context: Context, phase: Phase, skip: set[Term] | None
) -> Step | None:
    if isinstance(rule, Move):
        return apply_move(rule, t, phase.within, skip)
    law, forward, _ = rule
    steps = steps_of(law, t, context, forward, phase.inner, phase.within, skip=skip, select=phase.select)
    return next((step for step in steps if phase.accept is None or phase.accept(step)), None)


def _best_step(plan: Plan, phase: Phase, t: Term, context: Context) -> Step | None:
    """The step that lowers the measure most."""
    assert phase.measure is not None
    now = phase.measure(t)
    best: tuple[object, Step] | None = None
    for _, rule in _fitting(plan, t, context):
        if isinstance(rule, Move):
            continue
        law, forward, _ = rule
        for step in steps_of(law, t, context, forward, phase.inner, phase.within, select=phase.select):
            if phase.accept is not None and not phase.accept(step):
                continue
            value = phase.measure(step.after)
            if value < now and (best is None or value < best[0]):  # type: ignore[operator]
                best = (value, step)
    return None if best is None else replace(best[1], phase=phase.name)


def _fitting(plan: Plan, t: Term, context: Context) -> Iterator[tuple[str, Move | tuple[Law, bool, Reading]]]:
    """The rules of a plan that may apply somewhere in a term, by its operators alone."""
    ops, links = t.ops, t.links
    for k, (needs, roots, pairs, name, rule) in enumerate(plan):
        if needs & ~ops or not roots & ops or pairs & ~links:
            continue
        if rule is None:
            plan[k] = needs, roots, pairs, name, rule = context.made_ready(name, wanted=True)
            if rule is None:
                context.book.missing.add(name.lstrip("<"))
                continue
            if needs & ~ops or not roots & ops or pairs & ~links:
                continue
        yield name, rule
