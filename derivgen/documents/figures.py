"""Pictures as TikZ and pgfplots code, built with PyLaTeX; the styles stand in the template figures.tex.j2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise
from math import dist

from pylatex import Axis, NoEscape, Plot, TikZ, TikZCoordinate, TikZNode, TikZOptions, TikZPath

from derivgen.documents.escape import TeX
from derivgen.documents.labels import EM, GAP, LINE, label_height, label_width, placed
from derivgen.documents.measure import size
from derivgen.documents.pictures import Cell, Dot, Label, Mark, Path, Picture, Point
from derivgen.present.latex import latex

HEIGHT = 46.0
"""The usual height of the axes in mm."""
HEIGHTS = (30.0, 52.0)
"""Between these it is adapted to the page."""
WIDTH = 84.0
"""The usual width of the axes in mm."""
WIDEST = 110.0
BELOW, ABOVE, LEFT = 6.0, 5.0, 9.0
"""What numbers and names at the axes take in mm."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the axes stand on a picture: their size and the room at their left, below and above in mm."""

    width: float
    height: float
    left: float
    below: float
    above: float


def fitted(picture: Picture, room: float) -> Picture:
    """The picture with axes that fill ``room`` mm of a page, within HEIGHTS, unless its author set the height."""
    if picture.height is not None:
        return picture
    low, high = HEIGHTS
    return replace(picture, height=min(high, max(low, room - height(picture) + HEIGHT)))


def height(picture: Picture) -> float:
    """What a picture takes of a page in mm."""
    frame = _frame(picture, 0.0)
    return frame.below + frame.height + frame.above


def figure(picture: Picture, width: float, step: int | None = None) -> TeX:
    """The TeX of a picture in a column of ``width`` mm.

    With ``step`` its parts appear one after another on a slide, from this step on; without, all are there.
    """
    frame = _frame(picture, width)
    drawn = _Drawing(picture, frame, step)
    return TeX(drawn.tex(width))


def _frame(picture: Picture, column: float) -> _Frame:
    """Both directions have one scale where the picture asks for it; it is centred with what stands beside it."""
    high = picture.height or HEIGHT
    wide = WIDTH
    if picture.equal:
        wide = high * (picture.x[1] - picture.x[0]) / (picture.y[1] - picture.y[0])
        high, wide = min(high, high * WIDEST / wide), min(wide, WIDEST)
    axes = bool(picture.names[0])
    sides = max((label_width(one) for one in picture.labels() if one.side == "left"), default=0.0)
    left = LEFT if axes else sides + 2 * GAP
    below = BELOW if axes or any(one.side == "below" for one in picture.labels()) else 0.0
    top = any(one.side == "above" and one.role == "curve" for one in picture.labels())
    above = ABOVE if picture.names[1] or top else GAP
    reach = max((_reach(one, picture, wide) for one in picture.labels() if one.side.endswith("right")), default=0.0)
    free = column - left - wide - max(reach, 0.0)
    return _Frame(wide, high, left + max(0.0, free / 2), below, above)


def _reach(label: Label, picture: Picture, wide: float) -> float:
    """How far a label stands out at the right."""
    low, high = picture.x
    return (label.at[0] - high) / (high - low) * wide + GAP + label_width(label)


