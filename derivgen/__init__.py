"""derivgen derives mathematical statements one named law at a time, checks every step, and typesets the derivation.

The names below are loaded when they are first used, so that ``import derivgen`` costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivgen.api import Result, check, derive, expand, proof, prove
    from derivgen.engine.derivation_error import DerivationError
    from derivgen.language.notation import NotationError

__all__ = ["DerivationError", "NotationError", "Result", "check", "derive", "expand", "proof", "prove"]
__version__ = "0.1.0"

_HOMES = {
    **dict.fromkeys(("Result", "check", "derive", "expand", "proof", "prove"), "derivgen.api"),
    "DerivationError": "derivgen.engine.derivation_error",
    "NotationError": "derivgen.language.notation",
}


class _Package(ModuleType):
    """Python binds a subpackage's name when it is first imported; ``derivgen.check`` must stay the function."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name == "check" and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'derivgen' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    setattr(sys.modules[__name__], name, value)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
