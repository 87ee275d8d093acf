"""Derivations as worked solutions: one problem after another, every line with its law, and the rules used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from derivgen.documents.dimensions import dimension_check
from derivgen.documents.drafts import absent
from derivgen.documents.escape import EMPTY, TeX, escape, inline_tex, join, math
from derivgen.documents.marks import Marks
from derivgen.documents.measure import size, text_width
from derivgen.documents.model import DerivationBlock, Document, Frame, Place
from derivgen.documents.rows import Column, aside, cells, column, in_rows, only_line, useful
from derivgen.documents.solve import Solved
from derivgen.documents.statements import reason_words, sentence, shapes_long
from derivgen.present.catalogue import Catalogue
from derivgen.present.lines import Block, Line, Outline, Reason
from derivgen.present.style import Style

EM = 3.85
"""One em of the 11 pt text in mm."""
WIDTH = 112.0
SMALL_EM = EM * 9 / 11
SIDE = 42.0 / SMALL_EM
"""The width of the column beside the rows, in em of its own size."""
MOST_PLACES = 12
GRADES = ("exact", "modular", "sampled", "replayed")
MODULUS = TeX("$2^{61}-1$")


@dataclass(frozen=True, slots=True)
class Row:
    """A numbered line: cells, the words and the linked names of its laws, and its marks."""

    left: TeX
    right: tuple[TeX, ...]
    words: TeX
    rules: TeX
    marks: TeX = EMPTY


@dataclass(frozen=True, slots=True)
class Chain:
    """A sentence and the rows under it."""

    opening: TeX
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A worked problem as the template prints it; ``absent`` is what stands there if it was not derived."""

    number: int
    title: TeX
    place: Place
    task: str = ""
    find: TeX = EMPTY
    given: TeX = EMPTY
    assume: TeX = EMPTY
    method: TeX = EMPTY
    blocks: tuple[Chain, ...] = ()
    result: TeX = EMPTY
    lead: TeX = EMPTY
    wide: bool = False
    notes: tuple[TeX, ...] = ()
    absent: TeX = EMPTY
    marks: TeX = EMPTY
    dimensions: TeX = EMPTY


@dataclass(frozen=True, slots=True)
class Rule:
    """An entry of the index: name, statement, words, and where it is used as problem.line."""

    name: str
    statement: TeX
    words: TeX
    places: TeX


@dataclass(frozen=True, slots=True)
class LawText:
    """What the index says of a law."""

    statement: TeX
    words: TeX


Lookup = Callable[[str, Style], LawText | None]
"""What the index says of a law by its name; nothing for what is no law."""


def problems(document: Document, solved: Mapping[Place, Solved], style: Style) -> list[Problem]:
    """All problems in the order of the lecture; a note is printed where it is first needed."""
    noted: set[TeX] = set()
    return [
        problem(number, solved[block.place], noted) if block.place in solved else _absent(number, frame, block, style)
        for number, (frame, block) in enumerate(document.derivations(), start=1)
    ]


def _absent(number: int, frame: Frame, block: DerivationBlock, style: Style) -> Problem:
    """A problem that was not derived."""
    title = escape(block.text("title") or "") or inline_tex(frame.title)
    return Problem(number, title, block.place, absent=absent(block, style))


def problem(number: int, solved: Solved, noted: set[TeX], marks: Marks | None = None) -> Problem:
    """One derivation with its marks; notes that are in ``noted`` already are left out, the others added to it."""
    worth = marks or Marks()
    outline, style = solved.worked, solved.style
    notes = [text for text in (sentence(note, style) for note in outline.notes) if text not in noted]
    noted.update(notes)
    alone = only_line(outline, (WIDTH - 8) / EM, style)
    lead = EMPTY if alone else sentence(outline.lead, style)
    result = EMPTY if alone else TeX(in_rows(outline.result, (WIDTH - 8) / EM, style))
    return Problem(
        number=number,
        title=inline_tex(solved.title),
        task=style.words.word(f"worked.{solved.block.kind}"),
        find=_find(outline, style),
        given=math(r"\displaystyle " + style.latex(solved.premise)) if solved.premise is not None else EMPTY,
        assume=join(_sentences(shapes_long(outline, style)), _semicolon(style)),
        method=escape(_capital(outline.method) + "." if outline.method else ""),
        blocks=tuple(_chain(block, alone, style, worth) for block in outline.blocks),
        result=result,
        lead=lead,
        wide=size(result).width * EM + text_width(lead) * EM + 8 > WIDTH,
        notes=tuple(notes),
        place=solved.block.place,
        marks=shown(worth.result if alone is None else 0),
        dimensions=_dimensions(solved),
    )


def _dimensions(solved: Solved) -> TeX:
    """The dimension check, where the author asks for it."""
    result = solved.worked.result
    known = result.op == "=" and result.args[0].op in ("D", "nabla", "grad")
    if solved.block.text("dimensions") != "shown" or not known:
        return EMPTY
    return dimension_check(result, result.args[0].args[1], solved.style)


def shown(marks: int) -> TeX:
    """A number of marks; nothing for none."""
    return TeX(str(marks)) if marks else EMPTY


