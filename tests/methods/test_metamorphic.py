"""What changes in a problem changes the result accordingly: names, factors, transposes, brackets, the method.

The results are compared in numbers of ``tests/judge``, at random points: their forms may differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from derivgen import DerivationError, check, derive
from tests.judge.differences import distance
from tests.judge.functions import Array
from tests.judge.values import value

SIZES = {"n": 3, "m": 2}
LET = {
    "X": "matrix(m,n)", "A": "matrix(m)", "B": "matrix(n)", "W": "matrix(m,n)", "S": "matrix(n)",
    "x": "vector(n)", "a": "vector(n)", "b": "vector(m)", "c": "scalar", "t": "scalar",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """An expression and its variable."""

    of: str
    wrt: str


CASES = [
    Case("tr(X'*A*X*B)", "X"),
    Case("b'*X*a + c*tr(W'*X)", "X"),
    Case("log(det(X*X' + A*A' + I(m)))", "X"),
    Case("tr(inv(X'*X + I(n))*B)", "X"),
    Case("sum(exp.(X).*W)", "X"),
    Case("norm(A*X - W)^2/2", "X"),
    Case("x'*B*x + a'*x", "x"),
    Case("log(1 + exp(a'*x))", "x"),
    Case("logsumexp(W*x) - b'*W*x", "x"),
    Case("sqrt(1 + (x - a)'*(x - a))", "x"),
    Case("(a'*x)^3*exp(-x'*x)", "x"),
    Case("sin(c*t)*exp(-t^2)", "t"),
    Case("log(1 + t^2)/(1 + c^2)", "t"),
]
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.of)


def point(let: dict[str, str], seed: int = 0) -> dict[str, Any]:
    """A random point for declared names."""
    r = np.random.default_rng(seed)
    found: dict[str, Any] = dict(SIZES)
    for name, text in sorted(let.items()):
        sizes = [SIZES[d] for d in re.findall(r"\b[mn]\b", text)]
        if text == "scalar":
            found[name] = float(r.normal())
        else:
            shape = (sizes[0], 1) if text.startswith("vector") else (sizes[0], sizes[-1])
            found[name] = 0.5 * r.normal(size=shape)
    return found


def answer(of: str, wrt: str, let: dict[str, str] = LET, at: dict[str, Any] | None = None, **asked: Any) -> Array:
    """The value of the checked derivative at a point."""
    words = set(re.findall(r"[A-Za-z_]\w*", of)) | {wrt}
    result = derive(of, wrt, let={name: text for name, text in let.items() if name in words}, **asked)
    assert check(result), f"{of}: {check(result)}"
    return value(result.result.term, at if at is not None else point(let))


def same(one: Array, two: Array) -> bool:
    """Whether two values agree."""
    return distance(one, two) < 1e-9


# Names that methods bring in themselves, and names that look like functions, dimensions and indices.
TAKEN = ["eps", "delta", "U", "V", "u", "v", "w", "i", "j", "k", "y", "f", "F", "L", "I", "J", "D", "d", "e", "O", "E"]


def paired(names: list[str], each: int) -> pytest.MarkDecorator:
    """Every name with some of the cases, so that every case has some of the names."""
    pairs = [(CASES[(each * k + j) % len(CASES)], name) for k, name in enumerate(names) for j in range(each)]
    return pytest.mark.parametrize(("case", "name"), pairs, ids=[f"{case.of}-{name}" for case, name in pairs])


@paired(TAKEN, 2)
def test_another_name_for_the_variable(case: Case, name: str) -> None:
    def renamed(text: str) -> str:
        return re.sub(rf"\b{case.wrt}\b", name, text)

    let = {renamed(key): text for key, text in LET.items()}
    moved = {renamed(key): v for key, v in point(LET).items()}
    assert same(answer(renamed(case.of), name, let, moved), answer(case.of, case.wrt))


@paired(TAKEN, 1)
def test_another_name_for_a_constant(case: Case, name: str) -> None:
    constant = next(key for key in LET if key != case.wrt and re.search(rf"\b{key}\b(?!\()", case.of))

    def renamed(text: str) -> str:
        return re.sub(rf"\b{constant}\b", name, text)

    let = {renamed(key): text for key, text in LET.items()}
    moved = {renamed(key): v for key, v in point(LET).items()}
    assert same(answer(renamed(case.of), case.wrt, let, moved), answer(case.of, case.wrt))


@EACH
def test_a_multiple_of_the_expression(case: Case) -> None:
    let = {**LET, "q": "scalar"}
    at = {**point(LET), "q": 1.7}
    assert same(answer(f"q*({case.of})", case.wrt, let, at), 1.7 * answer(case.of, case.wrt))
    assert same(answer(f"-({case.of})", case.wrt), -answer(case.of, case.wrt))
    assert same(answer(f"({case.of})/3", case.wrt), answer(case.of, case.wrt) / 3)


@EACH
def test_a_multiple_of_the_variable(case: Case) -> None:
    """d f(2*X)/dX is 2*f'(2*X)."""
    doubled = re.sub(rf"\b{case.wrt}\b", f"(2*{case.wrt})", case.of)
    at = point(LET)
    there = {**at, case.wrt: 2 * at[case.wrt]}
    assert same(answer(doubled, case.wrt), 2 * answer(case.of, case.wrt, LET, there))


