"""Attempts at one part of a term, of which the one that makes the whole shortest is kept.

``length`` decides, the number of signs on paper: nothing is kept that makes the result longer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivgen.engine.phases import Phase
from derivgen.engine.trail import Trail
from derivgen.language.length import length
from derivgen.language.terms import Path, Term, at, put
from derivgen.methods.law_sets import SIGNS

SHORT_FORM = "short form"
CANCELLED_QUOTIENTS = (
    "hadamard_cancel", "hadamard_div_self", "hadamard_cancel_above", "hadamard_cancel_below", "hadamard_cancel_common",
    "hadamard_cancel_square", "hadamard_div_square", "hadamard_under_fraction",
)  # fmt: skip
CLEAN = (
    "arithmetic", "lowest_terms", *SIGNS, "like_terms", "like_fractions",
    "sum_scale", "sum_neg", "sum_neg_matrix", "<scale_sum", "tr_scale", "tr_neg",
    "hadamard_reciprocal", *CANCELLED_QUOTIENTS, "hadamard_neg", "hadamard_div_neg", "inv_cancel_left",
    "inv_cancel_right", "inv_transpose_cancel_left", "inv_transpose_cancel_right", "inv_inv", "identity_mul",
    "mul_identity", "diag_identity", "sigmoid_exp", "sigmoid_exp_times", "<sigmoid_def", "sigmoid_one",
    "sigmoid_exp_map", "sigmoid_exp_map_times", "sigmoid_exp_map_over",
    "sign_square", "abs_square", "step_square", "relu_step", "step_map_square", "relu_step_map", "i_square", "i_power",
    "inner_ones", "<total_is_inner", "total_hadamard", "<softmax_def", "<logsumexp_def", "sum_softmax",
)  # fmt: skip
Attempt = Callable[[Trail], object]
Attempts = Callable[[Term], Iterator[Attempt]]


def make_shortest(trail: Trail, path: Path, attempts: Attempts) -> bool:
    """Make the best of the attempts at a place, where one makes the term shorter."""
    start, before = at(trail.term, path), _key(trail.term)
    shortest, made = before, len(trail.steps)
    best: Trail | None = None
    for attempt in attempts(start):
        part = Trail(trail.opening, start, trail.context)
        attempt(part)
        if not part.steps:
            continue
        part.run(Phase(SHORT_FORM, CLEAN, inner=True, assume=False))
        reached = _key(put(trail.term, path, part.term))
        if reached < shortest:
            best, shortest = part, reached
    if best is None:
        return False
    trail.absorb(best, path)
    if _key(trail.term) < before:
        return True
    del trail.steps[made:]  # what was reached has merged with its surroundings on the way
    return False


def stands_at(t: Term, path: Path, *ops: str) -> bool:
    """Whether one of the operators still stands at a place: what was done before may have moved it."""
    try:
        return at(t, path).op in ops
    except IndexError:
        return False


def _key(t: Term) -> tuple[int, int, int]:
    return length(t), t.size, len(t.free)  # of equally long ones that with fewer names: 2 for c
