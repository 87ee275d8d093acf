"""In which step each item of a slide appears, and which parts of a row are marked in which step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from derivgen.documents.escape import EMPTY, TeX, join
from derivgen.documents.measure import text_height, text_width
from derivgen.documents.model import Place
from derivgen.documents.pictures import Picture
from derivgen.documents.rows import NO_COLUMN, Column, cells, split_sides, useful
from derivgen.documents.statements import reason_on_slide
from derivgen.language.terms import Path, Term
from derivgen.present.lines import Line
from derivgen.present.style import Style

EM = 5.06
"""One em of the slides' 14.4 pt text in mm."""
WIDTH = 142.0
MARGIN = 0.6
"""By how many em the estimate of a width may be too small."""
SMALL_EM = 3.7
"""One em of reasons and notes in mm."""
DROPPED = 4.6
"""What a line of a reason takes that does not fit on its row, in mm."""
LESS = 0.9
"""What a tight page saves at a paragraph, in mm."""
LESS_ROW = 0.6
"""What it saves at a row."""

@dataclass(frozen=True, slots=True)
class Item:
    """Something on a slide, with its height in mm, and the ``slack`` that a tight page takes from it.

    ``kind`` is text, display, bullet, note, sentence, row, result, figure, or stated (a result with its reason).
    ``joins`` says that it appears together with the sentence or text before it. Rows of one chain share a
    ``group``, a ``column``, and ``first``, the left side in the chain's first row; of a line that is too high for one
    slide only the printed rows in ``span`` stand here. ``place`` is the block of a derivation's items.
    """

    kind: str
    height: float
    tex: TeX = EMPTY
    joins: bool = False
    line: Line | None = None
    group: int = 0
    column: Column = NO_COLUMN
    first: Term | None = None
    lead: TeX = EMPTY
    label: TeX = EMPTY
    wide: bool = False
    slack: float = 0.0
    declared: tuple[TeX, ...] = ()
    picture: Picture | None = None
    span: tuple[int, int] | None = None
    place: Place | None = None

    def again(self, line: Line) -> Item:
        """The same row with another line, and the height that this one has."""
        shown = cells(line, {}, self.column)
        said = reasons(line, self.column.style)
        reason = text_width(said) * SMALL_EM
        beside = WIDTH - (self.column.left + shown.last_width) * EM - EM
        dropped = DROPPED * (int(reason / WIDTH) + text_height(said)) if reason > beside and reason else 0.0
        high = sum(map(row_height, shown.heights)) + dropped
        return replace(self, line=line, height=high, slack=LESS_ROW * len(shown.right), span=None)

    def split(self, first: float, later: float) -> list[Item]:
        """A line that is higher than ``first`` mm in parts, later ones of at most ``later`` mm; else itself."""
        if self.line is None or self.height <= first or self.span is not None:
            return [self]
        heights = [row_height(high) for high in cells(self.line, {}, self.column).heights]
        room, stops = first, [0]
        for k in range(len(heights)):
            if k > stops[-1] and sum(heights[stops[-1] : k + 1]) > room:
                stops.append(k)
                room = later
        spans = pairwise([*stops, len(heights)])
        parts = [replace(self, span=one, height=sum(heights[slice(*one)]), slack=0.0) for one in spans]
        rest = self.height - sum(heights)  # of the reasons
        return [*parts[:-1], replace(parts[-1], height=parts[-1].height + rest)]


def row_height(high: float) -> float:
    """The height in mm of a row whose formula is ``high`` times as tall as a plain one."""
    return 7.1 + 5.8 * (high - 1)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a derivation as the template prints it."""

    left: TeX
    right: tuple[TeX, ...]
    reason: TeX
    step: int


@dataclass(slots=True)
class Part:
    """Neighbouring items of one kind on a slide, as the template prints them."""

    kind: str
    step: int
    tex: TeX = EMPTY
    lead: TeX = EMPTY
    wide: bool = False
    rows: list[Row] = field(default_factory=list)
    bullets: list[tuple[int, TeX, TeX]] = field(default_factory=list)
    picture: Picture | None = None
    place: Place | None = None


def parts(page: list[Item]) -> Iterator[Part]:
    """Items with their steps, neighbours of one kind together."""
    steps = _steps(page)
    part: Part | None = None
    for number, (item, step) in enumerate(zip(page, steps, strict=True)):
        fits = part is not None and part.kind == item.kind and _continues(page, number)
        if part is not None and not fits:
            yield part
        if part is None or not fits:
            part = Part(item.kind, step, item.tex, item.lead, item.wide, picture=item.picture, place=item.place)
        if item.kind == "row":
            part.rows.append(_printed(page, number, steps))
        elif item.kind == "bullet":
            part.bullets.append((step, item.label, item.tex))
    if part is not None:
        yield part


def _continues(page: list[Item], number: int) -> bool:
    item, before = page[number], page[number - 1]
    return item.kind == "bullet" or (item.kind == "row" and item.group == before.group)


def _steps(page: list[Item]) -> list[int]:
    """In which step each item appears: text, bullets and rows one by one, a row together with its
    sentence."""
    steps: list[int] = []
    for number, item in enumerate(page):
        before = page[number - 1] if number else None
        if before is None:
            steps.append(1)
        elif (item.joins and (item.kind in ("display", "note") or before.kind in ("text", "sentence", "display"))) or (
            before.kind == "sentence" and item.kind == "sentence"
        ):
            steps.append(steps[-1])
        else:
            steps.append(steps[-1] + 1)
            if before.picture is not None:  # what follows a picture comes after its last step
                steps[-1] += before.picture.last
    return steps


def _printed(page: list[Item], number: int, steps: list[int]) -> Row:
    item, step = page[number], steps[number]
    assert item.line is not None
    following = page[number + 1] if number + 1 < len(page) else None
    next_line = following.line if following is not None and following.group == item.group else None
    marks = _marks(item.line, step, next_line, step + 1) if item.span is None else {}
    shown = cells(item.line, marks, item.column)
    start, stop = item.span or (0, len(shown.right))
    said = reasons(item.line, item.column.style) if stop == len(shown.right) else EMPTY
    return Row(EMPTY if start else shown.left, shown.right[start:stop], said, step)


def _marks(line: Line, step: int, following: Line | None, later: int) -> dict[Path, str]:
    """What this step produced, and what the next one starts from."""
    new = useful(line.changed, line.term)
    old = useful(following.origin, line.term) if following is not None else ()
    marks = dict.fromkeys(new, f"hl<{step}>")
    for path in old:
        if path in marks:
            marks[path] = f"dgboth{{{step}}}{{{later}}}"
        elif not any(_cross(path, other) for other in marks):
            marks[path] = f"was<{later}>"
    return marks


def _cross(one: Path, other: Path) -> bool:
    """Whether two places overlap so that neither holds the other whole, or are hard to set inside one
    another."""
    shared = min(len(one), len(other)) - 1
    if one[:shared] != other[:shared]:
        return False
    a, b = one[shared], other[shared]
    chosen = {a} if isinstance(a, int) else set(a)
    others = {b} if isinstance(b, int) else set(b)
    return bool(chosen & others) and (isinstance(a, tuple) or isinstance(b, tuple))


def reasons(line: Line, style: Style) -> TeX:
    """All reasons of a line, for the right margin of a slide; a law that is the line itself is named."""
    left, relation, right, _ = split_sides(line)
    said = [reason_on_slide(reason, line, (relation, left, right), style) for reason in line.reasons]
    return join(dict.fromkeys(text for text in said if text), ", ")
