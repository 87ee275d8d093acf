"""derivgen derives mathematical statements one named law at a time, checks every step, and typesets the derivation."""

from __future__ import annotations

import sys
from types import ModuleType

from derivgen.api import Result, check, derive, expand, proof, prove
from derivgen.engine.rewrite import DerivationError
from derivgen.language.notation import NotationError

__all__ = ["DerivationError", "NotationError", "Result", "check", "derive", "expand", "proof", "prove"]
__version__ = "0.1.0"


class _Package(ModuleType):
    """Python binds a subpackage's name when it is first imported; ``derivgen.check`` must stay the function."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name == "check" and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
