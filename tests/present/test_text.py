"""A derivation in a terminal and as plain LaTeX: columns, widths, frames; no mathematics here."""

from __future__ import annotations

import re

import pytest

import derivgen
from derivgen.language.problem import read_problem
from derivgen.language.terms import make, symbol
from derivgen.present.catalogue import catalogue
from derivgen.present.latex_lines import LONGEST, escaped, latex_lines
from derivgen.present.lines import Block, Line, Outline, Reason
from derivgen.present.text import WIDTH, condition, formula, text

FUNCTIONS = {"f": "function", "g": "function"}


def shown(of: str, wrt: str, detail: str = "lecture", **options: object) -> str:
    return derivgen.derive(of, wrt, **options).text(detail)  # type: ignore[arg-type]


def term(written: str) -> derivgen.language.terms.Term:
    return read_problem("expand", written, let=FUNCTIONS).of


def small(*lines: Line, lead: str = "Hence") -> Outline:
    return Outline((Block((), lines),), term("a"), make("=", [term("a"), term("b")]), (lead,))


@pytest.mark.parametrize(
    ("let", "said"),
    [
        ("x: scalar", "x is no negative number and not 0"),
        ("X: matrix(n)", "X is free of zero and negative eigenvalues"),
    ],
)
def test_what_a_logarithm_needs_is_said_of_numbers_in_other_words(let: str, said: str) -> None:
    x = read_problem("expand", let[0], let=let).of
    assert condition("principal", x, catalogue("en")) == said


@pytest.mark.parametrize("detail", ["lecture", "worked", "full"])
@pytest.mark.parametrize(
    ("of", "wrt", "let"),
    [("tr(A*X*B)", "X", {}), ("f(x)/g(x)", "x", FUNCTIONS), ("exp(-(x-m)^2/(2*s^2))", "x", {"s": "positive scalar"})],
)
def test_no_line_is_wider_than_the_terminal(of: str, wrt: str, let: dict[str, str], detail: str) -> None:
    written = shown(of, wrt, detail, let=let, method="first principles" if "X" in of or "g" in of else None)
    assert max(map(len, written.splitlines())) <= WIDTH
    assert not any(line != line.rstrip() for line in written.splitlines())


def test_relation_signs_stand_in_one_column() -> None:
    written = shown("tr(A*X*B)", "X", method="first principles")
    block = [line for line in written.splitlines() if re.match(r"^ {4,}\S* ?.*= .*\[", line)]
    assert len(block) > 2
    assert len({line.index(" = ") for line in block}) == 1


def test_reasons_begin_in_one_column_where_they_fit() -> None:
    written = shown("f(g(x))", "x", let=FUNCTIONS, method="first principles")
    block = [line for line in written.splitlines() if line.endswith("]") and "lim" in line]
    assert len({len(line) - len(line.split("   ")[-1]) for line in block}) == 1


def test_the_result_is_framed() -> None:
    written = shown("x^2", "x", method="first principles").splitlines()
    top = next(k for k, line in enumerate(written) if "┌" in line)
    assert [line.strip()[0] for line in written[top : top + 3]] == ["┌", "│", "└"]
    assert len({len(line) for line in written[top : top + 3]}) == 1
    assert written[top - 2].strip() == "Hence"


def test_the_head_says_what_is_asked_and_what_is_assumed() -> None:
    written = shown("log(det(X))", "X", let={"X": "invertible matrix(n)"}, method="first principles")
    head = written.split("\n\n")[0]
    assert head.startswith("d log(det(X))/dX")
    assert "X: invertible matrix(n,n)" in head
    assert "assuming det(X) > 0" in head


def test_derivatives_limits_and_sums_are_written_as_they_are_read() -> None:
    y, x = symbol("y"), symbol("x")
    inner = make("cos", [x])
    outer = make("at", [make("D", [make("exp", [y]), y]), inner], "y")
    assert formula(outer) == "d exp(cos(x))/d cos(x)"
    assert formula(make("times", [outer, make("D", [inner, x])])) == "(d exp(cos(x))/d cos(x))*(d cos(x)/dx)"
    assert formula(make("D", [term("x^2 + x"), x])) == "d(x^2 + x)/dx"
    assert formula(make("lim", [term("0"), term("a + eps")], "eps")) == "lim[eps->0] (a + eps)"


