"""Which definitions of the book are abbreviations: a symbol that stands for an expression, and can be put out again.

The others say by what property a symbol is known (inv(A)*A = I), or how it is read off an equation. In a count of what
the book takes for granted they stand beside the axioms.
"""

from __future__ import annotations

from collections.abc import Mapping

from derivgen.language.operators import HOLES
from derivgen.language.shapes import ONE
from derivgen.language.terms import Term, walk
from derivgen.rules.law import Law

Symbol = tuple[str, object, tuple[tuple[bool, bool], ...], tuple[str, ...]]


def abbreviations(laws: Mapping[str, Law]) -> dict[str, Law]:
    """The definitions ``f(x, ..) = expression``, or of the entries of f(x, ..), by the symbol's first such law.

    The symbol stands on names alone, once for each kind of arguments (scalars, vectors, rows, matrices, and those of
    which the conditions speak), and no chain of such definitions leads back to it.
    """
    found: dict[Symbol, Law] = {}
    for law in laws.values():
        symbol = defined(law)
        if symbol is not None and symbol not in found and symbol not in _reached(law, found):
            found[symbol] = law
    return {law.name: law for law in found.values()}


def defined(law: Law) -> Symbol | None:
    """The symbol that a definition explains on names, with the kinds of its arguments; None for a property."""
    if law.status != "definition" or law.relation != "=" or law.order is not None:
        return None
    if _indices(law, law.right) - _indices(law, law.left):
        return None  # what its condition picks out is no expression in the names
    head = law.left
    if head.op == "index" and head.args[0].op not in HOLES:
        head = head.args[0]
    kinds = (*HOLES, "number", "family") if len(head.args) > 1 else HOLES
    plain = head.op not in (*HOLES, "family") and all(a.op in kinds for a in head.args)
    return _symbol(head, tuple(c.predicate for c in law.conditions if c.predicate != "symbol")) if plain else None


def _indices(law: Law, side: Term) -> set[str]:
    holes = (str(t.data) for _, t in walk(side) if t.op == "hole")
    return {name for name in holes if name in law.declarations and law.declarations[name].sort == "index"}


def _symbol(t: Term, conditions: tuple[str, ...] = ()) -> Symbol:
    power = t.args[1] if t.op == "pow" else None  # a square and a cube are defined each
    return t.op, power or t.data if t.op in ("pow", "map") else None, tuple(_kind(a) for a in t.args), conditions


def _kind(t: Term) -> tuple[bool, bool]:
    rows, columns = t.shape
    return rows == ONE, columns == ONE


def _reached(law: Law, found: Mapping[Symbol, Law]) -> set[Symbol]:
    """The symbols in what a definition stands for, and in what those stand for."""
    reached: set[Symbol] = set()
    waiting = [law]
    while waiting:
        for _, t in walk(waiting.pop().right):
            symbol = _symbol(t)
            if symbol not in reached:
                reached.add(symbol)
                waiting += [found[symbol]] if symbol in found else []
    return reached
