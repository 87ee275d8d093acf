"""Plain text to TeX: what is TeX already passes, everything else is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

from derivgen.documents.model import Formula, Inline, Link, Notation, Place, Reference, Styled, Words


class TeX(str):
    """Text that is TeX already and must not be escaped again."""

    __slots__ = ()


EMPTY = TeX("")

_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "`": r"\textasciigrave{}",
        '"': r"\textquotedbl{}",
        "\u00a0": "~",
        "\u2018": "`",
        "\u2019": "'",
        "\u201c": "``",
        "\u201d": "''",
        "\u201a": r"\quotesinglbase{}",
        "\u201e": r"\quotedblbase{}",
        "\u2039": r"\guilsinglleft{}",
        "\u203a": r"\guilsinglright{}",
        "\u2009": r"\,",
        "\u202f": r"\,",
        "\u20ac": r"\texteuro{}",
        "\u2013": "--",
        "\u2014": "---",
        "\u2026": r"\ldots{}",
    }
)
_BEYOND_LATIN = frozenset("\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u201a\u201e\u2039\u203a\u2009\u202f\u20ac")


def escape(text: str) -> TeX:
    """``text`` as TeX; text that is TeX already is returned as it is."""
    return text if isinstance(text, TeX) else TeX(text.translate(_SPECIAL))


def finalize(value: object) -> object:
    """What a template does with every value it prints."""
    return escape(value) if isinstance(value, str) else value


def unprintable(text: str) -> str | None:
    """The first character of ``text`` that the fonts of the pages do not have, or None."""
    return next(
        (c for c in text if (ord(c) >= 0x180 and c not in _BEYOND_LATIN) or (ord(c) < 32 and c not in "\t\n")),
        None,
    )


def join(pieces: Iterable[str], between: str = "") -> TeX:
    """TeX pieces one after another; plain pieces are escaped."""
    return TeX(between.join(escape(piece) for piece in pieces))


def math(tex: str) -> TeX:
    """Inline mathematics."""
    return TeX(f"${tex}$")


def at(place: Place) -> TeX:
    """Writes a place of the source into TeX's log, so that an error after it is known to come from there.

    Only letters, digits, dot, minus and underscore of the file's name reach TeX; others become =HEX;.
    """
    name = re.sub(r"[^A-Za-z0-9._-]", lambda c: f"={ord(c[0]):02X};", PurePath(place.file).name)
    return TeX(rf"\dgat{{{name}:{place.line}:{place.column}}}")


def href(target: str) -> TeX:
    """The first argument of \\href; a target read from Markdown is percent-encoded already."""
    return TeX("".join("\\" + c if c in "%#&_$" else c for c in target if c not in "\\{}^~"))


def inline_tex(content: Iterable[Inline]) -> TeX:
    """A paragraph's content as TeX."""
    return join(_piece(piece) for piece in content)


def _piece(piece: Inline) -> TeX:
    match piece:
        case Words(text):
            return escape(text)
        case Formula(tex, place):
            return TeX(at(place) + math(tex))
        case Styled(style, content):
            command = {"bold": "textbf", "italic": "emph", "code": "texttt"}[style]
            return TeX(f"\\{command}{{{inline_tex(content)}}}")
        case Link(target, content) if target.startswith("#"):
            return TeX(rf"\dgentry{{{target[1:]}}}{{{inline_tex(content)}}}")
        case Link(target, content):
            return TeX(f"\\href{{{href(target)}}}{{{inline_tex(content)}}}")
        case Notation(text) | Reference(text):  # as they stand in the source: settled.py puts in what they mean
            return TeX(f"\\texttt{{{escape(text)}}}")
