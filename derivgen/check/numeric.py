"""The numbers behind a check: the replaced part and the whole term, before and after, at random points.

Points are drawn in worlds of several sizes that satisfy the hypotheses. A comparison is exact where nothing
had to be drawn, modular where a polynomial or rational identity is tested modulo a prime, and sampled where
it needs reals.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from derivgen.check.degrees import degrees
from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.equations import RELATIONS, equation_holds
from derivgen.check.evaluator import Evaluator, MeaningError, Scope
from derivgen.check.premises import Premise
from derivgen.check.replay import Replaced
from derivgen.check.report import RefusedError, Verdict
from derivgen.check.rounding import difference
from derivgen.check.series import PRIME, HiddenError, OutsideError, Series, SizeError, UndefinedError
from derivgen.check.signs import points_for
from derivgen.check.sizes import SIZES
from derivgen.check.unknowns import DrawnError
from derivgen.check.worlds import Hypotheses, NoPointError, Points, World
from derivgen.engine.trace import Step
from derivgen.language.operators import OPERATORS, SCALAR_FUNCTIONS
from derivgen.language.terms import Path, Term

ATTEMPTS = 12
CORNERS = 7  # points at which free indices stand at ends of their ranges, at several sizes
VARYING = ("D", "nabla", "d", "directional", *(row.name for row in OPERATORS.values() if row.binds is not None))
Comparison = Callable[[World], "str | None"]


class InapplicableError(Exception):
    """Nothing can be compared, for a reason that the report states."""


@dataclass
class Numbers:
    """The worlds of one derivation, drawn when first needed and shared by all its steps."""

    hypotheses: Hypotheses
    premise: Premise | None = None
    statement: Term | None = None  # what the derivation is about: where it has no value, no step can lose one
    worlds: dict[tuple[str, int, int], World] = field(default_factory=dict)
    points: Points = field(init=False)

    def __post_init__(self) -> None:
        self.points = Points(self.hypotheses)

    def world(self, kind: str, number: int, attempt: int = 0) -> World:
        """One world; equal arguments give the same world with all that it has evaluated."""
        key = kind, number, attempt
        if key not in self.worlds:
            world = self.worlds[key] = self.points.draw(number, kind, attempt)
            if self.premise is not None:
                self.premise.meet(world)
        return self.worlds[key]

    # -- steps -----------------------------------------------------------------------------------------------
    def step(self, step: Step, part: Replaced) -> Verdict:
        """Compare the part and the whole. Raises RefusedError; returns the strongest grade."""
        law = part.law is not None
        if step.before.op in RELATIONS and not step.path:
            return self._implication(step, law)
        verdict = self._compared(lambda w: self._part(w, step, part), [part.old, part.new], law)
        if step.path and step.before.op not in RELATIONS:
            # replay has put the part into the whole: where nothing is bound or varied around it, one point suffices
            enough = None if _crosses(step.before, step.path, *VARYING) else 1
            whole = [step.before, step.after]
            self._compared(lambda w: self._difference(w, step.before, step.after, None), whole, law, enough)
        return verdict

    def _part(self, world: World, step: Step, part: Replaced) -> str | None:
        evaluator = world.evaluator
        opened = len(world.algebra.limits)
        try:
            scope = _inside(evaluator, step.before, step.path)
            return self._difference(world, part.old, part.new, scope)
        finally:
            while len(world.algebra.limits) > opened:
                world.algebra.close()

    def _difference(self, world: World, old: Term, new: Term, scope: Scope | None) -> str | None:
        evaluator = world.evaluator

        def sides(inside: Scope | None) -> tuple[Series, Series]:
            return evaluator.value(old, inside), evaluator.value(new, inside)

        left = evaluator.value(old, scope)
        try:
            pair = left, evaluator.value(new, scope)
        except OutsideError as reason:
            if self.statement is not None:
                with suppress(MeaningError, SizeError):
                    evaluator.value(self.statement)  # where that has none, the point says nothing
            return f"the new term has no value where the old one has one, and no assumption gives it one: {reason}"
        if world.algebra.overclaims(*pair):
            return "the new term claims more precision than the old one"
        return difference(evaluator, pair, lambda: sides(scope and Scope(scope.names)))

    def _implication(self, step: Step, law: bool) -> Verdict:
        """Where the equation before holds, the one after holds."""

        def holds(world: World) -> str | None:
            if not equation_holds(world, step.before):
                raise InapplicableError("the equation that the conclusion is drawn from holds at none of the points")
            return None if equation_holds(world, step.after) else "the equation before holds, the one after does not"

        return self._compared(holds, [*step.before.args, *step.after.args], law)

    def _compared(self, comparison: Comparison, terms: list[Term], law: bool, enough: int | None = None) -> Verdict:
        """Run a comparison at every size, or at as many as are ``enough``.

        Raises RefusedError where it fails, or where a move cannot be evaluated.
        """
        try:
            return self.compare(comparison, terms, law, enough)
        except InapplicableError as reason:
            if not law:
                raise RefusedError(f"a computed step without numbers: {reason}") from reason
            return Verdict("replayed", law, note=str(reason))

    def compare(
        self, comparison: Comparison, terms: list[Term], law: bool = False, enough: int | None = None
    ) -> Verdict:
        """The grade of a comparison.

        Raises RefusedError where it fails and InapplicableError where nothing can be compared.
        """
        if self._closed(terms):
            try:
                self._at(comparison, "rational", 0)
                return Verdict("exact", law)
            except (DrawnError, NeedsRealsError, UndefinedError, InapplicableError, NoPointError):
                pass
        kind = "float" if any(t.has(*SCALAR_FUNCTIONS) for t in terms) else "modular"
        try:
            return self._everywhere(comparison, terms, kind, law, enough)
        except NeedsRealsError:
            return self._everywhere(comparison, terms, "float", law, enough)

    def _closed(self, terms: list[Term]) -> bool:
        return not frozenset().union(*(t.free for t in terms)) - {self.hypotheses.perturbation}

    def _everywhere(
        self, comparison: Comparison, terms: list[Term], kind: str, law: bool, enough: int | None
    ) -> Verdict:
        sizes = len(SIZES) if self.hypotheses.dimensions else 2
        if self.hypotheses.counting:
            sizes = max(sizes, CORNERS)
        if kind == "float":
            sizes = max(sizes, points_for(len(self.hypotheses.ranks)))
        reasons: list[Exception] = []
        points, bound = 0, 0.0
        for number in range(sizes):
            try:
                world = self._at(comparison, kind, number)
            except (UndefinedError, InapplicableError, NoPointError) as reason:
                reasons.append(reason)
                continue
            points += 1
            if kind == "modular":
                bound = max(bound, _bound(terms, world))
            if points == enough:
                break
        if points:
            return Verdict("modular" if kind == "modular" else "sampled", law, bound)
        unsettled = next((r for r in reasons if isinstance(r, InapplicableError)), None)
        if unsettled is not None:
            raise unsettled
        undefined = next((r for r in reasons if isinstance(r, UndefinedError)), None)
        if undefined is None:
            raise RefusedError(str(reasons[0]))
        if isinstance(undefined, HiddenError):
            raise RefusedError(f"at every point that was tried {undefined}")
        raise RefusedError(f"it has no value at any point that was tried: {undefined}")

    def _at(self, comparison: Comparison, kind: str, number: int) -> World:
        """Compare at one size, at the first point where both sides have values.

        Raises RefusedError where they differ, NoPointError where the assumptions cannot hold.
        """
        last: Exception | None = None
        for attempt in range(ATTEMPTS):
            try:
                world = self.world(kind, number, attempt)
                self._demand_premise(world)
                difference = comparison(world)
            except UndefinedError as reason:
                last = reason
                continue
            except OverflowError:
                last = UndefinedError("the numbers are too large")
                continue
            except NeedsRealsError as reason:
                if kind != "float":
                    raise
                raise RefusedError(str(reason)) from reason
            except (MeaningError, SizeError) as reason:
                raise RefusedError(str(reason)) from reason
            if difference:
                raise RefusedError(f"{difference} ({_where(world)})")
            return world
        assert last is not None
        raise last

    def _demand_premise(self, world: World) -> None:
        if self.premise is not None and not equation_holds(world, self.premise.equation):
            raise InapplicableError("no point was built at which the premise holds")


def _where(world: World) -> str:
    sizes = ", ".join(f"{name} = {n}" for name, n in sorted(world.named_sizes.items()))
    return f"at a random point{' with ' + sizes if sizes else ''}"


def _bound(terms: list[Term], world: World) -> float:
    total = sum(p + q for p, q in (degrees(t, world, world.degrees) for t in terms))
    return total / PRIME


def _crosses(t: Term, path: Path, *ops: str) -> bool:
    """Whether a path leads through one of the operators."""
    for k in path:
        if t.op in ops:
            return True
        if isinstance(k, tuple):
            break
        t = t.args[k]
    return False


def _inside(evaluator: Evaluator, t: Term, path: Path) -> Scope | None:
    """A scope with values for the names that are bound around a place."""
    scope = Scope()
    for k in path:
        if isinstance(k, tuple):
            break
        if OPERATORS[t.op].binds == k:
            scope = _entered(evaluator, t, scope)
        t = t.args[k]
    return scope if scope.names else None


def _entered(evaluator: Evaluator, t: Term, scope: Scope) -> Scope:
    name, algebra = str(t.data), evaluator.algebra
    if t.op == "at":
        return scope.extended(name, evaluator.value(t.args[1], scope))
    if t.op == "lim":
        point = evaluator.value(t.args[0], scope)
        if name == evaluator.world.perturbation and not point.parts:
            return scope
        return scope.extended(name, algebra.add(point, algebra.variable(algebra.open(nilpotent=False))))
    low, high = (evaluator.integer(arg, scope) for arg in t.args[:2])
    if high < low:
        raise UndefinedError("an empty sum has no inside")
    chosen = low + len(evaluator.world.seed) * 7 % (high - low + 1)
    return scope.extended(name, algebra.scalar(algebra.number(chosen)))
