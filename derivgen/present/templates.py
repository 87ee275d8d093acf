"""How atoms, powers, functions and matrices are printed: a template for each operator."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import cast

from derivgen.language.operators import HOLES, SCALAR_FUNCTIONS
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, at, dimension_term
from derivgen.present.boxes import (
    ATOM,
    FRACTION_LINE,
    PREFIX,
    RELATION,
    SCRIPTED,
    Box,
    after_name,
    bars,
    glue,
    script,
)  # fmt: skip
from derivgen.present.names import name_tex, split_name
from derivgen.present.notation_style import Notation
from derivgen.present.printer import DISPLAY, SCRIPT, TEXT, Site
from derivgen.present.products import CIRCULAR, PRODUCTS, Template

_OPERATOR_NAMES = {
    "log": r"\log", "exp": r"\exp", "asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan",
    "sigmoid": r"\sigma", "relu": r"\operatorname{relu}", "sign": r"\operatorname{sign}",
    "step": r"\operatorname{step}", "erf": r"\operatorname{erf}", "gammaln": r"\log\Gamma", "digamma": r"\psi",
    "trigamma": r"\operatorname{trigamma}", "tetragamma": r"\operatorname{tetragamma}",
    "sqrt": r"\operatorname{sqrt}", "abs": r"\operatorname{abs}",
    "asinh": r"\operatorname{arsinh}", "acosh": r"\operatorname{arcosh}", "atanh": r"\operatorname{artanh}",
}  # fmt: skip
_IN_BRACKETS = ("sigmoid", "relu", "sign", "erf", "gammaln", "digamma", "trigamma", "tetragamma")
NAMED = frozenset({"symbol", *HOLES})
_BARE_KINDS = frozenset(
    {"name", "long name", "number", "bars", "call", "fraction", "root", "matrix", "literal"}
)
_POINTS = {"point": ".", "comma": "{,}"}
_LONG_FOR_EXPONENT = 14
_NOT_IN_EXPONENT = ("exp", "sum", "prod", "lim", "D", "nabla", "at", "matrix", "directional", "det")


def subscripted(term: Term) -> bool:
    """Whether a term ends in a subscript, on which a superscript is stacked; a mark cannot stand between."""
    if term.op in NAMED:
        return bool(split_name(str(term.data).removeprefix("dim:"))[1])
    return term.op in ("index", "delta", "unit", "single", "identity", "shift")


def _symbol(site: Site) -> Box:
    name = str(site.term.data).removeprefix("dim:")
    bold = site.term.shape != SCALAR
    base = split_name(name)[0]
    kind = "matrix" if bold else "name" if len(base) == 1 or name_tex(base).startswith("\\") else "long name"
    if kind == "name" and name_tex(base).startswith((r"\mathit", r"\text")):
        kind = "long name"
    return Box(name_tex(name, bold), kind=kind)


def _number(site: Site) -> Box:
    value = site.term.data
    if isinstance(value, Fraction):
        return _fraction_number(site, value)
    return Box(str(value), kind="number", head="digit")


def _fraction_number(site: Site, value: Fraction) -> Box:
    """A small denominator as a fraction, a finite decimal as such."""
    if value.denominator > 9 and (text := _decimal(value, _POINTS[site.notation.decimal])):
        return Box(text, kind="number", head="digit")
    if site.small:
        return Box(f"{value.numerator}/{value.denominator}", FRACTION_LINE, kind="line", head="digit")
    depth = 2 if site.style == DISPLAY else 1
    return Box(rf"\frac{{{value.numerator}}}{{{value.denominator}}}", ATOM, depth, "fraction", "digit")


def _decimal(value: Fraction, point: str) -> str:
    for digits in range(1, 7):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            text = str(scaled.numerator).rjust(digits + 1, "0")
            return f"{text[:-digits]}{point}{text[-digits:]}"
    return ""


def _constant(tex: str) -> Template:
    return lambda site: Box(tex, kind="matrix")


def _ones(site: Site) -> Box:
    """A bold 1 is a vector; a matrix of ones says its size."""
    rows, columns = site.term.shape
    if columns == ONE:
        return Box(r"\mat 1", kind="matrix")
    sizes = [site.unmarked(dimension_term(side), SCRIPT).tex for side in (rows, columns)]
    return Box(rf"\mat 1_{{{sizes[0]}\times {sizes[1]}}}", kind="matrix")


def _identity(site: Site) -> Box:
    if site.notation.identity == "plain":
        return Box(r"\mat I", kind="matrix")
    size = site.unmarked(dimension_term(site.term.shape[0]), SCRIPT)
    return Box(rf"\mat I_{{{size.tex}}}", kind="matrix")


def _shift(site: Site) -> Box:
    size = site.unmarked(dimension_term(site.term.shape[0]), SCRIPT)
    return Box(rf"\mat N_{{{size.tex}}}", kind="matrix")


def _pow(site: Site) -> Box:
    base, exponent = site.term.args
    if base.op in CIRCULAR and exponent.op == "number" and exponent.data in range(2, 10):
        return _powered_function(site, base, int(str(exponent.data)))
    return superscripted(site, f"^{{{site.arg(1, style=SCRIPT).tex}}}")


def _powered_function(site: Site, base: Term, exponent: int) -> Box:
    """sin^2 x."""
    return with_argument(site, rf"\{base.op}^{{{exponent}}}", site.arg(0, 0))


def superscripted(site: Site, above: str, inner: tuple[int, ...] = (0,)) -> Box:
    """What stands at ``inner`` below the term, with a superscript."""
    base, part = site.arg(*inner), at(site.term, inner)
    if base.marked and subscripted(part):
        base = site.unmarked(part)
        if site.path is not None:
            site.printer.seen.discard((*site.path, *inner))
    if base.level < ATOM or base.kind in ("fraction", "root"):
        base = site.enclose(base)
    kind = base.kind if base.kind in ("name", "number", "call", "bracket", "matrix", "bars") else "scripted"
    return Box(script(base, above), SCRIPTED, base.depth, kind, base.head)


def _inv(site: Site) -> Box:
    return superscripted(site, "^{-1}")


def with_argument(site: Site, name: str, arg: Box, bare: bool | None = None) -> Box:
    """An operator name and its argument, in brackets unless it is a single thing."""
    if bare is None:
        bare = arg.level == ATOM and arg.kind in _BARE_KINDS
    open_ended = bare and arg.kind != "bars"
    if not bare or (site.closed and open_ended):
        arg, open_ended = site.enclose(arg), False
    return Box(
        after_name(name, arg, site.small), PREFIX, arg.depth, "function", "word", open_ended, arg.big_end
    )


def function_name(name: str, notation: Notation) -> str:
    """An elementary function's name."""
    return "\\" + notation.logarithm if name == "log" else _OPERATOR_NAMES.get(name, "\\" + name)


