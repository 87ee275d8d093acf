r"""A derivation as plain LaTeX for anybody's document: one ``align*`` for each block, reasons at the right.

It needs amsmath, and three macros which the text itself provides where the document has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from derivgen.present.latex import latex, pieces, relation_sign
from derivgen.present.lines import Block, Line, Outline, Piece, Reason

MACROS = r"""% needs \usepackage{amsmath}
\providecommand{\mat}[1]{\mathbf{#1}}
\providecommand{\T}{^{\mathsf T}}
\providecommand{\tr}{\operatorname{tr}}"""
LONGEST = 150
"""Characters of LaTeX after which a right side is broken before a + or -."""

_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_EQUATIONS = ("=", "<=", ">=")


def latex_lines(outline: Outline) -> str:
    """The blocks and the framed result; ends without a line break."""
    parts = [MACROS]
    if outline.definitions:
        parts.append("Let " + ", ".join(f"${latex(d)}$" for d in outline.definitions) + ".")
    for block in outline.blocks:
        if block.opening:
            parts.append(sentence(block.opening))
        parts.append(_align(block))
    if outline.lead:
        parts.append(sentence(outline.lead))
    parts.append(rf"\[\boxed{{{latex(outline.result)}}}\]")
    parts += [sentence(note) for note in outline.notes]
    return "\n".join(parts)


def sentence(pieces_: Iterable[Piece]) -> str:
    """Words and formulas as running text."""
    return "".join(escaped(p) if isinstance(p, str) else f"${latex(p)}$" for p in pieces_)


def escaped(words: str) -> str:
    """Words with TeX's special characters made harmless; ``eps`` is set as the letter."""
    parts = re.split(r"(\beps\b)", words)
    return "".join(
        r"$\epsilon$" if k % 2 else "".join(_SPECIAL.get(c, c) for c in part) for k, part in enumerate(parts)
    )


def _align(block: Block) -> str:
    rows = [row for line in block.lines for row in _rows(line)]
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def _rows(line: Line) -> list[str]:
    """A line as rows of an alignment; the reason stands on the last."""
    if line.term.op in _EQUATIONS and line.relation not in _EQUATIONS:
        left, right = line.term.args
        arrow = relation_sign(line.relation) + r"\quad " if line.relation else ""
        start, term = f"{arrow}{latex(left)} &{relation_sign(line.term.op)} ", right
    else:
        left_side = latex(line.lhs) + " " if line.lhs is not None else ""
        start, term = f"{left_side}&{relation_sign(line.relation)} ", line.term
    rows = _broken(pieces(term) if len(latex(term)) <= LONGEST else pieces(term, everywhere=True))
    rows = [start + rows[0], *[r"&\qquad " + row for row in rows[1:]]]
    said = "; ".join(filter(None, map(reason_latex, line.reasons)))
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


def reason_latex(reason: Reason) -> str:
    """The law as an equation where there is one, else its words."""
    return f"${latex(reason.statement)}$" if reason.statement is not None else escaped(reason.words)
