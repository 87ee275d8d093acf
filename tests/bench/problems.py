"""Functions of a scalar that SymPy differentiates too, each written twice; every repeat gets new names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from types import SimpleNamespace
from typing import Any

import sympy
from sympy import Symbol

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
        let = "; ".join(f"{names[x]}: {KINDS[kind]}" for x, kind in kinds.items())
        symbols = SimpleNamespace(**{x: _symbol(names[x], kind) for x, kind in kinds.items()})
        pattern = re.compile(rf"\b({'|'.join(kinds)})\b")
        return pattern.sub(lambda m: names[m.group()], self.of), names[self.wrt], let, symbols


KINDS = {"s": "scalar", "k": "natural"}


def _symbol(name: str, kind: str) -> Any:
    return Symbol(name) if kind == "s" else Symbol(name, integer=True, positive=True)


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
)
