"""How much of a difference between two floating-point values is rounding: what summands that cancel leave behind."""

from __future__ import annotations

import math

from derivgen.check.evaluator import Evaluator, Scope
from derivgen.check.series import Series
from derivgen.language.terms import Term

PRECISION = 1e-12  # of a sum beside its summands; each operation loses about 1e-16


def within_rounding(e: Evaluator, terms: tuple[Term, Term], scope: Scope | None) -> bool:
    """Whether two terms differ by no more than rounding may leave of their largest summands."""
    before, after = (e.value(t, scope) for t in terms)
    gap = _largest(e.algebra.add(before, e.algebra.negative(after)))
    return gap <= PRECISION * max(_magnitude(e, t, scope) for t in terms)


def _magnitude(e: Evaluator, t: Term, scope: Scope | None) -> float:
    """The size that a term would have if nothing in its sums cancelled."""
    if t.op in ("plus", "neg", "transpose"):
        return sum(_magnitude(e, a, scope) for a in t.args)
    if t.op in ("times", "dot", "hadamard"):
        return math.prod(_magnitude(e, a, scope) for a in t.args)
    if t.op == "div":
        part = e.algebra.quotient(e.algebra.scalar(1), e.value(t.args[1], scope))
        return _magnitude(e, t.args[0], scope) * _largest(part)
    size = _largest(e.value(t, scope))
    if t.op in ("inv", "pinv"):  # the condition of the matrix, and its square where it is multiplied by its transpose
        return size * max(1.0, size * _largest(e.value(t.args[0], scope))) ** (1 if t.op == "inv" else 2)
    return size


def _largest(s: Series) -> float:
    return float(max((abs(x) for m in s.parts.values() for row in m for x in row), default=0))
