"""The pseudo-inverse of a matrix of numbers of any rank, from a factorisation S = B*C of full rank.

B holds columns of S that elimination with complete pivoting finds independent; no eigenvalue is asked for, as those
of a Gram matrix of low rank are many times 0, and rounding spreads such a root.
"""

from __future__ import annotations

from derivgen.check.algebra import Algebra
from derivgen.check.matrix_functions import characteristic
from derivgen.check.series import Matrix, Series

RANK = 1e-7  # of a pivot beside the largest entry: an eigenvalue, found as a root, is known no better


def pseudo_inverse(a: Algebra, s: Series) -> Series:
    """C*inv(C*C*)*inv(B*B)*B*, the stars conjugate transposes, for an m x n matrix of floats that are no series."""
    numbers = s.parts.get(0)
    if numbers is None:
        return Series(s.cols, s.rows, {})
    size = max(abs(x) for row in numbers for x in row)
    scaled = a.multiple(1 / size, s)
    kept = _independent_columns(scaled.parts[0])
    left = Series(s.rows, len(kept), {0: [[row[k] for k in kept] for row in scaled.parts[0]]})
    flipped = a.transposed(a.conjugate(left))
    of_left = a.product(a.inverse(a.product(flipped, left)), flipped)
    right = a.product(of_left, scaled)
    turned = a.transposed(a.conjugate(right))
    return a.multiple(1 / size, a.product(a.product(turned, a.inverse(a.product(right, turned))), of_left))


def exact_pseudo_inverse(a: Algebra, s: Series) -> Series:
    """The same for exact numbers, by Decell's formula: H(S) is multiplied by a polynomial in S*H(S).

    Its coefficients are the first r of the characteristic polynomial of S*H(S), for the rank r; the next one divides.
    H. P. Decell, An application of the Cayley-Hamilton theorem to generalized matrix inversion, 1965.
    """
    flipped = a.transposed(a.conjugate(s))
    gram = a.product(s, flipped)
    coefficients = characteristic(a, gram)
    rank = max(k for k, c in enumerate(coefficients) if a.at_zero(c))
    if rank == 0:
        return Series(s.cols, s.rows, {})
    polynomial = a.identity(s.rows)
    for c in coefficients[1:rank]:
        polynomial = a.add(a.product(gram, polynomial), a.product(c, a.identity(s.rows)))
    return a.quotient(a.negative(a.product(flipped, polynomial)), coefficients[rank])


def _independent_columns(m: Matrix) -> list[int]:
    """As many columns as the rank of a matrix whose largest entry is 1, in their order."""
    rest = [list(row) for row in m]
    kept: list[int] = []
    while True:
        size, i, j = max((abs(x), i, j) for i, row in enumerate(rest) for j, x in enumerate(row))
        if size <= RANK:
            return sorted(kept)
        kept.append(j)
        pivot = rest[i]
        rest = [_eliminated(row, pivot, j) for k, row in enumerate(rest) if k != i]
        if not rest:
            return sorted(kept)


def _eliminated(row: list[complex], pivot: list[complex], j: int) -> list[complex]:
    """A row without its share of the pivot's; nothing is left in the pivot's column."""
    share = row[j] / pivot[j]
    return [0.0 if k == j else x - share * y for k, (x, y) in enumerate(zip(row, pivot, strict=True))]