class _Drawing:
    def __init__(self, picture: Picture, frame: _Frame, step: int | None) -> None:
        self.picture, self.frame, self.step = picture, frame, step

    def tex(self, column: float) -> str:
        """What does not change, set once and copied to every step; on it what does, in a box of the same size."""
        frame = self.frame
        low = f"({-frame.left:.2f},{-frame.below:.2f})"
        high = f"({column - frame.left:.2f},{frame.height + frame.above:.2f})"
        lasting = self._picture(low, high, [self._axes()] if self.picture.names[0] else [])
        name = blake2b(lasting.encode(), digest_size=6).hexdigest()
        ground = rf"\rlap{{\dgground{{{name}}}{{{lasting}}}}}"
        first = self.step or 1
        if first > 1:
            ground = rf"\only<{first}->{{{ground}}}"
        return "%\n".join([*self._colours(), ground, self._picture(low, high, self._pieces())])

    def _picture(self, low: str, high: str, pieces: Iterable[str]) -> str:
        picture = TikZ(options=TikZOptions("x=1mm", "y=1mm"))
        picture.append(NoEscape(rf"\useasboundingbox {low} rectangle {high};"))
        for piece in pieces:
            picture.append(NoEscape(piece))
        return str(picture.dumps())

    def _pieces(self) -> Iterator[str]:
        """What changes from step to step, or appears in a later one."""
        for mark in self._behind_first():
            if not self._lasts(mark):
                yield self._stepped(mark, self._drawn(mark))
        lines = [points for one in self.picture.marks if isinstance(one, Path) for points in self._traced(one)]
        lines += self._beside_axes() if self.picture.names[0] else []
        frame = self.frame
        room = -frame.left, -frame.below, frame.width + self._reach(), frame.height + frame.above
        for label in placed(self._labels(), lines, room):
            yield self._stepped(label, self._label(label))

    def _reach(self) -> float:
        """How far labels may stand out at the right."""
        return max((_reach(one, self.picture, self.frame.width) for one in self.picture.labels()), default=0.0)

    def _beside_axes(self) -> list[list[Point]]:
        """The axes and their numbers, as lines in mm that labels leave free."""
        wide, high = int(self.frame.width), int(self.frame.height)
        below = [[(float(x), -float(down)) for x in range(wide + 1)] for down in range(int(BELOW))]
        beside = [[(-float(left), float(y)) for y in range(high + 1)] for left in range(int(LEFT))]
        return below + beside

    def _traced(self, path: Path) -> Iterator[list[Point]]:
        """The line of a path in mm, in points that are close to each other; nothing for an area."""
        if path.role == "area":
            return
        for start, end in pairwise(map(self._place, path.points)):
            parts = max(1, int(dist(start, end)))
            yield [
                (start[0] + (end[0] - start[0]) * k / parts, start[1] + (end[1] - start[1]) * k / parts)
                for k in range(parts + 1)
            ]

    def _lasts(self, mark: Mark) -> bool:
        """Whether a mark looks the same in every step."""
        steady = isinstance(mark, Path) and mark.role in ("area", "guide", "contour", "curve")
        return steady and mark.step == 0 and self.picture.names[0] is not None

    # -- steps -----------------------------------------------------------------------------------------------
    def _colours(self) -> Iterator[str]:
        """What is new in a step has the accent, until the next step; on paper what came last."""
        for k in range(self.picture.last + 1):
            last = k == self.picture.last
            new, old = (rf"\colorlet{{dgnew{k}}}{{{colour}}}" for colour in ("accent", "quiet"))
            fill, blank = (rf"\colorlet{{dgfill{k}}}{{{colour}}}" for colour in ("tint", "white"))
            if self.step is None or last:
                yield (new + fill) if last else (old + blank)
            else:
                yield rf"\alt<{self.step + k}>{{{new}{fill}}}{{{old}{blank}}}"

    def _stepped(self, mark: Mark, tex: str) -> str:
        """TeX that appears in the mark's step."""
        first = 1 if self.step is None else self.step + mark.step
        return tex if first == 1 else rf"\only<{first}->{{{tex}}}"

    # -- inside the axes -------------------------------------------------------------------------------------
    def _axes(self) -> str:
        (left, right), (low, high) = self.picture.x, self.picture.y
        options = TikZOptions(
            "dgaxes,/pgf/number format/use comma" if self.picture.comma else "dgaxes",
            NoEscape(f"width={self.frame.width:.2f}mm"),
            NoEscape(f"height={self.frame.height:.2f}mm"),
            NoEscape(f"xmin={_number(left)},xmax={_number(right)},ymin={_number(low)},ymax={_number(high)}"),
        )
        axis = Axis(options=options)
        for mark in self._behind_first():
            if isinstance(mark, Path) and self._lasts(mark):
                points = [(_number(x), _number(y)) for x, y in mark.points]
                plot = Plot(coordinates=points, options=TikZOptions(f"dg{mark.role}"))
                axis.append(NoEscape(str(plot.dumps()).rstrip("%\n")))
        return str(axis.dumps())

    def _behind_first(self) -> list[Path | Dot | Cell]:
        """Filled areas lie behind lines, and lines behind points."""
        order = {"area": 0, "guide": 1, "contour": 1, "curve": 2}
        shapes = [mark for mark in self.picture.marks if isinstance(mark, Path | Dot | Cell)]
        return sorted(shapes, key=lambda one: order.get(one.role, 3) if isinstance(one, Path) else 4)

    # -- in millimetres --------------------------------------------------------------------------------------
    def _place(self, at: tuple[float, float]) -> tuple[float, float]:
        (left, right), (low, high) = self.picture.x, self.picture.y
        return (
            (at[0] - left) / (right - left) * self.frame.width,
            (at[1] - low) / (high - low) * self.frame.height,
        )

    def _labels(self) -> Iterator[Label]:
        """All labels in mm, the names of the axes among them."""
        across, up = self.picture.names
        if across is not None:
            yield Label((across,), (self.frame.width, 0.0), "right", 0, "axis", latex(across))
        if up is not None:
            yield Label((up,), (0.0, self.frame.height), "above", 0, "axis", latex(up))
        for label in self.picture.labels():
            x, y = self._place(label.at)
            if " " in label.side:
                y += (label_height(label) / 2 + 0.3) * (1 if label.side.startswith("upper") else -1)
            yield replace(label, at=(x, y), side=label.side.split()[-1])

    def _drawn(self, mark: Path | Dot | Cell) -> str:
        if isinstance(mark, Cell):
            return self._cell(mark)
        colour = f"dgnew{mark.step}"
        if isinstance(mark, Dot):
            x, y = self._place(mark.at)
            return rf"\fill[{colour}] ({x:.2f},{y:.2f}) circle[radius=1.5pt];"
        options = TikZOptions(f"dg{mark.role}", *([f"draw={colour}"] if mark.role in ("line", "arrow") else []))
        points = " -- ".join(f"({x:.2f},{y:.2f})" for x, y in map(self._place, mark.points))
        return _path(options, points)

    def _label(self, label: Label) -> str:
        anchor = {"right": "west", "left": "east", "above": "south", "below": "north"}[label.side]
        colour = f"dgnew{label.step}" if label.role in ("line", "arrow") else "quiet" if label.role == "axis" else "ink"
        x, y = label.at
        shift = {"right": (GAP, 0), "left": (-GAP, 0), "above": (0, GAP / 2), "below": (0, -GAP / 2)}[label.side]
        options = TikZOptions("dglabel", f"anchor={anchor}", f"text={colour}")
        return _node((x + shift[0], y + shift[1]), label.tex, options)

    def _cell(self, cell: Cell) -> str:
        """A rectangle; its formula stands inside, turned if it must be, or else above it or at its right."""
        (left, low), (right, high) = self._place(cell.low), self._place(cell.high)
        options = TikZOptions("dgcell", f"fill=dgfill{cell.step}")
        box = _path(options, f"({left:.2f},{low:.2f}) rectangle ({right:.2f},{high:.2f})")
        wide, tall = size(cell.tex).width * EM + 1.5, 0.9 * LINE * size(cell.tex).height
        middle = ((left + right) / 2, (low + high) / 2)
        style = ["dglabel", "anchor=center"]
        if wide > right - left and wide <= high - low and tall <= right - left:
            style.append("rotate=90")
        elif wide <= right - left and tall > high - low:
            middle, style = ((left + right) / 2, high + GAP / 2), ["dglabel", "anchor=south"]
        elif wide > right - left:
            middle, style = (right + GAP, (low + high) / 2), ["dglabel", "anchor=west"]
        return box + _node(middle, cell.tex, TikZOptions(*style))


def _path(options: TikZOptions, path: str) -> str:
    return str(TikZPath(options=options).dumps()).rstrip("; ") + f" {path};"


def _node(at: tuple[float, float], formula: str, options: TikZOptions) -> str:
    place = TikZCoordinate(round(at[0], 2), round(at[1], 2))
    return str(TikZNode(at=place, options=options, text=NoEscape(f"${formula}$")).dumps())


def _number(x: float) -> str:
    """A coordinate, as exact as a page can show, without an exponent that depends on rounding."""
    text = f"{x:.6g}"
    return "0" if text == "-0" else text
