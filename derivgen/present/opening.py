"""A long limit, quotient or product with a sum in it, written so that a line can be broken inside the sum."""

from __future__ import annotations

from dataclasses import replace

from derivgen.language.terms import make, number
from derivgen.present.boxes import FRACTION_LINE, PREFIX, PRODUCT, Box, row, signed
from derivgen.present.calculus import limit_of
from derivgen.present.printer import Site, signed_sum, sum_items

SLOT = "\0"
"""Stands for the sum in what ``opened`` returns."""


def opened(site: Site, inner: tuple[int, ...]) -> Box:
    """The piece with a slot for the sum at ``inner``; a quotient is 1/divisor times the bracket."""
    if not inner:
        return replace(signed_sum(sum_items(site), site.small), tex=SLOT)
    body = opened(site.at(inner[0]), inner[1:])
    if site.term.op == "lim":
        return limit_of(site, body)
    if site.term.op == "neg":
        body = site.at_least(FRACTION_LINE, body)
        return replace(body, tex=signed("-", body, site.small, True), head="sign")
    if site.term.op == "div":
        divisor = site.unmarked(make("div", [number(1), site.term.args[1]]))
        factors = [divisor, site.at_least(PREFIX, body)]
    else:
        others = [site.at_least(PREFIX, site.arg(k, closed=True)) for k in range(len(site.term.args) - 1)]
        factors = [*others, site.at_least(PREFIX, body)]
    return Box(row(factors, site.small), PRODUCT, body.depth + 1, "product", factors[0].head)
