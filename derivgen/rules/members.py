"""The law of a derivative by one member mu[j] of a family: what depends on mu[k] alone varies only where k is j."""

from __future__ import annotations

from derivgen.language.shapes import SCALAR, dim
from derivgen.language.terms import Term, make, product
from derivgen.rules.book import Law, SideCondition

MEMBERS = "members"


def member_laws(variable: Term | None) -> dict[str, Law]:
    """d(F{k}) = delta(k, j)*d(F{j}) where F{k} holds the family at k alone; nothing for any other variable."""
    if variable is None or variable.op != "member":
        return {}
    k, j = make("hole", (), "k", SCALAR), variable.args[0]
    shape = dim("?p"), dim("?q")
    here, there = (make("d", [make("family", [place], "F", shape)]) for place in (k, j))
    right = product(make("delta", [k, j]), there)
    condition = SideCondition("through", here.args[0], (k,))
    return {MEMBERS: Law(MEMBERS, here, right, conditions=(condition,), news=1)}
