"""Every operator has a meaning, and a wrong one is found."""

from __future__ import annotations

import pytest

from derivgen.check import check
from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.evaluator import MeaningError
from derivgen.check.meaning import MEANINGS
from derivgen.check.series import UndefinedError
from derivgen.check.worlds import Hypotheses, World, draw
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.operators import OPERATORS
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import make, symbol
from tests.check import made
from tests.check.made import book

NAMES = parse_declarations(
    "X, U: matrix(n);  A: matrix(m,n);  B: matrix(n,m);  x, u: vector(n);  y: vector(m);  a, b: scalar;"
    "t: positive scalar;  k: natural;  f, g: function;  h: function(scalar, scalar) -> scalar;"
    "F: function(vector(n)) -> scalar;  G: function(vector(n)) -> vector(m);  z: vector(n) for i=1..m;"
    "Y: function(scalar) -> matrix(n,n);  S: symmetric matrix(n);"
    "Q: orthogonal matrix(n);  P: positive definite matrix(n);  K: skew-symmetric matrix(n);  i, j: index"
)
HYPOTHESES = Hypotheses(
    NAMES, inverses=(("f", "g"),), indices={"i": (NAMES["X"].shape[0],), "j": (NAMES["X"].shape[0],)}
)


def test_every_operator_has_a_meaning() -> None:
    assert MEANINGS.keys() == OPERATORS.keys()


