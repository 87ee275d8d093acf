"""Derivation blocks become outlines: what the author asked is derived, checked, and only then shown.

The mathematics comes from outside, through ``Mathematics``; the package's own ``derivgen.api`` is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from derivgen.documents.asking import ask, located, premise_of, unproved
from derivgen.documents.blocks import COMPARE
from derivgen.documents.citations import Citations, law_of, used_by
from derivgen.documents.comparison import compared
from derivgen.documents.errors import SourceProblem
from derivgen.documents.model import DerivationBlock, Document, Field, Frame, Inline, Place, Words
from derivgen.documents.record import NOTHING, Record, RecordError, problem_at, record
from derivgen.documents.stopping import stopped
from derivgen.documents.themes import appearance
from derivgen.documents.workers import Stopped
from derivgen.documents.workshop import Workshop
from derivgen.engine.derivation_error import DerivationError
from derivgen.language.terms import Term
from derivgen.present.catalogue import Catalogue
from derivgen.present.lines import Outline
from derivgen.present.style import Style


class Derived(Protocol):
    """A derivation that can be shown in the details "lecture", "worked" and "full"."""

    def lines(self, detail: str, language: Catalogue) -> Outline:
        """What a reader of a language sees."""
        ...


class Mathematics(Protocol):
    """What documents ask of the mathematics; a module with these functions is enough."""

    @property
    def derive(self) -> Callable[..., Derived]:
        """Derivative of an expression: ``derive(of, wrt, let=..., assume=..., method=..., ...)``."""
        ...

    @property
    def prove(self) -> Callable[..., Derived]:
        """Proof of a relation: ``prove(show, let=..., assume=..., via=..., ...)``."""
        ...

    @property
    def proof(self) -> Callable[..., Derived]:
        """The proof of a theorem of the book, by its name: ``proof(law)``."""
        ...

    @property
    def expand(self) -> Callable[..., Derived]:
        """Expansion of an expression: ``expand(of, let=..., ...)``."""
        ...

    @property
    def accepted(self) -> Callable[[Any, str], Any]:
        """The answer of a derivation in another form: an object with a ``term``. Raises where it is not equal."""
        ...

    @property
    def holds(self) -> Callable[..., bool]:
        """Whether two expressions are related: ``holds(left, "!=", right, let)``. Raises for what cannot be read."""
        ...

    @property
    def as_rule(self) -> Callable[[Any, str, str], str]:
        """What a derivation shows as a law: ``as_rule(derived, name, words)`` is the text of a rule file."""
        ...

    @property
    def rests_on(self) -> Callable[[Any], tuple[str, ...]]:
        """The laws of the book that a derivation uses."""
        ...

    @property
    def check(self) -> Callable[[Any], Any]:
        """The second opinion; its report is true where everything holds, and ``str(report)`` says what does
        not."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """A derivation that was checked, as it is told, without the place where it is told; see Solved."""

    lecture: Outline
    worked: Outline
    premise: Term | None
    counts: Mapping[str, int]
    replayed: int
    accepted: tuple[Term, ...]
    record: Record = NOTHING

    def of(self, block: DerivationBlock, frame: Frame, style: Style) -> Solved:
        """The same in a document, whose frame gives it its title if it has none."""
        title = block.text("title")
        heading = (Words(title),) if title else frame.title
        return Solved(
            block, heading, self.lecture, self.worked, style, self.premise, self.counts, self.replayed, self.accepted,
            self.record,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Solved:
    """A block with its outlines: ``lecture`` for slides, ``worked`` for the worked solutions.

    ``style`` is how the document is written, ``premise`` the equation that a proof starts from, ``accepted`` are other
    forms of the answer; ``counts`` are the steps by how they were checked, ``replayed`` those that were replayed from a
    law.
    """

    block: DerivationBlock
    title: tuple[Inline, ...]
    lecture: Outline
    worked: Outline
    style: Style = field(default_factory=Style)
    premise: Term | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    replayed: int = 0
    accepted: tuple[Term, ...] = ()
    record: Record = NOTHING


HERE = Workshop()
"""One after another, in this process."""


def solve(
    document: Document, mathematics: Mathematics, workshop: Workshop = HERE
) -> tuple[dict[Place, Solved], list[SourceProblem]]:
    """Every block of the document by its place, and what could not be derived; one failure stops no other."""
    blocks = list(document.derivations())
    style = appearance(document).style
    citations = Citations([block for _, block in blocks])
    found: dict[Place, Solved] = {}
    laws: dict[str, str] = {}
    problems: list[SourceProblem] = []
    work = partial(_solve, mathematics=mathematics, words=style.words)
    for numbers in citations.rounds():
        tasks: list[Task] = []
        for number in numbers:
            theorems = citations.theorems(number, laws)
            if isinstance(theorems, SourceProblem):
                problems.append(unproved(blocks[number][1], theorems))
            else:
                tasks.append(Task(blocks[number][1], number, theorems))
        keyed = [(task.key(style.words), task) for task in tasks]
        for index, made in workshop.make(work, keyed, document.file, keep=lambda made: isinstance(made, Told)):
            frame, block = blocks[tasks[index].number]
            if isinstance(made, Told):
                found[block.place] = made.of(block, frame, style)
                laws |= {law_of(block)[0]: made.record.rule} if made.record.rule else {}
            else:
                problems.append(_stopped(block, made) if isinstance(made, Stopped) else made)
    return {block.place: found[block.place] for _, block in blocks if block.place in found}, problems


def prepare(
    blocks: Sequence[DerivationBlock], document: Document, mathematics: Mathematics, workshop: Workshop
) -> None:
    """Derives many blocks at once, on all cores, where the workshop keeps them; what cites another block waits."""
    style = appearance(document).style
    tasks = {task.key(style.words): task for task in (Task(one, k, ()) for k, one in enumerate(blocks))}
    alone = [(key, task) for key, task in tasks.items() if not used_by(task.block)]
    if workshop.cache is not None and alone:
        work = partial(_solve, mathematics=mathematics, words=style.words)
        for _ in workshop.make(work, alone, document.file, keep=lambda made: isinstance(made, Told)):
            pass


def _stopped(block: DerivationBlock, made: Stopped) -> SourceProblem:
    return unproved(block, SourceProblem(block.place, f"this derivation was stopped: {made.reason}", _EXPLODES))


@dataclass(frozen=True, slots=True)
class Task:
    """A block to be derived with the laws that it cites from other blocks; ``number`` is its own in the document."""

    block: DerivationBlock
    number: int
    theorems: tuple[str, ...]

    def key(self, words: Catalogue) -> tuple[str, ...]:
        """What decides what is derived and how it is told: the lines of the block but for its name and title, the laws,
        and the words."""
        lines = [f"{field.key} {field.value}" for field in self.block.fields if field.key not in ("id", "title")]
        return (self.block.kind, *lines, *self.theorems, words.fingerprint)


_EXPLODES = "make it smaller, give its parts names, or ask for another method"


def _solve(task: Task, mathematics: Mathematics, words: Catalogue) -> Told | SourceProblem:
    block = task.block
    try:
        if block.kind == COMPARE:
            outline, beside = compared(block, mathematics)
            return Told(outline, outline, None, {}, 0, (), beside)
        derived: Derived = ask(block, task.theorems, mathematics)
        report = mathematics.check(derived)
        if not report:
            raise RecordError(SourceProblem(block.place, f"the check refuses this derivation: {report}"))
        lecture = derived.lines(block.text("detail", "lecture") or "lecture", words)
        premise = premise_of(block)
        worked = derived.lines("full" if block.text("detail") == "full" else "worked", words)
        forms = tuple(_accepted(field, derived, mathematics) for field in block.all("accept"))
        if limit := block.text("stop"):
            lecture, worked = stopped(lecture, worked, int(limit.split()[-1]), block)
        beside = record(block, derived, mathematics)
    except RecordError as refused:
        return refused.problem
    except (DerivationError, ValueError, ArithmeticError, LookupError, RuntimeError) as error:
        return unproved(block, located(block, error), getattr(error, "subterm", None))
    counts, replayed = getattr(report, "counts", {}), getattr(report, "replayed", 0)
    return Told(lecture, worked, premise, dict(counts), replayed, forms, beside)


def _accepted(field: Field, derived: Derived, mathematics: Mathematics) -> Term:
    """Another form of the answer. Raises a problem at its field."""
    try:
        term: Term = mathematics.accepted(derived, field.value).term
    except (DerivationError, ValueError) as error:
        raise RecordError(problem_at(field, error)) from error
    return term
