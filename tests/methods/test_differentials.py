"""Derivatives that are read off a differential: gradients, Jacobians, Hessians, by a scalar or an entry, structured."""

from __future__ import annotations

from typing import Any

import pytest

from derivgen import DerivationError, NotationError, check, derive
from derivgen.api import accepted
from derivgen.language.terms import walk

LET = {
    "A, B, X": "matrix(n)",
    "W": "matrix(m,n)",
    "Z": "matrix(p,n)",
    "a, b, x, y": "vector(n)",
    "w": "vector(m)",
    "t": "scalar",
    "k": "natural",
    "f": "function",
    "z[i=1..N]": "vector(n)",
    "v[i=1..N]": "scalar",
    "V[i=1..N]": "matrix(n)",
}

GRADIENTS = [
    ("norm(W*x - w)^2 + t*norm(x)^2", "x", "2*W'*(W*x - w) + 2*t*x"),
    ("norm(W*x - w)", "x", "W'*(W*x - w)/norm(W*x - w)"),
    ("norm(X)^2", "X", "2*X"),
    ("norm1(x)", "x", "sign.(x)"),
    ("sqrt(1 + (-relu.(x))'*(-relu.(x)))", "x", "relu.(x)/sqrt(1 + relu.(x)'*relu.(x))"),
    ("a'*relu.(A*x)", "x", "A'*(step.(A*x).*a)"),
    ("sum(relu.(X*a).^2)", "X", "2*relu.(X*a)*a'"),
    ("max(a'*x, t)", "x", "step(a'*x - t)*a"),
    ("min(a'*x, t)", "x", "step(t - a'*x)*a"),
    ("relu(1 - a'*x) + norm(x)^2", "x", "2*x - step(1 - a'*x)*a"),
    ("step(a'*x)*(a'*x)", "x", "step(a'*x)*a"),
    ("sum(i,1,N,(v[i] - x'*z[i])^2)", "x", "2*sum(i, 1, N, (x'*z[i] - v[i])*z[i])"),
    ("sum(i,1,N,log(sigmoid(x'*z[i])))", "x", "sum(i, 1, N, (1 - sigmoid(x'*z[i]))*z[i])"),
    ("logsumexp(A*x)", "x", "A'*softmax(A*x)"),
    ("-y'*log.(softmax(A*x))", "x", "A'*(sum(y)*softmax(A*x) - y)"),
    ("a'*tanh.(X*x)", "X", "((ones(n) - tanh.(X*x).^2).*a)*x'"),
    ("tr(A'*(X.*X))", "X", "2*(X.*A)"),
    ("tr(A*f.(X))", "X", "f'.(X).*A'"),
    ("tr(A*diag(x))", "x", "diagvec(A')"),
    ("diagvec(X)'*a", "X", "diag(a)"),
    ("tr(A*(X./B))", "X", "A'./B"),
    ("sum(X.*X)", "X", "2*X"),
    ("prod(x)", "x", "prod(x)*(ones(n)./x)"),
    ("vec(X)'*vec(A)", "X", "A"),
    ("tr(kron(A, X))", "X", "tr(A)*I(n)"),
    ("tr(kron(X, X))", "X", "2*tr(X)*I(n)"),
    ("tr(X^k)", "X", "k*(X^(k - 1))'"),
    ("a'*X^4*b", "X", "sum(r, 0, 3, (X^r)'*a*b'*(X^(3 - r))')"),
    ("tr(expm(X))", "X", "expm(X)'"),
    ("log(det(Z'*Z))", "Z", "2*Z*inv(Z'*Z)"),
    ("X[i,j]", "X", "J(i, j, n, n)"),
    ("vec(A)'*vec(B.*sum(i,1,N,v[i]*X))", "X", "sum(i, 1, N, v[i]*(B.*A))"),
    ("sum(i,1,N,-2*(t*a)'*(A.*X)*b)/k", "X", "-2*t*sum(i, 1, N, A.*(a*b'))/k"),
    ("tr(adj(x*zeros(1,n)))", "x", "zeros(n)"),
    ("tr(adj(X - X))", "X", "zeros(n,n)"),
    ("a'*((X*b/t).*(A*b))", "X", "((A*b).*a)*b'/t"),
    ("t*x'*x - t*x'*x", "x", "zeros(n)"),
    ("x'*x + sum(i, 1, N, v[i]*sum(x - x))", "x", "2*x"),
    ("tr(kron((A*X)', B))", "X", "tr(B)*A'"),
]
JACOBIANS = [
    ("W*x", "x", "W"),
    ("x*(a'*x)", "x", "x*a' + a'*x*I(n)"),
    ("x/norm(x)", "x", "I(n)/norm(x) - x*x'/norm(x)^3"),
    ("softmax(A*x)", "x", "(diag(softmax(A*x)) - softmax(A*x)*softmax(A*x)')*A"),
    ("W*tanh.(A*x)", "x", "W*diag(ones(n) - tanh.(A*x).^2)*A"),
    ("(A*x).*x", "x", "diag(x)*A + diag(A*x)"),
    ("diagvec(W*diag(x)*W')", "x", "W.*W"),
    ("sum(i,1,N, z[i]*(z[i]'*x))", "x", "sum(i, 1, N, z[i]*z[i]')"),
    ("sum(i,1,N, V[i]*sum(i,1,N, V[i]*x))", "x", "sum(i, 1, N, V[i])*sum(j, 1, N, V[j])"),
    ("sum(i,1,N, f.(x))/t", "x", "sum(i, 1, N, diag(f'.(x)))/t"),
    ("(A.*diag(x))*b", "x", "sum(k, 1, n, e(k, n)*diagvec(A.*(e(k, n)*b'))')"),
    ("diagvec(A/(x'*x))", "x", "-2*diagvec(A)*x'/(x'*x)^2"),
]
BY_A_SCALAR = [
    ("inv(A + t*B)", "t", "-inv(A + t*B)*B*inv(A + t*B)"),
    ("expm(t*A)", "t", "A*expm(t*A)"),
    ("exp.(t*A)", "t", "exp.(t*A).*A"),
    ("det(A + t*B)", "t", "det(A + t*B)*tr(inv(A + t*B)*B)"),
    ("exp((t*A)[i,j])", "t", "A[i,j]*exp((t*A)[i,j])"),
]