def _function(site: Site) -> Box:
    bare = False if site.term.op in _IN_BRACKETS else None
    return with_argument(site, function_name(site.term.op, site.notation), site.arg(0), bare)


def indicator(site: Site) -> Box:
    """1[x > 0], as a number or entry by entry."""
    inner = site.enclose(_compared(site.arg(0), ">", Box("0", kind="number", head="digit")), "[", "]")
    return Box(glue(r"\mathbf 1", inner.tex), ATOM, inner.depth, "call", "word", big_end=inner.big_end)


def _trace(site: Site) -> Box:
    arg = site.arg(0)
    bare = (arg.level >= SCRIPTED and arg.kind != "bracket") or (
        site.term.args[0].op == "dot" and arg.head == "plain"
    )
    return with_argument(site, r"\tr", arg, bare and site.notation.trace == "bare")


def _det(site: Site) -> Box:
    inner = site.term.args[0]
    if site.notation.determinant == "det":
        return with_argument(site, r"\det", site.arg(0))
    if inner.op == "matrix":
        box = literal(site.at(0), "vmatrix")
        return replace(box, kind="bars")
    return bars(site.arg(0), site.small)


def _abs(site: Site) -> Box:
    return bars(site.arg(0), site.small)


def _exp(site: Site) -> Box:
    inner = site.term.args[0]
    short = inner.size <= _LONG_FOR_EXPONENT and not inner.has(*_NOT_IN_EXPONENT) and not site.small
    if not short or site.notation.exponential == "exp":
        return with_argument(site, r"\exp", site.arg(0), bare=False)
    return Box(rf"\mathrm{{e}}^{{{site.arg(0, style=SCRIPT).tex}}}", SCRIPTED, 0, "exp")


