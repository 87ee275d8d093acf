"""Markdown to model: headings, text, formulas and derivation blocks; all mistakes are reported at once."""

from __future__ import annotations

import re
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from derivgen.documents.blocks import ALL, read_block
from derivgen.documents.errors import SourceError, SourceProblem, nearest, with_excerpt
from derivgen.documents.formulas import Macros, formula_problem
from derivgen.documents.front import read_front
from derivgen.documents.inline import read_inline
from derivgen.documents.model import (
    Bullets,
    DerivationBlock,
    Display,
    Document,
    Element,
    Frame,
    Inline,
    Note,
    Paragraph,
    Place,
    PlotBlock,
    Section,
)
from derivgen.documents.plot_source import read_plot
from derivgen.documents.plotting import draw

BLOCK_KINDS = (*ALL, "plot")


def read_source(path: Path) -> Document:
    """The lecture in the file ``path``. Raises SourceError with everything that is wrong, OSError if
    unreadable."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = SourceProblem(Place(str(path), 1), f"not UTF-8 at byte {error.start}", "save the file as UTF-8")
        raise SourceError([problem]) from None
    return parse(text, str(path))


def parse(text: str, file: str) -> Document:
    """The lecture written in ``text``; ``file`` is its name in messages. Raises SourceError."""
    text = text.replace("\r\n", "\n")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise SourceError([SourceProblem(Place(file, line), "a NUL byte; this is not a text file")])
    front, length, problems = read_front(text, file)
    body = "\n" * length + "\n".join(text.split("\n")[length:])
    reader = _Reader(body, file, front.settings.macros)
    sections = reader.sections()
    problems += reader.problems
    if not problems and not any(section.frames for section in sections):
        problems.append(SourceProblem(Place(file, length + 1), "no frame", 'begin a frame with "## Title"'))
    if problems:
        lines = text.split("\n")
        raise SourceError(with_excerpt(problem, lines) for problem in problems)
    return Document(front, sections, file)


class _Reader:
    """Walks markdown-it's tokens; collects problems instead of stopping at the first."""

    def __init__(self, text: str, file: str, macros: Macros) -> None:
        parser = MarkdownIt("commonmark", {"html": True}).use(dollarmath_plugin, allow_space=False, double_inline=True)
        parser.disable("text_join")
        self.tokens = parser.parse(text)
        self.lines = text.split("\n")
        self.file = file
        self.macros = macros
        self.at = 0
        self.problems: list[SourceProblem] = []
        self.ids: dict[str, int] = {}

    def sections(self) -> tuple[Section, ...]:
        """All sections; text outside a frame is a problem."""
        found: list[tuple[tuple[Inline, ...], list[Frame], Place]] = [((), [], Place(self.file, 1))]
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.type == "heading_open" and token.tag == "h1":
                found.append((self._heading(), [], self._place(token)))
            elif token.type == "heading_open" and token.tag == "h2":
                found[-1][1].append(self._frame())
            else:
                self._refuse(token, "text outside a frame", 'begin a frame with "## Title"')
                before = len(self.problems)
                self._elements(stop=())
                del self.problems[before:]
        return tuple(Section(title, tuple(frames), place) for title, frames, place in found if title or frames)

    def _frame(self) -> Frame:
        place = self._place(self.tokens[self.at])
        return Frame(self._heading(), self._elements(stop=()), place)

    def _heading(self) -> tuple[Inline, ...]:
        token = self.tokens[self.at + 1]
        self.at += 3
        if not token.content.strip():
            self._refuse(token, "an empty heading", "give it a title")
        return self._inline(token)

    def _elements(self, stop: tuple[str, ...]) -> tuple[Element, ...]:
        """Elements up to the next heading or a closing token in ``stop`` (which is passed)."""
        elements: list[Element] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.type in stop:
                self.at += 1
                break
            if token.type == "heading_open" and not stop and token.tag in ("h1", "h2"):
                break
            element = self._element(token, inside=bool(stop))
            if element is not None:
                elements.append(element)
        return tuple(elements)

    def _element(self, token: Token, inside: bool) -> Element | None:
        self.at += 1
        match token.type:
            case "paragraph_open":
                content = self._inline(self.tokens[self.at])
                self.at += 2
                return Paragraph(content, self._place(token))
            case "math_block" | "math_block_label":
                return self._display(token)
            case "bullet_list_open" | "ordered_list_open":
                return self._list(token)
            case "blockquote_open":
                return Note(self._elements(stop=("blockquote_close",)), self._place(token))
            case "fence":
                return self._fence(token, inside)
        self._refuse(token, *_UNKNOWN.get(token.type, (f"{token.type} is not known here", "")))
        if token.type == "heading_open":
            self.at += 2
        return None

    def _list(self, token: Token) -> Bullets:
        items: list[tuple[Element, ...]] = []
        close = token.type.replace("_open", "_close")
        while self.tokens[self.at].type != close:
            self.at += 1  # list_item_open
            items.append(self._elements(stop=("list_item_close",)))
        self.at += 1
        first = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None
        return Bullets(tuple(items), self._place(token), first)

    def _display(self, token: Token) -> Display:
        assert token.map is not None
        first, last = token.map
        raw = "\n".join(self.lines[first:last])
        tex = token.content.strip()
        start = raw.find(tex, raw.find("$$") + 2)
        line = first + 1 + raw[:start].count("\n")
        place = Place(self.file, line, start - raw.rfind("\n", 0, start))
        self._note(formula_problem(tex, place, True, self.macros))
        return Display(tex, place)

    def _fence(self, token: Token, inside: bool) -> DerivationBlock | PlotBlock | None:
        assert token.map is not None
        kind = token.info.strip()
        first, last = token.map
        indent = len(self.lines[first]) - len(self.lines[first].lstrip())
        if (
            not re.fullmatch(rf"\s*{re.escape(token.markup[0])}{{{len(token.markup)},}}\s*", self.lines[last - 1])
            or last - first < 2
        ):
            self._refuse(token, f"this {kind or 'fenced'} block is not closed", f'end it with a line "{token.markup}"')
        elif kind not in BLOCK_KINDS:
            self._refuse(token, f'unknown block "{kind}"', nearest(kind, BLOCK_KINDS))
        elif inside:
            self._refuse(token, f"a {kind} block inside a list or a note", "place it at the left margin")
        elif kind == "plot":
            return self._plot(token, first + 2, indent)
        else:
            block, problems = read_block(kind, token.content, self.file, first + 2, indent)
            self.problems += problems
            self._remember(block)
            return block
        return None

    def _plot(self, token: Token, line: int, indent: int) -> PlotBlock | None:
        plot, problems = read_plot(token.content, self.file, line, indent)
        picture = None
        if not problems:
            picture, problems = draw(plot)
        self.problems += problems
        return PlotBlock(picture, plot.place) if picture is not None else None

    def _remember(self, block: DerivationBlock) -> None:
        field = block.first("id")
        if field is None:
            return
        if field.value in self.ids:
            where = self.ids[field.value]
            self._note(SourceProblem(field.place, f'the id "{field.value}" stands twice', f"first in line {where}"))
        self.ids.setdefault(field.value, field.place.line)

    def _inline(self, token: Token) -> tuple[Inline, ...]:
        assert token.map is not None
        content, problems = read_inline(token.children or [], self.lines, self.file, token.map, self.macros)
        self.problems += problems
        return content

    def _place(self, token: Token) -> Place:
        line = token.map[0] if token.map else 0
        text = self.lines[line] if line < len(self.lines) else ""
        return Place(self.file, line + 1, len(text) - len(text.lstrip()) + 1, max(1, len(text.strip())))

    def _refuse(self, token: Token, message: str, hint: str = "") -> None:
        self._note(SourceProblem(self._place(token), message, hint))

    def _note(self, problem: SourceProblem | None) -> None:
        if problem is not None:
            self.problems.append(problem)


_UNKNOWN = {
    "hr": ("a rule", 'begin the next frame with "## Title"'),
    "html_block": ("HTML is not read", "write Markdown"),
    "code_block": ("an indented block", "take the indentation away, or use a ```derive block"),
    "heading_open": ("this heading is not read here", 'use "# Section" and "## Title" at the left margin'),
}
