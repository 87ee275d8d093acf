"""What no method does is refused before any method is tried: a first-order answer to another question is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from derivgen import api
from derivgen.engine.derivation_error import DerivationError
from derivgen.language.notation import NotationError

LET = {"M": "matrix(n)", "x, a": "vector(n)"}


@pytest.mark.parametrize(
    ("of", "asked", "words"),
    [
        ("x'*M*x", {"order": 3}, "no derivative of this order"),
        ("x'*M*x", {"method": "chain rule"}, "the chain rule is for functions of a scalar"),
        ("M*x", {"order": 2}, "no derivative of this order"),
        ("x'*M*x", {"kind": "differential", "order": 3}, "differential of order 3"),
        ("x'*M*x", {"to": "2*M*x"}, "false: the two sides differ"),
        ("x'*M*x", {"vary": "structured"}, "structure"),
        ("x'*M*x", {"kind": "gradient", "along": "a"}, "a gradient has no direction"),
        ("x'*M*x", {"kind": "jacobian"}, "a Jacobian is that of a vector"),
        ("M*x", {"kind": "gradient"}, "a gradient is that of a scalar"),
        ("x'*M*x", {"kind": "differential", "method": "componentwise"}, "not found by componentwise"),
    ],
)
def test_what_no_method_does(of: str, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(DerivationError, match=words) as caught:
        api.derive(of, "x", let=LET, **asked)
    assert caught.value.hint


@pytest.mark.parametrize("method", [None, "first principles", "differentials"])
def test_an_undeclared_eps_of_a_derivative_is_the_users(method: str | None) -> None:
    found = api.derive("eps*x^2", "x", method=method)
    assert str(found.result) == "2*eps*x" and found.derivation.problem.perturbation == "delta"
    assert api.check(found) and api.check(api.Result.from_json(found.to_json()))


def test_the_second_derivative_by_a_matrix_is_a_form_in_its_change() -> None:
    found = api.derive("log(det(X))", "X", order=2)
    assert str(found.result) == "-tr(inv(X)*d(X)*inv(X)*d(X))"
    assert api.check(found)


def test_a_sum_that_is_too_long_for_numbers_is_refused_at_once() -> None:
    report = api.check(api.derive("sum(i, 1, 1000000, x*i)", "x"))
    assert not report and "too long" in str(report)


def test_expansions_beyond_the_first_order() -> None:
    with pytest.raises(DerivationError, match="beyond the first order"):
        api.expand("(x + eps)^3", order=2)


def test_an_entry_has_no_direction() -> None:
    with pytest.raises(DerivationError, match="whole vector or matrix"):
        api.derive("tr(A*X)", "X[i,j]", kind="directional")


def test_a_premise_takes_no_way_points() -> None:
    with pytest.raises(DerivationError, match="way-points"):
        api.prove("g'(y) = 1/f'(g(y))", given="g(f(x)) = x", via=["g'(y)"])


@pytest.mark.parametrize(("of", "wrt", "along", "shape"), [
    ("tr(A*X)", "X", "U", "matrix(m,n)"), ("x'*M*x", "x", "u", "vector(n)"), ("x^2", "x", "u", "scalar"),
])  # fmt: skip
def test_an_undeclared_direction_has_the_shape_of_its_variable(of: str, wrt: str, along: str, shape: str) -> None:
    found = api.derive(of, wrt, along=along, let={"A": "matrix(n,m)", "M": "matrix(n)"}).derivation
    assert str(found.problem.declarations[along]) == shape and found.problem.quantity == "directional"
    assert api.check(api.derive(of, wrt, along=along, let={"A": "matrix(n,m)", "M": "matrix(n)"}))


def test_only_what_carries_the_shape_takes_it() -> None:
    along = api.derive("x'*x", "x", along="e(i,n) + t*u", let={"x": "vector(n)"})
    found = along.derivation.problem.declarations
    assert [str(found[name]) for name in "itu"] == ["index", "scalar", "vector(n)"]
    assert api.check(along)


@pytest.mark.parametrize(("along", "let"), [
    ("u", {"x": "vector(n)", "u": "vector(m)"}), ("M*u", {"x": "vector(n)", "M": "matrix(m,n)"}),
    ("U", {"x": "scalar"}),
])  # fmt: skip
def test_a_direction_of_another_shape(along: str, let: dict[str, str]) -> None:
    with pytest.raises(NotationError, match="a direction has the shape of its variable") as caught:
        api.derive("x'*x" if "vector" in let["x"] else "x^2", "x", along=along, let=let)
    assert along in str(caught.value) and "^" in str(caught.value)


def test_a_differential_is_written_in_that_of_the_variable() -> None:
    found = api.derive("tr(A*X)", "X", kind="differential")
    assert str(found.result) == "tr(A*d(X))" and api.check(found)


def test_a_direction_is_put_into_the_differential_unless_the_limit_is_asked_for() -> None:
    asked = {"let": "A, S: matrix(n); f: function(matrix(n)) -> scalar", "along": "S"}
    found = api.derive("f(A)", "A", **asked)
    assert [len(block.lines) for block in found.lines("lecture").blocks] == [1]
    limit = api.derive("f(A)", "A", method="first principles", **asked)
    assert found.result == limit.result and api.check(found) and api.check(limit)
    assert limit.steps[0].rule == "def_directional"


def test_an_entry_does_not_move_within_a_structure() -> None:
    with pytest.raises(DerivationError, match="by an entry does not move") as caught:
        api.derive("log(det(S))", "S[i,j]", let="S: symmetric matrix(n)", vary="structured")
    assert "derive by S and take the entry" in caught.value.hint


@pytest.mark.parametrize(
    ("of", "wrt", "let", "answer"),
    [
        ("F(x)", "x", "F: function(vector(n)) -> scalar; x, v: vector(n)", "v'*hess(F)(x)*v"),
        ("log(det(X))", "X", "X: invertible matrix(n); v: matrix(n)", "-tr(inv(X)*v*inv(X)*v)"),
        ("x'*M*x", "x", "M: matrix(n); x, v: vector(n)", "2*(v'*M*v)"),
    ],
)
def test_the_second_derivative_along_a_direction(of: str, wrt: str, let: str, answer: str) -> None:
    found = api.derive(of, wrt, let=let, along="v", order=2)
    assert str(found.result) == answer
    assert api.check(found) and api.check(api.Result.from_json(found.to_json()))


def test_a_higher_order_along_a_direction_without_a_name_is_refused() -> None:
    with pytest.raises(DerivationError, match="needs a name"):
        api.derive("x'*M*x", "x", let=LET, kind="directional", order=2)


@pytest.mark.parametrize(
    ("of", "wrt", "order", "result"),
    [
        ("x[1]^3*x[2]", "x[1]", 2, "6*x[2]*x[1]"),
        ("x[1]^3*x[2]", "x[1]", 3, "6*x[2]"),
        ("sum(i, 1, n, x[i]^3)", "x[k]", 2, "6*x[k]"),
        ("x'*M*x", "x[k]", 2, None),
        ("log(det(M))", "M[i,j]", 2, "-(inv(M)[j,i])^2"),
    ],
)
def test_a_higher_order_by_an_entry_is_that_order(of: str, wrt: str, order: int, result: str | None) -> None:
    found = api.derive(of, wrt, let="x: vector(n); M: matrix(n,n)" if "[1]" not in of else "x: vector(2)", order=order)
    assert api.check(found)
    assert result is None or str(found.result) == result


def test_a_higher_order_by_an_entry_of_a_complex_variable_is_refused() -> None:
    with pytest.raises(DerivationError, match="by an entry of a complex variable") as caught:
        api.derive("z[1]^3", "z[1]", let="z: complex vector(2)", order=2)
    assert "by the whole" in caught.value.hint
