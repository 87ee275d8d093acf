"""The expressions of ``peers.yaml`` in SymPy: built from matrix symbols of symbolic size, differentiated, evaluated.

It is timed with its cache as earlier repeats left it ("warm") and with the cache emptied ("cold").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import sympy
from sympy import Determinant, Inverse, KroneckerProduct, MatrixSymbol, OneMatrix, Symbol, Trace, hadamard_product, sqrt
from sympy.core.cache import clear_cache
from sympy.core.function import Derivative

from tests.bench.programs import Names, Peer, UnevaluatedError
from tests.judge.functions import Array


def names(symbols: Mapping[str, Any], suffix: str) -> Names:
    """SymPy's symbols for declared letters, and for the dimensions n and p; ``suffix`` makes their names new ones."""
    sizes = {d: Symbol(d + suffix, integer=True, positive=True) for d in ("n", "p")}
    found: dict[str, Any] = dict(sizes)
    for letter, shape in symbols.items():
        if isinstance(shape, str):
            positive_integer = {"integer": True, "positive": True} if shape == "int" else {}
            found[letter] = Symbol(letter + suffix, **positive_integer)
        else:
            rows, cols = (sizes[shape[0]], sizes[shape[1]] if len(shape) == 2 else 1)
            found[letter] = MatrixSymbol(letter + suffix, rows, cols)
    return SimpleNamespace(**found)


def differentiated(expression: Any, variable: Any, order: int) -> Any:
    """The derivative as SymPy gives it."""
    for _ in range(order):
        expression = expression.diff(variable)
    return expression


def evaluated(answer: Any, given: Names, point: Mapping[str, Any]) -> Array:
    """The value of an answer at a point of NumPy arrays. Raises UnevaluatedError for what is still a derivative."""
    if answer.has(Derivative):
        raise UnevaluatedError
    sizes = {given.n: point["n"], given.p: point["p"]}
    values = {}
    for letter, symbol in vars(given).items():
        if isinstance(symbol, MatrixSymbol):
            values[symbol.subs(sizes)] = sympy.ImmutableMatrix(point[letter])
        elif symbol not in sizes:
            sizes[symbol] = point[letter]
    found = answer.subs(sizes).xreplace(values).doit()
    if hasattr(found, "as_explicit"):
        found = found.as_explicit()
    if found.has(Derivative):
        raise UnevaluatedError
    return np.array(found.tolist() if hasattr(found, "tolist") else found, dtype=float)


EXPRESSIONS: dict[str, Callable[[Names], Any]] = {
    "01": lambda s: Trace(s.X),
    "02": lambda s: Trace(s.A * s.X * s.B),
    "03": lambda s: Trace(s.A * s.X.T * s.B),
    "04": lambda s: Trace(KroneckerProduct(s.A, s.X)),
    "05": lambda s: Trace(s.X**2 * s.B),
    "06": lambda s: Trace(s.A * s.X * s.B * s.X),
    "07": lambda s: Trace(s.X.T * s.B * s.X * s.C),
    "08": lambda s: Trace(s.A * s.X * s.B * s.X.T * s.C),
    "09": lambda s: Trace((s.A * s.X * s.B + s.C) * (s.A * s.X * s.B + s.C).T),
    "10": lambda s: Trace(KroneckerProduct(s.X, s.X)),
    "11": lambda s: Trace(s.X**5),
    "12": lambda s: Trace(s.X**s.k),
    "13": lambda s: Trace(s.A * s.X**3),
    "14": lambda s: Trace(s.B.T * s.X.T * s.C * s.X * s.X.T * s.C * s.X * s.B),
    "15": lambda s: Trace(s.A * Inverse(s.X) * s.B),
    "16": lambda s: Trace(Inverse(s.X + s.A)),
    "17": lambda s: s.a.T * Inverse(s.X) * s.b,
    "18": lambda s: Trace(Inverse(s.X.T * s.C * s.X) * s.A),
    "19": lambda s: Trace(Inverse(s.X.T * s.C * s.X) * s.X.T * s.B * s.X),
    "20": lambda s: Inverse(s.A + s.t * s.B),
    "21": lambda s: Determinant(s.X),
    "22": lambda s: Determinant(s.A * s.X * s.B),
    "23": lambda s: Determinant(s.X.T * s.A * s.X),
    "24": lambda s: Determinant(s.Z.T * s.G * s.Z),
    "25": lambda s: Determinant(s.X**3),
    "26": lambda s: Determinant(Inverse(s.X)),
    "27": lambda s: Determinant(s.A + s.t * s.B),
    "28": lambda s: sympy.log(Determinant(s.X)),
    "29": lambda s: sympy.log(Determinant(s.Z.T * s.Z)),
    "30": lambda s: s.x.T * s.B * s.x,
    "31": lambda s: (s.B * s.x + s.b).T * s.C * (s.D * s.x + s.d),
    "32": lambda s: s.b.T * s.X.T * s.D * s.X * s.c,
    "33": lambda s: (s.x - s.A * s.s).T * s.W * (s.x - s.A * s.s),
    "34": lambda s: s.x.T * s.A * s.x + s.b.T * s.x,
    "35": lambda s: s.a.T * s.X**4 * s.b,
    "36": lambda s: sqrt((s.x - s.a).T * (s.x - s.a)),
    "37": lambda s: (s.x - s.a) / sqrt(Trace((s.x - s.a).T * (s.x - s.a))),
    "38": lambda s: Trace(s.X * s.X.T),
    "39": lambda s: Trace(s.A.T * hadamard_product(s.X, s.X)),
    "40": lambda s: Trace(sympy.exp(s.X)),
    "E1": lambda s: hadamard_product(s.A * s.x, s.x),
    "E2": lambda s: OneMatrix(1, s.n) * (s.A * s.x).applyfunc(sympy.exp),
    "E3": lambda s: sympy.log(Determinant(s.X)),
    "E4": lambda s: Inverse(s.X),
    "E5": lambda s: sqrt(Trace(s.X * s.X.T)),
}

WARM = Peer(
    name="SymPy, warm",
    package="sympy",
    names=names,
    expressions=EXPRESSIONS,
    differentiated=differentiated,
    evaluated=evaluated,
    refusals=(TypeError, AttributeError, NotImplementedError, ValueError),
)
PROGRAMS = [WARM, replace(WARM, name="SymPy, cold", before=clear_cache)]
