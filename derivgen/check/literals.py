"""Structural checks of what is done to matrices written out by entries or rows; the numbers are compared besides."""

from __future__ import annotations

from derivgen.check.monomials import sum_key, summands
from derivgen.language.shapes import ONE
from derivgen.language.terms import Term, product, walk


def literal_d_fault(old: Term, new: Term, eps: str) -> str | None:
    """Why a step is not the differential of a matrix, entry by entry; None where it is."""
    fits = old.op == "d" and old.args[0].op == new.op == "matrix" and old.args[0].data == new.data
    same = fits and all(b.op == "d" and b.args[0] == a for a, b in zip(old.args[0].args, new.args, strict=True))
    return None if same else "the differential acts on every entry, and on nothing else"


def literal_factor_fault(old: Term, new: Term, eps: str) -> str | None:
    """Why a step does not take one factor out of all entries; None where it does."""
    fits = old.op == "matrix" and new.op == "times" and len(new.args) == 2 and new.args[1].op == "matrix"
    if not fits or new.args[1].data != old.data:
        return "one factor stands before the matrix"
    factor, inside = new.args
    pairs = zip(old.args, inside.args, strict=True)
    same = all(_key(a) == _key(product(factor, b)) for a, b in pairs)
    return None if same else "an entry times the factor is another"


def _key(t: Term) -> object:
    return sum_key(summands(t), False)


def literal_sum_fault(old: Term, new: Term, eps: str) -> str | None:
    """Why a step does not write a matrix as the sum of its entries at their places; None where it does."""
    if old.op != "matrix":
        return "it is no matrix that is written out by entries"
    written = {_key(a) for a in old.args} - {sum_key([], False)}
    kept = {_key(product(*factors)) for factors in map(_before_unit, new.args if new.op == "plus" else (new,))}
    return None if kept == written or new.op == "zeros" else "the entries stand before unit vectors"


def _before_unit(t: Term) -> list[Term]:
    """The factors of a summand before its unit; the number 1 where there is none."""
    factors = list(t.args[:-1]) if t.op == "times" else []
    return factors or [_ONE]


_ONE = Term("number", (), 1, (ONE, ONE))


def literal_fault(old: Term, new: Term, eps: str) -> str | None:
    """Why a step does not put unit vectors together to a matrix; None where it does.

    What the entries are the numbers say: each stands in the sum.
    """
    if new.op not in ("matrix", "block") or old.op in ("matrix", "block"):
        return "a matrix is written out by entries or rows"
    names = new.free | {n.op for _, n in walk(new)} - {"matrix", "block", "zeros", "number"}
    more = names - old.free - {n.op for _, n in walk(old)} - {"plus", "neg", "times", "transpose"}
    return None if not more else "something stands in the matrix that is not in the sum"
