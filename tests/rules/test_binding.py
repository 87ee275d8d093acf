"""Filling in a law: what is missing or would be captured is refused; shapes and names come out right."""

from __future__ import annotations

import pytest

from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.plain import plain
from derivgen.language.shapes import ShapeError, dim
from derivgen.language.terms import Term, symbol
from derivgen.rules.binding import (
    Abstraction,
    Binding,
    BoundName,
    Empty,
    FunctionName,
    UnboundError,
    Value,
    instantiate,
)
from derivgen.rules.book import standard_book
from derivgen.rules.instances import instance

BOOK = standard_book()
NAMES = parse_declarations(
    "A, B: matrix(m,n); C: matrix(n,p); X: matrix(n); s, t: scalar; a: vector(n); f, g: function"
)


def term(text: str) -> Term:
    return parse(text, NAMES)


@pytest.mark.parametrize(
    ("law", "missing"),
    [
        ("tr_cyclic", "A"),
        ("taylor", "f"),
        ("sum_plus", "F"),
        ("mul_plus", "a.."),
        ("tr_identity", "?n"),
        ("read_gradient", "U"),
    ],
)
def test_refuses_a_binding_that_lacks_something(law: str, missing: str) -> None:
    binding = {k: v for k, v in instance(BOOK[law]).binding.items() if k != missing}
    with pytest.raises((UnboundError, ShapeError, ValueError)):
        for side in (BOOK[law].left, BOOK[law].right):
            if plain(instantiate(side, binding)).count("?"):
                raise UnboundError(missing)


@pytest.mark.parametrize(
    ("law", "name", "value"),
    [
        ("sum_scale", "a", symbol("i")),
        ("sum_scale", "F", Abstraction(("y",), parse("y*i", parse_declarations("y, i: scalar")))),
        ("lim_constant", "a", symbol("eps")),
        ("sum_swap", "F", Abstraction(("y", "z"), symbol("j"))),
    ],
)
def test_refuses_what_a_bound_name_would_capture(law: str, name: str, value: Value) -> None:
    with pytest.raises(UnboundError, match="captured"):
        instance(BOOK[law], **{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [("A", FunctionName("f")), ("A", BoundName("i")), ("A", Empty()), ("B", Abstraction(("y",), symbol("y")))],
)
def test_refuses_a_value_of_another_kind(name: str, value: Value) -> None:
    binding: Binding = {**instance(BOOK["tr_cyclic"]).binding, name: value}
    with pytest.raises(UnboundError):
        instantiate(BOOK["tr_cyclic"].left, binding)


def test_refuses_shapes_that_do_not_fit() -> None:
    with pytest.raises(ShapeError):
        instantiate(BOOK["dot_plus"].left, {"A": term("C"), "B": term("A"), "C": term("A")})


def test_a_second_order_hole_takes_its_argument() -> None:
    law = BOOK["def_derivative"]
    body = parse("y^2*s", parse_declarations("y, s: scalar"))
    eps: Binding = {"eps": symbol("eps"), "@eps": BoundName("eps")}
    binding: Binding = {"F": Abstraction(("y",), body), "x": term("t"), **eps}
    assert plain(instantiate(law.left, binding)) == "D(t^2*s, t)"
    assert plain(instantiate(law.right, binding)) == "lim(eps, 0, ((t + eps)^2*s - t^2*s)/eps)"


def test_segments_may_be_empty() -> None:
    law = BOOK["mul_plus"]
    binding: Binding = {"a..": Empty(), "t..": term("s*t"), "b": term("s"), "c": term("t")}
    assert plain(instantiate(law.left, binding)) == "(s + t)*s*t"
    assert plain(instantiate(law.right, binding)) == "s*s*t + t*s*t"


def test_dimensions_give_shapes() -> None:
    binding: Binding = {"A": term("A"), "?m": dim("m"), "?n": dim("n")}
    assert plain(instantiate(BOOK["mul_identity"].left, binding)) == "A*I(n)"


def test_a_law_about_its_own_names() -> None:
    about = instance(BOOK["D_mul"])
    assert plain(about.left) == "D(a(x)*b(x), x)"
    assert about.declarations["a"].sort == "function"
    assert instance(BOOK["tr_cyclic"]).dimensions == {"m", "n"}
    assert plain(instance(BOOK["log_perturb"]).left) == "log(1 + eps*h)"
