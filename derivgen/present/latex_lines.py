r"""A derivation as plain LaTeX for anybody's document: one ``align*`` for each block, reasons at the right.

It needs amsmath, and three macros which the text itself provides where the document has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from derivgen.present.latex import pieces, relation_sign
from derivgen.present.lines import Block, Line, Outline, Piece, Reason
from derivgen.present.notation_style import Notation
from derivgen.present.style import Style

USED = ("mat", "T", "tr")
"""The macros that formulas always use."""
LONGEST = 150
"""Characters of LaTeX after which a right side is broken before a + or -."""

_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_EQUATIONS = ("=", "<=", ">=")


def latex_lines(outline: Outline, style: Style | None = None) -> str:
    """The blocks and the framed result; ends without a line break."""
    style = style or Style()
    parts = []
    if outline.definitions:
        shown = style.words.listed(outline.definitions)
        parts.append(sentence(style.words.sentence("outline.definition", definitions=shown), style))
    for block in outline.blocks:
        if block.opening:
            parts.append(sentence(block.opening, style))
        parts.append(_align(block, style))
    if outline.lead:
        parts.append(sentence(outline.lead, style))
    parts.append(rf"\[\boxed{{{style.latex(outline.result)}}}\]")
    parts += [sentence(note, style) for note in outline.notes]
    return "\n".join([_provided(style.notation, "\n".join(parts)), *parts])


def _provided(notation: Notation, written: str) -> str:
    """The macros that the text uses, for a document that has none of them."""
    lines = [r"% needs \usepackage{amsmath}"]
    for name, definition in notation.macros.items():
        if name in USED or rf"\{name}{{" in written:
            argument = "[1]" if "#1" in definition else ""
            lines.append(rf"\providecommand{{\{name}}}{argument}{{{definition}}}")
    return "\n".join(lines)


def sentence(pieces_: Iterable[Piece], style: Style) -> str:
    """Words and formulas as running text."""
    return "".join(escaped(p) if isinstance(p, str) else f"${style.latex(p)}$" for p in pieces_)


def escaped(words: str) -> str:
    """Words with TeX's special characters made harmless; ``eps`` is set as the letter."""
    parts = re.split(r"(\beps\b)", words)
    return "".join(
        r"$\epsilon$" if k % 2 else "".join(_SPECIAL.get(c, c) for c in part) for k, part in enumerate(parts)
    )


def _align(block: Block, style: Style) -> str:
    rows = [row for line in block.lines for row in _rows(line, style)]
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def _rows(line: Line, style: Style) -> list[str]:
    """A line as rows of an alignment; the reason stands on the last."""
    if line.term.op in _EQUATIONS and line.relation not in _EQUATIONS:
        left, right = line.term.args
        arrow = relation_sign(line.relation) + r"\quad " if line.relation else ""
        start, term = f"{arrow}{style.latex(left)} &{relation_sign(line.term.op)} ", right
    else:
        left_side = style.latex(line.lhs) + " " if line.lhs is not None else ""
        start, term = f"{left_side}&{relation_sign(line.relation)} ", line.term
    rows = _broken(pieces(term, style.notation, everywhere=len(style.latex(term)) > LONGEST))
    rows = [start + rows[0], *[r"&\qquad " + row for row in rows[1:]]]
    said = "; ".join(filter(None, (reason_latex(reason, style) for reason in line.reasons)))
    return [*rows[:-1], rows[-1] + (rf" && \text{{{said}}}" if said else "")]


def _broken(parts: list[str]) -> list[str]:
    """Pieces joined into rows of bearable length; a row that begins with a sign has it as a binary one."""
    rows = [parts[0]]
    for part in parts[1:]:
        if len(rows[-1]) + len(part) <= LONGEST:
            rows[-1] += part
        else:
            rows.append("{}" + part)
    return rows


def reason_latex(reason: Reason, style: Style) -> str:
    """The law as an equation where there is one, else its words."""
    if reason.pieces:
        return "".join(escaped(p) if isinstance(p, str) else f"${style.latex(p)}$" for p in reason.pieces)
    if reason.statement is None:
        return escaped(reason.words)
    return f"{escaped(reason.lead)}${style.latex(reason.statement)}$"
