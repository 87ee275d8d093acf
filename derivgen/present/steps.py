"""Groups of steps that make one line, and how much a step says."""

from __future__ import annotations

from dataclasses import dataclass

from derivgen.engine.moves import Move, moves
from derivgen.engine.trace import Chain, Step
from derivgen.language.terms import Term
from derivgen.rules.book import Law, RuleBook
from derivgen.rules.members import MEMBERS


@dataclass(frozen=True, slots=True)
class Group:
    """Steps ``first`` to ``last`` - 1 of a chain, which make one line; ``made`` are the terms its laws produced."""

    family: str
    first: int
    last: int
    made: tuple[tuple[str, Term], ...] = ()
    backward: bool = False


@dataclass(frozen=True)
class News:
    """How much a step says: 0 clean-up, 1 routine, 2 news."""

    book: RuleBook
    moves: dict[str, Move]

    @classmethod
    def of(cls, book: RuleBook, eps: str) -> News:
        """The news values of a book's laws and of the moves."""
        return cls(book, moves(eps))

    def value(self, step: Step) -> int:
        """The news value of a step; folding a definition back is clean-up, and so is a move in a limit."""
        if step.phase == "limit" and step.rule in self.moves:
            return 0
        known: Law | Move | None = self.book.get(step.rule) or self.moves.get(step.rule)
        if known is not None:
            return known.news
        if step.rule.startswith("definition"):
            return 1 if step.forward else 0
        return 1 if step.rule in ("premise", MEMBERS) else 2


@dataclass(frozen=True)
class View:
    """A chain with what the joining rules ask about it."""

    chain: Chain
    news: News
    eps: str

    def steps(self, group: Group) -> tuple[Step, ...]:
        """The steps of a group."""
        return self.chain.steps[group.first : group.last]

    def end(self, group: Group) -> Term:
        """The term that a group ends in."""
        return self.chain.steps[group.last - 1].after

    def most(self, group: Group) -> int:
        """The news value of a group: that of its weightiest step."""
        return max(self.news.value(step) for step in self.steps(group))


def joined(a: Group, b: Group, family: str) -> Group:
    """Two neighbouring groups as one."""
    return Group(family, a.first, b.last, (*a.made, *b.made), b.backward)


def shortened(chain: Chain, news: News) -> int | None:
    """The first step that makes the result of a conclusion shorter, where there is news among these steps."""
    last = [k for k, step in enumerate(chain.steps) if step.phase == "short form"]
    return last[0] if last and last[0] and any(news.value(chain.steps[k]) for k in last) else None
