"""How calculus is printed: functions, derivatives, differentials, limits, sums over an index, orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from derivgen.language.problem import PARTS
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, substitute, symbol
from derivgen.present.boxes import (
    ATOM,
    FRACTION_LINE,
    PREFIX,
    PRODUCT,
    SCRIPTED,
    SUM,
    Box,
    after_name,
    glue,
)  # fmt: skip
from derivgen.present.names import name_tex
from derivgen.present.printer import DISPLAY, SCRIPT, TEXT, Site
from derivgen.present.products import Template
from derivgen.present.templates import indices

_LONG_FOR_NUMERATOR = 14
_DIFFERENTIAL = r"\mathrm{d}"


def _called(site: Site, name: str) -> Box:
    """A name with its arguments in brackets."""
    args = [site.arg(k) for k in range(len(site.term.args))]
    inside = Box(",".join(arg.tex for arg in args), SUM, max(arg.depth for arg in args))
    enclosed = site.enclose(inside)
    return Box(glue(name, enclosed.tex), ATOM, enclosed.depth, "call", big_end=enclosed.big_end)


def _apply(site: Site) -> Box:
    name, orders = cast("tuple[str, tuple[int, ...]]", site.term.data)
    tex = name_tex(name, site.term.shape != SCALAR)
    if len(orders) > 1:
        variables = "".join(str(k + 1) * order for k, order in enumerate(orders))
        return _called(site, rf"\partial_{{{variables}}}{tex}" if variables else tex)
    order = orders[0]
    return _called(site, tex + ("'" * order if order <= 3 else f"^{{({order})}}"))


def _grad(site: Site) -> Box:
    return _called(site, glue(r"\nabla", name_tex(str(site.term.data))))


def _hess(site: Site) -> Box:
    return _called(site, glue(r"\nabla^{2}", name_tex(str(site.term.data))))


def _family(site: Site) -> Box:
    return _called(site, name_tex(str(site.term.data), site.term.shape != SCALAR))


def _order(site: Site) -> Box:
    power = f"^{{{site.term.data}}}" if site.term.data != 1 else ""
    return Box(f"O({site.arg(0).tex}{power})", ATOM, 1, "call")


def _big(site: Site, body: Box) -> int:
    return max(2 if site.style == DISPLAY else 1, body.depth)


def _summed(sign: str, least: int) -> Template:
    def template(site: Site) -> Box:
        low, high = site.arg(0, style=SCRIPT).tex, site.arg(1, style=SCRIPT).tex
        name = rf"{sign}_{{{name_tex(str(site.term.data))}={low}}}^{{{high}}}"
        body = site.at_least(least, site.arg(2))
        return Box(
            after_name(name, body, site.small),
            PREFIX,
            _big(site, body),
            "function",
            "word",
            True,
            body.big_end,
        )

    return template


def _lim(site: Site) -> Box:
    return limit_of(site, site.arg(1))


def limit_of(site: Site, body: Box) -> Box:
    """The limit sign of ``site`` before a body."""
    tends = glue(name_tex(str(site.term.data)), r"\to", site.arg(0, style=SCRIPT).tex)
    name = rf"\lim_{{{tends}}}"
    body = site.at_least(PRODUCT, body)
    return Box(after_name(name, body, site.small), PREFIX, body.depth, "function", "word", True, body.big_end)


def _integral(site: Site) -> Box:
    """An integral over all real numbers, its sign before the body and d of the bound name behind it."""
    body = site.at_least(PRODUCT, site.arg(0))
    ends = glue(r"\,\mathrm{d}", name_tex(str(site.term.data)))
    tex = glue(r"\int_{-\infty}^{\infty}", body.tex) + ends
    return Box(tex, PREFIX, _big(site, body), "function", "word", True, body.big_end)


def _close(sign: str, box: Box, small: bool) -> str:
    """A sign such as d or a partial before what it acts on."""
    apart = box.kind in ("exp", "differential", "row", "product") or (box.marked and box.head == "word")
    return glue(sign, r"\,", box.tex) if apart and not small else glue(sign, box.tex)


def acting(site: Site, sign: str, body: Box) -> Box:
    """A sign such as d or a nabla before what it acts on."""
    body = (
        body
        if (body.level == ATOM and body.kind != "fraction") or body.level == PREFIX
        else site.enclose(body)
    )
    return Box(
        _close(sign, body, site.small), PREFIX, body.depth, "differential", "plain", True, body.big_end
    )


def _differential(site: Site) -> Box:
    if site.term.args[0].op == "d":
        return acting(site, _DIFFERENTIAL + "^{2}", site.arg(0, 0))
    return acting(site, _DIFFERENTIAL, site.arg(0))


def _directional(site: Site) -> Box:
    along = site.arg(2, style=SCRIPT).tex
    return acting(site, rf"\partial_{{{along}}}", site.arg(0))


def _derivative(site: Site) -> Box:
    body, variable = site.term.args
    if body.op == "D" and body.args[1] == variable and body.args[0].shape == SCALAR:
        return _second_derivative(site)
    if site.notation.gradient == "nabla" and body.shape == SCALAR != variable.shape:
        return acting(site, rf"\nabla_{{{site.arg(1, style=SCRIPT).tex}}}", site.arg(0))
    sign = _sign(variable)
    return _quotient(
        site, sign, _acted(sign, site.arg(1, style=TEXT), site), body, lambda style: site.arg(0, style=style)
    )


def _sign(variable: Term) -> str:
    return _DIFFERENTIAL if variable.shape == SCALAR and variable.op not in ("index", *PARTS) else r"\partial"


def _second_derivative(site: Site) -> Box:
    variable = site.term.args[1]
    sign = _sign(variable)
    once = site.arg(1, style=TEXT)
    raised = _acted(sign, site.at_least(ATOM, once), site)  # conj(z) has a superscript already
    below = raised + "^{2}" if variable.shape == SCALAR else glue(_acted(sign, once, site), r"\,", raised, r"\T")
    body = site.term.args[0].args[0]
    return _quotient(site, sign + "^{2}", below, body, lambda style: site.arg(0, 0, style=style))


def _quotient(site: Site, sign: str, below: str, body: Term, part: Callable[[int], Box]) -> Box:
    """The derivative of a short body as a quotient, of a long one as an operator before it."""
    above = part(TEXT) if body.size <= _LONG_FOR_NUMERATOR else None
    if above is not None and above.level > SUM and above.kind not in ("signed", "fraction", "line"):
        tex = rf"\frac{{{_acted(sign, above, site)}}}{{{below}}}"
        return Box(tex, ATOM, max(2, above.depth), "fraction")
    operator = rf"\frac{{{sign}}}{{{below}}}"
    inner = site.at_least(PREFIX, part(site.style))
    return Box(_close(operator, inner, site.small), PREFIX, max(2, inner.depth), "fraction", greedy=True)


def _acted(sign: str, box: Box, site: Site) -> str:
    """A sign with what it acts on in a quotient; a product after a d has brackets."""
    if (
        box.level <= FRACTION_LINE
        or box.kind == "fraction"
        or (box.level == PRODUCT and sign.startswith(_DIFFERENTIAL))
    ):
        box = site.enclose(box)
    return _close(sign, box, site.small)


def _at(site: Site) -> Box:
    body, value = site.term.args
    name = str(site.term.data)
    bound = symbol(name, value.shape)
    if (
        body.op == "D"
        and body.args[1] == bound
        and not (body.args[0].free - {name}) & value.free
        and value.free
    ):
        return _leibniz(site, substitute(body.args[0], {name: value}))
    inner = site.at_least(PRODUCT, site.arg(0))
    size = (r"\big", r"\big", r"\Big", r"\bigg", r"\Bigg")[min(inner.depth, 4)]
    tex = rf"{inner.tex}{size}|_{{{name_tex(name, value.shape != SCALAR)}={site.arg(1, style=SCRIPT).tex}}}"
    return replace(inner, tex=tex, level=SCRIPTED, kind="scripted", greedy=False, big_end=False, marked=False)


def _leibniz(site: Site, body: Term) -> Box:
    """The derivative of F(u) by u at g is written d F(g) / d g."""
    value = site.term.args[1]
    sign = _DIFFERENTIAL if value.shape == SCALAR else r"\partial"
    below = _acted(sign, site.unmarked(value, TEXT), site)
    return _quotient(site, sign, below, body, lambda style: site.unmarked(body, style))


def _delta(site: Site) -> Box:
    return Box(rf"\delta_{{{indices(site, 0)}}}")


def _unit(site: Site) -> Box:
    return Box(rf"\mat e_{{{indices(site, 0)}}}", kind="matrix")


def _single(site: Site) -> Box:
    return Box(rf"\mat J_{{{indices(site, 0)}}}", kind="matrix")


CALCULUS: dict[str, Template] = {
    "apply": _apply,
    "grad": _grad,
    "hess": _hess,
    "family": _family,
    "O": _order,
    "sum": _summed(r"\sum", PRODUCT),
    "prod": _summed(r"\prod", PREFIX),
    "every": _summed(r"\bigwedge", PREFIX),
    "lim": _lim,
    "integral": _integral,
    "d": _differential,
    "directional": _directional,
    "D": _derivative,
    "structured": _derivative,
    "at": _at,
    "delta": _delta,
    "unit": _unit,
    "single": _single,
}
