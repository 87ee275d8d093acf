"""A derivation as a theorem: what it showed becomes a law that later derivations may use, with all that it relied on.

The law speaks of any terms in the place of the names of the derivation, under the conditions that its steps relied on;
names that did not vary must be constant. Its proof is the derivation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.trace import Chain, Derivation
from derivgen.language.declarations import Declaration, suggest
from derivgen.language.plain import plain
from derivgen.language.terms import Term, make, walk
from derivgen.methods.script import TACTICS
from derivgen.rules.book import EPS, Law, RuleBook, read_rules
from derivgen.rules.conditions import KNOWN_CONDITIONS
from derivgen.rules.equations import is_assumption

NAME = re.compile(r"[A-Za-z]\w*")
NARROW = ("symbol", "position", "perturbed")
"""Conditions that ask for a name itself: a step that needed one says nothing of other terms."""


def as_rule(derivation: Derivation, name: str, words: str, book: RuleBook) -> str:
    """The law that a derivation proves, as the text of a rule file: an equation that was proved, or a differential.

    Raises DerivationError where it shows no such thing, or relied on what a law cannot ask for.
    """
    if not NAME.fullmatch(name) or name in book:
        taken = "there is a law of this name already" if name in book else "a law has a name of letters, digits and _"
        raise DerivationError(f"{name!r} cannot be the name of a law: {taken}")
    equation, chains = _shown(derivation)
    _demand_general(chains, book)
    letters = list(_letters(derivation, equation))
    conditions = [*_constants(derivation, letters), *_relied_on(chains, letters)]
    let = "; ".join(f"{letter.name}: {letter}" for letter in letters)
    needed = f"    if {' and '.join(dict.fromkeys(conditions))}" if conditions else ""
    said = words.replace('"', "'")
    text = f'let {let}\n{name}: {plain(equation)}{needed}\n    "{said}"    theorem    news 2\n'
    return text if letters else text.split("\n", 1)[1]


def laws_of(texts: Iterable[str]) -> list[Law]:
    """The laws that ``as_rule`` has written."""
    return [law for text in texts for law in read_rules(text, "")]


def demand_laws(book: RuleBook, items: Iterable[str]) -> None:
    """Raise DerivationError for an item that is no law of the book; ``<`` and ``right`` may stand before a name."""
    for item in items:
        name = item.removeprefix("right ").lstrip("<")
        if name not in book and name not in TACTICS:
            raise DerivationError(f"there is no law {name!r} to be used", hint=suggest(name, list(book)) or "")


def _shown(derivation: Derivation) -> tuple[Term, tuple[Chain, ...]]:
    """The equation that becomes a law, and the chains that show it."""
    problem = derivation.problem
    if problem.kind == "prove" and problem.premise is None and problem.of.op == "=":
        return problem.of, derivation.chains
    first = derivation.chains[0]
    if derivation.method == "differentials" and problem.order == 1 and problem.vary == "free":
        return make("=", [first.start, first.end]), (first,)
    hint = "a proof, a differential, or a derivative by differentials of the first order does"
    raise DerivationError("this derivation shows no equation that others could use", derivation.result, hint=hint)


def _demand_general(chains: Iterable[Chain], book: RuleBook) -> None:
    for step in (step for chain in chains for step in chain.steps):
        if is_assumption(step.rule):
            raise DerivationError("a step holds under an assumed equation, so that the whole is no law", step.before)
        law = book.get(step.rule)
        if law is not None and any(c.predicate in NARROW for c in law.conditions):
            raise DerivationError(f"a step holds for names only ({law.name}), so that the whole is no law", step.before)


def _letters(derivation: Derivation, equation: Term) -> Iterator[Declaration]:
    """The declared names of an equation; a dimension that is used as a number is none."""
    known = derivation.problem.declarations
    mentioned = set(equation.free) | {str(t.data[0]) for _, t in walk(equation) if isinstance(t.data, tuple)}
    mentioned |= {str(t.data) for _, t in walk(equation) if t.op == "grad"}
    for name, declaration in known.items():
        if name not in mentioned or name in known.dimensions:
            continue
        if declaration.sort not in ("value", "function", "index") or name == EPS:
            raise DerivationError(f"a law cannot speak of {name}: {declaration}", equation)
        yield declaration


def _constants(derivation: Derivation, letters: Iterable[Declaration]) -> Iterator[str]:
    """The names that did not vary: each must be constant."""
    problem = derivation.problem
    if problem.wrt is None:
        return
    varying = frozenset().union(*[variable.free for variable in problem.variables])
    for letter in letters:
        if letter.sort == "value" and letter.name not in varying:
            yield f"constant({letter.name})"


def _relied_on(chains: tuple[Chain, ...], letters: list[Declaration]) -> Iterator[str]:
    """The conditions that the steps relied on, as far as they speak of the names of the law."""
    names = {letter.name for letter in letters}
    for condition in (c for chain in chains for step in chain.steps for c in step.conditions):
        if condition.predicate in KNOWN_CONDITIONS and names & set(condition.term.free):
            yield f"{condition.predicate}({plain(condition.term)})"


def rests_on(steps_of: Iterable[Chain], book: RuleBook) -> tuple[str, ...]:
    """The laws of the book that some chains use, each once, in the order in which they are first used."""
    used = dict.fromkeys(step.rule for chain in steps_of for step in chain.steps if step.rule in book)
    return tuple(used)
