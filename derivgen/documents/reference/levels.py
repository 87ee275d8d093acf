"""What rests on what, as tables: laws by the height of their proofs, families, and a longest chain of proofs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from derivgen.documents.escape import TeX, escape, join
from derivgen.documents.reference.foundation import Foundation
from derivgen.documents.reference.index import family, family_word
from derivgen.documents.rulebook import text_of
from derivgen.present.style import Style

STATUSES = ("definition", "axiom", "theorem")


@dataclass(frozen=True, slots=True)
class Level:
    """The laws of one height, linked to the index."""

    title: TeX
    laws: TeX


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """A family with its laws by status, and the other families that its proofs use."""

    name: str
    counts: tuple[int, ...]
    rests: TeX


@dataclass(frozen=True, slots=True)
class Link:
    """A law of the chain: its name and its statement."""

    name: str
    statement: TeX


@dataclass(frozen=True, slots=True)
class Graph:
    """All that is told of what rests on what; ``sizes`` counts the laws by status."""

    levels: tuple[Level, ...]
    families: tuple[FamilyRow, ...]
    chain: tuple[Link, ...]


def graph(founded: Foundation, style: Style) -> Graph:
    """The tables of a foundation."""
    chain = tuple(Link(name, text_of(founded.laws[name], style).statement) for name in founded.chain())
    return Graph(tuple(_levels(founded, style)), tuple(_families(founded, style)), chain)


def _levels(founded: Foundation, style: Style) -> Iterator[Level]:
    by_level: dict[int, list[str]] = {}
    for name, level in founded.levels.items():
        by_level.setdefault(level, []).append(name)
    for level, names in sorted(by_level.items()):
        groups = [names] if level else [_with_status(founded, names, status) for status in STATUSES[:2]]
        titles = [style.words.word("reference.level", number=str(level))]
        titles = titles if level else [f"{titles[0]}, {style.words.word(f'reference.{s}')}" for s in STATUSES[:2]]
        for title, group in zip(titles, groups, strict=True):
            if group:
                yield Level(escape(title), _linked(group))


def _with_status(founded: Foundation, names: Iterable[str], status: str) -> list[str]:
    return [name for name in names if founded.laws[name].status == status]


def _linked(names: Iterable[str]) -> TeX:
    return join([TeX(rf"\dgrule{{{name}}}") for name in names], r"\hskip.7em ")


def _families(founded: Foundation, style: Style) -> Iterator[FamilyRow]:
    members: dict[str, list[str]] = {}
    for law in founded.laws.values():
        members.setdefault(family(law), []).append(law.name)
    for name, laws in members.items():
        status = Counter(founded.laws[one].status for one in laws)
        used = {family(founded.laws[other]) for one in laws for other in founded.rests.get(one, ())} - {name}
        rests = [escape(family_word(other, style)) for other in members if other in used]
        yield FamilyRow(family_word(name, style), tuple(status[one] for one in STATUSES), join(rests, "; "))
