"""The index of rules of a reference: statement, reason, status, what a proof uses, and the entries that use a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from derivgen.documents.escape import EMPTY, TeX, escape, join
from derivgen.documents.measure import size
from derivgen.documents.reference.foundation import Foundation
from derivgen.documents.rulebook import text_of
from derivgen.documents.solve import Solved
from derivgen.documents.statements import reason_words
from derivgen.present.style import Style
from derivgen.rules.book import Law

MOST_PLACES = 12
MOST_RESTS = 14
STATEMENT = 30.0
"""The width in em up to which a statement stands beside its entries."""


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A law of the index; ``places`` are links to the entries, ``rests`` to the laws its proof uses, ``more`` says how
    many entries are not listed."""

    name: str
    statement: TeX
    words: TeX
    status: TeX
    rests: TeX
    places: TeX
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """The laws of one file of the book, under its name."""

    name: str
    rules: tuple[RuleEntry, ...]


def index(entries: Iterable[tuple[str, str, Solved]], founded: Foundation, style: Style) -> list[Family]:
    """The laws of a foundation by families, and the computed steps; ``entries`` are (id, label, derivation)."""
    listed = list(entries)
    used = _used(listed)
    families: dict[str, list[RuleEntry]] = {}
    for law in founded.laws.values():
        families.setdefault(family(law), []).append(_entry(law, founded, used.get(law.name, {}), style))
    found = [Family(family_word(name, style), tuple(rules)) for name, rules in families.items()]
    moves = tuple(_moves(listed, founded, style))
    return [*found, Family(style.words.word("reference.family computed"), moves)] if moves else found


def family(law: Law) -> str:
    """The family of a law: the name of its file without number, "own" for what a document proves."""
    return law.file.removesuffix(".rules").partition("-")[2] or law.file.removesuffix(".rules") or "own"


def family_word(name: str, style: Style) -> str:
    """The name of a family in words; that of a file of one's own stays as it is."""
    return style.words.words.get(f"reference.family {name}", name)


def _used(entries: Iterable[tuple[str, str, Solved]]) -> dict[str, dict[str, str]]:
    """The entries that use each law: id -> label."""
    used: dict[str, dict[str, str]] = {}
    for id, label, one in entries:
        for name in one.record.laws:
            used.setdefault(name, {})[id] = label
    return used


def _entry(law: Law, founded: Foundation, places: Mapping[str, str], style: Style) -> RuleEntry:
    text = text_of(law, style)
    status = style.words.word(f"reference.{law.status}")
    rests = list(dict.fromkeys(founded.rests.get(law.name, ())))
    links = [TeX(rf"\dgrule{{{name}}}") for name in rests[:MOST_RESTS]]
    if len(rests) > MOST_RESTS:
        links.append(escape(style.words.word("reference.more", count=str(len(rests) - MOST_RESTS))))
    if label := founded.proved_by.get(law.name):
        links.insert(0, entry_link(label, label))
    wide = size(str(text.statement)).width > STATEMENT
    return RuleEntry(
        law.name, text.statement, text.words, escape(status), join(links, ", "), _links(places, style), wide
    )


def entry_link(id: str, label: str) -> TeX:
    """The number of an entry in brackets, linked to it."""
    return TeX(rf"\dgentry{{{id}}}{{({label})}}")


def _links(places: Mapping[str, str], style: Style) -> TeX:
    shown = [entry_link(id, label) for id, label in list(places.items())[:MOST_PLACES]]
    if len(places) > MOST_PLACES:
        shown.append(escape(style.words.word("reference.more", count=str(len(places) - MOST_PLACES))))
    return join(shown, " ")


def _moves(entries: Iterable[tuple[str, str, Solved]], founded: Foundation, style: Style) -> Iterator[RuleEntry]:
    """What is computed and no law, by its name: the words of a line that uses it."""
    places: dict[str, dict[str, str]] = {}
    said: dict[str, TeX] = {}
    for id, label, one in entries:
        for line in (line for block in one.worked.blocks for line in block.lines):
            for reason in line.reasons:
                if reason.law and " " not in reason.law and reason.law not in founded.laws:
                    places.setdefault(reason.law, {})[id] = label
                    said.setdefault(reason.law, reason_words(reason, line, style))
    computed = escape(style.words.word("reference.computed"))
    for name in sorted(places):
        yield RuleEntry(name, EMPTY, said[name], computed, EMPTY, _links(places[name], style))
