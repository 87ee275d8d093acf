"""What cannot cross the border to another program."""

from __future__ import annotations


class BorderError(ValueError):
    """Something has no counterpart on the other side; ``hint`` says what to do."""

    def __init__(self, reason: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(reason + (f"\n  hint: {hint}" if hint else ""))
