"""Side conditions: what holds of a term, and why.

Structural conditions (free, constant, symbol, ..) are decided by looking at the term. The others (invertible,
positive, ..) are declared, derived from declarations, or assumed by the problem; never silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import cast

from derivgen.language.abbreviations import spelled_out
from derivgen.language.declarations import Declaration, Declarations
from derivgen.language.operators import OPERATORS, SCALAR_FUNCTIONS
from derivgen.language.problem import HOLDS
from derivgen.language.shapes import ONE, SCALAR, Dim
from derivgen.language.terms import Path, Term, equivalent, make, number, plus, substitute, symbol, walk
from derivgen.rules.derived import DERIVED, is_whole
from derivgen.rules.orders import at_zero, is_zero
from derivgen.rules.positions import Running, running_at
from derivgen.rules.ranges import for_every
from derivgen.rules.structural import STRUCTURAL

ASSUMABLE = (
    "invertible", "full_rank", "principal", "positive", "nonzero", "natural", "symmetric", "skew", "diagonal",
    "inverse", "smooth", "simple", "largest", "commute", HOLDS,
)  # fmt: skip
KNOWN_CONDITIONS = (*STRUCTURAL, *ASSUMABLE)


@dataclass(frozen=True)
class Facts:
    """What is known: declarations, the problem's assumptions, its variables and its perturbation.

    ``member`` is the member of a family by which is differentiated, if it is one; ``indices`` gives the sizes that an
    index stays within, ``running`` the ranges of names that are bound around the place that is spoken of.
    """

    declarations: Declarations
    assumed: tuple[tuple[str, Term], ...] = ()
    variables: frozenset[str] = frozenset()
    perturbation: str = "eps"
    member: Term | None = None
    indices: Mapping[str, tuple[Dim, ...]] = field(default_factory=dict)
    running: Running = field(default_factory=dict)
    _memo: dict[tuple[str, Term], str | None] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def complex_names(self) -> frozenset[str]:
        """The names that are declared complex; all others are real."""
        return frozenset(name for name, d in self.declarations.items() if d.is_complex)

    def structural(self, predicate: str, subject: Term, others: tuple[Term, ...]) -> bool:
        """Decide a structural condition."""
        return STRUCTURAL[predicate](self, subject, others)

    def structural_at(self, predicate: str, subject: Term, others: tuple[Term, ...], whole: Term, path: Path) -> bool:
        """Decide a structural condition at a place, where the sums around it tell how far their names run."""
        here = replace(self, running=running_at(whole, path), _memo={}) if predicate == "position" else self
        return here.structural(predicate, subject, others)

    def basis(self, predicate: str, subject: Term) -> str | None:
        """ "declared", "derived" or "assumed", or None where the condition does not follow from what is known."""
        key = (predicate, subject)
        if key not in self._memo:
            self._memo[key] = None  # a cycle proves nothing
            self._memo[key] = self._basis(predicate, subject)
        return self._memo[key]

    def _basis(self, predicate: str, subject: Term) -> str | None:
        if subject.op == "every":
            return self._for_one(subject).basis(predicate, subject.args[2])
        if any(p == predicate and equivalent(spelled_out(t), spelled_out(subject)) for p, t in self.assumed):
            return "assumed"
        if subject.has("abbreviation"):
            return self.basis(predicate, spelled_out(subject))
        if subject.op in ("symbol", "member") and self.declared(predicate, str(subject.data)):
            return "declared"
        rule = DERIVED.get(predicate)
        if rule is not None and (rule(self, subject) or self._of_every_entry(predicate, subject)):
            return "derived"
        if self.perturbation in subject.free:
            base = at_zero(subject, self.perturbation)
            if base is not None and self.basis(predicate, base) is not None:
                return "derived: near 0"
        return None

    def _for_one(self, every: Term) -> Facts:
        """What is known of one i of a range: among it what is assumed for every i of the same range."""
        one = symbol(str(every.data))
        alike = [(p, t) for p, t in self.assumed if t.op == "every" and t.args[:2] == every.args[:2]]
        known = [(p, substitute(t.args[2], {str(t.data): one})) for p, t in alike]
        return replace(self, assumed=(*self.assumed, *known), _memo={})

    def _of_every_entry(self, predicate: str, subject: Term) -> bool:
        """Whether an assumption about every entry of a matrix says it of an entry."""
        places = {t.args[1:] for _, t in walk(subject) if t.op == "index"} if subject.shape == SCALAR else set()
        wholes = [t for p, t in self.assumed if p == predicate and t.shape != SCALAR] if places else []
        entries = [entry_of(t, place) for t in wholes for place in places]
        return any(e is not None and equivalent(e, subject) for e in entries)

    def declared(self, predicate: str, name: str) -> bool:
        """Whether a name's declaration says so."""
        declaration = self.declarations.get(name)
        if declaration is None:
            return predicate in ("natural", "positive", "nonzero") and name in self.declarations.dimensions
        if predicate == "symmetric" and declaration.is_complex:
            return "symmetric" in declaration.properties or "diagonal" in declaration.properties
        if predicate == "hermitian" and not declaration.is_complex:
            return self.declared("symmetric", name)
        return bool(declaration.properties & _IMPLIED_BY[predicate])

    def inside(self, whole: Term, path: Path, predicate: str, subject: Term) -> Facts:
        """What is known at a place.

        Of a power: an exponent that a sum counts from 0 or more is a natural number. Of an assumed equation: it speaks
        of a point, and of the names of the problem, so it says nothing where one of them is bound or varies.
        """
        if predicate == HOLDS:
            moves = {t for p, t in self.assumed if p == HOLDS and _moves_at(t.free, whole, path, self.variables)}
            kept = tuple((p, t) for p, t in self.assumed if p != HOLDS or t not in moves)
            return self if kept == self.assumed else replace(self, assumed=kept, _memo={})
        exponent = subject.args[1] if predicate == "smooth" else subject if predicate == "natural" else None
        counted = [] if exponent is None else [pair for pair in _counted(whole, path) if pair[0] in exponent.free]
        if not counted:
            return self
        sorts = [(name, "natural" if low else "integer") for name, low in counted]
        indices = [Declaration(name, "value", SCALAR, frozenset({sort})) for name, sort in sorts]
        return replace(self, declarations=self.declarations.extended(*indices), _memo={})

    def holds(self, predicate: str, subject: Term) -> bool:
        """Whether the condition is known to hold."""
        return self.basis(predicate, subject) is not None


