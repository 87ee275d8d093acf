"""Frames of a lecture as slides: what stands on each, in which step it appears, and where a long frame is
split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from derivgen.documents.escape import EMPTY, TeX, inline_tex, join
from derivgen.documents.measure import size, text_width
from derivgen.documents.model import (
    Bullets,
    DerivationBlock,
    Display,
    Document,
    Element,
    Frame,
    Note,
    Paragraph,
    Place,
)
from derivgen.documents.overlays import EM, MARGIN, WIDTH, Item, Part, parts, reasons
from derivgen.documents.rows import Column, cells, column
from derivgen.documents.solve import Solved
from derivgen.documents.statements import sentence, shapes_short
from derivgen.language.terms import Term
from derivgen.present.latex import latex
from derivgen.present.lines import Line, Outline

HEIGHT = 64.8
"""What a frame holds below a title of one line in mm."""
TEXT_LINE = 6.3
GAP = 2.1
SECOND_LINE = 8.1
"""What a subtitle takes that does not fit beside the title, in mm."""
AROUND = 2.6
"""Space above and below a derivation in mm."""
DROPPED = 3.4
"""What a reason takes that does not fit on its line, in mm."""
SMALL_EM = 3.7
TITLE_EM = 6.33
CONTINUED = 5.5
"""The width of "(continued)" in em of the title."""


@dataclass(frozen=True, slots=True)
class Slide:
    """One frame as it is printed; ``outline`` is the number of a section for an outline slide."""

    title: TeX = EMPTY
    subtitle: TeX = EMPTY
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    outline: int = 0


def slides(document: Document, solved: Mapping[Place, Solved]) -> list[Slide]:
    """All slides after the title page; blocks that were not solved are left out."""
    result: list[Slide] = []
    noted: set[TeX] = set()
    number = 0
    for section in document.sections:
        if section.title:
            number += 1
            result.append(Slide(outline=number, place=section.place))
        for frame in section.frames:
            result += _frame(frame, solved, noted)
    return result


def _frame(frame: Frame, solved: Mapping[Place, Solved], noted: set[TeX]) -> Iterator[Slide]:
    subtitle = _subtitle(frame, solved)
    title = inline_tex(frame.title)
    wide = text_width(title) + CONTINUED
    word = "continued" if wide * TITLE_EM < WIDTH else "cont."
    again = join([title, TeX(rf" {{\color{{quiet}}({word})}}")])
    items = [item for element in frame.content for item in _items(element, solved, noted)]
    budget = HEIGHT if _beside(text_width(title), subtitle) else HEIGHT - SECOND_LINE
    repeated = subtitle if _beside(wide, subtitle) else EMPTY
    for number, page in enumerate(_pages(items, budget, HEIGHT)):
        if number:
            yield Slide(again, repeated, tuple(parts(page)), frame.place)
        else:
            yield Slide(title, subtitle, tuple(parts(page)), frame.place)


def _beside(title: float, subtitle: TeX) -> bool:
    """Whether the subtitle fits beside a title of ``title`` em; it costs a line of its own if not."""
    return not subtitle or title * TITLE_EM + text_width(subtitle) * SMALL_EM + 5 <= WIDTH


def _subtitle(frame: Frame, solved: Mapping[Place, Solved]) -> TeX:
    said = [
        text
        for element in frame.content
        if isinstance(element, DerivationBlock) and element.place in solved
        for text in shapes_short(solved[element.place].lecture)
    ]
    return join(dict.fromkeys(said), r", \ ")


# --- what stands on a frame


def _items(element: Element, solved: Mapping[Place, Solved], noted: set[TeX]) -> Iterator[Item]:
    match element:
        case Paragraph(content, _):
            tex = inline_tex(content)
            yield Item("text", _text_height(tex) + GAP, tex)
        case Display(tex, _):
            yield Item("display", _row_height(size(tex).height) + 1.5, TeX(tex), joins=True)
        case Note(content, _):
            tex = join(_flat(content), " ")
            yield Item("note", _text_height(tex, 0.73) + GAP, tex)
        case Bullets(bullets, _, first):
            for number, bullet in enumerate(bullets):
                tex = join(_flat(bullet), " ")
                label = TeX(r"\dgdot" if first is None else f"{first + number}.")
                yield Item("bullet", _text_height(tex, narrower=7.0) + GAP, tex, label=label)
        case DerivationBlock():
            if element.place in solved:
                yield from _derivation(solved[element.place].lecture, element.place.line, noted)


def _flat(content: tuple[Element, ...]) -> Iterator[TeX]:
    """Text and formulas inside a bullet or a note."""
    for element in content:
        match element:
            case Paragraph(inlines, _):
                yield inline_tex(inlines)
            case Display(tex, _):
                yield TeX(rf"\[{tex}\]")
            case Bullets(items, _, _):
                for item in items:
                    yield join([TeX(r"\newline\textendash\ "), *_flat(item)])
            case Note(inner, _):
                yield from _flat(inner)


def _text_height(tex: str, scale: float = 1.0, narrower: float = 0.0) -> float:
    lines = text_width(tex) * EM * scale / (WIDTH - narrower)
    return TEXT_LINE * scale * (int(lines) + 1)


def _derivation(outline: Outline, group: int, noted: set[TeX]) -> Iterator[Item]:
    for definition in outline.definitions:
        tex = join(["Let ", sentence([definition]), "."])
        yield Item("sentence", _text_height(tex) + GAP, tex)
    for number, block in enumerate(outline.blocks):
        if block.opening:
            tex = sentence(block.opening)
            yield Item("sentence", _text_height(tex) + GAP, tex)
        shared = column(block.lines, WIDTH / EM - MARGIN)
        for line in block.lines:
            yield _row(line, block.lines[0].lhs, group * 100 + number, shared)
    if outline.blocks:
        yield _result(outline)
    for note in outline.notes:
        tex = sentence(note)
        if tex not in noted:
            noted.add(tex)
            yield Item("note", _text_height(tex, 0.73) + GAP, tex, joins=True)


def _row(line: Line, first: Term | None, group: int, shared: Column) -> Item:
    shown = cells(line, {}, shared)
    reason = reasons(line)
    tall = sum(map(_row_height, shown.heights))
    free = WIDTH - (shared.left + shown.last_width) * EM - text_width(reason) * SMALL_EM - EM
    return Item(
        "row",
        tall + (DROPPED if reason and free < 0 else 0.0),
        joins=True,
        line=line,
        group=group,
        column=shared,
        first=first,
    )


def _row_height(high: float) -> float:
    """The height in mm of a row whose formula is ``high`` times as tall as a plain one."""
    return 7.1 + 5.8 * (high - 1)


def _result(outline: Outline) -> Item:
    tex = TeX(latex(outline.result))
    lead = sentence(outline.lead)
    wide = size(tex).width * EM + text_width(lead) * EM + 8 > WIDTH
    high = _row_height(size(tex).height) + 1.8 + (TEXT_LINE if wide and lead else 0)
    return Item("result", high, tex, lead=lead, wide=wide)


# --- splitting


def _pages(items: list[Item], first: float, later: float) -> Iterator[list[Item]]:
    """Items in pages of at most ``first`` mm, then ``later`` mm; a split derivation is taken up with its
    last line."""
    page: list[Item] = []
    budget = first
    for number, item in enumerate(items):
        needed = [*page, *_inseparable(items[number:])]
        if page and (_height(needed) > budget or _better_whole(page, items[number:], later)):
            yield page
            again = _taken_up(page[-1], item)
            page = [again] if again and _height([again, item]) <= later else []
            if again and not page:  # no room for both: the row stands alone, with the left side
                item = _with_left_side(item)
            budget = later
        page.append(item)
    if page:
        yield page


def _inseparable(rest: list[Item]) -> list[Item]:
    """The next item, with what must not be parted from it: a sentence does not stand alone at the foot."""
    end = 1
    while (
        end < len(rest)
        and rest[end - 1].kind in ("text", "sentence")
        and (rest[end].joins or rest[end].kind == "sentence")
    ):
        end += 1
    return rest[:end]


def _height(page: list[Item]) -> float:
    """The height of items one below the other in mm."""
    total = 0.0
    for before, item in zip([None, *page], page, strict=False):
        begins = item.kind == "row" and (before is None or before.group != item.group)
        total += item.height + (AROUND if begins else 0.0)
    return total


def _better_whole(page: list[Item], rest: list[Item], budget: float) -> bool:
    """Whether a chain that begins here fits on a page of its own but not on what is left of this one."""
    item, last = rest[0], page[-1]
    begins = item.kind == "sentence" or (
        item.kind == "row" and last.kind != "sentence" and last.group != item.group
    )
    if not begins or _height(page) < 0.45 * budget:
        return False
    chain = [item]
    for following in rest[1:]:
        if following.kind in ("text", "bullet", "sentence") and chain[-1].kind in ("row", "result", "note"):
            break
        chain.append(following)
    return _height([*page, *chain]) > budget >= _height(chain)


def _with_left_side(item: Item) -> Item:
    if item.line is None:
        return item
    return _row(replace(item.line, lhs=item.first), item.first, item.group, item.column)


def _taken_up(last: Item, item: Item) -> Item | None:
    """The last row once more, without its reason, if ``item`` goes on from it."""
    if (
        last.line is None
        or item.kind not in ("row", "result")
        or (item.kind == "row" and item.group != last.group)
    ):
        return None
    again = replace(last.line, lhs=last.first, reasons=(), changed=(), origin=())
    return _row(again, last.first, last.group, last.column)
