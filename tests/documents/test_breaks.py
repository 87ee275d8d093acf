"""Where a long formula is broken: what stays together first, then what is preferred, then what is written otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivgen.documents.breaks import pieces, rows
from derivgen.documents.measure import size
from derivgen.present.latex import latex
from tests.language.random_terms import terms

WIDE = 1000.0


def split(tex: str) -> list[str]:
    return [piece.tex for piece in pieces(tex, WIDE)]


@pytest.mark.parametrize(
    "tex",
    [
        r"f(x)",  # a call, which is written as a product is
        r"f'(x)",
        r"\sin(x)",
        r"\operatorname{relu}(x)",
        r"\tr\mat A",
        r"\mathrm{d}\mat X",
        r"\frac{\mathrm{d}}{\mathrm{d}x}\bigl(x\bigr)",
        r"\lim_{\epsilon\to0}\frac{1}{\epsilon}",
        r"\sum_{i=1}^{n}x_{i}",
        r"-x",
        r"2\bigl(x\bigr)",
        r"x^{a+b}",
        r"|a+b|",
        r"{\begin{pmatrix}a+b&c\\d&e\end{pmatrix}}",
    ],
)
def test_what_belongs_together_is_not_parted(tex: str) -> None:
    assert split(tex) == [tex]


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        (r"=a+b-c", ["=a", "+b", "-c"]),
        (r"\bigl(a+b\bigr)\bigl(c-d\bigr)", [r"\bigl(a", r"+b\bigr)", r"\bigl(c", r"-d\bigr)"]),
        (r"\mat A\T\mat B\mat C", [r"\mat A\T", r"\mat B", r"\mat C"]),
        (r"\mat a\odot \mat b", [r"\mat a", r"\odot \mat b"]),
        (r"x\sin(x)\cos(3x)", ["x", r"\sin(x)", r"\cos(3x)"]),
    ],
)
def test_a_row_may_begin_before_signs_operations_and_factors(tex: str, parts: list[str]) -> None:
    assert split(tex) == parts


def test_own_signs_come_before_factors_and_these_before_signs_in_brackets() -> None:
    assert rows(pieces(r"a\,(b+c)+d\,(e+f)", WIDE), 7.5) == [r"a\,(b+c)", r"{}+d\,(e+f)"]
    assert rows(pieces(r"(a+b)^{2}(c+d)", WIDE), 6.0) == [r"(a+b)^{2}", r"{}\cdot (c+d)"]
    assert rows(pieces(r"\log(aaaa+bbbb)", WIDE), 7.0) == [r"\log(aaaa", r"{}+bbbb)"]


def test_a_wide_quotient_is_written_as_a_product_and_a_derivative_before_its_brackets() -> None:
    assert "".join(rows(pieces(r"\frac{a+b+c}{x}", 4.0), 4.0)) == r"\frac{1}{x}\bigl(a{}+b{}+c\bigr)"
    above = r"\mathrm{d}\bigl(a+b+c\bigr)"
    assert split(rf"\frac{{{above}}}{{\mathrm{{d}}x}}") == [rf"\frac{{{above}}}{{\mathrm{{d}}x}}"]
    assert pieces(rf"\frac{{{above}}}{{\mathrm{{d}}x}}", 5.0)[0].tex.startswith(r"\frac{\mathrm{d}}{\mathrm{d}x}\Bigl(")
    assert pieces(r"\frac{a+b+c}{d+e+f}", 4.0)[-1].tex.endswith("^{-1}")


def test_a_mark_that_is_too_wide_is_given_to_each_term() -> None:
    assert [piece.tex for piece in pieces(r"\hl<2>{a+(b+c)}", 4.0)] == [r"\hl<2>{a}", r"+\hl<2>{(b+c)}"]


@settings(max_examples=60)
@given(terms(), st.floats(5.0, 40.0))
def test_pieces_are_the_formula_split_and_rows_are_no_wider_than_their_widest_piece(term: object, room: float) -> None:
    tex = latex(term)  # type: ignore[arg-type]
    assert "".join(split(tex)) == tex
    found = pieces(tex, room)
    widest = max(room, max(piece.width for piece in found) + 2.0)
    assert all(size(row).width <= widest + 0.01 for row in rows(found, room))
    assert all(row.count("{") == row.count("}") for row in rows(found, room))
