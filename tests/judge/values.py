"""The value of a term at a point, in NumPy, written from the definitions of the notation.

Scalars are floats, everything else is a two-dimensional array. A point gives each name its value, each dimension its
size, ``d(X)`` the differential of X, and each declared function a callable that takes the orders of differentiation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from derivgen.language.shapes import SCALAR, Dim, Shape
from derivgen.language.terms import Term
from tests.judge.functions import MATRIX_FUNCTIONS, SCALAR_FUNCTIONS, Array, adjugate, of_order

Point = Mapping[str, Any]


class NoValueError(Exception):
    """The judge cannot say what a term is worth."""


def size(d: Dim, point: Point) -> int:
    """A dimension as a number."""
    return sum(c * math.prod(int(point[name]) for name in names) for names, c in d.monomials)


def sizes(shape: Shape, point: Point) -> tuple[int, int]:
    """A shape in numbers."""
    return size(shape[0], point), size(shape[1], point)


def value(t: Term, point: Point) -> Array:
    """The value of a term. Raises NoValueError for an operator without a meaning here."""
    own = _OWN.get(t.op)
    if own is not None:
        return own(t, point)
    plain = _PLAIN.get(t.op)
    if plain is None:
        raise NoValueError(f"{t.op} has no meaning here")
    return plain(*[value(arg, point) for arg in t.args])


def scalar(x: Array) -> float:
    """A 1x1 array as a number."""
    return x.item() if isinstance(x, np.ndarray) else x


def whole(t: Term, point: Point) -> int:
    """The integer that a term is. Raises NoValueError for a fraction."""
    x = scalar(value(t, point))
    if abs(x - round(x)) > 1e-9:
        raise NoValueError("an index or an exponent that is not whole")
    return round(x)


def multiply(a: Array, b: Array) -> Array:
    """A product by shape; a 1x1 array counts as a scalar where it cannot be a matrix."""
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray):
        return a * b
    if a.shape[1] == b.shape[0]:
        found = a @ b
        return found.item() if found.shape == (1, 1) else found
    return a.item() * b if a.size == 1 else a * b.item()


def power(base: Array, exponent: float) -> Array:
    """A power of a scalar, or a whole power of a square matrix."""
    if not isinstance(base, np.ndarray):
        return base**exponent
    if abs(exponent - round(exponent)) > 1e-9:
        raise NoValueError("a matrix power that is not whole")
    return np.linalg.matrix_power(base, round(exponent))


def _folded(combine: Callable[[Array, Array], Array]) -> Callable[..., Array]:
    def fold(*parts: Array) -> Array:
        total = parts[0]
        for part in parts[1:]:
            total = combine(total, part)
        return total

    return fold


def _over(combine: Callable[[Array, Array], Array], empty: float) -> Callable[[Term, Point], Array]:
    def fold(t: Term, point: Point) -> Array:
        low, high = whole(t.args[0], point), whole(t.args[1], point)
        parts = [value(t.args[2], {**point, str(t.data): k}) for k in range(low, high + 1)]
        if not parts:
            return empty if t.shape == SCALAR else np.full(sizes(t.shape, point), empty)
        return _folded(combine)(*parts)

    return fold


def _constant(build: Callable[[int, int], Array]) -> Callable[[Term, Point], Array]:
    return lambda t, point: build(*sizes(t.shape, point))


def _symbol(t: Term, point: Point) -> Array:
    if t.data == "pi" and "pi" not in point:
        return math.pi
    try:
        return point[str(t.data)]
    except KeyError:
        raise NoValueError(f"{t.data} has no value") from None


def _differential(t: Term, point: Point) -> Array:
    if t.args[0].op != "symbol":
        raise NoValueError("the differential of something that is not a name")
    return point[f"d({t.args[0].data})"]


def _place(t: Term, shape: tuple[int, int], point: Point) -> tuple[int, int]:
    places = [whole(arg, point) - 1 for arg in t.args if arg.shape == SCALAR]
    if len(places) == 1:
        places = [0, places[0]] if shape[0] == 1 and shape[1] > 1 else [places[0], 0]
    if not (0 <= places[0] < shape[0] and 0 <= places[1] < shape[1]):
        raise NoValueError("there is no such entry")
    return places[0], places[1]


def _index(t: Term, point: Point) -> Array:
    base = np.atleast_2d(value(t.args[0], point))
    places = [whole(arg, point) - 1 for arg in t.args[1:]]
    if len(places) == 1:
        places = [0, places[0]] if base.shape[0] == 1 else [places[0], 0]
    if min(places) < 0:
        raise NoValueError("there is no such entry")
    return base[places[0], places[1]].item()  # type: ignore[no-any-return]


def _unit(t: Term, point: Point) -> Array:
    found = np.zeros(sizes(t.shape, point))
    found[_place(t, found.shape, point)] = 1
    return found


def _eigenvalues(a: Array) -> Array:
    return np.sort(np.linalg.eigvalsh(a) if np.allclose(a, a.T) else np.linalg.eigvals(a))[:, None]


def _eigenvector(t: Term, point: Point) -> Array:
    """Of length 1, its first entry positive."""
    vectors = np.linalg.eigh(value(t.args[0], point))[1]
    found: Array = vectors[:, [whole(t.args[1], point) - 1]]
    return found * np.sign(found[0, 0])


def _literal(t: Term, point: Point) -> Array:
    rows, cols = t.data  # type: ignore[misc]
    parts = [np.atleast_2d(value(arg, point)) for arg in t.args]
    return np.block([parts[k * cols : (k + 1) * cols] for k in range(rows)])


def _map(t: Term, point: Point) -> Array:
    name, order = t.data  # type: ignore[misc]
    order = order if isinstance(order, int) else sum(order)
    x = value(t.args[0], point)
    return of_order(name, order, x) if name in SCALAR_FUNCTIONS else point[name]((order,), x)


def _apply(t: Term, point: Point) -> Array:
    name, orders = t.data  # type: ignore[misc]
    return point[name](orders, *[value(arg, point) for arg in t.args])


def _partial(t: Term, point: Point) -> Array:
    """The derivative of anything by an entry of a name, by central differences of fourth order."""
    body, entry = t.args
    if entry.op != "index" or entry.args[0].op != "symbol":
        raise NoValueError("a derivative by something that is not an entry")
    name, base, h = str(entry.args[0].data), value(entry.args[0], point), 1e-3
    unit = np.zeros(base.shape)
    places = [whole(arg, point) - 1 for arg in entry.args[1:]]
    unit[tuple(places if len(places) == 2 else [places[0], 0])] = h

    def moved(k: int) -> Array:
        return value(body, {**point, name: base + k * unit})

    near, far = moved(1) - moved(-1), moved(2) - moved(-2)
    return (8 * near - far) / (12 * h)


def _softmax(x: Array) -> Array:
    weights = np.exp(x - x.max())
    return weights / weights.sum()


def _diagonal(a: Array) -> Array:
    return np.diag(a[:, 0]) if a.shape[1] == 1 else np.diag(np.diag(a))


def _induced(order: float) -> Callable[[Array], Array]:
    """A norm induced by vectors, on matrices; of a vector its own norm of that order."""
    return lambda x: float(np.linalg.norm(x if x.shape[1] > 1 else x[:, 0], order))


_OWN: dict[str, Callable[[Term, Point], Array]] = {
    "number": lambda t, point: float(t.data),  # type: ignore[arg-type]
    "imaginary": lambda t, point: 1j,
    "symbol": _symbol,
    "member": lambda t, point: point[str(t.data)][whole(t.args[0], point)],
    "zeros": _constant(lambda m, n: np.zeros((m, n))),
    "ones": _constant(lambda m, n: np.ones((m, n))),
    "identity": _constant(lambda m, n: np.eye(m)),
    "shift": _constant(lambda m, n: np.diag(np.ones(m - 1), 1)),
    "d": _differential,
    "sum": _over(lambda a, b: a + b, 0.0),
    "prod": _over(multiply, 1.0),
    "index": _index,
    "unit": _unit,
    "single": _unit,
    "eigvec": _eigenvector,
    "matrix": _literal,
    "block": _literal,
    "delta": lambda t, point: float(whole(t.args[0], point) == whole(t.args[1], point)),
    "map": _map,
    "apply": _apply,
    "grad": lambda t, point: point[str(t.data)]("grad", value(t.args[0], point)),
    "hess": lambda t, point: point[str(t.data)]("hess", value(t.args[0], point)),
    "jac": lambda t, point: point[str(t.data)]("grad", value(t.args[0], point)),
    "D": _partial,
    "at": lambda t, point: value(t.args[0], {**point, str(t.data): value(t.args[1], point)}),
}

_PLAIN: dict[str, Callable[..., Array]] = {
    "plus": _folded(lambda a, b: a + b),
    "times": _folded(multiply),
    "dot": _folded(multiply),
    "neg": lambda a: -a,
    "div": lambda a, b: a / b,
    "pow": power,
    "transpose": lambda a: a.T if isinstance(a, np.ndarray) else a,
    "conj": np.conj,
    "re": np.real,
    "im": np.imag,
    "inv": lambda a: np.linalg.inv(a) if isinstance(a, np.ndarray) else 1 / a,
    "pinv": lambda a: np.linalg.pinv(a, rcond=1e-12),
    "adj": adjugate,
    "tr": lambda a: np.trace(np.atleast_2d(a)).item(),
    "det": lambda a: np.linalg.det(np.atleast_2d(a)).item(),
    **SCALAR_FUNCTIONS,
    **MATRIX_FUNCTIONS,
    "hadamard": _folded(lambda a, b: a * b),
    "hadamard_div": lambda a, b: a / b,
    "hadamard_pow": lambda a, s: a**s,
    "kron": np.kron,
    "vec": lambda a: a.reshape(-1, 1, order="F"),
    "diag": _diagonal,
    "diagvec": lambda a: np.diag(a)[:, None],
    "triu": np.triu,
    "eig": lambda a: _eigenvalues(a),
    "tril": np.tril,
    "total": lambda a: np.sum(a).item(),
    "entries_prod": lambda a: np.prod(a).item(),
    "norm": lambda a: float(np.sqrt(np.sum(np.abs(a) ** 2))),
    "norm1": _induced(1),
    "norminf": _induced(np.inf),
    "norm2": _induced(2),
    "normmax": lambda a: float(np.abs(a).max()),
    "softmax": _softmax,
    "logsumexp": lambda x: float(x.max() + np.log(np.exp(x - x.max()).sum())),
    "max": max,
    "min": min,
}
