"""A layered drawing of a graph without circles: places for its nodes in columns, and the ways of its edges.

What rests on nothing stands in the first column, everything else one column right of what it rests on. Edges over more
than one column pass between the nodes of those in between. After K. Sugiyama, S. Tagawa and M. Toda, Methods for visual
understanding of hierarchical system structures, 1981.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

Edge = tuple[str, str]
"""What rests, and what it rests on."""
Knot = tuple[str, str, int]
"""A node (name, "", column), or the place where an edge (from, to) passes a column."""

NODE, PASSING = 4.2, 1.8
"""The height of a node and of an edge that passes, in mm."""
BETWEEN = 9.0
"""The room between two columns, in mm."""
SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """Nodes with their left end and height, edges with the points that they pass from right to left, and the size."""

    nodes: Mapping[str, tuple[float, float]]
    ways: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    height: float


def layout(names: Sequence[str], edges: Iterable[Edge], widths: Mapping[str, float]) -> Layout:
    """The drawing of a graph; ``names`` in the order in which they stand where nothing else counts, widths in mm."""
    edges = direct(edges)
    columns = _columns(names, edges)
    knots, joints = _knots(names, edges, columns)
    heights: dict[Knot, float] = {}
    at = 0.0
    for piece in _pieces(knots, joints):
        _order(piece, joints)
        heights |= {knot: at + height for knot, height in _heights(piece, joints).items()}
        at = max(heights.values()) + NODE
    lefts, total = _lefts(knots, widths)
    places = {name: (lefts[columns[name]], heights[name, "", columns[name]]) for name in names}
    ways = tuple(_way(edge, columns, heights, lefts, widths, knots) for edge in edges)
    top = max(heights.values(), default=0.0)
    return Layout(places, ways, total, top)


def direct(edges: Iterable[Edge]) -> list[Edge]:
    """The edges that no way over other nodes replaces."""
    rests: dict[str, list[str]] = {}
    for above, below in dict.fromkeys(edges):
        rests.setdefault(above, []).append(below)
    under: dict[str, set[str]] = {}

    def reached(name: str) -> set[str]:
        if name not in under:
            under[name] = set().union(*({one} | reached(one) for one in rests.get(name, ())))
        return under[name]

    return [
        (above, below)
        for above, others in rests.items()
        for below in others
        if not any(below in reached(other) for other in others if other != below)
    ]


def _columns(names: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    found: dict[str, int] = {}

    def column(name: str) -> int:
        if name not in found:
            found[name] = max((column(below) + 1 for above, below in edges if above == name), default=0)
        return found[name]

    for name in names:
        column(name)
    return found


def _knots(
    names: Sequence[str], edges: Sequence[Edge], columns: Mapping[str, int]
) -> tuple[list[list[Knot]], dict[Knot, list[Knot]]]:
    """The knots of each column, and what each is joined to in the columns beside it."""
    knots: list[list[Knot]] = [[] for _ in range(max(columns.values(), default=-1) + 1)]
    for name in names:
        knots[columns[name]].append((name, "", columns[name]))
    joints: dict[Knot, list[Knot]] = {knot: [] for column in knots for knot in column}
    for above, below in edges:
        way = [(above, "", columns[above])]
        way += [(above, below, k) for k in range(columns[above] - 1, columns[below], -1)]
        way.append((below, "", columns[below]))
        for knot in way[1:-1]:
            knots[knot[2]].append(knot)
            joints[knot] = []
        for one, other in pairwise(way):
            joints[one].append(other)
            joints[other].append(one)
    return knots, joints


def _pieces(knots: list[list[Knot]], joints: Mapping[Knot, list[Knot]]) -> Iterator[list[list[Knot]]]:
    """The columns of each part of the graph that hangs together, the parts in the order of their first nodes."""
    left = dict.fromkeys(knot for column in knots for knot in column)
    while left:
        found, waiting = {next(iter(left))}, [next(iter(left))]
        while waiting:
            beside = [one for one in joints[waiting.pop()] if one not in found]
            found.update(beside)
            waiting += beside
        yield [[knot for knot in column if knot in found] for column in knots]
        left = {knot: None for knot in left if knot not in found}


def _order(knots: list[list[Knot]], joints: Mapping[Knot, list[Knot]]) -> None:
    """Each column by where its neighbours stand on the mean, from left to right and back, so that fewer edges cross."""
    for sweep in range(SWEEPS):
        place = {knot: k / max(1, len(column)) for column in knots for k, knot in enumerate(column)}
        side = -1 if sweep % 2 == 0 else 1
        for column in knots[:: -side]:
            means = {}
            for knot in column:
                beside = [place[other] for other in joints[knot] if other[2] == knot[2] + side]
                means[knot] = fmean(beside) if beside else place[knot]
            column.sort(key=means.__getitem__)
            place |= {knot: k / len(column) for k, knot in enumerate(column)}


def _heights(knots: list[list[Knot]], joints: Mapping[Knot, list[Knot]]) -> dict[Knot, float]:
    """Heights in the order of the columns, each knot as near to the mean of its neighbours as the others allow."""
    heights: dict[Knot, float] = {}
    for column in knots:
        heights |= _apart(column, dict.fromkeys(column, 0.0))
    for sweep in range(SWEEPS):
        for column in knots[:: 1 if sweep % 2 else -1]:
            wanted = {knot: fmean([heights[one] for one in joints[knot]] or [heights[knot]]) for knot in column}
            heights |= _apart(column, wanted)
    lowest = min(heights.values(), default=0.0)
    return {knot: height - lowest for knot, height in heights.items()}


def _apart(column: Sequence[Knot], wanted: Mapping[Knot, float]) -> dict[Knot, float]:
    """The heights nearest to the wanted ones that keep order and distance: blocks that would overlap are joined."""
    offsets, at = [], 0.0
    for k, knot in enumerate(column):
        at += (_room(column[k - 1]) + _room(knot)) / 2 if k else 0.0
        offsets.append(at)
    blocks: list[list[int]] = []
    means: list[float] = []
    for k, knot in enumerate(column):
        blocks.append([k])
        means.append(wanted[knot] - offsets[k])
        while len(means) > 1 and means[-2] > means[-1]:
            joined = blocks[-2] + blocks[-1]
            mean = (means[-2] * len(blocks[-2]) + means[-1] * len(blocks[-1])) / len(joined)
            blocks[-2:], means[-2:] = [joined], [mean]
    # the best place of a block is the mean of what its knots wish
    return {column[k]: mean + offsets[k] for block, mean in zip(blocks, means, strict=True) for k in block}


def _room(knot: Knot) -> float:
    return PASSING if knot[1] else NODE


def _lefts(knots: list[list[Knot]], widths: Mapping[str, float]) -> tuple[list[float], float]:
    """Where each column begins, and the width of all."""
    lefts, at = [], 0.0
    for column in knots:
        lefts.append(at)
        at += max((widths[knot[0]] for knot in column if not knot[1]), default=0.0) + BETWEEN
    return lefts, max(0.0, at - BETWEEN)


def _way(
    edge: Edge,
    columns: Mapping[str, int],
    heights: Mapping[Knot, float],
    lefts: Sequence[float],
    widths: Mapping[str, float],
    knots: list[list[Knot]],
) -> tuple[tuple[float, float], ...]:
    """From the left end of what rests to the right end of what it rests on, straight through the columns between."""
    above, below = edge
    points = [(lefts[columns[above]], heights[above, "", columns[above]])]
    for k in range(columns[above] - 1, columns[below], -1):
        wide = max((widths[knot[0]] for knot in knots[k] if not knot[1]), default=0.0)
        y = heights[above, below, k]
        points += [(lefts[k] + wide, y), (lefts[k], y)]
    points.append((lefts[columns[below]] + widths[below], heights[below, "", columns[below]]))
    return tuple(points)