@pytest.mark.parametrize(("of", "wrt", "answer"), [*GRADIENTS, *JACOBIANS, *BY_A_SCALAR])
def test_a_derivative_is_read_off(of: str, wrt: str, answer: str) -> None:
    found = derive(of, wrt, let=LET)
    assert str(found.result) == answer
    assert check(found), str(check(found))


@pytest.mark.parametrize(
    ("of", "wrt", "asked", "answer"),
    [
        ("x'*A*x + b'*x", "x", {"order": 2}, "A + A'"),
        ("norm(W*x - w)^2", "x", {"kind": "hessian"}, "2*W'*W"),
        ("logsumexp(A*x)", "x", {"order": 2}, "A'*(diag(softmax(A*x)) - softmax(A*x)*softmax(A*x)')*A"),
        ("a'*x", "x", {"order": 2}, "zeros(n,n)"),
        ("sin(t)", "t", {"order": 3}, "-cos(t)"),
        ("log(det(X))", "X", {"kind": "differential", "order": 2}, "-tr(inv(X)*d(X)*inv(X)*d(X))"),
        ("inv(X)", "X", {"kind": "differential"}, "-inv(X)*d(X)*inv(X)"),
        ("sum((X*b).*(J(i,j,n,n)*a))", "X[i,j]", {}, "a[j]*b[j]"),
        ("f(x'*x)", "x", {"order": 2}, "4*f''(x'*x)*x*x' + 2*f'(x'*x)*I(n)"),
        ("X*Y", "X, Y", {}, "d(X)*Y + X*d(Y)"),
        ("t*X*A", ["t", "X"], {"kind": "differential"}, "t*d(X)*A + d(t)*X*A"),
        ("t*x", "t, x", {"order": 2, "kind": "differential"}, "2*d(t)*d(x)"),
        ("A", "X", {"kind": "differential"}, "zeros(n,n)"),
        ("inv(X)", "X[i,j]", {}, "-inv(X)*J(i, j, n, n)*inv(X)"),
        ("A*X*B", "X", {"along": "U"}, "A*U*B"),
        ("W*x", "x", {"layout": "denominator"}, "W'"),
        ("W*x", "x", {"layout": "numerator"}, "W"),
        ("tr(A*X*B)", "X", {"layout": "numerator"}, "B*A"),
        ("x'*A*x", "x", {"to": "(A + A')*x"}, "(A + A')*x"),
    ],
)
def test_what_else_may_be_asked(of: str, wrt: str | list[str], asked: dict[str, Any], answer: str) -> None:
    found = derive(of, wrt, let=LET, **asked)
    assert str(found.result) == answer
    assert check(found), str(check(found))


