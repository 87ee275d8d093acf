"""Assumptions as they are stated: in their simplest form, and none that follows from the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivgen.language.declarations import Declarations
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, plus
from derivgen.rules.conditions import Facts
from derivgen.rules.orders import is_zero

Fact = tuple[str, Term]


def stated(assumed: Iterable[Fact], declarations: Declarations) -> list[Fact]:
    """(predicate, term) pairs that say the same as those given, with nothing said twice.

    Of det(X) > 0 and "X is invertible" the first remains.
    """
    kept = list(dict.fromkeys(fact for given in assumed for fact in _simple(*given)))
    for fact in reversed(list(kept)):
        others = [other for other in kept if other != fact]
        if Facts(declarations, tuple(others)).holds(*fact):
            kept = others
    return kept


def _simple(predicate: str, t: Term) -> Iterator[Fact]:
    """A product is not zero where no factor is; a sign, and a summand 0, make no difference."""
    if predicate == "nonzero" and t.shape == SCALAR:
        if t.op == "times":
            for factor in t.args:
                yield from _simple(predicate, factor)
            return
        if t.op == "neg":
            yield from _simple(predicate, t.args[0])
            return
    summands = [a for a in t.args if not is_zero(a)] if t.op == "plus" else []
    if summands and len(summands) < len(t.args):
        yield from _simple(predicate, plus(*summands))
    elif predicate != "nonzero" or t.op != "number":
        yield predicate, t
