"""How sums, products and quotients are printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derivgen.language.operators import SCALAR_FUNCTIONS
from derivgen.language.shapes import SCALAR
from derivgen.present.boxes import (
    ATOM,
    FRACTION_LINE,
    PREFIX,
    PRODUCT,
    SCRIPTED,
    SIGN,
    Box,
    glue,
    joint,
    signed,
)  # fmt: skip
from derivgen.present.printer import DISPLAY, TEXT, Site, signed_sum, sum_items

Template = Callable[[Site], Box]
CIRCULAR = ("sin", "cos", "tan", "sinh", "cosh", "tanh")


def _plus(site: Site) -> Box:
    return signed_sum(sum_items(site), site.small)


def _neg(site: Site) -> Box:
    box = site.at_least(FRACTION_LINE, site.arg(0))
    return replace(
        box, tex=signed("-", box, site.small, True), level=SIGN, kind="signed", head="sign", marked=False
    )


def _times(site: Site) -> Box:
    return _joined(site, [_factor(site, k) for k in range(len(site.term.args))])


def _factor(site: Site, k: int) -> Box:
    args = site.term.args
    last = k == len(args) - 1
    # sin x cos x: an operator name ends the argument before it
    follows_name = not last and args[k].op in SCALAR_FUNCTIONS and args[k + 1].op in (*CIRCULAR, "log")
    box = site.arg(k, closed=not last and not follows_name)
    if last and args[k].op == "dot":
        return box
    return site.at_least(PREFIX, box)


def _dot(site: Site) -> Box:
    last = len(site.term.args) - 1
    boxes = []
    for k in range(last + 1):
        box = site.arg(k, closed=k < last)
        boxes.append(site.at_least(PREFIX if k == last else SCRIPTED, box))
    box = _joined(site, boxes, chain=True)
    return replace(box, kind="row" if site.term.shape == SCALAR else "matrix")


def _chain_joint(a: Box, b: Box, small: bool) -> str:
    if b.head == "word":
        return joint(a, b, small)
    return r"\," if "differential" in (a.kind, b.kind) and not small else ""


def _joined(site: Site, boxes: list[Box], chain: bool = False) -> Box:
    """Factors side by side, marked runs of them in their marks."""
    between = _chain_joint if chain else joint
    tex, position, marked = "", 0, False
    for start, stop, macro in [*site.printer.runs(site.path, len(boxes)), (len(boxes), len(boxes), "")]:
        tex = _append(tex, boxes, position, start, between, site.small)
        position = stop
        if start == stop:
            break
        outside = between(boxes[start - 1], replace(boxes[start], marked=True), site.small) if start else ""
        inside = _append("", boxes, start, stop, between, site.small, fresh=True)
        tex = glue(tex, outside, rf"\{macro}{{{inside}}}")
        marked = marked or start == 0
    last = boxes[-1]
    depth, marked = max(box.depth for box in boxes), marked or boxes[0].marked
    return Box(tex, PRODUCT, depth, "product", boxes[0].head, last.greedy, last.big_end, marked)


def _append(
    tex: str,
    boxes: list[Box],
    start: int,
    stop: int,
    between: Callable[[Box, Box, bool], str],
    small: bool,
    fresh: bool = False,
) -> str:
    for k in range(start, stop):
        space = between(boxes[k - 1], boxes[k], small) if k and not (fresh and k == start) else ""
        tex = glue(tex, space, boxes[k].tex)
    return tex


def _div(site: Site) -> Box:
    numbers = all(arg.op == "number" and isinstance(arg.data, int) for arg in site.term.args)
    if site.style == DISPLAY or (numbers and site.style == TEXT):
        above, below = site.arg(0, style=TEXT), site.arg(1, style=TEXT)
        head = "digit" if above.kind == "number" else "plain"
        depth = 2 if site.style == DISPLAY else 1
        return Box(rf"\frac{{{above.tex}}}{{{below.tex}}}", ATOM, max(depth, above.depth), "fraction", head)
    above = site.at_least(PRODUCT, site.arg(0, closed=True))
    below = site.at_least(PREFIX, site.arg(1, closed=True))
    return Box(f"{above.tex}/{below.tex}", FRACTION_LINE, max(above.depth, below.depth), "line", above.head)


PRODUCTS: dict[str, Template] = {"plus": _plus, "neg": _neg, "times": _times, "dot": _dot, "div": _div}
