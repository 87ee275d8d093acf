"""The pseudo-inverse of numbers: the four conditions of Moore and Penrose, at any rank, size and scale."""

from __future__ import annotations

import numpy as np
import pytest

from derivgen.check.algebra import Algebra
from derivgen.check.pseudo_inverse import pseudo_inverse
from derivgen.check.series import Series


def drawn(rows: int, cols: int, rank: int, scale: float, imaginary: bool) -> np.ndarray:
    r = np.random.default_rng([rows, cols, rank])
    left, right = r.normal(size=(rows, rank)), r.normal(size=(rank, cols))
    return scale * (left + 1j * imaginary * r.normal(size=left.shape)) @ right


@pytest.mark.parametrize("imaginary", [False, True])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 88.0, 1e7])
@pytest.mark.parametrize(("rows", "cols", "rank"), [(1, 5, 1), (5, 1, 1), (5, 5, 2), (3, 5, 3), (5, 3, 1), (4, 4, 4)])
def test_it_is_one(rows: int, cols: int, rank: int, scale: float, imaginary: bool) -> None:
    m = drawn(rows, cols, rank, scale, imaginary)
    s = Series(rows, cols, {0: (m if imaginary else m.real).tolist()})
    p = np.array(pseudo_inverse(Algebra("float"), s).parts[0])
    assert np.allclose(m @ p @ m / scale, m / scale, atol=1e-9)
    assert np.allclose(p @ m @ p * scale, p * scale, atol=1e-9)
    for product in (m @ p, p @ m):
        assert np.allclose(product, product.conj().T, atol=1e-9)


def test_of_zeros_it_is_zero() -> None:
    found = pseudo_inverse(Algebra("float"), Series(2, 3, {}))
    assert (found.rows, found.cols, found.parts) == (3, 2, {})
