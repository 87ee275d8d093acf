"""derivgen derives mathematical statements one named law at a time, checks every step, and typesets the derivation."""

from __future__ import annotations

from derivgen.api import Result, check, derive, expand, prove
from derivgen.engine.rewrite import DerivationError
from derivgen.language.notation import NotationError

__all__ = ["DerivationError", "NotationError", "Result", "check", "derive", "expand", "prove"]
__version__ = "0.1.0"
