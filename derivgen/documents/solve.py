"""Derivation blocks become outlines: what the author asked is derived, checked, and only then shown.

The mathematics comes from outside, through ``Mathematics``; the package's own ``derivgen.api`` is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from derivgen.documents.errors import SourceProblem
from derivgen.documents.model import DerivationBlock, Document, Field, Frame, Inline, Place, Words
from derivgen.documents.themes import appearance
from derivgen.documents.workers import Stopped
from derivgen.documents.workshop import Workshop
from derivgen.engine.rewrite import DerivationError
from derivgen.language.latex_input import read_formulas
from derivgen.language.problem import read_problem
from derivgen.language.terms import Term, make
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

    def of(self, block: DerivationBlock, frame: Frame, style: Style) -> Solved:
        """The same in a document, whose frame gives it its title if it has none."""
        title = block.text("title")
        heading = (Words(title),) if title else frame.title
        counts, replayed = self.counts, self.replayed
        return Solved(block, heading, self.lecture, self.worked, style, self.premise, counts, replayed, self.accepted)


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


HERE = Workshop()
"""One after another, in this process."""
_OPTIONS = {
    "by": "method",
    "kind": "kind",
    "along": "along",
    "vary": "vary",
    "layout": "layout",
    "to": "to",
}


def solve(
    document: Document, mathematics: Mathematics, workshop: Workshop = HERE
) -> tuple[dict[Place, Solved], list[SourceProblem]]:
    """Every block of the document by its place, and what could not be derived; one failure stops no other."""
    blocks = list(document.derivations())
    style = appearance(document).style
    tasks = [(_key(block, style.words), block) for _, block in blocks]
    found: dict[Place, Solved] = {}
    problems: list[SourceProblem] = []
    work = partial(_solve, mathematics=mathematics, words=style.words)
    for index, made in workshop.make(work, tasks, document.file, keep=lambda made: isinstance(made, Told)):
        frame, block = blocks[index]
        if isinstance(made, Stopped):
            problems.append(SourceProblem(block.place, f"this derivation was stopped: {made.reason}", _EXPLODES))
        elif isinstance(made, SourceProblem):
            problems.append(made)
        else:
            found[block.place] = made.of(block, frame, style)
    return {block.place: found[block.place] for _, block in blocks if block.place in found}, problems


_EXPLODES = "make it smaller, give its parts names, or ask for another method"


def _key(block: DerivationBlock, words: Catalogue) -> tuple[str, ...]:
    """What decides what is derived and how it is told: the lines of a block but for its name and title, and words."""
    lines = [f"{field.key} {field.value}" for field in block.fields if field.key not in ("id", "title")]
    return (block.kind, *lines, words.fingerprint)


class _RefusedError(Exception):
    def __init__(self, problem: SourceProblem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def _solve(block: DerivationBlock, mathematics: Mathematics, words: Catalogue) -> Told | SourceProblem:
    try:
        derived = _derive(block, mathematics)
        report = mathematics.check(derived)
        if not report:
            raise _RefusedError(SourceProblem(block.place, f"the check refuses this derivation: {report}"))
        lecture = derived.lines(block.text("detail", "lecture") or "lecture", words)
        premise = _premise(block)
        worked = derived.lines("full" if block.text("detail") == "full" else "worked", words)
        forms = tuple(_accepted(field, derived, mathematics) for field in block.all("accept"))
        if limit := block.text("stop"):
            lecture, worked = stopped(lecture, worked, int(limit.split()[-1]), block)
    except _RefusedError as refused:
        return refused.problem
    except (DerivationError, ValueError, ArithmeticError, LookupError, RuntimeError) as error:
        return _located(block, error)
    counts, replayed = getattr(report, "counts", {}), getattr(report, "replayed", 0)
    return Told(lecture, worked, premise, dict(counts), replayed, forms)


def _accepted(field: Field, derived: Derived, mathematics: Mathematics) -> Term:
    """Another form of the answer. Raises a problem at its field."""
    try:
        term: Term = mathematics.accepted(derived, field.value).term
    except (DerivationError, ValueError) as error:
        position = getattr(error, "position", 0)
        place = replace(field.place, column=field.place.column + position, width=max(1, field.place.width - position))
        message = getattr(error, "reason", None) or str(error)
        raise _RefusedError(SourceProblem(place, message, getattr(error, "hint", ""))) from error
    return term


def stopped(lecture: Outline, worked: Outline, last: int, block: DerivationBlock) -> tuple[Outline, Outline]:
    """Both outlines up to line ``last`` of the worked one; what stands there is the result.

    Raises a problem where there is no such line.
    """
    lines = [line for part in worked.blocks for line in part.lines]
    if not 1 <= last <= len(lines):
        field = block.first("stop")
        place = field.place if field else block.place
        raise _RefusedError(SourceProblem(place, f"there is no line {last}", f"the derivation has {len(lines)} lines"))
    reached = lines[last - 1].steps[1]
    return _until(lecture, reached), _until(worked, reached)


def _until(outline: Outline, reached: int) -> Outline:
    """An outline without the lines that come after step ``reached`` of the derivation."""
    kept = [replace(part, lines=tuple(n for n in part.lines if n.steps[1] <= reached)) for part in outline.blocks]
    blocks = tuple(part for part in kept if part.lines)
    if not blocks:
        return outline
    last = blocks[-1].lines[-1]
    left = next((line.lhs for line in reversed(blocks[-1].lines) if line.lhs is not None), None)
    result = make(last.relation, (left, last.term)) if left is not None and last.relation == "=" else last.term
    laws = tuple(
        (law, tuple(k for k in numbers if k <= last.number))
        for law, numbers in outline.laws
        if any(k <= last.number for k in numbers)
    )
    return replace(outline, blocks=blocks, result=result, lead=(), laws=laws)


def _derive(block: DerivationBlock, mathematics: Mathematics) -> Derived:
    options: dict[str, object] = {
        "let": _let(block),
        "assume": tuple(field.value for field in block.all("assume")),
    }
    for key, name in _OPTIONS.items():
        if block.first(key):
            options[name] = block.text(key)
    if block.first("order"):
        options["order"] = int(block.text("order") or 1)
    if block.kind == "derive":
        return mathematics.derive(block.text("of"), block.text("wrt"), **options)
    if block.kind == "expand":
        return mathematics.expand(block.text("of"), **options)
    if block.first("law"):
        return mathematics.proof(block.text("law"))
    if block.first("from"):
        options["given"] = block.text("from")
    if block.first("via"):
        options["via"] = tuple(field.value for field in block.all("via"))
    return mathematics.prove(block.text("show"), **options)


def _let(block: DerivationBlock) -> str:
    return "; ".join(field.value.rstrip("; ") for field in block.all("let"))


def _premise(block: DerivationBlock) -> Term | None:
    if not block.first("from"):
        return None
    show, given = block.text("show") or "", block.text("from")
    return read_problem("prove", show, let=_let(block), premise=given, read=read_formulas).premise


def _located(block: DerivationBlock, error: Exception) -> SourceProblem:
    """The error at the field whose text it quotes, else at the block."""
    message = getattr(error, "reason", None) or f"{type(error).__name__}: {error}"
    hint = getattr(error, "hint", "") or ""
    if isinstance(error, DerivationError):
        hint = "\n".join(str(error).split("\n")[1:]).strip()
    text, position = getattr(error, "text", ""), getattr(error, "position", 0)
    field = next((field for field in block.fields if text and text.strip() in field.value), None)
    if field is None:
        return SourceProblem(block.place, message, hint)
    offset = field.value.find(text.strip()) + position - (len(text) - len(text.lstrip()))
    before = field.value[: max(0, offset)]
    line = before.count("\n")
    column = len(before) - before.rfind("\n") if line else field.place.column + len(before)
    return SourceProblem(Place(field.place.file, field.place.line + line, column), message, hint)
