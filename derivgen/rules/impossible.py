"""Conditions that hold nowhere, or only where a matrix is a number: by signs, by ranks, and beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivgen.language.abbreviations import spelled_out
from derivgen.language.contradictions import EQUAL, NONZERO, POSITIVE, Fact, contradiction, linear
from derivgen.language.plain import plain
from derivgen.language.shapes import SCALAR, Dim
from derivgen.language.terms import Term, make, plus
from derivgen.rules.conditions import Facts
from derivgen.rules.derived import never_negative
from derivgen.rules.orders import is_zero
from derivgen.rules.ranges import fact, ranges_of

Impossible = tuple[str, Term, str]  # the reason, the term that it is about, and what to do


def impossible(assumed: Iterable[Fact], facts: Facts) -> Impossible | None:
    """The first of some conditions that cannot hold, by itself or beside another; None where none is found."""
    given = [(predicate, spelled_out(t)) for predicate, t in assumed]
    for predicate, t in given:
        if found := _by_itself(predicate, t, facts):
            return found
    pair = contradiction(given)
    if pair is None:
        return None
    later, earlier = (given[k] for k in pair)
    reason = f"what is assumed contradicts itself: {_said(*earlier)} and {_said(*later)}"
    hint = "leave the assumption out that is not meant; the derivation needs the others"
    return (reason if later != earlier else f"{_said(*later)} holds nowhere"), later[1], hint


def _said(predicate: str, t: Term) -> str:
    """``x < 0`` for what is read as 0 - x > 0."""
    ranges, inner = ranges_of(t)
    if predicate not in _SIGNS:
        return fact(predicate, t)
    kept = [a for a in inner.args if not is_zero(a)] if inner.op == "plus" else [inner]
    inner = plus(*kept) if kept else inner
    turned = predicate == POSITIVE and inner.op == "neg"
    text = f"{plain(inner.args[0])} < 0" if turned else f"{plain(inner)} {_SIGNS[predicate]}"
    return text + (f" for {', '.join(map(str, ranges))}" if ranges else "")


_SIGNS = {POSITIVE: "> 0", NONZERO: "!= 0"}


def _by_itself(predicate: str, t: Term, facts: Facts) -> Impossible | None:
    if t.op == "every":
        return _by_itself(predicate, t.args[2], facts)
    if predicate == "invertible" and t.shape != SCALAR:
        return _singular(t, facts)
    if predicate == POSITIVE and _never_positive(t, facts):
        hint = "check its sign, or assume something else about its parts"
        return f"{_said(predicate, t)} holds nowhere", t, hint
    if predicate == EQUAL and t.op == "=":
        left, right = t.args
        sides = (plus(left, make("neg", [right])), plus(right, make("neg", [left])))
        if any(_never_positive(side, facts) and not _reaches_zero(side, facts) for side in sides):
            return f"{plain(t)} holds nowhere: one side is always larger", t, "correct a side, or leave it out"
    return None


def _never_positive(t: Term, facts: Facts) -> bool:
    """Whether a scalar is minus a sum of what is never negative."""
    parts, number = linear(t)
    return t.shape == SCALAR and number <= 0 and all(c < 0 and never_negative(facts, a) for c, a in parts.values())


def _reaches_zero(t: Term, facts: Facts) -> bool:
    parts, number = linear(t)
    return number == 0 and not any(facts.holds(POSITIVE, a) for _, a in parts.values())


def _singular(t: Term, facts: Facts) -> Impossible | None:
    """Why a square matrix has no inverse at the sizes that it is declared with."""
    size, rank = t.shape[0], _least(_ranks(t))
    shown = plain(t)
    if rank is not None and (rank < size.number if size.number is not None else rank == 1):
        reason = f"{shown} has no inverse: its rank is at most {rank}, and it has {size} rows"
        hint = f"add a multiple of the identity, {shown} + c*I({size}), or use pinv(..)"
        return reason, t, hint + ("" if size.number is not None else f"; where {size} is 1, declare scalars")
    if t.op == "symbol" and size.number is not None and size.number % 2 and facts.declared("skew", str(t.data)):
        reason = f"{shown} has no inverse: it is skew-symmetric, and {size} is odd"
        return reason, t, "declare it with an even size"
    return None


def _least(dims: Iterable[Dim]) -> int | None:
    return min((d.number for d in dims if d.number is not None), default=None)


def _ranks(t: Term) -> Iterator[Dim]:
    """Sizes that the rank of a term does not exceed."""
    yield from t.shape
    if t.op in ("dot", "transpose", "neg", "conj", "inv", "pinv"):
        for a in t.args:
            yield from _ranks(a)
    elif t.op == "times":
        yield from _ranks(t.args[-1])
