"""A problem with values in place of the names that are drawn: in its text, its derivations and its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from derivgen.documents.model import DerivationBlock, DrawBlock, Frame, Inline, Notation, PlotBlock
from derivgen.documents.sheets.draws import put_in
from derivgen.documents.walk import Change, changed, changed_text

WRITTEN = ("let", "of", "wrt", "show", "assume", "along", "to", "via", "from", "accept", "book", "misprint")
"""The keys whose values are in the notation."""


def instance(frame: Frame, values: Mapping[str, str]) -> Frame:
    """The problem with its values, without its draw block."""

    def piece(one: Inline) -> Inline:
        return replace(one, text=put_in(one.text, values)) if isinstance(one, Notation) else one

    def block(one: DerivationBlock) -> DerivationBlock:
        fields = (replace(f, value=put_in(f.value, values)) if f.key in WRITTEN else f for f in one.fields)
        return replace(one, fields=tuple(fields))

    def plot(one: PlotBlock) -> PlotBlock:
        return replace(one, text=put_in(one.text, values))

    change = Change(piece, block, plot)
    content = tuple(changed(one, change) for one in frame.content if not isinstance(one, DrawBlock))
    return replace(frame, content=content, title=changed_text(frame.title, change))
