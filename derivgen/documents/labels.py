"""Where the labels of a picture stand: clear of its lines and of each other, all in mm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from derivgen.documents.measure import size
from derivgen.documents.pictures import Label, Point

EM = 3.5
"""One em of a label."""
LINE = 4.2
GAP = 1.2
"""What is left free between a label and its point."""
CLEAR = 0.4
"""What is left free between a label and a line."""
FARTHEST = 12
"""How far a label may give way, up or down."""
Box = tuple[float, float, float, float]
"""Left, low, right, high."""


def label_width(label: Label) -> float:
    """The width of a label."""
    return size(label.tex).width * EM


def label_height(label: Label) -> float:
    """Formulas in labels are set as in running text, where a fraction is about half as much taller than a letter."""
    return LINE * (1 + 0.45 * (size(label.tex).height - 1))


def placed(labels: Iterable[Label], lines: Sequence[Sequence[Point]], room: Box) -> list[Label]:
    """Labels in places of their own: those of secants, tangents and arrows give way to the lines within ``room``, the
    lower of two at the right to the upper one."""
    found: list[Label] = []
    for label in labels:
        others = [_box(one) for one in found]
        found.append(_clear(label, lines, others, room) if label.role in ("line", "arrow") else label)
    return _spread(found)


def _clear(label: Label, lines: Sequence[Sequence[Point]], others: Sequence[Box], room: Box) -> Label:
    """The label where it touches nothing, as near as possible to where it should stand; there if it must touch."""
    sides = [label.side, *(one for one in ("right", "left") if one != label.side)]
    shifts = sorted(range(-FARTHEST, FARTHEST + 1), key=lambda k: (abs(k), -k))
    for shift in shifts:
        for side in sides:
            moved = replace(label, side=side, at=(label.at[0], label.at[1] + shift))
            box = _box(moved)
            if _within(box, room) and not _touches(box, lines, others):
                return moved
    return label


def _within(box: Box, room: Box) -> bool:
    (left, low, right, high), (first, lowest, last, highest) = box, room
    return first <= left and right <= last + 0.01 and lowest <= low and high <= highest


def _touches(box: Box, lines: Sequence[Sequence[Point]], others: Sequence[Box]) -> bool:
    left, low, right, high = box
    if any(left < r and ll < right and low < hh and lo < high for ll, lo, r, hh in others):
        return True
    return any(
        left - CLEAR < x < right + CLEAR and low - CLEAR < y < high + CLEAR for points in lines for x, y in points
    )


def _box(label: Label) -> Box:
    """What a label covers."""
    (x, y), wide, high = label.at, label_width(label), 0.75 * label_height(label)
    match label.side:
        case "right":
            return x + GAP, y - high / 2, x + GAP + wide, y + high / 2
        case "left":
            return x - GAP - wide, y - high / 2, x - GAP, y + high / 2
        case "above":
            return x - wide / 2, y + GAP / 2, x + wide / 2, y + GAP / 2 + high
    return x - wide / 2, y - GAP / 2 - high, x + wide / 2, y - GAP / 2


def _spread(labels: Iterable[Label]) -> list[Label]:
    """Labels at the right, moved down where one would touch another."""
    found = list(labels)
    placed: list[Label] = []
    for label in sorted((one for one in found if one.side == "right"), key=lambda one: -one.at[1]):
        moved = label
        for other in placed:
            if _touch(moved, other):
                y = other.at[1] - (label_height(other) + label_height(moved)) / 2
                moved = replace(moved, at=(moved.at[0], min(moved.at[1], y)))
        placed.append(moved)
    return [one for one in found if one.side != "right"] + placed


def _touch(one: Label, other: Label) -> bool:
    beside = one.at[0] > other.at[0] + label_width(other) + GAP or other.at[0] > one.at[0] + label_width(one) + GAP
    return not beside and abs(one.at[1] - other.at[1]) < (label_height(one) + label_height(other)) / 2 - 0.01
