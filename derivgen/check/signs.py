"""Signs and sizes of scalars, so that a few points see each of both signs, and every two names in all combinations.

abs(x) = x holds wherever x is positive, max(a, b) = a wherever a is larger: points drawn by chance alone may all lie
there.
"""

from __future__ import annotations

from random import Random

POINTS = 4  # at which two names have all their signs
MORE = 8  # and three names

SMALL, LARGE = (0.1, 2.0), (3.1, 9.0)
POSITIVE = (0.2, 0.9), (1.1, 2.5)


def points_for(names: int) -> int:
    """How many points show all signs of so many scalars, of three at a time."""
    return POINTS if names < 3 else MORE


def spread(r: Random, rank: int, number: int, positive: bool) -> float:
    """A scalar by its rank among the names and the number of the point: a random one of planned sign and size.

    Points 2k and 2k + 1 have opposite signs, and Walsh functions tell the names apart. Of positive numbers one is small
    and the next large.
    """
    pattern, turned = divmod(number, 2)
    odd = bool((rank & pattern).bit_count() % 2) != bool(turned)
    if positive:
        return r.uniform(*POSITIVE[(rank + number) % 2])
    low, high = LARGE if (rank + pattern) % 2 else SMALL
    return (-1 if odd else 1) * r.uniform(low, high)
