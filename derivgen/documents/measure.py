"""How wide and how tall a formula will be, in em, near enough to decide where a long line is broken.

TeX has the last word: reasons are placed by the page's own macros. This estimate only chooses break points
and how many rows a frame holds. Widths are those of Palatino; a formula is read as TeX, not as a term.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|<[\d\-,|]*>(?=\{)|[^\s]", re.S)
_NAMES = frozenset(
    [
        "log",
        "exp",
        "sin",
        "cos",
        "tan",
        "det",
        "lim",
        "tr",
        "max",
        "min",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "sup",
        "inf",
    ]
)
_WIDE = {
    "sum": 1.1,
    "prod": 1.0,
    "partial": 0.56,
    "nabla": 0.8,
    "infty": 1.0,
    "to": 1.56,
    "rightarrow": 1.56,
    "Rightarrow": 1.56,
    "Leftrightarrow": 1.56,
    "leq": 1.33,
    "le": 1.33,
    "geq": 1.33,
    "ge": 1.33,
    "neq": 1.33,
    "cdot": 0.72,
    "times": 1.22,
    "quad": 1.0,
    "qquad": 2.0,
    "T": 0.42,
    "cdots": 1.33,
    "dots": 1.33,
    "ldots": 1.0,
    "lvert": 0.3,
    "rvert": 0.3,
    "mid": 0.85,
    "sim": 1.33,
    "approx": 1.33,
    "epsilon": 0.42,
    "langle": 0.4,
    "rangle": 0.4,
}
_THIN = {",": 0.17, ":": 0.22, ";": 0.28, "!": -0.17, " ": 0.25, "|": 0.5}
_PASS = frozenset(
    [
        "left",
        "right",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "biggl",
        "biggr",
        "Biggl",
        "Biggr",
        "displaystyle",
        "textstyle",
        "limits",
        "nolimits",
        "mathopen",
        "mathclose",
        "mathrm",
        "mathbf",
        "mat",
        "mathsf",
        "mathit",
        "hl",
        "was",
        "operatorname",
        "text",
        "hbox",
        "mathord",
        "mathbin",
        "mathrel",
        "boldsymbol",
    ]
)
_BIG = {"big": 1.15, "Big": 1.45, "bigg": 1.9, "Bigg": 2.3}
_SIGNS = {
    "+": 1.22,
    "-": 1.22,
    "=": 1.33,
    "<": 1.33,
    ">": 1.33,
    "(": 0.34,
    ")": 0.34,
    "[": 0.34,
    "]": 0.34,
    "|": 0.3,
    ",": 0.42,
    ".": 0.25,
    ":": 0.8,
    "'": 0.28,
    "/": 0.5,
    "!": 0.28,
}


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
    return _Measure(_TOKEN.findall(tex)).run("")


def text_width(tex: str) -> float:
    """The width of text in em of its font; mathematics between dollars is measured as mathematics."""
    total = 0.0
    for number, part in enumerate(re.split(r"(?<!\\)\$", tex)):
        if number % 2:
            total += size(part).width
        else:
            total += sum(map(_letter, re.sub(r"\\[a-zA-Z]+\s?|[{}]", "", part)))
    return total


def _letter(character: str) -> float:
    """The width of a character of running text."""
    if character in " .,:;'!|":
        return 0.26
    if character in "iljtfrIJ()[]-":
        return 0.34
    return 0.84 if character in "mwMW" else 0.72 if character.isupper() else 0.53


class _Measure:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.small = 0

    def run(self, until: str) -> Size:
        """Everything up to ``until``, side by side."""
        total = Size()
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token == until:
                break
            total = total.beside(self._one(token))
        return total

    def _argument(self) -> Size:
        """The next group or token."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if not token.startswith("<"):
                return self.run("}") if token == "{" else self._one(token)
        return Size()

    def _script(self) -> float:
        """The width of a sub- or superscript, which is smaller and has no room around its signs."""
        self.small += 1
        width = 0.72 * self._argument().width
        self.small -= 1
        return width

    def _one(self, token: str) -> Size:
        if token == "{":
            return self.run("}")
        if token in "^_":
            return Size(self._script() + 0.04, 1.1 if token == "^" else 1.0)
        if token.startswith("\\"):
            return self._command(token[1:])
        if token.startswith("<") and len(token) > 1:
            return Size()
        if token.isdigit():
            return Size(0.5)
        if token.isalpha():
            return Size(0.7 if token.isupper() else 0.54)
        width = _SIGNS.get(token, 0.4)
        return Size(min(width, 0.78) if self.small else width)

    def _command(self, name: str) -> Size:
        if name == "T":
            return Size(_WIDE[name], 1.1)
        if name in ("frac", "dfrac", "tfrac"):
            top, bottom = self._argument(), self._argument()
            return Size(max(top.width, bottom.width) + 0.24, top.height + bottom.height * 0.95)
        if name == "begin":
            return self._matrix()
        if name == "dgboth":
            self._argument()
            self._argument()
            return self._argument()
        if name in ("sum", "prod", "lim"):
            return self._with_limits(1.3 if name == "lim" else _WIDE[name], 1.42 if name == "lim" else 2.55)
        if name == "sqrt":
            inner = self._argument()
            return Size(inner.width + 0.8, inner.height)
        if name in _PASS:
            return Size(0.0, _BIG.get(name[:4].rstrip("lr"), 1.0))
        if name in _NAMES:
            return Size(0.5 * len(name) + 0.17)
        return Size(_WIDE.get(name, _THIN.get(name, 0.55)))

    def _with_limits(self, width: float, height: float) -> Size:
        below = Size()
        while self.at < len(self.tokens) and self.tokens[self.at] in ("_", "^", "\\limits"):
            self.at += 1
            if self.tokens[self.at - 1] != "\\limits":
                below = Size(max(below.width, self._script()))
        return Size(max(width, below.width) + 0.1, height)

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
        return Size(width + columns + 0.3, 1.075 * sum(max(cell.height for cell in row) for row in rows))
