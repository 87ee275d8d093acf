"""Problems that SymPy differentiates too, each written twice; every repeat gets new names.

Left out is what SymPy 1.14 leaves unevaluated or gets wrong, such as det(X), log(det(X)) and (a'*W*b - c)^2.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from types import SimpleNamespace
from typing import Any

import sympy
from sympy import Inverse, MatrixSymbol, Symbol, Trace

Names = Any  # a namespace of SymPy symbols under the letters of the problem
_fresh = count(1)


@dataclass(frozen=True, slots=True)
class Problem:
    """``letters`` gives each letter its kind, a key of KINDS; ``peer`` builds the expression in SymPy."""

    of: str
    wrt: str
    letters: str
    peer: Callable[[Names], Any]

    def renamed(self) -> tuple[str, str, str, Names]:
        """The expression, the variable, the declarations and the symbols of SymPy, all under names not used before."""
        number = next(_fresh)
        kinds = dict(pair.split(":") for pair in self.letters.split())
        names = {letter: f"{letter}{number}" for letter in kinds}
        sizes = {size: f"{size}{number}" for size in ("n", "p")}
        let = "; ".join(f"{names[x]}: {KINDS[kind].format(**sizes)}" for x, kind in kinds.items())
        symbols = SimpleNamespace(**{x: _symbol(names[x], kind, sizes) for x, kind in kinds.items()})
        pattern = re.compile(rf"\b({'|'.join(kinds)})\b")
        return pattern.sub(lambda m: names[m.group()], self.of), names[self.wrt], let, symbols


KINDS = {
    "s": "scalar",
    "k": "natural",
    "v": "vector({n})",
    "N": "matrix({n})",
    "I": "invertible matrix({n})",
    "P": "matrix({p})",
    "T": "matrix({p},{n})",
}
_SIZES = {"v": ("n", ""), "N": ("n", "n"), "I": ("n", "n"), "P": ("p", "p"), "T": ("p", "n")}


def _symbol(name: str, kind: str, sizes: dict[str, str]) -> Any:
    if kind == "s":
        return Symbol(name)
    if kind == "k":
        return Symbol(name, integer=True, positive=True)
    rows, cols = (Symbol(sizes[d], integer=True, positive=True) if d else 1 for d in _SIZES[kind])
    return MatrixSymbol(name, rows, cols)


exp, log, sin, cos, sqrt = sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.sqrt
PROBLEMS = (
    Problem("x^2", "x", "x:s", lambda s: s.x**2),
    Problem("x^n", "x", "x:s n:k", lambda s: s.x**s.n),
    Problem("3*x^5 - 2*x^3 + x", "x", "x:s", lambda s: 3 * s.x**5 - 2 * s.x**3 + s.x),
    Problem("exp(cos(x^2))", "x", "x:s", lambda s: exp(cos(s.x**2))),
    Problem("sin(x)/x", "x", "x:s", lambda s: sin(s.x) / s.x),
    Problem("sqrt(1 + x^2)*log(x)", "x", "x:s", lambda s: sqrt(1 + s.x**2) * log(s.x)),
    Problem("1/(1 + exp(-x))", "x", "x:s", lambda s: 1 / (1 + exp(-s.x))),
    Problem("exp(-(x - m)^2/(2*s))", "x", "x:s m:s s:s", lambda s: exp(-((s.x - s.m) ** 2) / (2 * s.s))),
    Problem("sin(a*x + b)^2", "x", "x:s a:s b:s", lambda s: sin(s.a * s.x + s.b) ** 2),
    Problem("tanh(x)*atan(x)", "x", "x:s", lambda s: sympy.tanh(s.x) * sympy.atan(s.x)),
    Problem("log(sin(exp(x)))", "x", "x:s", lambda s: log(sin(exp(s.x)))),
    Problem("x'*B*x", "x", "x:v B:N", lambda s: s.x.T * s.B * s.x),
    Problem("x'*M*x + a'*x", "x", "x:v a:v M:N", lambda s: s.x.T * s.M * s.x + s.a.T * s.x),
    Problem(
        "(B*x + b)'*C*(D*x + d)",
        "x",
        "x:v b:v d:v B:N C:N D:N",
        lambda s: (s.B * s.x + s.b).T * s.C * (s.D * s.x + s.d),
    ),
    Problem("tr(X)", "X", "X:N", lambda s: Trace(s.X)),
    Problem("tr(A*X*B)", "X", "X:N A:N B:N", lambda s: Trace(s.A * s.X * s.B)),
    Problem("tr(A*X'*B)", "X", "X:N A:N B:N", lambda s: Trace(s.A * s.X.T * s.B)),
    Problem("tr(X'*X)", "X", "X:N", lambda s: Trace(s.X.T * s.X)),
    Problem("tr(X^2*B)", "X", "X:N B:N", lambda s: Trace(s.X**2 * s.B)),
    Problem("tr(X*A*X*B)", "X", "X:N A:N B:N", lambda s: Trace(s.X * s.A * s.X * s.B)),
    Problem("tr(X'*B*X*C)", "X", "X:N B:N C:N", lambda s: Trace(s.X.T * s.B * s.X * s.C)),
    Problem("tr(A*X*B*X'*C)", "X", "X:N A:N B:N C:N", lambda s: Trace(s.A * s.X * s.B * s.X.T * s.C)),
    Problem(
        "tr((A*X*B + C)*(A*X*B + C)')",
        "X",
        "X:N A:N B:N C:N",
        lambda s: Trace((s.A * s.X * s.B + s.C) * (s.A * s.X * s.B + s.C).T),
    ),
    Problem("tr(X*X*X*X*X)", "X", "X:N", lambda s: Trace(s.X**5)),
    Problem("tr(A*X^3)", "X", "X:N A:N", lambda s: Trace(s.A * s.X**3)),
    Problem(
        "tr(B'*X'*C*X*X'*C*X*B)",
        "X",
        "X:N B:N C:N",
        lambda s: Trace(s.B.T * s.X.T * s.C * s.X * s.X.T * s.C * s.X * s.B),
    ),
    Problem("tr(A*inv(X)*B)", "X", "X:I A:N B:N", lambda s: Trace(s.A * Inverse(s.X) * s.B)),
    Problem("tr(inv(X)*A)", "X", "X:I A:N", lambda s: Trace(Inverse(s.X) * s.A)),
    Problem("a'*inv(X)*b", "X", "X:I a:v b:v", lambda s: s.a.T * Inverse(s.X) * s.b),
    Problem("tr(inv(X'*C*X)*A)", "X", "X:T A:N C:P", lambda s: Trace(Inverse(s.X.T * s.C * s.X) * s.A)),
    Problem(
        "tr(inv(X'*C*X)*X'*B*X)",
        "X",
        "X:T B:P C:P",
        lambda s: Trace(Inverse(s.X.T * s.C * s.X) * s.X.T * s.B * s.X),
    ),
    Problem("b'*X'*D*X*c", "X", "X:N D:N b:v c:v", lambda s: s.b.T * s.X.T * s.D * s.X * s.c),
    Problem("(x - A*s)'*W*(x - A*s)", "A", "A:N W:N x:v s:v", lambda s: (s.x - s.A * s.s).T * s.W * (s.x - s.A * s.s)),
    Problem("a'*X*X*X*X*b", "X", "X:N a:v b:v", lambda s: s.a.T * s.X**4 * s.b),
)
