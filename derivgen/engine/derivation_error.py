"""A derivation that cannot go on: the subterm, what is missing, and the trace so far."""

from __future__ import annotations

from collections.abc import Iterable

from derivgen.engine.trace import Step
from derivgen.language.plain import plain
from derivgen.language.terms import Term

ENDS_SHOWN = 200  # characters of each end of a long term in a message


class DerivationError(Exception):
    """A derivation cannot go on: the subterm, what is missing and the trace so far are in the message."""

    def __init__(self, reason: str, subterm: Term | None = None, steps: Iterable[Step] = (), hint: str = "") -> None:
        self.reason, self.subterm, self.steps, self.hint = reason, subterm, tuple(steps), hint
        super().__init__(self.message())

    def message(self) -> str:
        """Reason, subterm, the last steps, and what to do."""
        lines = [self.reason]
        if self.subterm is not None:
            lines.append(f"  at: {shortened(plain(self.subterm))}")
        for step in self.steps[-6:]:
            lines.append(f"  {step.rule:18} {shortened(plain(step.after), ENDS_SHOWN // 4)}")
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class OpenEquationError(DerivationError):
    """No way from one side of an equation to the other was found, which says nothing of whether it holds.

    ``false`` is the hint for an equation that does not hold.
    """

    false = "correct a side, or declare and assume what it needs"

    def __init__(self, reason: str, equation: Term, steps: Iterable[Step] = (), hint: str = "") -> None:
        self.equation = equation
        super().__init__(reason, equation, steps, hint)


def shortened(text: str, end: int = ENDS_SHOWN) -> str:
    """A text, or the first and the last characters of a long one; what is left out is said."""
    if len(text) <= 2 * end:
        return text
    return f"{text[:end]} ... {text[-end:]} ({len(text):,} characters)"
