"""Choices of notation that a lecturer makes once for a document."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Notation:
    """How things are written; every setting has a short list of values, the first being the default.

    determinant: ``bars`` is |X|, ``det`` is det X. gradient: ``leibniz`` is a quotient of partials,
    ``nabla`` a nabla with the variable below it. logarithm: ``log`` or ``ln``. exponential:
    ``power`` sets a short argument as an exponent of e, ``exp`` never. trace: ``bare`` writes
    brackets only where they are needed, ``brackets`` always. identity: ``plain`` is I, ``sized`` is
    I with its dimension. Raises ValueError for another value.
    """

    determinant: str = "bars"
    gradient: str = "leibniz"
    logarithm: str = "log"
    exponential: str = "power"
    trace: str = "bare"
    identity: str = "plain"

    def __post_init__(self) -> None:
        for setting in fields(self):
            value, known = getattr(self, setting.name), VALUES[setting.name]
            if value not in known:
                raise ValueError(f"{setting.name}: {value!r} is not one of {', '.join(known)}")

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Notation:
        """The notation of a front matter. Raises ValueError that names a near setting for an unknown one."""
        for name in settings:
            if name not in VALUES:
                near = difflib.get_close_matches(str(name), list(VALUES), n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(VALUES)}"
                raise ValueError(f"there is no notation setting {name!r}; {hint}")
        return cls(**settings)


VALUES: dict[str, tuple[str, ...]] = {
    "determinant": ("bars", "det"),
    "gradient": ("leibniz", "nabla"),
    "logarithm": ("log", "ln"),
    "exponential": ("power", "exp"),
    "trace": ("bare", "brackets"),
    "identity": ("plain", "sized"),
}