IDENTITIES = (
    ("(A*B)'", "B'*A'"),
    ("X*inv(X)", "I(n)"),
    ("X*X*X*X*X*X*X*X*X", "X^9"),
    ("det(X*U)", "det(X)*det(U)"),
    ("D(det(X), X)", "det(X)*inv(X)'"),
    ("D(tr(A*X*B), X)", "A'*B'"),
    ("D(x'*X*x, x)", "(X + X')*x"),
    ("D(A*x, x)", "A"),
    ("D(x'*x, x[i])", "2*x[i]"),
    ("D(X[i,j], X)", "J(i,j,n,n)"),
    ("D(D(f(a)*a^2, a), a)", "D(f'(a), a)*a^2 + 4*a*f'(a) + 2*f(a)"),
    ("D(h(a,b)*a, a)", "h(a,b) + a*D(h(a,b), a)"),
    ("D(F(x), x)", "grad(F)(x)"),
    ("D(Y(a), a)", "lim(eps, 0, (Y(a + eps) - Y(a))/eps)"),
    ("directional(F(x), x, u)", "u'*grad(F)(x)"),
    ("at(D(f(b), b), b, a^2)", "f'(a^2)"),
    ("d(inv(X))", "-inv(X)*d(X)*inv(X)"),
    ("d(a*X)", "d(a)*X + a*d(X)"),
    ("g(f(a))", "a"),
    ("f'(a)*g'(f(a))", "1"),
    ("lim(eps, 0, (f(a + eps) - f(a))/eps)", "f'(a)"),
    ("lim(eps, 0, lim(delta, 0, (f(a + eps + delta) - f(a + eps))/delta))", "f'(a)"),
    ("f(a + eps)", "f(a) + eps*f'(a) + O(eps^2)"),
    ("tr(A*B)", "sum(i, 1, m, sum(j, 1, n, A[i,j]*B[j,i]))"),
    ("sum(k, 1, n, delta(k,i)*x[k])", "x[i]"),
    ("prod(k, 1, 3, a + k)", "(a + 1)*(a + 2)*(a + 3)"),
    ("x", "sum(k, 1, n, x[k]*e(k,n))"),
    ("(X.*U)[i,j]", "X[i,j]*U[i,j]"),
    ("A./(A.*A)", "A.^-1"),
    ("sum(A)", "ones(m)'*A*ones(n)"),
    ("tr(kron(X, U))", "tr(X)*tr(U)"),
    ("vec(A*X*U)", "kron(U', A)*vec(X)"),
    ("diagvec(X)", "sum(k, 1, n, X[k,k]*e(k,n))"),
    ("diag(X)", "X.*I(n)"),
    ("diag(x)*u", "x.*u"),
    ("[X, x; u', a]*[I(n), x; u', b]", "[X + x*u', X*x + b*x; u' + a*u', (u'*x) + a*b]"),
    ("adj(X)", "det(X)*inv(X)"),
    ("A*pinv(A)*A", "A"),
    ("prod(x)", "prod(k, 1, n, x[k])"),
    ("D(sum(f.(x)), x)", "f'.(x)"),
    ("X^(k + 1)", "X*X^k"),
    ("D(G(x), x)", "jac(G)(x)"),
    ("D(D(F(x), x), x)", "hess(F)(x)"),
    ("x'*hess(F)(x)*u", "u'*hess(F)(x)*x"),
    ("at(D(G(u), u[i]), u, X*x)", "jac(G)(X*x)*e(i,n)"),
    ("sum(i, 1, m, z[i]*y[i])", "sum(i, 1, m, y[i]*z[i])"),
    ("ones(n)'*x", "sum(k, 1, n, x[k])"),
    ("det([a, b; 2, 3])", "3*a - 2*b"),
    ("[a, b]*[a; b]", "a^2 + b^2"),
    ("S'", "S"),
    ("Q'*Q", "I(n)"),
    ("K'", "-K"),
    ("a^k*a^2", "a^(k + 2)"),
    ("X^3", "X*X*X"),
    ("n*a", "tr(a*I(n))"),
    ("a + zeros(1,1)*b", "a"),
)
REAL_IDENTITIES = (
    ("D(exp(a), a)", "exp(a)"),
    ("integral(r, a*exp(-(r - b)^2/t))", "a*sqrt(4*t*atan(1))"),
    ("integral(r, 1/(r^2 + t^2))", "4*atan(1)/t"),
    ("D(log(t), t)", "1/t"),
    ("D(erf(a), a)", "2*exp(-a^2)/sqrt(4*atan(1))"),
    ("erf(-a)", "-erf(a)"),
    ("D(gammaln(t), t)", "digamma(t)"),
    ("gammaln(t + 1)", "gammaln(t) + log(t)"),
    ("D(digamma(t), t)", "trigamma(t)"),
    ("digamma(t + 1)", "digamma(t) + 1/t"),
    ("D(trigamma(t), t)", "D(trigamma(t + 1), t) - 2/t^3"),
    ("D(sqrt(t), t)", "1/(2*sqrt(t))"),
    ("D(abs(a), a)", "a/abs(a)"),
    ("D(sin(a), a)", "cos(a)"),
    ("D(cos(a), a)", "-sin(a)"),
    ("D(tan(a), a)", "1 + tan(a)^2"),
    ("D(sinh(a), a)", "cosh(a)"),
    ("D(cosh(a), a)", "sinh(a)"),
    ("D(tanh(a), a)", "1 - tanh(a)^2"),
    ("D(asin(a/4), a)", "1/(4*sqrt(1 - a^2/16))"),
    ("D(acos(a/4), a)", "-1/(4*sqrt(1 - a^2/16))"),
    ("D(atan(a), a)", "1/(1 + a^2)"),
    ("D(asinh(a), a)", "1/sqrt(1 + a^2)"),
    ("D(acosh(1 + t), t)", "1/sqrt((1 + t)^2 - 1)"),
    ("D(atanh(a/4), a)", "4/(16 - a^2)"),
    ("t^a", "exp(a*log(t))"),
    ("D(D(asin(a/4), a), a)", "a/(64*sqrt(1 - a^2/16)^3)"),
    ("D(D(t^0.5, t), t)", "-1/(4*t*sqrt(t))"),
    ("sin(asin(a/4))", "a/4"),
    ("tan(atan(a))", "a"),
    ("log(det(P))", "-log(det(inv(P)))"),
    *[(f"directional({f}(P), P, K)", f"[I(n), zeros(n,n)]*{f}([P, K; zeros(n,n), P])*[zeros(n,n); I(n)]")
      for f in ("expm", "sinm", "cosm", "logm", "sqrtm")],
    ("norm(A)^2", "tr(A'*A)"),
    ("norm1(x)", "sum(abs.(x))"),
    ("norm2(x)", "norm(x)"),
    ("norminf(x)", "normmax(x)"),
    ("norm1(A')", "norminf(A)"),
    ("D(norm2(A), A)", "D(sqrt(norm2(A'*A)), A)"),
    ("softmax(x)", "exp.(x)/exp(logsumexp(x))"),
    ("exp(max(a,b))", "max(exp(a), exp(b))"),
    ("min(a,b) + max(a,b)", "a + b"),
    ("relu(a) - relu(-a)", "a"),
    ("sign(a)*a", "abs(a)"),
    ("step(a)*a", "relu(a)"),
    ("step(a) + step(-a)", "1"),
    ("sigmoid(a) + sigmoid(-a)", "1"),
    ("D(expm(a*X), a)", "X*expm(a*X)"),
    ("expm(logm(P))", "P"),
    ("sqrtm(P)*sqrtm(P)", "P"),
    ("sinm(X)^2 + cosm(X)^2", "I(n)"),
    ("D(tr(expm(X)), X)", "expm(X)'"),
)


