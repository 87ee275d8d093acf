"""Derivatives by complex variables: what is refused, what is derived, and that the check can tell each kind apart."""

from __future__ import annotations

from typing import Any

import pytest

from derivgen import DerivationError, NotationError, Result, check, derive
from derivgen.check.agreement import agreement
from derivgen.check.report import RefusedError
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.terms import equivalent

LET = (
    "X: complex matrix(m,n); A: complex matrix(m); B: complex matrix(n); C: complex matrix(n,m);"
    "W: complex matrix(p,n);"
    "x, y, u: complex vector(n); b: complex vector(p); z, c: complex scalar; S: Hermitian matrix(n);"
    "P: complex positive definite matrix(n); q[i=1..N]: complex vector(n); v[i=1..N]: scalar; t: scalar; r: vector(n);"
    "f: holomorphic function; g: holomorphic function(scalar, scalar) -> scalar; h: function; k: complex function"
)
GRADIENT = {"convention": "gradient"}


@pytest.mark.parametrize(
    ("of", "wrt", "options", "says"),
    [
        ("t^2", "conj(t)", {}, "t is real"),
        ("t^2", "t", GRADIENT, "t is real"),
        ("z^2", "conj(z)", GRADIENT, "about the derivative by z itself"),
        ("z^2", "z", {"convention": "cauchy"}, "no convention"),
        ("z^2", "re(z)^2", {}, r"conj\(X\), re\(X\) or im\(X\)"),
        ("relu(z)", "z", {}, "relu is a function of real numbers"),
        ("norm1(x)", "x", {}, "norm1 is a function of real numbers"),
        ("h(z)", "z", {}, "holomorphic function"),
        ("k(z)", "z", {}, "two derivatives"),
        ("W*x", "x[1]", {}, "the derivative of a scalar"),
        ("x[1]", "x[1]", GRADIENT, "the derivative of a scalar"),
        ("H(x)*x", "x[1]", {"order": 2}, "the derivative of a scalar"),
        ("abs(z)^2", "z", {"order": 2, **GRADIENT}, "of first order"),
        ("z^2", "z", {"method": "chain rule"}, "not found by chain rule"),
        ("tr(S*B)", "S", {"vary": "structured"}, "within its structure"),
        ("W*x", "x", GRADIENT, "that of a real function"),
        ("z^t", "z", {}, "no law"),
    ],
)
def test_refused_with_its_reason(of: str, wrt: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises((NotationError, DerivationError), match=says):
        derive(of, wrt, let=LET, **options)


CASES: list[tuple[str, str, dict[str, Any], str]] = [
    ("tr(A*X*B*H(X))", "X", {}, "A'*conj(X)*B'"),
    ("tr(A*X*B*H(X))", "X", GRADIENT, "2*A*X*B"),
    ("norm(W*x - b)^2 + t*norm(x)^2", "x", GRADIENT, "2*H(W)*(W*x - b) + 2*t*x"),
    ("log(det(I(n) + H(X)*X))", "conj(X)", {}, "X*inv(I(n) + H(X)*X)"),
    ("log(det(X*P*H(X)))", "X", GRADIENT, "2*inv(X*P*H(X))*X*P"),
    ("H(x)*S*x/(H(x)*x)", "x", GRADIENT, "2/(H(x)*x)*(S*x - H(x)*S*x/(H(x)*x)*x)"),
    ("re(tr(C*X))", "X", GRADIENT, "H(C)"),
    ("im(H(y)*x)", "x", GRADIENT, "1i*y"),
    ("abs(H(y)*x)^2", "y", GRADIENT, "2*conj(H(y)*x)*x"),
    ("sum(i, 1, N, (abs(H(q[i])*x)^2 - v[i])^2)", "conj(x)", {},
     "2*sum(i, 1, N, (conj(H(q[i])*x)*(H(q[i])*x) - v[i])*(H(q[i])*x)*q[i])"),
    ("abs(z)", "conj(z)", {}, "z/(2*abs(z))"),
    ("conj(z)", "z", {}, "0"),
    ("2*re(x) + x", "x", {}, "2*I(n)"),
    ("2*im(x)", "conj(x)", {}, "1i*I(n)"),
    ("norm(x)^2", "re(x)", {"order": 2}, "2*I(n)"),
    ("abs(z)^4", "im(z)", {"order": 2}, "-2*conj(z)^2 + 8*z*conj(z) - 2*z^2"),
    ("z - conj(z)", "conj(z)", {}, "-1"),
    ("exp(z)*conj(z)", "z", {"order": 2}, "conj(z)*exp(z)"),
    ("(z*conj(z))^2", "conj(z)", {"order": 2}, "2*z^2"),
    ("abs(z)^2", "im(z)", {"order": 2}, "2"),
    ("z^3*conj(z)", "z", {"order": 3}, "6*conj(z)"),
    ("x'*B*x", "x", {"order": 2}, "B + B'"),
    ("(H(x)*x)^2", "x", {"order": 2}, "2*conj(x)*H(x)"),
    ("x*(x'*y)", "conj(x)", {}, "zeros(n,n)"),
    ("conj(x)*(H(x)*x)", "x", {}, "conj(x)*H(x)"),
    ("norm(X)^2", "X[1,2]", {}, "conj(X[1,2])"),
    ("b'*W*x", "x[2]", {}, "(W'*b)[2]"),
    ("conj(x[1])*x[2]", "x[2]", {}, "conj(x[1])"),
    ("norm(x)", "x", {}, "conj(x)/(2*norm(x))"),
    ("f(z)", "re(z)", {}, "f'(z)"),
    ("f(z)", "im(z)", {}, "1i*f'(z)"),
    ("conj(f(z))", "conj(z)", {}, "conj(f'(z))"),
    ("g(z, conj(z))", "conj(z)", {}, "g.2(z, conj(z))"),
    ("W*x + W*conj(x)", "conj(x)", {}, "W"),
    ("x*(H(x)*x)", "x", {}, "x*H(x) + H(x)*x*I(n)"),
    ("x*(H(x)*x)", "conj(x)", {}, "x*x'"),
    ("z^2*B", "im(z)", {}, "2*z*1i*B"),
    ("sqrt(z)", "z", {}, "1/(2*sqrt(z))"),
    ("exp(-abs(z)^2)", "z", {}, "-conj(z)*exp(-z*conj(z))"),
    ("h(abs(z)^2)", "z", {}, "h'(z*conj(z))*conj(z)"),
    ("re(H(y)*r)", "r", {}, "re(y)"),
    ("exp(1i*t)", "t", {}, "1i*exp(1i*t)"),
    ("H(x)*x", "x", {"kind": "differential"}, "H(d(x))*x + H(x)*d(x)"),
    ("H(x)*x", "x", {"along": "u"}, "H(u)*x + u'*conj(x)"),
]  # fmt: skip


@pytest.mark.parametrize(("of", "wrt", "options", "result"), CASES, ids=[f"{of} by {wrt}" for of, wrt, _, _ in CASES])
def test_derived_and_checked(of: str, wrt: str, options: dict[str, Any], result: str) -> None:
    found = derive(of, wrt, let=LET, **options)
    assert check(found)
    assert equivalent(found.result.term, parse(result, found.derivation.problem.declarations)), str(found.result)


def test_the_chain_rule_of_a_function_of_u_and_its_conjugate() -> None:
    """Equation 234 of the Cookbook for any u(x, conj(x)) and g(u, conj(u))."""
    inner = "g(z, conj(z))"
    found = derive(f"g({inner}, conj({inner}))", "z", let=LET)
    expected = f"g.1({inner}, conj({inner}))*g.1(z, conj(z)) + g.2({inner}, conj({inner}))*conj(g.2(z, conj(z)))"
    assert check(found)
    assert str(found.result) == expected


def test_the_convention_is_said() -> None:
    by_default, by_choice = derive("H(x)*x", "x", let=LET), derive("H(x)*x", "x", let=LET, convention="gradient")
    assert "Wirtinger" in by_default.text()
    assert "gradient of a real function is twice" in by_choice.text()
    assert "Transposes do not conjugate" in derive("x'*B*x", "x", let=LET).text()


# -- the check tells the kinds apart -------------------------------------------------------------------------------
TRUE = [
    "D(tr(A*X*B*H(X)), X) = A'*conj(X)*B'",
    "D(tr(A*X*B*H(X)), conj(X)) = A*X*B",
    "D(tr(X*H(X)), re(X)) = 2*re(X)",
    "D(tr(X*H(X)), im(X)) = 2*im(X)",
    "nabla(tr(X*H(X)), X) = 2*X",
    "nabla((c - H(x)*y)*conj(c - H(x)*y), x) = -2*y*conj(c - H(x)*y)",
    "D(x*(H(x)*x), conj(x)) = x*x'",
]
FALSE = [
    "D(tr(A*X*B*H(X)), X) = A'*X*B'",
    "D(tr(A*X*B*H(X)), X) = A*X*B",
    "D(tr(A*X*B*H(X)), conj(X)) = 2*(A*X*B)",
    "D(tr(X*H(X)), re(X)) = 2*X",
    "D(tr(X*H(X)), im(X)) = 2i*im(X)",
    "nabla(tr(X*H(X)), X) = 2*conj(X)",
    "nabla(tr(X*H(X)), X) = X",
    "D(tr(X*H(X)), X) = 2*re(X)",
    "D(x*(H(x)*x), conj(x)) = x*H(x)",
    "H(B*S) = H(B)*H(S)",
    "conj(z)*z = z^2",
    "abs(z)^2 = z^2",
    # equations 89 and 252 of the Cookbook as they are printed
    "nabla((c - H(x)*y)^2, x) = -2*y*conj(c - H(x)*y)",
    "nabla(H(W*x)*(W*x)/(H(B*x)*(B*x)), x) = 2*H(W)*W*x/(H(x)*B*B*x) - 2*(H(x)*H(W)*W*x)*H(B)*B*x/(H(x)*H(B)*B*x)^2",
]


def held(statement: str) -> bool:
    names = parse_declarations(LET)
    try:
        agreement(parse(statement, names), names)
    except RefusedError:
        return False
    return True


@pytest.mark.parametrize("statement", TRUE)
def test_what_is_true_holds_in_numbers(statement: str) -> None:
    assert held(statement)


@pytest.mark.parametrize("statement", FALSE)
def test_what_is_false_is_refuted(statement: str) -> None:
    assert not held(statement)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"convention": "wirtinger"', '"convention": "gradient"'),
        ('"convention": "wirtinger"', '"convention": null'),
        ('"complex vector(n)"', '"vector(n)"'),
        ('"wrt": "x"', '"wrt": "conj(x)"'),
    ],
)
def test_a_trace_of_another_question_is_refused(old: str, new: str) -> None:
    text = derive("H(x)*S*x", "x", let={"x": "complex vector(n)", "S": "Hermitian matrix(n)"}).to_json()
    assert old in text
    assert check(Result.from_json(text))
    assert not check(Result.from_json(text.replace(old, new)))


def test_what_is_read_off_to_be_put_together_has_no_line_of_its_own() -> None:
    """The line of the derivative by re(X) names both readings; at full detail each is shown."""
    found = derive("tr(X*H(X))", "re(X)", let="X: complex matrix(m,n)")
    blocks = found.lines("worked").blocks
    assert [str(block.lines[0].lhs) for block in blocks[1:]] == ["D(tr(X*H(X)), re(X))"]
    laws = {reason.law for reason in blocks[-1].lines[0].reasons}
    assert laws == {"D_re", "read_wirtinger", "read_wirtinger_conj"}
    assert len(found.lines("full").blocks) == 4


@pytest.mark.parametrize("of", ["tr(A*X)", "log(det(X))"])
def test_a_function_that_is_not_real_has_no_complex_gradient(of: str) -> None:
    with pytest.raises(DerivationError, match="that of a real function"):
        derive(of, "X", let="A: complex matrix(n); X: Hermitian matrix(n)", **GRADIENT)
