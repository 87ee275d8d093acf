"""Terms as LaTeX: brackets, marks, pieces; a strict reader reads every formula, TeX measures the marks."""

from __future__ import annotations

import re
import subprocess
from itertools import product
from pathlib import Path as Path_

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from math_core import LatexToMathML

from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.operators import OPERATORS
from derivgen.language.terms import Path, Term, symbol, walk
from derivgen.present.latex import TABLE, latex, pieces, relation_sign
from derivgen.present.notation_style import Notation
from tests.language.random_terms import equations, literals, terms

DECLARATIONS = parse_declarations(
    "a, b, x, y, z, u, mu: vector(n); A, B, W, X, U, M, G, C, Sigma, W2: matrix(n); c, t, s, rate: scalar;"
    "f, g: function; F: function(vector(n)) -> scalar; Y: function(scalar) -> matrix(n,n);"
    "K: function(scalar, scalar) -> scalar; i, j, k, m: natural"
)
READER = LatexToMathML(
    macros={**Notation().macros, "hl": "#1", "was": "#1"},
    fancy_error=False,
)


def read(text: str) -> Term:
    return parse(text, DECLARATIONS)


def tex(text: str, notation: Notation | None = None) -> str:
    return latex(read(text), notation or Notation())


def accepted(formula: str) -> bool:
    """Raises LatexError if the strict reader refuses the formula."""
    return bool(READER.convert_with_local_state(formula, displaystyle=True))


# -- refusals --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [(7,), (0, 0, 0), ((0, 9),), (0, (0, 1)), ((-1, 0),)])
def test_a_mark_that_leads_nowhere_is_refused(path: Path) -> None:
    with pytest.raises(IndexError):
        latex(read("s + sin(t)"), marks={path: "hl"})


@pytest.mark.parametrize("settings", [{"determinant": "wedge"}, {"determinent": "det"}, {"trace": 3}])
def test_a_notation_setting_that_is_not_known_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"determinant|trace"):
        Notation.from_settings(settings)


def test_an_unknown_relation_is_refused() -> None:
    with pytest.raises(KeyError):
        relation_sign("=!")


def test_every_operator_has_a_template() -> None:
    assert set(TABLE) == set(OPERATORS) - {"abbreviation"}  # which is printed as a name


