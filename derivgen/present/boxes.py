"""Pieces of a formula: LaTeX with what a neighbour must know of it, and the ways to join pieces.

A mark such as ``\\hl{..}`` is one ordinary atom to TeX. ``joint``, ``after_name`` and ``script`` put in
by hand the spaces that TeX would have set had the mark not been there, so that a mark never moves
anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

# How tightly a printed piece holds together, weakest first. FRACTION_LINE is a quotient in one line, a/b;
# PREFIX is an operator name with its argument, which needs no bracket on its left.
RELATION, SUM, SIGN, FRACTION_LINE, PRODUCT, PREFIX, SCRIPTED, ATOM = range(8)

_SIZES = ("", r"\big", r"\Big", r"\bigg", r"\Bigg")
_ENDS_IN_COMMAND = re.compile(r"\\[a-zA-Z]+$")


@dataclass(frozen=True, slots=True)
class Box:
    """A printed piece.

    ``level`` is how tightly it holds together; ``depth`` how many sizes of brackets it holds; ``kind`` what
    it is to a neighbouring factor. ``head`` is how it begins: plain, digit, word (an operator name),
    open (a bracket) or sign. ``greedy``: it ends in an argument without brackets, so that nothing may
    follow in the same product. ``big_end``: it ends in a large bracket. ``marked``: it begins with a mark.
    """

    tex: str
    level: int = ATOM
    depth: int = 0
    kind: str = "name"
    head: str = "plain"
    greedy: bool = False
    big_end: bool = False
    marked: bool = False

    def mark(self, macro: str) -> Box:
        """The same piece inside ``\\macro{..}``."""
        return replace(self, tex=rf"\{macro}{{{self.tex}}}", marked=True)


def glue(*parts: str) -> str:
    """LaTeX pieces one after the other; a space parts a command from a letter."""
    whole = ""
    for part in parts:
        if part[:1].isalpha() and _ENDS_IN_COMMAND.search(whole):
            whole += " "
        whole += part
    return whole


def enclose(box: Box, small: bool, left: str = "(", right: str = ")") -> Box:
    """The piece in brackets that fit its depth; ``small``: in a script, where all are of one size."""
    size = "" if small else _SIZES[min(box.depth, len(_SIZES) - 1)]
    opening, closing = (f"{size}l{left}", f"{size}r{right}") if size else (left, right)
    tex = glue(opening, box.tex, closing)
    return Box(tex, ATOM, box.depth + 1, "bracket", "open", big_end=bool(size))


def bars(box: Box, small: bool) -> Box:
    """The piece between vertical bars."""
    if (small or box.depth == 0) and box.head not in ("sign", "word"):
        return Box(glue("|", box.tex, "|"), ATOM, 1, "bars")
    if small or box.depth == 0:
        return Box(glue(r"\lvert", box.tex, r"\rvert"), ATOM, 1, "bars", "open")
    return replace(enclose(box, False, "|", "|"), kind="bars")


def after_name(name: str, box: Box, small: bool) -> str:
    """An operator name with its argument."""
    if box.marked and box.head == "open":
        return glue(name, r"\mathopen{}", box.tex)
    return glue(name, box.tex)


def signed(sign: str, box: Box, small: bool, leading: bool) -> str:
    """A sign before a piece; a leading sign is close to it."""
    if sign and leading and box.marked and box.head == "word" and not small:
        return glue(sign, r"\,", box.tex)
    return glue(sign, box.tex)


def script(base: Box, above: str, below: str = "") -> str:
    """A base with a superscript. The superscript keeps its height when the base is marked."""
    tex = base.tex + ("{}" if base.marked and not base.big_end else "")
    return tex + (f"_{{{below}}}" if below else "") + above


def joint(a: Box, b: Box, small: bool) -> str:
    """What stands between two factors."""
    if b.head == "digit" and b.kind != "fraction":
        return r"\cdot "
    if b.kind == "fraction" and b.head == "digit" and a.kind in ("number", "fraction"):
        return r"\cdot "
    if b.head == "word":
        return r"\," if b.marked and not small else ""
    if small:
        return "" if a.kind in _SHORT else r"\,"
    if a.kind == "fraction":
        close = a.head == "digit" and b.kind not in ("fraction", "row", "differential")
        return "" if close else r"\,"
    if a.kind == "bracket" and b.kind == "bracket":
        return ""
    if a.kind in _SHORT:
        return "" if b.kind in _CLOSE else r"\,"
    return r"\,"


# A short factor stands close before these: 2x, \epsilon f'(x), 2\mat X, \epsilon\mat X^{-1}\mat U.
_SHORT = frozenset({"number", "name"})
_CLOSE = frozenset({"name", "number", "call", "matrix"})


def row(boxes: Sequence[Box], small: bool) -> str:
    """Factors with what stands between them."""
    whole = boxes[0].tex
    for a, b in pairwise(boxes):
        whole = glue(whole, joint(a, b, small), b.tex)
    return whole
