"""From what was typed to a checked result: options, a block on standard input, or a block of a source."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from derivgen import api
from derivgen.cli.failures import USAGE, WRONG, complain, stop

if TYPE_CHECKING:
    from derivgen.check.report import Report
    from derivgen.documents.errors import SourceProblem
    from derivgen.documents.model import DerivationBlock, Document, Frame, FrontMatter
    from derivgen.present.style import Style
    from derivgen.rules.book import RuleBook

_IN_SOURCE = re.compile(r"(?P<file>.+\.md)#(?P<id>[^#]*)", re.DOTALL)
_FENCE = re.compile(
    r"\s*(?P<marks>`{3,}|~{3,})\s*(?P<kind>\w+)[ \t]*\n(?P<body>.*?)(?:\n[ \t]*(?P=marks)\s*)?$", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A result that passed the check and its report; and what its block and its source ask for, if it has them.

    ``detail`` is None where nobody has said it, ``style`` is that of the source.
    """

    result: api.Result
    report: Report
    detail: str | None = None
    style: Style | None = None


def is_block(expression: str) -> bool:
    """Whether an argument stands for a block: ``-`` or ``FILE.md#id``."""
    return expression.strip() == "-" or _IN_SOURCE.fullmatch(expression) is not None


def answer(kind: str, expression: str, options: Mapping[str, object], rules: Sequence[Path]) -> Answer:
    """The checked result of an expression with options, or of the block that the expression stands for."""
    book = api.book(rules)
    if is_block(expression):
        if extra := [name for name, value in options.items() if value not in (None, "", (), [])]:
            raise click.UsageError(f"a block says {extra[0]!r} itself; --detail, --format and --rules go with it")
        return _of_block(kind, expression.strip(), book)
    ask = {"derive": api.derive, "prove": api.prove, "expand": api.expand}[kind]
    named = {name: value for name, value in options.items() if value is not None}
    result = ask(expression.strip(), rules=book, **named)  # type: ignore[operator]
    report = api.check(result)
    if not report:
        refuse(result, report)
    return Answer(result, report)


def refuse(result: api.Result, report: Report) -> NoReturn:
    """Say which step does not hold, and end with status 1."""
    if report.pointless:
        complain("error: what is assumed holds at no point that was tried, so nothing is shown")
        stop(f"{report}\n  hint: correct what contradicts the rest, or declare the sizes at which it holds", WRONG)
    if report.valueless:
        complain("error: what is asked about has no value at any point that was tried, so nothing is shown")
        hint = "log and sqrt need positive numbers, a quotient or an inverse one that is not 0"
        stop(f"{refusal(result, report)}\n  hint: {hint}", WRONG)
    complain("error: the check refuses this derivation, so it is not shown")
    stop(refusal(result, report), WRONG)


def refusal(result: api.Result, report: Report) -> str:
    """A report with the first bad step: its law, the line before and the line after."""
    from derivgen.engine.derivation_error import shortened
    from derivgen.language.plain import plain

    lines = [str(report)]
    chain, step = report.first_bad[:2] if report.first_bad else (-1, -1)
    chains = result.derivation.chains
    if 0 <= chain < len(chains) and 0 <= step < len(chains[chain].steps):
        bad = chains[chain].steps[step]
        before, after = (shortened(plain(t)) for t in (bad.before, bad.after))
        lines += [f"  rule:   {bad.rule}", f"  before: {before}", f"  after:  {after}"]
    return "\n".join(lines)


