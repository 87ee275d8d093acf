"""The error function and the gamma function: derivatives as central differences, by every method, and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from derivgen import DerivationError, NotationError, check, derive
from tests.judge.differences import derivative, distance
from tests.judge.values import value

LET = {
    "x, s": "scalar", "t": "positive scalar", "w": "vector(n)", "X": "matrix(N,n)", "y": "vector(N)", "a": "vector(n)",
    "P": "matrix(N,n)",
}  # fmt: skip
POINT = {
    "n": 2, "N": 3, "x": 0.4, "s": -0.7, "t": 1.3, "pi": math.pi,
    "w": np.array([[0.6], [-0.8]]),
    "a": np.array([[0.6], [1.8]]),
    "y": np.array([[1.0], [-1.0], [1.0]]),
    "X": np.array([[0.2, -1.0], [0.7, 0.4], [-0.3, 0.9]]),
    "P": np.array([[0.2, 1.0], [0.7, 2.4], [1.3, 0.9]]),
}  # fmt: skip
CASES = [
    ("erf(s*x^2)", "x", "", 1),
    ("(1 + erf((x - s)/sqrt(2)))/2", "x", "", 2),
    ("-sum(i,1,N,log((1 + erf(y[i]*(X[i,:]*w)/sqrt(2)))/2))", "w", "", 1),  # probit regression
    ("sum(erf.(X*w))", "w", "", 2),
    ("sum(erf.(X))", "X", "first principles", 1),
    ("erf(x)", "x", "first principles", 1),
    ("gammaln(t)", "t", "chain rule", 2),
    ("gammaln(sum(a)) - sum(gammaln.(a)) + (a - ones(n))'*w", "a", "", 2),  # Dirichlet
    ("gammaln((t + 1)/2) - gammaln(t/2) - log(t)/2", "t", "", 1),  # Student's t
    ("sum(gammaln.(P))", "P", "first principles", 1),
    ("sum(digamma.(P).*X)", "P", "", 1),
    ("digamma(t)*erf(t)", "t", "differentials", 1),
    ("sum(gammaln.(P))", "P[2,1]", "", 1),
]


@pytest.mark.parametrize(("of", "wrt", "by", "order"), CASES)
def test_the_derivative_is_that_of_the_values(of: str, wrt: str, by: str, order: int) -> None:
    first = derive(of, wrt, let=LET, method=by or None)
    assert check(first), check(first)
    name, _, rest = wrt.partition("[")
    places = (*map(int, rest.rstrip("]").split(",")), 1)[:2] if rest else None
    expected = derivative(lambda at: value(first.derivation.problem.of, at), POINT, name, places)
    assert distance(value(first.result.term, POINT), expected) < 1e-8
    if order == 2:
        second = derive(of, wrt, let=LET, order=2)
        assert check(second), check(second)
        expected = derivative(lambda at: value(first.result.term, at), POINT, name)
        assert distance(value(second.result.term, POINT), expected) < 1e-8


def test_what_is_assumed_is_that_the_argument_is_positive() -> None:
    assert derive("gammaln(x)", "x").assumed == ("positive(x)",)
    assert derive("sum(gammaln.(X))", "X").assumed == ("positive(X)",)
    assert derive("erf(x)", "x").assumed == ()


def test_the_next_derivative_is_named() -> None:
    with pytest.raises(DerivationError, match="polygamma function of order 3"):
        derive("tetragamma(x)", "x")


def test_pi_is_the_constant_beside_erf() -> None:
    assert str(derive("erf(x)", "x").result) == "2*exp(-x^2)/sqrt(pi)"
    with pytest.raises(NotationError, match="give pi another name"):
        derive("erf(x)", "x", let="pi, x: scalar")
    assert derive("erf(x)", "x").function()(0.0) == pytest.approx(2 / math.sqrt(math.pi))


def test_another_value_of_pi_is_refused() -> None:
    with pytest.raises(DerivationError, match="true in numbers"):
        derive("erf(x)", "x", to="exp(-x^2)/sqrt(atan(1))")  # pi is 4*atan(1)
    with pytest.raises(DerivationError, match="false: the two sides differ"):
        derive("erf(x)", "x", to="2*exp(-x^2)/sqrt(3)")


def test_phi_says_how_it_is_written() -> None:
    with pytest.raises(NotationError, match=r"\\frac\{1\}\{2\}\(1 \+ \\operatorname\{erf\}\(x/\\sqrt\{2\}\)\)"):
        derive(r"\log\Phi(x)", "x")
    found = derive(r"\log\Bigl(\frac{1}{2}(1 + \operatorname{erf}(x/\sqrt{2}))\Bigr)", "x")
    assert check(found)


@pytest.mark.parametrize(("name", "here"), [("erfc", "1 - erf"), ("lgamma", "gammaln"), ("normcdf", "erf")])
def test_other_names_are_told(name: str, here: str) -> None:
    with pytest.raises(NotationError, match=f"write .*{here}"):
        derive(f"{name}(x)", "x")
