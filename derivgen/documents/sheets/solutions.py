"""Worked solutions of a sheet: question and answer together, a derivation line by line with its laws and marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from derivgen.documents import marks
from derivgen.documents.escape import TeX, inline_tex
from derivgen.documents.marks import Marks
from derivgen.documents.model import Answer, DerivationBlock, Document, Element, Frame, Part, Place, derivations
from derivgen.documents.sheets.items import Item, prose
from derivgen.documents.sheets.questions import in_words
from derivgen.documents.solve import Solved
from derivgen.documents.worked import problem, shown
from derivgen.present.style import Style


@dataclass(frozen=True, slots=True)
class Solution:
    """A problem with its solution; ``labels`` number its derivations as the index of rules does: 2a, 2b."""

    number: int
    title: TeX
    marks: TeX
    items: tuple[Item, ...]
    place: Place


def solutions(
    document: Document, solved: Mapping[Place, Solved], worth: Mapping[Place, Marks], style: Style
) -> list[Solution]:
    """The solutions of all problems in order."""
    noted: set[TeX] = set()
    return [
        solution(number, frame, solved, worth, style, noted) for number, frame in enumerate(document.frames(), start=1)
    ]


def solution(
    number: int,
    frame: Frame,
    solved: Mapping[Place, Solved],
    worth: Mapping[Place, Marks],
    style: Style,
    noted: set[TeX],
) -> Solution:
    """The solution of one problem; ``noted`` are notes that were printed before."""
    reader = _Reader(number, solved, worth, style, noted)
    items = tuple(item for element in frame.content for item in reader.items(element))
    return Solution(number, inline_tex(frame.title), in_words(marks.of_problem(frame), style), items, frame.place)


@dataclass(slots=True)
class _Reader:
    number: int
    solved: Mapping[Place, Solved]
    worth: Mapping[Place, Marks]
    style: Style
    noted: set[TeX]

    def items(self, element: Element) -> Iterator[Item]:
        """An element as the solutions print it; hints are left out."""
        match element:
            case Part(letter, content):
                yield Item("prompt", inline_tex(content), TeX(letter))
            case Answer(content):
                for inner in content:
                    yield from self.items(inner)
                if element.marks:
                    yield Item("worth", marks=shown(element.marks))
            case DerivationBlock() if element.place in self.solved:
                one = self.solved[element.place]
                found = problem(self.number, one, self.noted, self.worth.get(element.place))
                yield Item("derivation", derivation=found)
            case _:
                yield from prose(element, self.style)


def labelled(document: Document, solved: Mapping[Place, Solved]) -> list[tuple[str, Solved]]:
    """The derivations of a sheet, each with the number of its problem and the letter of its part: 2b."""
    found = []
    for number, frame in enumerate(document.frames(), start=1):
        letter = ""
        for element in frame.content:
            if isinstance(element, Part):
                letter = element.letter
            for block in derivations((element,)):
                if block.place in solved:
                    found.append((f"{number}{letter}", solved[block.place]))
    return found
