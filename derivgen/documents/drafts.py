"""What a draft shows in place of what is missing: a frame with the line of the source where the error is."""

from __future__ import annotations

from pathlib import PurePath

from derivgen.documents.escape import TeX, escape
from derivgen.documents.model import DerivationBlock, Missing, Place, PlotBlock
from derivgen.present.style import Style


def absent(element: DerivationBlock | PlotBlock | Missing, style: Style) -> TeX:
    """The mark in place of what is not derived, or was not read: it says where in the source."""
    what = "derived" if isinstance(element, DerivationBlock) else "read"
    return _framed(style.words.word(f"draft.not {what}", place=_short(element.place)))


def missing_formula(place: Place) -> TeX:
    """The mark in place of a formula that cannot be read."""
    return _framed(f"? {_short(place)}")


def _framed(text: str) -> TeX:
    """The mark of a draft where something is missing."""
    return TeX(rf"\dgmissing{{{escape(text)}}}")


def _short(place: Place) -> str:
    return f"{PurePath(place.file).name}:{place.line}"
