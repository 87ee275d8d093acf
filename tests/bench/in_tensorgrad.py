"""The expressions of ``peers.yaml`` in tensorgrad: tensors with named edges, differentiated, evaluated.

A matrix has the edges ``row`` and ``col``, a vector ``row``, its transpose ``col``, a scalar none. A derivative is
written out when it is simplified: "simplified" is once; "expanded", as in the examples of tensorgrad itself, is until
nothing changes any more, products of sums expanded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from itertools import count
from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.bench.programs import MissingError, Names, Peer
from tests.cookbook.numbers import Env
from tests.judge.functions import Array

HOW = "CONTRIBUTING.md says how to install it"
try:
    import torch
    from tensorgrad import Delta, Derivative, Tensor, Variable, functions, symbols
    from tensorgrad.extras.evaluate import evaluate
    from tensorgrad.functions import det, exp, log, sqrt, trace
except ImportError as error:
    raise MissingError(f"tensorgrad is left out: {error}; {HOW}") from error
try:
    torch.zeros(1, names=("row",)).align_to("row")
except (AttributeError, RuntimeError, TypeError) as error:
    raise MissingError(f"tensorgrad is left out: PyTorch {torch.__version__} has no named tensors; {HOW}") from error

_edges = (f"edge{k}" for k in count())


def names(declared: Mapping[str, Any], suffix: str) -> Names:
    """Variables for declared letters, and symbols for the dimensions n and p; ``suffix`` makes their names new ones."""
    found: dict[str, Any] = {d: symbols(d + suffix) for d in ("n", "p")}
    for letter, shape in declared.items():
        dims = [] if isinstance(shape, str) else shape
        edges = {edge: found[d] for edge, d in zip(("row", "col"), dims, strict=False)}
        found[letter] = Variable(letter + suffix, **edges)
    return SimpleNamespace(**found)


# -- the operators of the notation -----------------------------------------------------------------------------
def transposed(a: Tensor) -> Tensor:
    """A' for a matrix or a vector."""
    return a.rename(row="col", col="row")


def times(*factors: Tensor) -> Tensor:
    """The product of matrices, columns, rows."""
    return reduce(_product, factors)


def _product(a: Tensor, b: Tensor) -> Tensor:
    between = next(_edges)
    return a.rename(col=between) @ b.rename(row=between)


def power(a: Tensor, exponent: int) -> Tensor:
    """A^k as a product: its own powers are entry by entry."""
    return times(*[a] * exponent)


def inv(a: Tensor) -> Tensor:
    """inv(A): its own inverse is contracted with A edge by edge of the same name, and so is transposed."""
    return transposed(functions.inverse(a))


def trace_of_kron(a: Tensor, b: Tensor) -> Tensor:
    """tr(kron(A, B)): a tensor of four edges takes the place of the matrix, whose rows and columns are pairs."""
    pairs = a.rename(row="row1", col="col1") @ b.rename(row="row2", col="col2")
    return pairs @ Delta(a.shape["row"], "row1", "col1") @ Delta(b.shape["row"], "row2", "col2")


# -- what it is asked ------------------------------------------------------------------------------------------
def asked(expression: Tensor, variable: Variable, order: int) -> Derivative:
    """The derivative, not written out; the k-th differentiation adds edges that end in k."""
    for k in range(order):
        expression = expression.grad(variable, {edge: f"{edge}{k}" for edge in variable.edges})
    return expression


def expanded(expression: Tensor, variable: Variable, order: int) -> Tensor:
    """The derivative written out, simplified until nothing changes, and expanded."""
    return asked(expression, variable, order).full_simplify()


def simplified(expression: Tensor, variable: Variable, order: int) -> Tensor:
    """The derivative written out, simplified once."""
    return asked(expression, variable, order).simplify()


