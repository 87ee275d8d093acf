"""Degree bounds of the rational functions that terms are, for the error bound of the modular check."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from derivgen.check.expectations import OUTCOMES
from derivgen.language.terms import Term

if TYPE_CHECKING:
    from derivgen.check.worlds import World

Degrees: TypeAlias = tuple[int, int]  # of numerator and denominator


def degrees(t: Term, world: World, memo: dict[Term, Degrees]) -> Degrees:
    """Bounds for the degrees of numerator and denominator in the drawn numbers, at the sizes of the world.

    Values and derivatives of unknown functions are drawn independently, so each counts as a new variable.
    """
    if not t.args:
        return (1, 0)
    found = memo.get(t)
    if found is None:
        found = memo[t] = _degrees(t, world, memo)
    return found


def _degrees(t: Term, world: World, memo: dict[Term, Degrees]) -> Degrees:
    parts = [degrees(a, world, memo) for a in t.args]
    op = t.op
    if op in ("apply", "grad", "jac", "hess", "map", "member", "O", "delta", "unit", "single", "eig", "eigvec"):
        return (1, 0)
    if op == "plus":
        return _sum(parts)
    if op in ("times", "dot", "hadamard", "kron"):
        return sum(p for p, _ in parts), sum(q for _, q in parts)
    if op in ("div", "hadamard_div"):
        (a, b), (c, d) = parts
        return a + d, b + c
    if op in ("pow", "hadamard_pow"):
        k = _exponent(t.args[1])
        return (k * max(parts[0]), k * max(parts[0]))
    if op == "entries_prod":
        n = world.size(t.args[0].shape[0]) * world.size(t.args[0].shape[1])
        return n * parts[0][0], n * parts[0][1]
    if op in ("inv", "det", "adj", "pinv"):
        n = 2 * world.size(t.args[0].shape[0]) if op == "pinv" else world.size(t.args[0].shape[0])
        return n * (parts[0][0] + parts[0][1]), n * (parts[0][0] + parts[0][1])
    if op in ("D", "nabla", "structured", "directional", "d", "lim"):
        p, q = parts[-1] if op == "lim" else parts[0]
        return 2 * (p + q) + 2, 2 * (p + q) + 2
    if op in ("sum", "prod"):
        return 10 * parts[2][0], 10 * parts[2][1]
    if op == "at":
        return (parts[0][0] + parts[0][1]) * (1 + sum(parts[1])), (parts[0][0] + parts[0][1]) * (1 + sum(parts[1]))
    if op in ("E", "Var", "Cov"):
        p, q = sum(p for p, _ in parts), sum(q for _, q in parts)
        return 2 * OUTCOMES * (p + q + 1), 2 * OUTCOMES * q
    if op in ("matrix", "block"):
        return _sum(parts)
    return parts[0]


def _sum(parts: list[Degrees]) -> Degrees:
    denominator = sum(q for _, q in parts)
    return max(p + denominator - q for p, q in parts), denominator


def _exponent(t: Term) -> int:
    value: object = t.data
    if isinstance(value, (int, Fraction)):
        return math.ceil(value)
    return 8
