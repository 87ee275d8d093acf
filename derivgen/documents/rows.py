"""A line of an outline as the cells of a row: left side, right side broken where it is too long, marks,
height."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from derivgen.documents.escape import TeX
from derivgen.documents.measure import size
from derivgen.documents.statements import RELATIONS, sign
from derivgen.language.terms import Path, Term
from derivgen.present.latex import pieces
from derivgen.present.lines import Line, Outline
from derivgen.present.style import Style

Marks = Mapping[Path, str]
MOST_MARKS = 2


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
    beside = Column(left, width - left, style=style)
    widest = max((_widest(line, beside.room, style) for line in lines), default=0.0)
    return Column(0.0, width - 1.0, True, style) if left and widest > beside.room else beside


def cells(line: Line, marks: Marks, column: Column) -> Cells:
    """The cells of ``line`` in its column; marks are left out where a row can only be broken inside them."""
    shown = _cells(line, marks, column)
    if marks and any(size(part).width > column.room for part in shown.right):
        return _cells(line, {}, column)
    return shown


def _cells(line: Line, marks: Marks, column: Column) -> Cells:
    _, relation, rhs, argument = split_sides(line)
    left, left_width = _left(line, marks, column.style)
    right = _pieces(rhs, marks if argument is None else _below(marks, argument), column.room, column.style)
    right[0] = f"{sign(relation)}{right[0]}"
    parts = broken(right, column.room)
    if column.hangs:
        later = [rf"\quad {part}" for part in parts[1:]]
        parts = [left, parts[0], *later] if left else [rf"\quad {parts[0]}", *later]
        left, left_width = "", 0.0
    sizes = [size(part) for part in parts]
    heights = [one.height for one in sizes]
    heights[0] = max(heights[0], size(left).height)
    right_sides = tuple(TeX(part) for part in parts)
    return Cells(TeX(left), right_sides, left_width, sizes[-1].width, tuple(heights))


def _terms(term: Term, marks: Marks, room: float, style: Style) -> list[str]:
    """A term in pieces that a row may be broken between: at its own signs, inside brackets if that is not enough."""
    found = pieces(term, style.notation, marks)
    return found if size("".join(found)).width <= room else pieces(term, style.notation, marks, everywhere=True)


def _pieces(term: Term, marks: Marks, room: float, style: Style) -> list[str]:
    """The same, where a product that is wider than ``room`` em is broken too."""
    found = _terms(term, marks, room, style)
    return [part for piece in found for part in (_factors(piece) if size(piece).width > room else [piece])]


def _factors(tex: str) -> list[str]:
    """A product of brackets, to be broken between them; every later row begins with a dot."""
    depth, start, found = 0, 0, []
    for at, character in enumerate(tex):
        depth += (character == "{") - (character == "}")
        if depth == 0 and at > start and tex.startswith("\\bigl(", at) and tex[:at].rstrip("\\, ").endswith("\\bigr)"):
            found.append(tex[start:at])
            start = at
    later = [rf"\cdot {part}" for part in [*found[1:], tex[start:]]]
    return [found[0], *later] if found else [tex]


def in_rows(equation: Term, width: float, style: Style) -> str:
    """An equation for a frame of ``width`` em, in rows if it is too wide for one."""
    whole = style.latex(equation)
    if size(whole).width <= width or equation.op not in RELATIONS:
        return whole
    left, right = equation.args
    found = _pieces(right, {}, width - 2, style)
    rows = broken([f"{style.latex(left)}{sign(equation.op)}{found[0]}", *found[1:]], width - 2)
    return "".join([r"\begin{aligned}&", r"\\&\quad ".join(rows), r"\end{aligned}"])


def _widest(line: Line, room: float, style: Style) -> float:
    """The widest row of a right side that is broken at signs only."""
    _, relation, rhs, _ = split_sides(line)
    found = _terms(rhs, {}, room, style)
    return max(size(part).width for part in broken([f"{sign(relation)}{found[0]}", *found[1:]], room))


def _left(line: Line, marks: Marks, style: Style) -> tuple[str, float]:
    """The left side and its width; an equation that follows from the one above begins with an arrow."""
    lhs, _, _, argument = split_sides(line)
    tex = style.latex(lhs, _below(marks, 0) if argument is not None else {}) if lhs is not None else ""
    if argument is not None and line.relation:
        tex = rf"{sign(line.relation)}\quad {tex}"
    return tex, size(tex).width


def broken(right: list[str], room: float) -> list[str]:
    """Pieces joined into as few rows as ``room`` em allow; a later row begins one em further in."""
    whole = "".join(right)
    if size(whole).width <= room:
        return [whole]
    rows: list[str] = [right[0]]
    for piece in right[1:]:
        indent = 1.0 if len(rows) > 1 else 0.0
        if indent + size(rows[-1] + piece).width <= room:
            rows[-1] += piece
        else:
            rows.append(f"{{}}{piece}")
    return rows


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