# -- brackets and spaces ---------------------------------------------------------------------------------
EXAMPLES = {
    "s - (t - c)": r"s-(t-c)",
    "s - t - c": r"s-t-c",
    "-(s + t)": r"-(s+t)",
    "s - (-t)": r"s-(-t)",
    "s*(-t)": r"s\,(-t)",
    "(s + t)*(s - t)": r"(s+t)(s-t)",
    "2*3*t": r"2\cdot 3t",
    "s*2^t": r"s\cdot 2^{t}",
    "1/2*t*(t - 1)": r"\frac{1}{2}t\,(t-1)",
    "2*(1/3)": r"2\cdot \frac{1}{3}",
    "(s + t)^2": r"(s+t)^{2}",
    "(-s)^2": r"(-s)^{2}",
    "-s^2": r"-s^{2}",
    "(s^2)^t": r"(s^{2})^{t}",
    "s^(t^2)": r"s^{t^{2}}",
    "(s/t)^2": r"\Bigl(\frac{s}{t}\Bigr)^{2}",
    "t^(1/2)": r"t^{1/2}",
    "t^((s + 1)/(c*s))": r"t^{(s+1)/(cs)}",
    "(s/t)/c": r"\frac{s/t}{c}",
    "c/(s/t)": r"\frac{c}{s/t}",
    "sin(t)^2": r"\sin^{2}t",
    "sin(t^2)": r"\sin(t^{2})",
    "sin(t)^-1": r"(\sin t)^{-1}",
    "log(t)^2": r"(\log t)^{2}",
    "sin(c*t)": r"\sin(ct)",
    "sin(t)*c": r"\sin(t)\,c",
    "c*sin(t)": r"c\sin t",
    "sin(t)*cos(t)": r"\sin t\cos t",
    "log(f(t))*c": r"\log\bigl(f(t)\bigr)\,c",
    "log(s*t)": r"\log(st)",
    "log(s) + t": r"\log s+t",
    "log(log(t))": r"\log(\log t)",
    "exp(t)": r"\mathrm{e}^{t}",
    "exp(t)^2": r"(\mathrm{e}^{t})^{2}",
    "exp(exp(t))": r"\exp(\mathrm{e}^{t})",
    "exp(-t^2/2)": r"\mathrm{e}^{-t^{2}/2}",
    "s^exp(t)": r"s^{\exp(t)}",
    "exp(sum(k,1,n,x[k]))": r"\exp\Bigl(\sum_{k=1}^{n}x_{k}\Bigr)",
    "sqrt(t)^2": r"(\sqrt{t})^{2}",
    "abs(abs(t))": r"\bigl||t|\bigr|",
    "abs(-t)": r"\lvert-t\rvert",
    "f(g(t))": r"f\bigl(g(t)\bigr)",
    "f''(t)": r"f''(t)",
    "K.12(s, t)": r"\partial_{12}K(s,t)",
    "f(t + eps)*g(t)": r"f(t+\epsilon)\,g(t)",
    "tr(A*X*B)": r"\tr\mat A\mat X\mat B",
    "tr(A + B)": r"\tr(\mat A+\mat B)",
    "tr(A*(X + B)*C)": r"\tr\mat A(\mat X+\mat B)\mat C",
    "tr((A + B)*C)": r"\tr\bigl((\mat A+\mat B)\mat C\bigr)",
    "tr(2*A)": r"\tr(2\mat A)",
    "tr(A)*B": r"\tr(\mat A)\,\mat B",
    "tr(A)*tr(B)": r"\tr(\mat A)\tr\mat B",
    "tr(tr(A)*B)": r"\tr\bigl(\tr(\mat A)\,\mat B\bigr)",
    "tr(A)^2": r"(\tr\mat A)^{2}",
    "tr(U'*inv(X)')": r"\tr\mat U\T(\mat X^{-1})\T",
    "log(det(X))": r"\log|\mat X|",
    "log(det(X + eps*U))": r"\log|\mat X+\epsilon\mat U|",
    "log(det(X*(I(n) + eps*inv(X)*U)))": r"\log\bigl|\mat X(\mat I+\epsilon\mat X^{-1}\mat U)\bigr|",
    "log(det(X)*det(A))": r"\log\bigl(|\mat X|\,|\mat A|\bigr)",
    "det([s, t; 1, 2])": r"{\begin{vmatrix}s&t\\1&2\end{vmatrix}}",
    "det(A)^2": r"|\mat A|^{2}",
    "(A*B)'": r"(\mat A\mat B)\T",
    "A*B'": r"\mat A\mat B\T",
    "(A')'": r"(\mat A\T)\T",
    "inv(A')": r"(\mat A\T)^{-1}",
    "inv(A)'": r"(\mat A^{-1})\T",
    "(A + B)*x": r"(\mat A+\mat B)\mat x",
    "(x'*y)*z": r"(\mat x\T\mat y)\,\mat z",
    "(a'*x)*(b'*y)*z": r"(\mat a\T\mat x)(\mat b\T\mat y)\,\mat z",
    "(a'*(W + eps*U)*b - c)^2": r"\bigl(\mat a\T(\mat W+\epsilon\mat U)\mat b-c\bigr)^{2}",
    "2*eps*(a'*W*b - c)*(a'*U*b)": r"2\epsilon\,(\mat a\T\mat W\mat b-c)\,\mat a\T\mat U\mat b",
    "X[i,j]": r"X_{ij}",
    "X[i,j + 1]": r"X_{i,j+1}",
    "X[i,12]": r"X_{i,12}",
    "(A')[i,j]": r"[\mat A\T]_{ij}",
    "inv(A + B)[i,j]": r"\bigl[(\mat A+\mat B)^{-1}\bigr]_{ij}",
    "W2[i,j]": r"[\mat W_{2}]_{ij}",
    "x[i]^2": r"x_{i}^{2}",
    "delta(i,j)*X[i,j]": r"\delta_{ij}X_{ij}",
    "Sigma*mu": r"\mat{\Sigma}\matgreek{\mu}",
    "rate*t": r"\mathit{rate}\,t",
    "c*I(n)": r"c\mat I",
    "sum(k,1,n,sum(i,1,n,X[i,k]))": r"\sum_{k=1}^{n}\sum_{i=1}^{n}X_{ik}",
    "sum(k,1,n,x[k] + 1)": r"\sum_{k=1}^{n}(x_{k}+1)",
    "sum(k,1,n,x[k]) + 1": r"\sum_{k=1}^{n}x_{k}+1",
    "sum(k,1,n,x[k])*s": r"\Bigl(\sum_{k=1}^{n}x_{k}\Bigr)\,s",
    "prod(k,1,n,c*x[k])": r"\prod_{k=1}^{n}(cx_{k})",
    "lim(eps,0,2*t + eps)": r"\lim_{\epsilon\to0}(2t+\epsilon)",
    "lim(eps,0,((t + eps)^2 - t^2)/eps)": r"\lim_{\epsilon\to0}\frac{(t+\epsilon)^{2}-t^{2}}{\epsilon}",
    "D(log(det(X)), X)": r"\frac{\partial\log|\mat X|}{\partial\mat X}",
    "D(a'*x, x)": r"\frac{\partial\,\mat a\T\mat x}{\partial\mat x}",
    "D(x'*A*x + a'*x, x)": r"\frac{\partial}{\partial\mat x}(\mat x\T\mat A\mat x+\mat a\T\mat x)",
    "D(c*t, t)": r"\frac{\mathrm{d}(ct)}{\mathrm{d}t}",
    "D(1/t, t)": r"\frac{\mathrm{d}}{\mathrm{d}t}\frac{1}{t}",
    "D(D(f(t), t), t)": r"\frac{\mathrm{d}^{2}f(t)}{\mathrm{d}t^{2}}",
    "D(s^2, s)*t": r"\frac{\mathrm{d}s^{2}}{\mathrm{d}s}\,t",
    "1/eps*(s + t)": r"\frac{1}{\epsilon}(s+t)",
    "D(f(t), t)^2": r"\Bigl(\frac{\mathrm{d}f(t)}{\mathrm{d}t}\Bigr)^{2}",
    "at(D(exp(s), s), s, cos(t^2))": r"\frac{\mathrm{d}\,\mathrm{e}^{\cos(t^{2})}}{\mathrm{d}\cos(t^{2})}",
    "at(D(exp(s), s), s, c*t)": r"\frac{\mathrm{d}\,\mathrm{e}^{ct}}{\mathrm{d}(ct)}",
    "at(D(s^2, s), s, 3)": r"\frac{\mathrm{d}s^{2}}{\mathrm{d}s}\Big|_{s=3}",
    "at(D(s*t, s), s, t)": r"\frac{\mathrm{d}(st)}{\mathrm{d}s}\Big|_{s=t}",
    "directional(tr(A*X), X, U)": r"\partial_{\mat U}\tr\mat A\mat X",
    "directional(tr(A) + tr(X), X, U)": r"\partial_{\mat U}(\tr\mat A+\tr\mat X)",
    "grad(F)(x)": r"\nabla F(\mat x)",
    "hess(F)(x)": r"\nabla^{2}F(\mat x)",
    "d(A*X)": r"\mathrm{d}(\mat A\mat X)",
    "A*d(X)*B": r"\mat A(\mathrm{d}\mat X)\mat B",
    "tr(inv(X)*d(X))": r"\tr\mat X^{-1}\,\mathrm{d}\mat X",
    "d(t)^2": r"(\mathrm{d}t)^{2}",
    "1 + O(eps^2)": r"1+O(\epsilon^{2})",
    "0.35*t": r"0.35t",
    "0.5*t": r"\frac{1}{2}t",
    "s <= t": r"s\leq t",
    "A = B": r"\mat A=\mat B",
}


