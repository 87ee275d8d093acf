"""A derivation block as a question to the mathematics, and an error of the mathematics at the author's line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from derivgen.documents.citations import used_by
from derivgen.documents.errors import Refused, SourceProblem
from derivgen.documents.model import DerivationBlock, Place
from derivgen.engine.derivation_error import DerivationError
from derivgen.language.latex_input import read_formulas
from derivgen.language.notation import NotationError
from derivgen.language.problem import Problem, read_problem
from derivgen.language.shapes import ShapeError
from derivgen.language.terms import Term, make

_OPTIONS = {
    "by": "method",
    "kind": "kind",
    "along": "along",
    "vary": "vary",
    "layout": "layout",
    "convention": "convention",
    "to": "to",
}


def ask(block: DerivationBlock, theorems: tuple[str, ...], mathematics: Any) -> Any:
    """What a block asks for; ``theorems`` are the laws that it cites from other blocks, as texts of rules."""
    options: dict[str, object] = {
        "let": let_of(block),
        "assume": tuple(field.value for field in block.all("assume")),
    }
    for key, name in _OPTIONS.items():
        if block.first(key):
            options[name] = block.text(key)
    if block.first("order"):
        options["order"] = int(block.text("order") or 1)
    if block.kind == "derive":
        options |= _cited(block, theorems)
        return mathematics.derive(block.text("of"), block.text("wrt"), **options)
    if block.kind == "expand":
        return mathematics.expand(block.text("of"), **options)
    if block.first("law"):
        return mathematics.proof(block.text("law"))
    options |= _cited(block, theorems)
    if block.first("from"):
        options["given"] = block.text("from")
    if block.first("via"):
        options["via"] = tuple(field.value for field in block.all("via"))
    return mathematics.prove(block.text("show"), **options)


def _cited(block: DerivationBlock, theorems: tuple[str, ...]) -> dict[str, object]:
    """The laws to be used, with those that other blocks prove."""
    items = used_by(block)
    return {"using": items, "theorems": theorems} if items else {}


def let_of(block: DerivationBlock) -> str:
    """The declarations of a block as one text."""
    return "; ".join(field.value.rstrip("; ") for field in block.all("let"))


def premise_of(block: DerivationBlock) -> Term | None:
    """The equation that a proof starts from."""
    if not block.first("from"):
        return None
    show, given = block.text("show") or "", block.text("from")
    return read_problem("prove", show, let=let_of(block), premise=given, read=read_formulas).premise


def located(block: DerivationBlock, error: Exception) -> SourceProblem:
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


def unproved(block: DerivationBlock, problem: SourceProblem, residual: Term | None = None) -> SourceProblem:
    """The problem with what a reader is told of a derivation that was not found."""
    statement = _statement(block)
    text = block.text("of") or block.text("show") or ""
    refused = Refused(statement, " ".join(text.split()), problem.message, residual, block.text("missing"))
    return replace(problem, refused=refused)


def _statement(block: DerivationBlock) -> Term | None:
    """What was to be derived or shown; None where it cannot be read."""
    text = block.text("of") or block.text("show") or ""
    try:
        asked = read_problem(block.kind, text, block.text("wrt"), let=let_of(block), quantity=block.text("kind"),
                             order=int(block.text("order") or 1), read=read_formulas)  # fmt: skip
        return _left_side(asked)
    except (NotationError, ShapeError, ValueError):
        return None


def _left_side(problem: Problem) -> Term:
    if problem.kind != "derive" or problem.wrt is None:
        return problem.of
    if problem.quantity == "differential":
        return make("d", [problem.of])
    return make("nabla" if problem.convention == "gradient" else "D", [problem.of, problem.wrt])
