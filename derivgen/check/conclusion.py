"""The result of a derivation by numbers, independently of its steps: by series, and by differences of floats."""

from __future__ import annotations

from collections.abc import Callable

from derivgen.check.equations import DERIVATIVES, equation_holds
from derivgen.check.evaluator import Scope
from derivgen.check.numeric import Numbers
from derivgen.check.report import Verdict
from derivgen.check.rounding import far_from_zero
from derivgen.check.series import Series
from derivgen.check.worlds import World
from derivgen.language.problem import PARTS, variable_of
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term

WIDE, NARROW = 1e-5, 2e-6  # steps of the differences


def conclusion(numbers: Numbers, result: Term) -> Verdict:
    """Compare the two sides of the result, independently of the steps. Raises RefusedError."""

    def holds(world: World) -> str | None:
        if not equation_holds(world, result):
            return "the two sides of the result differ"
        left = result.args[0]
        if world.kind == "float" and left.op in DERIVATIVES and left.args[1].op in ("symbol", *PARTS):
            return _against_differences(world, left, result.args[1])
        return None

    return numbers.compare(holds, list(result.args))


def _against_differences(world: World, derivative: Term, right: Term) -> str | None:
    """The right side in a random direction against a central difference of floats."""
    body, variable = derivative.args[0], variable_of(derivative.args[1])
    kind = "nabla" if derivative.op == "nabla" else derivative.args[1].op
    if (
        body.shape != variable.shape
        and body.shape != (variable.shape[1], variable.shape[1])
        and body.shape[0] != body.shape[1]
    ):
        return None
    evaluator, algebra = world.evaluator, world.algebra
    base = evaluator.value(variable)
    if body.size > 10**4 or base.precisions or body.has("O", "lim"):
        return None
    direction = algebra.constant(
        [[0.5 + 0.1 * ((3 * i + 5 * j) % 7) for j in range(base.cols)] for i in range(base.rows)]
    )
    if body.shape != SCALAR:
        return None

    def derived() -> float | complex | None:
        gradient = algebra.transposed(evaluator.value(right))
        return _plain_number(algebra.trace(algebra.product(gradient, direction)))

    def quotient(step: float, towards: Series) -> float | complex | None:
        moved = [algebra.add(base, algebra.multiple(sign * step, towards)) for sign in (1, -1)]
        up, down = (evaluator.value(body, Scope({str(variable.data): x})) for x in moved)
        return _plain_number(algebra.multiple(0.5 / step, algebra.add(up, algebra.negative(down))))

    def slope(step: float) -> float | complex | None:
        real = quotient(step, direction)
        if not world.is_complex(str(variable.data)):
            return real
        imaginary = quotient(step, algebra.multiple(1j, direction))
        return None if real is None or imaginary is None else COMBINED[kind](real, imaginary)

    def gap() -> float | complex | None:
        left, right = slope(NARROW), derived()
        return None if left is None or right is None else left - right

    expected, wide, narrow = derived(), slope(WIDE), slope(NARROW)
    if expected is None or wide is None or narrow is None:
        return None
    # where two steps disagree, beside a pole or a kink, neither says anything
    scale = 1 + abs(expected) + abs(narrow)
    settled = abs(wide - narrow) <= 1e-5 * scale
    if settled and abs(narrow - expected) > 1e-4 * scale and far_from_zero(evaluator, gap):
        return "the result differs from a central difference"
    return None


# how the quotients along U and along 1i*U make up the derivative by X or by a part of X
COMBINED: dict[str, Callable[[complex, complex], complex]] = {
    "symbol": lambda real, imaginary: (real - 1j * imaginary) / 2,
    "conj": lambda real, imaginary: (real + 1j * imaginary) / 2,
    "re": lambda real, imaginary: real,
    "im": lambda real, imaginary: imaginary,
    "nabla": lambda real, imaginary: real + 1j * imaginary,
}


def _plain_number(s: Series) -> float | complex | None:
    if any(s.parts.keys() - {0}):
        return None
    return s.parts[0][0][0] if s.parts else 0.0
