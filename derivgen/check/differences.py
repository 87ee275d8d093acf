"""The right side of D(f, X) = G against central differences of f at floats, in one direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from derivgen.check.derivatives import along
from derivgen.check.evaluator import Scope
from derivgen.check.rounding import far_from_zero
from derivgen.check.series import Series
from derivgen.check.worlds import World
from derivgen.language.problem import variable_of
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term

WIDE, NARROW = 1e-5, 2e-6  # steps
WITHIN = (1.0, 0.37, -0.37, -1.0)  # of the narrow step: where the slope is looked at between its ends
LONGEST = 10**4  # terms of a body

Slope = float | complex | None

# how the quotients along U and along 1i*U make up the derivative by X or by a part of X
COMBINED: dict[str, Callable[[complex, complex], complex]] = {
    "symbol": lambda real, imaginary: (real - 1j * imaginary) / 2,
    "conj": lambda real, imaginary: (real + 1j * imaginary) / 2,
    "re": lambda real, imaginary: real,
    "im": lambda real, imaginary: imaginary,
    "nabla": lambda real, imaginary: real + 1j * imaginary,
}


def against_differences(world: World, derivative: Term, right: Term) -> str | None:
    """Where the right side in a direction differs from a central difference, or None.

    None also where differences say nothing: beside a pole or a kink two steps disagree; where a function turns many
    times within a step they agree on its mean slope; and beside large values rounding is all that they see.
    """
    slopes = Slopes(world, derivative, right)
    if not slopes.comparable:
        return None
    derived, wide, narrow = slopes.derived(), slopes.difference(WIDE), slopes.difference(NARROW)
    if derived is None or wide is None or narrow is None:
        return None
    gap, scale = abs(narrow - derived), 1 + abs(derived) + abs(narrow)
    if abs(wide - narrow) > 1e-5 * scale or gap <= 1e-4 * scale:
        return None
    differs = far_from_zero(world.evaluator, slopes.gap) and slopes.steady(0.1 * gap)
    return "the result differs from a central difference" if differs else None


@dataclass(frozen=True)
class Slopes:
    """The slope of a scalar body in one direction: as derived, as a difference, and by series beside the point."""

    world: World
    derivative: Term
    right: Term

    @property
    def body(self) -> Term:
        """What is differentiated."""
        return self.derivative.args[0]

    @property
    def variable(self) -> Term:
        """By what is differentiated, whole."""
        return variable_of(self.derivative.args[1])

    @property
    def kind(self) -> str:
        """Which derivative it is: by X itself ("symbol"), by a part of X, or the complex gradient."""
        return "nabla" if self.derivative.op == "nabla" else self.derivative.args[1].op

    @cached_property
    def base(self) -> Series:
        """The value of the variable."""
        return self.world.evaluator.value(self.variable)

    @cached_property
    def direction(self) -> Series:
        """Unlike numbers in every entry."""
        rows, cols = self.base.rows, self.base.cols
        return self.world.algebra.constant(
            [[0.5 + 0.1 * ((3 * i + 5 * j) % 7) for j in range(cols)] for i in range(rows)]
        )

    @property
    def comparable(self) -> bool:
        """Whether a difference of the body can be worked out."""
        body = self.body
        return body.shape == SCALAR and body.size <= LONGEST and not self.base.precisions and not body.has("O", "lim")

    def derived(self) -> Slope:
        """By the right side."""
        a = self.world.algebra
        gradient = a.transposed(self.world.evaluator.value(self.right))
        return _plain_number(a.trace(a.product(gradient, self.direction)))

    def difference(self, step: float) -> Slope:
        """By a central difference; of a complex variable by two."""
        real = self._quotient(step, self.direction)
        if not self.world.is_complex(str(self.variable.data)):
            return real
        imaginary = self._quotient(step, self.world.algebra.multiple(1j, self.direction))
        return None if real is None or imaginary is None else COMBINED[self.kind](real, imaginary)

    def gap(self) -> Slope:
        """The narrow difference less what was derived."""
        left, right = self.difference(NARROW), self.derived()
        return None if left is None or right is None else left - right

    def steady(self, tolerance: float) -> bool:
        """Whether the slope by series is nearly the same all over the narrow step."""
        here = self._by_series(0)
        there = [self._by_series(share * NARROW) for share in WITHIN]
        return here is not None and all(x is not None and abs(x - here) <= tolerance for x in there)

    def _quotient(self, step: float, towards: Series) -> Slope:
        a, name = self.world.algebra, str(self.variable.data)
        moved = [a.add(self.base, a.multiple(sign * step, towards)) for sign in (1, -1)]
        up, down = (self.world.evaluator.value(self.body, Scope({name: x})) for x in moved)
        return _plain_number(a.multiple(0.5 / step, a.add(up, a.negative(down))))

    def _by_series(self, shift: float) -> Slope:
        a, e = self.world.algebra, self.world.evaluator
        moved = a.add(self.base, a.multiple(shift, self.direction))
        return _plain_number(along(e, self.body, str(self.variable.data), moved, self.direction, e.root, self.kind))


def _plain_number(s: Series) -> Slope:
    if any(s.parts.keys() - {0}):
        return None
    return s.parts[0][0][0] if s.parts else 0.0
