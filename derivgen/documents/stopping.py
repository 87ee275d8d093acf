"""A derivation that a document breaks off at a line."""

from __future__ import annotations

from dataclasses import replace

from derivgen.documents.errors import SourceProblem
from derivgen.documents.model import DerivationBlock
from derivgen.documents.record import RecordError
from derivgen.language.terms import make
from derivgen.present.lines import Outline


def stopped(lecture: Outline, worked: Outline, last: int, block: DerivationBlock) -> tuple[Outline, Outline]:
    """Both outlines up to line ``last`` of the worked one; what stands there is the result.

    Raises a problem where there is no such line.
    """
    lines = [line for part in worked.blocks for line in part.lines]
    if not 1 <= last <= len(lines):
        field = block.first("stop")
        place = field.place if field else block.place
        raise RecordError(SourceProblem(place, f"there is no line {last}", f"the derivation has {len(lines)} lines"))
    reached = lines[last - 1].steps[1]
    return _until(lecture, reached), _until(worked, reached)


def _until(outline: Outline, reached: int) -> Outline:
    """An outline without the lines that come after step ``reached`` of the derivation."""
    kept = [replace(part, lines=tuple(n for n in part.lines if n.steps[1] <= reached)) for part in outline.blocks]
    blocks = tuple(part for part in kept if part.lines)
    if not blocks:
        return outline
    last = blocks[-1].lines[-1]
    left = next((line.lhs for line in reversed(blocks[-1].lines) if line.lhs is not None), None)
    result = make(last.relation, (left, last.term)) if left is not None and last.relation == "=" else last.term
    laws = tuple(
        (law, tuple(k for k in numbers if k <= last.number))
        for law, numbers in outline.laws
        if any(k <= last.number for k in numbers)
    )
    return replace(outline, blocks=blocks, result=result, lead=(), laws=laws)
