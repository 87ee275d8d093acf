"""How wide and how tall a formula will be, in em, near enough to decide where a long line is broken.

TeX has the last word: reasons are placed by the page's own macros. This estimate only chooses break points
and how many rows a frame holds. Widths are those of Palatino; a formula is read as TeX, not as a term.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from derivgen.documents.widths import BRACKETS, COMMANDS, LETTERS, OPERATORS, SIGNS, SPACED, TEXT, TRANSPARENT

_DEEP = frozenset("()[]|_gjpqy,")
"""What reaches below the line."""
TALL, RAISED = 1.1, 0.22
"""From which height on a superscript reaches above its base, and by how much."""
_UNSEEN = re.compile(r"\\dgat\{[^{}]*\}")
"""What leaves no trace on the page."""
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|<[\d\-,|]*>(?=\{)|[^\s]", re.S)


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in em; a plain row is 1 high."""

    width: float = 0.0
    height: float = 1.0

    def beside(self, other: Size) -> Size:
        """The two set side by side."""
        return Size(self.width + other.width, max(self.height, other.height))


def size(tex: str) -> Size:
    """The size of a displayed formula."""
    return _Measure(_TOKEN.findall(_UNSEEN.sub("", tex))).run("")


def inline_width(tex: str) -> float:
    """The width of a formula in running text, where fractions are small and limits stand beside sums."""
    return _Measure(_TOKEN.findall(_UNSEEN.sub("", tex)), inline=True).run("").width


def text_width(tex: str) -> float:
    """The width of text in em of its font; mathematics between dollars is measured as mathematics."""
    total = 0.0
    for number, part in enumerate(re.split(r"(?<!\\)\$", _UNSEEN.sub("", tex))):
        if number % 2:
            total += size(part).width
        else:
            total += sum(map(_letter, re.sub(r"\\[a-zA-Z]+\s?|[{}]", "", part)))
    return total


def text_height(tex: str) -> float:
    """How many times as tall as a plain line the tallest formula of a text is."""
    return max((size(part).height for part in re.split(r"(?<!\\)\$", tex)[1::2]), default=1.0)


def _letter(character: str) -> float:
    """The width of a character of running text."""
    if character.isspace() or character == "~":
        return 0.25
    base = unicodedata.normalize("NFD", character)[0]
    return TEXT.get(character) or TEXT.get(base, 0.5)


def _in_fraction(height: float) -> float:
    """Superscripts and brackets reach less far above the letters of a fraction."""
    return height if height > 1.2 else 1 + (height - 1) / 2


class _Measure:
    def __init__(self, tokens: list[str], inline: bool = False) -> None:
        self.tokens = tokens
        self.at = 0
        self.small = 0
        self.inside = int(inline)
        self.inline = inline

    def run(self, until: str) -> Size:
        """Everything up to ``until``, side by side."""
        total = last = Size()
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token == until:
                break
            one = self._one(token)
            if token in ("^", "\\T") and last.height > TALL:  # it stands at the top of what is tall
                one = Size(one.width, last.height + RAISED)
            total, last = total.beside(one), one
        return total

    def _argument(self) -> Size:
        """The next group or token."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if not token.startswith("<"):
                return self.run("}") if token == "{" else self._one(token)
        return Size()

    def _word(self) -> str:
        """The letters of the next group."""
        if self.tokens[self.at : self.at + 1] != ["{"]:
            return ""
        end = self.tokens.index("}", self.at) if "}" in self.tokens[self.at :] else len(self.tokens)
        word = "".join(self.tokens[self.at + 1 : end])
        self.at = end + 1
        return word

    def _script(self) -> Size:
        """The size of a sub- or superscript, which is smaller and has no room around its signs."""
        self.small += 1
        inner = self._argument()
        self.small -= 1
        return Size(0.72 * inner.width, inner.height)

    def _part(self) -> Size:
        """The size of what stands above or below a bar, which in running text is small."""
        return self._script() if self.inline and not self.small else self._argument()

    def _one(self, token: str) -> Size:
        if token == "{":
            return self.run("}")
        if token in "^_":
            script = self._script()
            above = 1.1 if script.height <= 1.0 else 1.3
            return Size(script.width + 0.04, above if token == "^" else 1.0)
        if token.startswith("\\"):
            return self._command(token[1:])
        if token.startswith("<") and len(token) > 1:
            return Size()
        if token.isdigit():
            return Size(0.5)
        if token.isalpha():
            return Size(LETTERS.get(token, 0.6))
        width = SIGNS.get(token, 0.4)
        return Size(min(width, SPACED) if self.small else width)

    def _command(self, name: str) -> Size:
        if name == "T":
            return Size(COMMANDS[name], 1.1)
        if name in ("frac", "dfrac", "tfrac"):
            self.inside += 1
            top = self._part()
            start = self.at
            bottom = self._part()
            self.inside -= 1
            deep = any(token in _DEEP for token in self.tokens[start : self.at])
            height = _in_fraction(top.height) + 1.12 * _in_fraction(bottom.height) - (0.0 if deep else 0.12)
            return Size(max(top.width, bottom.width) + 0.18, height)
        if name == "operatorname":
            return Size(sum(map(_letter, self._word())) + 0.17)
        if name == "begin":
            return self._matrix()
        if name == "dgboth":
            self._argument()
            self._argument()
            return self._argument()
        if name in ("sum", "prod", "lim"):
            return self._with_limits(1.3 if name == "lim" else COMMANDS[name], 1.42 if name == "lim" else 2.5)
        if name == "sqrt":
            inner = self._argument()
            return Size(inner.width + 0.8, inner.height)
        if name in TRANSPARENT:
            return Size()
        if name.rstrip("lr") in BRACKETS:
            return Size(*BRACKETS[name.rstrip("lr")]).beside(self._argument())
        if name in OPERATORS:
            return Size(sum(map(_letter, name)) + 0.17)
        width = COMMANDS.get(name, 0.56)
        return Size(min(width, SPACED) if self.small else width)

    def _with_limits(self, width: float, height: float) -> Size:
        limits = 0.0
        while self.at < len(self.tokens) and self.tokens[self.at] in ("_", "^", "\\limits"):
            self.at += 1
            if self.tokens[self.at - 1] != "\\limits":
                limits = max(limits, self._script().width)
        if self.inside:  # a fraction sets limits beside the sign, which is smaller
            return Size(0.9 * width + limits + 0.1, 1.2)
        return Size(max(width, limits) + 0.05, height)

    def _matrix(self) -> Size:
        self._argument()
        rows: list[list[Size]] = [[Size()]]
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token == "\\end":
                self._argument()
                break
            if token == "&":
                rows[-1].append(Size())
            elif token == "\\\\":
                rows.append([Size()])
            else:
                rows[-1][-1] = rows[-1][-1].beside(self._one(token))
        columns = max(len(row) for row in rows)
        width = sum(max((row[c].width for row in rows if c < len(row)), default=0.0) for c in range(columns))
        return Size(width + 0.91 * (columns - 1) + 1.5, 1.075 * sum(max(cell.height for cell in row) for row in rows))
