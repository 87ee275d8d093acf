"""Frames of a lecture as slides: what stands on each, in which step it appears, and where a long frame is split."""

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
from derivgen.documents.overlays import EM, WIDTH, Item, Part, parts, reasons
from derivgen.documents.rows import cells
from derivgen.documents.solve import Solved
from derivgen.documents.statements import sentence, shapes_short
from derivgen.language.terms import Term
from derivgen.present.latex import latex
from derivgen.present.lines import Line, Outline

HEIGHT = 67.0
TEXT_LINE = 6.3
SMALL_EM = 3.7


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
    budget = HEIGHT
    if text_width(title) * 6.33 + text_width(subtitle) * SMALL_EM + 5 > WIDTH:
        budget -= 4.4
    items = [item for element in frame.content for item in _items(element, solved, noted)]
    for number, page in enumerate(_pages(items, budget)):
        shown = title if number == 0 else join([title, TeX(r" {\color{quiet}(continued)}")])
        yield Slide(shown, subtitle, tuple(parts(page)), frame.place)


def _subtitle(frame: Frame, solved: Mapping[Place, Solved]) -> TeX:
    said = [text for element in frame.content if isinstance(element, DerivationBlock) and element.place in solved
            for text in shapes_short(solved[element.place].lecture)]
    return join(dict.fromkeys(said), r", \ ")


# --- what stands on a frame


def _items(element: Element, solved: Mapping[Place, Solved], noted: set[TeX]) -> Iterator[Item]:
    match element:
        case Paragraph(content, _):
            tex = inline_tex(content)
            yield Item("text", _text_height(tex) + 2.2, tex)
        case Display(tex, _):
            yield Item("display", size(tex).height * EM * 1.05 + 6, TeX(tex), joins=True)
        case Note(content, _):
            tex = join(_flat(content), " ")
            yield Item("note", _text_height(tex, 0.75) + 2, tex)
        case Bullets(bullets, _, first):
            for number, bullet in enumerate(bullets):
                tex = join(_flat(bullet), " ")
                label = TeX(r"\dgdot" if first is None else f"{first + number}.")
                yield Item("bullet", _text_height(tex, narrower=8.0) + 2.2, tex, label=label)
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
        yield Item("sentence", _text_height(tex) + 1.6, tex)
    for number, block in enumerate(outline.blocks):
        if block.opening:
            tex = sentence(block.opening)
            yield Item("sentence", _text_height(tex) + 1.6, tex)
        left = max(cells(line, {}, WIDTH / EM).left_width for line in block.lines)
        first = block.lines[0].lhs
        for line in block.lines:
            yield _row(line, first, group * 100 + number, left)
    if outline.blocks:
        yield _result(outline)
    for note in outline.notes:
        tex = sentence(note)
        if tex not in noted:
            noted.add(tex)
            yield Item("note", _text_height(tex, 0.75) + 1.6, tex, joins=True)


def _row(line: Line, first: Term | None, group: int, left: float) -> Item:
    shown = cells(line, {}, WIDTH / EM - left)
    reason = reasons(line)
    tall = sum(7.5 if high <= 1.4 else 5.0 + 3.5 * high for high in shown.heights)
    free = WIDTH - (left + shown.last_width) * EM - text_width(reason) * SMALL_EM - EM
    return Item("row", tall + (5.0 if reason and free < 0 else 0.0), joins=True, line=line, group=group, left=left, first=first)


def _result(outline: Outline) -> Item:
    tex = TeX(latex(outline.result))
    lead = sentence(outline.lead)
    wide = size(tex).width * EM + text_width(lead) * EM + 8 > WIDTH
    high = 9.0 + 4.6 * (size(tex).height - 1) + (TEXT_LINE if wide and lead else 0)
    return Item("result", high, tex, lead=lead, wide=wide)


# --- splitting


def _pages(items: list[Item], budget: float) -> Iterator[list[Item]]:
    """Items in pages of at most ``budget`` mm; a split derivation is taken up again with its last line."""
    page: list[Item] = []
    used = 0.0
    for number, item in enumerate(items):
        needed = item.height
        if item.kind in ("text", "sentence") and number + 1 < len(items) and items[number + 1].joins:
            needed += items[number + 1].height  # a sentence does not stand alone at the foot
        if page and (used + needed > budget or _better_whole(items, number, used, budget)):
            yield page
            page = [again] if (again := _taken_up(page[-1], item)) else []
            used = sum(one.height for one in page)
        page.append(item)
        used += item.height
    if page:
        yield page


def _better_whole(items: list[Item], number: int, used: float, budget: float) -> bool:
    """Whether a chain that begins here fits on a page of its own but not on the rest of this one."""
    item = items[number]
    begins = item.kind == "sentence" or (item.kind == "row" and items[number - 1].kind != "sentence"
                                         and items[number - 1].group != item.group)
    if not begins or used < 0.45 * budget:
        return False
    rest = [items[number]]
    for following in items[number + 1:]:
        if following.kind in ("text", "bullet", "sentence") and rest[-1].kind in ("row", "result"):
            break
        rest.append(following)
    total = sum(one.height for one in rest)
    return used + total > budget >= total


def _taken_up(last: Item, item: Item) -> Item | None:
    """The last row once more, without its reason, if ``item`` goes on from it."""
    if last.line is None or item.kind not in ("row", "result") or (item.kind == "row" and item.group != last.group):
        return None
    again = replace(last.line, lhs=last.first, reasons=(), changed=(), origin=())
    return replace(last, line=again)
