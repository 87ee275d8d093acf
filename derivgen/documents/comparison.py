"""A comparison: an equation that holds, beside the false form that a book prints; numbers tell, nothing is derived."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from derivgen.documents.asking import let_of
from derivgen.documents.model import DerivationBlock
from derivgen.documents.record import Misprint, Record, RecordError, problem_at
from derivgen.language.abbreviations import definitions
from derivgen.language.latex_input import read_formulas
from derivgen.language.problem import Problem, read_problem
from derivgen.present.lines import Outline
from derivgen.present.outline import shapes_of


class Comparer(Protocol):
    """What a comparison asks of the mathematics."""

    @property
    def holds(self) -> Callable[..., bool]:
        """Whether two expressions are related: ``holds(left, "!=", right, let)``. Raises for what cannot be read."""
        ...


def compared(block: DerivationBlock, mathematics: Comparer) -> tuple[Outline, Record]:
    """The equation as an outline without lines, and the misprint on record.

    Raises RecordError where the equation does not hold or the misprint does.
    """
    let, under = let_of(block), block.text("under")
    left, right = block.text("of") or "", block.text("is") or ""
    printed = block.text("misprint") or right
    of_expression = printed.startswith("of ")
    sides = (printed.removeprefix("of "), right) if of_expression else (left, printed)
    _demand(block, "of", mathematics.holds(left, "=", right, let), "this does not hold at random values")
    wrong = "misprint" if block.first("misprint") else "under"
    found = mathematics.holds(sides[0], "!=", sides[1], under or let)
    _demand(block, wrong, found, "this is no misprint: it holds at random values")
    asked, other = _read(left, right, let), _read(*sides, under or let)
    outline = Outline((), asked.of, asked.of, definitions=definitions(asked.of), shapes=shapes_of(asked))
    term = other.of.args[0 if of_expression else 1] if wrong == "misprint" else None
    shapes = shapes_of(other) if under else ()
    return outline, Record(misprints=(Misprint(printed, term, of_expression, "the numbers", shapes),))


def _demand(block: DerivationBlock, key: str, holds: bool, message: str) -> None:
    field = block.first(key)
    if not holds and field is not None:
        raise RecordError(problem_at(field, ValueError(message)))


def _read(left: str, right: str, let: str) -> Problem:
    return read_problem("prove", f"{left} = {right}", let=let, read=read_formulas)
