r"""LaTeX to tokens: spaces, sizes and synonyms are settled here, so that the grammar sees few signs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from derivgen.language.notation import MAX_LENGTH, NotationError


@dataclass(frozen=True, slots=True)
class LatexToken:
    r"""``kind`` is number, letter, command (without its backslash), op, brace or end.

    ``side`` is "open" or "close" behind ``\left``, ``\bigr`` and the like, "bar" behind ``\big``, else empty.
    """

    kind: str
    text: str
    position: int
    end: int
    side: str = ""


_TOKEN = re.compile(
    r"(?P<space>\s+|~|%[^\n]*)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<letter>[A-Za-z])"
    r"|\\(?P<command>[A-Za-z]+)"
    r"|(?P<row>\\\\(?:\[[^\]]*\])?)"
    r"|(?P<blank>\\[,;:!> ])"
    r"|(?P<escaped>\\[{}|])"
    r"|(?P<brace>[{}])"
    r"|(?P<op>\|\||[-+*/=()\[\]|,;'^_&!<>:.])"
)
_SIDES = {
    **dict.fromkeys(("left", "bigl", "Bigl", "biggl", "Biggl"), "open"),
    **dict.fromkeys(("right", "bigr", "Bigr", "biggr", "Biggr"), "close"),
    **dict.fromkeys(("big", "Big", "bigg", "Bigg"), "bar"),
}
_IGNORED = frozenset(
    ("quad", "qquad", "thinspace", "enspace", "displaystyle", "textstyle", "limits", "nolimits", "mathopen",
     "mathclose", "mathrel", "mathbin", "mathord", "nobreak", "allowbreak", "strut")
)  # fmt: skip
_SIGNS = {
    "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "cdot": "*", "times": "*",
    "ast": "*", "odot": ".*", "circ": ".*", "oslash": "./", "otimes": "(x)", "vert": "|", "mid": "|", "Vert": "||",
    "lbrace": "\\{", "rbrace": "\\}", "lbrack": "[", "rbrack": "]", "prime": "'", "to": "->", "rightarrow": "->",
}  # fmt: skip
_SIDED = {"lvert": ("|", "open"), "rvert": ("|", "close"), "lVert": ("||", "open"), "rVert": ("||", "close")}
_SYNONYMS = {"dfrac": "frac", "tfrac": "frac", "cfrac": "frac"}


def latex_tokens(text: str, source: str = "") -> list[LatexToken]:
    r"""The tokens of a LaTeX formula; ``$`` or ``\(..\)`` around it are dropped. Raises NotationError."""
    if len(text) > MAX_LENGTH:
        hint = "split the expression, or give parts of it a name"
        reason = f"this text has {len(text):,} characters; the limit is {MAX_LENGTH:,}"
        raise NotationError(reason, text, MAX_LENGTH, hint, source)
    position, stop = _inside(text)
    tokens: list[LatexToken] = []
    side = ""
    while position < stop:
        match = _TOKEN.match(text, position, stop)
        if match is None:
            reason = f"unexpected character {text[position]!r}"
            raise NotationError(reason, text, position, _hint(text[position]), source)
        position = match.end()
        token = _token(match)
        if token is None:
            continue
        if token.kind == "command" and token.text in _SIDES:
            side = _SIDES[token.text]
            continue
        tokens.append(replace(token, side=side) if side else token)
        side = ""
    return [*_without_empty_groups(tokens), LatexToken("end", "", stop, stop)]


def _inside(text: str) -> tuple[int, int]:
    """Where the formula begins and ends inside its dollars or brackets."""
    start, stop = len(text) - len(text.lstrip()), len(text.rstrip())
    for left, right in (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]")):
        if text.startswith(left, start) and text[start:stop].endswith(right) and stop - start >= len(left + right):
            return start + len(left), stop - len(right)
    return start, stop


def _token(match: re.Match[str]) -> LatexToken | None:
    kind, text = match.lastgroup or "", match.group()
    place = match.start(), match.end()
    if kind in ("space", "blank"):
        return None
    if kind == "row":
        return LatexToken("op", "\\\\", *place)
    if kind == "escaped":
        return LatexToken("op", "||" if text == "\\|" else text, *place)
    if kind != "command":
        return LatexToken(kind, text, *place)
    name = text[1:]
    if name in _IGNORED:
        return None
    if name in _SIDED:
        return LatexToken("op", _SIDED[name][0], *place, _SIDED[name][1])
    if name in _SIGNS:
        return LatexToken("op", _SIGNS[name], *place)
    return LatexToken("command", _SYNONYMS.get(name, name), *place)


def _without_empty_groups(tokens: list[LatexToken]) -> list[LatexToken]:
    kept: list[LatexToken] = []
    for token in tokens:
        if token.text == "}" and kept and kept[-1].kind == "brace" and kept[-1].text == "{" and _is_blank(kept[:-1]):
            kept.pop()
        else:
            kept.append(token)
    return kept


def _is_blank(before: list[LatexToken]) -> bool:
    """Whether an empty group behind these tokens is only a separator, not an argument."""
    return not before or (before[-1].kind != "command" and before[-1].text not in ("^", "_", "}"))


def _hint(character: str) -> str:
    if character == "$":
        return "the formula stands between one pair of dollar signs"
    return "" if character.isascii() else "write it as a LaTeX command"
