"""The settings of a front matter: language, notation, own macros, paper, colours, theme; each mistake at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import yaml

from derivgen.documents.errors import SourceProblem, nearest
from derivgen.documents.folders import beside
from derivgen.documents.formulas import formula_problem
from derivgen.documents.model import Place, Settings
from derivgen.documents.themes import COLOURS, PAPERS, REPLACEABLE, ThemeError, is_colour, read_theme, themes
from derivgen.present.catalogue import CatalogueError, language_code
from derivgen.present.notation_style import VALUES

Entry = tuple[str, str, yaml.ScalarNode]
"""A key, its text, and where the text stands."""


_LETTERS = frozenset("HLOPSbcdijklortuv")
"""Commands of one letter that LaTeX has: accents and letters of other languages."""
KEYS = ("language", "paper", "theme", "notation", "colours", "macros")
Table = tuple[tuple[str, str], ...]


class SettingsReader:
    """Reads the settings of one source; ``problems`` collects what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[SourceProblem] = []

    def read(self, settings: Settings, key: str, node: yaml.Node) -> Settings:
        """The settings with that of ``key``; unchanged where it is wrong."""
        before = len(self.problems)
        match key:
            case "language":
                changed = replace(settings, language=self._language(node))
            case "paper":
                changed = replace(settings, paper=self._one_of(node, "paper", PAPERS))
            case "theme":
                changed = replace(settings, theme=self._theme(node))
            case "notation":
                changed = replace(settings, notation=self._notation(node))
            case "colours":
                changed = replace(settings, colours=self._colours(node))
            case _:
                changed = replace(settings, macros=self._macros(node))
        return changed if len(self.problems) == before else settings

    def _wrong(self, node: yaml.Node, message: str, hint: str = "") -> None:
        self.problems.append(SourceProblem(place_of(node, self.file), message, hint))

    # --- one word

    def _word(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self._wrong(node, f"{what} is one word")
            return ""
        return str(node.value)

    def _one_of(self, node: yaml.Node, what: str, known: Mapping[str, object]) -> str:
        value = self._word(node, what)
        if value and value not in known:
            self._wrong(node, f'there is no {what} "{value}"', nearest(value, known))
        return value

    def _language(self, node: yaml.Node) -> str:
        value = self._word(node, "the language")
        try:
            return language_code(value, beside(self.file, "catalogues")) if value else ""
        except CatalogueError as error:
            message, _, hint = str(error).partition("; ")
            self._wrong(node, message, hint)
        return ""

    def _paper(self, node: yaml.Node) -> str:
        return self._one_of(node, "paper", PAPERS)

    def _theme(self, node: yaml.Node) -> str:
        name = self._one_of(node, "theme", themes(self.file))
        if name in themes(self.file):
            try:
                read_theme(themes(self.file)[name])
            except ThemeError as error:
                self._wrong(node, str(error))
        return name

    # --- tables

    def _entries(self, node: yaml.Node, what: str, known: Mapping[str, object] | None = None) -> Iterator[Entry]:
        """The entries of a table; an unknown or repeated key, and a value that is no text, are problems."""
        if not isinstance(node, yaml.MappingNode):
            self._wrong(node, f"{what} is a table", f"write one setting on each line below it, or {what}: {{..: ..}}")
            return
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if known is not None and name not in known:
                self._wrong(key, f'{what}: unknown key "{name}"', nearest(name, known))
            elif name in seen:
                self._wrong(key, f'"{name}" stands twice', "keep one of them")
            elif not isinstance(value, yaml.ScalarNode):
                self._wrong(value, f'"{name}" must be one line of text')
            else:
                yield name, value.value, value
            seen.add(name)

    def _notation(self, node: yaml.Node) -> Table:
        found = list(self._entries(node, "notation", VALUES))
        for name, text, value in found:
            if text not in VALUES[name]:
                self._wrong(value, f'{name}: there is no "{text}"', nearest(text, VALUES[name]))
        return tuple((name, text) for name, text, _ in found)

    def _colours(self, node: yaml.Node) -> Table:
        found = list(self._entries(node, "colours", COLOURS))
        for name, text, value in found:
            if not is_colour(text):
                self._wrong(value, f'{name}: "{text}" is no colour', 'write six hexadecimal digits in quotes: "0B559F"')
        return tuple((name, text.removeprefix("#").upper()) for name, text, _ in found)

    def _macros(self, node: yaml.Node) -> Table:
        """Own macros; each may use those before it, so that none can go on for ever."""
        entries = [(name.removeprefix("\\"), text, value) for name, text, value in self._entries(node, "macros")]
        for k, (name, text, value) in enumerate(entries):
            later = {one for one, _, _ in entries[k:]} & set(re.findall(r"\\([A-Za-z]+)", text))
            known = tuple((one, definition) for one, definition, _ in entries[:k])
            if not re.fullmatch(r"[A-Za-z]+", name):
                self._wrong(value, f'"{name}" is no name for a macro', "a name consists of letters")
            elif _is_taken(name):
                self._wrong(value, rf"\{name} is LaTeX's own", "choose another name")
            elif later:
                self._wrong(value, rf"{name}: \{min(later)} is not defined before it", "order them so that it is")
            elif problem := formula_problem(_applied(text), Place("", 1), False, known):
                self._wrong(value, f"{name}: {problem.message}", problem.hint)
        return tuple((name, text) for name, text, _ in entries)


def _is_taken(name: str) -> bool:
    r"""Whether LaTeX has this command, and formulas need it; ``\R`` the strict reader knows, but LaTeX does not."""
    if name in REPLACEABLE:
        return False
    if len(name) == 1:
        return name in _LETTERS
    return formula_problem(rf"\{name}{{a}}{{b}}", Place("", 1), False) is None


def _applied(definition: str) -> str:
    """A definition as it may stand in a formula: after a letter, its arguments filled in."""
    return "A" + re.sub(r"#[1-9]", "x", definition)


def place_of(node: yaml.Node, file: str) -> Place:
    """Where a YAML node stands in a source whose front matter begins in line 2."""
    start, end = node.start_mark, node.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return Place(file, start.line + 2, start.column + 1, max(1, width))