class _Noted:
    """The mathematics of a block with a book of rules; it keeps the result and the report."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.result: api.Result | None = None
        self.report: Report | None = None

    def derive(self, *parts: str, **options: object) -> api.Result:
        return api.derive(*parts, rules=self.book, **options)  # type: ignore[arg-type]

    def prove(self, *parts: str, **options: object) -> api.Result:
        return api.prove(*parts, rules=self.book, **options)  # type: ignore[arg-type]

    def proof(self, law: str) -> api.Result:
        return api.proof(law, self.book)

    def expand(self, *parts: str, **options: object) -> api.Result:
        return api.expand(*parts, rules=self.book, **options)  # type: ignore[arg-type]

    def accepted(self, result: api.Result, form: str) -> api.Formula:
        return api.accepted(result, form)

    def holds(self, left: str, relation: str, right: str, let: str | None = None) -> bool:
        return api.holds(left, relation, right, let)

    def as_rule(self, result: api.Result, name: str, words: str) -> str:
        return api.as_rule(result, name, words)

    def rests_on(self, result: api.Result) -> tuple[str, ...]:
        return api.rests_on(result)

    def check(self, result: api.Result) -> Report:
        self.result, self.report = result, api.check(result)
        return self.report


def _of_block(kind: str, name: str, book: RuleBook) -> Answer:
    from derivgen.documents.errors import with_excerpt
    from derivgen.documents.model import Document, Frame, Section
    from derivgen.documents.solve import solve
    from derivgen.documents.themes import appearance

    blocks, lines, front = _from_stdin(kind) if name == "-" else _from_source(name)
    block = blocks[-1]
    frame = Frame((), tuple(blocks), block.place)
    document = Document(front, (Section((), (frame,), block.place),), block.place.file)
    noted = _Noted(book)
    _, problems = solve(document, noted)
    if problems:
        complain("\n".join(str(with_excerpt(_on_a_line(problem), lines)) for problem in problems))
        if noted.result is not None and noted.report is not None and not noted.report:
            for line in refusal(noted.result, noted.report).split("\n")[1:]:  # the report itself stands above
                complain(line)
        raise click.exceptions.Exit(WRONG)
    assert noted.result is not None and noted.report is not None
    style = None if name == "-" else appearance(document).style
    return Answer(noted.result, noted.report, block.text("detail"), style)


def _from_stdin(kind: str) -> tuple[list[DerivationBlock], list[str], FrontMatter]:
    from derivgen.documents.blocks import ALL, read_block
    from derivgen.documents.errors import with_excerpt
    from derivgen.documents.model import FrontMatter

    text = read_text("-")
    if (fence := _FENCE.match(text)) and fence["kind"] in ALL:
        kind, text = fence["kind"], "\n" + fence["body"]
    lines = text.split("\n")
    block, problems = read_block(kind, text, "stdin", 1)
    if problems:
        stop("\n".join(str(with_excerpt(_on_a_line(problem), lines)) for problem in problems))
    return [block], lines, FrontMatter("")


def _on_a_line(problem: SourceProblem) -> SourceProblem:
    """A problem of a whole block that came without a fence stands at its first line."""
    return problem if problem.place.line else replace(problem, place=replace(problem.place, line=1, width=1))


def _from_source(name: str) -> tuple[list[DerivationBlock], list[str], FrontMatter]:
    """The block that is asked for, after those whose laws it cites; the lines of the source; its head."""
    from derivgen.documents.citations import Citations
    from derivgen.documents.errors import SourceError, nearest
    from derivgen.documents.source import read

    match = _IN_SOURCE.fullmatch(name)
    assert match is not None
    path = Path(match["file"])
    reading = read(path)
    document = reading.document
    blocks = [block for _, block in document.derivations()]
    known = {id: (k, frame) for k, (frame, block) in enumerate(document.derivations()) for id in _ids(frame, block)}
    if match["id"] not in known:
        if reading.problems:  # one of them may have hidden the block
            raise SourceError(reading.problems)
        hint = nearest(match["id"], known) if match["id"] else "known here: " + ", ".join(known)
        stop(f"{path}: error: no block has the id {match['id']!r}\n  hint: {hint}")
    number, frame = known[match["id"]]
    lines = path.read_text("utf-8-sig").splitlines()
    needed = [blocks[one] for one in Citations(blocks).needed(number)]
    return [*needed, _drawn(document, frame, blocks[number], lines)], lines, document.front


def _ids(frame: Frame, block: DerivationBlock) -> list[str]:
    """What a block is called: its own id, or that of an entry that holds it alone."""
    from derivgen.documents.model import derivations

    own = block.text("id")
    alone = frame.id if len(list(derivations(frame.content))) == 1 else ""
    return [one for one in (own, alone) if one]


def _drawn(document: Document, frame: Frame, block: DerivationBlock, lines: list[str]) -> DerivationBlock:
    """The block with the free parameters of its problem as they are drawn for the class."""
    from derivgen.documents.errors import with_excerpt
    from derivgen.documents.model import DrawBlock, derivations
    from derivgen.documents.sheets.students import Student
    from derivgen.documents.sheets.variants import Variants

    if not any(isinstance(element, DrawBlock) for element in frame.content):
        return block
    made = Variants(document, api).variant(frame, Student())
    if made.problems:
        stop("\n".join(str(with_excerpt(problem, lines)) for problem in made.problems))
    complain("drawn:    " + ", ".join(f"{name} = {value}" for name, value in made.values))
    return next(one for one in derivations(made.frame.content) if one.place == block.place)


def read_text(name: str) -> str:
    """The text of a file, or of standard input for ``-``. Ends with a message for what is not text."""
    if name != "-" and Path(name).is_dir():
        stop(f"{name}: error: this is a folder", USAGE)
    if name != "-":
        data = Path(name).read_bytes()
    else:
        data = sys.stdin.buffer.read() if hasattr(sys.stdin, "buffer") else sys.stdin.read().encode()
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        stop(f"{'stdin' if name == '-' else name}: error: not UTF-8 at byte {error.start}")
