"""Eigenvalues and unit eigenvectors of matrices of series, from polynomials alone. Real entries only.

Eigenvalues are roots of the characteristic polynomial, in ascending order at eps = 0. An eigenvector is a column of the
adjugate of lambda*I - S: nothing that is said here of a change of S comes from a differential.
"""

from __future__ import annotations

import cmath
from typing import Any

from derivgen.check.algebra import Algebra
from derivgen.check.functions import TAYLOR
from derivgen.check.matrix_functions import characteristic, root_of
from derivgen.check.series import Series, UndefinedError

ROUNDS = 200  # of the iteration for all roots at once
REAL = 1e-7  # the imaginary part of a real root, beside its size
APART = 1e-6  # eigenvalues that are closer are not told from each other


def eigenvalues(a: Algebra, s: Series) -> Series:
    """The eigenvalues as a column. Raises UndefinedError where two that move with a small variable meet."""
    coefficients, roots = _spectrum(a, s)
    if s.constant or not s.parts:
        return a.constant([[x] for x in roots])
    found = [root_of(a, coefficients, a.scalar(_apart(x, roots))) for x in roots]
    return a.placed([(k, 0, x) for k, x in enumerate(found)], s.rows, 1)


def eigenvector(a: Algebra, s: Series, k: int) -> Series:
    """The eigenvector of length 1 of eigenvalue k, its entry that is largest at eps = 0 positive.

    Raises UndefinedError where the eigenvalue is not simple or not real.
    """
    coefficients, roots = _spectrum(a, s)
    if isinstance(_apart(roots[k], roots), complex):
        raise UndefinedError("the eigenvalue is not real")
    value = root_of(a, coefficients, a.scalar(roots[k]))
    adjugate, _ = a.adjugate(a.add(a.product(value, a.identity(s.rows)), a.negative(s)))
    places = [(i, j) for i in range(s.rows) for j in range(s.rows)]
    i, j = max(places, key=lambda ij: abs(a.at_zero(a.entry(adjugate, *ij))))
    column = a.placed([(r, 0, a.entry(adjugate, r, j)) for r in range(s.rows)], s.rows, 1)
    square = a.product(a.transposed(column), column)
    length = a.compose(square, TAYLOR["sqrt"](a.at_zero(square)))
    sign = 1 if a.at_zero(a.entry(adjugate, i, j)) > 0 else -1
    return a.quotient(a.multiple(sign, column), length)


def _spectrum(a: Algebra, s: Series) -> tuple[list[Series], list[Any]]:
    """The characteristic polynomial, and its roots at eps = 0."""
    base = s.parts.get(0, [])
    if any(isinstance(x, complex) for row in base for x in row):
        raise UndefinedError("the entries are not real")
    coefficients = characteristic(a, s)
    symmetric = all(abs(base[i][j] - base[j][i]) < 1e-12 for i in range(len(base)) for j in range(i))
    return coefficients, _roots([a.at_zero(c) for c in coefficients], symmetric)


def _apart(x: Any, roots: list[Any]) -> Any:
    """A root that is simple. Raises UndefinedError for one that is not."""
    if sum(abs(x - y) < APART * (1 + abs(x)) for y in roots) > 1:
        raise UndefinedError("the eigenvalue is not simple")
    return x


def _roots(coefficients: list[Any], real: bool) -> list[Any]:
    """All roots of a polynomial with leading coefficient 1, ascending, by the iteration of Durand and Kerner."""
    size, degree = 1 + max(map(abs, coefficients)), len(coefficients) - 1
    roots = [size * 0.5 * cmath.exp(1j * (0.4 + 2 * cmath.pi * k / degree)) for k in range(degree)]
    for _ in range(ROUNDS):
        moved = 0.0
        for k, x in enumerate(roots):
            value, below = complex(0), complex(1)
            for c in coefficients:
                value = value * x + c
            for m, y in enumerate(roots):
                below *= x - y if m != k else 1
            if below == 0:
                raise UndefinedError("the eigenvalues cannot be told apart")
            roots[k] = x - value / below
            moved = max(moved, abs(value / below))
        if moved < 1e-14 * size:
            break
    found = [x.real if real or abs(x.imag) < REAL * (1 + abs(x)) else x for x in roots]
    return sorted(found, key=lambda x: (round(complex(x).real / size, 9), complex(x).imag))  # a pair has one real part
