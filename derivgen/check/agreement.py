"""Whether an equation or an inequality holds, by numbers alone: no derivation stands behind it."""

from __future__ import annotations

from derivgen.check.equations import equation_holds
from derivgen.check.indices import index_ranges
from derivgen.check.numeric import InapplicableError, Numbers
from derivgen.check.report import RefusedError, Verdict
from derivgen.check.worlds import Hypotheses, World
from derivgen.language.declarations import Declarations
from derivgen.language.terms import Term


def agreement(statement: Term, declarations: Declarations, assumed: tuple[tuple[str, Term], ...] = ()) -> Verdict:
    """How a relation was found to hold at random points: exactly where only numbers stand in it.

    Raises RefusedError where it does not hold, or where nothing can be compared.
    """
    ranges = index_ranges([statement], declarations)
    numbers = Numbers(Hypotheses(declarations, assumed=assumed, indices=ranges))

    def holds(world: World) -> str | None:
        return None if equation_holds(world, statement) else "the two sides differ"

    try:
        return numbers.compare(holds, list(statement.args))
    except InapplicableError as reason:
        raise RefusedError(f"nothing can be compared: {reason}") from reason
