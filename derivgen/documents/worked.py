"""Derivations as worked solutions: one problem after another, every line with its law, and the rules used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from derivgen.documents.escape import EMPTY, TeX, escape, inline_tex, join, math
from derivgen.documents.measure import size, text_width
from derivgen.documents.model import Place
from derivgen.documents.rows import Column, cells, column, in_rows, only_line, useful
from derivgen.documents.solve import Solved
from derivgen.documents.statements import bold_names, sentence, shapes_long, words
from derivgen.present.latex import latex
from derivgen.present.lines import Block, Line, Outline

EM = 3.85
"""One em of the 11 pt text in mm."""
WIDTH = 112.0
MOST_PLACES = 12
COMPUTED = "a computed step"
TASKS = {"derive": "find", "prove": "show", "expand": "expand"}
GRADES = (
    ("exact", "computed exactly"),
    ("modular", "compared modulo $2^{61}-1$ at random points"),
    ("sampled", "compared in high precision at random points"),
    ("replayed", "without a comparison of numbers"),
)
CONVENTION = (
    "Every line names the law it uses; the laws are listed at the end. A gradient has the shape of its variable."
)


@dataclass(frozen=True, slots=True)
class Row:
    """A numbered line: cells, the words and the linked names of its laws."""

    left: TeX
    right: tuple[TeX, ...]
    words: TeX
    rules: TeX


@dataclass(frozen=True, slots=True)
class Chain:
    """A sentence and the rows under it."""

    opening: TeX
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A worked problem as the template prints it."""

    number: int
    title: TeX
    task: str
    find: TeX
    given: TeX
    assume: TeX
    method: TeX
    blocks: tuple[Chain, ...]
    result: TeX
    lead: TeX
    wide: bool
    notes: tuple[TeX, ...]
    place: Place


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
    words: str


def problems(solved: Sequence[Solved]) -> list[Problem]:
    """All problems in the order of the lecture; a note is printed where it is first needed."""
    noted: set[TeX] = set()
    return [_problem(number, one, noted) for number, one in enumerate(solved, start=1)]


def _problem(number: int, solved: Solved, noted: set[TeX]) -> Problem:
    outline = solved.worked
    notes = [text for text in map(sentence, outline.notes) if text not in noted]
    noted.update(notes)
    alone = only_line(outline, (WIDTH - 6) / EM)
    lead = EMPTY if alone else sentence(outline.lead)
    result = EMPTY if alone else TeX(in_rows(outline.result, (WIDTH - 6) / EM))
    return Problem(
        number=number,
        title=inline_tex(solved.title),
        task=TASKS[solved.block.kind],
        find=_find(outline),
        given=math(r"\displaystyle " + latex(solved.premise)) if solved.premise is not None else EMPTY,
        assume=join(_sentences(shapes_long(outline)), "; "),
        method=escape(_capital(outline.method) + "." if outline.method else ""),
        blocks=tuple(_chain(block, alone) for block in outline.blocks),
        result=result,
        lead=lead,
        wide=size(result).width * EM + text_width(lead) * EM + 8 > WIDTH,
        notes=tuple(notes),
        place=solved.block.place,
    )


def _find(outline: Outline) -> TeX:
    where = [math(latex(definition)) for definition in outline.definitions]
    asked = math(r"\displaystyle " + latex(outline.statement))
    return join([asked, " with ", join(where, ", ")]) if where else asked


def _sentences(parts: list[TeX]) -> Iterable[TeX]:
    for number, part in enumerate(parts):
        yield TeX(part + ".") if number == len(parts) - 1 else part


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _chain(block: Block, alone: Line | None) -> Chain:
    shared = column(block.lines, (WIDTH + 4) / EM)
    return Chain(sentence(block.opening), tuple(_row(line, shared, alone) for line in block.lines))


def _row(line: Line, shared: Column, alone: Line | None) -> Row:
    """A line; the only one of a derivation has the frame of the result."""
    marks = dict.fromkeys(useful(line.changed, line.term), "hl")
    shown = cells(line, marks, shared)
    left, right = shown.left, shown.right
    if alone is line:
        left, right = EMPTY, (TeX(rf"\dgframed{{{join([left, *right])}}}"),)
    said = list(dict.fromkeys(reason.words for reason in line.reasons if reason.words))
    laws = dict.fromkeys(_laws(line))
    bold = bold_names(latex(line.term))
    return Row(
        left,
        right,
        join((words(text, bold) for text in said), "; "),
        join(map(_named, laws), r"\\"),
    )


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


def rules(solved: Sequence[Solved], lookup: Callable[[str], LawText | None]) -> list[Rule]:
    """The laws of all problems by name, each with the places where it is used."""
    places: dict[str, dict[str, None]] = {}
    said: dict[str, str] = {}
    for number, one in enumerate(solved, start=1):
        for name, place in _uses(one.worked):
            places.setdefault(name, {})[f"{number}.{place}"] = None
        for line in _lines(one.worked):
            for reason in line.reasons:
                said.setdefault(reason.law or "", reason.words)
    return [_rule(name, list(used), lookup(name), said.get(name, "")) for name, used in sorted(places.items())]


def _lines(outline: Outline) -> Iterator[Line]:
    for block in outline.blocks:
        yield from block.lines


def _uses(outline: Outline) -> Iterator[tuple[str, int]]:
    """Every law with a line that uses it: those the outline lists, and those its reasons name."""
    for name, lines in outline.laws:
        yield from ((name, line) for line in lines if not _is_local(name))
    for line in _lines(outline):
        yield from ((r.law, line.number) for r in line.reasons if r.law and not _is_local(r.law))


def _rule(name: str, used: list[str], law: LawText | None, said: str) -> Rule:
    """``said`` are the words of a line that uses what is no law but computed."""
    shown = used if len(used) <= MOST_PLACES else [*used[:MOST_PLACES], "\u2026"]
    statement = law.statement if law else EMPTY
    text = words(law.words, bold_names(statement)) if law else words(said or COMPUTED)
    return Rule(name, statement, text, escape(", ".join(shown)))


def closing(solved: Sequence[Solved]) -> TeX:
    """What the check did, in numbers."""
    counts: Counter[str] = Counter()
    for one in solved:
        counts.update(one.counts)
    total = sum(counts.values())
    if not total:
        return EMPTY
    replayed = sum(one.replayed for one in solved)
    return TeX(
        f"Checked before it was printed: {total} steps, {replayed} of them replayed symbol by symbol as instances of "
        "laws; " + ", ".join(f"{counts[grade]} {how}" for grade, how in GRADES if counts[grade]) + "."
    )
