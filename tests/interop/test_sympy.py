"""SymPy at the border: what neither side can say, and that both sides mean the same."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, given, settings

from derivgen import check, derive, prove
from derivgen.interop.errors import BorderError
from derivgen.interop.numpy_code import numpy_function
from derivgen.interop.sympy import to_sympy
from derivgen.interop.sympy_reader import from_sympy
from derivgen.language.declarations import Declarations
from derivgen.language.problem import read_declarations, read_problem
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term
from tests.language.random_terms import DECLARATIONS, terms

n, m = sympy.symbols("n m", integer=True, positive=True)
t, p = sympy.Symbol("t"), sympy.Symbol("p", positive=True)
i = sympy.Symbol("i", integer=True)
f = sympy.Function("f")
A, X = sympy.MatrixSymbol("A", n, n), sympy.MatrixSymbol("X", m, n)
x, a = sympy.MatrixSymbol("x", n, 1), sympy.MatrixSymbol("a", n, 1)


# -- refusals ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (sympy.EulerGamma * t, "EulerGamma"),
        (sympy.Symbol("x'"), "is no name"),
        (sympy.Integral(t, t), "Integral"),
        (sympy.gamma(t), "gamma"),
        (sympy.nan, "nan"),
        (sympy.Symbol("A") * sympy.Trace(A), "A is both"),
        (sympy.MatrixSymbol("B", n**2, n), "no dimension"),
        (x.applyfunc(sympy.Lambda(t, t**2 + 1)), "entry by entry"),
        ([1, 2], "counterpart"),
        (object(), "counterpart"),
    ],
)
def test_what_the_notation_cannot_say_is_named(expression: Any, reason: str) -> None:
    with pytest.raises(BorderError, match=reason):
        from_sympy(expression)


@pytest.mark.parametrize("text", ["softmax(x)", "expm(A)", "vec(A)", "sum(i, 1, n, A)", "grad(F)(x)", "logsumexp(x)"])
def test_what_sympy_cannot_say_is_named(text: str) -> None:
    asked = read_problem("expand", text, let="A: matrix(n); x: vector(n); F: function(vector(n)) -> scalar")
    with pytest.raises(BorderError, match="SymPy"):
        to_sympy(asked.of, asked.declarations)


# -- both ways ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("expression", "text", "let"),
    [
        (x.T * A * x, "x'*A*x", {"x": "vector(n)", "A": "matrix(n,n)"}),
        (sympy.Trace(X * A.I * X.T), "tr(X*inv(A)*X')", {"X": "matrix(m,n)", "A": "matrix(n,n)"}),
        (sympy.log(sympy.Determinant(A)), "log(det(A))", {"A": "matrix(n,n)"}),
        (-2 * t + sympy.sin(t) ** 2, "-2*t + sin(t)^2", {"t": "scalar"}),
        (sympy.sqrt(p) / 3, "sqrt(p)/3", {"p": "positive scalar"}),
        (A**2 * x, "A^2*x", {"A": "matrix(n,n)", "x": "vector(n)"}),
        (sympy.Sum(x[i, 0], (i, 0, n - 1)), "sum(i, 0, n - 1, x[i + 1])", {"x": "vector(n)"}),
        (f(t).diff(t), "D(f(t), t)", {"t": "scalar", "f": "function"}),
        (sympy.HadamardProduct(x, a), "x.*a", {"x": "vector(n)", "a": "vector(n)"}),
        (a.applyfunc(sympy.sin), "sin.(a)", {"a": "vector(n)"}),
        (sympy.Max(t, 0), "max(0, t)", {"t": "scalar"}),
        (t * sympy.Heaviside(t), "t*step(t)", {"t": "scalar"}),
        (a.applyfunc(sympy.Heaviside), "step.(a)", {"a": "vector(n)"}),
        (sympy.Eq(t, 2), "t = 2", {"t": "scalar"}),
    ],
)
def test_read_from_sympy(expression: Any, text: str, let: dict[str, str]) -> None:
    found, declared, _ = from_sympy(expression)
    assert declared == let
    same = read_problem("expand", text, let=let).of
    assert read_problem("expand", found, let=declared).of == same


def test_a_derivation_of_a_sympy_expression() -> None:
    d = derive(x.T * A * x + a.T * x, x)
    assert check(d) and d.to_sympy() == A * x + A.T * x + a
    assert derive(sympy.exp(-(t**2)), t).to_sympy() == -2 * t * sympy.exp(-(t**2))
    assert derive(sympy.Trace(A * A), A, let="A: symmetric matrix(n)").derivation.problem.given["A"].properties
    assert str(prove(sympy.Eq(sympy.Trace(A * X.T * X), sympy.Trace(X.T * X * A))).result).startswith("tr(")


def test_results_are_those_of_sympy_on_scalars() -> None:
    for text in ("exp(cos(x^2))", "x^3*log(x)", "sin(x)/x", "sqrt(1 + x^2)"):
        mine = derive(text, "x").to_sympy()
        question = read_problem("expand", text)
        theirs = to_sympy(question.of, question.declarations).diff(sympy.Symbol("x"))
        assert sympy.simplify(mine - theirs) == 0


# -- the same value after both ways ------------------------------------------------------------------------------------
random = np.random.default_rng(3)
VALUES: dict[str, Any] = {
    "a": random.normal(size=3), "b": random.normal(size=3), "x_1": random.normal(size=3), "mu": random.normal(size=3),
    "A": random.normal(size=(2, 3)), "W2": random.normal(size=(2, 3)), "X": random.normal(size=(3, 3)) + 2 * np.eye(3),
    "Sigma": random.normal(size=(3, 3)) + 2 * np.eye(3), "s": 0.4, "t": 1.3, "rate": -0.6, "alpha": 2.1, "eps": 0.2,
    "i": 1, "j": 2, "n": 3, "m": 2, "f": np.cos, "f_1": lambda u: -np.sin(u), "f_11": lambda u: -np.cos(u),
    "f_111": np.sin, "g": lambda u, v: u * v,
}  # fmt: skip


def value(term: Term, declarations: Declarations) -> Any:
    function = numpy_function(term, declarations)
    with np.errstate(all="ignore"):
        return function(**{name: VALUES[name] for name in inspect.signature(function).parameters})


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(terms(depth=2).filter(lambda t: not t.has("O", "d", "lim", "grad") and "Y" not in t.free and "F" not in t.free))
def test_the_value_stays_the_same(term: Term) -> None:
    try:
        text, let, _ = from_sympy(to_sympy(term, DECLARATIONS))
        before = value(term, DECLARATIONS)
    except (BorderError, KeyError, ZeroDivisionError, OverflowError, np.linalg.LinAlgError):
        return
    back = read_problem("expand", text, let={**DECLARATIONS.texts(), **let})
    if np.all(np.isfinite(before)) and np.max(np.abs(before)) < 1e6 and back.of.shape in (term.shape, SCALAR):
        after = value(back.of, read_declarations({**DECLARATIONS.texts(), **let}))
        np.testing.assert_allclose(after, before, rtol=1e-6)


def test_pi_of_sympy_is_the_constant() -> None:
    x = sympy.Symbol("x", real=True)
    assert derive(sympy.pi * x**2, x).to_sympy() == 2 * sympy.pi * x
