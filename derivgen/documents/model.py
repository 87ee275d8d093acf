"""A lecture as data: sections, frames and what stands in them. Nothing here knows Markdown or TeX."""

from __future__ import annotations

from collections.abc import Iterator
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


Inline = Words | Formula | Styled | Link


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
    """A picture, drawn already."""

    picture: Picture
    place: Place


Element = Paragraph | Display | Bullets | Note | DerivationBlock | PlotBlock


@dataclass(frozen=True, slots=True)
class Frame:
    """One slide's worth of the lecture."""

    title: tuple[Inline, ...]
    content: tuple[Element, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the lecture; frames before the first heading form a section without a title."""

    title: tuple[Inline, ...]
    frames: tuple[Frame, ...]
    place: Place


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
    """What the title page and the footers say, and how everything is written."""

    title: str
    subtitle: str = ""
    course: str = ""
    author: str = ""
    date: str = ""
    link: str = ""
    note: str = ""
    settings: Settings = Settings()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole lecture."""

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
            for element in frame.content:
                if isinstance(element, DerivationBlock):
                    yield frame, element
