"""The result of a derivation by numbers, independently of its steps: by series, and by differences of floats."""

from __future__ import annotations

from derivgen.check.differences import against_differences
from derivgen.check.equations import DERIVATIVES, equation_holds
from derivgen.check.numeric import Numbers
from derivgen.check.report import Verdict
from derivgen.check.worlds import World
from derivgen.language.problem import PARTS
from derivgen.language.terms import Term


def conclusion(numbers: Numbers, result: Term) -> Verdict:
    """Compare the two sides of the result, independently of the steps. Raises RefusedError."""

    def holds(world: World) -> str | None:
        if not equation_holds(world, result):
            return "the two sides of the result differ"
        left = result.args[0]
        if world.kind == "float" and left.op in DERIVATIVES and left.args[1].op in ("symbol", *PARTS):
            return against_differences(world, left, result.args[1])
        return None

    return numbers.compare(holds, list(result.args))
