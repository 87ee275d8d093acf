"""Rows: where a long right side and a long result are broken."""

from __future__ import annotations

from derivgen.documents.measure import size
from derivgen.documents.rows import MOST_ASIDE, Column, aside, cells, column, in_rows
from derivgen.language.problem import read_problem
from derivgen.language.terms import Term, make
from derivgen.present.latex import latex
from derivgen.present.lines import Line
from derivgen.present.style import Style

LET = "x: scalar; f, g, h: function"


def term(text: str) -> Term:
    return read_problem("expand", text, let=LET).of


PRODUCT = term("(f(x) + eps*f'(x) + O(eps^2))*(g(x) + eps*g'(x) + O(eps^2))*(h(x) + eps*h'(x) + O(eps^2)) - f(x)")


def test_a_sum_is_broken_before_a_sign() -> None:
    line = Line(1, None, "=", term("f(x)*g(x) + g(x)*h(x) + h(x)*f(x)"))
    shown = cells(line, {}, Column(0.0, 9.0))
    assert len(shown.right) > 1
    assert all(part.startswith("{}+") for part in shown.right[1:])


def test_a_product_of_brackets_is_broken_before_a_bracket_and_keeps_no_mark_that_forbids_it() -> None:
    line = Line(1, None, "=", PRODUCT)
    for marks in ({}, {(0,): "hl"}):
        shown = cells(line, marks, Column(0.0, 24.0))
        assert len(shown.right) == 2
        assert all(size(part).width <= 24.0 for part in shown.right)
        assert shown.right[1].startswith(r"{}\cdot \bigl(")
        assert r"\hl" not in "".join(shown.right)
    assert r"\hl" in "".join(cells(line, {(0,): "hl"}, Column(0.0, 60.0)).right)


def test_a_chain_that_is_too_wide_hangs_and_its_later_rows_stand_further_in() -> None:
    line = Line(1, term("f(x)*g(x)*h(x)"), "=", PRODUCT)
    shared = column([line], 26.0, Style())
    assert shared.hangs
    left, first, second = cells(line, {}, shared).right
    assert left == latex(term("f(x)*g(x)*h(x)"))
    assert first.startswith("=") and second.startswith(r"\quad {}")


def test_a_result_is_set_in_one_row_if_it_fits_and_in_an_alignment_if_not() -> None:
    result = make("=", (term("f(x)"), term("f(x)*g(x) + g(x)*h(x) + h(x)*f(x)")))
    assert in_rows(result, 40.0, Style()) == latex(result)
    assert in_rows(result, 11.0, Style()).startswith(r"\begin{aligned}&f(x)=")
    assert r"\\&\quad {}+" in in_rows(result, 11.0, Style())


def test_an_equation_in_the_side_column_is_broken_to_its_width_or_left_to_others() -> None:
    equation = make("=", (term("x"), term("f(x)*g(x) + g(x)*h(x) + h(x)*f(x)")))
    assert aside(equation, 40.0, Style()) == f"${latex(equation)}$"
    broken = aside(equation, 9.0, Style())
    assert broken is not None
    rows = broken.split(r"\\\hspace*{1em}")
    assert 1 < len(rows) <= MOST_ASIDE
    assert all(row[0] == row[-1] == "$" and size(row[1:-1]).width <= 9.0 for row in rows)
    assert aside(make("=", (term("x"), PRODUCT)), 6.0, Style()) is None
