"""The two sides of a statement written out in entries until they meet: the work behind ``theorem by components``."""

from __future__ import annotations

from collections.abc import Sequence

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.rewrite import steps_of
from derivgen.engine.trail import Trail
from derivgen.language.problem import Problem
from derivgen.language.shapes import ONE, SCALAR, Dim
from derivgen.language.terms import (
    Path,
    Term,
    at,
    dimension_term,
    equivalent,
    make,
    number,
    plus,
    product,
    symbol,
    walk,
)
from derivgen.methods.componentwise import ENTRIES, SPREAD, turns_delta, write_out
from derivgen.methods.script import Shown, Sides, join, meet, push_differentials, sides_of
from derivgen.rules.binding import Binding
from derivgen.rules.instances import Instance

OUT = (
    "arithmetic", "sum_one", "delta_same", "neg_plus", "neg_scale", "like_terms", "combine_powers", "div_plus",
    "mul_div", "div_div", "sum_div", "divide", "conj_sum", "conj_plus", "conj_times", "conj_conj", "conj_real",
)  # fmt: skip
SUMS = (*SPREAD, *OUT, "sum_scale")  # constants before their sums
NESTED = (*SPREAD, *OUT, "<sum_scale")  # one sum of sums


def places_of(about: Instance, problem: Problem) -> tuple[Problem, list[Term], str, Binding]:
    """The indices of an entry of the two sides, the law that reads equal entries off, and the dimensions it needs."""
    shape = about.left.shape
    parts = [n for side in (about.left, about.right) for _, n in walk(side) if n.op in ("vec", "kron")]
    made = next((n for n in parts if n.shape == shape), None)
    roles = 0 if shape == SCALAR else {None: 1 if ONE in shape else 2, "vec": 2, "kron": 4}[made.op if made else None]
    names: list[Term] = []
    bound = {str(n.data) for side in (about.left, about.right) for _, n in walk(side) if n.op == "sum"}
    wishes = [letter for letter in ("rsklpq" if made else "klpqrs") if letter not in bound]
    sides = (*made.args[0].shape, *made.args[-1].shape) if made else shape if shape[0] != ONE else shape[::-1]
    for role, side in zip(("row", "column", "inner row", "inner column")[:roles], sides, strict=False):
        problem, name = problem.introduce(role, wishes, "index", SCALAR, extent=side)
        names.append(symbol(name))
    if made is None or not names:
        return problem, names, "read_entries_matrix" if len(names) == 2 else "read_entries", {}
    (m, n), (p, q) = made.args[0].shape, made.args[-1].shape
    if made.op == "vec":
        return problem, [_stacked(names[1], m, names[0])], "read_entries_vec", {"?m": m, "?n": n}
    blocks = [_stacked(names[0], p, names[2]), _stacked(names[1], q, names[3])]
    return problem, blocks, "read_entries_kron", {"?m": m, "?n": n, "?p": p, "?q": q}


def _stacked(block: Term, size: Dim, inner: Term) -> Term:
    """The place (block - 1)*size + inner."""
    return plus(product(plus(block, make("neg", [number(1)])), dimension_term(size)), inner)


def meet_in_entries(terms: tuple[Term, Term], context: Context, items: Sequence[str]) -> Shown:
    """The two sides in entries, in the first of two forms in which they meet. Raises DerivationError."""
    reason = DerivationError("nothing was written out", make("=", list(terms)))
    for sums in (SUMS, NESTED):
        try:
            sides = sides_of(*terms, context)
            for trail in sides:
                _entries(trail, sums)
            return join(items, sides) if items else meet(_swapped(sides))
        except DerivationError as error:
            reason = error
    raise reason


def _entries(trail: Trail, sums: tuple[str, ...]) -> None:
    if trail.term.has("d"):
        while write_out(trail) + push_differentials(trail):
            pass
    write_out(trail)
    trail.run(
        Phase("entries", (*ENTRIES, "arithmetic")),
        Phase("deltas", ("delta_symmetric",), accept=turns_delta),
        Phase("sums", sums, assume=False, within=_outside_places if trail.term.has("vec", "kron") else None),
    )


def _outside_places(t: Term, path: Path) -> bool:
    """A place in a term that is not within the index of an entry: (j - 1)*m + i stays as it is."""
    return not any(at(t, path[:k]).op == "index" and path[k] != 0 for k in range(len(path)))


def _swapped(sides: Sides) -> Sides:
    """The sides, with two sums exchanged on the left where that lets them meet."""
    left, right = sides
    if not equivalent(left.term, right.term):
        swaps = steps_of(left.context.law("sum_swap"), left.term, left.context)
        left.steps += next(([step] for step in swaps if equivalent(step.after, right.term)), [])
    return sides
