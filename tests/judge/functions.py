"""Functions of numbers and of square matrices in NumPy, with the derivatives of scalar functions as functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special

Array = Any  # a float, or a two-dimensional array


def expm(a: Array) -> Array:
    """The exponential of a matrix: scaled down, Taylor, squared."""
    squarings = max(0, math.ceil(math.log2(max(np.abs(a).sum(), 1e-9))) + 3)
    small, term, total = a / 2**squarings, np.eye(len(a)), np.eye(len(a))
    for k in range(1, 18):
        term = term @ small / k
        total = total + term
    for _ in range(squarings):
        total = total @ total
    return total


def by_eigenvalues(function: Callable[[Array], Array], a: Array) -> Array:
    """The principal function of a matrix that has a basis of eigenvectors."""
    values, vectors = np.linalg.eig(a.astype(complex))
    found = vectors @ np.diag(function(values)) @ np.linalg.inv(vectors)
    return found.real if np.isrealobj(a) and np.abs(found.imag).max() < 1e-8 else found


MATRIX_FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "expm": expm,
    "sinm": lambda a: (expm(1j * a) - expm(-1j * a)).imag / 2,
    "cosm": lambda a: (expm(1j * a) + expm(-1j * a)).real / 2,
    "logm": lambda a: by_eigenvalues(np.log, a),
    "sqrtm": lambda a: by_eigenvalues(np.sqrt, a),
}


def adjugate(a: Array) -> Array:
    """The transposed matrix of cofactors, for singular matrices too."""
    n = len(a)
    minors = [[np.delete(np.delete(a, i, 0), j, 1) for j in range(n)] for i in range(n)]
    return np.array([[(-1) ** (i + j) * np.linalg.det(minors[j][i]) for j in range(n)] for i in range(n)])


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def _relu(x: Array) -> Array:
    return np.maximum(x, 0)


def _step(x: Array) -> Array:
    return np.heaviside(x, 0.5)


SCALAR_FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
    "sigmoid": _sigmoid, "relu": _relu, "sign": np.sign, "step": _step,
    "erf": scipy.special.erf, "gammaln": scipy.special.gammaln, "digamma": scipy.special.digamma,
    "trigamma": lambda x: scipy.special.zeta(2, x), "tetragamma": lambda x: -2 * scipy.special.zeta(3, x),
}  # fmt: skip


def of_order(name: str, order: int, x: Array) -> Array:
    """A built-in function or one of its derivatives: by central differences, as no formula is to be trusted here."""
    if order == 0:
        return SCALAR_FUNCTIONS[name](x)
    h = 1e-3 if order == 1 else 5e-3
    f = {step: of_order(name, order - 1, x + step * h) for step in (-2, -1, 1, 2)}
    return (8 * (f[1] - f[-1]) - (f[2] - f[-2])) / (12 * h)
