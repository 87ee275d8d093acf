"""Values of scalar terms at points, for pictures: the meaning is the check's own, so no text is evaluated."""

from __future__ import annotations

from collections.abc import Mapping

from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.evaluator import MeaningError
from derivgen.check.series import UndefinedError
from derivgen.check.worlds import Hypotheses, World
from derivgen.language.declarations import Declarations
from derivgen.language.terms import Term, make, symbol

Definitions = Mapping[str, tuple[tuple[str, ...], Term]]


class NoValueError(ValueError):
    """A term has no value that could be drawn, wherever it is taken: the reason is the message."""


class Values:
    """Values of scalar terms whose functions are all defined: name -> (arguments, body)."""

    def __init__(self, declarations: Declarations, definitions: Definitions) -> None:
        hypotheses = Hypotheses(declarations, perturbation="", definitions=definitions, length=1)
        self._world = World(hypotheses, {}, "values", "float")

    def at(self, t: Term, point: Mapping[str, float]) -> float | None:
        """The value where the names have the values of ``point``; None where it is undefined, infinite or complex.

        Raises NoValueError for an operator without a meaning in numbers.
        """
        algebra = self._world.algebra
        for name, value in point.items():
            self._world.set_symbol(name, algebra.scalar(value))
        try:
            value = algebra.at_zero(self._world.evaluator.value(t))
        except (UndefinedError, NeedsRealsError, ArithmeticError):
            return None
        except MeaningError as error:
            raise NoValueError(str(error)) from error
        return float(value) if isinstance(value, int | float) and abs(value) < float("inf") else None

    def slope(self, t: Term, name: str, point: Mapping[str, float]) -> float | None:
        """The derivative by ``name`` at a point, None where there is none. Raises NoValueError."""
        return self.at(make("D", (t, symbol(name))), point)
