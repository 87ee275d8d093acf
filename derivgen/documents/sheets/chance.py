"""Numbers drawn from a seed, the same on every machine and for ever."""

from __future__ import annotations

import hashlib


class Chance:
    """A source of numbers that depends on some words alone: course seed, problem, student.

    Another problem or another student has another source, so that adding one changes no other.
    """

    def __init__(self, *words: str) -> None:
        self._key = "\0".join(words).encode()
        self._drawn = 0

    def below(self, bound: int) -> int:
        """A number from 0 to ``bound - 1``; the bias is below 2^-100."""
        self._drawn += 1
        found = hashlib.blake2b(self._key + self._drawn.to_bytes(8, "big"), digest_size=16)
        return int.from_bytes(found.digest(), "big") % bound

    def shuffled(self, items: list[str]) -> list[str]:
        """The items in an order of chance."""
        rest, found = list(items), []
        while rest:
            found.append(rest.pop(self.below(len(rest))))
        return found
