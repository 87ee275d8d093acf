"""Which column, row or entry an assumption calls the largest: ``largest(norm1(X[:,k]))`` speaks of column k of X."""

from __future__ import annotations

from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, make, subchain

SPELLINGS = "largest(norm1(X[:,k])) for column k, largest(norm1(X[p,:]')) for row p, largest(abs(X[p,q])) for an entry"
Part = tuple[str, Term, tuple[Term, ...]]  # column, row or entry; of what; and its indices


def largest_part(t: Term) -> Part | None:
    """What a term is the size of: ``norm1`` of a column or a row, ``abs`` of an entry; None for anything else."""
    if t.op == "abs" and t.args[0].op == "index":
        whole, *places = t.args[0].args
        return "entry", whole, tuple(places)
    return _line(t.args[0]) if t.op == "norm1" else None


def _line(inner: Term) -> Part | None:
    """The column or the row as which a vector is written, multiples of it among them."""
    if inner.op in ("times", "neg"):
        found = _line(inner.args[-1])
        return found and (found[0], make(inner.op, [*inner.args[:-1], found[1]]), found[2])
    if inner.op == "dot" and inner.args[-1].op == "unit":
        return _of_matrix("column", subchain(inner.args[:-1]), inner.args[-1])
    if inner.op == "transpose" and inner.args[0].op == "dot":
        first, *others = inner.args[0].args
        if first.op == "transpose" and first.args[0].op == "unit":
            return _of_matrix("row", subchain(others), first.args[0])
    return None


def _of_matrix(kind: str, whole: Term, unit: Term) -> Part | None:
    return (kind, whole, unit.args) if whole.shape != SCALAR and ONE not in whole.shape else None


def property_in_full(name: str, t: Term) -> str:
    """The name of a property, of ``largest`` with what the term is the size of: ``largest column``.

    A scalar without zero and negative eigenvalues is a ``principal number``.
    """
    if name == "principal" and t.shape == SCALAR:
        return "principal number"
    part = largest_part(t) if name == "largest" else None
    return name if part is None else f"{name} {part[0]}"
