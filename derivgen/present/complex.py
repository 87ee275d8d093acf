"""How conjugates, adjoints, real and imaginary parts, and the complex gradient are printed."""

from __future__ import annotations

from derivgen.present.boxes import ATOM, Box
from derivgen.present.calculus import acting
from derivgen.present.printer import SCRIPT, Site
from derivgen.present.products import Template
from derivgen.present.templates import superscripted, with_argument

ADJOINTS = {"H": r"^{\mathsf H}", "dagger": r"^{\dagger}", "star": r"^{*}"}


def _imaginary(site: Site) -> Box:
    return Box(r"\mathrm{i}", kind="name")


def _conjugate(site: Site) -> Box:
    if site.notation.conjugate == "bar":
        inner = site.arg(0)
        return Box(rf"\overline{{{inner.tex}}}", ATOM, inner.depth, "name")
    return superscripted(site, "^{*}")


def _transpose(site: Site) -> Box:
    """H(X) for the transpose of a conjugate."""
    if site.term.args[0].op == "conj":
        return superscripted(site, ADJOINTS[site.notation.adjoint], (0, 0))
    return superscripted(site, r"\T")


def _part(name: str) -> Template:
    return lambda site: with_argument(site, name, site.arg(0))


def _gradient(site: Site) -> Box:
    return acting(site, rf"\nabla_{{{site.arg(1, style=SCRIPT).tex}}}", site.arg(0))


COMPLEX: dict[str, Template] = {
    "imaginary": _imaginary,
    "conj": _conjugate,
    "transpose": _transpose,
    "re": _part(r"\Re"),
    "im": _part(r"\Im"),
    "nabla": _gradient,
}