@pytest.mark.parametrize(
    ("wrt", "asked", "reason", "column"),
    [
        ("X, Y", {"kind": "gradient"}, "a gradient is taken by one variable", 2),
        ("X, Y", {"along": "U"}, "a directional derivative is taken by one variable", 2),
        ("X, X", {}, "X stands twice", 4),
        ("X, Z", {}, "Z does not occur", 4),
        ("X,", {}, "a variable is missing", 2),
    ],
)
def test_several_variables_are_those_of_a_differential(
    wrt: str, asked: dict[str, Any], reason: str, column: int
) -> None:
    with pytest.raises(NotationError, match=reason) as caught:
        derive("tr(X*Y)", wrt, **asked)
    assert f"1:{column}" in str(caught.value) and "hint" in str(caught.value)


@pytest.mark.parametrize(
    ("structure", "of", "answer"),
    [
        ("symmetric", "tr(A*S)", "A' + A - diag(A)"),
        ("symmetric", "det(S)", "det(S)*(2*inv(S) - diag(inv(S)))"),
        ("positive definite", "log(det(S))", "2*inv(S) - diag(inv(S))"),
        ("diagonal", "tr(A*S)", "diag(A)"),
        ("skew-symmetric", "tr(A*S)", "A' - A"),
        ("upper triangular", "tr(A*S)", "triu(A')"),
        ("lower triangular", "log(det(S))", "tril(inv(S)')"),
        (
            "Toeplitz",
            "tr(A*S)",
            "sum(k, 0, n - 1, tr(A*shift(n)^k)*shift(n)^k) + sum(k, 1, n - 1, tr(A'*shift(n)^k)*(shift(n)^k)')",
        ),
        (
            "symmetric Toeplitz",
            "tr(S*A)",
            "tr(A)*I(n) + sum(k, 1, n - 1, (tr(A*shift(n)^k) + tr(A'*shift(n)^k))*(shift(n)^k + (shift(n)^k)'))",
        ),
    ],
)
def test_a_variable_moves_within_its_structure(structure: str, of: str, answer: str) -> None:
    found = derive(of, "S", let={"A": "matrix(n)", "S": f"{structure} matrix(n)"}, vary="structured")
    assert str(found.result) == answer
    assert check(found), str(check(found))
    assert "within its structure" in found.text()


@pytest.mark.parametrize(
    "kind",
    [
        "matrix(n)",
        "orthogonal matrix(n)",
        "invertible matrix(n)",
        "triangular matrix(n)",
        "skew-symmetric Toeplitz matrix(n)",
    ],
)
def test_a_variable_without_known_parameters_is_refused(kind: str) -> None:
    with pytest.raises(DerivationError, match="no structure of which the parameters are known"):
        derive("tr(A*S)", "S", let={"A": "matrix(n)", "S": kind}, vary="structured")


