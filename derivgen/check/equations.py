"""Whether an equation or an inequality holds at one point of a world."""

from __future__ import annotations

from derivgen.check.derivatives import along
from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.evaluator import MeaningError
from derivgen.check.rounding import difference
from derivgen.check.series import Series
from derivgen.check.worlds import World
from derivgen.language.problem import variable_of
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term

DERIVATIVES = ("D", "nabla")
RELATIONS = ("=", "<=", ">=")


def equation_holds(world: World, t: Term) -> bool:
    """Whether an equation or an inequality holds at the point of a world.

    Raises MeaningError for anything else, and HiddenError where rounding hides it.
    """
    if t.op not in RELATIONS:
        raise MeaningError("this is not an equation")
    if t.op == "=":
        return difference(world.evaluator, _sides(world, t), lambda: _sides(world, t)) is None
    if world.kind != "float":
        raise NeedsRealsError("an inequality")
    left, right = [world.evaluator.value(side) for side in t.args]
    gap = world.algebra.add(left, world.algebra.negative(right))
    value = world.algebra.at_zero(gap)
    return bool(value <= 1e-9 if t.op == "<=" else value >= -1e-9)


def _sides(world: World, t: Term) -> tuple[Series, Series]:
    left, right = t.args
    return _along(world, t) or (world.evaluator.value(left), world.evaluator.value(right))


def _along(world: World, t: Term) -> tuple[Series, Series] | None:
    """The sides of D(f, X) = G in a random real direction U, tr(U'*G) or G*u: as polynomials in U they say the same.

    None for any other equation.
    """
    left, right = t.args
    if left.op not in DERIVATIVES or left.args[1].op == "index" or left.args[1].shape == SCALAR:
        return None
    body, variable = left.args[0], variable_of(left.args[1])
    evaluator, algebra, name = world.evaluator, world.algebra, str(variable.data)
    if variable.op != "symbol":
        return None
    kind = "nabla" if left.op == "nabla" else left.args[1].op
    direction = world.another(f"a direction for {name}", variable.shape)
    moved = along(evaluator, body, name, evaluator.value(variable), direction, evaluator.root, kind)
    gradient = evaluator.value(right)
    if body.shape == SCALAR:
        return moved, algebra.trace(algebra.product(algebra.transposed(direction), gradient))
    return moved, algebra.product(gradient, direction)
