"""Strict reading of JSON: each piece knows where it stands, and what is not as it must be is refused there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar

Json = Any
T = TypeVar("T")


class TraceError(ValueError):
    """A trace cannot be read; ``place`` is where, such as ``chains[0].steps[3].after``."""

    def __init__(self, place: str, reason: str) -> None:
        self.place, self.reason = place, reason
        super().__init__(f"{place}: {reason}" if place else reason)


def without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object's members. Raises TraceError where a key stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        raise TraceError("", f"the key {next(n for n in names if names.count(n) > 1)!r} stands twice")
    return found


class Place:
    """A piece of JSON and where it stands."""

    def __init__(self, data: Json, where: str) -> None:
        self.data, self.where = data, where

    def fail(self, reason: str) -> NoReturn:
        """Raise a TraceError here."""
        raise TraceError(self.where or "the trace", reason)

    def _typed(self, kind: type[T], words: str) -> T:
        if not isinstance(self.data, kind) or (kind is int and isinstance(self.data, bool)):
            self.fail(f"expected {words}, found {json.dumps(self.data)[:40]}")
        return self.data

    def string(self, known: Iterable[str] | None = None) -> str:
        """A text, perhaps one of a few."""
        found = self._typed(str, "a text")
        if known is not None and found not in known:
            self.fail(f"expected one of {', '.join(known)}, found {found!r}")
        return found

    def integer(self) -> int:
        """A whole number."""
        return self._typed(int, "a whole number")

    def boolean(self) -> bool:
        """true or false."""
        return self._typed(bool, "true or false")

    def items(self, count: int | None = None) -> list[Place]:
        """The items of a list."""
        found = self._typed(list, "a list")
        if count is not None and len(found) != count:
            self.fail(f"expected {count} items, found {len(found)}")
        return [Place(item, f"{self.where}[{k}]") for k, item in enumerate(found)]

    def mapping(self) -> dict[str, Place]:
        """The members of an object with free keys."""
        found: dict[str, Json] = self._typed(dict, "an object")
        return {key: Place(value, f"{self.where}.{key}".lstrip(".")) for key, value in found.items()}

    def members(self, *keys: str) -> dict[str, Place]:
        """The members of an object with exactly these keys."""
        found = self.mapping()
        for key in keys:
            if key not in found:
                self.fail(f"the key {key!r} is missing")
        for key in found:
            if key not in keys:
                self.fail(f"the key {key!r} is not known")
        return found

    def optional(self, convert: Callable[[Place], T]) -> T | None:
        """null, or what ``convert`` reads."""
        return None if self.data is None else convert(self)
