"""The evaluator: values of terms at one point of a world, as matrices of series.

``Evaluator.value`` asks the meaning of each operator (``check/meaning.py``). An operator without a meaning is an error,
never a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derivgen.check.algebra import Algebra
from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.gaussian import Gaussian
from derivgen.check.series import PRIME, Series
from derivgen.language.terms import Term

if TYPE_CHECKING:
    from derivgen.check.worlds import World

LONGEST_RANGE = 10_000  # terms; beyond, a check would take minutes


class MeaningError(Exception):
    """The check does not know what a term means; whatever contains it is refused."""


class VariesError(MeaningError):
    """A number was needed, but the value depends on a small variable."""


@dataclass(slots=True)
class Scope:
    """Names that have a value of their own here: bound names, and variables that are being varied."""

    names: dict[str, Series] = field(default_factory=dict)
    memo: dict[Term, Series] = field(default_factory=dict)

    def extended(self, name: str, value: Series) -> Scope:
        """This scope with one more name."""
        return Scope({**self.names, name: value})

    def of(self, names: dict[str, Series]) -> Scope:
        """A scope with these names alone."""
        return Scope(names)


class Evaluator:
    """Values of terms in one world; equal terms are evaluated once."""

    world: World
    algebra: Algebra

    def __init__(self, world: World, meanings: Mapping[str, Meaning]) -> None:
        self.world, self.algebra = world, world.algebra
        self.meanings = meanings
        self.root = Scope()
        world.evaluator = self

    def value(self, t: Term, scope: Scope | None = None) -> Series:
        """The value of a term. Raises UndefinedError, MeaningError or NeedsRealsError."""
        if scope is None or scope.names.keys().isdisjoint(t.free):
            scope = self.root
        found = scope.memo.get(t)
        if found is None:
            meaning = self.meanings.get(t.op)
            if meaning is None:
                raise MeaningError(f"the check knows no operator {t.op!r}")
            found = scope.memo[t] = meaning(self, t, scope)
        return found

    def scalar_number(self, t: Term, scope: Scope) -> object:
        """The value of a scalar that does not depend on any small variable."""
        s = self.value(t, scope)
        if s.precisions or any(key for key in s.parts):
            raise VariesError("an index, a limit point or an exponent of a matrix must not depend on the perturbation")
        return s.parts[0][0][0] if s.parts else 0

    def integer(self, t: Term, scope: Scope) -> int:
        """The value of an index, a bound of a sum, or a natural exponent.

        Raises NeedsRealsError where it is none.
        """
        x = self.scalar_number(t, scope)
        if self.algebra.kind == "modular" and isinstance(x, int):
            x = x - PRIME if x > PRIME // 2 else x
            if abs(x) > 10**6:
                raise NeedsRealsError("not an integer")
            return x
        if isinstance(x, complex | Gaussian) or x != round(x):  # type: ignore[call-overload]
            raise NeedsRealsError("not an integer")
        return round(x)  # type: ignore[call-overload, no-any-return]

    def range(self, t: Term, scope: Scope) -> list[Series]:
        """The values over which a sum or product runs. Raises MeaningError for more than LONGEST_RANGE."""
        low, high = (self.integer(arg, scope) for arg in t.args[:2])
        if high - low >= LONGEST_RANGE:
            raise MeaningError(f"a {t.op} of {high - low + 1} terms is too long to be worked out in numbers")
        return [self.algebra.scalar(self.algebra.number(k)) for k in range(low, high + 1)]

    def sizes(self, t: Term) -> tuple[int, int]:
        """Rows and columns of a term in this world."""
        return self.world.size(t.shape[0]), self.world.size(t.shape[1])

    def varied(self, body: Term, name: str, base: Series, direction: Series, scope: Scope) -> Series:
        """The coefficient of t in the body at name = base + t*direction."""
        slot = self.algebra.open(nilpotent=True)
        try:
            moved = self.algebra.add(base, self.algebra.product(self.algebra.variable(slot), direction))
            return self.algebra.coefficient(self.value(body, scope.extended(name, moved)), slot)
        finally:
            self.algebra.close()


Meaning = Callable[[Evaluator, Term, Scope], Series]
