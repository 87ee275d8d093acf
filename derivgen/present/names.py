"""Names as LaTeX: Greek letters, subscripts, bold for vectors and matrices."""

from __future__ import annotations

import re
import unicodedata

_LOWER = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
)  # fmt: skip
_UPPER = ["Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"]
_GREEK = {name: "\\" + name for name in (*_LOWER, *_UPPER)} | {"eps": r"\epsilon"}
# Capitals that look like Latin ones have no command of their own.
_LATIN_CAPITALS = {
    "Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K", "Mu": "M",
    "Nu": "N", "Omicron": "O", "Rho": "P", "Tau": "T", "Chi": "X", "omicron": "o",
}  # fmt: skip
_WITH_DIGITS = re.compile(r"([^\W\d_]+)(\d+)")


def name_tex(name: str, bold: bool = False) -> str:
    """A name in mathematics: ``x_1`` and ``x1`` with a subscript, ``Sigma`` as a letter, bold if asked."""
    base, subscript = split_name(name)
    tex = _bold(base) if bold else _italic(base)
    return f"{tex}_{{{subscript}}}" if subscript else tex


def split_name(name: str) -> tuple[str, str]:
    """The base of a name and its subscript as LaTeX (may be empty)."""
    name = name.removeprefix("?")  # a function that a law leaves open
    base, _, rest = name.partition("_")
    if not base or not rest.strip("_"):
        base, rest = (name, "")
    match = _WITH_DIGITS.fullmatch(base)
    parts = [part for part in rest.split("_") if part]
    if match:
        base, parts = match.group(1), [match.group(2), *parts]
    return base, ",".join(_subscript(part) for part in parts)


def _subscript(part: str) -> str:
    if part.isascii() and (part.isdigit() or len(part) == 1):
        return part
    return _letter(part) or _words("mathrm", part)


def _letter(name: str) -> str:
    """The LaTeX of a single letter, Latin or Greek, or nothing."""
    if len(name) == 1 and not name.isascii():
        name = _greek_name(name)
    if len(name) == 1 and name.isascii() and name.isalpha():
        return name
    return _GREEK.get(name) or _LATIN_CAPITALS.get(name, "")


def _greek_name(letter: str) -> str:
    """``λ`` is ``lambda``; any other letter stays."""
    words = unicodedata.name(letter, "").split()
    if words[:1] == ["GREEK"] and words[2:3] == ["LETTER"] and len(words) == 4:
        name = words[3].lower().replace("lamda", "lambda")
        return name.capitalize() if words[1] == "CAPITAL" else name
    return letter


def _italic(base: str) -> str:
    return _letter(base) or _words("mathit", base)


def _bold(base: str) -> str:
    letter = _letter(base)
    if letter.startswith("\\"):
        # Small Greek letters have no upright bold in text fonts; the bold italic of mathematics is usual.
        return rf"\mat{{{letter}}}" if letter[1].isupper() else rf"\matgreek{{{letter}}}"
    return rf"\mat {letter}" if letter else _words("mat", base)


def _words(alphabet: str, text: str) -> str:
    if text.isascii():
        escaped = text.replace("_", r"\_")
        return rf"\{alphabet}{{{escaped}}}"
    return rf"\text{{{text}}}".replace("_", r"\_")
