"""How a term behaves as the perturbation goes to 0: its order, and its value there."""

from __future__ import annotations

from derivgen.language.terms import Term, make, number, rebuild, zeros


def natural_number(t: Term) -> bool:
    """Whether it is written as 0, 1, 2 ..; a negative number stands under a sign."""
    return t.op == "number" and isinstance(t.data, int)


def is_zero(t: Term) -> bool:
    """Whether the term is written as zero."""
    return t.op == "zeros" or (t.op == "number" and t.data == 0)


UNBOUNDED = -(10**6)


def eps_order(t: Term, eps: str) -> int:
    """A lower bound k of the order in eps: the term is O(eps^k). UNBOUNDED where it may grow as eps goes to 0."""
    if t.op == "O":
        return int(str(t.data)) if t.args[0].data == eps else 0
    if eps not in t.free:
        return 10**6 if is_zero(t) else 0
    if t.op == "symbol":
        return 1
    orders = [eps_order(a, eps) for a in t.args]
    if min(orders) <= UNBOUNDED:
        return UNBOUNDED
    if t.op in ("times", "dot", "hadamard", "kron"):
        return sum(orders)
    if t.op in ("plus", "neg", "tr", "transpose", "matrix", "block", "total", "diag", "diagvec", "vec", "max", "min"):
        return min(orders)
    if t.op == "pow":
        return orders[0] * int(str(t.args[1].data)) if natural_number(t.args[1]) else UNBOUNDED
    if t.op in ("div", "hadamard_div"):
        return UNBOUNDED if eps in t.args[1].free else orders[0]
    if t.op in ("hadamard_pow", "map", "logm", "pinv"):
        return UNBOUNDED
    return UNBOUNDED if t.op in ("inv", "log") and orders[0] >= 1 else 0


def at_zero(t: Term, name: str) -> Term | None:
    """The term with a small scalar put to zero and the zeros cleared away; None where that has no value."""
    if name not in t.free:
        return t
    if t.op == "symbol":
        return number(0)
    if t.op == "O":
        return zeros(t.shape)
    args = [at_zero(arg, name) for arg in t.args]
    if any(arg is None for arg in args):
        return None
    parts = [arg for arg in args if arg is not None]
    if t.op == "plus":
        kept = [p for p in parts if not is_zero(p)]
        return make("plus", kept) if kept else zeros(t.shape)
    if any(is_zero(p) for p in parts):
        if t.op in ("times", "dot", "neg", "tr", "transpose") or (t.op == "div" and is_zero(parts[0])):
            return zeros(t.shape)
        if t.op == "div":
            return None
    return rebuild(t, parts)
