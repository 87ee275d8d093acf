"""A picture as numbers: lines, arrows, filled areas and labels in the coordinates of its axes, without TeX code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Point = tuple[float, float]


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
    """A rectangle, with the formula inside it."""

    low: Point
    high: Point
    step: int
    label: str


@dataclass(frozen=True, slots=True)
class Label:
    """A formula at a point; ``side`` is where it stands from there: right, above, below, left, or at a corner (upper
    left, upper right, lower right)."""

    tex: str
    at: Point
    side: str
    step: int
    role: str = "curve"


Mark = Path | Dot | Cell | Label


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything on one pair of axes.

    ``x`` and ``y`` are the ranges, ``names`` the names at the axes (empty without axes); ``height`` is the height
    of the axes in mm, None for the usual one; ``equal`` says that both directions have one scale.
    """

    x: Point
    y: Point
    names: tuple[str, str]
    marks: tuple[Mark, ...]
    height: float | None = None
    equal: bool = False

    @property
    def last(self) -> int:
        """The number of its last step."""
        return max((mark.step for mark in self.marks), default=0)

    def labels(self) -> Iterator[Label]:
        """All labels."""
        return (mark for mark in self.marks if isinstance(mark, Label))
