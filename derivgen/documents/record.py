"""What is on record of a derivation beside its lines: its form against the book's, misprints, laws, its own law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Protocol

from derivgen.documents.citations import law_of
from derivgen.documents.errors import SourceProblem
from derivgen.documents.model import DerivationBlock, Field
from derivgen.engine.derivation_error import DerivationError
from derivgen.language.abbreviations import spelled_out
from derivgen.language.elaborate import parse
from derivgen.language.notation import NotationError
from derivgen.language.plain import plain
from derivgen.language.terms import Term, equivalent, make, rebuild

SAME, SIMPLER, OTHER = "same", "simpler", "other"


class Recorder(Protocol):
    """What a record asks of the mathematics."""

    @property
    def derive(self) -> Callable[..., Any]:
        """Derivative of an expression."""
        ...

    @property
    def accepted(self) -> Callable[[Any, str], Any]:
        """The answer of a derivation in another form. Raises where it is not equal."""
        ...

    @property
    def as_rule(self) -> Callable[[Any, str, str], str]:
        """What a derivation shows as the text of a law. Raises where it shows none."""
        ...

    @property
    def rests_on(self) -> Callable[[Any], tuple[str, ...]]:
        """The laws that a derivation uses."""
        ...


@dataclass(frozen=True, slots=True)
class Misprint:
    """A false form that the book prints: of the result, or of the expression (``of_expression``), with what refuted
    it.

    ``under`` are the declarations for which the book states what holds for others only; its form may then be right.
    """

    text: str
    term: Term | None
    of_expression: bool
    refuted_by: str
    under: tuple[tuple[tuple[str, ...], str], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """``against`` is how the result stands to the book's form: same, simpler or other; "" where no form was given.

    ``laws`` are the laws of the book that the derivation uses, ``rule`` is the law that it proves, as the text of a
    rule file.
    """

    against: str = ""
    book: Term | None = None
    misprints: tuple[Misprint, ...] = ()
    laws: tuple[str, ...] = ()
    rule: str = ""


NOTHING = Record()


class RecordError(Exception):
    """Something that an author says of a derivation is not so."""

    def __init__(self, problem: SourceProblem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def record(block: DerivationBlock, derived: Any, mathematics: Recorder) -> Record:
    """The record of a block. Raises RecordError at the field that is wrong."""
    against, form = _against(block, derived, mathematics)
    name, words = law_of(block)
    return Record(
        against,
        form,
        tuple(_misprint(field, derived, mathematics) for field in block.all("misprint")),
        tuple(mathematics.rests_on(derived)),
        mathematics.as_rule(derived, name, words) if name else "",
    )


def _against(block: DerivationBlock, derived: Any, mathematics: Recorder) -> tuple[str, Term | None]:
    field = block.first("book")
    if field is None:
        return "", None
    try:
        form = mathematics.accepted(derived, field.value).term
    except (DerivationError, ValueError) as error:
        raise RecordError(problem_at(field, error)) from error
    result = derived.result.term
    if equivalent(*[signs_out(spelled_out(one)) for one in (form, result)]):
        return SAME, form
    if result.size < form.size:
        return SIMPLER, form
    if block.first("differs") is None:
        message = f"the result has another form: {derived.result}"
        hint = 'ask for the book\'s form with "to FORM", or say why it differs with "differs REASON"'
        raise RecordError(SourceProblem(field.place, message, hint))
    return OTHER, form


def signs_out(t: Term) -> Term:
    """The term with the signs of factors in front of their products, so that (-A)*B and -A*B are one form."""
    sign, term = _signed(t)
    return term if sign > 0 else make("neg", [term])


def _signed(t: Term) -> tuple[int, Term]:
    """The sign of a product, and the product without it."""
    if t.op == "neg":
        sign, term = _signed(t.args[0])
        return -sign, term
    if t.op not in ("times", "dot", "div", "tr", "transpose"):
        return 1, rebuild(t, [signs_out(a) for a in t.args]) if t.args else t
    signed = [_signed(a) for a in t.args]
    return prod(sign for sign, _ in signed), rebuild(t, [term for _, term in signed])


def _misprint(field: Field, derived: Any, mathematics: Recorder) -> Misprint:
    """A false form with what refutes it. Raises RecordError where it is right, or cannot be read."""
    asked = field.value.removeprefix("of ")
    of_expression = asked != field.value
    try:
        found, form = _compared(asked, of_expression, derived, mathematics)
    except (NotationError, DerivationError) as error:
        raise RecordError(problem_at(field, error)) from error
    if not found:
        raise RecordError(SourceProblem(field.place, "this is no misprint: it agrees with what was derived"))
    return Misprint(asked, form, of_expression, found)


def _compared(asked: str, of_expression: bool, derived: Any, mathematics: Recorder) -> tuple[str, Term | None]:
    """What refutes a form of the result or of the expression ("" if nothing does), and its term."""
    problem = derived.derivation.problem
    form = asked
    if of_expression:
        let = problem.declarations.texts()
        other = mathematics.derive(asked, plain(problem.wrt), let=let, convention=problem.convention)
        form = str(other.result)
    try:
        term = mathematics.accepted(derived, form).term
    except DerivationError as error:
        return error.reason.rpartition(": ")[2], _read(asked, problem)
    return "", term


def _read(text: str, problem: Any) -> Term:
    return parse(text, problem.declarations)


def problem_at(field: Field, error: Exception) -> SourceProblem:
    """What is wrong with a field's value, at its place."""
    position = getattr(error, "position", 0)
    place = replace(field.place, column=field.place.column + position, width=max(1, field.place.width - position))
    message = getattr(error, "reason", None) or str(error)
    return SourceProblem(place, message, getattr(error, "hint", ""))
