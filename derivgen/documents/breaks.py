"""Where a long formula may be broken, and where it is: at its signs first, then between factors, then inside brackets.

A formula is read as TeX, not as a term: what was decided about its brackets and fractions is kept. Widths are in em.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from derivgen.documents.measure import size
from derivgen.documents.widths import OPERATORS

INDENT = 1.0
"""How far the later rows of a formula stand to the right of the first one."""
AT_SIGN, AT_FACTOR, AT_LETTER, DEEPER = 1.0, 10.0, 14.0, 15.0
"""What a break costs: before a sign or a relation, between factors, between single letters; more in each bracket."""
A_ROW, TOO_WIDE = 3.0, 1000.0
_TOKEN = re.compile(
    r"\\[bB]igg?[lr]\s*(?:\\[a-zA-Z]+|\\.|.)"  # a bracket with its size
    r"|\\[a-zA-Z]+|\\.|<[\d\-,|]*>(?=\{)|\d+(?:\{?[.,]\}?\d+)*|\|[^|]*\||\s+|.",
    re.S,
)
_ARGUMENTS = {"frac": 2, "dfrac": 2, "tfrac": 2, "dgboth": 3, "sqrt": 1, "hl": 1, "was": 1, "mat": 1, "operatorname": 1}
_ARGUMENTS |= dict.fromkeys(("mathrm", "mathbf", "mathsf", "mathit", "matgreek", "text", "mathopen", "mathbin"), 1)
_SIZED = re.compile(r"\\[bB]igg?([lr])")
_SIGNS = {
    **dict.fromkeys(("(", "[", r"\lvert"), "open"),
    **dict.fromkeys((")", "]", r"\rvert"), "close"),
    **dict.fromkeys(("=", "<", ">", r"\leq", r"\geq", r"\neq", r"\approx"), "relation"),
    **dict.fromkeys((r"\Rightarrow", r"\Leftrightarrow"), "relation"),
    **dict.fromkeys(("+", "-", r"\pm"), "sign"),
    **dict.fromkeys((r"\odot", r"\otimes", r"\cdot", r"\times", r"\circ"), "operation"),
    ",": "comma",
    "/": "slash",
}
"""What a sign by itself is."""
_PREFIXES = frozenset((r"\sum", r"\prod", r"\lim", r"\partial", r"\nabla", r"\mathrm{d}", r"\mathrm d"))
_MARKS = (r"\hl", r"\was", r"\dgboth")
_OPENED = (r"\frac", r"\dfrac", r"\sqrt", *_MARKS)
_SPACES = frozenset((r"\,", r"\:", r"\;", r"\!", "{}", r"\quad"))
_DERIVATIVE = re.compile(r"\\frac\{(?:\\mathrm\{d\}|\\partial)(?:\^\{?\w\}?)?\}")
_OF_WHAT = re.compile(r"(\\mathrm\{d\}|\\partial)(?![a-zA-Z])\s*(?:\\,)?\s*(?=[^\s^])")


@dataclass(frozen=True, slots=True)
class Piece:
    """What stays together: its TeX, its width, what it costs to begin a row with it, and the sign it then gets."""

    tex: str
    width: float
    cost: float = 0.0
    sign: str = ""


def whole(tex: str, cost: float = 0.0) -> Piece:
    """TeX that is not broken."""
    return Piece(tex, size(tex).width, cost)


@dataclass(frozen=True, slots=True)
class _Atom:
    """``kind``: open, close, relation, sign, operation, space, comma, prefix, letter, number, slash, or plain."""

    tex: str
    kind: str


@lru_cache(maxsize=4096)
def pieces(tex: str, room: float) -> tuple[Piece, ...]:
    """TeX in pieces between which a row may be broken; joined they are the formula.

    Where one would be wider than ``room``, quotients and roots are written so that they may be broken too, first the
    widest ones.
    """
    atoms: list[_Atom] = _atoms(tex)
    found: tuple[Piece, ...] = ()
    for share in (1.0, 0.5, 0.25):
        found = _pieces([part for atom in atoms for part in _opened(atom, share * room)])
        if all(piece.width <= room for piece in found):
            break
    return found


def _pieces(atoms: Sequence[_Atom]) -> tuple[Piece, ...]:
    starts, depth = [(0, 0.0, "")], 0
    for at, atom in enumerate(atoms):
        depth -= atom.kind == "close"
        if at and (found := _break(atoms, at)):
            starts.append((at, found[0] + DEEPER * max(0, depth), found[1]))
        depth += atom.kind == "open"
    ends = [*(start for start, _, _ in starts[1:]), len(atoms)]
    texts = ["".join(atom.tex for atom in atoms[start:end]) for (start, _, _), end in zip(starts, ends, strict=True)]
    return tuple(
        Piece(text, size(text).width, cost, sign) for text, (_, cost, sign) in zip(texts, starts, strict=True)
    )


def rows(parts: Sequence[Piece], room: float) -> list[str]:
    """The pieces in rows of at most ``room`` em, as cheaply as possible; a later row begins INDENT further in."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(parts) + 1):
        best.append(min(_ended(parts, best, end, room)))
    stops = [len(parts)]
    while stops[-1]:
        stops.append(best[stops[-1]][1])
    return [_row(parts[start:end], first=start == 0) for start, end in pairwise(reversed(stops))]


