"""Signs and sizes of scalars, so that a few points see each of both signs, and every two names in all combinations.

abs(x) = x holds wherever x is positive, max(a, b) = a wherever a is larger: points drawn by chance alone may all lie
there.
"""

from __future__ import annotations

from random import Random

POINTS = 4  # at which two names have all their signs
MORE = 8  # and eight names, two at a time; the first four three at a time

SMALL, LARGE = (0.1, 2.0), (3.1, 9.0)
POSITIVE = (0.2, 0.9), (1.1, 2.5)
# bit j: whether a name of this rank is negative at the point 2*(j + 1); at the first point none is
CODES = (0b000, 0b101, 0b110, 0b011, 0b111, 0b001, 0b010, 0b100)


def points_for(names: int) -> int:
    """How many points show all signs of so many scalars, two at a time; beyond eight names some go together."""
    return POINTS if names < 3 else MORE


def spread(r: Random, rank: int, number: int, positive: bool) -> float:
    """A scalar by its rank among the names and the number of the point: a random one of planned sign and size.

    Points 2k and 2k + 1 have opposite signs. Of positive numbers one is small and the next large.
    """
    if positive:
        return r.uniform(*POSITIVE[(rank + number) % 2])
    pattern, turned = divmod(number, 2)
    negative = bool((CODES[rank % len(CODES)] << 1 >> pattern) & 1) != bool(turned)
    return (-1 if negative else 1) * r.uniform(*(LARGE if (rank + pattern) % 2 else SMALL))
