"""A strict look at the author's LaTeX before TeX sees it, so that an error names the author's line."""

from __future__ import annotations

import re
from functools import cache

from math_core import LatexError, LatexToMathML

from derivgen.documents.errors import SourceProblem
from derivgen.documents.model import Place
from derivgen.present.notation_style import Notation

Macros = tuple[tuple[str, str], ...]
MACROS = Notation().macros
"""What the templates define beside LaTeX's own commands, for the check only."""

LONGEST, DEEPEST, MOST_BRACKETS = 4000, 50, 14
"""What the check takes without trouble; with brackets that are not closed its time doubles for each."""
_GROUPS = re.compile(r"(?<!\\)(?:(\{)|\})")
_BRACKETS = re.compile(
    r"([(\[]|\\(?:\{|lbrace|lbrack|lvert|lVert|langle|lfloor|lceil|lgroup|lmoustache|ulcorner|llcorner))"
    r"|[)\]]|\\(?:\}|rbrace|rbrack|rvert|rVert|rangle|rfloor|rceil|rgroup|rmoustache|urcorner|lrcorner)"
)
_FORBIDDEN = re.compile(
    r"(?<!\\)%|\\(?:newcommand|renewcommand|providecommand|def|gdef|let|tag|label|nonumber)(?![a-zA-Z])"
)


@cache
def _converter(macros: Macros) -> LatexToMathML:
    return LatexToMathML(macros={**MACROS, **dict(macros)}, fancy_error=False)


def formula_problem(tex: str, place: Place, display: bool, macros: Macros = ()) -> SourceProblem | None:
    """What is wrong with a formula, or None.

    ``place`` is where its first character stands, ``macros`` are the author's own.
    """
    forbidden = _FORBIDDEN.search(tex)
    if forbidden:
        return SourceProblem(
            _within(tex, place, forbidden.start(), len(forbidden.group())),
            f"{forbidden.group()} is not possible inside a formula",
            r"write \% for a percent sign",
        )
    if not tex.strip():
        return SourceProblem(place, "an empty formula")
    if len(tex) > LONGEST or _depth(tex, _GROUPS) > DEEPEST or _depth(tex, _BRACKETS) > MOST_BRACKETS:
        limits = f"{LONGEST} characters, {DEEPEST} nested groups and {MOST_BRACKETS} nested brackets"
        return SourceProblem(place, f"a formula has at most {limits}", "give its parts names")
    try:
        _converter(macros).convert_with_local_state(tex, displaystyle=display)
    except LatexError as error:
        offset, _, message = str(error).partition(": ")
        start = int(offset) if offset.isdigit() else 0
        return SourceProblem(_within(tex, place, start, 1), f"formula: {message[:1].lower() + message[1:]}")
    return None


def _depth(tex: str, brackets: re.Pattern[str]) -> int:
    """How deep brackets are nested; a match of ``brackets`` opens if its group does."""
    depth = deepest = 0
    for bracket in brackets.finditer(tex):
        depth += 1 if bracket[1] else -1
        deepest = max(deepest, depth)
    return deepest


def _within(tex: str, place: Place, offset: int, width: int) -> Place:
    """The place ``offset`` characters into a formula that may have several lines."""
    before = tex[:offset]
    lines = before.count("\n")
    column = offset - before.rfind("\n") if lines else place.column + offset
    return Place(place.file, place.line + lines, column, width)
