"""Reading LaTeX: what people write, what is asked back, and where a mistake is shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivgen import derive
from derivgen.language.declarations import parse_declarations
from derivgen.language.latex_input import parse_latex, read_formulas
from derivgen.language.notation import NotationError
from derivgen.language.plain import plain


def read(tex: str, let: str = "") -> str:
    return plain(parse_latex(tex, parse_declarations(let), infer=True))


@pytest.mark.parametrize(
    ("tex", "reason", "column"),
    [
        (r"\sin x \cos x", "read in two ways", 8),
        (r"\log x/y", "read in two ways", 7),
        (r"\log x\log y", "read in two ways", 7),
        (r"\sin x(y+1)", "read in two ways", 7),
        (r"\operatorname{tr}(\mathbf X)^2", "read in two ways", 29),
        (r"\sin^{-1} x", "read in two ways", 5),
        (r"a/b\,c", "read in two ways", 6),
        (r"\mathbf{AB}", "read in two ways", 9),
        (r"\sigma(x+1)", "read in two ways", 7),
        (r"d\mathbf X", "read in two ways", 1),
        (r"\mathbf A\odot\mathbf B\mathbf C", "need brackets", 24),
        (r"\mathbf X^{T}^{-1}", "two superscripts", 14),
        (r"{a+b}c\,", "braces are not printed", 1),
        (r"\sum_{i=1}^n X_i", "no vector, matrix or family", 14),
        (r"\sum_i x", "needs what it runs over", 6),
        (r"\log_2 x", "subscript on log", 5),
        (r"x^10\,", "behind a factor", 4),
        (r"x!\,", "factorials", 2),
        (r"e+\alpha", "without an exponent", 1),
        (r"\hat y", "not understood", 1),
        (r"x^{\alpha", "not closed", 3),
        (r"(x\,", "to close the '('", 5),
        (r"\mathbf", "should follow", 8),
        (r"\mathbf 1[x>0", "expected ']'", 14),
        (r"\phi+\varphi", "written in two ways", 6),
        (r"x\mathbf x", "written in two ways", 2),
        (r"\mathbf x\mathbf y", "cannot multiply", 10),
        (r"\mathbf x^2", "has no powers", 10),
        (r"|\mathbf x|", "determinant", 1),
        (r"\|\mathbf X\|", "two ways", 1),
        (r"\exp(\mathbf X)", "two ways", 1),
        (r"\mathbf I", "does not follow from its place", 1),
        (r"\begin{pmatrix}a&b\\c\end{pmatrix}", "different lengths", 1),
        (r"\begin{cases}a\end{cases}", "environment", 1),
        ("\\frac{x}{2}\n + \\cos", "should stand", 8),
    ],
)
def test_refused_with_its_place(tex: str, reason: str, column: int) -> None:
    with pytest.raises(NotationError, match=re.escape(reason)) as refused:
        read(tex)
    assert refused.value.column == column
    assert refused.value.text.strip("$") == tex


PIECES = re.findall(
    r"\\[a-zA-Z]+|\\.|.",
    r"\frac{\partial f}{\partial x}\sum_{i=1}^n\mathbf A_{ij}^{-\top}\|\bigl|2\bigr|"
    r"\sin^2(x)'[e^{\odot 3}]\det"
    r"\begin{pmatrix}a&b\\c\end{pmatrix}\mathrm d\delta\lim_{\epsilon\to0}\otimes/+-=,\sqrt\operatorname{tr}"
    r"\mathbf I\nabla F",
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
def test_any_row_of_signs_is_read_or_refused(tex: str) -> None:
    try:
        read_formulas([f"${tex}$"])
    except NotationError as refused:
        assert 1 <= refused.column <= len(tex) + 3


@pytest.mark.parametrize("length", range(1, 60, 3))
def test_every_beginning_of_a_formula_is_read_or_refused(length: int) -> None:
    tex = r"\frac{1}{2}\bigl|x_{1}\bigr|^{2}+\sum_{i=1}^{n}\operatorname{tr}\mathbf A^{-\top}"[:length]
    try:
        read(tex)
    except NotationError as refused:
        assert refused.line == 1


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\mathbf{x}^{\mathsf T}\mathbf{M}\mathbf{x} + \mathbf a^\top\mathbf x", "x'*M*x + a'*x"),
        (r"\mathbf 1[x>1]y + \mathbf{1}[x<0]", "step(x - 1)*y + step(0 - x)"),
        (r"\mathbf x^T\mathbf 1[\mathbf x > \mathbf 0]", "x'*step.(x)"),
        (r"\log\det\mathbf X", "log(det(X))"),
        (r"\operatorname{tr}\mathbf A\mathbf X\mathbf B + 1", "tr(A*X*B) + 1"),
        (r"\text{tr}(\mathbf A)\mathbf B", "tr(A)*B"),
        (r"(\tr\mathbf X)^2", "tr(X)^2"),
        (r"\tr(\mathbf X^{-1})", "tr(inv(X))"),
        (r"\mathbf X^{-T}", "inv(X)'"),
        (r"|\mathbf X|\,|x|", "det(X)*abs(x)"),
        (r"\left|\frac{x}{2}\right|", "abs(x/2)"),
        (r"\begin{vmatrix}a&b\\c&d\end{vmatrix}", "det([a, b; c, d])"),
        (r"\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)", "exp(-(x - mu)^2/(2*sigma^2))"),
        (r"e^{-x} + \mathrm e^x", "exp(-x) + exp(x)"),
        (r"\sqrt[3]{x} + \frac12", "x^(1/3) + 1/2"),
        (r"\sin^2 x", "sin(x)^2"),
        (r"2x y", "2*x*y"),
        (r"x\cdot 2", "x*2"),
        (r"\boldsymbol\theta^\top\boldsymbol\Sigma\boldsymbol\theta", "theta'*Sigma*theta"),
        (r"\mathbf x_1^\top\mathbf x_2", "x_1'*x_2"),
        (r"\frac{\mathrm d}{\mathrm dx}x^2", "D(x^2, x)"),
        (r"\lim_{\epsilon\to0}\frac{f(x+\epsilon)-f(x)}{\epsilon}", "lim(eps, 0, (f(x + eps) - f(x))/eps)"),
        (r"\mathrm d\mathbf X^{-1}", "d(inv(X))"),
        (r"(\mathbf X^T\mathbf X+\lambda\mathbf I)^{-1}\mathbf X^T\mathbf y", "inv(X'*X + lambda*I(n))*X'*y"),
        (r"\mathbf I_n + \mathbf 1_{n\times n}", "I(n) + ones(n,n)"),
    ],
)
def test_read_without_declarations(tex: str, text: str) -> None:
    assert read(tex) == text


@pytest.mark.parametrize(
    ("tex", "let", "text"),
    [
        (r"f(x+\epsilon)", "f: function", "f(x + eps)"),
        (r"f(x+\epsilon)", "f, x: scalar", "f*(x + eps)"),
        (r"\sigma(x)", "sigma: function", "sigma(x)"),
        (r"\sum_{i=1}^n x_i^2", "x: vector(n)", "sum(i, 1, n, (x[i])^2)"),
        (r"X_{ij}+X_{12}+[X X]_{i,j+1}", "X: matrix(n)", "X[i,j] + X[1,2] + (X*X)[i,j + 1]"),
        (r"\mathbf x_1", "x, x_1: vector(n)", "x_1"),
        (r"\mathbf W_2", "W2: matrix(n)", "W2"),
        (r"\delta_{ij}", "i, j: natural", "delta(i, j)"),
        (r"\mathbf e_i^\top X\mathbf e_j", "X: matrix(m,n)", "e(i, m)'*X*e(j, n)"),
        (r"\mathbf{AB}", "AB: matrix(n)", "AB"),
        (r"\|\mathbf A\mathbf x-\mathbf b\|_2^2", "", "norm(A*x - b)^2"),
        (r"\|\mathbf X\|_F^2", "X: matrix(m,n)", "norm(X)^2"),
        (r"\|\mathbf X\|_2", "X: matrix(m,n)", "norm2(X)"),
        (
            r"\frac1N\sum_{i=1}^N\log\left(1+e^{-y_i\mathbf w^\top\mathbf x_i}\right)",
            "x[i=1..N]: vector(n); y[i=1..N]: scalar; w: vector(n)",
            "1/N*sum(i, 1, N, log(1 + exp(-y[i]*(w'*x[i]))))",
        ),
        (r"\sigma(\mathbf W\mathbf x+\mathbf b)", "sigma: function", "sigma.(W*x + b)"),
        (r"x^T y", "x, y: vector(n)", "x'*y"),
    ],
)
def test_declarations_decide(tex: str, let: str, text: str) -> None:
    assert read(tex, let) == text


def test_bold_letters_are_vectors_and_matrices_by_case() -> None:
    _, inferred = read_formulas([r"\mathbf a^T\mathbf X\mathbf b + \lambda c"])
    found = {name: str(declaration) for name, declaration in inferred.items()}
    assert found == {"a": "vector(m)", "X": "matrix(m,n)", "b": "vector(n)", "lambda": "scalar", "c": "scalar"}


def test_latex_and_notation_stand_side_by_side() -> None:
    assert str(derive(r"\log\det\mathbf X", "X", assume=[r"\det\mathbf X > 0"]).result) == "inv(X)'"
    assert str(derive("$3x^2$", "x").result) == "6*x"
    assert str(derive("tr(A*X)", r"\mathbf X").result) == "A'"


@pytest.mark.parametrize(
    ("tex", "notation"),
    [
        (r"\sum_{i=1}^N (y_i - \mathbf w^\top\mathbf x_i)^2", "sum(i, 1, N, (y[i] - w'*x[i])^2)"),
        (r"\sum_{i=1}^n\sum_{j=1}^n p_{ij} x_i x_j", "sum(i, 1, n, sum(j, 1, n, p[i,j]*x[i]*x[j]))"),
        (r"\sum_{i=1}^n\sum_{j=1}^m A_{i,j} x_i", "sum(i, 1, n, sum(j, 1, m, A[i,j]*x[i]))"),
        (r"\sum_{i=1}^{N-1} (y_{i+1} - y_i)^2", "sum(i, 1, N - 1, (y[i + 1] - y[i])^2)"),
        (r"\sum_{j=1}^p w_j x_j + w_0", "sum(j, 1, p, w[j]*x[j]) + w_0"),
    ],
)
def test_what_a_sum_counts_is_a_member_or_an_entry(tex: str, notation: str) -> None:
    read_off, _ = read_formulas([tex])
    assert read_off == read_formulas([notation])[0] and plain(read_off[0]) == notation


def test_bold_members_are_vectors_and_one_of_them_is_a_variable() -> None:
    tex = r"\sum_{i=1}^N \sum_{k=1}^K r_{ik} \|\mathbf x_i - \boldsymbol\mu_k\|^2"
    inferred = read_formulas([tex, r"\boldsymbol\mu_j"])[1].texts()
    assert inferred["mu"] == "vector(n) for k=1..K" and inferred["r"] == "matrix(N,K)"
    # the size of the vectors has another letter than what counts them
    inferred = read_formulas([r"\sum_{n=1}^N \mathbf x_n"])[1].texts()
    assert inferred["x"] == "vector(m) for n=1..N"
