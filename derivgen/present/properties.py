"""Which property a step relied on, and whose it is: "Sigma is symmetric", where inv(Sigma)' = inv(Sigma) was used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivgen.engine.context import Context
from derivgen.engine.trace import Step
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, walk
from derivgen.present.catalogue import Catalogue, Sentence
from derivgen.rules.law import Law

SAID = {"symmetric": "symmetric", "skew": "skew-symmetric"}
"""The conditions that say why a law holds, so that its reason is the condition -> the property in a catalogue."""
BARE = frozenset({"hole", "transpose", "neg", "index"})
LARGEST = 12
"""Nodes of a term, no name, of which a property is said."""


def relied_on(step: Step, law: Law, context: Context) -> tuple[str, Term] | None:
    """(property, whose it is) for a law that says a property; None for any other, or where it is nobody's in short."""
    if len(step.conditions) != 1 or step.conditions[0].predicate not in SAID or not _says_a_property(law):
        return None
    predicate, whole = step.conditions[0].predicate, step.conditions[0].term
    names = {t for _, t in walk(whole) if t.op == "symbol" and t.shape != SCALAR}
    name = next(iter(names)) if len(names) == 1 else whole
    owner = name if context.facts.holds(predicate, name) else whole
    return (SAID[predicate], owner) if owner.size <= LARGEST else None


def _says_a_property(law: Law) -> bool:
    """Whether a law speaks of one matrix, its transpose, its negative or its entries alone."""
    return all(t.op in BARE for side in (law.left, law.right) for _, t in walk(side))


def said(fact: tuple[str, Term], words: Catalogue) -> Sentence:
    """A property of a term as words."""
    name, owner = fact
    return words.sentence("property.is", term=owner, property=words.properties(name))


def all_relied_on(steps: Iterable[tuple[Step, Law | None]], context: Context) -> Iterator[tuple[str, Term]]:
    """The properties that steps relied on, each once."""
    found = (relied_on(step, law, context) for step, law in steps if law is not None)
    yield from dict.fromkeys(fact for fact in found if fact is not None)