@pytest.mark.parametrize(("text", "expected"), EXAMPLES.items())
def test_a_term_is_printed_as_a_lecturer_writes_it(text: str, expected: str) -> None:
    assert tex(text) == expected
    assert accepted(expected)


@pytest.mark.parametrize(
    ("text", "notation", "expected"),
    [
        ("log(det(X))", Notation(determinant="det", logarithm="ln"), r"\ln(\det\mat X)"),
        ("D(log(det(X)), X)", Notation(gradient="nabla"), r"\nabla_{\mat X}\log|\mat X|"),
        ("exp(t)", Notation(exponential="exp"), r"\exp(t)"),
        ("tr(A*B)", Notation(trace="brackets"), r"\tr(\mat A\mat B)"),
        ("A + I(n)", Notation(identity="sized"), r"\mat A+\mat I_{n}"),
    ],
)
def test_a_notation_setting_is_followed(text: str, notation: Notation, expected: str) -> None:
    assert tex(text, notation) == expected
    assert accepted(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x", "x"),
        ("?f", "f"),
        ("eps", r"\epsilon"),
        ("eps_1", r"\epsilon_{1}"),
        ("mu_1", r"\mu_{1}"),
        ("x12", "x_{12}"),
        ("λ", r"\lambda"),
        ("x_max", r"x_{\mathrm{max}}"),
        ("x_1_2", "x_{1,2}"),
        ("_x", r"\mathit{\_x}"),
        ("x_", r"\mathit{x\_}"),
        ("x_sigma", r"x_{\sigma}"),
        ("Beta", "B"),
        ("rate_2", r"\mathit{rate}_{2}"),
        ("größe", r"\text{größe}"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert latex(symbol(name)) == expected
    assert accepted(expected)


# -- over random terms -----------------------------------------------------------------------------------
def plain_marks(formula: str) -> str:
    """The formula without its marks and without what keeps their places."""
    while (start := formula.find(r"\hl{")) >= 0:
        depth, end = 1, start + 4
        while depth:
            depth += {"{": 1, "}": -1}.get(formula[end], 0)
            end += 1
        formula = formula[:start] + "\0" + formula[start + 4 : end - 1] + "\0" + formula[end:]
    formula = re.sub("\0\\{\\}", "", formula)
    formula = re.sub(r"(?:\\,|\\mathopen\{\})(?=\0+\\)|\\mathopen\{\}(?=\0)", "", formula)
    return re.sub(r"\s|\0|\\,", "", formula)


@settings(max_examples=200, deadline=None)
@given(terms() | equations() | literals())
def test_every_formula_is_accepted_by_a_strict_reader(term: Term) -> None:
    assert accepted(latex(term))


@settings(max_examples=120, deadline=None)
@given(terms(), st.data())
def test_marks_change_nothing_but_themselves(term: Term, data: st.DataObject) -> None:
    places = [path for path, _ in walk(term)]
    chosen = data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique=True))
    marked = latex(term, marks=dict.fromkeys(chosen, "hl"))
    assert marked.count(r"\hl{") >= 1
    assert accepted(marked)
    assert plain_marks(marked) == re.sub(r"\s|\\,", "", latex(term))


