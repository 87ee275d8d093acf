"""From a plot block to a picture: every value is the value of a term, slopes are values of derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from itertools import product as pairs

from derivgen.documents.errors import SourceProblem
from derivgen.documents.pictures import Cell, Dot, Formula, Label, Mark, Path, Picture, Point
from derivgen.documents.plot_source import Drawing, Plot, Range
from derivgen.interop.contours import level_sets
from derivgen.interop.values import NoValueError, Values
from derivgen.language.shapes import ShapeError
from derivgen.language.terms import Term, make, symbol
from derivgen.language.terms import product as times

SAMPLES = 121
BEYOND = 0.18
"""By how much of the range a secant or a tangent goes on beyond its points."""
ROOM = 0.06
"""The room above and below the curves, as a part of their height."""


def draw(plot: Plot) -> tuple[Picture | None, list[SourceProblem]]:
    """The picture, or None and what has no value."""
    painter = _Painter(plot)
    try:
        return painter.picture(), []
    except _UndrawableError as error:
        return None, [error.problem]
    except (NoValueError, ShapeError) as error:
        return None, [SourceProblem(painter.at.place, str(error), "choose another expression or range")]


class _UndrawableError(Exception):
    def __init__(self, drawing: Drawing | Range, message: str, hint: str) -> None:
        self.problem = SourceProblem(drawing.place, message, hint)
        super().__init__(message)


class _Painter:
    """Draws one plot; ``at`` is the line it is working on."""

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.at: Drawing | Range = plot.drawings[0]
        self.values = Values(plot.declarations, plot.functions)
        self.constants: dict[str, float] = {}
        self.x: Point = (0.0, 1.0)
        self.y: Point = (0.0, 1.0)

    def picture(self) -> Picture:
        """The whole picture."""
        for name, term in self.plot.constants.items():
            self.constants[name] = self.number(term)
        if any(drawing.kind == "rectangle" for drawing in self.plot.drawings):
            return self._rectangles()
        ranges = [self._range(one) for one in self.plot.ranges]
        self.x = ranges[0] if ranges else self.x
        self.y = ranges[1] if len(ranges) > 1 else self._vertical()
        marks = tuple(self._marks())
        names = [*(symbol(one.name) for one in self.plot.ranges), None]
        equal = self.plot.equal or any(drawing.kind == "contours" for drawing in self.plot.drawings)
        return Picture(self.x, self.y, (names[0], names[1]), marks, self.plot.height, equal)

    # -- values ----------------------------------------------------------------------------------------------
    def number(self, t: Term) -> float:
        """The value of a constant term."""
        found = self.values.at(t, self.constants)
        if found is None:
            raise _UndrawableError(self.at, "this number has no value", "it is undefined, complex or too large")
        return found

    def _range(self, one: Range) -> Point:
        self.at = one
        low, high = self.number(one.low), self.number(one.high)
        if not low < high:
            empty = f"{one.name} from {low:g} to {high:g} is empty"
            raise _UndrawableError(one, empty, "the smaller number comes first")
        return low, high

    def height_at(self, curve: Drawing, x: float) -> float:
        """The value of a curve at a point where it must have one."""
        found = self._value(curve, x)
        if found is None:
            raise _UndrawableError(self.at, f"the curve has no value at {x:g}", "choose another point")
        return found

    def _value(self, curve: Drawing, x: float) -> float | None:
        return self.values.at(curve.terms[0], {**self.constants, self.plot.ranges[0].name: x})

    def _samples(self, curve: Drawing, x: Point) -> list[tuple[float, float | None]]:
        self.at = curve
        places = [x[0] + (x[1] - x[0]) * k / (SAMPLES - 1) for k in range(SAMPLES)]
        found = [self._value(curve, place) for place in places]
        tiny = (x[1] - x[0]) * 1e-7
        for k, value in enumerate(found):
            if value is None:  # abs and sqrt have no slope at 0, and so no value that the check would give
                inward = tiny if k == 0 else -tiny
                found[k] = _continued(self._value(curve, places[k] + inward), found, k)
        return list(zip(places, found, strict=True))

    def _vertical(self) -> Point:
        """A vertical range that holds all curves."""
        curves = [drawing for drawing in self.plot.drawings if drawing.kind == "curve"]
        found = [y for curve in curves for _, y in self._samples(curve, self.x) if y is not None]
        if not found:
            name = self.plot.ranges[0].name
            raise _UndrawableError(curves[0], f"this curve has no value in the range of {name}", "choose another range")
        room = ROOM * (max(found) - min(found)) or 1.0
        return min(found) - room, max(found) + room

    # -- marks -----------------------------------------------------------------------------------------------
    def _marks(self) -> Iterator[Mark]:
        curve = contours = None
        for drawing in self.plot.drawings:
            self.at = drawing
            if drawing.kind in ("curve", "guide"):
                yield from self._curve(drawing)
                curve = drawing if drawing.kind == "curve" else curve
            elif drawing.kind == "contours":
                contours = drawing
                yield from self._contours(drawing)
            elif drawing.kind != "levels":
                above = curve if curve is not None and drawing.kind not in ("direction", "gradient") else contours
                assert above is not None  # the reader of the block has seen to that
                yield from _DRAWN[drawing.kind](self, drawing, above)

    def _curve(self, drawing: Drawing) -> Iterator[Mark]:
        lines = list(_visible(self._samples(drawing, self.x), self.y))
        if not lines:
            raise _UndrawableError(drawing, "nothing of this curve lies in the picture", "choose other ranges")
        yield from (Path(drawing.kind, tuple(line), drawing.step) for line in lines)
        if drawing.kind == "curve" or drawing.label:
            end = lines[-1][-1]
            side = "right" if end[0] >= self.x[1] - (self.x[1] - self.x[0]) / SAMPLES else "above"
            yield Label((drawing.label or drawing.terms[0],), end, side, drawing.step, drawing.kind)

    def _area(self, drawing: Drawing, curve: Drawing) -> Iterator[Mark]:
        low, high = (self.number(t) for t in drawing.terms)
        for line in _visible(self._samples(curve, (low, high)), self.y):
            bottom = max(self.y[0], min(0.0, self.y[1]))
            around = (line[0][0], bottom), *line, (line[-1][0], bottom)
            yield Path("area", around, drawing.step)

    def _point(self, drawing: Drawing, curve: Drawing) -> Iterator[Mark]:
        x = self.number(drawing.terms[0])
        at = (x, self.height_at(curve, x))
        yield Dot(at, drawing.step)
        if drawing.label is not None:
            yield Label((drawing.label,), at, "above", drawing.step, "dot")

    def _secant(self, drawing: Drawing, curve: Drawing) -> Iterator[Mark]:
        a, b = sorted(self.number(t) for t in drawing.terms)
        if a == b:
            raise _UndrawableError(drawing, "a secant needs two points", f"write tangent at {a:g}")
        at_a, at_b = self.height_at(curve, a), self.height_at(curve, b)
        slope = (at_b - at_a) / (b - a)
        quotient = rf"\frac{{{_shown(at_b)}-{_bracketed(at_a)}}}{{{_shown(b)}-{_bracketed(a)}}}{_equals(slope)}"
        yield from self._line(drawing, curve, (a, at_a), slope, (a, b), (quotient,))
        yield from (Dot(at, drawing.step) for at in ((a, at_a), (b, at_b)))

    def _tangent(self, drawing: Drawing, curve: Drawing) -> Iterator[Mark]:
        a, name = self.number(drawing.terms[0]), self.plot.ranges[0].name
        height = self.height_at(curve, a)
        slope = self.values.slope(curve.terms[0], name, {**self.constants, name: a})
        if slope is None:
            raise _UndrawableError(drawing, f"the curve has no tangent at {a:g}", "choose another point")
        derivative = make("D", (curve.terms[0], symbol(name))), _equals(slope)
        yield from self._line(drawing, curve, (a, height), slope, (a, a), derivative)
        yield Dot((a, height), drawing.step)

    def _line(
        self, drawing: Drawing, curve: Drawing, at: Point, slope: float, between: Point, formula: Formula
    ) -> Iterator[Mark]:
        """A line through a point, a little beyond the points between which it is drawn, as far as it is visible.

        Its label stands on the side of its end where neither the curve nor the line is.
        """
        beyond = BEYOND * (self.x[1] - self.x[0])
        ends = [max(self.x[0], between[0] - beyond), min(self.x[1], between[1] + beyond)]
        if slope:
            crossings = sorted(at[0] + (y - at[1]) / slope for y in self.y)
            ends = [max(ends[0], crossings[0]), min(ends[1], crossings[1])]
        points = [(x, at[1] + slope * (x - at[0])) for x in ends]
        yield Path("line", tuple(points), drawing.step)
        there = self._value(curve, points[1][0])
        below = there is not None and there > points[1][1] + 1e-9
        side = "lower right" if below else "upper left" if slope > 0 else "upper right"
        yield Label((drawing.label,) if drawing.label else formula, points[1], side, drawing.step, "line")

    # -- two variables ---------------------------------------------------------------------------------------
    def _at_point(self, contours: Drawing, at: Point) -> dict[str, float]:
        return {**self.constants, **dict(zip((one.name for one in self.plot.ranges), at, strict=True))}

    def _contours(self, drawing: Drawing) -> Iterator[Mark]:
        following = self.plot.drawings[self.plot.drawings.index(drawing) + 1 :]
        levels = [self.number(t) for one in following if one.kind == "levels" for t in one.terms]
        sets = level_sets(
            lambda x, y: self.values.at(drawing.terms[0], self._at_point(drawing, (x, y))), self.x, self.y, levels
        )
        lines = [line for _, found in sets for line in found]
        if not lines:
            raise _UndrawableError(drawing, "no contour lies in the picture", "choose other ranges or levels")
        yield from (Path("contour", tuple(line), drawing.step) for line in lines)
        corner = (self.x[1], self.y[1])
        yield Label((drawing.label or drawing.terms[0],), corner, "right", drawing.step)

    def _direction(self, drawing: Drawing, contours: Drawing) -> Iterator[Mark]:
        u, v, x, y = (self.number(t) for t in drawing.terms)
        yield from self._arrow(drawing, (x, y), (u, v))

    def _gradient(self, drawing: Drawing, contours: Drawing) -> Iterator[Mark]:
        x, y = (self.number(t) for t in drawing.terms)
        names = [one.name for one in self.plot.ranges]
        slopes = [self.values.slope(contours.terms[0], name, self._at_point(contours, (x, y))) for name in names]
        if None in slopes:
            raise _UndrawableError(drawing, f"there is no gradient at ({x:g}, {y:g})", "choose another point")
        along = tuple(slope or 0.0 for slope in slopes)
        length = math.hypot(*along)
        if not length:
            raise _UndrawableError(drawing, f"the gradient at ({x:g}, {y:g}) is zero", "choose another point")
        wanted = 0.2 * min(self.x[1] - self.x[0], self.y[1] - self.y[0])  # its direction is shown, not its length
        yield from self._arrow(drawing, (x, y), (along[0] * wanted / length, along[1] * wanted / length))

    def _arrow(self, drawing: Drawing, start: Point, along: Point) -> Iterator[Mark]:
        if not any(along):
            raise _UndrawableError(drawing, "a direction is not zero", "write direction (1, 0) at ...")
        end = (start[0] + along[0], start[1] + along[1])
        yield Path("arrow", (start, end), drawing.step)
        yield Dot(start, drawing.step)
        if drawing.label is not None:
            across = abs(along[0]) >= abs(along[1])
            side = ("right" if along[0] > 0 else "left") if across else ("above" if along[1] > 0 else "below")
            yield Label((drawing.label,), end, side, drawing.step, "arrow")

    # -- rectangles ------------------------------------------------------------------------------------------
    def _rectangles(self) -> Picture:
        """Rectangles from one corner; the sums in their sides divide them into cells, and each is drawn once."""
        marks: dict[tuple[Term, Term], Mark] = {}
        sides: dict[tuple[str, Term], Mark] = {}
        width = height = 0.0
        for drawing in self.plot.drawings:
            self.at = drawing
            if drawing.kind != "rectangle":
                raise _UndrawableError(drawing, f"no {drawing.kind} beside rectangles", "make it a plot of its own")
            across, up = (list(self._intervals(t)) for t in drawing.terms)
            width, height = max(width, across[-1][2]), max(height, up[-1][2])
            for (a, left, right), (b, low, high) in pairs(across, up):
                cell = Cell((left, low), (right, high), drawing.step, (times(a, b),))
                marks.setdefault((a, b), cell)
            for t, low, high in across:
                sides.setdefault(("x", t), Label((t,), ((low + high) / 2, 0.0), "below", drawing.step, "side"))
            for t, low, high in up:
                sides.setdefault(("y", t), Label((t,), (0.0, (low + high) / 2), "left", drawing.step, "side"))
        every = (*marks.values(), *sides.values())
        return Picture((0.0, width), (0.0, height), (None, None), every, self.plot.height)

    def _intervals(self, side: Term) -> Iterator[tuple[Term, float, float]]:
        """The summands of a side, each with the interval it takes."""
        begin = 0.0
        for t in side.args if side.op == "plus" else (side,):
            length = self.number(t)
            if length <= 0:
                raise _UndrawableError(self.at, "a side is not positive", 'choose other values with a line "with .."')
            yield t, begin, begin + length
            begin += length


_DRAWN: Mapping[str, Callable[[_Painter, Drawing, Drawing], Iterator[Mark]]] = {
    "area": _Painter._area,
    "point": _Painter._point,
    "secant": _Painter._secant,
    "tangent": _Painter._tangent,
    "direction": _Painter._direction,
    "gradient": _Painter._gradient,
}


def _continued(near: float | None, found: Sequence[float | None], k: int) -> float | None:
    """The value next to a single gap, if the curve goes on there as its neighbours do; a pole stays a gap."""
    after, before = found[k + 1 : k + 3], found[max(0, k - 2) : k][::-1]
    for pair in (before, after):
        if near is not None and len(pair) == 2 and pair[0] is not None and pair[1] is not None:
            return near if abs(near - pair[0]) <= 4 * abs(pair[0] - pair[1]) else None
    return None


def _visible(samples: Sequence[tuple[float, float | None]], y: Point) -> Iterator[list[Point]]:
    """The parts of a sampled curve inside a vertical range, cut at its edges; a pole or a gap divides it."""
    line: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(samples):
        piece = _clipped((x0, y0), (x1, y1), y) if y0 is not None and y1 is not None else None
        if piece is None or (line and line[-1] != piece[0]):
            if len(line) > 1:
                yield line
            line = []
        if piece is not None:
            line += [*([] if line else [piece[0]]), piece[1]]
    if len(line) > 1:
        yield line


def _clipped(a: Point, b: Point, y: Point) -> tuple[Point, Point] | None:
    """The part of a segment inside a vertical range; None if there is none, or if it leaps across it (a pole)."""
    low, high = y
    below, above = min(a[1], b[1]), max(a[1], b[1])
    if above < low or below > high or (below < low and above > high):
        return None
    return _drawn_in(a, b, y), _drawn_in(b, a, y)


def _drawn_in(end: Point, other: Point, y: Point) -> Point:
    """``end``, moved along the segment into the range."""
    edge = min(max(end[1], y[0]), y[1])
    if edge == end[1]:
        return end
    return end[0] + (other[0] - end[0]) * (edge - end[1]) / (other[1] - end[1]), edge


def _shown(x: float) -> str:
    """A number with at most three digits that count."""
    text = f"{x:.3g}"
    if "e" in text:
        digits, _, power = text.partition("e")
        return rf"{digits}\cdot10^{{{int(power)}}}"
    return "0" if text == "-0" else text


def _bracketed(x: float) -> str:
    return _shown(x) if x >= 0 else f"({_shown(x)})"


def _equals(x: float) -> str:
    """``= 2``, or ``\\approx`` where digits are left out."""
    exact = math.isclose(float(f"{x:.3g}"), x, rel_tol=1e-9, abs_tol=1e-12)
    return ("=" if exact else r"\approx ") + _shown(x if not exact else _without_rounding(x))


def _without_rounding(x: float) -> float:
    """Zero for what is zero but for rounding."""
    return 0.0 if abs(x) < 1e-12 else x
