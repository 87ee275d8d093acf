"""Arithmetic with matrices of numbers: transposes, sums and products are computed entry by entry, exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from derivgen.language.shapes import Shape
from derivgen.language.terms import Term, make, number, plus, product, zeros

Entries = tuple[tuple[Fraction, ...], ...]


def matrix_arithmetic(t: Term) -> Term | None:
    """One node with its matrices of numbers computed; None where no two of them meet."""
    rule = _RULES.get(t.op)
    return rule(t) if rule is not None else None


def entries_of(t: Term) -> Entries | None:
    """The entries of a matrix of numbers, row by row, or of its negative; None for any other term."""
    if t.op == "neg":
        inner = entries_of(t.args[0])
        return _scaled(Fraction(-1), inner) if inner else None
    if t.op != "matrix" or not isinstance(t.data, tuple):
        return None
    values = [_value(a) for a in t.args]
    columns = int(t.data[1])
    if any(value is None for value in values):
        return None
    known = [value for value in values if value is not None]
    return tuple(tuple(known[k : k + columns]) for k in range(0, len(known), columns))


def _value(t: Term) -> Fraction | None:
    if t.op == "neg":
        inner = _value(t.args[0])
        return None if inner is None else -inner
    return Fraction(t.data) if t.op == "number" and isinstance(t.data, int | Fraction) else None


def _matrix(entries: Entries, shape: Shape) -> Term:
    if not any(any(row) for row in entries):
        return zeros(shape)
    cells = [_number(value) for row in entries for value in row]
    return make("matrix", cells, (len(entries), len(entries[0])))


def _number(value: Fraction) -> Term:
    term = number(abs(value.numerator) if value.denominator == 1 else abs(value))
    return make("neg", [term]) if value < 0 else term


def _transpose(t: Term) -> Term | None:
    entries = entries_of(t.args[0])
    return _matrix(tuple(zip(*entries, strict=True)), t.shape) if entries else None


def _neg(t: Term) -> Term | None:
    entries = entries_of(t.args[0])
    return _matrix(_scaled(Fraction(-1), entries), t.shape) if entries else None


def _scaled(by: Fraction, entries: Entries) -> Entries:
    return tuple(tuple(by * value for value in row) for row in entries)


def _plus(t: Term) -> Term | None:
    """The matrices of numbers of a sum as one, in the place of the first."""
    found = [(k, entries) for k, a in enumerate(t.args) if (entries := entries_of(a)) is not None]
    if len(found) < 2:
        return None
    total = tuple(
        tuple(sum(cells, Fraction(0)) for cells in zip(*rows, strict=True))
        for rows in zip(*(entries for _, entries in found), strict=True)
    )
    others = {k for k, _ in found[1:]}
    return plus(*(_matrix(total, t.shape) if k == found[0][0] else a for k, a in enumerate(t.args) if k not in others))


def _dot(t: Term) -> Term | None:
    """Neighbours in a product that are matrices of numbers, multiplied."""
    factors = list(t.args)
    for k, (left, right) in enumerate(pairwise(factors)):
        one, other = entries_of(left), entries_of(right)
        if one is not None and other is not None:
            made = _matrix(_product(one, other), (left.shape[0], right.shape[1]))
            return product(*factors[:k], made, *factors[k + 2 :])
    return None


def _product(one: Sequence[Sequence[Fraction]], other: Entries) -> Entries:
    columns = tuple(zip(*other, strict=True))
    return tuple(
        tuple(sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in columns) for row in one
    )


def _times(t: Term) -> Term | None:
    """A number before a matrix of numbers, or before a product that begins with one, multiplied into it."""
    *scalars, last = t.args
    found = next(((k, value) for k, a in enumerate(scalars) if (value := _value(a)) is not None), None)
    chain = list(last.args) if last.op == "dot" else [last]
    entries = entries_of(chain[0])
    if found is None or entries is None:
        return None
    at, value = found
    made = _matrix(_scaled(value, entries), chain[0].shape)
    return product(*scalars[:at], *scalars[at + 1 :], made, *chain[1:])


_RULES: dict[str, Callable[[Term], Term | None]] = {
    "transpose": _transpose,
    "neg": _neg,
    "plus": _plus,
    "dot": _dot,
    "times": _times,
}
OPERATORS = tuple(_RULES)
