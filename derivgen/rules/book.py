"""The book of rules: laws as data, loaded from ``.rules`` files, checked as they are read.

An entry is a name, a statement and an indented line for the reader:

    tr_cyclic:  tr(A*B) = tr(B*A)
        "the trace is cyclic"   theorem by componentwise   source Matrix Cookbook (14)   news 2

A ``let`` line declares the names of the entries below it, until the next ``let``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path as FilePath

from derivgen.language.declarations import Declarations, parse_declarations, suggest
from derivgen.language.notation import NotationError
from derivgen.rules.law import EPS, STATUSES, BookError, Law, Reading, SideCondition
from derivgen.rules.statements import local_law, make_law, patternize

__all__ = [
    "EPS", "STATUSES", "BookError", "Law", "Reading", "RuleBook", "SideCondition", "load_rules", "local_law",
    "make_law", "patternize", "read_rules", "standard_book",
]  # fmt: skip


class RuleBook(Mapping[str, Law]):
    """Laws by name, in the order of the files; ``cited`` are items that a question asks to use before all others."""

    def __init__(self, laws: Iterable[Law] = (), cited: Iterable[str] = ()) -> None:
        self._laws: dict[str, Law] = {}
        self.cited = tuple(cited)
        self.missing: set[str] = set()  # names that a method asked for in vain
        for law in laws:
            if law.name in self._laws:
                earlier = self._laws[law.name]
                raise BookError(
                    f"{law.file}:{law.line}: the law {law.name} stands already at {earlier.file}:{earlier.line}"
                )
            self._laws[law.name] = law

    def __getitem__(self, name: str) -> Law:
        return self._laws[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._laws)

    def __len__(self) -> int:
        return len(self._laws)

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
    return RuleBook(law for name in names for law in read_rules(folder.joinpath(name).read_text("utf-8"), name))


def _place(name: str) -> int:
    """The number at the front of a file's name."""
    return int(name.partition("-")[0])


def load_rules(path: FilePath) -> list[Law]:
    """The laws of a user's file. Raises BookError with file and line."""
    return read_rules(path.read_text("utf-8"), str(path))


_HEAD = re.compile(r"^(?P<name>[A-Za-z]\w*):\s+(?P<statement>.*)$")
_TAIL = re.compile(r'"(?P<words>[^"]*)"\s*(?P<rest>.*)$')


def read_rules(text: str, file: str) -> list[Law]:
    """The laws of one rule file's text."""
    laws: list[Law] = []
    names = Declarations()
    entry: list[tuple[int, str]] = []
    for number, raw in enumerate([*text.split("\n"), ""], 1):
        line = raw.split("#")[0].rstrip() if '"' not in raw else raw.rstrip()
        if line[:1].isspace() and line.strip():
            if not entry:
                raise BookError(f"{file}:{number}: an indented line belongs to no law: {line.strip()!r}")
            entry.append((number, line.strip()))
            continue
        if entry:
            laws.append(_law(entry, names, file))
            entry = []
        if line.startswith("let "):
            names = _declare(line[4:], file, number)
        elif line.strip():
            entry = [(number, line)]
    return laws


def _declare(text: str, file: str, number: int) -> Declarations:
    try:
        return parse_declarations(text, f"{file}:{number}")
    except NotationError as error:
        raise BookError(str(error)) from None


def _law(entry: list[tuple[int, str]], names: Declarations, file: str) -> Law:
    number, head = entry[0]
    match = _HEAD.match(head)
    if match is None:
        raise BookError(f"{file}:{number}: expected 'name: left = right', found {head!r}")
    body = " ".join([match["statement"], *[text for _, text in entry[1:] if '"' not in text]])
    tail = next((text for _, text in entry if text.startswith('"')), '""')
    parsed = _TAIL.match(tail)
    if parsed is None:
        raise BookError(f"{file}:{number}: the words of {match['name']} need closing quotes")
    facts = _tail(parsed["rest"], match["name"], file, number)
    return make_law(match["name"], body, names, words=parsed["words"], file=file, line=number, **facts)


def _tail(text: str, name: str, file: str, number: int) -> dict[str, object]:
    facts: dict[str, object] = {}
    if found := re.search(r"\bshown (general|here)\b", text):
        facts["shown"] = found.group(1)
        text = text.replace(found.group(0), "")
    if found := re.search(r"\bnews (\d)", text):
        facts["news"] = int(found.group(1))
        text = text.replace(found.group(0), "")
    if found := re.search(r"\bsource (.*?)\s*$", text):
        facts["source"] = found.group(1).strip()
        text = text[: found.start()]
    words = text.split()
    if words and words[0] not in STATUSES:
        raise BookError(
            f"{file}:{number}: {name}: {words[0]!r} is not a status",
            hint=suggest(words[0], STATUSES) or ", ".join(STATUSES),
        )
    if words:
        facts["status"] = words[0]
    if len(words) > 2 and words[1] == "by":
        facts["by"] = " ".join(words[2:])
    return facts
