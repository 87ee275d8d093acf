"""Signs and sizes of scalars, so that a few points see each of both signs, and every two names in all combinations.

abs(x) = x holds wherever x is positive, max(a, b) = a wherever a is larger: points drawn by chance alone may all lie
there.
"""

from __future__ import annotations

from random import Random

POINTS = 4  # at which two names have all their signs
MORE = 8  # and eight names, two at a time; the first four three at a time
ALONE = (3, 5, 6, 7)  # the ranks of names that are negative alone, at one point each behind these

SMALL, LARGE, FAR = (0.1, 2.0), (3.1, 9.0), (11.0, 14.0)
POSITIVE = (0.2, 0.9), (1.1, 2.5)
# bit j: whether a name of this rank is negative at the point 2*(j + 1); at the first point none is
CODES = (0b000, 0b101, 0b110, 0b011, 0b111, 0b001, 0b010, 0b100)


def points_for(names: int) -> int:
    """How many points show all signs of so many scalars, two at a time, and both signs of any product of them.

    Beyond eight names some go together.
    """
    return POINTS if names < 3 else MORE + sum(rank < names for rank in ALONE)


def spread(r: Random, rank: int, number: int, positive: bool) -> float:
    """A scalar by its rank among the names and the number of the point: a random one of planned sign and size.

    Points 2k and 2k + 1 have opposite signs. Of positive numbers one is small and the next large; some are far larger,
    so that max(x, 10) = 10 does not hold.
    """
    pattern, turned = divmod(number, 2)
    far = pattern < POINTS // 2
    if positive:
        large = (rank + number) % 2
        return r.uniform(*(FAR if large and pattern == 1 else POSITIVE[large]))
    if number < MORE:
        negative = bool((CODES[rank % len(CODES)] << 1 >> pattern) & 1) != bool(turned)
    else:
        negative = rank % len(CODES) == ALONE[(number - MORE) % len(ALONE)]
    large_range = FAR if far else LARGE
    return (-1 if negative else 1) * r.uniform(*(large_range if (rank + pattern) % 2 else SMALL))


def sign_of_entries(rank: int, number: int) -> int:
    """The sign that all entries of a vector have by its rank among them, at two points; 0 elsewhere.

    The inner product of two neighbours is positive at the one and negative at the other.
    """
    return {1: 1, 3: 1 if rank % 2 else -1}.get(number, 0)
