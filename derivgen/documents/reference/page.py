"""A reference as a document: what its template needs, from entries, index, foundation and counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from derivgen.documents.errors import Refused, SourceProblem
from derivgen.documents.escape import EMPTY, TeX, escape, join
from derivgen.documents.model import Document, Frame, Place
from derivgen.documents.reference.counts import Counts, counts, label_of
from derivgen.documents.reference.drawing import Drawing, drawings
from derivgen.documents.reference.entries import Chapter, Reader, author
from derivgen.documents.reference.foundation import Foundation, Prover, foundation
from derivgen.documents.reference.index import Family, entry_link, index
from derivgen.documents.reference.levels import STATUSES, Graph, graph
from derivgen.documents.solve import Solved
from derivgen.documents.worked import closing
from derivgen.documents.workshop import Workshop
from derivgen.present.style import Style
from derivgen.rules.book import standard_book


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A line of the PDF's outline: where it leads, what it says, and how many lines stand directly below it."""

    target: str
    title: str
    below: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many laws all rests on, by their status, and the signs in the statements of the axioms."""

    definitions: int
    axioms: int
    theorems: int
    signs: int


@dataclass(frozen=True)
class Reference:
    """All that is printed of a reference."""

    chapters: tuple[Chapter, ...]
    families: tuple[Family, ...]
    founded: Foundation
    counts: Counts
    closing: TeX
    outline: tuple[Bookmark, ...]
    graph: Graph
    longest: tuple[tuple[TeX, int, TeX], ...]
    instances: tuple[tuple[TeX, TeX], ...]
    refused: tuple[tuple[TeX, TeX], ...]
    misprints: tuple[tuple[TeX, TeX], ...]
    sizes: Sizes
    drawings: tuple[Drawing, ...]


@dataclass(frozen=True)
class Backing:
    """What a reference has behind its derivations: what was refused, and what the derivations rest on."""

    refused: Mapping[Place, Refused]
    founded: Foundation


def reference(document: Document, solved: Mapping[Place, Solved], behind: Backing, style: Style) -> Reference:
    """What is printed of a document."""
    refused, founded = behind.refused, behind.founded
    reader = Reader(solved, refused, {**standard_book(), **founded.laws}, style)
    listed = list(labelled(document, solved))
    counted = counts(document, solved, refused)
    chapters = tuple(reader.chapters(document))
    return Reference(
        chapters,
        tuple(index(listed, founded, style)),
        founded,
        counted,
        closing([one for _, _, one in listed], style.words),
        tuple(_bookmarks(chapters, style)),
        graph(founded, style),
        tuple((_link(one.frame), one.lines, author(one.why)) for one in counted.longest),
        tuple((_link(frame), author(text)) for frame, text in counted.instances),
        tuple((_link(frame), _lacking(one)) for frame, one in counted.refused),
        tuple(_errata(document, solved, reader)),
        _sizes(founded),
        tuple(drawings(founded, listed, style)),
    )


def _link(frame: Frame) -> TeX:
    return entry_link(frame.id or label_of(frame), label_of(frame))


def _errata(document: Document, solved: Mapping[Place, Solved], reader: Reader) -> Iterator[tuple[TeX, TeX]]:
    """Each misprint, with a link to the entry that refutes it."""
    for frame, block in document.derivations():
        for misprint in solved[block.place].record.misprints if block.place in solved else ():
            yield _link(frame), reader.misprint(misprint, derived=False)


def _sizes(founded: Foundation) -> Sizes:
    found = {status: [law for law in founded.laws.values() if law.status == status] for status in STATUSES}
    signs = sum(side.size for law in found["axiom"] for side in law.statement or (law.left, law.right))
    return Sizes(len(found["definition"]), len(found["axiom"]), len(found["theorem"]), signs)


def _lacking(one: Refused) -> TeX:
    """Why an entry is refused, and what is missing."""
    return join([escape(one.reason), author(f" ({one.missing})") if one.missing else EMPTY])


def _bookmarks(chapters: tuple[Chapter, ...], style: Style) -> Iterator[Bookmark]:
    """Sections with their entries, and the parts at the end."""
    for number, chapter in enumerate(chapters):
        inner = 0
        for other in chapters[number + 1 :]:
            if other.depth <= chapter.depth:
                break
            inner += other.depth == chapter.depth + 1
        if chapter.plain:
            yield Bookmark(chapter.id, chapter.plain, len(chapter.entries) + inner)
        for entry in chapter.entries:
            yield Bookmark(f"eq:{entry.id}", f"({entry.label})", 0)
    for part in ("rules", "levels", "counts"):
        yield Bookmark(f"part:{part}", style.words.word(f"reference.{part}"), 0)


def labelled(document: Document, solved: Mapping[Place, Solved]) -> Iterator[tuple[str, str, Solved]]:
    """Every derivation with the id and the number of its entry."""
    for frame, block in document.derivations():
        if block.place in solved:
            yield frame.id or label_of(frame), label_of(frame), solved[block.place]


def backing(
    document: Document,
    solved: Mapping[Place, Solved],
    problems: Iterable[SourceProblem],
    mathematics: Prover,
    workshop: Workshop,
) -> Backing:
    """What was refused of a document, and what its derivations rest on."""
    listed = [(label, one) for _, label, one in labelled(document, solved)]
    return Backing(refusals(document, problems), foundation(listed, mathematics, workshop, document.file))


def refusals(document: Document, problems: Iterable[SourceProblem]) -> dict[Place, Refused]:
    """The derivations that were not found, by the places of their blocks."""
    blocks = [block.place for _, block in document.derivations()]
    found: dict[Place, Refused] = {}
    for problem in problems:
        before = [place for place in blocks if place.line <= problem.place.line]
        if problem.refused is not None and before:
            found[max(before, key=lambda place: place.line)] = problem.refused
    return found
