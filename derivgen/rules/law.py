"""A law of the book: two terms, a relation, conditions, what a reader is told; and its reading in one direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from derivgen.language.declarations import Declarations
from derivgen.language.notation import NotationError
from derivgen.language.operators import BIT, HOLES, LINKS, OPERATORS
from derivgen.language.terms import Term, walk

STATUSES = ("definition", "axiom", "theorem")
EPS = "eps"


class BookError(NotationError):
    """A rule file is ill-formed; the message names file, line and what was expected."""


@dataclass(frozen=True, slots=True)
class SideCondition:
    """``predicate(subject; others)`` on parts of a law."""

    predicate: str
    subject: Term
    others: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Law:
    """A named statement ``left relation right`` under conditions, as patterns; ``statement`` is it with plain names.

    ``order`` is k where the right side ends in O(eps^k); such a law is used from left to right only.
    ``parameters`` are names of the right side that the left side does not bind: the method must supply them.
    ``shown`` says how a reader sees it as a reason: "" its words, "general" the statement, "here" the statement at
    the place where it is used. ``backwards`` are its words where it is used from right to left, if they differ.
    """

    name: str
    left: Term
    right: Term
    relation: str = "="
    order: int | None = None
    conditions: tuple[SideCondition, ...] = ()
    words: str = ""
    status: str = "axiom"
    by: str = ""
    source: str = ""
    news: int = 1
    shown: str = ""
    backwards: str = ""
    statement: tuple[Term, Term] | None = None
    declarations: Declarations = field(default_factory=Declarations)
    condition_texts: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def reversible(self) -> bool:
        """Whether the law may also be used from right to left."""
        return self.order is None and self.relation == "="

    @cached_property
    def forward(self) -> Reading:
        """The law from left to right."""
        return Reading.of(self.left, self.right)

    @cached_property
    def backward(self) -> Reading:
        """The law from right to left."""
        return Reading.of(self.right, self.left)


@dataclass(frozen=True, slots=True)
class Reading:
    """A law read in one direction, with what tells quickly that it cannot apply.

    ``needs`` are the operators that any match holds, ``roots`` those that one may have at its root, both as bits;
    ``links`` are the pairs of operators, one directly under the other, that any match holds (``LINKS``).
    ``introduces`` gives each name that the target binds the letters that may take its place.
    """

    source: Term
    target: Term
    needs: int
    roots: int
    links: int
    introduces: Mapping[str, str]
    mentions_eps: bool  # whether the perturbation stands on either side

    @classmethod
    def of(cls, source: Term, target: Term) -> Reading:
        """The reading that turns ``source`` into ``target``."""
        binders = [n for _, n in walk(target) if OPERATORS[n.op].binds is not None]
        letters = {str(n.data): "uvw" if n.op == "at" else "ijklpqrs" for n in binders}
        roots = ANYWHERE if BIT[source.op] & _PATTERN_BITS else BIT[source.op]
        links = _linked(source)
        return cls(source, target, _needed(source), roots, links, letters, f"?{EPS}" in source.free | target.free)

    def fits(self, t: Term) -> bool:
        """Whether the law may apply somewhere in a term, by its operators alone."""
        return not self.needs & ~t.ops and bool(self.roots & t.ops) and not self.links & ~t.links


ANYWHERE = -1  # the bits of all operators
_PATTERN_BITS = BIT["segment"] | BIT["family"]
for _hole in HOLES:
    _PATTERN_BITS |= BIT[_hole]


def _needed(pattern: Term) -> int:
    """Operators that any match must hold; those under a second-order hole or optional parts do not count."""
    bits = pattern.ops & ~_PATTERN_BITS
    for _, t in walk(pattern):
        if t.op == "family":
            bits &= ~_inside(t) | _outside(pattern, t)
    return bits


def _linked(pattern: Term) -> int:
    """Pairs of operators that any match must hold: a hole may be anything, and so may all under a second-order hole."""
    links = 0
    if pattern.op != "family":
        for arg in pattern.args:
            if not BIT[arg.op] & _PATTERN_BITS:
                links |= LINKS[pattern.op][arg.op]
            links |= _linked(arg)
    return links


def _inside(t: Term) -> int:
    return t.ops & ~_PATTERN_BITS


def _outside(pattern: Term, skip: Term) -> int:
    if pattern is skip or pattern.op == "family":
        return 0
    bits = 0 if pattern.op in HOLES or pattern.op == "segment" else BIT[pattern.op]
    for arg in pattern.args:
        bits |= _outside(arg, skip)
    return bits
