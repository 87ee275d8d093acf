"""Conditions on the terms of a sum: what holds for every i is said of ``every(i, 1, N, F{i})``.

Such a term stands in a condition alone, where it is the whole subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivgen.language.operators import OPERATORS
from derivgen.language.plain import plain
from derivgen.language.terms import Path, Term, make


@dataclass(frozen=True)
class Range:
    """A name that runs from ``low`` to ``high``."""

    name: str
    low: Term
    high: Term

    def __str__(self) -> str:
        return f"{self.name}={plain(self.low)}..{plain(self.high)}"


def ranges_of(subject: Term) -> tuple[tuple[Range, ...], Term]:
    """The ranges over which a condition speaks, the outermost first, and what it says it of."""
    found: list[Range] = []
    while subject.op == "every":
        low, high, inner = subject.args
        found.append(Range(str(subject.data), low, high))
        subject = inner
    return tuple(found), subject


def fact(predicate: str, subject: Term) -> str:
    """``nonzero(y[i]) for i=1..N``, as an assumption is written; an equation says itself."""
    ranges, inner = ranges_of(subject)
    said = plain(inner) if inner.op == "=" else f"{predicate}({plain(inner)})"
    return said + (f" for {', '.join(map(str, ranges))}" if ranges else "")


def binders_around(whole: Term, path: Path) -> Iterator[Term]:
    """The sums, products, limits .. that bind a name around a place, from the outermost on."""
    for k in path:
        if isinstance(k, tuple):
            break
        if OPERATORS[whole.op].binds == k:
            yield whole
        whole = whole.args[k]


def counted_range(binder: Term) -> Range | None:
    """The range in which a sum or product counts its name; None for another binder."""
    return Range(str(binder.data), *binder.args[:2]) if binder.op in ("sum", "prod") else None


def for_every(subject: Term, whole: Term, path: Path, perturbation: str) -> Term | None:
    """What a condition at a place says for all values of the names that sums and products bind around it.

    The perturbation is near 0, whatever binds it. None where another binder binds a name in it: nothing is known of
    its values.
    """
    around: dict[str, Range | None] = {}
    for binder in binders_around(whole, path):
        name = str(binder.data)
        around.pop(name, None)
        if name != perturbation:
            around[name] = counted_range(binder)
    for name, run in reversed(around.items()):
        if name in subject.free:
            if run is None:
                return None
            subject = make("every", [run.low, run.high, subject], name)
    return subject
