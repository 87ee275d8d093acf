"""Dimensions as sums of products of names; unification."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivgen.language.shapes import (
    ONE,
    SCALAR,
    Dim,
    add_dims,
    describe,
    dim,
    mul_dims,
    substitute_dim,
    unify,
    unify_shapes,
)

NAMES = st.sampled_from(["m", "n", "k"])
SMALL = st.recursive(
    st.integers(1, 4).map(dim) | NAMES.map(dim),
    lambda inner: (
        st.tuples(inner, inner).map(lambda p: add_dims(*p))
        | st.tuples(inner, inner).map(lambda p: mul_dims(*p))
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(("a", "b"), [(dim("m"), dim("n")), (dim(2), dim(3)), (dim("n"), ONE)])
def test_different_names_do_not_unify(a: Dim, b: Dim) -> None:
    assert unify(a, b, {}) is None


def test_a_dimension_variable_is_not_bound_to_a_sum_of_itself() -> None:
    assert unify(dim("?a"), add_dims(dim("?a"), ONE), {}) is None


def test_both_sides_of_a_shape_must_agree() -> None:
    assert unify_shapes((dim("?a"), dim("?a")), (dim("m"), dim("n")), {}) is None
    assert unify_shapes((dim("?a"), dim("?b")), (dim("m"), dim("n")), {}) == {"?a": dim("m"), "?b": dim("n")}


def test_bindings_are_followed_to_their_end() -> None:
    assert substitute_dim(mul_dims(dim("?a"), dim(2)), {"?a": dim("?b"), "?b": dim("n")}) == mul_dims(
        dim(2), dim("n")
    )


@given(SMALL, SMALL, SMALL)
def test_arithmetic_of_dimensions(a: Dim, b: Dim, c: Dim) -> None:
    assert add_dims(a, b) == add_dims(b, a)
    assert mul_dims(a, b) == mul_dims(b, a)
    assert mul_dims(a, add_dims(b, c)) == add_dims(mul_dims(a, b), mul_dims(a, c))
    assert add_dims(add_dims(a, b), c) == add_dims(a, add_dims(b, c))


@given(SMALL)
def test_a_dimension_unifies_with_itself_and_with_a_variable(a: Dim) -> None:
    assert unify(a, a, {}) == {}
    assert unify(dim("?x"), a, {}) == {"?x": a}


def test_shapes_in_words() -> None:
    assert describe(SCALAR) == "scalar"
    assert describe((dim("n"), ONE)) == "vector(n)"
    assert describe((ONE, dim("n"))) == "row(n)"
    assert describe((add_dims(dim("m"), dim("n")), dim(3))) == "matrix(m + n,3)"