@EACH
def test_a_sum_of_expressions(case: Case) -> None:
    other = next(c for c in CASES[::-1] if c.wrt == case.wrt)
    both = answer(f"({case.of}) + ({other.of})", case.wrt)
    assert same(both, answer(case.of, case.wrt) + answer(other.of, case.wrt))


@EACH
def test_a_constant_beside_the_expression(case: Case) -> None:
    assert same(answer(f"{case.of} + tr(S)^2", case.wrt), answer(case.of, case.wrt))


@pytest.mark.parametrize("case", [case for case in CASES if case.wrt == "X"], ids=lambda case: case.of)
def test_the_transpose_of_the_variable(case: Case) -> None:
    """d f(Y')/dY is the transpose of d f(X)/dX."""
    let = {**LET, "Y": "matrix(n,m)"}
    at = point(LET)
    turned = answer(re.sub(r"\bX\b", "(Y')", case.of), "Y", let, {**at, "Y": at["X"].T})
    assert same(turned, answer(case.of, "X").T)


@pytest.mark.parametrize("case", [case for case in CASES if case.wrt != "t"], ids=lambda case: case.of)
def test_a_matrix_in_front_of_the_variable(case: Case) -> None:
    """d f(P*X)/dX is P'*f'(P*X)."""
    size = "n" if case.wrt == "x" else "m"
    let = {**LET, "P": f"matrix({size})"}
    at = point(let)
    moved = answer(re.sub(rf"\b{case.wrt}\b", f"(P*{case.wrt})", case.of), case.wrt, let, at)
    assert same(moved, at["P"].T @ answer(case.of, case.wrt, LET, {**at, case.wrt: at["P"] @ at[case.wrt]}))


BRACKETS = [
    ("tr(A*W*B*X')", "tr((A*W)*(B*X'))", "tr(A*((W*B)*X'))"),
    ("b'*X*B*a", "b'*(X*(B*a))", "(b'*X)*(B*a)", "((b'*X)*B)*a"),
    ("tr(W'*X) + tr(X'*W) + b'*X*a", "tr(W'*X) + (tr(X'*W) + b'*X*a)", "b'*X*a + tr(X'*W) + tr(W'*X)"),
    ("c*t*tr(X'*X)", "t*(c*tr(X'*X))", "tr(c*X'*(t*X))", "tr(X'*X)*c*t"),
    ("sum(W.*X.*exp.(X))", "sum(W.*(X.*exp.(X)))", "sum(exp.(X).*W.*X)"),
    ("tr(X'*X)", "tr(X*X')", "sum(X.*X)", "norm(X)^2", "vec(X)'*vec(X)"),
]


@pytest.mark.parametrize("texts", BRACKETS, ids=lambda texts: texts[0])
def test_other_brackets_and_another_order(texts: tuple[str, ...]) -> None:
    first, *others = [answer(of, "X") for of in texts]
    assert all(same(first, other) for other in others)


@EACH
def test_methods_agree(case: Case) -> None:
    found: dict[str, Array] = {}
    for method in ("differentials", "first principles", "chain rule", "componentwise"):
        try:
            found[method] = answer(case.of, case.wrt, method=method)
        except DerivationError:
            continue
    first, *others = found.values()
    assert all(same(first, other) for other in others), found
    assert len(found) >= (2 if "logsumexp" not in case.of and "exp.(" not in case.of and "norm" not in case.of else 1)


@EACH
def test_the_differential_along_a_direction_is_the_gradient_times_it(case: Case) -> None:
    at = point(LET)
    change = np.random.default_rng(5).normal(size=np.shape(at[case.wrt]))
    moved = answer(case.of, case.wrt, LET, {**at, f"d({case.wrt})": change}, kind="differential")
    assert same(moved, float(np.sum(answer(case.of, case.wrt) * change)))
