"""The sentences around the lines: what a chain is for, what leads to the result, and what must be known."""

from __future__ import annotations

import re

from derivgen.engine.trace import Chain, Derivation, Step
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, make, symbol
from derivgen.present.lines import Piece
from derivgen.present.reasons import name_at
from derivgen.rules.binding import FunctionName, instantiate
from derivgen.rules.book import EPS, Law, RuleBook

Sentence = tuple[Piece, ...]


def opening(derivation: Derivation, index: int, again: bool = False) -> Sentence:
    """The sentence before a chain's lines; ``again`` where the chain goes on after a lemma."""
    chain = derivation.chains[index]
    if again:
        return ("This goes into the expansion:",)
    names = dict(derivation.problem.fresh)
    wrt = derivation.problem.wrt
    if "direction" in names and wrt is not None and index == _first_moved(derivation):
        return ("Move ", wrt, " in an arbitrary direction ", symbol(names["direction"], wrt.shape), ":")
    if chain.opening == "limit" and index:
        return ("In the difference quotient:",)
    if chain.opening == "entries" and chain.start.op == "index":
        return _entry_sentence(chain.start)
    return _OPENINGS.get(chain.opening, ())


_OPENINGS: dict[str, Sentence] = {
    "lemma": ("The part of first order, by components:",),
    "components": ("Write it with indices:",),
    "difference": ("What is added to first order:",),
}


def _first_moved(derivation: Derivation) -> int:
    """The first chain that is not a lemma put in later."""
    return next(k for k, chain in enumerate(derivation.chains) if chain.opening != "lemma")


def _entry_sentence(start: Term) -> Sentence:
    places = start.args[1:]
    if len(places) == 1:
        return ("Entry ", places[0], " of the gradient:")
    return ("Entry ", places[0], ", ", places[1], " of the gradient:")


def lead(derivation: Derivation, book: RuleBook) -> Sentence:
    """The sentence that leads to the framed result."""
    last = derivation.chains[-1] if derivation.chains else None
    if last is not None and last.opening == "conclusion" and last.steps:
        law = book.get(last.steps[0].rule)
        if law is not None:
            return _read_off(law, last.steps[0])
    return ("This shows",) if derivation.problem.kind == "prove" else ("Hence",)


def _read_off(law: Law, step: Step) -> Sentence:
    if law.status == "definition" and law.right.args[0].op == "D" and law.left.args[1].op == "plus":
        asked = instantiate(law.right, step.binding).args[0]
        gradient = next(name for name in ("G", "g") if name in step.binding)
        small = step.binding.get(EPS, symbol(EPS))
        shown = instantiate(law.left, {**step.binding, gradient: _nabla(asked), EPS: small})
        direction = step.binding["U" if gradient == "G" else "u"]
        if isinstance(direction, Term):
            return ("Compare with ", shown, " for every ", direction, ":")
    return _holds_for_every(law, step)


def _nabla(derivative: Term) -> Term:
    """The derivative of an unknown function by a vector, as grad f."""
    body, variable = derivative.args
    vector = variable.shape[1] == ONE and variable.shape != SCALAR
    if derivative.op == "D" and vector and body.op == "apply" and body.args == (variable,):
        return make("grad", [variable], body.data[0])  # type: ignore[index]
    return derivative


def _holds_for_every(law: Law, step: Step) -> Sentence:
    """The law's words as a sentence, its names typeset."""
    parts: list[Piece] = []
    for k, part in enumerate(re.split(r"(?<!\w)([A-Za-z])(?!\w)", law.words)):
        value = step.binding.get(part) if k % 2 else None
        named = name_at(part, step) if k % 2 else None
        parts.append(value if isinstance(value, Term) and value.op == "symbol" and named else named or part)
    words = [p for p in parts if p != ""]
    if words and isinstance(words[0], str):
        words[0] = words[0][:1].upper() + words[0][1:]
    return (*words, ", hence" if law.words.startswith("this holds") else ":")


def _expanded_functions(derivation: Derivation) -> list[str]:
    """The unknown functions that some step expands to first order, in the order of their use."""
    found = [
        value.name
        for step in derivation.steps
        if step.rule in ("taylor", "taylor_vector", "taylor_matrix")
        for value in step.binding.values()
        if isinstance(value, FunctionName)
    ]
    return list(dict.fromkeys(found))


def notes(derivation: Derivation, book: RuleBook) -> tuple[Sentence, ...]:
    """What the laws that were used ask of unknown functions, and the notes of the method."""
    said: list[Sentence] = [(text,) for text in derivation.notes]
    names = _expanded_functions(derivation)
    if names:
        listed: list[Term | str] = []
        for k, name in enumerate(names):
            listed += [] if k == 0 else [" and " if k == len(names) - 1 else ", "]
            listed.append(symbol(name))
        verb = "is" if len(names) == 1 else "are"
        said.append(("Expanding to first order asks that ", *listed, f" {verb} twice differentiable."))
    return tuple(dict.fromkeys(said))


def proves_equation(chain: Chain) -> bool:
    """Whether the lines of a chain are equations and not terms."""
    return chain.start.op in ("=", "<=", ">=")
