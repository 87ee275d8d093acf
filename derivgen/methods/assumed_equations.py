"""Equations that a problem assumes are used where they make its result shorter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from derivgen.engine.context import Context
from derivgen.engine.phases import Phase
from derivgen.engine.rewrite import steps_of
from derivgen.engine.trail import Trail
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import make
from derivgen.methods.attempts import CLEAN, SHORT_FORM, Attempt, make_shortest
from derivgen.methods.factoring import MULTIPLY, factored_forms, take_out_factors
from derivgen.methods.reading_off import simplify
from derivgen.methods.script import backwards
from derivgen.rules.book import Law, local_law
from derivgen.rules.equations import is_assumption, shortening

PLACES = 3  # at which one use of an assumed equation is tried


def use_equations(trail: Trail) -> int:
    """Use the equations that are assumed, where that makes the term shorter; the number of steps.

    Each is tried as it stands, and on the term multiplied out.
    """
    laws = trail.context.equations
    shorter = shortening(laws)
    before = len(trail.steps)
    forms = [form for law in laws for form in _other_forms(law, trail.context)]
    while laws and make_shortest(trail, (), lambda t: _by_equations(shorter, laws, forms)):
        pass
    return len(trail.steps) - before


def _other_forms(law: Law, context: Context) -> Iterator[Trail]:
    """The left side of an equation, and its transpose, brought to the form that they have in a result."""
    if law.left.has("hole"):
        return
    turned = law.left if law.left.shape == SCALAR else make("transpose", [law.left])
    for start, turn in ((law.left, False), (turned, True)):
        form = Trail("form", start, context)
        if turn and start.shape == SCALAR and not form.use("scalar_transpose", SHORT_FORM, path=()):
            continue
        simplify(form)
        if form.steps and form.term not in (law.left, turned):
            yield form


def _by_equations(shorter: tuple[str, ...], laws: tuple[Law, ...], forms: list[Trail]) -> Iterator[Attempt]:
    """The ways to use equations: all that make a term shorter by themselves, or one at one place."""
    if shorter:
        yield from ((lambda part, form=form: _from_form(part, form, shorter)) for form in forms)
        yield lambda part: _run_equations(part, shorter, CLEAN)
        yield lambda part: _run_equations(part, shorter, (*CLEAN, *MULTIPLY))
    for law in laws:
        for k in range(PLACES):
            yield lambda part, law=law, k=k: _use_once(part, law, k)  # type: ignore[misc]


def _run_equations(part: Trail, equations: tuple[str, ...], rules: tuple[str, ...]) -> None:
    part.run(Phase(SHORT_FORM, (*equations, *rules), assume=False))
    if any(is_assumption(step.rule) for step in part.steps):
        take_out_factors(part, factored_forms)
    else:
        part.steps.clear()


def _from_form(part: Trail, form: Trail, equations: tuple[str, ...]) -> None:
    """Where the form of a left side stands, write the left side itself, so that the equation can be used."""
    law = local_law("form", make("=", [form.term, form.start]))
    step = next(steps_of(law, part.term, part.context), None)
    back = backwards(form)
    if step is not None and back is not None:
        inner = Trail(part.opening, form.term, part.context)
        inner.steps = [replace(one, phase=SHORT_FORM) for one in back]
        part.absorb(inner, step.path)
        _run_equations(part, equations, CLEAN)


def _use_once(part: Trail, law: Law, k: int) -> None:
    steps = steps_of(law, part.term, part.context)
    part.steps += [replace(step, phase=SHORT_FORM) for step in islice(steps, k, k + 1)]
