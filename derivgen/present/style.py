"""How documents are written: the notation and the language, chosen once for every output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from derivgen.language.terms import Path as Place
from derivgen.language.terms import Term
from derivgen.present.catalogue import Catalogue, catalogue
from derivgen.present.latex import latex
from derivgen.present.notation_style import Notation


@dataclass(frozen=True)
class Style:
    """A notation and the words of a language."""

    notation: Notation = field(default_factory=Notation)
    words: Catalogue = field(default_factory=catalogue)

    def latex(self, term: Term, marks: Mapping[Place, str] | None = None) -> str:
        """A term in this notation."""
        return latex(term, self.notation, marks)


def style(
    notation: Notation | Mapping[str, Any] | None = None,
    language: str | Catalogue = "en",
    folders: tuple[Path, ...] = (),
) -> Style:
    """A style from settings; numbers are written as the language does, unless the notation says how.

    Raises ValueError for a setting or a language that is not known.
    """
    words = catalogue(language, folders) if isinstance(language, str) else language
    if isinstance(notation, Notation):
        return Style(notation, words)
    return Style(Notation.from_settings({"decimal": words.decimal, **(notation or {})}), words)