def test_a_structure_has_no_other_direction_and_its_derivative_can_be_laid_out() -> None:
    let = {"A": "matrix(n)", "S": "skew-symmetric matrix(n)"}
    with pytest.raises(DerivationError, match="a direction does not move within a structure"):
        derive("tr(A*S)", "S", let=let, vary="structured", along="A")
    found = derive("tr(A*S)", "S", let=let, vary="structured", layout="numerator")
    assert str(found.result) == "A - A'" and check(found)


# the diagonal sums of A', written out for n = 4 as the Matrix Cookbook does in (143); one entry is its misprint
_SUMS = "A[1,1] + A[2,2] + A[3,3] + A[4,4]", "A[2,1] + A[3,2] + A[4,3]", "A[3,1] + A[4,2]", "A[4,1]"
_BELOW = "", "A[1,2] + A[2,3] + A[3,4]", "A[1,3] + A[2,4]", "A[1,4]"


def _toeplitz(above: tuple[str, ...], below: tuple[str, ...]) -> str:
    rows = [", ".join(above[j - i] if j >= i else below[i - j] for j in range(4)) for i in range(4)]
    return f"[{'; '.join(rows)}]"


def test_the_derivative_by_a_toeplitz_matrix_has_the_diagonal_sums_and_the_misprint_is_refuted() -> None:
    found = derive("tr(A*T)", "T", let="T: Toeplitz matrix(4); A: matrix(4)", vary="structured")
    assert check(found)
    assert accepted(found, _toeplitz(_SUMS, _BELOW))
    with pytest.raises(DerivationError, match="this is not the answer"):
        accepted(found, _toeplitz((*_SUMS[:2], "A[2,1] + A[4,2]", _SUMS[3]), _BELOW))


def test_the_structured_derivative_is_not_taken_for_the_free_one() -> None:
    free = derive("tr(A*S)", "S", let={"A": "matrix(n)", "S": "symmetric matrix(n)"})
    assert str(free.result) == "A'" and check(free)


RANDOM = {"x": "random vector(n)", "y": "random scalar", "z": "random vector(m)", "w": "vector(n)", "W": "matrix(m,n)"}


@pytest.mark.parametrize(
    ("of", "wrt", "answer"),
    [
        ("E((y - w'*x)^2)", "w", "-2*E((y - w'*x)*x)"),
        ("E(norm(z - W*x)^2)", "W", "-2*E((z - W*x)*x')"),
        ("Var(w'*x)", "w", "2*Var(x)*w"),
        ("E(exp(w'*x))", "w", "E(exp(w'*x)*x)"),
    ],
)
def test_an_expected_loss(of: str, wrt: str, answer: str) -> None:
    found = derive(of, wrt, let=RANDOM)
    assert str(found.result) == answer
    assert ("exchangeable" in found.text()) == ("Var" not in of)
    assert check(found), str(check(found))


def test_a_derivative_by_what_is_random_is_refused_and_so_is_a_wrong_expectation() -> None:
    with pytest.raises(NotationError, match="x is random"):
        derive("E((y - w'*x)^2)", "x", let=RANDOM)
    found = derive("E((y - w'*x)^2)", "w", let=RANDOM)
    with pytest.raises(DerivationError, match="this is not the answer"):
        accepted(found, "-2*(E(y) - w'*E(x))*E(x)")


S = {"S": "symmetric matrix(n)"}
V = "eigvec(S, i)*eigvec(S, i)'"