def _find(outline: Outline, style: Style) -> TeX:
    where = [math(style.latex(definition)) for definition in outline.definitions]
    asked = math(r"\displaystyle " + style.latex(outline.statement))
    said = style.words.parts("outline.with", asked=asked, definitions=join(where, ", "))
    return join(said) if where else asked


def _sentences(parts: list[TeX]) -> Iterable[TeX]:
    for number, part in enumerate(parts):
        yield TeX(part + ".") if number == len(parts) - 1 else part


def _semicolon(style: Style) -> str:
    """What stands between the parts of a list of sentences; some languages set a space before it."""
    return escape(style.words.word("list.semicolon"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def chains(blocks: Iterable[Block], style: Style, side: float = SIDE) -> tuple[Chain, ...]:
    """Blocks as rows without marks; ``side`` is the width of the column beside them, in em of its size."""
    return tuple(_chain(block, None, style, Marks(), side) for block in blocks)


def _chain(block: Block, alone: Line | None, style: Style, worth: Marks, side: float = SIDE) -> Chain:
    shared = column(block.lines, (WIDTH + 4) / EM, style)
    return Chain(sentence(block.opening, style), tuple(_row(line, shared, alone, worth, side) for line in block.lines))


def _row(line: Line, shared: Column, alone: Line | None, worth: Marks, side: float) -> Row:
    """A line; the only one of a derivation has the frame of the result, and its marks."""
    marks = dict.fromkeys(useful(line.changed, line.term), "hl")
    row = cells(line, marks, shared)
    left, right = row.left, row.right
    if alone is line:
        left, right = EMPTY, (TeX(rf"\dgframed{{{join([left, *right])}}}"),)
    said = dict.fromkeys(_said(reason, line, shared.style, side) for reason in line.reasons if reason.words)
    laws = dict.fromkeys(_laws(line))
    return Row(
        left,
        right,
        join(said, _semicolon(shared.style)),
        join(map(_named, laws), r"\dgnext "),
        shown(worth.lines.get(line.number, 0) + (worth.result if alone is line else 0)),
    )


def _said(reason: Reason, line: Line, style: Style, side: float) -> TeX:
    """The words of a reason; what an abbreviation stands for, which no index tells, as an equation if that has room."""
    if reason.law is None and reason.statement is not None:
        equation = aside(reason.statement, side, style)
        if equation is not None:
            return join([escape(reason.lead), equation])
    return reason_words(reason, line, style)


def _laws(line: Line) -> Iterator[str]:
    """The laws of a line; a lemma of the derivation's own goes by its words, if it has some."""
    for reason in line.reasons:
        if reason.law and not (reason.words and _is_local(reason.law)):
            yield reason.law


def _named(law: str) -> TeX:
    """The name of a law linked to the index; what a derivation calls its own (a lemma) stands in no index."""
    return escape(law) if _is_local(law) else TeX(rf"\dgrule{{{law}}}")


def _is_local(law: str) -> bool:
    return " " in law


def rules(solved: Sequence[Solved], lookup: Lookup, style: Style, labels: Sequence[str] | None = None) -> list[Rule]:
    """The laws of all problems by name, each with the places where it is used.

    ``labels`` are the numbers of the derivations as they are printed (1, 2 .. when not given).
    """
    places: dict[str, dict[str, None]] = {}
    said: dict[str, TeX] = {}
    for number, one in zip(labels or map(str, range(1, len(solved) + 1)), solved, strict=True):
        for name, place in _uses(one.worked):
            places.setdefault(name, {})[f"{number}.{place}"] = None
        for line in _lines(one.worked):
            for reason in line.reasons:
                said.setdefault(reason.law or "", reason_words(reason, line, style))
    computed = escape(style.words.word("worked.computed"))
    return [
        _rule(name, list(used), lookup(name, style), said.get(name) or computed)
        for name, used in sorted(places.items())
    ]


def _lines(outline: Outline) -> Iterator[Line]:
    for block in outline.blocks:
        yield from block.lines


def _uses(outline: Outline) -> Iterator[tuple[str, int]]:
    """Every law with a line that uses it: those the outline lists, and those its reasons name."""
    for name, lines in outline.laws:
        yield from ((name, line) for line in lines if not _is_local(name))
    for line in _lines(outline):
        yield from ((r.law, line.number) for r in line.reasons if r.law and not _is_local(r.law))


def _rule(name: str, used: list[str], law: LawText | None, said: TeX) -> Rule:
    """``said`` are the words of a line that uses what is no law but computed."""
    named = used if len(used) <= MOST_PLACES else [*used[:MOST_PLACES], "\u2026"]
    statement = law.statement if law else EMPTY
    return Rule(name, statement, law.words if law else said, escape(", ".join(named)))


def closing(solved: Sequence[Solved], words: Catalogue) -> TeX:
    """What the check did, in numbers."""
    counts: Counter[str] = Counter()
    for one in solved:
        counts.update(one.counts)
    total = sum(counts.values())
    if not total:
        return EMPTY
    replayed = sum(one.replayed for one in solved)
    grades = [join(words.parts(f"worked.{g}", count=str(counts[g]), modulus=MODULUS)) for g in GRADES if counts[g]]
    said = words.parts("worked.checked", total=str(total), replayed=str(replayed), grades=join(grades, ", "))
    return join(said)
