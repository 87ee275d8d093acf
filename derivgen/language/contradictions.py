"""Assumptions that exclude each other by their linear form: x > 0 and x < 0, t = 1 and t = 2, x != 0 and x = 0.

A fact is ``positive`` (a > 0), ``nonzero`` (a != 0) or an equation a = b; of a matrix each speaks of every entry.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction

from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, canonical, make, plus

Fact = tuple[str, Term]
Linear = dict[Hashable, tuple[Fraction, Term]]  # by the key of a part: its factor, and the part

POSITIVE, NONZERO, EQUAL = "positive", "nonzero", "holds"


def contradiction(facts: Sequence[Fact]) -> tuple[int, int] | None:
    """The places of two facts that exclude each other, the later one first; of one that never holds its own twice."""
    read = [_compared(*fact) for fact in facts]
    for k, one in enumerate(read):
        if one is None:
            continue
        if not _possible(one[0], one[3]) and not one[2]:
            return k, k
        for j, other in enumerate(read[:k]):
            if other is not None and other[1] == one[1] and _exclude(other, one):
                return k, j
    return None


# the kind of a fact, its ranges, its parts that are no numbers, and its number
_Read = tuple[str, Hashable, Linear, Fraction]


def _compared(predicate: str, t: Term) -> _Read | None:
    """A fact as what is compared with 0; None for any other."""
    ranges: list[Hashable] = []
    while t.op == "every":
        ranges.append((t.data, *map(canonical, t.args[:2])))
        t = t.args[2]
    if predicate == "invertible":
        predicate, t = NONZERO, t if t.shape == SCALAR else make("det", [t])
    if predicate == EQUAL and t.op == "=":
        t = plus(t.args[0], make("neg", [t.args[1]]))
    elif predicate not in (POSITIVE, NONZERO):
        return None
    parts, number = linear(t)
    return predicate, tuple(ranges), parts, number


def linear(t: Term) -> tuple[Linear, Fraction]:
    """A term as multiples of parts that are not looked into, and a number."""
    parts: Linear = {}
    number = _add(t, Fraction(1), parts)
    return {key: found for key, found in parts.items() if found[0]}, number


def _add(t: Term, factor: Fraction, parts: Linear) -> Fraction:
    if t.op == "neg":
        return _add(t.args[0], -factor, parts)
    if t.op == "plus":
        return sum((_add(a, factor, parts) for a in t.args), Fraction(0))
    if (value := _number(t)) is not None:
        return factor * value
    if t.op == "zeros":
        return Fraction(0)
    if t.op == "div" and (divisor := _number(t.args[1])):
        return _add(t.args[0], factor / divisor, parts)
    if t.op == "times" and (value := _number(t.args[0])) is not None:
        return _add(make("times", t.args[1:]) if len(t.args) > 2 else t.args[1], factor * value, parts)
    key = canonical(t)
    parts[key] = parts.get(key, (Fraction(0), t))[0] + factor, t
    return Fraction(0)


def _number(t: Term) -> Fraction | None:
    return Fraction(t.data) if t.op == "number" and isinstance(t.data, int | Fraction) else None


def _possible(kind: str, number: Fraction) -> bool:
    """Whether a number is what a fact says of it."""
    return {POSITIVE: number > 0, NONZERO: number != 0, EQUAL: number == 0}[kind]


def _exclude(one: _Read, other: _Read) -> bool:
    """Whether two facts about multiples of one sum cannot hold together."""
    ratio = _ratio(one[2], other[2])
    if ratio is None:
        return False
    rest = other[3] - ratio * one[3]  # the second where the first is 0
    if one[0] == EQUAL:
        return not _possible(other[0], rest)
    if other[0] == EQUAL:
        return not _possible(one[0], one[3] - other[3] / ratio)
    return one[0] == other[0] == POSITIVE and ratio < 0 and rest <= 0


def _ratio(one: Linear, other: Linear) -> Fraction | None:
    """The factor that makes the second of the first, if there is one."""
    if not one or one.keys() != other.keys():
        return None
    ratios = {other[key][0] / one[key][0] for key in one}
    return ratios.pop() if len(ratios) == 1 else None
