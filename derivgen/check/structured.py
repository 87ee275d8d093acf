"""Matrices with a declared structure, built from a random one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from derivgen.check.series import Matrix

if TYPE_CHECKING:
    from derivgen.check.worlds import World


def _structured(build: Any) -> Any:
    def structure(w: World, m: Matrix) -> Matrix:
        return [[w.number(build(w, m, i, j)) for j in range(len(m))] for i in range(len(m))]

    return structure


def _gram(w: World, m: Matrix, i: int, j: int) -> Any:
    inner = sum(x * y.conjugate() for x, y in zip(m[i], m[j], strict=True))
    return inner + (1 if w.kind == "modular" else 0.5) * (i == j)


def _orthogonal(w: World, m: Matrix) -> Matrix:
    """The Cayley transform of a skew-symmetric matrix."""
    n, algebra = len(m), w.algebra
    skew = algebra.constant(
        [[w.number(m[min(i, j)][max(i, j)] * ((i < j) - (i > j))) for j in range(n)] for i in range(n)]
    )
    top = algebra.add(algebra.identity(n), algebra.negative(skew))
    q = algebra.product(top, algebra.inverse(algebra.add(algebra.identity(n), skew)))
    return q.parts[0]


SYMMETRIC_TOEPLITZ = "symmetric Toeplitz"
STRUCTURES: dict[str, Any] = {
    "orthogonal": _orthogonal,
    "diagonal": _structured(lambda w, m, i, j: m[i][j] * (i == j)),
    "positive definite": _structured(_gram),
    "positive semidefinite": _structured(_gram),
    SYMMETRIC_TOEPLITZ: _structured(lambda w, m, i, j: m[0][abs(i - j)]),
    "symmetric": _structured(lambda w, m, i, j: m[min(i, j)][max(i, j)]),
    "Hermitian": _structured(lambda w, m, i, j: m[i][j] + m[j][i].conjugate()),
    "skew-symmetric": _structured(lambda w, m, i, j: m[min(i, j)][max(i, j)] * ((i < j) - (i > j))),
    "upper triangular": _structured(lambda w, m, i, j: m[i][j] * (i <= j)),
    "lower triangular": _structured(lambda w, m, i, j: m[i][j] * (i >= j)),
    "triangular": _structured(lambda w, m, i, j: m[i][j] * (i <= j)),
    "Toeplitz": _structured(lambda w, m, i, j: m[max(i - j, 0)][max(j - i, 0)]),
}


def structure_of(properties: Collection[str]) -> str:
    """The first structure that the properties say, or nothing."""
    if "symmetric" in properties and "Toeplitz" in properties:
        return SYMMETRIC_TOEPLITZ
    return next((name for name in STRUCTURES if name in properties), "")


def _places(moves: Callable[[int, int, int, int], int]) -> Callable[[int, int, int], Matrix]:
    """From how the entry a,b changes when i,j does: the change of all entries."""
    return lambda n, i, j: [[moves(a, b, i, j) for b in range(n)] for a in range(n)]


_alone = _places(lambda a, b, i, j: int((a, b) == (i, j)))
_symmetric = _places(lambda a, b, i, j: int((a, b) in ((i, j), (j, i))))
_toeplitz = _places(lambda a, b, i, j: int(a - b == i - j))

TIED: dict[str, Callable[[int, int, int], Matrix]] = {
    "": _alone,
    "symmetric": _symmetric,
    "positive definite": _symmetric,
    "positive semidefinite": _symmetric,
    "skew-symmetric": _places(lambda a, b, i, j: int((a, b) == (i, j)) - int((a, b) == (j, i))),
    "diagonal": _places(lambda a, b, i, j: int(a == b == i == j)),
    "upper triangular": _places(lambda a, b, i, j: int((a, b) == (i, j) and i <= j)),
    "lower triangular": _places(lambda a, b, i, j: int((a, b) == (i, j) and i >= j)),
    "Toeplitz": _toeplitz,
    SYMMETRIC_TOEPLITZ: _places(lambda a, b, i, j: int(abs(a - b) == abs(i - j))),
}
"""A structure -> how all entries change when the entry i,j changes by 1; without one each changes alone."""
