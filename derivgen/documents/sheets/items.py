"""What stands on the pages of a sheet, as data: prose alike for questions and solutions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivgen.documents.drafts import absent
from derivgen.documents.escape import EMPTY, TeX, inline_tex, join
from derivgen.documents.model import Bullets, DerivationBlock, Display, Element, Missing, Note, Paragraph, PlotBlock
from derivgen.documents.pictures import Picture
from derivgen.documents.slides import flat
from derivgen.documents.worked import Chain
from derivgen.documents.worked import Problem as Derivation
from derivgen.present.style import Style


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a page. ``kind`` decides what the template does with it:

    text, display, note, bullet (with a ``label``), prompt (a part with its letter as ``label``), hint, room (``mm``),
    answer (the left side, to be completed), given (rows that the sheet prints), derivation, worth (marks alone),
    figure.
    """

    kind: str
    tex: TeX = EMPTY
    label: TeX = EMPTY
    marks: TeX = EMPTY
    mm: int = 0
    derivation: Derivation | None = None
    chains: tuple[Chain, ...] = ()
    picture: Picture | None = None


def prose(element: Element, style: Style) -> Iterator[Item]:
    """Text, formulas, lists, notes and pictures, and the mark of what is missing; nothing for other elements."""
    match element:
        case Paragraph(content):
            yield Item("text", inline_tex(content))
        case PlotBlock(picture) if picture is not None:
            yield Item("figure", picture=picture.written(style))
        case DerivationBlock() | PlotBlock() | Missing():
            yield Item("text", absent(element, style))
        case Display(tex):
            yield Item("display", TeX(tex))
        case Note(content):
            yield Item("note", join(flat(content), " "))
        case Bullets(items, _, first):
            for number, item in enumerate(items):
                label = TeX(r"\textbullet" if first is None else f"{first + number}.")
                yield Item("bullet", join(flat(item), " "), label)
