"""Functions of a matrix: beside what commutes with it under a trace its differential is known, elsewhere it is not."""

from __future__ import annotations

from derivgen.engine.phases import Phase
from derivgen.engine.trace import Step
from derivgen.engine.trail import Trail
from derivgen.language.operators import MATRIX_FUNCTIONS
from derivgen.language.terms import Path, Term, at, walk

FUNCTION_OF_MATRIX = ("tr_d_expm", "tr_d_sinm", "tr_d_cosm", "tr_d_logm")
OUT_OF_TRACES = ("tr_plus", "tr_scale", "tr_neg", "tr_div", "dot_plus", "plus_dot", "dot_neg", "neg_dot")


def push_through_traces(trail: Trail) -> None:
    """d of a function of a matrix, beside what commutes with it: first it goes to the end of its trace."""

    def opens(step: Step) -> bool:
        return waits(at(step.before, step.path))

    def turns(step: Step) -> bool:
        first = step.binding.get("A")
        return isinstance(first, Term) and _is_waiting(first.args[-1] if first.op == "dot" else first)

    def alone(t: Term, path: Path) -> bool:
        return bool(path) and at(t, path[:-1]).op == "tr" and _is_waiting(at(t, path))

    trail.run(
        Phase("traces", OUT_OF_TRACES, accept=opens),
        Phase("traces", ("tr_cyclic",), accept=turns, once=True),
        Phase("traces", ("<identity_mul",), within=alone),
        Phase("traces", FUNCTION_OF_MATRIX),
        Phase("traces", ("identity_mul",)),
    )


def _is_waiting(t: Term) -> bool:
    return t.op == "d" and t.args[0].op in MATRIX_FUNCTIONS


def waits(t: Term) -> bool:
    """Whether the differential of a function of a matrix stands in a term."""
    return t.has("d") and t.has(*MATRIX_FUNCTIONS) and any(_is_waiting(node) for _, node in walk(t))
