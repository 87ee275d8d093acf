"""Frames of a lecture as slides: what stands on each, and how much room it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from derivgen.documents import figures, model
from derivgen.documents.drafts import absent
from derivgen.documents.escape import EMPTY, TeX, at, escape, inline_tex, join, math
from derivgen.documents.measure import size, text_width
from derivgen.documents.model import (
    Answer,
    Bullets,
    DerivationBlock,
    Display,
    Document,
    Element,
    Frame,
    Missing,
    Note,
    Paragraph,
    Place,
    PlotBlock,
)
from derivgen.documents.overlays import (
    DROPPED,
    EM,
    LESS,
    MARGIN,
    SMALL_EM,
    WIDTH,
    Item,
    Part,
    parts,
    reasons,
    row_height,
)
from derivgen.documents.pages import height, pages
from derivgen.documents.pictures import Picture
from derivgen.documents.rows import column, in_rows, only_line, split_sides
from derivgen.documents.solve import Solved
from derivgen.documents.statements import RELATIONS, sentence, shapes_short
from derivgen.documents.themes import appearance
from derivgen.present.lines import Block, Line, Outline
from derivgen.present.style import Style

HEIGHT = 65.6
"""What a frame holds below a title of one line in mm."""
TEXT_LINE = 6.3
GAP = 2.1
FRAMED = 3.3
"""What the frame of a result adds to it, in mm."""
LESS_FRAMED = 1.6
"""What a tight page saves of it."""
SECOND_LINE = 8.1
"""What a subtitle takes that does not fit beside the title, in mm."""
TITLE_EM = 6.33


@dataclass(frozen=True, slots=True)
class Slide:
    """One frame as it is printed; ``outline`` is the number of a section for an outline slide."""

    title: TeX = EMPTY
    subtitle: TeX = EMPTY
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    outline: int = 0
    tight: bool = False


def slides(document: Document, solved: Mapping[Place, Solved]) -> list[Slide]:
    """All slides after the title page; where a block was not solved, a mark says so."""
    result: list[Slide] = []
    noted: set[TeX] = set()
    number = 0
    style = appearance(document).style
    for section in document.sections:
        if section.title:
            number += 1
            result.append(Slide(outline=number, place=section.place))
        for frame in section.frames:
            result += _frame(frame, solved, noted, style)
    return result


def _frame(frame: Frame, solved: Mapping[Place, Solved], noted: set[TeX], style: Style) -> Iterator[Slide]:
    title = inline_tex(frame.title)
    word = style.words.word("slides.continued")
    wide = text_width(title) + text_width(f" ({word})")
    if wide * TITLE_EM >= WIDTH:
        word = style.words.word("slides.cont")
    again = join([title, TeX(rf" {{\color{{quiet}}({escape(word)})}}")])
    items = [item for element in frame.content for item in _items(element, solved, noted, style)]
    budget = HEIGHT if _beside(text_width(title), _declared(items)) else HEIGHT - SECOND_LINE
    items = _filled(items, budget)
    for number, page in enumerate(pages(items, budget, HEIGHT)):
        said = _declared(page.items)
        shown = (again, said if _beside(wide, said) else EMPTY) if number else (title, said)
        yield Slide(*shown, tuple(parts(list(page.items))), frame.place, tight=page.tight)


def _filled(items: list[Item], budget: float) -> list[Item]:
    """The items with their pictures as high as the page leaves room."""
    drawn = [item for item in items if item.picture is not None]
    room = (budget - height([item for item in items if item.picture is None])) / max(1, len(drawn))
    return [_figure(figures.fitted(item.picture, room - 2 * GAP)) if item.picture else item for item in items]


def _figure(picture: Picture) -> Item:
    return Item("figure", figures.height(picture) + 2 * GAP, picture=picture)


def _beside(title: float, subtitle: TeX) -> bool:
    """Whether the subtitle fits beside a title of ``title`` em; it costs a line of its own if not."""
    return not subtitle or title * TITLE_EM + text_width(subtitle) * SMALL_EM + 5 <= WIDTH


def _declared(items: Iterable[Item]) -> TeX:
    """Shapes and conditions of the derivations that ``items`` are from."""
    return join(dict.fromkeys(text for item in items for text in item.declared), r", \ ")


# --- what stands on a frame


def _items(element: Element, solved: Mapping[Place, Solved], noted: set[TeX], style: Style) -> Iterator[Item]:
    match element:
        case Paragraph(content, _):
            tex = inline_tex(content)
            yield _paragraph("text", tex)
        case Display(tex, place):
            yield Item("display", row_height(size(tex).height) + 1.5, TeX(at(place) + tex), joins=True)
        case Note(content, _):
            tex = join(flat(content), " ")
            yield _paragraph("note", tex, SMALL_EM / EM)
        case model.Part(letter, content, _):
            yield _paragraph("text", join([TeX(rf"{{\color{{quiet}}({letter})}}\enspace "), inline_tex(content)]))
        case Answer(answer, _, _, _):
            for inner in answer:
                yield from _items(inner, solved, noted, style)
        case Bullets(bullets, _, first):
            for number, bullet in enumerate(bullets):
                tex = join(flat(bullet), " ")
                label = TeX(r"\dgdot" if first is None else f"{first + number}.")
                high = _text_height(tex, narrower=7.0) + GAP
                yield Item("bullet", high, tex, label=label, slack=LESS)
        case PlotBlock(picture) if picture is not None:
            yield _figure(picture.written(style))
        case DerivationBlock() if element.place in solved:
            one = solved[element.place]
            declared = (*shapes_short(one.lecture, one.style), *_unsaid(one))
            for item in _derivation(one.lecture, element.place.line, noted, one.style):
                yield replace(item, declared=declared, place=element.place)
        case DerivationBlock() | PlotBlock() | Missing():
            yield _paragraph("text", absent(element, style))


def _unsaid(solved: Solved) -> Iterator[TeX]:
    """The premise, if the derivation does not begin with it."""
    premise = solved.premise
    if premise is not None:
        lines = [line for block in solved.lecture.blocks for line in block.lines]
        said = [(relation, left, right) for left, relation, right, _ in map(split_sides, lines)]
        if (premise.op, *premise.args) not in said:
            yield math(solved.style.latex(premise))


def flat(content: tuple[Element, ...]) -> Iterator[TeX]:
    """Text and formulas inside a bullet or a note."""
    for element in content:
        match element:
            case Paragraph(inlines, _):
                yield inline_tex(inlines)
            case Display(tex, place):
                yield TeX(rf"\[{at(place)}{tex}\]")
            case Bullets(items, _, _):
                for item in items:
                    yield join([TeX(r"\newline\textendash\ "), *flat(item)])
            case Note(inner, _):
                yield from flat(inner)


def _text_height(tex: str, scale: float = 1.0, narrower: float = 0.0) -> float:
    lines = text_width(tex) * EM * scale / (WIDTH - narrower)
    return TEXT_LINE * scale * (int(lines + 0.04) + 1)


def _derivation(outline: Outline, group: int, noted: set[TeX], style: Style) -> Iterator[Item]:
    for definition in outline.definitions:
        tex = sentence(style.words.sentence("outline.definition", definitions=definition), style)
        yield _paragraph("sentence", tex)
    alone = only_line(outline, (WIDTH - 4) / EM, style)
    for number, block in enumerate(outline.blocks):
        if block.opening:
            yield _paragraph("sentence", sentence(block.opening, style))
        if alone is None:
            yield from _rows(block, group * 100 + number, style)
    if alone is not None:
        yield _stated(outline, alone, style)
    elif outline.blocks:
        yield from _result(outline, group * 100 + len(outline.blocks), style)
    for note in outline.notes:
        tex = sentence(note, style)
        if tex not in noted:
            noted.add(tex)
            yield replace(_paragraph("note", tex, SMALL_EM / EM), joins=True)


def _paragraph(kind: str, tex: TeX, scale: float = 1.0) -> Item:
    return Item(kind, _text_height(tex, scale) + GAP, tex, slack=LESS)


def _rows(block: Block, group: int, style: Style) -> Iterator[Item]:
    """The lines of a chain; each knows the left side that holds for it."""
    shared = column(block.lines, WIDTH / EM - MARGIN, style)
    left = None
    for line in block.lines:
        left = split_sides(line)[0] or left
        yield Item("row", 0.0, joins=True, group=group, column=shared, first=left).again(line)


def _stated(outline: Outline, line: Line, style: Style) -> Item:
    """A result with its reason, where there is no more to say."""
    tex = TeX(style.latex(outline.result))
    reason = reasons(line, style)
    wide = size(tex).width * EM + text_width(reason) * SMALL_EM + EM + 4 > WIDTH
    high = row_height(size(tex).height) + FRAMED + GAP + (DROPPED if wide else 0.0)
    return Item("stated", high, tex, joins=True, lead=reason, slack=LESS_FRAMED + LESS)


def _result(outline: Outline, group: int, style: Style) -> Iterator[Item]:
    """The framed result; one that no slide can hold stands in rows, which go on on the next one."""
    tex = TeX(in_rows(outline.result, (WIDTH - 4) / EM - MARGIN, style))
    lead = sentence(outline.lead, style)
    wide = size(tex).width * EM + text_width(lead) * EM + 8 > WIDTH
    framed = row_height(size(tex).height) + FRAMED
    above = _text_height(lead) + GAP if wide and lead else 0.0
    if framed + above <= HEIGHT or outline.result.op not in RELATIONS:
        yield Item("result", framed + above, tex, lead=lead, wide=wide, slack=LESS_FRAMED)
        return
    yield _paragraph("sentence", lead)
    line = Line(1, outline.result.args[0], outline.result.op, outline.result.args[1])
    yield from _rows(Block((), (line,)), group, style)
