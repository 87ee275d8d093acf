"""A picture as numbers: lines, arrows, filled areas and labels in the coordinates of its axes, without TeX code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derivgen.language.terms import Term
from derivgen.present.style import Style

Point = tuple[float, float]
Formula = tuple[Term | str, ...]
"""Terms, and TeX with numbers between them."""


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points.

    ``role`` says what it is: curve, guide, contour, line (a secant or a tangent), arrow, or area (filled down to
    the axis). ``step`` is 0 for what is there from the beginning.
    """

    role: str
    points: tuple[Point, ...]
    step: int


@dataclass(frozen=True, slots=True)
class Dot:
    """A marked point."""

    at: Point
    step: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A rectangle, with the formula inside it; ``tex`` is the formula in a notation."""

    low: Point
    high: Point
    step: int
    formula: Formula
    tex: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A formula at a point; ``side`` is where it stands from there: right, above, below, left, or at a corner (upper
    left, upper right, lower right)."""

    formula: Formula
    at: Point
    side: str
    step: int
    role: str = "curve"
    tex: str = ""


Mark = Path | Dot | Cell | Label


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything on one pair of axes.

    ``x`` and ``y`` are the ranges, ``names`` the names at the axes (None without axes); ``height`` is the height
    of the axes in mm, None for the usual one; ``equal`` says that both directions have one scale, ``comma`` that 0.5
    is written 0,5.
    """

    x: Point
    y: Point
    names: tuple[Term | None, Term | None]
    marks: tuple[Mark, ...]
    height: float | None = None
    equal: bool = False
    comma: bool = False

    @property
    def last(self) -> int:
        """The number of its last step."""
        return max((mark.step for mark in self.marks), default=0)

    def written(self, style: Style) -> Picture:
        """The same picture with its formulas and numbers in a notation."""
        comma = style.notation.decimal == "comma"

        def tex(piece: Term | str) -> str:
            if isinstance(piece, Term):
                return style.latex(piece)
            return piece.replace(".", "{,}") if comma else piece

        marks = (replace(m, tex="".join(map(tex, m.formula))) if isinstance(m, Label | Cell) else m for m in self.marks)
        return replace(self, marks=tuple(marks), comma=comma)

    def labels(self) -> Iterator[Label]:
        """All labels."""
        return (mark for mark in self.marks if isinstance(mark, Label))
