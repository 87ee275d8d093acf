"""Where templates, themes and own words are found, and what a theme sets.

Beside a source may stand the folders ``templates`` (single files that replace built-in ones), ``themes`` and
``catalogues``. A theme is a folder of templates and catalogues with a file ``theme.toml`` of settings. What is asked
for is taken from the source's own folder first, then from the theme, then from what comes with derivgen.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from derivgen.documents.folders import beside, templates_folder
from derivgen.documents.model import Document, Settings
from derivgen.documents.widths import OPERATORS
from derivgen.present.notation_style import Notation
from derivgen.present.style import Style, style

COLOURS = {"ink": "1B1D20", "quiet": "5C646D", "hair": "C6CCD2", "accent": "0B559F", "tint": ""}
"""Text, what supports it, hairlines, what is looked at, and the ground of what changed (each medium has its own)."""
REPLACEABLE = frozenset(Notation().macros) | OPERATORS
"""Commands that may get another meaning: the macros of formulas, and names of functions."""
PAPERS = {"a4": ("a4paper", "238mm"), "letter": ("letterpaper", "220mm")}
"""Sizes of paper: the option of the class, and the height of the text."""


class ThemeError(ValueError):
    """A theme whose settings cannot be read; the message names the file."""


@dataclass(frozen=True)
class Appearance:
    """How a document looks: its style, macros, colours, paper, and the folders of templates in order."""

    style: Style
    macros: tuple[tuple[str, str], ...]
    colours: tuple[tuple[str, str], ...]
    paper: str
    folders: tuple[Path, ...]

    @property
    def tint(self) -> str:
        """The ground of what changed, or nothing where the medium decides."""
        return dict(self.colours)["tint"]


def themes(file: str) -> dict[str, Path]:
    """The themes that a source can name, with their folders; one beside it comes before a built-in one."""
    found: dict[str, Path] = {}
    for folder in (templates_folder() / "themes", *beside(file, "themes")):
        if folder.is_dir():
            found |= {path.name: path for path in sorted(folder.iterdir()) if path.is_dir()}
    return found


def is_colour(text: str) -> bool:
    """Whether a text is six hexadecimal digits, with or without a hash before them."""
    return re.fullmatch(r"#?[0-9A-Fa-f]{6}", text) is not None


def read_theme(folder: Path) -> Settings:
    """What a theme sets in its ``theme.toml``; nothing where it has none. Raises ThemeError."""
    path = folder / "theme.toml"
    if not path.is_file():
        return Settings()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        if unknown := set(data) - {"notation", "colours", "paper"}:
            raise ValueError(f"unknown key {min(unknown)!r}; known: colours, notation, paper")
        notation, colours = (dict(data.get(key, {})) for key in ("notation", "colours"))
        Notation.from_settings(notation)
        wrong = [name for name, value in colours.items() if name not in COLOURS or not is_colour(str(value))]
        if wrong or data.get("paper", "a4") not in PAPERS:
            raise ValueError(f"{wrong[0] if wrong else 'paper'} is not a colour or size of paper that is known")
    except (ValueError, TypeError) as error:
        raise ThemeError(f"{path}: {error}") from None
    plain = tuple((name, value.removeprefix("#").upper()) for name, value in colours.items())
    return Settings(paper=data.get("paper", ""), notation=tuple(notation.items()), colours=plain)


def appearance(document: Document) -> Appearance:
    """What a document's front matter asks for, then its theme, then the defaults."""
    asked, file = document.front.settings, document.file
    folder = themes(file).get(asked.theme)
    theme = read_theme(folder) if folder else Settings()
    near = (*beside(file, "templates"), *([folder] if folder else []), templates_folder())
    words = (*beside(file, "catalogues"), *([folder / "catalogues"] if folder else []))
    chosen = style(dict((*theme.notation, *asked.notation)), asked.language or "en", words)
    own = dict(asked.macros)
    operators = {name: rf"\operatorname{{{text}}}" for name, text in chosen.words.operators.items()}
    return Appearance(
        style=chosen,
        macros=tuple({**operators, **chosen.notation.macros, **own}.items()),
        colours=tuple(dict((*COLOURS.items(), *theme.colours, *asked.colours)).items()),
        paper=asked.paper or theme.paper or "a4",
        folders=near,
    )
