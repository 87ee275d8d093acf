"""How products and functions entry by entry are printed, and norms, arrangements and functions of matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from derivgen.language.operators import EXPECTATIONS, MATRIX_FUNCTIONS, SCALAR_FUNCTIONS
from derivgen.language.shapes import ONE
from derivgen.present.boxes import ATOM, PREFIX, SCRIPTED, SIGN, SUM, Box, glue, script
from derivgen.present.names import name_tex
from derivgen.present.printer import SCRIPT, Site
from derivgen.present.products import Template
from derivgen.present.templates import function_name, indicator, indices, literal

_NAMES = {
    "total": r"\operatorname{sum}",
    "entries_prod": r"\operatorname{prod}",
    "max": r"\max",
    "min": r"\min",
    **{
        name: rf"\operatorname{{{name}}}"
        for name in (
            "vec",
            "diag",
            "diagvec",
            "triu",
            "tril",
            "tied",
            "softmax",
            "logsumexp",
            "adj",
            *EXPECTATIONS,
            *MATRIX_FUNCTIONS,
        )
    },
}
_NORM_MARKS = {"norm1": "1", "norminf": r"\infty", "norm2": "2", "normmax": r"\max"}


def _between(sign: str) -> Template:
    """Factors with a sign between them; beside another product they stand in brackets."""

    def template(site: Site) -> Box:
        boxes = [site.at_least(PREFIX, site.arg(k, closed=True)) for k in range(len(site.term.args))]
        tex = boxes[0].tex
        for box in boxes[1:]:
            tex = glue(tex, sign, box.tex)
        return Box(tex, SIGN, max(box.depth for box in boxes), "hadamard", boxes[0].head, marked=boxes[0].marked)

    return template


def _power(site: Site) -> Box:
    base = site.arg(0)
    if base.level < ATOM or base.kind in ("fraction", "root"):
        base = site.enclose(base)
    above = rf"^{{\odot {site.arg(1, style=SCRIPT).tex}}}"
    return Box(script(base, above), SCRIPTED, base.depth, "scripted", base.head)


def _called(site: Site, name: str) -> Box:
    args = [site.arg(k) for k in range(len(site.term.args))]
    inside = Box(",".join(arg.tex for arg in args), SUM, max(arg.depth for arg in args))
    enclosed = site.enclose(inside)
    return Box(glue(name, enclosed.tex), ATOM, enclosed.depth, "call", "word", big_end=enclosed.big_end)


def _map(site: Site) -> Box:
    name, order = cast("tuple[str, int]", site.term.data)
    if name == "step" and not order:
        return indicator(site)
    tex = function_name(name, site.notation) if name in SCALAR_FUNCTIONS else name_tex(name)
    return _called(site, tex + "'" * order)


def _norm(site: Site) -> Box:
    inner = site.arg(0)
    size = ("", r"\big", r"\Big", r"\bigg", r"\Bigg")[0 if site.small else min(inner.depth, 4)]
    left, right = (f"{size}l\\|", f"{size}r\\|") if size else (r"\lVert ", r"\rVert")
    matrix = ONE not in site.term.args[0].shape
    mark = _NORM_MARKS.get(site.term.op) or (r"\mathrm F" if matrix else "")
    below = f"_{{{mark}}}" if mark else ""
    return Box(f"{left}{inner.tex}{right}{below}", ATOM, inner.depth + 1, "bars", "open")


def _pseudo_inverse(site: Site) -> Box:
    base = site.arg(0)
    if base.level < ATOM:
        base = site.enclose(base)
    return Box(script(base, "^{+}"), SCRIPTED, base.depth, "scripted", base.head)


def _member(site: Site) -> Box:
    bold = site.term.shape != (ONE, ONE)
    index = site.arg(0, style=SCRIPT).tex
    return Box(rf"{name_tex(str(site.term.data), bold)}_{{{index}}}", ATOM, 0, "matrix" if bold else "name")


def _eigenvalues(site: Site) -> Box:
    return _called(site, r"\boldsymbol\lambda")


def _eigenvector(site: Site) -> Box:
    inner = site.enclose(site.arg(0))
    return Box(glue(rf"\mat v_{{{indices(site, 1)}}}", inner.tex), ATOM, inner.depth, "call", "word")


def _jacobian(site: Site) -> Box:
    return _called(site, rf"\mat J_{{{name_tex(str(site.term.data), True)}}}")


def _named(name: str) -> Callable[[Site], Box]:
    return lambda site: _called(site, name)


ENTRYWISE: dict[str, Template] = {
    "hadamard": _between(r"\odot "),
    "hadamard_div": _between(r"\oslash "),
    "kron": _between(r"\otimes "),
    "hadamard_pow": _power,
    "map": _map,
    **dict.fromkeys(("norm", "norm1", "norminf", "norm2", "normmax"), _norm),
    **{op: _named(name) for op, name in _NAMES.items()},
    "pinv": _pseudo_inverse,
    "eig": _eigenvalues,
    "eigvec": _eigenvector,
    "member": _member,
    "jac": _jacobian,
    "block": lambda site: literal(site, "pmatrix"),
}