def _ended(parts: Sequence[Piece], best: list[tuple[float, int]], end: int, room: float) -> Iterator[tuple[float, int]]:
    """What it costs to end a row here, for each place where that row may begin."""
    width = 0.0
    for start in range(end - 1, -1, -1):
        width += parts[start].width
        left = room - width - (INDENT + (0.7 if parts[start].sign else 0.0) if start else 0.0)
        ragged = 4 * (left / room) ** 2 if left > 0 and end < len(parts) else 0.0
        cost = A_ROW + ragged + (TOO_WIDE - left if left < 0 else 0.0) + (parts[start].cost if start else 0.0)
        yield best[start][0] + cost, start
        if left < 0:
            break


def _row(parts: Sequence[Piece], first: bool) -> str:
    text = "".join(part.tex for part in parts)
    if first:
        return text
    text = re.sub(r"^(?:\\[,:;!]|\s)+", "", text)
    return f"{{}}{parts[0].sign}{text}"


# --- reading TeX


def _tokens(tex: str) -> list[str]:
    """Commands, brackets with their size, signs, and groups in braces as they stand."""
    found: list[str] = []
    at = 0
    while at < len(tex):
        if tex[at] == "{":
            end = _closing(tex, at)
        elif tex.startswith(r"\begin", at):
            end = tex.find(r"\end", at)
            end = tex.find("}", end) + 1 if end > 0 else len(tex)
        else:
            match = _TOKEN.match(tex, at)
            end = match.end() if match else at + 1
        found.append(tex[at:end])
        at = end
    return found


def _closing(tex: str, at: int) -> int:
    """After the brace that closes the one at ``at``."""
    depth = 0
    for end in range(at, len(tex)):
        depth += (tex[end] == "{") - (tex[end] == "}")
        if not depth:
            return end + 1
    return len(tex)


def _atoms(tex: str) -> list[_Atom]:
    """Atoms with their arguments and scripts."""
    tokens = _tokens(tex)
    atoms: list[_Atom] = []
    at = 0
    while at < len(tokens):
        start, at = at, _after(tokens, at)
        text = "".join(tokens[start:at])
        if atoms and tokens[start] in ("^", "_", "'", r"\T", r"\limits") and atoms[-1].kind != "space":
            last = atoms[-1]
            kind = "plain" if last.kind == "letter" and text in (r"\T", "^{-1}") else last.kind
            atoms[-1] = _Atom(last.tex + text, kind)
        else:
            atoms.append(_Atom(text, _kind(text, tokens[start])))
    return atoms


