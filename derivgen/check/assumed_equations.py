"""Points at which assumed equations hold: ``sum(t) = 1``, ``W*x = b``, ``A*A' = I(n)``.

Modulo a prime one name after the other is moved as far as linear equations say. In floats all names are moved
together, by Newton's method with the shortest step; a declared structure is kept, as the numbers move that the value
is built from. Whether the equations then hold is evaluated, never taken for granted.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.evaluator import Scope
from derivgen.check.linear import solution
from derivgen.check.series import UndefinedError
from derivgen.language.problem import HOLDS
from derivgen.language.terms import Term

if TYPE_CHECKING:
    from derivgen.check.series import Matrix
    from derivgen.check.worlds import World

Place: TypeAlias = tuple[str, int, int]  # a name and an entry of what its value is built from
ROUNDS = 30  # of Newton's method, which needs few once it is near
NEAR = 1e-12
FAR = 1e100
PATIENCE = 5  # rounds in which the gaps must halve
STEP = 1e-6


def meet(world: World) -> bool:
    """Change a fresh world so that the assumed equations hold there; whether that could be done.

    Raises NeedsRealsError where it takes more than linear equations modulo a prime.
    """
    wanted = [t for predicate, t in world.hypotheses.assumed if predicate == HOLDS]
    if not wanted:
        return True
    try:
        if world.kind == "float":
            return _by_newton(world, wanted)
        return _by_linear_equations(world, wanted)
    except UndefinedError:
        return False


def _gaps(world: World, equations: list[Term]) -> list[Any]:
    """left - right of every entry of every equation."""
    found: list[Any] = []
    algebra = world.algebra
    for equation in equations:
        for t, scope in _instances(world, equation, None):
            left, right = (world.evaluator.value(side, scope) for side in t.args)
            gap = algebra.add(left, algebra.negative(right))
            places = ((i, j) for i in range(gap.rows) for j in range(gap.cols))
            found += [world.number(algebra.at_zero(algebra.entry(gap, i, j))) for i, j in places]
    return found


def _instances(world: World, t: Term, scope: Scope | None) -> Iterator[tuple[Term, Scope | None]]:
    """An equation for every index of its ranges."""
    if t.op != "every":
        yield t, scope
        return
    outer = scope or Scope()
    for value in world.evaluator.range(t, outer):
        yield from _instances(world, t.args[2], outer.extended(str(t.data), value))


def _places(world: World, name: str) -> list[Place]:
    numbers = world.drawn_from[name].numbers
    return [(name, i, j) for i, row in enumerate(numbers) for j in range(len(row))]


def _move(world: World, start: dict[str, Matrix], changes: dict[Place, Any]) -> None:
    """Give the names the values that are built from their numbers at the start, changed."""
    for name, numbers in start.items():
        drawn = world.drawn_from[name]
        new = [[world.number(x + changes.get((name, i, j), 0)) for j, x in enumerate(row)]
               for i, row in enumerate(numbers)]  # fmt: skip
        world.set_symbol(name, world.algebra.constant(world.built(new, drawn.shape, drawn.properties)))


# -- modulo a prime ------------------------------------------------------------------------------------------
def _by_linear_equations(world: World, equations: list[Term]) -> bool:
    for equation in equations:
        gaps = _gaps(world, [equation])  # evaluating draws the names
        if any(gaps) and not any(_solved(world, equation, name, gaps) for name in sorted(world.drawn_from)):
            raise NeedsRealsError("an assumed equation")
    if any(_gaps(world, equations)):
        raise NeedsRealsError("assumed equations")
    return True


def _solved(world: World, equation: Term, name: str, start: list[Any]) -> bool:
    """Move one name so that an equation holds, where that is a matter of linear equations."""
    places = _places(world, name)
    before = {name: world.drawn_from[name].numbers}

    def gaps(changes: dict[Place, Any]) -> list[Any]:
        _move(world, before, changes)
        return _gaps(world, [equation])

    columns = [dict(enumerate(x - y for x, y in zip(gaps({place: 1}), start, strict=True))) for place in places]
    factors = solution(columns, dict(enumerate(start)), world.kind)
    if factors is not None and not any(gaps(dict(zip(places, factors, strict=True)))):
        return True
    _move(world, before, {})
    return False


# -- floats --------------------------------------------------------------------------------------------------
def _by_newton(world: World, equations: list[Term]) -> bool:
    _gaps(world, equations)  # evaluating draws the names
    start = {name: drawn.numbers for name, drawn in world.drawn_from.items()}
    units: list[tuple[Place, complex]] = []
    for place in (place for name in start for place in _places(world, name)):
        name, i, j = place
        units += [(place, unit) for unit in ((1, 1j) if isinstance(start[name][i][j], complex) else (1,))]

    def gaps(point: list[float]) -> list[float]:
        changes: dict[Place, Any] = {}
        for (place, unit), x in zip(units, point, strict=True):
            changes[place] = changes.get(place, 0) + unit * x
        _move(world, start, changes)
        found = _gaps(world, equations)
        return [part for x in found for part in ((x.real, x.imag) if isinstance(x, complex) else (x,))]

    point = [0.0] * len(units)
    sizes: list[float] = []
    for k in range(ROUNDS):
        here = gaps(point)
        sizes.append(math.hypot(*here))
        stuck = k >= PATIENCE and sizes[k] > sizes[k - PATIENCE] / 2
        if sizes[k] < NEAR or stuck or not (sizes[k] < FAR and units):
            return sizes[k] < NEAR and _in_bounds(world)
        point = [x + dx for x, dx in zip(point, _step(gaps, point, here), strict=True)]
    return False


def _step(gaps: Callable[[list[float]], list[float]], point: list[float], here: list[float]) -> list[float]:
    """The shortest step that Newton's method asks for, at most of length 2; equations may say the same twice."""
    slopes = []
    for k in range(len(point)):
        up, down = (gaps([*point[:k], point[k] + h, *point[k + 1 :]]) for h in (STEP, -STEP))
        slopes.append([(x - y) / (2 * STEP) for x, y in zip(up, down, strict=True)])
    if len(point) < len(here):
        step = _damped(slopes, [_inner(s, here) for s in slopes])
    else:
        factors = _damped([list(row) for row in zip(*slopes, strict=True)], here)
        step = [_inner(s, factors) for s in slopes]
    size = math.hypot(*step)
    return [x * min(1.0, 2 / size) for x in step] if size else step


def _damped(rows: list[list[float]], lacking: list[float]) -> list[float]:
    """Factors x with G*x + lacking = 0 nearly, G the inner products of the rows, which may be dependent."""
    gram = [{i: _inner(a, b) for i, a in enumerate(rows)} for b in rows]
    damping = 1e-8 * (1 + max(row[k] for k, row in enumerate(gram)))
    for k, row in enumerate(gram):
        row[k] += damping
    return solution(gram, dict(enumerate(lacking)), "float") or [0.0] * len(rows)


def _inner(a: list[float], b: list[float]) -> float:
    return sum(map(operator.mul, a, b), 0.0)


def _in_bounds(world: World) -> bool:
    """Whether what is declared positive has stayed so, and nothing has become huge."""
    for name, drawn in world.drawn_from.items():
        entries = [x for m in world.drawn[name].parts.values() for row in m for x in row]
        if any(abs(x) > 1e3 for x in entries) or ("positive" in drawn.properties and any(x < 1e-2 for x in entries)):
            return False
    return True
