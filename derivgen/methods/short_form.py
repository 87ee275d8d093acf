"""The result in the form that a person would write: the shortest that plain algebra finds.

Fractions are reduced, constants leave sums, and common factors are taken out. Every step is recorded like any other;
none assumes anything.
"""

from __future__ import annotations

from dataclasses import replace

from derivgen.engine.context import Context
from derivgen.engine.phases import Phase
from derivgen.engine.rewrite import Select
from derivgen.engine.trace import Derivation, relied_on
from derivgen.engine.trail import Trail
from derivgen.language.problem import HOLDS
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Path, Term, at, put, walk
from derivgen.methods.assumed_equations import use_equations
from derivgen.methods.attempts import CLEAN, SHORT_FORM, make_shortest, stands_at
from derivgen.methods.factoring import open_above_bars, shorter_forms, take_out_factors
from derivgen.methods.members import COLLAPSE
from derivgen.methods.pushing import behind_number
from derivgen.methods.trace_form import transposes_in
from derivgen.methods.whole_vectors import whole_vectors
from derivgen.rules.binding import Binding, instantiate
from derivgen.rules.book import RuleBook

POINTWISE = "An equation about the variable holds at a point: it is used only after the derivative was read off."
ROUNDS = 12  # of cleaning and factoring: each makes the term shorter
LARGEST = 300  # nodes of a term that is looked through
# what the question writes in one way goes back to it, where the steps had to write it in another
BACK = (
    "<norm_square", "<norm_square_matrix", "<norm_square_complex", "<norm_square_complex_matrix", "<norm1_def",
    "<pinv_columns", "<pinv_rows", "<pinv_columns_transpose", "<pinv_rows_transpose",
)  # fmt: skip


def in_short_form(derivation: Derivation, book: RuleBook) -> Derivation:
    """The derivation with the right side of its result in short form, by further steps of its last chain."""
    problem = derivation.problem
    if problem.kind != "derive" or not derivation.chains:
        return derivation
    last, result = derivation.chains[-1], derivation.result
    whole = last.end == result
    right = result.args[1]
    if (not whole and last.end != right) or right.size > LARGEST:
        return derivation
    context = Context.of(problem, book)
    context.assumed |= {(c.predicate, c.term): c for c in derivation.assumed}
    context.rely_on_assumed()
    short = Trail(last.opening, right, context)
    if problem.quantity == "differential":
        use_equations(short)
    else:
        shorten(short)
    if not short.steps:
        return derivation
    trail = Trail(last.opening, last.end, short.context)
    trail.absorb(short, (1,) if whole else ())
    chain = replace(last, steps=(*last.steps, *trail.steps))
    assumed = {(c.predicate, c.term): c for c in (*derivation.assumed, *relied_on(trail.steps))}
    notes = (POINTWISE,) if any(p == HOLDS and t.free & problem.varying for p, t in assumed) else ()
    return replace(
        derivation,
        chains=(*derivation.chains[:-1], chain),
        result=put(result, (1,), short.term),
        assumed=tuple(assumed.values()),
        notes=tuple(dict.fromkeys((*derivation.notes, *notes))),
    )


def shorten(trail: Trail) -> None:
    """Bring a term to its short form."""
    for _ in range(ROUNDS):
        as_asked = Phase(SHORT_FORM, BACK, select=_asked(trail.context), assume=False)
        made = trail.run(Phase(SHORT_FORM, COLLAPSE, assume=False))
        made += trail.run(
            Phase(SHORT_FORM, ("abbreviate",)), as_asked, Phase(SHORT_FORM, CLEAN, inner=True, assume=False)
        )
        made += use_equations(trail)
        made += whole_vectors(trail)
        made += take_out_factors(trail, shorter_forms)
        made += open_above_bars(trail)
        made += _turned_scalars(trail)
        made += trail.run(Phase(SHORT_FORM, ("reorder",), within=_in_order))
        if not made:
            return


def _asked(context: Context) -> Select:
    """Takes the uses of a law that bring back what the question holds, and norms of its parts where it has norms."""
    question = {node for _, node in walk(context.problem.of)}
    norms = context.problem.of.has("norm")

    def select(law: str, binding: Binding) -> bool:
        made = instantiate(context.law(law).left, binding)
        if norms and made.op == "pow" and made.args[0].args[0] in question:
            return instantiate(context.law(law).right, binding) not in question
        return made in question or (made.op == "transpose" and made.args[0] in question)

    return select


def _in_order(t: Term, path: Path) -> bool:
    """Whether a place is the divisor of a fraction, or a product in which a number stands behind something else."""
    return (bool(path) and path[-1] == 1 and at(t, path[:-1]).op == "div") or behind_number(t, path)


def _turned_scalars(trail: Trail) -> int:
    """Write the transpose of a scalar for it where that is shorter; the number of steps."""
    before = len(trail.steps)
    scalars = [path for path, t in walk(trail.term) if t.op == "dot" and t.shape == SCALAR and t.has("transpose")]
    for path in sorted(scalars, key=len, reverse=True):
        if stands_at(trail.term, path, "dot"):
            make_shortest(trail, path, lambda t: iter((_turned_over,)))
    return len(trail.steps) - before


def _turned_over(part: Trail) -> None:
    if part.use("scalar_transpose", SHORT_FORM, path=()):
        part.run(replace(transposes_in(), name=SHORT_FORM, assume=False))
