"""The derivative by one member x[j] of a family: of d(x[k]) inside a sum only that for k = j is left."""

from __future__ import annotations

from dataclasses import replace

from derivgen.engine.phases import Phase
from derivgen.engine.trace import Step
from derivgen.engine.trail import Trail
from derivgen.language.terms import Term, at, walk
from derivgen.methods.first_principles import SUMMANDS
from derivgen.rules.binding import Abstraction, Binding
from derivgen.rules.members import MEMBERS

COLLAPSE = ("sum_delta", "sum_delta_matrix", "sum_delta_alone")
TO_DELTAS = (
    "sum_plus", "sum_plus_matrix", "mul_plus", "dot_plus", "plus_dot", "scale_plus", "dot_neg", "neg_dot", "arithmetic",
    "sum_neg", "sum_neg_matrix", "sum_scale", "<scale_sum",
)  # fmt: skip


def pick_member(trail: Trail, push: Phase) -> None:
    """Push d inwards until it stands on what holds the family at one index k alone: there k must be j."""
    signs = replace(push, rules=("d_neg",))
    while trail.run(signs) or _use_members(trail) or trail.run(push):
        trail.run(Phase("deltas", COLLAPSE))
    if trail.run(Phase("deltas", (*COLLAPSE, *TO_DELTAS), accept=_opens_delta)):
        trail.run(Phase("deltas", ("arithmetic", "sum_scale", "<scale_sum", "sum_neg", "sum_neg_matrix")))


def _opens_delta(step: Step) -> bool:
    """Whether a delta stands in what a step opens, or in what it is about where it opens nothing."""
    letters = SUMMANDS.get(step.rule, "")
    parts = [step.binding.get(k) for k in letters] or [at(step.before, step.path)]
    return any(isinstance(part, Term) and part.has("delta") for part in parts)


def _use_members(trail: Trail) -> bool:
    """Take delta(k, j)*d(F{j}) for one d(F{k})."""
    member = trail.context.problem.member
    for path, node in walk(trail.term):
        if node.op != "d" or member is None:
            continue
        indices = {n.args[0] for _, n in walk(node) if n.op == "member" and n.data == member.data}
        k = next(iter(indices - set(member.args)), None)
        if k is None or k.op != "symbol" or len(indices) > 1:
            continue
        given: Binding = {"F": Abstraction((str(k.data),), node.args[0]), "k": k}
        if trail.use(MEMBERS, "members", given, path):
            return True
    return False
