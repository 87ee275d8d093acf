"""The marking scheme and the answer key: what earns marks, what else is accepted, and the final answers alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from derivgen.documents import marks
from derivgen.documents.drafts import absent
from derivgen.documents.escape import EMPTY, TeX, escape, inline_tex, join, math
from derivgen.documents.marks import Marks
from derivgen.documents.measure import size
from derivgen.documents.model import (
    Answer,
    DerivationBlock,
    Document,
    Element,
    Frame,
    Missing,
    Part,
    Place,
    derivations,
)
from derivgen.documents.rows import in_rows
from derivgen.documents.sheets.items import prose
from derivgen.documents.sheets.questions import in_words
from derivgen.documents.solve import Solved
from derivgen.documents.worked import EM, WIDTH, Row, problem
from derivgen.present.style import Style

FORMULA = 106.0
"""What a formula of the scheme may take, in mm."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is marked, or an answer: where it stands, a formula or words, why, and its marks."""

    where: TeX
    formula: TeX = EMPTY
    text: TeX = EMPTY
    why: TeX = EMPTY
    marks: TeX = EMPTY
    result: bool = False


@dataclass(frozen=True, slots=True)
class Scheme:
    """The entries of one problem."""

    number: int
    title: TeX
    marks: TeX
    entries: tuple[Entry, ...]
    place: Place


def schemes(
    document: Document, solved: Mapping[Place, Solved], worth: Mapping[Place, Marks], style: Style
) -> list[Scheme]:
    """What earns marks, problem by problem."""
    return [
        scheme(number, frame, marked(frame, solved, worth, style), style)
        for number, frame in enumerate(document.frames(), start=1)
    ]


def scheme(number: int, frame: Frame, entries: Iterable[Entry], style: Style) -> Scheme:
    """The scheme of one problem."""
    worth = in_words(marks.of_problem(frame), style)
    return Scheme(number, inline_tex(frame.title), worth, tuple(entries), frame.place)


def key(document: Document, solved: Mapping[Place, Solved], style: Style) -> list[Entry]:
    """The final answers of a sheet; those in words are those of the model answers."""
    return [
        entry
        for number, frame in enumerate(document.frames(), start=1)
        for entry in answers(number, frame, solved, style)
    ]


def answers(number: int, frame: Frame, solved: Mapping[Place, Solved], style: Style) -> Iterator[Entry]:
    """The final answers of one problem; a part is named once."""
    before = ""
    for letter, element in _lettered(frame):
        label = f"{number}{f' ({letter})' if letter else ''}"
        where = EMPTY if label == before else TeX(label)
        if isinstance(element, DerivationBlock) and element.place in solved:
            yield Entry(where, TeX(in_rows(solved[element.place].worked.result, WIDTH / EM, style)))
        elif isinstance(element, Answer):
            yield Entry(where, text=_words(element, style))
        elif isinstance(element, DerivationBlock | Missing):
            yield Entry(where, text=absent(element, style))
        else:
            continue
        before = label


def _lettered(frame: Frame) -> Iterator[tuple[str, Element]]:
    """The elements of a problem, each with the letter of its part."""
    letter = ""
    for element in frame.content:
        if isinstance(element, Part):
            letter = element.letter
        yield letter, element
        if isinstance(element, Answer):
            yield from ((letter, inner) for inner in derivations(element.content))


def _words(answer: Answer, style: Style) -> TeX:
    """A model answer as one paragraph, without the derivations in it."""
    words = [element for element in answer.content if not isinstance(element, DerivationBlock)]
    items = [item for element in words for item in prose(element, style)]
    return join((TeX(rf"\[{item.tex}\]") if item.kind == "display" else item.tex for item in items), " ")


def marked(
    frame: Frame, solved: Mapping[Place, Solved], worth: Mapping[Place, Marks], style: Style
) -> Iterator[Entry]:
    """What earns marks in one problem."""
    for letter, element in _lettered(frame):
        if isinstance(element, DerivationBlock) and element.place in solved:
            yield from _of_derivation(letter, solved[element.place], worth.get(element.place, Marks()))
        elif isinstance(element, Answer) and element.marks:
            yield Entry(_where(letter, style), text=_words(element, style), marks=TeX(str(element.marks)))
        elif isinstance(element, DerivationBlock | Missing):
            yield Entry(_where(letter, style), text=absent(element, style))


def _where(letter: str, style: Style, line: int = 0) -> TeX:
    said = [f"({letter})"] if letter else []
    return escape(" ".join([*said, *([style.words.word("sheet.line", number=line)] if line else [])]))


def _of_derivation(letter: str, solved: Solved, worth: Marks) -> Iterator[Entry]:
    """The lines that have marks, and the result with the other forms that are accepted."""
    shown, style = problem(0, solved, set(), worth), solved.style
    rows = [row for chain in shown.blocks for row in chain.rows]
    for number, row in enumerate(rows, start=1):
        if row.marks and shown.result:
            yield Entry(_where(letter, style, number), _equation(row), why=row.words, marks=row.marks)
    others = join((math(rf"\displaystyle {style.latex(form)}") for form in solved.accepted), ", ")
    text = join(style.words.parts("sheet.accepted", forms=others)) if others else EMPTY
    result = TeX(in_rows(solved.worked.result, (FORMULA - 6) / EM, style))
    total = shown.marks if shown.result else TeX(str(worth.total))
    yield Entry(_where(letter, style), result, text, escape(style.words.word("sheet.result")), total, result=True)


def _equation(row: Row) -> TeX:
    """A row as one formula, in rows where it is too wide for one."""
    whole = join([row.left, *row.right[:1]])
    parts = [whole, *row.right[1:]]
    if row.left and size(whole).width * EM > FORMULA:
        parts = [row.left, *row.right]
    rows = join(parts, r"\\&\quad ")
    return whole if len(parts) == 1 else TeX(rf"\begin{{aligned}}&{rows}\end{{aligned}}")
