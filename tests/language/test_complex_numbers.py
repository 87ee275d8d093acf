"""Complex numbers in the notation and in LaTeX: refused, read, and printed so that they read back."""

from __future__ import annotations

import re

import pytest

from derivgen.language.declarations import parse_declaration, parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.latex_input import parse_latex
from derivgen.language.notation import NotationError
from derivgen.language.plain import plain
from derivgen.present.latex import latex
from derivgen.present.notation_style import Notation

LET = parse_declarations(
    "X: complex matrix(m,n); A: complex matrix(m); z: complex scalar; x: complex vector(n); b: complex vector(m);"
    "t, i_1: scalar; f: holomorphic function"
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2iz", "unexpected"),
        ("1i(t)", "a product is written with"),
        ("z1i", "not declared"),
        ("H(X, A)", "takes 1 argument"),
        ("X^H", "write H(A) for the conjugate transpose"),
        ("conj(X)*X", "cannot multiply"),
    ],
)
def test_refused(text: str, says: str) -> None:
    with pytest.raises(NotationError, match=re.escape(says)):
        parse(text, LET)


def test_an_accent_is_a_conjugate_of_a_complex_name_alone() -> None:
    with pytest.raises(NotationError, match="declare the name complex"):
        parse_latex(r"\bar t", LET)


@pytest.mark.parametrize(
    "text",
    ["1i", "2*1i*z", "conj(z)", "H(X)", "H(x)*x", "H(X)'", "conj(X')", "conj(A*X)", "H(A*X)*A", "re(X) + 1i*im(X)",
     "H(A)^2", "inv(H(A))", "exp(1i*t)", "abs(z)^2", "D(tr(X*H(X)), conj(X))", "nabla(tr(X*H(X)), X)",
     "D(f(z), re(z))"],
)  # fmt: skip
def test_plain_text_is_its_own_normal_form(text: str) -> None:
    assert plain(parse(text, LET)) == text


SAME = [("conj(X)'", "H(X)"), ("2i", "2*1i"), ("H(z)", "conj(z)"), ("1.5i", "1.5*1i")]


@pytest.mark.parametrize(("text", "same"), SAME)
def test_two_ways_to_write_one_thing(text: str, same: str) -> None:
    assert parse(text, LET) == parse(same, LET)


COMPLEX = ["complex matrix(m,n)", "Hermitian matrix(n,n)", "holomorphic function", "complex scalar"]


@pytest.mark.parametrize("text", COMPLEX)
def test_declarations_read_back(text: str) -> None:
    declared = parse_declaration("y", text)
    assert declared.is_complex
    assert str(declared) == text


def test_a_name_is_real_unless_it_is_declared_complex() -> None:
    assert not parse_declaration("y", "matrix(n)").is_complex
    with pytest.raises(NotationError, match="holomorphc"):
        parse_declaration("y", "holomorphc function")


LATEX = [
    ("H(x)*x", r"\mat x^{\mathsf H}\mat x"),
    ("conj(X)", r"\mat X^{*}"),
    ("conj(z)*z", r"z^{*}z"),
    ("H(A*X)", r"(\mat A\mat X)^{\mathsf H}"),
    ("2*1i*im(X)", r"2\mathrm{i}\Im\mat X"),
    ("re(z*t)", r"\Re(zt)"),
    ("exp(1i*t)", r"\mathrm{e}^{\mathrm{i}t}"),
    ("D(tr(X*H(X)), conj(X))", r"\frac{\partial\tr\mat X\mat X^{\mathsf H}}{\partial\mat X^{*}}"),
    ("D(z^2, re(z))", r"\frac{\partial z^{2}}{\partial\Re z}"),
]


@pytest.mark.parametrize(("text", "tex"), LATEX)
def test_latex_is_written_and_read_back(text: str, tex: str) -> None:
    t = parse(text, LET)
    assert latex(t) == tex
    assert parse_latex(tex, LET) == t


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\mathbf x^\dagger\mathbf x", "H(x)*x"),
        (r"\overline{\mathbf A\mathbf X}", "conj(A*X)"),
        (r"\bar z z", "conj(z)*z"),
        (r"A^{-H}", "H(inv(A))"),
        (r"\|\mathbf A\mathbf b\|^2 + |z|^2", "norm(A*b)^2 + abs(z)^2"),
        (r"\operatorname{Re}(z)", "re(z)"),
    ],
)
def test_other_spellings_in_latex(tex: str, text: str) -> None:
    assert parse_latex(tex, LET) == parse(text, LET)


def test_the_notation_of_a_document() -> None:
    t = parse("H(X)*conj(X)", parse_declarations("X: complex matrix(n)"))
    assert latex(t, Notation(adjoint="dagger", conjugate="bar")) == r"\mat X^{\dagger}\overline{\mat X}"
