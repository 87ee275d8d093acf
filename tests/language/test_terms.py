"""The normal form, paths, substitution and equality of terms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivgen.language.elaborate import parse
from derivgen.language.shapes import SCALAR, ShapeError, dim
from derivgen.language.terms import (
    Term,
    at,
    equivalent,
    fresh_name,
    make,
    number,
    plus,
    product,
    put,
    substitute,
    symbol,
    walk,
)
from tests.language.random_terms import DECLARATIONS, MATRIX, SQUARE, VECTOR, terms


def read(text: str) -> Term:
    return parse(text, DECLARATIONS)


X, A, a, b, s = (
    symbol("X", SQUARE),
    symbol("A", MATRIX),
    symbol("a", VECTOR),
    symbol("b", VECTOR),
    symbol("s"),
)


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("plus", (A, X)), ("plus", (s, X)), ("dot", (A, A)), ("dot", (a, b)), ("inv", (A,)),
        ("tr", (A,)), ("det", (A,)),
        ("log", (X,)), ("exp", (a,)), ("pow", (a, number(2))), ("pow", (s, X)), ("div", (s, X)),
        ("=", (A, X)),
        ("D", (A, X)), ("directional", (s, A, X)), ("index", (X, s)),
    ],
)  # fmt: skip
def test_shapes_that_do_not_fit_are_refused(op: str, args: tuple[Term, ...]) -> None:
    with pytest.raises(ShapeError):
        make(op, args)


@pytest.mark.parametrize(("op", "count"), [("neg", 2), ("sin", 0), ("div", 1), ("D", 3)])
def test_a_wrong_number_of_arguments_is_refused(op: str, count: int) -> None:
    with pytest.raises(ValueError, match="takes"):
        make(op, [s] * count)


@pytest.mark.parametrize("path", [(5,), (0, 0), (-1,), (0, 0, 1)])
def test_a_path_that_leads_nowhere_is_refused(path: tuple[int, ...]) -> None:
    with pytest.raises(IndexError):
        at(read("s + t"), path)


def test_terms_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        s.op = "number"


def test_the_normal_form_of_products() -> None:
    assert product(A, product(s, X)) == product(s, product(A, X))
    assert product(a, product(make("transpose", [a]), b)) == product(product(make("transpose", [a]), b), a)
    assert product(plus(s, s), number(2)).op == "times"
    assert product(make("transpose", [a]), X, b).shape == SCALAR


def test_nothing_is_evaluated() -> None:
    assert plus(s, make("neg", [s])).op == "plus"
    assert product(number(2), number(3)).op == "times"
    assert make("transpose", [make("transpose", [A])]).op == "transpose"


def test_one_by_one_constants_are_numbers() -> None:
    assert make("identity", (), None, SCALAR) == number(1)
    assert make("zeros", (), None, SCALAR) == number(0)
    assert number(-2) == make("neg", [number(2)])


@settings(max_examples=150, deadline=None)
@given(terms(), st.data())
def test_what_is_at_a_path_can_be_put_back(term: Term, data: st.DataObject) -> None:
    path, part = data.draw(st.sampled_from(list(walk(term))))
    assert at(term, path) == part
    assert put(term, path, part) == term


def test_a_selection_is_put_at_its_first_place() -> None:
    term = read("s + t + rate + alpha")
    assert at(term, ((1, 3),)) == read("t + alpha")
    assert put(term, ((1, 3),), number(5)) == read("s + 5 + rate")


@settings(max_examples=100, deadline=None)
@given(terms())
def test_renaming_there_and_back_changes_nothing(term: Term) -> None:
    there = substitute(term, {"s": symbol("new")})
    assert "s" not in there.free
    assert equivalent(substitute(there, {"new": s}), term)


def test_a_bound_name_does_not_capture() -> None:
    inner = substitute(read("sum(k, 1, n, s*a[k])"), {"s": symbol("k")})
    assert inner.free == {"k", "n", "a"}
    assert inner.data != "k"


@settings(max_examples=100, deadline=None)
@given(terms(), terms())
def test_equal_terms_have_equal_hashes(left: Term, right: Term) -> None:
    if left == right:
        assert hash(left) == hash(right)
    again = substitute(left, {"no_such_name": s})
    assert again == left
    assert hash(again) == hash(left)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("s + t", "t + s", True), ("s*t", "t*s", True), ("A*X'", "A*X", False), ("X*Sigma", "Sigma*X", False),
        ("sum(i, 1, n, a[i])", "sum(j, 1, n, a[j])", True), ("sum(i, 1, n, a[i])",
        "sum(i, 1, n, b[i])", False),
        ("s - t", "t - s", False), ("at(f(t), t, s)", "at(f(rate), rate, s)", True),
    ],
)  # fmt: skip
def test_equality_up_to_order_and_bound_names(left: str, right: str, same: bool) -> None:
    assert equivalent(read(left), read(right)) is same


def test_fresh_names_avoid_those_that_are_taken() -> None:
    assert fresh_name("eps", []) == "eps"
    assert fresh_name("eps", ["eps", "eps_1"]) == "eps_2"


def test_shapes_of_derivatives() -> None:
    assert read("D(tr(X), X)").shape == SQUARE
    assert read("D(X, s)").shape == SQUARE
    assert read("D(A*a, a)").shape == (dim("m"), dim("n"))
