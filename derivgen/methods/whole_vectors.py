"""Sums over all places as the vector or matrix with these entries: sum(i, 1, n, log(x[i])*e(i,n)) is log.(x)."""

from __future__ import annotations

from dataclasses import replace

from derivgen.engine.phases import Phase
from derivgen.engine.trace import Step
from derivgen.engine.trail import Trail
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Path, Term, at, product, put, symbol, walk
from derivgen.methods.attempts import SHORT_FORM, make_shortest, stands_at
from derivgen.methods.gathering import Wanted, gather

SEPARATED = (
    "mul_plus", "scale_plus", "neg_scale", "sum_plus_matrix", "sum_neg_matrix", "<scale_sum", "arithmetic",
)  # fmt: skip
SUMMANDS = ("scale_plus", "sum_plus_matrix", "sum_neg_matrix", "neg_scale", "neg_plus", "arithmetic")
IN_FRONT = ("scale_sum", "div_plus_matrix", "div_scale", "div_def", "arithmetic")
WHOLE = ("sum_singles", "sum_units", "sum_singles_alone", "sum_units_alone")
PLACES = ("unit", "single")


def whole_vectors(trail: Trail) -> int:
    """Write sums over the entries of vectors and matrices as these; the number of steps."""
    before = len(trail.steps)
    places = [path for path, node in walk(trail.term) if node.op == "sum" and _of_vectors(node)]
    for path in sorted(places, key=len, reverse=True):
        if stands_at(trail.term, path, "sum"):
            make_shortest(trail, path, lambda t: iter((_of_entries, _gathered)))
    return len(trail.steps) - before


def _of_vectors(t: Term) -> bool:
    """Whether a sum holds places, or multiples of one thing."""
    body = t.args[2]
    multiple = body.op == "times" and body.shape != SCALAR and str(t.data) not in body.args[-1].free
    return multiple or body.has(*PLACES)


def _of_entries(part: Trail) -> None:
    """Every summand by itself, its entry as an inner product with the unit vector behind it."""
    inside = str(part.term.data)

    def counted(t: Term, path: Path) -> bool:
        node = at(t, path)
        return node.op == "index" and len(node.args) == 2 and node.args[1].data == inside

    part.run(
        Phase(SHORT_FORM, SEPARATED, assume=False), Phase(SHORT_FORM, ("entry_is_inner",), within=counted, assume=False)
    )
    if not part.run(Phase(SHORT_FORM, ("<expand_entries",), assume=False)):
        part.steps.clear()


def _gathered(part: Trail) -> None:
    """The scalar before the unit vector, or before the matrix with a single entry, gathered to one entry."""
    part.run(
        Phase(SHORT_FORM, SUMMANDS, accept=_parts_places, assume=False),
        Phase(SHORT_FORM, ("unit_entry",), assume=False),
        Phase(SHORT_FORM, IN_FRONT, within=_in_sums, assume=False),
        Phase(SHORT_FORM, ("sum_swap_matrix",), within=_inner_place, assume=False),
        Phase(SHORT_FORM, ("sum_scale_matrix",), assume=False),
    )
    for path in [path for path, node in walk(part.term) if node.op == "times" and node.args[-1].op in PLACES]:
        _gather_before(part, path)
    read = part.run(Phase(SHORT_FORM, WHOLE, assume=False))
    if read or any(step.rule == "sum_scale_matrix" for step in part.steps):
        part.run(
            Phase(SHORT_FORM, ("symmetric_transpose", "hadamard_square", "<inner_sum", "<total_vector"), assume=False)
        )
    else:
        part.steps.clear()


def _parts_places(step: Step) -> bool:
    """Whether a step takes a sum with places apart: never one of scalars."""
    node = at(step.before, step.path)
    return node.has(*PLACES) or node.op == "sum"


def _inner_place(t: Term, path: Path) -> bool:
    """The places of double sums whose inner sum runs over the unit vector alone, or over the rows of single entries."""
    outer = at(t, path)
    inner = outer.args[2] if outer.op == "sum" else outer
    if outer.op != "sum" or inner.op != "sum":
        return False
    body = inner.args[2]
    place = body.args[-1] if body.op == "times" else body
    rows = place.args[0].free if place.op in PLACES else frozenset()
    return str(inner.data) in rows and str(outer.data) not in rows


def _in_sums(t: Term, path: Path) -> bool:
    """Whether a matrix stands at a place in a sum over an index."""
    return at(t, path).shape != SCALAR and any(at(t, path[:k]).op == "sum" for k in range(len(path)))


def _gather_before(trail: Trail, path: Path) -> bool:
    """Gather the scalars of a product to one entry of something whose entries the sums around it run over."""
    *scalars, place = at(trail.term, path).args
    running = [str(t.data) for k in range(len(path)) if (t := at(trail.term, path[:k])).op == "sum"]
    names = [str(a.data) for a in place.args if a.op == "symbol"]
    if not names or len(names) < len(place.args) or not set(names) <= set(running):
        return False
    inner = Trail(trail.opening, product(*scalars), trail.context)
    gather(inner, Wanted(tuple(map(symbol, names)), place.shape))
    entry = inner.term
    if entry.op != "index" or entry.args[1:] != tuple(map(symbol, names)) or entry.args[0].free & set(names):
        return False
    for step in inner.steps:
        whole = put(trail.term, path, product(step.after, place))
        inside = step.path if step.before.op == "times" else (0, *step.path)
        inside = inside or (tuple(range(len(step.before.args))),)
        trail.steps.append(replace(step, path=(*path, *inside), before=trail.term, after=whole, phase=SHORT_FORM))
    return True
