"""Entries as data for the template: number, statement, assumptions, derivation, and the notes below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from derivgen.documents.blocks import COMPARE
from derivgen.documents.citations import law_of
from derivgen.documents.errors import Refused
from derivgen.documents.escape import EMPTY, TeX, escape, inline_tex, join, math
from derivgen.documents.model import DerivationBlock, Document, Frame, Place, Remark, Section
from derivgen.documents.record import OTHER, SIMPLER, Misprint
from derivgen.documents.reference.conclusion import concluded
from derivgen.documents.rows import aside, in_rows, only_line
from derivgen.documents.sheets.items import Item, prose
from derivgen.documents.slides import flat
from derivgen.documents.solve import Solved
from derivgen.documents.statements import declared, sentence, shapes_long, words
from derivgen.documents.worked import EM, SMALL_EM, WIDTH, Chain, Row, chains
from derivgen.present.lines import Outline
from derivgen.present.style import Style
from derivgen.rules.book import Law

STATEMENT = 100.0 / (EM * 12.5 / 11)
"""The width of a statement, in em of its own size: it leaves room for a fraction that is wider than it seems."""

SIDE = 58.0 / SMALL_EM
"""The width of the column beside the rows, in em of its own size."""
ENDLESS = float("inf")


@dataclass(frozen=True, slots=True)
class Note:
    """A note below a derivation, with the label that hangs before it."""

    label: str
    text: TeX


@dataclass(frozen=True, slots=True)
class Shown:
    """One derivation of an entry, or what is said where there is none.

    ``above`` is the text before its rows; ``because`` is the reason of a derivation whose one row is its statement. The
    proof of a law has no statement of its own, as its rows end in it.
    """

    statement: TeX
    side: tuple[TeX, ...]
    above: tuple[Item, ...]
    chains: tuple[Chain, ...]
    notes: tuple[Note, ...]
    place: Place
    numbered: bool = False
    because: Row | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A numbered entry; ``below`` is the text after its last derivation."""

    id: str
    label: str
    parts: tuple[Shown, ...]
    below: tuple[Item, ...]
    notes: tuple[Note, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section: its title, how deep it stands (by the dots of its number), its text and its entries."""

    id: str
    title: TeX
    plain: str
    depth: int
    text: tuple[Item, ...]
    entries: tuple[Entry, ...]
    place: Place

    @property
    def empty(self) -> bool:
        """Whether it is a heading alone, with other sections below it."""
        return not self.text and not self.entries


@dataclass(frozen=True, slots=True)
class Reader:
    """What it takes to show entries: what was derived, what was not, the laws by name, and the style."""

    solved: Mapping[Place, Solved]
    refused: Mapping[Place, Refused]
    laws: Mapping[str, Law]
    style: Style
    noted: set[TeX] = field(default_factory=set)

    def chapters(self, document: Document) -> list[Chapter]:
        """All sections of a document."""
        return [self._chapter(number, section) for number, section in enumerate(document.sections)]

    def _chapter(self, number: int, section: Section) -> Chapter:
        title = inline_tex(section.title)
        first = str(title).partition(" ")[0]
        depth = first.count(".") if first.replace(".", "").isdigit() else 0
        text = tuple(item for element in section.content for item in prose(element, self.style))
        entries = tuple(self.entry(frame) for frame in section.frames)
        return Chapter(f"section:{number}", title, _plain(title), depth, text, entries, section.place)

    def entry(self, frame: Frame) -> Entry:
        """One entry of the document."""
        label = str(inline_tex(frame.title))
        parts: list[Shown] = []
        above: list[Item] = []
        notes: list[Note] = []
        for element in frame.content:
            if isinstance(element, DerivationBlock):
                parts.append(self._shown(element, tuple(above)))
                above = []
            elif isinstance(element, Remark):
                note = Note(self.style.words.word(f"reference.{element.kind}"), join(flat(element.content), " "))
                if not _went_on(parts, note):
                    notes.append(note)
            else:
                above += prose(element, self.style)
        return Entry(frame.id or label, label, tuple(parts), tuple(above), tuple(notes), frame.place)

    def _shown(self, block: DerivationBlock, above: tuple[Item, ...]) -> Shown:
        if block.place in self.solved:
            return self._derived(self.solved[block.place], above)
        return self._refused(block, self.refused.get(block.place), above)

    def _derived(self, one: Solved, above: tuple[Item, ...]) -> Shown:
        outline = concluded(one.worked, self.laws, self.style.words)
        numbered = any(r.law and " " in r.law for b in outline.blocks for line in b.lines for r in line.reasons)
        rows: tuple[Chain, ...] = chains(outline.blocks, self.style, SIDE)
        because: Row | None = None
        if only_line(outline, ENDLESS, self.style) is not None:
            because = rows[0].rows[0]
            rows = ()
        proof = bool(one.block.first("law"))
        return Shown(
            EMPTY if proof else TeX(in_rows(outline.result, STATEMENT, self.style)),
            tuple(self._side(outline)),
            (*above, *self._defined(outline)),
            chains(outline.blocks, self.style, SIDE) if proof else rows,
            tuple(self._notes(one)),
            one.block.place,
            numbered,
            because,
        )

    def _side(self, outline: Outline) -> Iterator[TeX]:
        """Shapes, conditions and definitions."""
        yield from shapes_long(outline, self.style)
        beside = (aside(definition, SIDE, self.style) for definition in outline.definitions)
        yield from (definition for definition in beside if definition is not None)

    def _defined(self, outline: Outline) -> Iterator[Item]:
        """The definitions that are too long for the column beside the rows, above these."""
        for definition in outline.definitions:
            if aside(definition, SIDE, self.style) is None:
                yield Item("display", TeX(in_rows(definition, WIDTH / EM, self.style)))

    def _notes(self, one: Solved) -> Iterator[Note]:
        """What stands below a derivation: its form, misprints, what it is an instance of, and its name as a law."""
        said = self.style.words
        for note in (sentence(note, self.style) for note in one.worked.notes):
            if note not in self.noted:
                self.noted.add(note)
                yield Note(said.word("reference.note"), note)
        if instance := one.block.text("instance"):
            yield Note(said.word("reference.instance"), author(instance))
        if one.record.against in (SIMPLER, OTHER) and one.record.book is not None:
            form = math(self.style.latex(one.record.book))
            text = join(said.parts(f"reference.{one.record.against}", form=form))
            why = one.block.text("differs")
            yield Note(said.word("reference.form"), join([text, " ", author(why)]) if why else text)
        for misprint in one.record.misprints:
            yield Note(said.word("reference.erratum"), self.misprint(misprint, one.block.kind != COMPARE))
        if name := law_of(one.block)[0]:
            link = TeX(rf"\dgrule{{{name}}}")
            yield Note(said.word("reference.law"), join(said.parts("reference.cited", name=link)))

    def misprint(self, misprint: Misprint, derived: bool) -> TeX:
        """What the book has wrong; ``derived`` says whether a derivation stands above."""
        term = misprint.term
        form = math(self.style.latex(term)) if term is not None else TeX(rf"\texttt{{{escape(misprint.text)}}}")
        said = self.style.words
        if misprint.under and term is None:
            shapes = join(declared(misprint.under, self.style), "; ")
            return join(said.parts("reference.misprint under", shapes=shapes))
        if not derived:
            return join(said.parts("reference.misprint compared", form=form))
        key = "reference.misprint of" if misprint.of_expression else "reference.misprint"
        return join(said.parts(key, form=form))

    def _refused(self, block: DerivationBlock, refused: Refused | None, above: tuple[Item, ...]) -> Shown:
        said = self.style.words
        refused = refused or Refused(None, block.text("of") or block.text("show") or "", "")
        statement = TeX(rf"\texttt{{{escape(refused.text)}}}")
        if refused.statement is not None:
            statement = TeX(in_rows(refused.statement, STATEMENT, self.style))
        reason = [words(refused.reason)]
        if refused.residual is not None:
            reason.append(math(self.style.latex(refused.residual)))
        notes = [Note(said.word("reference.refused"), join(reason, ": "))]
        if refused.missing:
            notes.append(Note(said.word("reference.missing"), author(refused.missing)))
        return Shown(statement, (), above, (), tuple(notes), block.place)


def _went_on(parts: list[Shown], note: Note) -> bool:
    """Whether the last derivation ends in a note of the same label, which then goes on with this one."""
    last = parts[-1].notes[-1] if parts and parts[-1].notes else None
    if last is None or last.label != note.label:
        return False
    whole = (*parts[-1].notes[:-1], Note(last.label, join([last.text, note.text], " ")))
    parts[-1] = replace(parts[-1], notes=whole)
    return True


def author(text: str) -> TeX:
    """The author's words in a block, with formulas between dollar signs."""
    return join(math(part) if k % 2 else escape(part) for k, part in enumerate(text.split("$")))


def _plain(title: TeX) -> str:
    """A title for the outline of the PDF, without commands."""
    return "".join(c for c in title.replace("~", " ") if c not in "{}\\$")


def entries_of(chapters: Sequence[Chapter]) -> Iterator[Entry]:
    """All entries in order."""
    for chapter in chapters:
        yield from chapter.entries
