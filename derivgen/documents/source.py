"""Markdown to model: headings, text, formulas and derivation blocks; all mistakes are reported at once."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from derivgen.documents.blocks import ALL, COMPARE, read_block, read_draw
from derivgen.documents.boxes import read_box
from derivgen.documents.drafts import missing_formula
from derivgen.documents.errors import SourceError, SourceProblem, nearest, with_excerpt
from derivgen.documents.formulas import Macros, formula_problem
from derivgen.documents.front import read_front
from derivgen.documents.headings import Heading, read_heading
from derivgen.documents.includes import Reading, included
from derivgen.documents.inline import read_inline
from derivgen.documents.model import (
    Bullets,
    Display,
    Document,
    DrawBlock,
    Element,
    Frame,
    FrontMatter,
    Inline,
    Missing,
    Note,
    Paragraph,
    Part,
    Place,
    PlotBlock,
    Section,
    Words,
)
from derivgen.documents.plotted import changed_plots
from derivgen.documents.references import unknown_references

BLOCK_KINDS = (*ALL, COMPARE, "plot", "draw")


def read_source(path: Path) -> Document:
    """The lecture or sheet in the file ``path``, with what it includes.

    Raises SourceError with everything that is wrong, OSError if unreadable.
    """
    return _faultless(read(path)).document


def read(path: Path) -> Reading:
    """What can be read of the file ``path`` and of what it includes, and everything that is wrong.

    Raises SourceError where nothing can be built of it, OSError if unreadable.
    """
    return included(_read(path), _read)


def _faultless(reading: Reading) -> Reading:
    if reading.problems:
        raise SourceError(reading.problems)
    return reading


def _read(path: Path) -> Reading:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = SourceProblem(Place(str(path), 1), f"not UTF-8 at byte {error.start}", "save the file as UTF-8")
        raise SourceError([problem]) from None
    return parse_what_can_be(text, str(path))


def parse(text: str, file: str) -> Document:
    """The lecture written in ``text``; ``file`` is its name in messages. Raises SourceError."""
    return _faultless(parse_what_can_be(text, file)).document


def parse_what_can_be(text: str, file: str) -> Reading:
    """The same, without what is wrong. Raises SourceError where nothing can be built."""
    text = text.replace("\r\n", "\n")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise SourceError([SourceProblem(Place(file, line), "a NUL byte; this is not a text file")])
    front, length, problems = read_front(text, file)
    known = front or FrontMatter("")
    body = "\n" * length + "\n".join(text.split("\n")[length:])
    reader = _Reader(body, file, known.settings.macros, known.kind)
    sections = reader.sections()
    problems += reader.problems
    problems += unknown_references(frame for section in sections for frame in section.frames)
    empty = not any(section.frames for section in sections)
    if not problems and empty:
        problems.append(SourceProblem(Place(file, length + 1), "no frame", 'begin a frame with "## Title"'))
    found = [with_excerpt(problem, text.split("\n")) for problem in problems]
    if front is None or empty:
        raise SourceError(found)
    return Reading(Document(front, sections, file), (), tuple(found))


class _Reader:
    """Walks markdown-it's tokens; collects problems instead of stopping at the first."""

    def __init__(self, text: str, file: str, macros: Macros, kind: str = "lecture") -> None:
        parser = MarkdownIt("commonmark", {"html": True}).use(dollarmath_plugin, allow_space=False, double_inline=True)
        parser.use(container_plugin, name="box", validate=lambda *_: True)
        parser.disable("text_join")
        self.tokens = parser.parse(text)
        self.lines = text.split("\n")
        self.file = file
        self.macros = macros
        self.kind = kind
        self.at = 0
        self.problems: list[SourceProblem] = []
        self.ids: dict[tuple[str, str], int] = {}
        self.letter = ""

    def sections(self) -> tuple[Section, ...]:
        """All sections; text outside a frame is a problem, but for the text that opens a section of a reference."""
        found = [Section((), (), Place(self.file, 1))]
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.type == "heading_open" and token.tag == "h1":
                found.append(Section(self._heading().title, (), self._place(token)))
            elif token.type == "heading_open" and token.tag == "h2":
                found[-1] = replace(found[-1], frames=(*found[-1].frames, self._frame()))
            elif self.kind == "reference" and not found[-1].frames:
                found[-1] = replace(found[-1], content=(*found[-1].content, *map(self._drawn, self._elements(stop=()))))
            else:
                self._refuse(token, "text outside a frame", 'begin a frame with "## Title"')
                before = len(self.problems)
                self._elements(stop=())
                del self.problems[before:]
        return tuple(one for one in found if one.title or one.frames or one.content)

    def _frame(self) -> Frame:
        place = self._place(self.tokens[self.at])
        heading = self._heading()
        self.letter = ""
        id = heading.id or self._label(heading)
        if id:
            self._remember("problem", id, place)
        content = self._elements(stop=())
        if not any(isinstance(element, DrawBlock) for element in content):  # else it waits for the values
            content = tuple(self._drawn(element) for element in content)
        if heading.include and content:
            self._note(SourceProblem(place, "text below an included problem", "begin a frame of its own for it"))
        return Frame(heading.title, content, place, id, heading.marks, heading.include)

    def _drawn(self, element: Element) -> Element:
        found, problems = changed_plots(element)
        self.problems += problems
        return found

    def _label(self, heading: Heading) -> str:
        """What an entry of a reference is referred to by: its number, if it is one word."""
        first = heading.title[0] if self.kind == "reference" and len(heading.title) == 1 else None
        return first.text if isinstance(first, Words) and re.fullmatch(r"[\w-]+", first.text) else ""

    def _heading(self) -> Heading:
        token = self.tokens[self.at + 1]
        place = self._place(self.tokens[self.at])
        self.at += 3
        if not token.content.strip():
            self._refuse(token, "an empty heading", "give it a title")
        heading, problems = read_heading(self._inline(token), self.lines[place.line - 1], place)
        self.problems += problems
        return heading

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
            element = self._element(token, inside=stop[0].removesuffix("_close") if stop else "")
            if element is not None:
                elements.append(element)
        return tuple(elements)

    def _element(self, token: Token, inside: str) -> Element | None:
        self.at += 1
        match token.type:
            case "paragraph_open":
                content = self._inline(self.tokens[self.at])
                self.at += 2
                return self._paragraph(content, token, inside)
            case "math_block" | "math_block_label":
                return self._display(token)
            case "bullet_list_open" | "ordered_list_open":
                return self._list(token)
            case "blockquote_open":
                return Note(self._elements(stop=("blockquote_close",)), self._place(token))
            case "container_box_open":
                return self._box(token, inside)
            case "fence":
                return self._fence(token, inside)
        if token.type == "heading_open":
            self.at += 2
        return self._refuse(token, *_UNKNOWN.get(token.type, (f"{token.type} is not known here", "")))

    def _paragraph(self, content: tuple[Inline, ...], token: Token, inside: str) -> Paragraph | Part:
        """A paragraph; one that begins with (a), (b) .. is the question of a part."""
        place = self._place(token)
        first = content[0] if content else None
        match = _PART.match(first.text) if isinstance(first, Words) and not inside else None
        if match is None or not isinstance(first, Words) or (match[1] != "a" and not self.letter):
            return Paragraph(content, place)
        wanted = chr(ord(self.letter or "`") + 1)
        if match[1] != wanted:
            self._note(SourceProblem(replace(place, width=3), f"part ({match[1]}) stands where ({wanted}) is expected"))
        self._separate(token)
        self.letter = match[1]
        rest = (Words(first.text[match.end() :]), *content[1:])
        return Part(match[1], rest, place)

    def _separate(self, token: Token) -> None:
        """Parts are paragraphs of their own."""
        assert token.map is not None
        for number in range(token.map[0] + 1, token.map[1]):
            if _PART.match(self.lines[number]):
                place = Place(self.file, number + 1, 1, 3)
                self._note(SourceProblem(place, "a part inside a paragraph", "leave an empty line before it"))

    def _box(self, token: Token, inside: str) -> Element | None:
        assert token.map is not None
        content = self._elements(stop=("container_box_close",))
        place = self._place(token)
        closed = self.lines[token.map[1]].strip() if token.map[1] < len(self.lines) else ""
        if not closed.startswith(":::"):
            return self._refuse(token, "this box is not closed", f'end it with a line "{token.markup}"')
        if inside:
            return self._refuse(token, "a box inside another", "place it at the left margin")
        box, problem = read_box(token.info.strip(), content, place)
        self._note(problem)
        return box or Missing(place)

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
        problem = formula_problem(tex, place, True, self.macros)
        self._note(problem)
        return Display(missing_formula(place) if problem else tex, place)

    def _fence(self, token: Token, inside: str) -> Element:
        assert token.map is not None
        kind = token.info.strip()
        first, last = token.map
        indent = len(self.lines[first]) - len(self.lines[first].lstrip())
        if (
            not re.fullmatch(rf"\s*{re.escape(token.markup[0])}{{{len(token.markup)},}}\s*", self.lines[last - 1])
            or last - first < 2
        ):
            message = f"this {kind or 'fenced'} block is not closed"
            return self._refuse(token, message, f'end it with a line "{token.markup}"')
        if kind not in BLOCK_KINDS:
            return self._refuse(token, f'unknown block "{kind}"', nearest(kind, BLOCK_KINDS))
        if kind == COMPARE and self.kind != "reference":
            return self._refuse(token, "a compare block outside a reference", "it belongs to kind: reference")
        if inside and inside != "container_box":
            return self._refuse(token, f"a {kind} block inside a list or a note", "place it at the left margin")
        if kind == "plot":
            return PlotBlock(None, Place(self.file, first + 1, indent + 1, 7), token.content, indent)
        if kind == "draw":
            return read_draw(token.content, self.file, first + 2, indent)
        block, problems = read_block(kind, token.content, self.file, first + 2, indent)
        self.problems += problems
        if field := block.first("id"):
            self._remember("block", field.value, field.place)
        return Missing(block.place) if problems else block

    def _remember(self, what: str, id: str, place: Place) -> None:
        if (what, id) in self.ids:
            self._note(SourceProblem(place, f'the id "{id}" stands twice', f"first in line {self.ids[what, id]}"))
        self.ids.setdefault((what, id), place.line)

    def _inline(self, token: Token) -> tuple[Inline, ...]:
        assert token.map is not None
        content, problems = read_inline(token.children or [], self.lines, self.file, token.map, self.macros)
        self.problems += problems
        return content

    def _place(self, token: Token) -> Place:
        line = token.map[0] if token.map else 0
        text = self.lines[line] if line < len(self.lines) else ""
        return Place(self.file, line + 1, len(text) - len(text.lstrip()) + 1, max(1, len(text.strip())))

    def _refuse(self, token: Token, message: str, hint: str = "") -> Missing:
        """Names what is wrong; stands for what is not read."""
        self._note(SourceProblem(self._place(token), message, hint))
        return Missing(self._place(token))

    def _note(self, problem: SourceProblem | None) -> None:
        if problem is not None:
            self.problems.append(problem)


_PART = re.compile(r"\(([a-z])\)\s+")
_UNKNOWN = {
    "hr": ("a rule", 'begin the next frame with "## Title"'),
    "html_block": ("HTML is not read", "write Markdown"),
    "code_block": ("an indented block", "take the indentation away, or use a ```derive block"),
    "heading_open": ("this heading is not read here", 'use "# Section" and "## Title" at the left margin'),
}
