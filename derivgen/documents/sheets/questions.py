"""The sheet itself: questions, hints, and room to write in, measured by the derivation that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from derivgen.documents import marks
from derivgen.documents.escape import EMPTY, TeX, escape, inline_tex, join, math
from derivgen.documents.measure import text_width
from derivgen.documents.model import (
    Answer,
    Bullets,
    DerivationBlock,
    Display,
    Document,
    Element,
    Frame,
    Hint,
    Paragraph,
    Part,
    Place,
)
from derivgen.documents.sheets.items import Item, prose
from derivgen.documents.slides import flat
from derivgen.documents.solve import Solved
from derivgen.documents.worked import chains
from derivgen.present.lines import Block
from derivgen.present.style import Style

A_LINE = 9
"""Room for one line of a derivation by hand, in mm."""
AROUND = 8
A_ROW_OF_TEXT = 8
WORDS_IN_A_ROW = 30.0
"""The em of handwriting in a row."""
MOST_ROOM = 150


@dataclass(frozen=True, slots=True)
class Question:
    """A problem as the sheet prints it; ``marks`` in words."""

    number: int
    title: TeX
    marks: TeX
    items: tuple[Item, ...]
    place: Place


def questions(
    document: Document, solved: Mapping[Place, Solved], style: Style, room: bool = True, hints: bool = False
) -> list[Question]:
    """All problems of a sheet, with room to write in and hints if wanted."""
    return [
        question(number, frame, solved, style, room, hints) for number, frame in enumerate(document.frames(), start=1)
    ]


def question(
    number: int,
    frame: Frame,
    solved: Mapping[Place, Solved],
    style: Style,
    room: bool = True,
    hints: bool = False,
) -> Question:
    """One problem of a sheet."""
    items = _with_marks(frame, list(_items(frame, solved, style, room, hints)))
    return Question(
        number, inline_tex(frame.title), in_words(marks.of_problem(frame), style), tuple(items), frame.place
    )


def in_words(number: int, style: Style) -> TeX:
    """A number of marks in words; nothing for none."""
    key = "sheet.one mark" if number == 1 else "sheet.many marks"
    return escape(style.words.word(key, number=number)) if number else EMPTY


def _with_marks(frame: Frame, items: list[Item]) -> list[Item]:
    """Marks at the parts, unless there is only one."""
    worth = marks.of_parts(frame)
    lone = sum(item.kind == "prompt" for item in items) == 1
    return [
        replace(item, marks=TeX(str(worth[str(item.label)])))
        if item.kind == "prompt" and not lone and worth.get(str(item.label))
        else item
        for item in items
    ]


def _items(
    frame: Frame, solved: Mapping[Place, Solved], style: Style, room: bool, hints: bool
) -> Iterator[Item]:
    asked = False
    for element in frame.content:
        match element:
            case Part(letter, content):
                asked = True
                yield Item("prompt", inline_tex(content), TeX(letter))
            case Hint(content) if hints:
                yield Item("hint", join(flat(content), " "))
            case Answer() if room:
                yield Item("room", mm=element.room if element.room is not None else _for_words(element.content))
            case DerivationBlock() if element.place in solved:
                if not asked:
                    yield Item("text", _asks(solved[element.place]))
                yield from _derivation(solved[element.place], room)
                asked = False
            case _:
                for item in prose(element, style):
                    asked = True
                    yield item


def _asks(solved: Solved) -> TeX:
    """The question, where the author leaves it to the block."""
    asked = math(r"\displaystyle " + solved.style.latex(solved.worked.statement))
    return join(solved.style.words.parts(f"sheet.{solved.block.kind}", asked=asked))


def _derivation(solved: Solved, room: bool) -> Iterator[Item]:
    """The lines that are given, the room for the others, and the rule to write the answer on."""
    outline, block = solved.worked, solved.block
    given = number_in(block.text("given"))
    if given:
        shown = [replace(part, lines=tuple(n for n in part.lines if n.number <= given)) for part in outline.blocks]
        yield Item("given", chains=chains([part for part in shown if part.lines], solved.style))
    if not room:
        return
    space = block.text("room", "") or ""
    if space != "none":
        lines = sum(len(part.lines) for part in outline.blocks) - given
        least = min(MOST_ROOM, AROUND + A_LINE * (lines + _broken(outline.blocks)))
        yield Item("room", mm=number_in(space) or least)
    if block.kind != "prove":
        yield Item("answer", TeX(solved.style.latex(outline.result.args[0])))


def _broken(blocks: Sequence[Block]) -> int:
    """A chain begins with a line of its own."""
    return len(blocks)


def number_in(text: str | None) -> int:
    """The number that a value such as "60mm" or "after line 3" holds; 0 without one."""
    found = re.search(r"\d+", text or "")
    return int(found.group()) if found else 0


def _for_words(content: Sequence[Element]) -> int:
    """Room for a model answer that is written by hand, in mm."""
    width = sum(_width(element) for element in content)
    return min(MOST_ROOM, AROUND + A_ROW_OF_TEXT * (1 + int(width / WORDS_IN_A_ROW)))


def _width(element: Element) -> float:
    match element:
        case Paragraph(content):
            return text_width(inline_tex(content))
        case Display():
            return 2 * WORDS_IN_A_ROW
        case Bullets(items):
            return sum(WORDS_IN_A_ROW + sum(map(_width, item)) for item in items)
        case DerivationBlock():
            return 6 * WORDS_IN_A_ROW
    return 0.0