@pytest.mark.parametrize(
    ("of", "wrt", "let", "answer"),
    [
        ("eig(S)[i]", "S", S, V),
        ("log(eig(S)[i])", "S", {"S": "positive definite matrix(n)"}, f"{V}/eig(S)[i]"),
        ("sum(i, 1, n, exp(eig(S)[i]))", "S", S, f"sum(i, 1, n, exp(eig(S)[i])*{V})"),
        ("a'*eigvec(S, i)", "S", S, "pinv(eig(S)[i]*I(n) - S)*a*eigvec(S, i)'"),
        ("eig(S + t*R)[i]", "t", {"R, S": "symmetric matrix(n)"}, "eigvec(S + t*R, i)'*R*eigvec(S + t*R, i)"),
        ("sum(eig(X))", "X", {}, "I(n)"),
        ("prod(eig(X))", "X", {}, "det(X)*inv(X)'"),
    ],
)
def test_eigenvalues_and_eigenvectors(of: str, wrt: str, let: dict[str, str], answer: str) -> None:
    found = derive(of, wrt, let=let)
    assert str(found.result) == answer
    assert check(found), str(check(found))
    if "eigvec" in answer:
        whole = "sum" in of
        assert found.assumed == ("simple(eig(S))" if whole else f"simple({_eigenvalue(of, wrt)})",)
        assert "ascending order" in found.text()


def _eigenvalue(of: str, wrt: str) -> str:
    return "eig(S + t*R)[i]" if wrt == "t" else "eig(S)[i]"


def test_a_wrong_change_of_an_eigenvalue_is_refused() -> None:
    found = derive("eig(S)[i]", "S", let=S)
    with pytest.raises(DerivationError, match="this is not the answer"):
        accepted(found, "S*eigvec(S, i)*eigvec(S, i)'")
    with pytest.raises(DerivationError, match="this is not the answer"):
        accepted(found, "eigvec(S, i)*eigvec(S, i)' + inv(S)")


@pytest.mark.parametrize("of", ["eig(X)[1]", "a'*eigvec(X, 1)"])
def test_the_matrix_of_an_eigenvector_is_declared_symmetric(of: str) -> None:
    with pytest.raises(DerivationError, match=r"declare what d_eig\w* asks for: symmetric\(X\)"):
        derive(of, "X", let={"X": "matrix(n)", "a": "vector(n)"})


@pytest.mark.parametrize(
    ("of", "wrt", "resists"),
    [
        ("norm1(X)", "X", "norm1"),
        ("tr(B*kron(a, X*x)*b')", "X", "kron"),
        ("det(X*A)*norminf(x)", "x", "norminf"),
        ("tr(A*expm(X))", "X", "expm"),
    ],
)
def test_what_has_no_law_is_named(of: str, wrt: str, resists: str) -> None:
    with pytest.raises(DerivationError) as caught:
        derive(of, wrt, let={**LET, "B": "matrix(n,n*n)"})
    assert resists in str(caught.value)


def test_a_condition_on_a_vector_speaks_of_its_entries() -> None:
    found = derive("norm1(x)", "x", let=LET)
    assert found.assumed == ("nonzero(x)",) and "every entry of x != 0" in found.text()


def test_what_stands_in_a_function_of_vectors_is_a_vector() -> None:
    found = derive("logsumexp(x)", "x", order=2)
    assert str(found.result) == "diag(softmax(x)) - softmax(x)*softmax(x)'" and check(found)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ("t", "1"),
        ("sin(t) - t", "cos(t) - 1"),
        ("t*sum(i, 1, N, t)*A", "2*sum(i, 1, N, t)*A"),
    ],
)
def test_a_change_of_a_scalar_that_stands_alone_is_read_off(of: str, expected: str) -> None:
    found = derive(of, "t", let={"t": "scalar", "A": "matrix(m,n)"}, method="differentials")
    assert str(found.result) == expected
    assert check(found)


def test_the_hessian_of_an_expected_square() -> None:
    let = "x: random vector(n); y: random scalar; w: vector(n)"
    found = derive("E((y - w'*x)^2)", "w", let=let, order=2)
    assert check(found)
    assert str(found.result) == "2*E(x*x')"


