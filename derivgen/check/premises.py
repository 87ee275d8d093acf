"""Points at which a premise holds: unknown functions get a linear summand, or a name another value, so that it does.

``f'(x) = 0`` or ``L(W + eps*U) - L(W) = O(eps^2)`` say something about the value and the first derivatives of
unknown functions at a point. These can be chosen: a linear function is added to each, with factors from linear
equations. Whether the premise then holds is evaluated, never taken for granted.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.evaluator import MeaningError, Scope
from derivgen.check.linear import solution
from derivgen.check.series import Series, SizeError, UndefinedError
from derivgen.check.structured import STRUCTURES
from derivgen.check.unknowns import DrawnError
from derivgen.check.worlds import World
from derivgen.language.operators import NAMING
from derivgen.language.shapes import Shape
from derivgen.language.terms import Term, walk

Residual: TypeAlias = dict[Hashable, Any]
FIXED = {*STRUCTURES, "natural", "integer", "positive"}


@dataclass(frozen=True)
class Premise:
    """An equation that is given. It holds for every value of the ``arbitrary`` names, which stand nowhere else."""

    equation: Term
    arbitrary: frozenset[str] = frozenset()

    def meet(self, world: World) -> None:
        """Change a world so that the premise holds there, where that can be done; else leave it as it is."""
        if world.kind == "rational" or self.equation.op != "=":
            return
        before = world.drawn
        try:
            if _residuals(world, self.equation, [None]):
                self._choose(world)
        except (UndefinedError, NeedsRealsError, MeaningError, SizeError, DrawnError, OverflowError):
            world.reset(before)

    def _choose(self, world: World) -> None:
        every = list(_draws(world, self.equation, self.arbitrary))
        here: list[Scope | None] = [None]
        if any(_shift_functions(world, self.equation, scopes) for scopes in (every, here)[len(every) == 1 :]):
            return
        for name, shape in sorted(_free_names(world, self.equation)):
            if _change_name(world, self.equation, name, shape):
                return


def _draws(world: World, equation: Term, names: frozenset[str]) -> Iterator[Scope | None]:
    """The point itself, and as many other values of the arbitrary names as they have entries."""
    yield None
    shapes = {str(t.data): t.shape for _, t in walk(equation) if t.op == "symbol" and t.data in names}
    count = sum(world.size(rows) * world.size(cols) for rows, cols in shapes.values())
    for k in range(count):
        yield Scope({name: world.another(f"{name} {k}", shape) for name, shape in sorted(shapes.items())})


# -- what a premise lacks ------------------------------------------------------------------------------------
def _residuals(world: World, equation: Term, scopes: Iterable[Scope | None]) -> Residual:
    """The entries of left - right that are not zero, as far as both sides are known."""
    found: Residual = {}
    for k, scope in enumerate(scopes):
        fresh = None if scope is None else Scope(dict(scope.names))
        left, right = (world.evaluator.value(side, fresh) for side in equation.args)
        for place, x, y in world.algebra.known_entries(left, right):
            if not world.algebra.small(gap := world.number(x - y)):
                found[k, *place] = gap
    return found


def _solve(world: World, knobs: list[Callable[[Any], None]], lack: Callable[[], Residual], start: Residual) -> bool:
    """Turn the knobs so that nothing lacks any more, if that can be done by linear equations."""
    origin = lack()
    columns = []
    for turn in knobs:
        turn(1)
        moved = lack()
        turn(0)
        columns.append({key: moved.get(key, 0) - origin.get(key, 0) for key in moved.keys() | origin.keys()})
    factors = solution(columns, start, world.kind)
    if factors is None:
        return False
    for turn, factor in zip(knobs, factors, strict=True):
        turn(factor)
    return True


# -- functions -----------------------------------------------------------------------------------------------
def _shift_functions(world: World, equation: Term, scopes: list[Scope | None]) -> bool:
    """Add a linear function to each unknown function, so that the premise holds in all scopes."""
    names = sorted(_unknown_functions(world, equation))
    start = _residuals(world, equation, scopes)
    world.functions.shifts, world.functions.muted = {name: {} for name in names}, frozenset(names)
    world.forget()
    knobs = [knob for name in names for knob in _function_knobs(world, name)]
    solved = bool(knobs) and _solve(world, knobs, lambda: _residuals(world, equation, scopes), start)
    world.functions.muted = frozenset()
    world.forget()
    if solved and not _residuals(world, equation, scopes) and world.admissible():
        return True
    world.reset(world.drawn)
    return False


def _unknown_functions(world: World, equation: Term) -> set[str]:
    names = {str(t.data[0] if isinstance(t.data, tuple) else t.data)
             for _, t in walk(equation) if t.op in NAMING}  # fmt: skip
    return names - set(world.hypotheses.definitions) - {f for pair in world.hypotheses.inverses for f in pair}


def _function_knobs(world: World, name: str) -> Iterator[Callable[[Any], None]]:
    declaration = world.hypotheses.declarations[name]
    for i, j in _places(world, declaration.shape):
        yield _function_knob(world, name, (i, j, -1, 0, 0))
        for k, shape in enumerate(declaration.domain):
            for r, c in _places(world, shape):
                yield _function_knob(world, name, (i, j, k, r, c))


def _places(world: World, shape: Shape) -> Iterator[tuple[int, ...]]:
    return product(range(world.size(shape[0])), range(world.size(shape[1])))


def _function_knob(world: World, name: str, place: tuple[int, int, int, int, int]) -> Callable[[Any], None]:
    def turn(factor: Any) -> None:
        world.functions.shifts[name][place] = factor
        if not factor:
            del world.functions.shifts[name][place]
        world.forget()

    return turn


# -- names ---------------------------------------------------------------------------------------------------
def _free_names(world: World, equation: Term) -> set[tuple[str, Shape]]:
    """The names whose value may be chosen: no dimension, index, or matrix of a declared structure."""
    declared = world.hypotheses.declarations
    found = {(str(t.data), t.shape) for _, t in walk(equation) if t.op == "symbol" and t.data in equation.free}
    return {
        (name, shape)
        for name, shape in found
        if name in declared and declared[name].sort == "value" and not declared[name].properties & FIXED
    }


def _change_name(world: World, equation: Term, name: str, shape: Shape) -> bool:
    """Give one name a value for which the premise holds, other than zero."""
    before = world.symbol(name, shape)
    places = list(_places(world, shape))
    factors: dict[tuple[int, ...], Any] = {}

    def changed() -> Series:
        algebra = world.algebra
        parts = [(i, j, algebra.scalar(world.number(f))) for (i, j), f in factors.items()]
        return algebra.add(before, algebra.placed(parts, before.rows, before.cols))

    def knob(place: tuple[int, ...]) -> Callable[[Any], None]:
        def turn(factor: Any) -> None:
            factors[place] = factor
            world.set_symbol(name, changed())

        return turn

    def lack() -> Residual:
        return _residuals(world, equation, [None])

    if _solve(world, [knob(place) for place in places], lack, lack()) and not lack():
        entries = [x for m in world.symbol(name, shape).parts.values() for row in m for x in row]
        if not all(map(world.algebra.small, entries)) and world.admissible():
            return True
    world.set_symbol(name, before)
    return False
