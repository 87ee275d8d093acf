"""What a tree of the truth set's notation is worth in NumPy. Nothing of derivgen is used."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.cookbook.dialect import Tree
from tests.judge.functions import MATRIX_FUNCTIONS, Array, adjugate

Env = dict[str, Any]


def worth(tree: Tree, env: Env) -> Array:
    """The value of a tree: a number, or an array of two dimensions. Raises KeyError for an unknown function."""
    kind, *parts = tree
    if kind == "number":
        return complex(parts[0].replace("i", "j")) if parts[0].endswith("i") else float(parts[0])
    if kind == "name":
        return math.pi if parts[0] == "pi" else env[parts[0]]
    if kind == "call" and parts[0] in ("sum", "prod"):
        return _repeated(parts, env)
    if kind in ("call", "each"):
        return FUNCTIONS[parts[0]](*[worth(part, env) for part in parts[1:]])
    return _OPERATORS[kind](*[worth(part, env) for part in parts])


def _repeated(parts: list[Any], env: Env) -> Array:
    name, (_, index), low, high, body = parts
    values = [worth(body, {**env, index: k}) for k in range(int(worth(low, env)), int(worth(high, env)) + 1)]
    total = values[0]
    for other in values[1:]:
        total = total + other if name == "sum" else _times(total, other)
    return total


def _number(x: Array) -> Array:
    return x.item() if isinstance(x, np.ndarray) and x.size == 1 else x


def _times(a: Array, b: Array) -> Array:
    a, b = _number(a), _number(b)
    return _number(a @ b) if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) else a * b


def _power(a: Array, b: Array) -> Array:
    return np.linalg.matrix_power(a, int(b)) if isinstance(a, np.ndarray) else a**b


def _entry(a: Array, i: Array, j: Array = 1) -> Array:
    return a[int(i) - 1, int(j) - 1]


_OPERATORS: dict[str, Callable[..., Array]] = {
    "+": lambda a, b: _number(a) + _number(b),
    "-": lambda a, b: _number(a) - _number(b),
    "*": _times,
    "/": lambda a, b: a / _number(b),
    ".*": lambda a, b: a * b,
    "neg": lambda a: -a,
    "'": lambda a: a.T if isinstance(a, np.ndarray) else a,
    "^": _power,
    "index": _entry,
}


def _single(i: Array, j: Array, rows: Array, cols: Array) -> Array:
    found = np.zeros((int(rows), int(cols)))
    found[int(i) - 1, int(j) - 1] = 1
    return found


def _diagonal_sums(a: Array) -> Array:
    """The Toeplitz matrix of the sums along the diagonals of A'."""
    n = len(a)
    return np.array([[np.trace(a.T, offset=j - i) for j in range(n)] for i in range(n)])


def _toeplitz(column: Array, row: Array) -> Array:
    n = len(column)
    return np.array([[column[i - j, 0] if i >= j else row[j - i, 0] for j in range(n)] for i in range(n)])


def _plain(x: Array) -> Array:
    """A complex number that is real but for rounding, as a real one: eigenvalues come in conjugate pairs."""
    return x.real if abs(x.imag) < 1e-12 * abs(x) else x


def _eigenvalues(a: Array) -> Array:
    values = np.linalg.eigvalsh(a) if np.array_equal(a, a.T) else np.sort_complex(np.linalg.eigvals(a))
    return values[:, None]


def _eigenvector(a: Array, k: Array) -> Array:
    vectors = np.linalg.eigh(a)[1]
    return vectors[:, [int(k) - 1]] * np.sign(vectors[0, int(k) - 1])


FUNCTIONS: dict[str, Callable[..., Array]] = {
    "abs": abs,
    "adj": adjugate,
    "alpha": _diagonal_sums,
    "conj": np.conj,
    "delta": lambda i, j: float(i == j),
    "det": lambda a: _number(np.linalg.det(a)) if isinstance(a, np.ndarray) else a,
    "diag": lambda a: np.diag(a[:, 0]) if a.shape[1] == 1 else np.diag(np.diag(a)),
    "e": lambda i, n: _single(i, 1, n, 1),
    "eig": _eigenvalues,
    "eigvec": _eigenvector,
    "exp": np.exp,
    "H": lambda a: np.conj(a).T,
    "I": lambda n: np.eye(int(n)),
    "im": np.imag,
    "inv": np.linalg.inv,
    "J": _single,
    "kron": np.kron,
    "log": np.log,
    "minor": lambda a, i, j: np.delete(np.delete(a, int(i) - 1, 0), int(j) - 1, 1),
    "norm": lambda a: math.sqrt(np.sum(np.abs(a) ** 2)),
    "ones": lambda n: np.ones((int(n), 1)),
    "pinv": np.linalg.pinv,
    "prodall": lambda a: _plain(np.prod(a)),
    "re": np.real,
    "sqrt": np.sqrt,
    "sumall": lambda a: _plain(np.sum(a)),
    "toep": _toeplitz,
    "tr": lambda a: np.trace(a),
    "vcat": lambda *rows: np.vstack([np.atleast_2d(r) for r in rows]),
    "zeros": lambda m, n: np.zeros((int(m), int(n))),
    **MATRIX_FUNCTIONS,
}