def evaluated(answer: Tensor, given: Names, point: Env) -> Array:
    """The value of an answer at a point of NumPy arrays, its axes in the order of the edges' names."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # it makes the tensors of its own in this type
    try:
        values = {variable: _tensor(variable, point[letter])
                  for letter, variable in vars(given).items() if isinstance(variable, Variable)}  # fmt: skip
        found = evaluate(answer, values, {given.n: point["n"], given.p: point["p"]})
        return found.align_to(*sorted(answer.edges)).rename(None).numpy() if answer.edges else found.numpy()
    finally:
        torch.set_default_dtype(before)


def _tensor(variable: Variable, value: Array) -> torch.Tensor:
    array = np.asarray(value, dtype=float)
    return torch.tensor(array[:, 0] if variable.order == 1 else array, names=tuple(variable.edges))


# 12 is not there, as its powers are entry by entry, nor is 40, as it has no exponential of a matrix
EXPRESSIONS: dict[str, Callable[[Names], Any]] = {
    "01": lambda s: trace(s.X),
    "02": lambda s: trace(times(s.A, s.X, s.B)),
    "03": lambda s: trace(times(s.A, transposed(s.X), s.B)),
    "04": lambda s: trace_of_kron(s.A, s.X),
    "05": lambda s: trace(times(power(s.X, 2), s.B)),
    "06": lambda s: trace(times(s.A, s.X, s.B, s.X)),
    "07": lambda s: trace(times(transposed(s.X), s.B, s.X, s.C)),
    "08": lambda s: trace(times(s.A, s.X, s.B, transposed(s.X), s.C)),
    "09": lambda s: trace(times(times(s.A, s.X, s.B) + s.C, transposed(times(s.A, s.X, s.B) + s.C))),
    "10": lambda s: trace_of_kron(s.X, s.X),
    "11": lambda s: trace(power(s.X, 5)),
    "13": lambda s: trace(times(s.A, power(s.X, 3))),
    "14": lambda s: trace(times(transposed(s.B), transposed(s.X), s.C, s.X, transposed(s.X), s.C, s.X, s.B)),
    "15": lambda s: trace(times(s.A, inv(s.X), s.B)),
    "16": lambda s: trace(inv(s.X + s.A)),
    "17": lambda s: times(transposed(s.a), inv(s.X), s.b),
    "18": lambda s: trace(times(inv(times(transposed(s.X), s.C, s.X)), s.A)),
    "19": lambda s: trace(times(inv(times(transposed(s.X), s.C, s.X)), transposed(s.X), s.B, s.X)),
    "20": lambda s: inv(s.A + s.t @ s.B),
    "21": lambda s: det(s.X),
    "22": lambda s: det(times(s.A, s.X, s.B)),
    "23": lambda s: det(times(transposed(s.X), s.A, s.X)),
    "24": lambda s: det(times(transposed(s.Z), s.G, s.Z)),
    "25": lambda s: det(power(s.X, 3)),
    "26": lambda s: det(inv(s.X)),
    "27": lambda s: det(s.A + s.t @ s.B),
    "28": lambda s: log(det(s.X)),
    "29": lambda s: log(det(times(transposed(s.Z), s.Z))),
    "30": lambda s: times(transposed(s.x), s.B, s.x),
    "31": lambda s: times(transposed(times(s.B, s.x) + s.b), s.C, times(s.D, s.x) + s.d),
    "32": lambda s: times(transposed(s.b), transposed(s.X), s.D, s.X, s.c),
    "33": lambda s: times(transposed(s.x - times(s.A, s.s)), s.W, s.x - times(s.A, s.s)),
    "34": lambda s: times(transposed(s.x), s.A, s.x) + times(transposed(s.b), s.x),
    "35": lambda s: times(transposed(s.a), power(s.X, 4), s.b),
    "36": lambda s: sqrt(times(transposed(s.x - s.a), s.x - s.a)),
    "37": lambda s: (s.x - s.a) / sqrt(times(transposed(s.x - s.a), s.x - s.a)),
    "38": lambda s: trace(times(s.X, transposed(s.X))),
    "39": lambda s: trace(times(transposed(s.A), s.X * s.X)),
    "E1": lambda s: times(s.A, s.x) * s.x,
    "E2": lambda s: functions.sum(exp(times(s.A, s.x))),
    "E3": lambda s: log(det(s.X)),
    "E4": lambda s: inv(s.X),
    "E5": lambda s: sqrt(trace(times(s.X, transposed(s.X)))),
}

EXPANDED = Peer(
    name="tensorgrad, expanded",
    package="tensorgrad",
    names=names,
    expressions=EXPRESSIONS,
    differentiated=expanded,
    evaluated=evaluated,
    refusals=(NotImplementedError,),
)
PROGRAMS = [EXPANDED, replace(EXPANDED, name="tensorgrad, simplified", differentiated=simplified)]