def test_what_is_symmetric_by_its_constants_is_turned_at_once() -> None:
    """The symmetry of W joins the summands within the differential; that of a variable waits until it is read off."""
    given = derive("tr(inv(X'*W*X))", "X", let="X: matrix(m,n); W: symmetric matrix(m)")
    variable = derive("log(det(X))", "X", let="X: positive definite matrix(n)")
    for found, chain in ((given, 0), (variable, 1)):
        chains = enumerate(found.derivation.chains)
        using = {k for k, one in chains for step in one.steps if step.rule == "symmetric_transpose"}
        assert check(found)
        assert using == {chain}


def test_no_inverse_of_an_inverse_is_shown_and_the_determinant_cancels_at_once() -> None:
    inverse = derive("log(det(inv(X'*X)))", "X", let="X: matrix(m,n)")
    determinant = derive("log(det(X)) + tr(A*X)", "X", let=LET, kind="differential")
    assert check(inverse)
    assert check(determinant)
    shown = [line.term for block in inverse.lines("worked").blocks for line in block.lines]
    assert not any(t.op == "inv" and t.args[0].op == "inv" for line in shown for _, t in walk(line))
    assert len(determinant.lines("worked").blocks[0].lines) == 1


@pytest.mark.parametrize(
    ("of", "wrt"),
    [
        ("norm1(W*x - w)", "x"),
        ("sum(relu.(W*x))", "x"),
        ("sum((X - B).^2)", "X"),
        ("sum(A.*X.*B)", "X"),
    ],
)
def test_a_sum_of_products_is_an_inner_product_without_ones(of: str, wrt: str) -> None:
    found = derive(of, wrt, let=LET)
    assert check(found) and not any(step.after.has("ones") for step in found.derivation.chains[0].steps)


def test_what_a_logarithm_assumes_lets_quotients_cancel_before_they_are_turned() -> None:
    found = derive("sum(x.*log.(x./y))", "x", let=LET)
    assert check(found) and not any(step.rule.startswith("adjoint") for step in found.steps)


@pytest.mark.parametrize("wrt", ["P", "Q"])
def test_the_logarithm_of_a_quotient_of_positive_numbers_is_split_first(wrt: str) -> None:
    found = derive("log(det(P)/det(Q))", wrt, let="P, Q: positive definite matrix(n)")
    assert check(found) and str(found.result) == ("inv(P)" if wrt == "P" else "-inv(Q)") and not found.assumed
    assert not any(line.term.has("div") for block in found.lines().blocks for line in block.lines)


def test_a_logarithm_is_not_split_where_that_would_assume_more() -> None:
    found = derive("log(det(P)/det(Q))", "P", let="P, Q: invertible matrix(n)")
    assert check(found) and found.assumed == ("positive(det(P)/det(Q))",)


def test_what_cancels_in_a_differential_by_a_scalar_cancels_in_its_first_line() -> None:
    found = derive("log(det(P + t^2*I(n)))", "t", let="P: positive definite matrix(n); t: scalar")
    assert check(found)
    assert str(found.lines().blocks[0].lines[0].term) == "2*t*d(t)*tr(inv(P + t^2*I(n)))"


@pytest.mark.parametrize(
    ("of", "let", "expected"),
    [
        ("norm(X)^6", "X: matrix(m,n)", "6*norm(X)^4*X"),
        ("norm(X)^10", "X: matrix(m,n)", "10*norm(X)^8*X"),
        ("norm(A*X - b)^4", "A: matrix(m,n); b: vector(m); X: vector(n)", "4*norm(A*X - b)^2*A'*(A*X - b)"),
        ("norm(X)^4", "X: complex vector(n)", "2*norm(X)^2*conj(X)"),
    ],
)
def test_an_even_power_of_a_norm_assumes_nothing(of: str, let: str, expected: str) -> None:
    found = derive(of, "X", let=let)
    assert str(found.result) == expected and found.assumed == () and check(found)