def test_a_long_formula_is_broken_in_the_fewest_brackets() -> None:
    long = make("plus", [make("exp", [term(f"a_{k}*b_{k} + c_{k}")]) for k in range(8)])
    written = text(small(Line(1, term("a"), "=", long, (Reason("a reason"),))))
    rows = [line for line in written.splitlines() if "exp(" in line]
    assert len(rows) > 1
    assert all(row.count("(") == row.count(")") for row in rows)
    assert all(row.strip().startswith("+ ") for row in rows[1:])


def test_a_reason_drops_below_a_line_without_room() -> None:
    long = make("plus", [term(f"variable_{k}") for k in range(6)])
    line = Line(1, term("a"), "=", long, (Reason("a reason of many words, so many that there is no room"),))
    rows = text(small(line)).splitlines()
    place = next(k for k, row in enumerate(rows) if "many words" in row)
    assert "variable" not in rows[place]
    assert "variable" in rows[place - 1]
    assert len(rows[place]) == WIDTH


def test_an_implication_shows_its_sign_and_both_sides() -> None:
    equation = make("=", [term("exp(a)"), term("b")])
    rows = text(small(Line(1, term("a"), "=", term("c")), Line(2, None, "=>", equation))).splitlines()
    row = next(r for r in rows if "=>" in r)
    assert row.strip() == "=> exp(a) = b"


# --- plain LaTeX


def test_each_block_is_an_alignment_with_balanced_braces() -> None:
    result = derivgen.derive("f(g(x))", "x", let=FUNCTIONS, method="first principles")
    written = result.latex("worked")
    blocks = result.lines("worked").blocks
    assert written.count(r"\begin{align*}") == written.count(r"\end{align*}") == len(blocks)
    assert written.count("{") == written.count("}")
    rows = sum(len(block.lines) for block in blocks)
    assert written.count(r"\text{") == rows
    assert r"\boxed{" in written


def test_the_last_row_of_an_alignment_has_no_line_break() -> None:
    written = derivgen.derive("x^2", "x", method="first principles").latex()
    assert not re.search(r"\\\\\s*\\end\{align\*\}", written)


def test_words_are_harmless_to_tex() -> None:
    assert escaped("50% of a_b & {c}^2") == r"50\% of a\_b \& \{c\}\textasciicircum{}2"
    assert escaped("let eps go") == r"let $\epsilon$ go"


def test_a_long_right_side_has_several_rows() -> None:
    long = make("plus", [make("exp", [term(f"a_{k}*b_{k} + c_{k}")]) for k in range(20)])
    written = latex_lines(small(Line(1, term("a"), "=", long, (Reason("why"),))))
    block = written[written.index(r"\begin{align*}") : written.index(r"\end{align*}")]
    rows = block.split("\\\\\n")
    assert len(rows) > 2
    assert all(len(row) < 2 * LONGEST for row in rows)
    assert block.count(r"\text{why}") == 1
    assert r"\text{why}" in rows[-1]


def test_a_law_shown_at_its_place_keeps_the_differences_of_the_line() -> None:
    said = derivgen.derive("norm(x - m)^2", "x", let="x, m: vector(n)").text()
    assert "[(x - m)'*dx = dx'*(x - m)]" in said


def test_reasons_too_long_for_a_line_are_broken_between_reasons() -> None:
    lines = shown("tr(inv(X'*C*X)*A)", "X", "worked", let={"C": "symmetric matrix(n)"}).splitlines()
    assert all(len(line) <= WIDTH for line in lines)
    assert any(line.lstrip().startswith("[") and line.endswith("d_mul_right;") for line in lines)


def test_a_term_in_a_reason_is_set_as_mathematics() -> None:
    found = derivgen.derive("log(det(X'*X))", "X", let="X: matrix(m,n)")
    assert r"$(\mat X\T\mat X)^{-1}$ is symmetric" in found.latex("worked")


def test_a_law_read_backwards_says_the_other_direction() -> None:
    written = shown(
        "c*sum(i, 1, N, x'*W*u[i])", "x", "full", let="c: scalar; x: vector(n); W: matrix(n); u[i=1..N]: vector(n)"
    )
    assert "[take the constant out of the sum: dot_sum]" in written
    assert "into the sum" not in written
