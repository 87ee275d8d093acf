"""Random expressions of the supported operators, as texts, for tests and for ``make fuzz``."""

from __future__ import annotations

import random

LETS = {
    "scalar": ({"f": "function", "g": "function", "n": "natural"}, "x"),
    "vector": ({"x, a, b": "vector(n)", "M, N": "matrix(n)", "c": "scalar"}, "x"),
    "matrix": ({"X, A, B": "invertible matrix(n)", "a, b": "vector(n)", "c": "scalar"}, "X"),
}
FUNCTIONS = ("exp", "sin", "cos", "log", "sqrt", "tan", "tanh", "sinh", "cosh", "atan", "asinh")


def scalar(r: random.Random, depth: int) -> str:
    """An expression in a scalar x."""
    if depth == 0:
        return r.choice(["x", "x", "x", "a", "b", "2", "3", "f(x)", "g(x)"])
    one, two = scalar(r, depth - 1), scalar(r, depth - 1)
    kind = r.choice(["+", "-", "*", "/", "^", "neg", "f", "call", "call"])
    if kind in "+-*/":
        return f"({one} {kind} {two})"
    forms = {"^": f"({one})^{r.choice(['2', '3', 'n', '-1', '5'])}", "neg": f"(-{one})", "f": f"f({one})"}
    return forms.get(kind) or f"{r.choice(FUNCTIONS)}({one})"


def _vector(r: random.Random, depth: int) -> str:
    if depth == 0:
        return r.choice(["x", "x", "a"])
    inner = _vector(r, depth - 1)
    plain = r.choice(["x", "a"])
    return r.choice(
        [f"({inner} + {plain})", f"({inner} - b)", f"M*{inner}", f"2*{inner}", f"N'*{inner}", f"(x'*{plain})*{plain}"]
    )


def vector(r: random.Random, depth: int) -> str:
    """A scalar expression in a vector x."""
    if depth <= 1:
        return f"({_vector(r, depth)})'*({_vector(r, depth)})"
    one, two = vector(r, depth - 1), vector(r, 1)
    return r.choice(
        [f"({one})^2", f"exp({one})", f"({one} + c)*({two})", f"log(1 + exp({one}))", f"{one} - 3*{two}", f"sin({one})"]
    )


def _matrix(r: random.Random, depth: int) -> str:
    if depth == 0:
        return r.choice(["X", "X", "A", "B"])
    one, two = _matrix(r, depth - 1), r.choice(["X", "A", "B"])
    return r.choice([f"({one} + {two})", f"{one}*{two}", f"({one})'", f"inv({one})", f"2*{one}", f"c*{one}"])


def matrix(r: random.Random, depth: int) -> str:
    """A scalar expression in a matrix X."""
    inner, small = _matrix(r, depth), _matrix(r, depth - 1)
    return r.choice(
        [f"tr({inner})", f"det({small})", f"log(det({small}))", f"a'*{small}*b", f"tr({small})^2", f"exp(tr({small}))"]
    )


KINDS = {"scalar": scalar, "vector": vector, "matrix": matrix}