def _after(tokens: Sequence[str], at: int) -> int:
    """The end of the token at ``at`` with its arguments."""
    token = tokens[at]
    wanted = 1 if token in "^_" else _ARGUMENTS.get(token[1:], 0) if token.startswith("\\") else 0
    at += 1
    while wanted and at < len(tokens):
        if not tokens[at].isspace() and not tokens[at].startswith("<"):
            wanted -= 1
            if tokens[at][1:] in _ARGUMENTS:
                at = _after(tokens, at) - 1
        at += 1
    if at < len(tokens) and tokens[at].isspace():
        at += 1
    return at


def _kind(text: str, token: str) -> str:
    bare = text.strip()
    if sized := _SIZED.match(bare):
        return "open" if sized[1] == "l" else "close"
    if bare in _SIGNS:
        return _SIGNS[bare]
    if not bare or bare in _SPACES:
        return "space"
    if bare in _PREFIXES or token[1:] in OPERATORS or token == r"\operatorname" or _DERIVATIVE.match(bare):
        return "prefix"
    if token[0].isdigit():
        return "number"
    is_letter = token.isalpha() or token == r"\mat" or (token[0] == "\\" and token[1:] not in _ARGUMENTS)
    return "letter" if is_letter else "plain"


def _break(atoms: Sequence[_Atom], at: int) -> tuple[float, str] | None:
    """What a row that begins with this atom costs, and the sign it gets; None where it may not begin."""
    atom = atoms[at]
    before = next((one for one in reversed(atoms[:at]) if one.kind != "space"), None)
    if before is None or before.kind in ("open", "sign", "relation", "operation", "prefix", "number", "slash"):
        return None
    match atom.kind:
        case "relation":
            return 0.0, ""
        case "sign":
            return AT_SIGN, ""
        case "operation":
            return AT_FACTOR, ""
        case "close" | "space" | "comma" | "slash":
            return None
    if before.kind == "comma":
        return AT_LETTER, ""
    if atom.kind == "open" and before.kind == "letter":  # a call, or a product: both are written alike
        return None
    short = atom.kind in ("letter", "number") or before.kind == "letter"
    return (AT_LETTER if short else AT_FACTOR), r"\cdot "


def _opened(atom: _Atom, room: float) -> list[_Atom]:
    """A quotient or a root wider than ``room`` as a product that may be broken, a mark as marks of its terms."""
    tokens = _tokens(atom.tex)
    arguments = [token[1:-1] for token in tokens if token.startswith("{")]
    if tokens[0] not in _OPENED or size(atom.tex).width <= room:
        return [atom]
    if tokens[0] in _MARKS:
        return _marked(atom.tex, arguments[-1])
    scripts = "".join(tokens[1 + len(arguments) :]) if tokens[-1] not in arguments else ""
    if tokens[0] == r"\sqrt":
        return _bracketed(arguments[0], room, "^{1/2}")
    above, below = arguments[:2]
    if of := _OF_WHAT.match(above):
        return [_Atom(rf"\frac{{{of[1]}}}{{{below}}}", "prefix"), *_bracketed(above[of.end() :], room, scripts)]
    if size(below).width > room:
        return [*_bracketed(above, room), *_bracketed(below, room, "^{-1}")]
    return [_Atom(rf"\frac{{1}}{{{below}}}", "plain"), *_bracketed(above, room, scripts)]


def _marked(mark: str, inside: str) -> list[_Atom]:
    """The terms of a sum, each in a mark of its own; their signs stand outside."""
    before, after = mark.split(inside, 1)
    found, depth = [_Atom("", "plain")], 0
    for atom in _atoms(inside):
        depth += (atom.kind == "open") - (atom.kind == "close")
        if depth == 0 and atom.kind in ("sign", "relation"):
            found += [atom, _Atom("", "plain")]
        else:
            found[-1] = _Atom(found[-1].tex + atom.tex, "plain")
    return [one if one.kind != "plain" else replace(one, tex=before + one.tex + after) for one in found if one.tex]


def _bracketed(tex: str, room: float, script: str = "") -> list[_Atom]:
    inner = [part for atom in _atoms(tex) for part in _opened(atom, room)]
    larger = "B" if r"\big" in tex or r"\frac" in tex else "b"
    return [_Atom(rf"\{larger}igl(", "open"), *inner, _Atom(rf"\{larger}igr){script}", "close")]
