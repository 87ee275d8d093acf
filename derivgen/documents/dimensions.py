"""The dimension check of a result: under each factor of a product its size, and what becomes of them."""

from __future__ import annotations

from derivgen.documents.escape import EMPTY, TeX, join, math
from derivgen.language.shapes import SCALAR, Shape
from derivgen.language.terms import Term
from derivgen.present.style import Style


def dimension_check(result: Term, variable: Term | None, style: Style) -> TeX:
    """A sentence for a result with matrices or vectors; nothing for a scalar one, and where there is no product."""
    if result.op != "=" or variable is None or result.args[1].shape == SCALAR:
        return EMPTY
    right = result.args[1]
    summands = right.args if right.op == "plus" else (right,)
    products = [_under(part, style) for part in summands if len(_factors(part)) > 1]
    if not products:
        return EMPTY
    said = style.words.parts(
        "sheet.dimensions",
        products=join(map(math, products), ", "),
        size=math(_size(right.shape)),
        variable=math(style.latex(variable)),
    )
    return join(said)


def _factors(t: Term) -> list[Term]:
    """The factors of a product that are no scalars, in order."""
    if t.op in ("neg", "times", "div", "dot"):
        parts = t.args[:1] if t.op == "div" else t.args
        return [factor for part in parts for factor in _factors(part)]
    return [] if t.shape == SCALAR else [t]


def _under(t: Term, style: Style) -> str:
    shown = []
    for factor in _factors(t):
        tex = style.latex(factor)
        inner = rf"\bigl({tex}\bigr)" if factor.op in ("plus", "neg") else tex
        shown.append(rf"\underset{{{_size(factor.shape)}}}{{{inner}}}")
    return r"\,".join(shown)


def _size(shape: Shape) -> str:
    rows, columns = (str(side).replace("*", "") for side in shape)
    return rf"{rows}\times {columns}"
