"""A derivation as a web page that stands alone: the lines of the outline as MathML, no script and nothing to load."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape

from math_core import LatexToMathML

from derivgen.language.terms import Term
from derivgen.present.latex import relation_sign
from derivgen.present.lines import Block, Line, Outline, Piece, Reason
from derivgen.present.style import Style
from derivgen.present.text import condition, formula

_STYLE = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font-family: Palatino, "Palatino Linotype", serif; }
.given { color: #555; }
.rows { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.5rem 0 1rem 1.5rem; }
td { padding: 0.35rem 0.2rem; vertical-align: middle; white-space: nowrap; }
td:first-child { text-align: right; }
td.reason { padding-left: 2.5rem; color: #555; font-size: 0.9em; white-space: normal; }
.result { display: inline-block; margin-left: 1.5rem; padding: 0.6rem 1rem; border: 1.5px solid #1f4e9c; }
""".strip()
_EQUATIONS = ("=", "<=", ">=")


def html_page(outline: Outline, style: Style | None = None) -> str:
    """The page: what was asked, the blocks with their reasons, the framed result; ends with a line break."""
    style = style or Style()
    title = escape(formula(outline.statement))
    parts = [
        "<!doctype html>",
        f'<html lang="{style.words.code}">',
        f'<head><meta charset="utf-8"><title>{title}</title>',
        f"<style>\n{_STYLE}\n</style></head>",
        "<body><article>",
        *_head(outline, style),
        *(part for block in outline.blocks for part in _block(block, style)),
        *_result(outline, style),
        "</article></body></html>",
    ]
    return "\n".join(parts) + "\n"


@cache
def _converter(macros: tuple[tuple[str, str], ...]) -> LatexToMathML:
    return LatexToMathML(macros=dict(macros), fancy_error=False)


def mathml(tex: str, style: Style, display: bool = False) -> str:
    """A formula in this package's LaTeX as MathML."""
    converter = _converter(tuple(style.notation.macros.items()))
    return str(converter.convert_with_local_state(rf"\displaystyle {tex}" if display else tex, displaystyle=False))


def _math(term: Term, style: Style, display: bool = False) -> str:
    return mathml(style.latex(term), style, display)


def sentence(pieces: Iterable[Piece], style: Style) -> str:
    """Words and formulas as running text."""
    return "".join(escape(piece, False) if isinstance(piece, str) else _math(piece, style) for piece in pieces)


def _head(outline: Outline, style: Style) -> Iterator[str]:
    yield f"<h1>{_math(outline.statement, style)}</h1>"
    given = [f"{', '.join(names)}: {kind}" for names, kind in outline.shapes]
    if given:
        yield f'<p class="given">{escape("; ".join(given), False)}</p>'
    assumed = [condition(name, term, style.words) for name, term, basis in outline.conditions if basis == "assumed"]
    if assumed:
        said = style.words.word("outline.assuming", conditions=", ".join(assumed))
        yield f'<p class="given">{escape(said, False)}</p>'
    if outline.definitions:
        shown = style.words.listed(outline.definitions)
        yield f"<p>{sentence(style.words.sentence('outline.definition', definitions=shown), style)}</p>"


def _block(block: Block, style: Style) -> Iterator[str]:
    if block.opening:
        yield f"<p>{sentence(block.opening, style)}</p>"
    yield '<div class="rows"><table>'
    yield from (_row(line, style) for line in block.lines)
    yield "</table></div>"


def _row(line: Line, style: Style) -> str:
    """Left side, sign, right side and reasons as the cells of a row."""
    if line.term.op in _EQUATIONS and line.relation not in _EQUATIONS:
        left, right = line.term.args
        arrow = mathml(relation_sign(line.relation), style) + " " if line.relation else ""
        sides = arrow + _math(left, style, True), relation_sign(line.term.op), right
    else:
        first = _math(line.lhs, style, True) if line.lhs is not None else ""
        sides = first, relation_sign(line.relation), line.term
    sign = mathml(sides[1], style) if sides[1] else ""
    said = "; ".join(filter(None, (_reason(reason, style) for reason in line.reasons)))
    cells = f"<td>{sides[0]}</td><td>{sign}</td><td>{_math(sides[2], style, True)}</td>"
    return f'<tr>{cells}<td class="reason">{said}</td></tr>'


def _reason(reason: Reason, style: Style) -> str:
    """The law as an equation where there is one, else its words; ``eps`` is set as the letter."""
    if reason.statement is not None:
        return escape(reason.lead, False) + _math(reason.statement, style)
    if reason.pieces:
        return sentence(reason.pieces, style)
    parts = re.split(r"(\beps\b)", reason.words)
    return "".join(mathml(r"\epsilon", style) if k % 2 else escape(part, False) for k, part in enumerate(parts))


def _result(outline: Outline, style: Style) -> Iterator[str]:
    if outline.lead:
        yield f"<p>{sentence(outline.lead, style)}</p>"
    yield f'<p class="result">{_math(outline.result, style, True)}</p>'
    yield from (f"<p>{sentence(note, style)}</p>" for note in outline.notes)
