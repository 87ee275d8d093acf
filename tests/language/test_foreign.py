"""What other programs write is answered with the spelling here."""

from __future__ import annotations

import pytest

from derivgen import check, derive
from derivgen.language.foreign import NAMES
from derivgen.language.notation import NotationError
from derivgen.language.operators import CALLS


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("sin x", "sin(x)"), ("sin^2(x)", "sin(x)^2"), ("x**2", "x^2"), ("A@x", "*"), ("||x||", "norm(x)"),
        ("x.T", "x'"), ("x^T", "x'"), ("max(x)", "max(a, b)"), ("norm(x, 1)", "norm1(x)"), ("trace(x)", "tr(X)"),
        ("dot(a, x)", "a'*b"), ("ln(x)", "log(x)"), ("factorial(x)", "let factorial: function"),
        ("F(X)", "F: function(matrix(m,n)) -> scalar"), ("N*sum(i, 1, n, x[i])", "N as a matrix"),
    ],
)  # fmt: skip
def test_the_hint_has_the_spelling_of_the_notation(text: str, hint: str) -> None:
    with pytest.raises(NotationError) as refused:
        derive(text, "x")
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("let", "hint"),
    [
        ("X: matrix(n,p), y: vector(n)", "matrix(n,p); y: vector(n)"),
        ("M: function(vector(n)) -> symmetric matrix(n)", "write matrix(n,n)"),
    ],
)
def test_a_declaration_says_what_to_write(let: str, hint: str) -> None:
    with pytest.raises(NotationError) as refused:
        derive("x^2", "x", let=let)
    assert hint in refused.value.hint


def test_no_foreign_name_is_one_of_the_notation() -> None:
    assert not NAMES.keys() & CALLS.keys()


def test_only_a_result_can_be_checked() -> None:
    with pytest.raises(TypeError, match="what derive, prove or expand gave"):
        check("x")  # type: ignore[arg-type]
