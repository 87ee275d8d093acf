"""The estimate of widths and heights against TeX's own measure."""

from __future__ import annotations

import re

import pytest

from derivgen.documents.limits import STRANGERS
from derivgen.documents.measure import inline_width, size, text_width
from derivgen.documents.render import render_slides
from derivgen.documents.source import parse
from derivgen.documents.typeset import run_tex

FORMULAS = [
    r"(x+\epsilon)^2-x^2+2\epsilon x",
    r"\mat x\T\mat M\mat x+\mat a\T\mat x",
    r"f'(x)\,g(x)+f(x)\,g'(x)+O(\epsilon^2)",
    r"\lim_{\epsilon\to0}\frac{f(x+\epsilon)-f(x)}{\epsilon}",
    r"\log|\mat X|+\log\bigl(1+\epsilon\tr\mat X^{-1}\mat U+O(\epsilon^2)\bigr)",
    r"\sum_{i=1}^n\sum_{j=1}^n a_iU_{ij}b_j",
    r"\begin{vmatrix}1+\epsilon M_{11}&\epsilon M_{12}\\\epsilon M_{21}&1+\epsilon M_{22}\end{vmatrix}",
    r"\frac{\mathrm d\,\mathrm e^{\cos x^2}}{\mathrm d\cos x^2}",
    r"2\,(\mat a\T\mat W\mat b-c)\,\mat a\mat b\T",
]
INLINE = [
    r"p=\sum_{k=1}^K\rho_kN_k",
    r"\exp\Bigl(-\frac{(\mat s-\mat m)\T\mat W^{-1}(\mat s-\mat m)}{2}\Bigr)",
    r"\frac{\mathrm e^{-q/2}}{c}",
]
TEXTS = [
    "Multiply out equal brackets, and keep what is of first order.",
    "Learning is optimisation, and optimisation needs derivatives",
    "So: how does $|\\mat X|$ change with $\\mat X$?",
]


@pytest.fixture(scope="module")
def widths(tmp_path_factory: pytest.TempPathFactory) -> list[float]:
    """Widths in em, as TeX has them on a slide."""
    preamble = render_slides(parse("---\ntitle: T\n---\n## F\n", "w.md"), []).split(r"\begin{document}")[0]
    texts = [rf"$\displaystyle {tex}$" for tex in FORMULAS] + TEXTS + [f"${tex}$" for tex in INLINE]
    boxes = [rf"\setbox0\hbox{{{text}}}" for text in texts]
    body = "\n".join(rf"{box}\typeout{{WIDTH \the\wd0 of \the\fontdimen6\font}}" for box in boxes)
    source = tmp_path_factory.mktemp("measure") / "m.tex"
    source.write_text(preamble + r"\begin{document}\begin{frame}{}" + body + r"\end{frame}\end{document}")
    found = re.findall(r"^WIDTH ([\d.]+)pt ?of ([\d.]+)pt", run_tex(source, STRANGERS)[1], re.M)
    return [float(width) / float(em) for width, em in found]


@pytest.mark.parametrize("number", range(len(INLINE)))
def test_widths_in_running_text_are_near_those_of_tex(widths: list[float], number: int) -> None:
    width = widths[len(FORMULAS) + len(TEXTS) + number]
    assert abs(inline_width(INLINE[number]) - width) <= 0.12 * width + 0.5
    assert inline_width(INLINE[number]) != size(INLINE[number]).width


@pytest.mark.parametrize("number", range(len(FORMULAS) + len(TEXTS)))
def test_widths_are_near_those_of_tex(widths: list[float], number: int) -> None:
    tex = [*FORMULAS, *TEXTS][number]
    estimate = size(tex).width if number < len(FORMULAS) else text_width(tex)
    assert abs(estimate - widths[number]) <= 0.12 * widths[number] + 0.5


def test_taller_formulas_are_taller() -> None:
    plain, fraction, nested = "x", r"\frac{x}{y}", r"\frac{\frac{x}{y}}{z}"
    assert size(plain).height < size(fraction).height < size(nested).height
    two, three = (r"\begin{vmatrix}" + r"1\\" * n + r"\end{vmatrix}" for n in (2, 3))
    assert size(two).height < size(three).height


def test_marks_change_no_size() -> None:
    for marked in (r"\hl<2>{x+y}", r"\was<3>{x+y}", r"\dgboth{2}{3}{x+y}", r"\hl{x+y}"):
        assert size(marked) == size("x+y")


def test_unbalanced_tex_ends() -> None:
    assert size(r"\frac{a}{").width > 0
