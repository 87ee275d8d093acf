"""Componentwise: sums over indices, Kronecker deltas, and back to matrices."""

from __future__ import annotations

from derivgen.engine.rewrite import Context, Phase, Trail
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, make, product, walk
from derivgen.rules.binding import Binding

ENTRY_CLEAN = ("row_transpose", "transpose_mul", "transpose_transpose", "entry_row")


def bilinear_lemma(context: Context, t: Term, direction: Term) -> list[Trail]:
    """Chains that show r*U*k = tr(U'*G) by components, one for each bilinear form outside a trace."""
    found: list[Trail] = []
    seen: set[Term] = set()
    for path, node in walk(t):
        parent_is_trace = any(_trace_above(t, path))
        if node.op != "dot" or node.shape != SCALAR or not (node.free & direction.free) or parent_is_trace or node in seen:
            continue
        seen.add(node)
        found.append(_bilinear(context, node, direction))
    return found


def _trace_above(t: Term, path: tuple) -> list[bool]:  # type: ignore[type-arg]
    flags = []
    for k in path:
        flags.append(t.op == "tr")
        t = t.args[k]
    return flags


def _bilinear(context: Context, form: Term, direction: Term) -> Trail:
    trail = Trail("lemma", form, context)
    place = next(k for k, f in enumerate(form.args) if f.free & direction.free)
    flipped = form.args[place].op == "transpose"
    if flipped:
        left, right = product(*form.args[:place]), product(*form.args[place + 1 :])
        trail.need("scalar_transpose", "transpose", {"r": product(left, form.args[place]), "k": right})
        trail.run(Phase("transpose", ("transpose_mul", "transpose_transpose")))
        place = next(k for k, f in enumerate(trail.term.args) if f.free & direction.free)
    factors = trail.term.args
    given: Binding = {"r": product(*factors[:place]), "U": direction, "k": product(*factors[place + 1 :])}
    trail.need("bilinear_sum", "components", given)
    trail.run(Phase("components", ENTRY_CLEAN, within=lambda t, path: len(path) >= 3))
    trail.need("entry_outer", "gather", forward=False)
    trail.need("trace_inner", "gather", {"U": direction}, forward=False)
    return trail


__all__ = ["bilinear_lemma", "make"]


def derive_componentwise(problem, book):  # type: ignore
    raise NotImplementedError
