"""One walk over what stands in a frame: what holds others is gone through, the rest is changed as asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from derivgen.documents.model import (
    Answer,
    Bullets,
    DerivationBlock,
    Element,
    Hint,
    Inline,
    Link,
    Note,
    Paragraph,
    Part,
    PlotBlock,
    Remark,
    Styled,
)


def _same_block(block: DerivationBlock) -> Element:
    return block


def _same_plot(plot: PlotBlock) -> Element:
    return plot


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of the pieces of running text, of derivations, and of pictures."""

    piece: Callable[[Inline], Inline]
    block: Callable[[DerivationBlock], Element] = _same_block
    plot: Callable[[PlotBlock], Element] = _same_plot


def changed(element: Element, change: Change) -> Element:
    """An element with everything in it changed."""
    match element:
        case DerivationBlock():
            return change.block(element)
        case PlotBlock():
            return change.plot(element)
        case Paragraph(content) | Part(_, content):
            return replace(element, content=changed_text(content, change))
        case Note(inner) | Hint(inner) | Answer(inner) | Remark(_, inner):
            return replace(element, content=tuple(changed(one, change) for one in inner))
        case Bullets(items):
            return replace(element, items=tuple(tuple(changed(one, change) for one in item) for item in items))
    return element


def changed_text(content: tuple[Inline, ...], change: Change) -> tuple[Inline, ...]:
    """Running text with its pieces changed."""
    return tuple(
        replace(piece, content=changed_text(piece.content, change))
        if isinstance(piece, Styled | Link)
        else change.piece(piece)
        for piece in content
    )
