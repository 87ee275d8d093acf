"""The entries of a rule file: the text of each law with the line of each part, read into a law when it is asked for.

An entry is a name, a statement and an indented line for the reader:

    tr_cyclic:  tr(A*B) = tr(B*A)
        "the trace is cyclic"   theorem by componentwise   source Matrix Cookbook (14)   news 2

A ``let`` line declares the names of the entries below it, until the next ``let``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from derivgen.language.declarations import Declarations, parse_declarations, suggest
from derivgen.language.notation import NotationError
from derivgen.language.operators import BIT, CALLS
from derivgen.rules.law import STATUSES, BookError, Law
from derivgen.rules.statements import make_law

_HEAD = re.compile(r"^(?P<name>[A-Za-z]\w*):\s+(?P<statement>.*)$")
_TAIL = re.compile(r'"(?P<words>[^"]*)"\s*(?P<rest>.*)$')


def read_rules(text: str, file: str) -> list[Law]:
    """The laws of one rule file's text. Raises BookError with file and line."""
    laws: list[Law] = []
    for part in _parts(text, file):
        if isinstance(part, Scope):
            part.names()
        else:
            laws.append(part.law)
    return laws


def entries(text: str, file: str) -> Iterator[Entry]:
    """The laws of one rule file's text, not yet read. Raises BookError for a line that belongs to none."""
    return (part for part in _parts(text, file) if isinstance(part, Entry))


def _parts(text: str, file: str) -> Iterator[Scope | Entry]:
    scope = Scope("", file, 0)
    entry: list[tuple[int, str]] = []
    for number, raw in enumerate([*text.split("\n"), ""], 1):
        line = raw.split("#")[0].rstrip() if '"' not in raw else raw.rstrip()
        if line[:1].isspace() and line.strip():
            if not entry:
                raise BookError(f"{file}:{number}: an indented line belongs to no law: {line.strip()!r}")
            entry.append((number, line.strip()))
            continue
        if entry:
            yield Entry(tuple(entry), scope, file)
            entry = []
        if line.startswith("let "):
            scope = Scope(line[4:], file, number)
            yield scope
        elif line.strip():
            entry = [(number, line)]


def _declare(text: str, file: str, number: int) -> Declarations:
    try:
        return parse_declarations(text, f"{file}:{number}")
    except NotationError as error:
        raise BookError(str(error)) from None


def _head(lines: Sequence[tuple[int, str]], file: str) -> re.Match[str]:
    number, head = lines[0]
    match = _HEAD.match(head)
    if match is None:
        raise BookError(f"{file}:{number}: expected 'name: left = right', found {head!r}")
    return match


def _statement(lines: Sequence[tuple[int, str]]) -> str:
    """The name and the statement, which may go on over several lines."""
    return " ".join(text for k, (_, text) in enumerate(lines) if k == 0 or '"' not in text)


def _law(entry: Sequence[tuple[int, str]], names: Declarations, file: str) -> Law:
    number, match = entry[0][0], _head(entry, file)
    body = _statement(entry).partition(":")[2].strip()
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
    if found := re.search(r'\bbackwards "(.*?)"', text):
        facts["backwards"] = found.group(1)
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


@dataclass(frozen=True, slots=True)
class Scope:
    """The ``let`` line of a rule file that declares the names of the entries below it, read when it is first asked."""

    text: str
    file: str
    line: int

    def names(self) -> Declarations:
        """What it declares."""
        return _declared(self.text, self.file, self.line)


@lru_cache(maxsize=1024)
def _declared(text: str, file: str, line: int) -> Declarations:
    return _declare(text, file, line) if text else Declarations()


@dataclass(frozen=True)
class Entry:
    """A law of a rule file as text, with the line of each part; the law itself is read when it is first asked for."""

    lines: tuple[tuple[int, str], ...]
    scope: Scope
    file: str

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.lines[0][0]

    @property
    def name(self) -> str:
        """The law's name. Raises BookError where there is none."""
        return _head(self.lines, self.file)["name"]

    @cached_property
    def needs(self) -> tuple[int, int]:
        """Operators that a match of the left and of the right side surely holds, as bits: those that the text calls."""
        sides = re.split(r" <?=> ", body) if "=> " in (body := _statement(self.lines).partition(" if ")[0]) else ()
        left, right = sides if len(sides) == 2 else body.partition(" = ")[::2]
        return _called(left.partition(":")[2]), _called(right)

    @cached_property
    def law(self) -> Law:
        """The law, checked. Raises BookError."""
        return _law(self.lines, self.scope.names(), self.file)


_CALL = re.compile(r"([A-Za-z]\w*)(\.?)\(")
_OTHERWISE = ("sum", "prod")  # a call of one argument means another operator


def _called(side: str) -> int:
    """The operators that one side of a statement calls, as bits; none where a second-order hole may swallow them."""
    if "{" in side:
        return 0
    names = {"map" if dot else name for name, dot in _CALL.findall(side)}
    known = [n for n in names if n in BIT and (n == "map" or (n in CALLS and n not in _OTHERWISE))]
    return sum(BIT[name] for name in known)
