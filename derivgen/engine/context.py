"""What rewriting needs to know: the laws that are at hand, what holds, and what may be assumed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TypeAlias

from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.moves import Move, moves
from derivgen.engine.trace import Condition, Step
from derivgen.language.abbreviations import abbreviations
from derivgen.language.problem import Problem
from derivgen.language.terms import Term, symbol
from derivgen.rules.book import Law, Reading, RuleBook
from derivgen.rules.conditions import Facts
from derivgen.rules.equations import equation_laws, is_assumption
from derivgen.rules.law import ANYWHERE
from derivgen.rules.members import member_laws
from derivgen.rules.positions import picked

# what a derivation may assume, and then prints
ASSUMED = ("invertible", "full_rank", "principal", "positive", "nonzero", "simple")
# a rule with the operators and the pairs of them that a term must hold where it applies, and those of its root
Planned: TypeAlias = "tuple[int, int, int, str, Move | tuple[Law, bool, Reading] | None]"  # None: not read yet
Plan: TypeAlias = list[Planned]


@lru_cache(maxsize=16)
def _common_moves(eps: str) -> dict[str, Move]:
    """The moves of problems without abbreviations."""
    return moves(eps)


@dataclass
class Context:
    """What rewriting needs to know: the problem, the book, what holds, and which conditions may be assumed."""

    problem: Problem
    book: RuleBook
    facts: Facts
    assumed: dict[tuple[str, Term], Condition] = field(default_factory=dict)
    may_assume: bool = True
    local: dict[str, Law] = field(default_factory=dict)
    moves: dict[str, Move] = field(default_factory=dict)
    _plans: dict[tuple[str, ...], Plan] = field(default_factory=dict)

    @classmethod
    def of(cls, problem: Problem, book: RuleBook) -> Context:
        """The context of a problem."""
        eps, known = problem.perturbation, abbreviations(problem.of)
        local = equation_laws(problem.assume) | member_laws(problem.wrt)
        if known:
            return cls(problem, book, facts_of(problem), local=local, moves=moves(eps, known))
        plans = book.prepared.setdefault(eps, {})  # the same for all problems
        return cls(problem, book, facts_of(problem), local=local, moves=_common_moves(eps), _plans=plans)

    @cached_property
    def eps(self) -> Term:
        """The perturbation."""
        return symbol(self.problem.perturbation)

    @property
    def equations(self) -> tuple[Law, ...]:
        """The equations that the problem assumes."""
        return tuple(law for name, law in self.local.items() if is_assumption(name))

    def rely_on_assumed(self) -> None:
        """Let what follows from the conditions that were assumed so far be known, too."""
        new = tuple(fact for fact in self.assumed if fact not in self.facts.assumed)
        if new:
            self.facts = replace(self.facts, assumed=(*self.facts.assumed, *new), _memo={})

    def plan(self, rules: tuple[str, ...]) -> Plan:
        """The rules of a phase made ready: found in the book once, with what tells quickly that one cannot apply."""
        if self.local and not self.local.keys().isdisjoint([rule.lstrip("<") for rule in rules]):
            return [self.made_ready(rule) for rule in rules]  # a local law may give way to another of its name
        plan = self._plans.get(rules)
        if plan is None:
            plan = self._plans[rules] = [self.made_ready(rule) for rule in rules]
        return plan

    def made_ready(self, rule: str, wanted: bool = False) -> Planned:
        """One row of a plan; a law of the book that nothing used so far is read only where it is ``wanted``."""
        if rule in self.moves:
            move = self.moves[rule]
            return move.needs, move.roots, 0, rule, move
        own = self.local.get(rule.lstrip("<"))
        if own is not None:
            found = own, not rule.startswith("<"), own.backward if rule.startswith("<") else own.forward
        elif not wanted and (called := self.book.unread(rule)) is not None:
            return called, ANYWHERE, 0, rule, None
        elif (known := self.book.reading(rule)) is None:
            return 0, ANYWHERE, 0, rule, None
        else:
            found = known
        return found[2].needs, found[2].roots, found[2].links, rule, found

    def law(self, name: str) -> Law:
        """A law of the book or of this derivation. Raises DerivationError that names a missing one."""
        law = self.find(name)
        if law is None:
            raise DerivationError(f"the book has no law {name!r}, and this derivation needs it")
        return law

    def find(self, name: str) -> Law | None:
        """A law by name, or None; a name that the book lacks is noted, for the message if the derivation gets stuck."""
        law = self.local.get(name) or self.book.get(name)
        if law is None:
            self.book.missing.add(name)
        return law


def facts_of(problem: Problem) -> Facts:
    """What a problem's declarations and assumptions say."""
    declared = problem.declarations
    indices = picked([t for t in (problem.of, problem.wrt, problem.premise) if t is not None], declared)
    return Facts(declared, problem.assume, problem.varying, problem.perturbation, problem.member, indices)


def note_assumptions(steps: Iterable[Step], context: Context) -> None:
    """Keep the conditions that were assumed, so that they are printed."""
    for step in steps:
        for c in step.conditions:
            if c.basis == "assumed":
                context.assumed.setdefault((c.predicate, c.term), c)
