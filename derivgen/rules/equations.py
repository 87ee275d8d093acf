"""Equations that a problem assumes, as laws of its derivation: ``assume sum(t) = 1``.

Such a law asks for the condition that it says, which is what is assumed. Of an equation ``for i=1..N`` the index is
its only hole, and the condition asks for the same range.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derivgen.language.length import length
from derivgen.language.plain import plain
from derivgen.language.problem import HOLDS
from derivgen.language.terms import Term, make
from derivgen.rules.book import Law, SideCondition, local_law
from derivgen.rules.ranges import ranges_of

PREFIX = "assumption "


def is_assumption(rule: str) -> bool:
    """Whether a rule is an assumed equation."""
    return rule.lstrip("<").startswith(PREFIX)


def shortening(laws: Iterable[Law]) -> tuple[str, ...]:
    """Those of some equations that make a term shorter, each in the direction in which it does."""
    sizes = [(law.name, _size(law.left), _size(law.right)) for law in laws]
    return tuple(name if left > right else f"<{name}" for name, left, right in sizes if left != right)


def _size(t: Term) -> tuple[int, int, int]:
    return length(t), t.size, len(t.free)


def equation_laws(assumed: Iterable[tuple[str, Term]]) -> dict[str, Law]:
    """The laws of the equations among what is assumed, each named after what it says."""
    found = {}
    for predicate, t in assumed:
        ranges, equation = ranges_of(t)
        if predicate == HOLDS and equation.op == "=":
            name = PREFIX + plain(equation)
            law = local_law(name, equation, [run.name for run in ranges], news=2)
            found[name] = replace(law, conditions=(SideCondition(HOLDS, make("=", [law.left, law.right])),))
    return found
