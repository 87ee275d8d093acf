"""What a frame leaves open is put in: expressions in the notation become formulas, references get their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from derivgen.documents.drafts import missing_formula
from derivgen.documents.errors import SourceProblem
from derivgen.documents.model import (
    DerivationBlock,
    Document,
    Element,
    Formula,
    Frame,
    Inline,
    Link,
    Notation,
    Place,
    PlotBlock,
    Reference,
    Section,
    Words,
    derivations,
)
from derivgen.documents.plotted import plotted
from derivgen.documents.walk import Change, changed, changed_text
from derivgen.language.declarations import Declarations
from derivgen.language.elaborate import parse
from derivgen.language.notation import NotationError
from derivgen.language.problem import read_declarations
from derivgen.language.shapes import ShapeError, describe
from derivgen.language.terms import Term
from derivgen.present.style import Style


def referred(document: Document, style: Style) -> dict[str, str]:
    """How each problem with an id is referred to: by its number on a sheet, by its title in a lecture, by its number in
    brackets in a reference."""
    if document.front.kind == "sheet":
        return {
            frame.id: style.words.word("sheet.problem", number=k)
            for k, frame in enumerate(document.frames(), start=1)
            if frame.id
        }
    brackets = "({})" if document.front.kind == "reference" else "{}"
    return {frame.id: brackets.format("".join(_plain(frame.title))) for frame in document.frames() if frame.id}


def _plain(content: tuple[Inline, ...]) -> list[str]:
    return [piece.text for piece in content if isinstance(piece, Words)]


def settled_frame(frame: Frame, names: Mapping[str, str], style: Style) -> tuple[Frame, list[SourceProblem]]:
    """One frame with nothing left open; ``names`` says how other problems are referred to."""
    reader = _Settler(names, _declared(derivations(frame.content)), style)
    title, content = reader.inlines(frame.title), []
    for number, element in enumerate(frame.content):
        nearest = [*derivations(frame.content[number:]), *reversed([*derivations(frame.content[:number])])]
        reader.declared = _declared(nearest)
        content.append(reader.element(element))
    return replace(frame, title=title, content=tuple(content)), reader.problems


def _declared(blocks: Iterable[DerivationBlock]) -> Declarations:
    """What blocks declare, the first one first; what cannot be read is said where it is derived."""
    found: dict[str, str] = {}
    for one in (let for block in blocks for let in block.all("let")):
        for group in one.value.split(";"):
            names, _, kind = group.partition(":")
            for name in names.split(","):
                found.setdefault(name.strip(), kind.strip())
    items = Declarations()
    for name, kind in found.items():
        try:
            items = Declarations({**items, **read_declarations({name: kind})})
        except (NotationError, ShapeError):
            continue
    return items


def settled_section(section: Section, document: Document, style: Style) -> tuple[Section, list[SourceProblem]]:
    """A section whose own text leaves nothing open; its frames are settled each by itself."""
    reader = _Settler(referred(document, style), Declarations(), style)
    content = tuple(reader.element(element) for element in section.content)
    return replace(section, title=reader.inlines(section.title), content=content), reader.problems


@dataclass(slots=True)
class _Settler:
    names: Mapping[str, str]
    declared: Declarations
    style: Style
    problems: list[SourceProblem] = field(default_factory=list)

    def element(self, element: Element) -> Element:
        """An element with nothing left open."""
        return changed(element, Change(self._piece, plot=self._plot))

    def inlines(self, content: tuple[Inline, ...]) -> tuple[Inline, ...]:
        """Running text with nothing left open."""
        return changed_text(content, Change(self._piece))

    def _piece(self, piece: Inline) -> Inline:
        match piece:
            case Notation(text, place):
                return self._formula(text, place)
            case Reference(id, letter):
                name = self.names.get(id, id)
                said = Words(self.style.words.word("sheet.part", problem=name, letter=letter) if letter else name)
                return Link(f"#{id}", (said,)) if name.startswith("(") else said
        return piece

    def _plot(self, block: PlotBlock) -> Element:
        found, problems = plotted(block)
        self.problems += problems
        return found

    def _formula(self, text: str, place: Place) -> Formula:
        try:
            return Formula(self.style.latex(self._term(text)), place)
        except NotationError as error:
            here = replace(place, column=place.column + error.position, width=1)
            self.problems.append(SourceProblem(here, error.reason, error.hint))
        except ShapeError as error:
            self.problems.append(SourceProblem(place, str(error), error.hint))
        return Formula(missing_formula(place), place)

    def _term(self, text: str) -> Term:
        """What a text says; a name in front of brackets is a function of what stands in them, as for any reader."""
        declared = self.declared
        while True:
            try:
                return parse(text, declared, infer=True)
            except NotationError as error:
                called = _CALL.match(text, error.position)
                if not error.reason.startswith("there is no function") or called is None or called[1] in declared:
                    raise
                kind = ", ".join(describe(parse(one, declared, infer=True).shape) for one in called[2].split(","))
                declared = Declarations({**declared, **read_declarations({called[1]: f"function({kind}) -> scalar"})})


_CALL = re.compile(r"(\w+)'*\(([^()]*)\)")
"""A name and what it is applied to."""
