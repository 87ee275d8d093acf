"""The book of rules: laws as data, loaded from ``.rules`` files, checked as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any

from derivgen.rules.entries import Entry, entries, read_rules
from derivgen.rules.law import EPS, STATUSES, BookError, Law, Reading, SideCondition
from derivgen.rules.statements import local_law, make_law, patternize

__all__ = [
    "EPS", "STATUSES", "BookError", "Law", "Reading", "RuleBook", "SideCondition", "load_rules", "local_law",
    "make_law", "patternize", "read_rules", "standard_book",
]  # fmt: skip


class RuleBook(Mapping[str, Law]):
    """Laws by name, in the order of the files; ``cited`` are items that a question asks to use before all others.

    An entry of a file becomes a law when it is first used.
    """

    def __init__(self, laws: Iterable[Law | Entry] = (), cited: Iterable[str] = ()) -> None:
        self._laws: dict[str, Law | Entry] = {}
        self.cited = tuple(cited)
        self.missing: set[str] = set()  # names that a method asked for in vain
        self.prepared: dict[str, Any] = {}  # what an engine works out of the laws alone, for each perturbation
        self._readings: dict[str, tuple[Law, bool, Reading] | None] = {}
        for law in laws:
            name = law.name
            if name in self._laws:
                there = self._laws[name]
                raise BookError(f"{law.file}:{law.line}: the law {name} stands already at {there.file}:{there.line}")
            self._laws[name] = law

    def __getitem__(self, name: str) -> Law:
        found = self._laws[name]
        return found.law if isinstance(found, Entry) else found

    def __contains__(self, name: object) -> bool:
        return name in self._laws

    def __iter__(self) -> Iterator[str]:
        return iter(self._laws)

    def __len__(self) -> int:
        return len(self._laws)

    def unread(self, rule: str) -> int | None:
        """Of a law that was not read yet, the operators that a match surely holds; else None."""
        found = self._laws.get(rule.lstrip("<"))
        if isinstance(found, Entry) and "law" not in found.__dict__:
            return found.needs[rule.startswith("<")]
        return None

    def reading(self, rule: str) -> tuple[Law, bool, Reading] | None:
        """The law of a rule, where ``<name`` is from right to left; whether it is read forward; how it reads."""
        try:
            return self._readings[rule]
        except KeyError:
            law, forward = self.get(rule.lstrip("<")), not rule.startswith("<")
            found = None if law is None else (law, forward, law.forward if forward else law.backward)
            self._readings[rule] = found
            return found

    def without(self, *names: str) -> RuleBook:
        """The book with some laws removed."""
        return RuleBook((law for name, law in self._laws.items() if name not in names), self.cited)

    def extended(self, laws: Iterable[Law]) -> RuleBook:
        """The book with more laws at its end. Raises BookError for a name that is taken."""
        return RuleBook([*self._laws.values(), *laws], self.cited)

    def citing(self, items: Iterable[str]) -> RuleBook:
        """The same book, some laws of which are to be used before all others, in their order."""
        return RuleBook(self._laws.values(), items)


@lru_cache(maxsize=1)
def standard_book() -> RuleBook:
    """The laws that come with derivgen."""
    folder = files("derivgen.rules").joinpath("laws")
    names = sorted((f.name for f in folder.iterdir() if f.name.endswith(".rules")), key=_place)
    return RuleBook(entry for name in names for entry in entries(folder.joinpath(name).read_text("utf-8"), name))


def _place(name: str) -> int:
    """The number at the front of a file's name."""
    return int(name.partition("-")[0])


def load_rules(path: FilePath) -> list[Law]:
    """The laws of a user's file. Raises BookError with file and line."""
    return read_rules(path.read_text("utf-8"), str(path))
