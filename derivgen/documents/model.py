"""A lecture, a problem sheet or a reference as data: sections, frames and what stands in them.

Nothing here knows Markdown or TeX.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from derivgen.documents.pictures import Picture


@dataclass(frozen=True, slots=True)
class Place:
    """A point in a source: file as the user named it, line and column counted from 1, and the width to
    underline."""

    file: str
    line: int
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Words:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """Inline mathematics in the author's LaTeX."""

    tex: str
    place: Place


@dataclass(frozen=True, slots=True)
class Styled:
    """Text in bold (``style`` is "bold"), italics ("italic") or typewriter ("code")."""

    style: str
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another page."""

    target: str
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Notation:
    """An expression in the notation inside a sentence; values that were drawn are put in before it is set."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a problem, or to one of its parts (``letter`` is "" for the whole problem)."""

    id: str
    letter: str
    place: Place


Inline = Words | Formula | Styled | Link | Notation | Reference


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    content: tuple[Inline, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Display:
    """A displayed formula in the author's LaTeX."""

    tex: str
    place: Place


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; ``items`` appear one by one. ``first`` is the number of the first item, or None for bullets."""

    items: tuple[tuple[Element, ...], ...]
    place: Place
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A remark beside the argument."""

    content: tuple[Element, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a derivation block: its key, its text, and where the text begins."""

    key: str
    value: str
    place: Place


@dataclass(frozen=True, slots=True)
class DerivationBlock:
    """A problem to be derived: ``kind`` is "derive", "prove" or "expand"; the fields are the author's, in
    order."""

    kind: str
    fields: tuple[Field, ...]
    place: Place

    def first(self, key: str) -> Field | None:
        """The first field with this key, or None."""
        return next((field for field in self.fields if field.key == key), None)

    def all(self, key: str) -> tuple[Field, ...]:
        """All fields with this key, in the author's order."""
        return tuple(field for field in self.fields if field.key == key)

    def text(self, key: str, default: str | None = None) -> str | None:
        """The text of the first field with this key, or ``default``."""
        found = self.first(key)
        return found.value if found else default


@dataclass(frozen=True, slots=True)
class PlotBlock:
    """A picture; None where it waits for the values of free parameters, and the author's lines, ``indent`` deep."""

    picture: Picture | None
    place: Place
    text: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """The question of one part of a problem; what follows up to the next part belongs to it."""

    letter: str
    content: tuple[Inline, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Hint:
    """What is shown to those who want a hint."""

    content: tuple[Element, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Answer:
    """A model answer in words (and derivations), with its marks and the room to write it, in mm (None: as much
    as it takes)."""

    content: tuple[Element, ...]
    place: Place
    marks: int = 0
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark below an entry of a reference; ``kind`` is "erratum" or "see"."""

    kind: str
    content: tuple[Element, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class DrawBlock:
    """The free parameters of a problem, as the author's lines."""

    fields: tuple[Field, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Missing:
    """What could not be read, and was named as an error; a draft shows that it is not there."""

    place: Place


Element = (
    Paragraph | Display | Bullets | Note | DerivationBlock | Part | Hint | Answer | Remark | DrawBlock | PlotBlock
    | Missing
)


def derivations(content: Iterable[Element]) -> Iterator[DerivationBlock]:
    """The derivation blocks among some elements, those of model answers too, in order."""
    for element in content:
        if isinstance(element, DerivationBlock):
            yield element
        elif isinstance(element, Answer):
            yield from derivations(element.content)


@dataclass(frozen=True, slots=True)
class Frame:
    """One slide's worth of a lecture, or a problem.

    ``marks`` is what the heading says, None if it does not; ``include`` is "file.md#id" where the frame is that of
    another file.
    """

    title: tuple[Inline, ...]
    content: tuple[Element, ...]
    place: Place
    id: str = ""
    marks: int | None = None
    include: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the lecture; frames before the first heading form a section without a title.

    ``content`` is the text before its frames, which only a reference has.
    """

    title: tuple[Inline, ...]
    frames: tuple[Frame, ...]
    place: Place
    content: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """How all outputs of a document are written; what is not set is empty.

    ``notation``, ``colours`` and ``macros`` are pairs of a name and a value; a macro's value is LaTeX.
    """

    language: str = ""
    paper: str = ""
    theme: str = ""
    notation: tuple[tuple[str, str], ...] = ()
    colours: tuple[tuple[str, str], ...] = ()
    macros: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the title page and the footers say, and how everything is written; ``kind`` is "lecture", "sheet" or
    "reference".

    A sheet has a number or name (``sheet``), a date ``due``, the ``marks`` of all problems together, and a ``seed``
    from which free parameters are drawn.
    """

    title: str
    kind: str = "lecture"
    sheet: str = ""
    due: str = ""
    marks: str = ""
    seed: str = ""
    subtitle: str = ""
    course: str = ""
    author: str = ""
    date: str = ""
    link: str = ""
    note: str = ""
    settings: Settings = Settings()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole lecture or sheet."""

    front: FrontMatter
    sections: tuple[Section, ...]
    file: str

    def frames(self) -> Iterator[Frame]:
        """All frames in order."""
        for section in self.sections:
            yield from section.frames

    def derivations(self) -> Iterator[tuple[Frame, DerivationBlock]]:
        """All derivation blocks in order, each with its frame."""
        for frame in self.frames():
            for block in derivations(frame.content):
                yield frame, block