@settings(max_examples=80, deadline=None)
@given(terms(), st.booleans())
def test_pieces_are_the_formula_split(term: Term, marked: bool) -> None:
    marks: dict[Path, str] = {(0,): "hl"} if marked and term.args else {}
    assert "".join(pieces(term, marks=marks)) == latex(term, marks=marks)
    assert accepted("".join(pieces(term, marks=marks, everywhere=True)))


SCALAR_STEPS = (
    "{}+s", "s-({})", "-({})", "s*({})", "({})*s", "({})/s", "s/({})", "({})^s", "s^({})", "({})^2",
    "sin({})", "log({})", "exp({})", "abs({})", "sqrt({})", "f({})", "f'({})", "sum(k,1,m,{})",
    "prod(k,1,m,{})", "lim(eps,0,{})", "D({},t)", "d({})", "tr(({})*A)", "x'*(({})*A)*x",
)  # fmt: skip
MATRIX_STEPS = (
    "{}+A", "A-({})", "-({})", "s*({})", "({})*A", "A*({})", "({})/s", "({})'", "inv({})", "({})^2",
    "sum(k,1,m,{})", "lim(eps,0,{})", "D({},t)", "d({})", "tr({})*A", "log(det({}))*A", "({})[i,j]*A",
)


@pytest.mark.parametrize(("start", "steps"), [("c", SCALAR_STEPS), ("B", MATRIX_STEPS)])
def test_brackets_tell_terms_apart(start: str, steps: tuple[str, ...]) -> None:
    """Every three operators one in the other in every order: different terms have different formulas."""
    printed: dict[str, Term] = {}
    for texts in product(steps, repeat=3):
        text = start
        for step in texts:
            text = step.format(text)
        term = read(text)
        formula = latex(term)
        assert printed.setdefault(formula, term) == term, text


