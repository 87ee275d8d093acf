"""What an integral means: a sum over nodes, taken twice so that it is known whether it has settled."""

from __future__ import annotations

import math

from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.evaluator import Evaluator, Scope
from derivgen.check.series import Series, UndefinedError
from derivgen.language.terms import Term

NODES = 2048  # of an integral, at steps of 1/NODES_PER_UNIT
NODES_PER_UNIT = 256
SETTLED = 1e-9  # beside the sum of the absolute values


def integral(e: Evaluator, t: Term, scope: Scope) -> Series:
    """Over all real numbers, by the trapezoidal rule for x = sinh(pi/2 sinh(u)), and again with every other node.

    Raises UndefinedError where the two differ: the integral does not exist, or is not settled at these nodes.
    H. Takahasi and M. Mori, Double exponential formulas for numerical integration, 1974.
    """
    if e.algebra.kind != "float":
        raise NeedsRealsError("integral")
    a, (rows, cols) = e.algebra, e.sizes(t)
    fine = coarse = Series(rows, cols, {})
    size = 0.0
    for k in range(-NODES // 2, NODES // 2 + 1):
        u = k / NODES_PER_UNIT
        x = math.sinh(math.pi / 2 * math.sinh(u))
        weight = math.pi / 2 * math.cosh(u) * math.cosh(math.pi / 2 * math.sinh(u)) / NODES_PER_UNIT
        part = a.multiple(weight, e.value(t.args[0], scope.extended(str(t.data), a.scalar(x))))
        fine, coarse = a.add(fine, part), a.add(coarse, a.multiple(2, part)) if k % 2 == 0 else coarse
        size += max((abs(y) for m in part.parts.values() for row in m for y in row), default=0.0)
    gap = a.add(fine, a.negative(coarse))
    if any(abs(y) > SETTLED * size for m in gap.parts.values() for row in m for y in row):
        raise UndefinedError("the integral does not settle")
    return fine
