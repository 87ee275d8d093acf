"""How long a term is as a person writes it: letters, numbers, signs and brackets; a product needs no sign."""

from __future__ import annotations

from functools import lru_cache

from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term

_OPEN = frozenset({"plus", "neg"})  # what needs brackets as a factor
_COMPOUND = _OPEN | {"times", "dot", "div", "hadamard", "hadamard_div", "transpose", "inv"}
_BARE = frozenset({"index", "zeros", "ones", "identity"})  # their arguments need no brackets


@lru_cache(maxsize=20_000)
def length(t: Term) -> int:
    """The number of signs on paper; a pair of brackets counts two, a fraction bar one."""
    if not t.args or t.op == "abbreviation":
        return 1
    total = sum(map(length, t.args))
    if t.op == "plus":
        return total + sum(a.op != "neg" for a in t.args[1:])
    if t.op in ("times", "dot"):
        # (s - y)*x is read as a multiple of x: its brackets are no more trouble than a second x
        multiples = 0 if t.shape == SCALAR else sum(a.op == "plus" and a.shape == SCALAR for a in t.args)
        return total + _brackets(t.args, _OPEN) - multiples
    if t.op == "hadamard":
        return total + _brackets(t.args, _OPEN) + len(t.args) - 1
    if t.op == "neg":
        return total + 1 + 2 * (t.args[0].op == "plus")
    if t.op == "div":
        return total + 1
    if t.op in ("pow", "hadamard_pow"):
        return total + _brackets(t.args[:1], _COMPOUND) + (t.op != "pow")
    if t.op in ("transpose", "inv", "hadamard_div"):
        return total + 1 + _brackets(t.args, _COMPOUND)
    if t.op == "sum":
        return total + 2 + _brackets(t.args[2:], frozenset({"plus"}))
    return total + (1 if t.op in _BARE else 3)


def _brackets(args: tuple[Term, ...], ops: frozenset[str]) -> int:
    return 2 * sum(a.op in ops for a in args)
