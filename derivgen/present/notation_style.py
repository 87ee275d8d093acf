"""Choices of notation that a lecturer makes once for a document."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Notation:
    """How things are written; every setting has a short list of values, the first being the default.

    matrices: ``bold`` sets vectors and matrices upright and bold, ``plain`` as other letters. transpose: ``T`` is a
    sans-serif T, ``prime`` a prime, ``top`` the sign. determinant: ``bars`` is |X|, ``det`` is det X. gradient:
    ``leibniz`` is a quotient of partials, ``nabla`` a nabla with the variable below it. logarithm: ``log`` or ``ln``.
    exponential: ``power`` sets a short argument as an exponent of e, ``exp`` never. trace: ``bare`` writes brackets
    only where they are needed, ``brackets`` always. identity: ``plain`` is I, ``sized`` is I with its dimension.
    decimal: ``point`` is 0.05, ``comma`` is 0,05. conjugate: ``star`` is z*, ``bar`` a line above. adjoint: ``H`` is a
    sans-serif H, ``dagger`` and ``star`` those signs. Raises ValueError for another value.
    """

    matrices: str = "bold"
    transpose: str = "T"
    determinant: str = "bars"
    gradient: str = "leibniz"
    logarithm: str = "log"
    exponential: str = "power"
    trace: str = "bare"
    identity: str = "plain"
    decimal: str = "point"
    conjugate: str = "star"
    adjoint: str = "H"

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

    @property
    def macros(self) -> dict[str, str]:
        r"""The macros that formulas use, each with its definition; ``#1`` stands for an argument.

        ``\mat`` is a vector or matrix, ``\matgreek`` the same in small Greek letters, which have no upright bold.
        """
        bold = self.matrices == "bold"
        return {
            "T": _TRANSPOSES[self.transpose],
            "mat": r"\mathbf{#1}" if bold else "#1",
            "matgreek": r"\boldsymbol{#1}" if bold else "#1",
            "tr": r"\operatorname{tr}",
            "dd": r"\mathrm d",
        }


VALUES: dict[str, tuple[str, ...]] = {
    "matrices": ("bold", "plain"),
    "transpose": ("T", "prime", "top"),
    "determinant": ("bars", "det"),
    "gradient": ("leibniz", "nabla"),
    "logarithm": ("log", "ln"),
    "exponential": ("power", "exp"),
    "trace": ("bare", "brackets"),
    "identity": ("plain", "sized"),
    "decimal": ("point", "comma"),
    "conjugate": ("star", "bar"),
    "adjoint": ("H", "dagger", "star"),
}
_TRANSPOSES = {"T": r"^{\mathsf T}", "prime": r"^{\prime}", "top": r"^{\top}"}
