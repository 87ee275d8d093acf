"""The sentences around the lines: what a chain is for, what leads to the result, and what must be known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivgen.engine.context import Context
from derivgen.engine.trace import Chain, Derivation, Step
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, make, symbol, walk
from derivgen.present.catalogue import Catalogue, Sentence
from derivgen.present.lines import Piece
from derivgen.present.properties import all_relied_on, said
from derivgen.present.reasons import name_at
from derivgen.present.steps import News, shortened
from derivgen.rules.binding import FunctionName, instantiate
from derivgen.rules.book import EPS, Law, RuleBook


def opening(derivation: Derivation, index: int, words: Catalogue, again: bool = False) -> Sentence:
    """The sentence before a chain's lines; ``again`` where the chain goes on after a lemma."""
    chain = derivation.chains[index]
    if again:
        return words.sentence("outline.goes on")
    names = dict(derivation.problem.fresh)
    wrt = derivation.problem.wrt
    if "direction" in names and wrt is not None and index == _first_moved(derivation):
        return words.sentence("outline.direction", variable=wrt, direction=symbol(names["direction"], wrt.shape))
    if chain.opening == "limit" and index:
        return words.sentence("outline.quotient")
    if chain.opening == "entries" and chain.start.op == "index":
        return _entry_sentence(chain.start, words)
    return words.sentence(f"outline.{chain.opening}") if chain.opening in _OPENINGS else ()


_OPENINGS = ("lemma", "components", "difference")


def _first_moved(derivation: Derivation) -> int:
    """The first chain that is not a lemma put in later."""
    return next(k for k, chain in enumerate(derivation.chains) if chain.opening != "lemma")


def _entry_sentence(start: Term, words: Catalogue) -> Sentence:
    places = start.args[1:]
    if len(places) == 1:
        return words.sentence("outline.entry", first=places[0])
    return words.sentence("outline.entries", first=places[0], second=places[1])


def lead(derivation: Derivation, book: RuleBook, words: Catalogue, news: News) -> Sentence:
    """The sentence that leads to the framed result."""
    last = derivation.chains[-1] if derivation.chains else None
    if last is not None and last.opening == "conclusion" and last.steps and shortened(last, news) is None:
        laws = [(book.get(step.rule), step) for step in last.steps]
        telling = [(law, step) for law, step in laws if law is not None and law.news == 2] or laws[:1]
        law, step = telling[0]
        if law is not None:
            context = Context.of(derivation.problem, book)
            known = all_relied_on(((step, law) for law, step in laws), context)
            return _read_off(law, step, words, [said(fact, words) for fact in known])
    return words.sentence("outline.shown" if derivation.problem.kind == "prove" else "outline.hence")


def _read_off(law: Law, step: Step, words: Catalogue, known: list[Sentence]) -> Sentence:
    if law.status == "definition" and law.right.args[0].op == "D" and law.left.args[1].has("O"):
        asked = instantiate(law.right, step.binding).args[0]
        gradient = next(name for name in ("G", "g") if name in step.binding)
        small = step.binding.get(EPS, symbol(EPS))
        shown = instantiate(law.left, {**step.binding, gradient: _nabla(asked), EPS: small})
        direction = step.binding["U" if gradient == "G" else "u"]
        if isinstance(direction, Term):
            return words.sentence("outline.compare", equation=shown, direction=direction)
    return _holds_for_every(law, step, words, known)


def _nabla(derivative: Term) -> Term:
    """The derivative of an unknown function by a vector, as grad f."""
    body, variable = derivative.args
    vector = variable.shape[1] == ONE and variable.shape != SCALAR
    if derivative.op == "D" and vector and body.op == "apply" and body.args == (variable,):
        return make("grad", [variable], body.data[0])  # type: ignore[index]
    return derivative


def _holds_for_every(law: Law, step: Step, words: Catalogue, known: list[Sentence]) -> Sentence:
    """The law's words as a sentence, its names typeset, and the properties that are used behind it."""
    said = words.reason(law.words)
    names = said if len(said) > 1 else re.split(r"(?<!\w)([B-HJ-Zb-z])(?!\w)", said[0])
    parts: list[Piece] = []
    for k, part in enumerate(names):
        value = step.binding.get(part) if k % 2 else None
        named = name_at(part, step) if k % 2 else None
        parts.append(value if isinstance(value, Term) and value.op == "symbol" and named else named or part)
    found = [p for p in parts if p != ""]
    if found and isinstance(found[0], str):
        found[0] = found[0][:1].upper() + found[0][1:]
    found += [piece for fact in known for piece in (words.word("list.semicolon"), *fact)]
    follows = law.words.startswith("this holds")
    return words.sentence("outline.reason hence" if follows else "outline.reason", reason=tuple(found))


def _expanded_functions(derivation: Derivation) -> list[str]:
    """The unknown functions that some step expands to first order, in the order of their use."""
    found = [
        value.text
        for step in derivation.steps
        if step.rule in ("taylor", "taylor_vector", "taylor_matrix")
        for value in step.binding.values()
        if isinstance(value, FunctionName)
    ]
    return list(dict.fromkeys(found))


def _eigenvectors(derivation: Derivation, words: Catalogue) -> Iterator[Sentence]:
    """Of which eigenvalue a unit eigenvector of the result is."""
    if (vector := _first("eigvec", derivation.result)) is not None:
        matrix, index = vector.args
        value = make("index", [make("eig", [matrix]), index])
        yield words.sentence("outline.eigen", value=value, index=index, matrix=matrix, vector=vector)


def _exchange(derivation: Derivation, words: Catalogue) -> Iterator[Sentence]:
    """That d and E change places."""
    if any(step.rule == "d_E" for step in derivation.steps):
        yield words.sentence("outline.exchange")


def _shift(derivation: Derivation, words: Catalogue) -> Iterator[Sentence]:
    """What the shift matrix is."""
    if (shift := _first("shift", derivation.result)) is not None:
        yield words.sentence("outline.shift", matrix=shift)


def _first(op: str, whole: Term) -> Term | None:
    """The first part of a term that an operator makes."""
    return next((t for _, t in walk(whole) if t.op == op), None) if whole.has(op) else None


EXPLAINED = (_eigenvectors, _exchange, _shift)
"""What a reader is told of signs in the result that not everybody knows, and of what is taken for granted."""


def notes(derivation: Derivation, book: RuleBook, words: Catalogue) -> tuple[Sentence, ...]:
    """What the laws that were used ask of unknown functions, and the notes of the method."""
    told: list[Sentence] = [words.reason(text) for text in derivation.notes]
    told += [sentence for explained in EXPLAINED for sentence in explained(derivation, words)]
    names = _expanded_functions(derivation)
    if names:
        many = "one" if len(names) == 1 else "many"
        told.append(words.sentence(f"outline.differentiable {many}", functions=words.listed(map(symbol, names))))
    return tuple(dict.fromkeys(told))


def proves_equation(chain: Chain) -> bool:
    """Whether the lines of a chain are equations and not terms."""
    return chain.start.op in ("=", "<=", ">=")
