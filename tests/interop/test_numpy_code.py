"""The NumPy code of terms: what has no value, and that each operator means what it is defined to mean."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from numpy.typing import NDArray

from derivgen import derive, expand, prove
from derivgen.interop.errors import BorderError
from derivgen.interop.numpy_code import numpy_code, numpy_function
from derivgen.interop.numpy_operators import NUMPY
from derivgen.language.operators import HOLES, OPERATORS
from derivgen.language.problem import Problem, read_problem

Array = NDArray[np.float64]
random = np.random.default_rng(7)
A, B = random.normal(size=(2, 3)), random.normal(size=(2, 3))
S = random.normal(size=(3, 3)) / 3 + np.eye(3)
R = random.normal(size=(3, 3))
x, y = random.normal(size=3), random.normal(size=3)
POSITIVE = np.abs(A) + 1
Z = A + 1j * B
VALUES: dict[str, Any] = {
    "A": A, "B": B, "S": S, "R": R, "x": x, "y": y, "P": POSITIVE, "s": 0.7, "t": -1.3, "k": 3, "i": 2, "j": 3,
    "z": np.arange(12.0).reshape(4, 3), "w": np.array([1.0, -2.0, 0.5, 4.0]),
    "f": lambda u: u**3, "f_1": lambda u: 3 * u**2, "g": lambda u, v: u * v**2, "g_12": lambda u, v: 2 * v,
    "F": lambda u: float(u @ u), "F_grad": lambda u: 2 * u, "G": lambda u: u**2, "G_jac": lambda u: np.diag(2 * u),
    "F_hess": lambda u: 2 * np.eye(3),
    "d_S": R, "n": 3, "Q": R + R.T, "K": R - R.T, "L": np.diag(x),
    "T": np.array([[x[i - j] if i >= j else y[j - i] for j in range(3)] for i in range(3)]),
    "V": np.array([[x[abs(i - j)] for j in range(3)] for i in range(3)]),
    "Z": Z, "d_Z": Z, "c": 1 - 2j,
}  # fmt: skip
LET = (
    "A, B, P: matrix(m,n); S, R: matrix(n); x, y: vector(n); s, t: scalar; k: natural; i, j: natural;"
    "Z: complex matrix(m,n); c: complex scalar;"
    "z[r=1..N]: vector(n); w[r=1..N]: scalar; f: function; g: function(scalar, scalar) -> scalar;"
    "U = S + R; Q: symmetric matrix(n); K: skew-symmetric matrix(n); L: diagonal matrix(n);"
    "T: Toeplitz matrix(n); V: symmetric Toeplitz matrix(n);"
    "F: function(vector(n)) -> scalar; G: function(vector(n)) -> vector(n)"
)


def problem(text: str, let: str = LET) -> Problem:
    return read_problem("expand", text, let=let)


def call(function: Callable[..., Any]) -> Any:
    return function(**{name: VALUES[name] for name in inspect.signature(function).parameters})


# -- what has no value -------------------------------------------------------------------------------------------------
def test_an_order_term_has_no_value() -> None:
    with pytest.raises(BorderError, match=r"O\(eps\^2.*\n.*without it"):
        expand("inv(A + eps*B)", let="A: invertible matrix(n); B: matrix(n)").code("numpy")


def test_an_expectation_has_no_value() -> None:
    with pytest.raises(BorderError, match=r"E\(.*\n.*distribution"):
        derive("E((y - w'*x)^2)", "w", let="x: random vector(n); y: random scalar; w: vector(n)").code("numpy")


def test_an_equation_has_no_value() -> None:
    with pytest.raises(BorderError, match="right side"):
        prove("tr(A*B) = tr(B*A)").function()


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(BorderError, match="fortran"):
        derive("x^2", "x").code("fortran")


def test_a_wrong_shape_is_refused_by_the_function() -> None:
    gradient = derive("tr(A*X*B)", "X").function()
    with pytest.raises(ValueError, match=r"B has the shape \(3, 2\), not \(3, 3\)"):
        gradient(np.ones((3, 2)), np.ones((2, 3)), np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"a has the shape \(2, 1\), not \(3, 1\)"):
        derive("x'*M*x + a'*x", "x").function()(np.ones(3), np.eye(3), np.ones(2))


# -- every operator ----------------------------------------------------------------------------------------------------
CASES: list[tuple[str, Any]] = [
    ("x'*S*y", x @ S @ y),
    ("U'*x", (S + R).T @ x),
    ("x*y'", np.outer(x, y)),
    ("2*s*S*x/t - x", 2 * 0.7 * (S @ x) / -1.3 - x),
    ("-(s - t)^2 + s^-1 + 0.35", -(2.0**2) + 1 / 0.7 + 0.35),
    ("S^2 + S^k - S^-1", S @ S + S @ S @ S - np.linalg.inv(S)),
    ("A'", A.T),
    ("inv(S)", np.linalg.inv(S)),
    ("pinv(A)", A.T @ np.linalg.inv(A @ A.T)),
    ("adj(R)", np.linalg.det(R) * np.linalg.inv(R)),
    ("tr(S) + det(S)", np.trace(S) + np.linalg.det(S)),
    ("A.*B", A * B),
    ("s*(A.*B./P)", 0.7 * A * B / POSITIVE),
    ("P.^s", POSITIVE**0.7),
    ("log.(P) + f.(A) + f'.(A)", np.log(POSITIVE) + A**3 + 3 * A**2),
    ("sigmoid.(x)", 1 / (1 + np.exp(-x))),
    ("erf.(A) + gammaln.(P)", np.vectorize(math.erf)(A) + np.vectorize(math.lgamma)(POSITIVE)),
    ("erf(s) + gammaln(s)", math.erf(0.7) + math.lgamma(0.7)),
    ("digamma(s + 1) - digamma(s)", 1 / 0.7),
    ("trigamma(s) - trigamma(s + 1)", 1 / 0.49),
    ("tetragamma(s + 1) - tetragamma(s)", 2 / 0.343),
    ("trigamma.(x.^2) - trigamma.(x.^2 + ones(n))", 1 / x**4),
    ("relu.(A)", np.where(A > 0, A, 0)),
    ("step.(A)", np.where(A > 0, 1, 0)),
    ("step(s) + 2*step(t)", 1.0),
    ("sum(A) + prod(x)", A.sum() + x[0] * x[1] * x[2]),
    ("kron(A, S)", np.array([[A[i // 3, j // 3] * S[i % 3, j % 3] for j in range(9)] for i in range(6)])),
    ("vec(A)", np.array([A[0, 0], A[1, 0], A[0, 1], A[1, 1], A[0, 2], A[1, 2]])),
    ("diag(x)", np.array([[x[0], 0, 0], [0, x[1], 0], [0, 0, x[2]]])),
    ("diag(S)", np.array([[S[0, 0], 0, 0], [0, S[1, 1], 0], [0, 0, S[2, 2]]])),
    ("diagvec(S)", np.array([S[0, 0], S[1, 1], S[2, 2]])),
    ("norm(x) + norm(A)", (x @ x) ** 0.5 + np.trace(A.T @ A) ** 0.5),
    ("norm1(A) + norm1(x)", max(np.abs(A).sum(0)) + np.abs(x).sum()),
    ("norminf(A) + norminf(x)", max(np.abs(A).sum(1)) + np.abs(x).max()),
    ("norm2(A)", max(np.linalg.eigvalsh(A @ A.T)) ** 0.5),
    ("normmax(A)", max(abs(v) for row in A for v in row)),
    ("softmax(x)", np.exp(x) / np.exp(x).sum()),
    ("logsumexp(x) + logsumexp(x - 1000*ones(n))", 2 * np.log(np.exp(x).sum()) - 1000),
    ("max(s, t) - min(s, t)", 2.0),
    ("expm(logm(S))", S),
    ("sinm(R)*sinm(R) + cosm(R)*cosm(R)", np.eye(3)),
    ("sqrtm(S)*sqrtm(S)", S),
    ("expm(R)", sum(np.linalg.matrix_power(R, n) / scipy.special.factorial(n) for n in range(40))),
    ("sin(s) + asin(s) + acos(s)", np.sin(0.7) + np.pi / 2),
    ("cos(s)*tan(s) + atan(t) + log(exp(t))", np.sin(0.7) + np.arctan(-1.3) - 1.3),
    ("abs(t)*sign(t) + sqrt(s) + relu(t)", -1.3 + 0.7**0.5),
    ("exp(logsumexp(x)) - sum(exp.(x))", 0.0),
    ("sigmoid(s)", 1 / (1 + np.exp(-0.7))),
    ("f(s) + f'(s) + g(s, t) + g.12(s, t)", 0.7**3 + 3 * 0.7**2 + 0.7 * 1.69 - 2.6),
    ("F(x) + grad(F)(x)'*x", 3 * x @ x),
    ("G(x) + jac(G)(x)*y", x**2 + 2 * x * y),
    ("hess(F)(x)*y", 2 * y),
    ("A[1,3] + x[i] + A[1,j]", A[0, 2] + x[1] + A[0, 2]),
    ("A[1,:]*x", A[0] @ x),
    ("A[:,j]", A[:, 2]),
    ("sum(r, 1, N, w[r]*z[r])", VALUES["w"] @ VALUES["z"]),
    ("sum(r, 1, 4, (1 - r)^2)", 14),
    ("sum(r, 1, k, r*S)", 6 * S),
    ("sum(r, 2, 1, S)", np.zeros((3, 3))),
    ("prod(r, 1, k, s + r)", 1.7 * 2.7 * 3.7),
    ("lim(eps, 0, (sin(s + eps) - sin(s))/eps)", np.cos(0.7)),
    ("integral(r, exp(-(r - s)^2)*x)", np.pi**0.5 * x),
    ("D(x'*S*x, x)", (S + S.T) @ x),
    ("D(tr(S*R), S)", R.T),
    ("D(sin.(x), x)", np.diag(np.cos(x))),
    ("D(sin(s)*S, s)", np.cos(0.7) * S),
    ("D(A[1,3]^2*x'*x, A[1,3])", 2 * A[0, 2] * x @ x),
    ("structured(tr(A'*A*Q), Q)", A.T @ A * (2 - np.eye(3))),
    ("structured(tr(S*T), T)", np.array([[np.trace(S.T, j - i) for j in range(3)] for i in range(3)])),
    ("structured(tr(S*V), V)",
     np.array([[np.trace(S, k) + np.trace(S, -k) * (k > 0) for k in map(abs, range(-i, 3 - i))] for i in range(3)])),
    ("tied(S, Q)", S + S.T - np.diag(np.diag(S))),
    ("Q*eigvec(Q, i) - eig(Q)[i]*eigvec(Q, i)", np.zeros(3)),
    ("eig(Q)", np.linalg.eigvalsh(R + R.T)),
    ("sum(eig(S))", np.trace(S)),
    ("triu(A) + tril(A) - A", A * np.eye(2, 3)),
    ("shift(n)*x", np.array([x[1], x[2], 0])),
    ("at(D(u^3, u), u, s)", 3 * 0.49),
    ("directional(det(S), S, R)", np.linalg.det(S) * np.trace(np.linalg.inv(S) @ R)),
    ("tr(d(S))", np.trace(R)),
    ("delta(i, j) + delta(i, 2)", 1.0),
    ("e(i, n)", np.array([0, 1, 0])),
    ("J(i, j, n, n)", np.array([[0, 0, 0], [0, 0, 1], [0, 0, 0]])),
    ("[1, s; t, 0]", np.array([[1, 0.7], [-1.3, 0]])),
    ("[S, x; y', s]", np.block([[S, x[:, None]], [y[None, :], np.array([[0.7]])]])),
    ("I(n) + ones(n,n) + zeros(n,n)", np.eye(3) + 1),
    ("ones(n) - x", 1 - x),
    ("n*s*x'*x", 3 * 0.7 * x @ x),
    ("H(Z)*A + 2i*conj(Z)'*B", Z.conj().T @ A + 2j * Z.conj().T @ B),
    ("re(Z) + 1i*im(Z)", Z),
    ("abs(c)^2 + norm(Z)^2", abs(1 - 2j) ** 2 + np.sum(np.abs(Z) ** 2)),
    ("conj(c)*tr(H(d(Z))*Z)", (1 + 2j) * np.trace(Z.conj().T @ Z)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CASES)
def test_an_operator_means_what_it_is_defined_to_mean(text: str, value: Any) -> None:
    asked = problem(text)
    found = call(numpy_function(asked.of, asked.declarations))
    assert np.shape(found) == np.shape(value)
    np.testing.assert_allclose(found, value, rtol=1e-9, atol=1e-10)


def test_every_operator_has_a_value_and_a_case() -> None:
    without = {"E", "Var", "Cov", "O", "nabla", "every", "=", "<=", ">=", *HOLES, "segment", "family"}
    assert set(NUMPY) | without == set(OPERATORS) and not set(NUMPY) & without
    asked = [problem(text).of for text, _ in CASES]
    used = {node for t in asked for node in NUMPY if t.has(node)}
    alike = {"sinh", "cosh", "tanh", "asinh", "acosh", "atanh"}  # rows of one table of names with sin and asin
    assert used >= set(NUMPY) - alike


@pytest.mark.parametrize("name", ["sinh", "cosh", "tanh", "asinh", "atanh", "acosh"])
def test_hyperbolic_functions(name: str) -> None:
    inverse = {"sinh": "asinh", "cosh": "acosh", "tanh": "atanh"}
    forward = next(f for f in inverse if name in (f, inverse[f]))
    asked = problem(f"{inverse[forward]}({forward}(s))")
    assert call(numpy_function(asked.of, asked.declarations)) == pytest.approx(0.7)


# -- arguments ---------------------------------------------------------------------------------------------------------
def parameters(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)


def test_a_function_and_its_gradient_take_the_same_arguments() -> None:
    gradient = derive("tr(A*X*B)", "X").function()
    assert gradient.__name__ == "gradient" and parameters(gradient) == ["A", "X", "B"]
    assert gradient(A, np.ones((3, 4)), np.ones((4, 2))) == pytest.approx(A.T @ np.ones((2, 4)))


def test_a_dimension_that_no_array_shows_is_an_argument() -> None:
    asked = problem("c^n*tr(I(n))", "c: scalar; n: natural")
    assert numpy_function(asked.of, asked.declarations)(c=2.0, n=3) == 24
    asked = problem("n*x'*x", "x: vector(n)")
    assert numpy_function(asked.of, asked.declarations)(np.ones(3)) == 9


def test_vectors_are_arrays_with_one_dimension_or_columns() -> None:
    gradient = derive("x'*M*x", "x").function()
    for vector in (x, x[:, None], list(x)):
        assert gradient(vector, S) == pytest.approx((S + S.T) @ x)


def test_names_that_python_has_taken() -> None:
    asked = problem("lambda*np + sum*f'(lambda) + f_1", "lambda, np, sum, f_1: scalar; f: function")
    function = numpy_function(asked.of, asked.declarations)
    assert parameters(function) == ["lambda_", "np_", "sum_", "f_1", "f_1_"]
    assert function(2.0, 3.0, 4.0, 5.0, lambda u: 10 * u) == 91


def test_a_root_of_a_negative_number_is_not_a_number_and_never_complex() -> None:
    for text in ("(1 - k)^(1/2)", "t^(1/2)", "(-x'*x)^(1/2)", "f(t)^(1/2)", "(-2)^(1/2)", "sum(r, 1, k, -r)^(1/2)"):
        asked = problem(text)
        with np.errstate(invalid="ignore"):
            assert np.isnan(call(numpy_function(asked.of, asked.declarations))), text


def test_the_text_says_what_it_computes_and_needs_scipy_only_for_functions_of_matrices() -> None:
    d = derive("log(det(X))", "X")
    text = d.code("numpy")
    assert "D(log(det(X)), X) = inv(X)', if positive(det(X))." in text
    assert "scipy" not in text and "X: matrix(n,n)" in text
    asked = problem("tr(expm(S))")
    assert "import scipy.linalg" in numpy_code(asked.of, asked.declarations)


@pytest.mark.parametrize("name", ["Q", "K", "L"])
def test_a_variable_moves_within_its_structure(name: str) -> None:
    text = f"tr(R*{name}) + tr({name}*{name}*S)"
    result = derive(text, name, let=LET, vary="structured")
    value = numpy_function(problem(f"structured({text}, {name})").of, problem("s", LET).declarations)
    np.testing.assert_allclose(call(result.function()), call(value), rtol=1e-9, atol=1e-9)


def test_how_a_matrix_moves_is_declared() -> None:
    with pytest.raises(BorderError, match="declare S as one of: symmetric"):
        numpy_code(problem("structured(tr(S), S)").of, problem("s", LET).declarations)


# -- as a judge of derivations -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("x'*S*x + y'*x", "x"),
        ("log(x'*S'*S*x)", "x"),
        ("tr(A'*B*S)", "S"),
        ("tr(inv(S)*R)", "S"),
        ("log(det(S)) + x'*inv(S)*y", "S"),
        ("exp(s*t)*sin(s)", "s"),
        ("(A*S*x)'*(A*S*x)", "S"),
    ],
)
def test_results_agree_with_differences_of_the_code_of_the_question(text: str, by: str) -> None:
    asked = problem(text)
    result = derive(text, by, let=LET)
    value = numpy_function(problem(f"D({text}, {by})").of, asked.declarations)
    np.testing.assert_allclose(call(result.function()), call(value), rtol=1e-8, atol=1e-9)
