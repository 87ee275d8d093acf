"""Sentences and reasons: which letters in plain words are names."""

from __future__ import annotations

import pytest

from derivgen.documents.statements import declared, words
from derivgen.present.style import Style


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("square of a sum", "square of a sum"),
        ("a power of a power", "a power of a power"),
        ("write a as an exponential", "write $a$ as an exponential"),
        ("entry k of the gradient", "entry $k$ of the gradient"),
        ("only the term j = k remains", "only the term $j = k$ remains"),
        ("y = f(x), x = g(y)", "$y = f(x)$, $x = g(y)$"),
        ("then eps -> 0", r"then $\epsilon \to 0$"),
        ("x_i and x_k vary independently", "$x_{i}$ and $x_{k}$ vary independently"),
        ("de Moivre's formula", "de Moivre's formula"),
        ("determinant of a 2 by 2 matrix", "determinant of a 2 by 2 matrix"),
        ("100% of A_ and $", r"100\% of A\_ and \$"),
    ],
)
def test_single_letters_are_names_but_for_the_article(text: str, tex: str) -> None:
    assert words(text) == tex


def test_vectors_and_matrices_are_bold_in_words_too() -> None:
    assert words("this holds for every U", frozenset("U")) == r"this holds for every $\mat U$"


def test_families_of_one_range_are_declared_together_by_a_member() -> None:
    shapes = [
        (("mu",), "vector(n) for k=1..K"), (("x",), "vector(n)"), (("S",), "positive definite matrix(n,n) for k=1..K"),
        (("c",), "positive scalar for i=1..N"),
    ]  # fmt: skip
    assert declared(shapes, Style()) == [
        r"$\mat x\in\mathbb R^{n}$",
        r"$\matgreek{\mu}_{k}\in\mathbb R^{n}$, $\mat S_{k}$ is $n\times n$ and positive definite for $k=1,\dots,K$",
        r"$c_{i}>0$ for $i=1,\dots,N$",
    ]
