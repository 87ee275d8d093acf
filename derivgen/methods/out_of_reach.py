"""What has no differential in the book: why, and what can be asked instead, said of the subterm at hand."""

from __future__ import annotations

from derivgen.language.operators import MATRIX_FUNCTIONS
from derivgen.language.plain import plain
from derivgen.language.shapes import ONE
from derivgen.language.terms import Term

# the function of a scalar that acts on the eigenvalues
_OF_EIGENVALUES = {"expm": "exp", "logm": "log", "sinm": "sin", "cosm": "cos", "sqrtm": "sqrt"}


def way_on(t: Term) -> str:
    """Why a term has no differential, or that a law is missing; and what works in its place."""
    if t.op in MATRIX_FUNCTIONS:
        return _of_matrix(t)
    if t.op in ("norm1", "norminf", "normmax"):
        return _of_a_largest(t)
    if t.op == "tetragamma":
        return "its derivative, the polygamma function of order 3, has no name here; of your own declare f: function"
    if t.op == "eig":
        one = plain(t.args[0])
        return f"the eigenvalues move one by one: ask for eig({one})[i], or for sum(eig({one})) and prod(eig({one}))"
    return f"a law d({t.op}(..)) = .. is missing; one of your own is read with --rules FILE"


def _of_matrix(t: Term) -> str:
    name, inner, n = t.op, plain(t.args[0]), t.shape[0]
    entries = f"sum(i, 1, n, {_OF_EIGENVALUES[name]}(eig(S)[i])*(a'*eigvec(S, i))*(eigvec(S, i)'*b))"
    if name == "sqrtm":
        why = "its differential d(R) solves R*d(R) + d(R)*R = d(X); under a trace there is one: tr(sqrtm(X))"
    else:
        why = (
            "its differential is an integral or an endless sum; under a trace, beside what is a function of the same "
            f"matrix, there is one: tr({name}(X)), tr(X*{name}(X))"
        )
    by_scalar = ", and expm(t*A) by t" if name == "expm" else ""
    along = f"; where {inner} changes by U it changes to first order by the upper right block of "
    along += f"{name}([{inner}, U; zeros({n},{n}), {inner}])"
    return f"{why}{by_scalar}{along}; of a symmetric S, a'*{name}(S)*b is {entries}"


def _of_a_largest(t: Term) -> str:
    """A norm that is a largest sum or entry: where its place is known, the norm of what stands there."""
    inner = plain(t.args[0]) if t.args[0].op == "symbol" else f"({plain(t.args[0])})"
    what, place, instead = {
        "norm1": ("sums of columns", "column q", f"norm1({inner}[:,q])"),
        "norminf": ("sums of rows", "row p", f"norm1({inner}[p,:]')"),
        "vector": ("entries", "entry p", f"abs({inner}[p])"),
        "normmax": ("entries", "entry p,q", f"abs({inner}[p,q])"),
    }[t.op if ONE not in t.args[0].shape else "vector"]
    where = f"where it is {place}, assume largest({instead}), or ask for {instead}"
    return f"it is the largest of the {what}, and which one is not known; {where}"
