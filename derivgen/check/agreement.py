"""Whether an equation or an inequality holds, by numbers alone: no derivation stands behind it."""

from __future__ import annotations

from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.equations import equation_holds
from derivgen.check.evaluator import MeaningError
from derivgen.check.indices import last_limit, statement_ranges
from derivgen.check.numeric import InapplicableError, Numbers
from derivgen.check.report import RefusedError, Verdict
from derivgen.check.series import SizeError, UndefinedError
from derivgen.check.signs import MORE, points_for
from derivgen.check.worlds import Hypotheses, NoPointError, Points, World
from derivgen.language.declarations import Declarations
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, walk

DIFFER = "the two sides differ"


def agreement(statement: Term, declarations: Declarations, assumed: tuple[tuple[str, Term], ...] = ()) -> Verdict:
    """How a relation was found to hold at random points: exactly where only numbers stand in it.

    Raises RefusedError where it does not hold, or where nothing can be compared.
    """
    ranges = statement_ranges([statement], declarations)
    numbers = Numbers(Hypotheses(declarations, assumed=assumed, indices=ranges, last=last_limit([statement])))

    def holds(world: World) -> str | None:
        return None if equation_holds(world, statement) else DIFFER

    try:
        return numbers.compare(holds, list(statement.args))
    except InapplicableError as reason:
        raise RefusedError(f"nothing can be compared: {reason}") from reason


def disagreement(equation: Term, declarations: Declarations, assumed: tuple[tuple[str, Term], ...] = ()) -> str | None:
    """Where the two sides of an equation differ, with their values there; "" where they agree at every point.

    None where nothing can be compared. Where reals are at hand, the point is one of reals.
    """
    try:
        agreement(equation, declarations, assumed)
    except RefusedError as refusal:
        if not str(refusal).startswith(DIFFER):
            return None
    else:
        return ""
    ranges = statement_ranges([equation], declarations)
    hypotheses = Hypotheses(declarations, assumed=assumed, indices=ranges, last=last_limit([equation]))
    points = Points(hypotheses)
    for number in range(max(MORE, points_for(len(hypotheses.ranks)))):
        try:
            if found := _values(points.draw(number, "float"), equation):
                return found
        except (UndefinedError, NoPointError, NeedsRealsError, MeaningError, SizeError, OverflowError):
            continue
    return DIFFER


def _values(world: World, equation: Term) -> str:
    """The values of the two sides at the first entry at which they differ; "" where they are equal."""
    if equation_holds(world, equation):
        return ""
    left, right = (world.evaluator.value(side).parts.get(0) for side in equation.args)
    rows, cols = (world.size(d) for d in equation.args[0].shape)
    for i in range(rows):
        for j in range(cols):
            a, b = (m[i][j] if m else 0.0 for m in (left, right))
            if abs(a - b) > 1e-6 * (1 + abs(a) + abs(b)):
                of = f"entry [{i + 1},{j + 1}] of " if rows * cols > 1 else ""
                where = _point(world, equation)
                return f"{where}{of}the left side is {_shown(a)} and {of and 'of '}the right side {_shown(b)}"
    return ""


def _point(world: World, equation: Term) -> str:
    """Where a world is: its sizes and its scalars."""
    sizes = [f"{name} = {n}" for name, n in sorted(world.named_sizes.items())]
    named = dict.fromkeys(t for side in equation.args for _, t in walk(side) if t.op == "symbol" and t.shape == SCALAR)
    known = [t for t in named if t.data in world.hypotheses.declarations and t.data not in world.named_sizes]
    values = [(str(t.data), world.evaluator.value(t).parts.get(0)) for t in known]
    found = [*sizes, *[f"{name} = {_shown(m[0][0])}" for name, m in values if m]]
    return f"at {', '.join(found)}: " if found else ""


def _shown(value: complex) -> str:
    return f"{value:.4g}" if abs(value.imag) > 1e-12 else f"{value.real:.4g}"
