"""A line of an outline as the cells of a row: left side, right side broken where it is too long, marks,
height."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from derivgen.documents.breaks import INDENT, pieces, rows, whole
from derivgen.documents.escape import TeX, join, math
from derivgen.documents.measure import inline_width, size
from derivgen.documents.statements import RELATIONS, sign
from derivgen.language.terms import Path, Term
from derivgen.present.latex import pieces as at_signs
from derivgen.present.lines import Line, Outline
from derivgen.present.style import Style

Marks = Mapping[Path, str]
MOST_MARKS = 2
MOST_ASIDE = 4
"""The lines of a formula in the column beside the rows."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The two cells of a row; ``right`` has one part for each printed row. Sizes are in em."""

    left: TeX
    right: tuple[TeX, ...]
    left_width: float
    last_width: float
    heights: tuple[float, ...]


def split_sides(line: Line) -> tuple[Term | None, str, Term, int | None]:
    """Left side, relation, right side, and at which argument of ``line.term`` the right side stands."""
    if line.term.op in RELATIONS and line.relation not in RELATIONS:
        return line.term.args[0], line.term.op, line.term.args[1], 1
    return line.lhs, line.relation, line.term, None


def only_line(outline: Outline, width: float, style: Style) -> Line | None:
    """The line of a derivation that has only this one, if it says the same as the result, in ``width`` em."""
    lines = [line for block in outline.blocks for line in block.lines]
    if len(lines) != 1 or size(style.latex(outline.result)).width > width:
        return None
    left, relation, right, _ = split_sides(lines[0])
    return lines[0] if (relation, left, right) == (outline.result.op, *outline.result.args) else None


@dataclass(frozen=True, slots=True)
class Column:
    """How the rows of one chain share the width, in em: the left column, and the room for right sides; and their style.

    Where a right side is too wide for its room, the chain ``hangs``: left sides have rows of their own, and
    right sides begin one em in.
    """

    left: float
    room: float
    hangs: bool = False
    style: Style = field(default_factory=Style)


NO_COLUMN = Column(0.0, 0.0)


def column(lines: Sequence[Line], width: float, style: Style) -> Column:
    """The column for the rows of one chain."""
    left = max((_left(line, {}, style)[1] for line in lines), default=0.0)
    beside, below = Column(left, width - left, style=style), Column(0.0, width - INDENT, True, style)
    fits = not left or all(_fits_at_signs(line, beside) for line in lines)
    return beside if fits and (not left or _count(lines, beside) <= _count(lines, below) + 1) else below


def _fits_at_signs(line: Line, column: Column) -> bool:
    """Whether the rows of a right side fit in a column when they are broken at their own signs only."""
    _, relation, rhs, _ = split_sides(line)
    first, *others = at_signs(rhs, column.style.notation)
    widths = [size(sign(relation) + first).width, *(INDENT + size(piece).width for piece in others)]
    return max(widths) <= column.room


def cells(line: Line, marks: Marks, column: Column) -> Cells:
    """The cells of ``line`` in its column; marks are left out where a row can only be broken inside them."""
    shown = _cells(line, marks, column)
    if marks and any(size(part).width > column.room for part in shown.right):
        return _cells(line, {}, column)
    return shown


def _cells(line: Line, marks: Marks, column: Column) -> Cells:
    _, relation, rhs, argument = split_sides(line)
    left, left_width = _left(line, marks, column.style)
    inside = marks if argument is None else _below(marks, argument)
    parts = _rows(sign(relation), rhs, inside, column.room, column.style)
    if column.hangs:
        above = rows(pieces(left, column.room), column.room) if left else []
        later = [rf"\quad {part}" for part in parts[1:]]
        parts = [*above, parts[0], *later] if left else [rf"\quad {parts[0]}", *later]
        left, left_width = "", 0.0
    sizes = [size(part) for part in parts]
    heights = [one.height for one in sizes]
    heights[0] = max(heights[0], size(left).height)
    right_sides = tuple(TeX(part) for part in parts)
    return Cells(TeX(left), right_sides, left_width, sizes[-1].width, tuple(heights))


def _rows(before: str, term: Term, marks: Marks, room: float, style: Style) -> list[str]:
    """A term in rows, ``before`` at the head of the first: broken at its own signs, inside these parts if need be."""
    first, *others = at_signs(term, style.notation, marks)
    found = [before + first, *others]
    parts = [part for piece in found for part in (pieces(piece, room) if size(piece).width > room else [whole(piece)])]
    return rows(parts, room)


def in_rows(equation: Term, width: float, style: Style) -> str:
    """An equation for a frame of ``width`` em, in rows if it is too wide for one."""
    tex = style.latex(equation)
    if size(tex).width <= width:
        return tex
    parts = rows(pieces(tex, width), width)
    return "".join([r"\begin{aligned}&", r"\\&\quad ".join(parts), r"\end{aligned}"])


def aside(equation: Term, width: float, style: Style) -> TeX | None:
    """An equation for a narrow column of ``width`` em, in lines if it is too wide; None where that is no use."""
    tex = style.latex(equation)
    if inline_width(tex) <= width:
        return math(tex)
    found = rows(pieces(tex, width - INDENT), width)
    if len(found) > MOST_ASIDE or any(inline_width(row) > width - INDENT for row in found[1:]):
        return None
    return join(map(math, found), r"\\\hspace*{1em}")


def _count(lines: Sequence[Line], column: Column) -> int:
    """How many rows the right sides of some lines take."""
    sides = [split_sides(line) for line in lines]
    return sum(len(_rows(sign(relation), rhs, {}, column.room, column.style)) for _, relation, rhs, _ in sides)


def _left(line: Line, marks: Marks, style: Style) -> tuple[str, float]:
    """The left side and its width; an equation that follows from the one above begins with an arrow."""
    lhs, _, _, argument = split_sides(line)
    tex = style.latex(lhs, _below(marks, 0) if argument is not None else {}) if lhs is not None else ""
    if argument is not None and line.relation:
        tex = rf"{sign(line.relation)}\quad {tex}"
    return tex, size(tex).width


def _below(marks: Marks, argument: int) -> dict[Path, str]:
    """The marks inside one argument, their paths seen from there."""
    return {path[1:]: macro for path, macro in marks.items() if path and path[0] == argument and len(path) > 1}


def useful(paths: tuple[Path, ...], term: Term) -> tuple[Path, ...]:
    """The places worth marking: none if everything changed or the marks would be more than the eye can
    follow."""
    if not paths or len(paths) > MOST_MARKS or any(_is_all(path, term) for path in paths):
        return ()
    return paths


def _is_all(path: Path, term: Term) -> bool:
    """Whether ``path`` is the whole right side."""
    if path and term.op in RELATIONS and path[0] == 1:
        return _is_all(path[1:], term.args[1])
    if not path:
        return True
    return len(path) == 1 and isinstance(path[0], tuple) and len(path[0]) == len(term.args)
