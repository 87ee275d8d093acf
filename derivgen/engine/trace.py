"""The trace: steps, chains and derivations as data, to JSON and back. No logic.

A step is one law, by name, at one place; ``before`` and ``after`` are whole terms. Flat is the truth: exactly one
rewrite lies between neighbours. Grouping into lines is made afterwards by ``present/outline.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from derivgen.language.problem import Problem
from derivgen.language.terms import Path, Term
from derivgen.rules.binding import Binding

FORMAT = "derivgen/1"


@dataclass(frozen=True, slots=True)
class Condition:
    """A side condition that a step relied on. ``basis`` is "declared", "assumed" or "derived: <law>"."""

    predicate: str
    term: Term
    basis: str


@dataclass(frozen=True, slots=True)
class Step:
    """One rewrite. ``rule`` names a law of the book, a local law ("lemma 1", "definition 1") or a move.

    ``order`` is k where the step holds up to O(eps^k), else None; ``relation`` is "=" or, between equations, "=>";
    ``forward`` is False where the law was used from right to left. ``phase`` names the phase of the method.
    """

    rule: str
    path: Path
    binding: Binding
    before: Term
    after: Term
    relation: str = "="
    order: int | None = None
    conditions: tuple[Condition, ...] = ()
    forward: bool = True
    phase: str = ""


def relied_on(steps: Iterable[Step]) -> tuple[Condition, ...]:
    """What steps assume, each once."""
    assumed = (c for step in steps for c in step.conditions if c.basis == "assumed")
    return tuple({(c.predicate, c.term): c for c in assumed}.values())


@dataclass(frozen=True, slots=True)
class Chain:
    """One column of relation signs: it starts at ``start`` and each step's ``after`` is the next line.

    ``opening`` says what the chain is for: "expansion", "limit", "difference", "lemma", "proof", "equation",
    "conclusion".
    """

    opening: str
    start: Term
    steps: tuple[Step, ...] = ()

    @property
    def end(self) -> Term:
        """The last term."""
        return self.steps[-1].after if self.steps else self.start

    @property
    def relation(self) -> str:
        """The relation between start and end: that of the weakest step."""
        return "=>" if any(s.relation == "=>" for s in self.steps) else "="


@dataclass(frozen=True, slots=True)
class Derivation:
    """A problem, the chains that answer it, and the result: the last line of the trace.

    ``lemmas`` are equations shown by earlier chains of the same derivation, as (name, equation, index of the chain);
    a later step cites one as its rule. ``definitions`` are local definitions f(x) = ..., as (name, equation).
    """

    problem: Problem
    method: str
    chains: tuple[Chain, ...]
    result: Term
    lemmas: tuple[tuple[str, Term, int], ...] = ()
    definitions: tuple[tuple[str, Term], ...] = ()
    assumed: tuple[Condition, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps of all chains in order."""
        return tuple(step for chain in self.chains for step in chain.steps)
