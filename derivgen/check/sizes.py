"""The sizes at which a derivation is tried: different for all dimensions where the number of dimensions allows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, permutations
from typing import TypeAlias

SIZES = (2, 3, 5, 1)
ORDERS = 24

Sizes: TypeAlias = tuple[tuple[str, int], ...]


def arrangements(names: Sequence[str], number: int) -> Iterator[Sizes]:
    """Sizes for the dimensions: the ones of this number first, then the same in other orders, then all equal.

    Assumptions such as "X'*X is invertible" hold at some orders only.
    """
    first = tuple(SIZES[(number + k) % len(SIZES)] for k in range(len(names)))
    others = [tuple(sorted(first)), tuple(sorted(first, reverse=True)), *islice(permutations(first), ORDERS)]
    equal = (SIZES[number % len(SIZES)],) * len(names)
    for values in dict.fromkeys((first, *others, equal)):
        yield tuple(zip(names, values, strict=True))
