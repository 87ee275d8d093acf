"""Partial derivatives of unknown functions: what has no simpler name, and may stand in a result."""

from __future__ import annotations

from derivgen.language.operators import DERIVED
from derivgen.language.terms import Term

UNKNOWN = ("apply", *DERIVED)


def is_partial(t: Term) -> bool:
    """Whether a term is D(F(X), X[i,j]) for an unknown F, an entry of F, its gradient, Jacobian or Hessian.

    A repeated one is D(D(F(X), X[i,j]), X[k,l]); a value is at(D(F(Y), Y[i,j]), Y, A).
    """
    if t.op == "at":
        return t.args[0].op == "D" and _of(t.args[0]) == t.data and is_partial(t.args[0])
    return t.op == "D" and t.args[1].op == "index" and _of(t) is not None


def _of(derivative: Term) -> object:
    """The name by whose entries an unknown function of that name alone is differentiated; else None."""
    body, entry = derivative.args
    body = body.args[0] if body.op == "index" else body
    variable = entry.args[0] if entry.op == "index" else entry
    if body.op == "D":
        return variable.data if is_partial(body) and _of(body) == variable.data else None
    known = variable.op == "symbol" and body.op in UNKNOWN and body.args == (variable,)
    return variable.data if known else None
