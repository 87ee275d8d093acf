"""Text inside a paragraph: words, formulas, bold, italics, code, links, each formula with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from derivgen.documents.drafts import missing_formula
from derivgen.documents.errors import SourceProblem
from derivgen.documents.escape import unprintable
from derivgen.documents.formulas import Macros, formula_problem
from derivgen.documents.model import Formula, Inline, Link, Notation, Place, Reference, Styled, Words

LINKS = ("https://", "http://", "mailto:")
_REFERENCE = re.compile(r"#(?P<id>[\w-]+)(?:\.(?P<letter>[a-z]))?")
_STYLES = {"strong_open": "bold", "em_open": "italic"}


def read_inline(
    tokens: Sequence[Token], lines: Sequence[str], file: str, span: Sequence[int], macros: Macros = ()
) -> tuple[tuple[Inline, ...], list[SourceProblem]]:
    """The content of one inline token whose text stands in ``lines[span[0]:span[1]]``, and its problems."""
    reader = _InlineReader(tokens, lines, file, span, macros)
    return reader.read(until=""), reader.problems


class _InlineReader:
    def __init__(
        self, tokens: Sequence[Token], lines: Sequence[str], file: str, span: Sequence[int], macros: Macros
    ) -> None:
        self.tokens = tokens
        self.file = file
        self.macros = macros
        self.line = span[0]
        self.raw = "\n".join(lines[span[0] : span[1]])
        self.cursor = 0
        self.at = 0
        self.problems: list[SourceProblem] = []

    def read(self, until: str) -> tuple[Inline, ...]:
        """Everything up to the closing token ``until`` (which is passed) or the end."""
        content: list[Inline] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.type == until:
                break
            piece = self._piece(token)
            if piece is not None:
                content.append(piece)
        return _joined(content)

    def _piece(self, token: Token) -> Inline | None:
        match token.type:
            case "text":
                return Words(self._plain(token.content))
            case "text_special":
                self._find(token.markup)
                return Words(token.content)
            case "softbreak" | "hardbreak":
                return Words(" ")
            case "math_inline" | "math_inline_double":
                return self._formula(token)
            case "code_inline":
                place = self._find(token.content)
                if token.content.startswith("="):
                    return self._notation(token.content, place)
                return Styled("code", (Words(token.content),))
            case "strong_open" | "em_open":
                return Styled(_STYLES[token.type], self.read(token.type.replace("_open", "_close")))
            case "link_open":
                return self._link(str(token.attrs.get("href", "")))
        what, mark = {"image": ("a picture", "![")}.get(token.type, ("HTML", token.content))
        self._refuse(self._find(mark), f"{what} is not read here", "write Markdown")
        return None

    def _notation(self, text: str, place: Place) -> Notation:
        blank = 1 + len(text[1:]) - len(text[1:].lstrip())
        inside = Place(place.file, place.line, place.column + blank, max(1, len(text) - blank))
        if not text[1:].strip():
            self._refuse(place, "no expression follows =", "write `= 2*x`")
        return Notation(text[1:].strip(), inside)

    def _link(self, target: str) -> Link | Reference:
        content = self.read("link_close")
        place = self._find("](")
        if match := _REFERENCE.fullmatch(target):
            inside = Place(place.file, place.line, place.column + 2, len(target))
            if content:
                self._refuse(inside, "a reference has no words of its own", f"write []({target}); its number is put in")
            return Reference(match["id"], match["letter"] or "", inside)
        if not target.startswith(LINKS):
            self._refuse(place, f'a link to "{target}"', "a link begins with https://, http://, mailto: or #")
        return Link(target, content)

    def _formula(self, token: Token) -> Formula:
        place = self._find(f"${token.content}$", inside=1)
        problem = formula_problem(token.content, place, token.type == "math_inline_double", self.macros)
        if problem:
            self.problems.append(problem)
        return Formula(missing_formula(place) if problem else token.content.strip(), place)

    def _plain(self, text: str) -> str:
        """Plain text, which must open no formula and be made of characters that the fonts have."""
        strange = unprintable(text)
        if "$" in text:
            self._refuse(self._find("$"), "this $ opens no formula", r"write $x^2$ without spaces inside, or \$")
        elif strange:
            hint = "write it as a formula between $ and $"
            self._refuse(
                self._find(strange),
                f"the character {strange} (U+{ord(strange):04X}) is not in the font",
                hint,
            )
            return "".join("?" if unprintable(c) else c for c in text)
        else:
            self._find(text)
        return text

    def _refuse(self, place: Place, message: str, hint: str) -> None:
        self.problems.append(SourceProblem(place, message, hint))

    def _find(self, text: str, inside: int = 0) -> Place:
        """The place of ``text`` after the last one found; the paragraph's beginning if it was changed in
        reading."""
        found = self.raw.find(text, self.cursor)
        if found < 0:
            found = self.cursor
        else:
            self.cursor = found + max(1, len(text))
        start = found + inside
        before = self.raw[:start]
        width = max(1, len(text) - 2 * inside) if "\n" not in text else 1
        return Place(self.file, self.line + 1 + before.count("\n"), start - before.rfind("\n"), width)


def _joined(content: list[Inline]) -> tuple[Inline, ...]:
    """Neighbouring words as one piece."""
    joined: list[Inline] = []
    for piece in content:
        last = joined[-1] if joined else None
        if isinstance(piece, Words) and isinstance(last, Words):
            joined[-1] = Words(last.text + piece.text)
        else:
            joined.append(piece)
    return tuple(joined)