def world(kind: str, number: int) -> World:
    return draw(HYPOTHESES, number, kind)


def holds(left: str, right: str, kind: str, number: int) -> bool:
    w = world(kind, number)
    names = NAMES.extended(*parse_declarations("delta_0: scalar").values())
    a, b = parse(left, names), parse(right, names)
    return w.algebra.difference(w.evaluator.value(a), w.evaluator.value(b)) is None


@pytest.mark.parametrize(("left", "right"), IDENTITIES)
@pytest.mark.parametrize("number", range(4))
def test_known_identities_modulo_a_prime(left: str, right: str, number: int) -> None:
    assert holds(left, right, "modular", number)
    if number == 0:  # at size 1 some of these are zero
        assert not holds(left, f"({right}) + 2*({right})" if "I(n)" not in right else "2*I(n)", "modular", number)


@pytest.mark.parametrize(("left", "right"), IDENTITIES + REAL_IDENTITIES)
def test_known_identities_of_reals(left: str, right: str) -> None:
    assert holds(left, right, "float", 0)


def test_reals_have_no_meaning_modulo_a_prime() -> None:
    w = world("modular", 0)
    with pytest.raises(NeedsRealsError):
        w.evaluator.value(parse("exp(a)", NAMES))


def test_an_operator_without_a_meaning_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(MEANINGS, "tr")
    with pytest.raises(MeaningError, match="tr"):
        world("modular", 0).evaluator.value(parse("tr(X)", NAMES))
    report = check(made.by_hand(), book())
    assert not report and "tr" in str(report)


def test_undefined_values() -> None:
    w = world("modular", 0)
    for text in ("1/(a - a)", "inv(x*x' - x*x')", "lim(eps, 0, 1/eps)", "x[9]"):
        with pytest.raises(UndefinedError):
            w.evaluator.value(parse(text, NAMES))


def test_a_hole_of_a_pattern_has_no_value() -> None:
    with pytest.raises(MeaningError):
        world("modular", 0).evaluator.value(make("hole", (), "a", SCALAR))


@pytest.mark.parametrize(
    ("operator", "stands_for"),
    [
        ("transpose", "neg"),
        ("tr", "det"),
        ("plus", "times"),
        ("D", None),
        ("lim", None),
        ("inv", "transpose"),
        ("det", "tr"),
    ],
)
def test_a_planted_wrong_meaning_is_found(
    operator: str, stands_for: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = (
        MEANINGS[stands_for]
        if stands_for
        else (lambda e, t, scope: e.algebra.constant([[3] * e.sizes(t)[1]] * e.sizes(t)[0]))
    )
    derivations = [made.quadratic(), made.log_det(), made.square(), made.by_hand(), made.bilinear()]
    assert all(check(d, book()) for d in derivations)
    monkeypatch.setitem(MEANINGS, operator, wrong)
    assert not all(check(d, book()) for d in derivations)


def test_the_perturbation_is_a_variable_and_not_a_number() -> None:
    w = world("modular", 0)
    assert w.evaluator.value(symbol("eps")).parts == {1: [[1]]}
