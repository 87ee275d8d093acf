"""References from one problem to another: those that lead nowhere, and what the others say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivgen.documents.errors import SourceProblem, nearest
from derivgen.documents.model import (
    Answer,
    Bullets,
    Element,
    Frame,
    Hint,
    Inline,
    Link,
    Note,
    Paragraph,
    Part,
    Reference,
    Remark,
    Styled,
)


def unknown_references(frames: Iterable[Frame]) -> list[SourceProblem]:
    """A problem for every reference to a problem or a part that is not there."""
    listed = list(frames)
    parts = {frame.id: {e.letter for e in frame.content if isinstance(e, Part)} for frame in listed if frame.id}
    found = []
    for frame in listed:
        for reference in _references(frame):
            if reference.id not in parts:
                if frame.include or any(other.include.endswith(f"#{reference.id}") for other in listed):
                    continue
                hint = nearest(reference.id, parts) if parts else "give a problem an id: ## Title {#id}"
                found.append(SourceProblem(reference.place, f'no problem has the id "{reference.id}"', hint))
            elif reference.letter and reference.letter not in parts[reference.id]:
                hint = nearest(reference.letter, parts[reference.id]) if parts[reference.id] else "it has no parts"
                found.append(SourceProblem(reference.place, f'"{reference.id}" has no part ({reference.letter})', hint))
    return found


def _references(frame: Frame) -> Iterator[Reference]:
    for text in inlines(frame.content):
        yield from (piece for piece in _flat(text) if isinstance(piece, Reference))


def inlines(content: Iterable[Element]) -> Iterator[tuple[Inline, ...]]:
    """All running text of some elements."""
    for element in content:
        match element:
            case Paragraph() | Part():
                yield element.content
            case Bullets(items):
                for item in items:
                    yield from inlines(item)
            case Note() | Hint() | Answer() | Remark():
                yield from inlines(element.content)


def _flat(content: Iterable[Inline]) -> Iterator[Inline]:
    for piece in content:
        yield piece
        if isinstance(piece, Styled | Link):
            yield from _flat(piece.content)