def _counted(whole: Term, path: Path) -> Iterator[tuple[str, int]]:
    """The names that sums and products around a place count from a number that is not negative, and that number."""
    for k in path:
        if isinstance(k, tuple):
            return
        if whole.op in ("sum", "prod") and k == 2:
            low = whole.args[0]
            if low.op == "number" and isinstance(low.data, int) and low.data >= 0:
                yield str(whole.data), low.data
        whole = whole.args[k]


def _moves_at(names: frozenset[str], whole: Term, path: Path, variables: frozenset[str]) -> bool:
    """Whether one of some names is bound around a place, or varies there; within d(..) the variables, or else all."""
    for k in path:
        if isinstance(k, tuple):
            break
        moved: frozenset[str] = frozenset()
        if OPERATORS[whole.op].binds == k:
            moved = frozenset((str(whole.data),))
        elif whole.op == "d":
            moved = variables or names
        elif whole.op in ("D", "nabla", "structured", "tied", "directional") and k == 0:
            moved = whole.args[1].free
        if not names.isdisjoint(moved):
            return True
        whole = whole.args[k]
    return False


def in_words(facts: Facts, predicate: str, subject: Term, whole: Term, path: Path) -> tuple[str, Term] | None:
    """What is to be assumed for a condition at a place; None where no assumption can say it.

    For a smooth power what its exponent asks of its base; for an entry x[i] at an index that a sum counts, the same of
    every entry of x; for a term of a sum, that it holds for every i.
    """
    predicate, subject = _in_plain_words(facts, predicate, subject)
    said = for_every(subject, whole, path, facts.perturbation)
    return None if said is None else (predicate, said)


def _in_plain_words(facts: Facts, predicate: str, subject: Term) -> tuple[str, Term]:
    if predicate == "smooth":
        subject, exponent = subject.args
        predicate = "nonzero" if is_whole(facts, exponent) else "positive"
    if predicate == "nonzero":
        subject = _without_zeros(subject)
    if predicate in ("positive", "nonzero", "simple") and subject.op == "index":
        whole, *places = subject.args
        running = [p.data for p in places if p.op == "symbol" and p.data not in facts.declarations]
        if whole.op in ("symbol", "eig") and running and facts.declarations.dimensions.isdisjoint(map(str, running)):
            return predicate, whole
    return predicate, subject


def _without_zeros(t: Term) -> Term:
    """0 - (a - b) differs from 0 where a - b does."""
    if t.op == "plus":
        kept = [a for a in t.args if not is_zero(a)]
        t = plus(*kept) if kept else t
    return _without_zeros(t.args[0]) if t.op == "neg" else t


_IMPLIED_BY = {
    "invertible": {"invertible", "orthogonal", "positive definite"},
    "principal": {"positive definite"},
    "full_rank": {"invertible", "orthogonal", "positive definite"},
    "positive": {"positive", "natural"},
    "nonzero": {"positive", "nonzero", "natural"},
    "natural": {"natural", "integer"},
    "symmetric": {"symmetric", "positive definite", "positive semidefinite", "diagonal"},
    "skew": {"skew-symmetric"},
    "hermitian": {"Hermitian", "positive definite", "positive semidefinite"},
    "diagonal": {"diagonal"},
    "inverse": set[str](),
    "smooth": set[str](),
    "simple": set[str](),
    "largest": set[str](),
    "commute": set[str](),
    HOLDS: set[str](),
}


def entry_of(t: Term, place: tuple[Term, ...]) -> Term | None:
    """An entry of what acts entry by entry; None for anything else."""
    if t.op == "symbol":
        return make("index", [t, *place]) if len(place) == 2 or ONE in t.shape else None
    if t.op == "ones":
        return number(1)
    if t.op not in ("plus", "neg", "hadamard", "hadamard_div", "hadamard_pow", "map"):
        return None
    parts = [a if a.shape == SCALAR else entry_of(a, place) for a in t.args]
    found = [p for p in parts if p is not None]
    if len(found) < len(parts):
        return None
    if t.op == "map":
        name, order = cast("tuple[str, int]", t.data)
        return make(name, found) if name in SCALAR_FUNCTIONS and not order else None
    return make(_OF_SCALARS.get(t.op, t.op), found)


_OF_SCALARS = {"hadamard": "times", "hadamard_div": "div", "hadamard_pow": "pow"}


def with_values(subject: Term, whole: Term, path: Path) -> Term:
    """A subject at a place, with the values put in that names bound by ``at`` have there: nonzero(y) at y = f(x)."""
    values: dict[str, Term] = {}
    for k in path:
        if isinstance(k, tuple):
            break
        if whole.op == "at" and k == 0:
            values[str(whole.data)] = substitute(whole.args[1], values)
        whole = whole.args[k]
    return substitute(subject, values)