# -- marks -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("s + t - c + 1", {((1, 2),): "hl"}, r"s+\hl{t-c}+1"),
        ("s - t - c", {((1, 2),): "hl"}, r"s-\hl{t-c}"),
        ("s + t - c", {((0, 2),): "hl"}, r"\hl{s}+t-\hl{c}"),
        ("s + t", {((0, 1),): "hl"}, r"\hl{s+t}"),
        ("s + t", {((1,),): "hl"}, r"s+\hl{t}"),
        ("-s + t", {(0,): "hl"}, r"\hl{-s}+t"),
        ("tr(A*X*B)", {(0, (1, 2)): "hl"}, r"\tr\mat A\hl{\mat X\mat B}"),
        ("eps*tr(A)", {(1,): "hl"}, r"\epsilon\,\hl{\tr\mat A}"),
        ("-tr(A)", {(0,): "hl"}, r"-\,\hl{\tr\mat A}"),
        ("lim(eps,0,(s + t)*(s + c))", {(1,): "hl"}, r"\lim_{\epsilon\to0}\mathopen{}\hl{(s+t)(s+c)}"),
        ("log(s + t)", {(0,): "hl<2>"}, r"\log(\hl<2>{s+t})"),
        ("X'", {(0,): "hl"}, r"\hl{\mat X}{}\T"),
        ("sin(t)^2", {(0,): "hl"}, r"\hl{\sin^{2}t}"),
        ("x[i]^2", {(0,): "hl"}, r"\hl{x_{i}^{2}}"),
        ("X[i,j] + 1", {(0, 0): "hl"}, r"\hl{X_{ij}}+1"),
        (
            "at(D(f(s), s), s, g(t))",
            {(0, 0, 0): "hl"},
            r"\hl{\frac{\mathrm{d}f\bigl(g(t)\bigr)}{\mathrm{d}g(t)}}",
        ),
    ],
)
def test_a_mark_is_set_around_what_is_printed_there(text: str, marks: dict[Path, str], expected: str) -> None:
    assert latex(read(text), marks=marks) == expected


PREAMBLE = r"""\documentclass{article}
\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage{amsmath}\usepackage[sc]{mathpazo}
\newcommand\T{^{\mathsf T}}\newcommand\mat[1]{\mathbf{#1}}
\newcommand\matgreek[1]{\boldsymbol{#1}}\DeclareMathOperator\tr{tr}
\newcommand\hl[1]{\mathpalette\mark{#1}}\def\mark#1#2{\hbox{$#1#2$}}
\def\compare#1#2#3{\setbox0\hbox{$\displaystyle#2$}\setbox2\hbox{$\displaystyle#3$}%
  \ifdim\dimexpr\wd0-\wd2\relax=0pt\else\typeout{MOVED #1: \the\wd0 \the\wd2}\fi
  \ifdim\dimexpr\ht0-\ht2\relax=0pt\else\typeout{RAISED #1: \the\ht0 \the\ht2}\fi
  \ifdim\dimexpr\dp0-\dp2\relax=0pt\else\typeout{RAISED #1: \the\dp0 \the\dp2}\fi}
\begin{document}
"""


def test_marks_move_nothing_on_the_page(tmp_path: Path_) -> None:
    """TeX measures every example with each of its places marked: its size is that without the mark."""
    rows: list[str] = []
    cases: list[tuple[str, Path, str]] = []
    for text in EXAMPLES:
        term = read(text)
        for path, _ in walk(term):
            marked = latex(term, marks={path: "hl"})
            rows.append(rf"\compare{{{len(cases)}}}{{{latex(term)}}}{{{marked}}}")
            cases.append((text, path, marked))
    source = tmp_path / "marks.tex"
    source.write_text(PREAMBLE + "\n".join(rows) + "\n\\typeout{MEASURED}\\end{document}\n", encoding="utf-8")
    command = ["pdflatex", "-interaction=batchmode", source.name]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    log = (tmp_path / "marks.log").read_text(encoding="latin-1")
    moved = [(*cases[int(k)], sizes) for k, sizes in re.findall(r"(?:MOVED|RAISED) (\d+): (.*)", log)]
    assert (run.returncode, "MEASURED" in log, moved) == (0, True, [])


def test_pieces_begin_with_their_sign() -> None:
    assert pieces(read("s + t - c*2")) == ["s", "+t", r"-c\cdot 2"]
    assert pieces(read("s + t = c - 2")) == ["s", "+t", "=c", "-2"]
    assert pieces(read("s*t")) == ["st"]


def test_a_mark_over_pieces_keeps_them_together_until_they_must_part() -> None:
    marks: dict[Path, str] = {((1, 2),): "hl"}
    assert pieces(read("s + t - c"), marks=marks) == ["s", r"+\hl{t-c}"]
    assert pieces(read("s + t - c"), marks=marks, everywhere=True) == ["s", r"+\hl{t}", r"-\hl{c}"]


def test_a_quotient_is_opened_to_be_broken() -> None:
    term = read("lim(eps, 0, (f(t + eps) - f(t))/eps)")
    assert pieces(term) == [latex(term)]
    before = r"\lim_{\epsilon\to0}\frac{1}{\epsilon}\bigl("
    assert pieces(term, everywhere=True) == [before + r"f(t+\epsilon)", r"-f(t)\bigr)"]
    assert pieces(term, marks={(1, 0): "hl"}, everywhere=True) == [
        before + r"\hl{f(t+\epsilon)}",
        r"-\hl{f(t)}\bigr)",
    ]