def _sqrt(site: Site) -> Box:
    inner = site.arg(0)
    return Box(rf"\sqrt{{{inner.tex}}}", ATOM, inner.depth, "root")


def indices(site: Site, first: int) -> str:
    """The arguments from ``first`` on as a subscript: letters and digits close together, else with commas."""
    texts = [site.arg(k, style=SCRIPT).tex for k in range(first, len(site.term.args))]
    single = all(
        arg.op in (*NAMED, "number") and len(str(arg.data)) == 1 for arg in site.term.args[first:]
    )
    return glue(*texts) if single else ",".join(texts)


def _index(site: Site) -> Box:
    base = site.term.args[0]
    if base.op == "eig":
        inner = site.enclose(site.arg(0, 0))
        return Box(glue(rf"\lambda_{{{indices(site, 1)}}}", inner.tex), ATOM, inner.depth, "call", "word")
    if base.op in NAMED and not subscripted(base):
        tex, depth, head = name_tex(str(base.data)), 0, "plain"
    else:
        enclosed = site.enclose(site.arg(0), "[", "]")
        tex, depth, head = enclosed.tex, enclosed.depth, "open"
    return Box(f"{tex}_{{{indices(site, 1)}}}", ATOM, depth, "name", head)


def _literal(site: Site) -> Box:
    return literal(site, "pmatrix")


def literal(site: Site, environment: str) -> Box:
    """Rows of entries, or of blocks, in a matrix environment."""
    rows, columns = cast("tuple[int, int]", site.term.data)
    cells = [site.arg(k, style=TEXT).tex for k in range(len(site.term.args))]
    lines = ["&".join(cells[r * columns : (r + 1) * columns]) for r in range(rows)]
    # a row that begins with a bracket would be read as an option of the line break
    body = r"\\".join("{}" + line if line.startswith(("[", "*")) else line for line in lines)
    if site.path is not None:
        site.printer.seen.add(site.path)
    return Box(
        rf"{{\begin{{{environment}}}{body}\end{{{environment}}}}}", ATOM, min(2 + rows // 2, 4), "literal"
    )


def _relation(sign: str) -> Template:
    return lambda site: _compared(site.arg(0), sign, site.arg(1))


def _compared(left: Box, sign: str, right: Box) -> Box:
    return Box(glue(left.tex, sign, right.tex), RELATION, max(left.depth, right.depth), "relation", left.head)


def _segment(site: Site) -> Box:
    return Box(
        glue(name_tex(str(site.term.data), site.term.shape != SCALAR), r"\cdots"), PREFIX, kind="long name"
    )


TEMPLATES: dict[str, Template] = {
    **PRODUCTS,
    "number": _number,
    "symbol": _symbol,
    **dict.fromkeys(HOLES, _symbol),
    "segment": _segment,
    "zeros": _constant(r"\mat 0"),
    "ones": _ones,
    "identity": _identity,
    "shift": _shift,
    "pow": _pow,
    "inv": _inv,
    "tr": _trace,
    "det": _det,
    **dict.fromkeys(SCALAR_FUNCTIONS, _function),
    "exp": _exp,
    "sqrt": _sqrt,
    "abs": _abs,
    "step": indicator,
    "index": _index,
    "matrix": _literal,
    "=": _relation("="),
    "<=": _relation(r"\leq"),
    ">=": _relation(r"\geq"),
}
