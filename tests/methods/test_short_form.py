"""Results in short form: nothing is made longer, nothing is lost, and every step is checked."""

from __future__ import annotations

import pytest

from derivgen import check, derive
from derivgen.check.moves import MOVES, move_fault
from derivgen.engine.moves import moves
from derivgen.engine.trace import Step
from derivgen.language.elaborate import parse
from derivgen.language.length import length
from derivgen.language.problem import read_declarations

LET = (
    "x, w, b, z: vector(n); A: matrix(m,n); y: vector(m); t: vector(n); S, B: symmetric matrix(n); X, V: matrix(n,k); "
    "W: matrix(n); s: positive scalar; c: scalar; u[i=1..N]: vector(n); v[i=1..N]: scalar; K: skew-symmetric matrix(n)"
)
NAMES = read_declarations(LET)

KEPT = [  # what is as short as any form of it
    ("x'*W*x + b'*x", "x", "W*x + W'*x + b"),
    ("s^3 + s^2", "s", "3*s^2 + 2*s"),
    ("norm(A*x - y)^2 + c*norm(x)^2", "x", "2*A'*(A*x - y) + 2*c*x"),
]
SHORT = [
    ("x'*A'*A*x - 2*y'*A*x", "x", "2*A'*(A*x - y)"),
    ("c/(2*s^2)", "s", "-c/s^3"),
    ("sum(i, 1, N, log(1 + exp(w'*u[i])) - v[i]*w'*u[i])", "w", "sum(i, 1, N, (sigmoid(w'*u[i]) - v[i])*u[i])"),
    ("sum(log.(ones(m) + exp.(A*x))) - y'*A*x", "x", "A'*(sigmoid.(A*x) - y)"),
    ("-t'*log.(softmax(z))", "z", "sum(t)*softmax(z) - t"),
    ("x'*S*x/(x'*x)", "x", "2/(x'*x)*(S*x - x'*S*x/(x'*x)*x)"),
    ("tr(X'*S*X)/tr(X'*B*X)", "X", "2/tr(X'*B*X)*(S - tr(X'*S*X)/tr(X'*B*X)*B)*X"),
    ("norm(W - X*V')^2", "X", "2*(X*V' - W)*V"),
    ("tr(W*K*S)", "W", "-S*K"),
    ("-c*log(sigmoid(w'*x)) - (1 - c)*log(1 - sigmoid(w'*x))", "w", "(sigmoid(w'*x) - c)*x"),
    ("c*x'*x + s*norm(x)^2", "x", "2*(c + s)*x"),
    ("norm(y - A*tanh.(x))^2/2", "x", "(ones(n) - tanh.(x).^2).*(A'*(A*tanh.(x) - y))"),
    ("sum((W.*S)*(W.*S)')", "W", "2*(S.*(ones(n,n)*(W.*S)))"),
]


@pytest.mark.parametrize(("of", "wrt", "result"), [*KEPT, *SHORT])
def test_results(of: str, wrt: str, result: str) -> None:
    found = derive(of, wrt, let=LET)
    assert str(found.result) == result
    assert check(found)


@pytest.mark.parametrize(("of", "wrt"), [(of, wrt) for of, wrt, _ in SHORT])
def test_no_form_on_the_way_is_shorter(of: str, wrt: str) -> None:
    """The last line is the shortest of the short form's lines."""
    found = derive(of, wrt, let=LET)
    last = found.derivation.chains[-1]
    lines = [s.after.args[1] if s.after.op == "=" else s.after for s in last.steps if s.phase == "short form"]
    assert all(length(found.result.term) <= length(line) for line in lines)


def test_a_factor_is_taken_out_by_its_law() -> None:
    rules = [step.rule for step in derive("x'*A'*A*x - 2*y'*A*x", "x", let=LET).steps]
    assert rules.count("factor_left") == 1


def test_a_square_keeps_its_signs() -> None:
    found = derive("-sum(i, 1, N, (u[i] - x)'*W*(u[i] - x))", "W", let=LET)
    assert str(found.result) == "-sum(i, 1, N, (u[i] - x)*(u[i] - x)')"


@pytest.mark.parametrize(
    ("of", "wrt", "order", "expected"),
    [
        ("x*sqrt(x)", "x", 1, "3*sqrt(x)/2"),
        ("x*sqrt(x)", "x", 3, "-3/(8*x^(3/2))"),
        ("sqrt(1 + x^2)", "x", 3, "-3*x/(1 + x^2)^(5/2)"),
        ("x/sqrt(1 + x^2)", "x", 3, "3*(4*x^2 - 1)/(1 + x^2)^(7/2)"),
        ("log(abs(det(W)))", "W", 1, "inv(W)'"),
        ("-sum(p.*log.(p))", "p", 2, "-diag(ones(n)./p)"),
        ("sum(p.*log.(p./q))", "p", 1, "log.(p./q) + ones(n)"),
        ("sum(p.*log.(p./q))", "q", 1, "-p./q"),
        ("sum(V.*log.(V./(W*S)) - V + W*S)", "W", 1, "(ones(n,n) - V./(W*S))*S'"),
    ],
)
def test_roots_and_fractions_entry_by_entry_are_reduced(of: str, wrt: str, order: int, expected: str) -> None:
    let = "W: invertible matrix(n); S, V: matrix(n); p, q: vector(n)"
    found = derive(of, wrt, order=order, let=let)
    assert str(found.result) == expected and check(found)


@pytest.mark.parametrize(
    ("of", "wrt", "order", "expected"),
    [
        ("(1 - log(x))/x^2", "x", 1, "(2*log(x) - 3)/x^3"),
        ("sin(x)/x", "x", 2, "(2*sin(x) - x^2*sin(x) - 2*x*cos(x))/x^3"),
        ("log(x)/x", "x", 3, "(11 - 6*log(x))/x^4"),
        ("x^2/(1 + x)", "x", 2, "2/(1 + x)^3"),
        ("(1 + sqrt(3)*r/x)*exp(-sqrt(3)*r/x)", "x", 1, "3*r^2*exp(-sqrt(3)*r/x)/x^3"),
    ],
)
def test_what_all_summands_above_a_bar_share_cancels(of: str, wrt: str, order: int, expected: str) -> None:
    found = derive(of, wrt, order=order)
    assert str(found.result) == expected and check(found)


@pytest.mark.parametrize(
    ("of", "wrt", "assume", "expected"),
    [
        ("-sum(p.*log.(softmax(q)))", "q", ["sum(p) = 1"], "softmax(q) - p"),
        ("-p'*log.(exp.(q)/sum(exp.(q)))", "q", ["sum(p) = 1"], "softmax(q) - p"),
        ("-p'*log.(exp.(q)/sum(exp.(q)))", "q", [], "sum(p)*softmax(q) - p"),
        ("log(sum(exp.(q)))", "q", [], "softmax(q)"),
        ("sum(log.(ones(n) + exp.(-p.*(W*q))))", "q", [], "-W'*(p.*sigmoid.(-p.*(W*q)))"),
    ],
)
def test_softmax_and_sigmoid_are_recognised(of: str, wrt: str, assume: list[str], expected: str) -> None:
    found = derive(of, wrt, assume=assume, let="W: matrix(n); p, q: vector(n)")
    assert str(found.result) == expected and check(found)


@pytest.mark.parametrize(
    ("of", "wrt", "expected"),
    [
        ("log(softmax(z)[k])", "z", "e(k, n) - softmax(z)"),
        ("-log(softmax(W*x)[k])", "W", "(softmax(W*x) - e(k, n))*x'"),
        ("softmax(z)[k]", "z[j]", "softmax(z)[k]*(delta(j, k) - softmax(z)[j])"),
        ("softmax(z)[k]", "z", "softmax(z)[k]*(e(k, n) - softmax(z))"),
        ("sum(softmax(z))", "z", "zeros(n)"),
        ("-log(exp(z[1])/sum(k, 1, n, exp(z[k])))", "z", "softmax(z) - e(1, n)"),
        ("-sum(k, 1, n, y[k]*log(softmax(z)[k]))", "z", "sum(y)*softmax(z) - y"),
    ],
)
def test_an_entry_of_softmax_has_a_derivative_of_its_own(of: str, wrt: str, expected: str) -> None:
    found = derive(of, wrt, let="z, y: vector(n); W: matrix(n,m); x: vector(m)")
    assert str(found.result) == expected and check(found)


@pytest.mark.parametrize(
    ("of", "wrt", "expected"),
    [
        ("max(0, 1 - c*(w'*x))", "w", "-c*step(1 - c*(w'*x))*x"),
        ("max(c, s)", "s", "step(s - c)"),
        ("min(s, c)", "s", "step(c - s)"),
        ("max(0, norm(x - b)^2 - norm(x - w)^2)", "x", "2*step(norm(x - b)^2 - norm(x - w)^2)*(w - b)"),
    ],
)
def test_of_a_largest_beside_a_constant_one_step_remains(of: str, wrt: str, expected: str) -> None:
    found = derive(of, wrt, let="w, x, b: vector(n); c, s: scalar")
    assert str(found.result) == expected and check(found)


@pytest.mark.parametrize("of", ["prod(x.*b)", "prod(x.*x)"])
def test_what_follows_from_an_assumption_may_be_assumed_by_itself_later(of: str) -> None:
    assert check(derive(of, "x", order=2, let="x, b: vector(n)"))


def test_a_norm_that_is_zero_somewhere_has_a_square() -> None:
    let = "x[i=1..n]: vector(m); W: symmetric matrix(n)"
    assert check(derive("sum(i, 1, n, sum(j, 1, n, W[i,j]*norm(x[i] - x[j])^2))", "x[k]", let=let))


def test_each_summand_that_can_takes_its_sign_inside() -> None:
    found = derive("exp(-norm(x - b)^2/(2*s^2))", "x", kind="hessian", let="x, b: vector(n); s: positive scalar")
    assert str(found.result) == "exp(-norm(x - b)^2/(2*s^2))/s^2*((x - b)*(x - b)'/s^2 - I(n))" and check(found)


def test_the_numbers_of_a_product_meet_before_its_line_is_shown() -> None:
    found = derive("1/2*norm(W*x - b)^2", "x", let=LET)
    assert str(found.lines().blocks[0].lines[0].term) == "(W*x - b)'*W*d(x)"


@pytest.mark.parametrize(
    ("of", "wrt", "expected"),
    [
        ("sum(i, 1, N, v[i]*(x'*u[i])) + sum(j, 1, N, s*(u[j]'*x))", "x", "sum(j, 1, N, (v[j] + s)*u[j])"),
        ("sum(i, 1, N, v[i]*(x'*u[i])) + sum(j, 2, N, u[j]'*x)", "x", "sum(i, 1, N, v[i]*u[i]) + sum(j, 2, N, u[j])"),
    ],
)
def test_sums_are_joined_where_their_terms_are_multiples_of_one_thing(of: str, wrt: str, expected: str) -> None:
    found = derive(of, wrt, let=LET)
    assert str(found.result) == expected and check(found)


def test_a_difference_that_stands_with_both_signs_is_taken_out() -> None:
    found = derive("s*(c - z'*x)*c - s^2*(z'*x - c)", "s", let=LET)
    assert str(found.result) == "(c - z'*x)*(c + 2*s)" and check(found)


@pytest.mark.parametrize(
    ("of", "wrt", "expected"),
    [
        ("norm(s*W)^2", "s", "2*s*norm(W)^2"),
        ("norm(x*y')^2", "x", "2*norm(y)^2*x"),
        ("norm(x*y')^2 + y'*y", "x", "2*(y'*y)*x"),
        ("tr(y*x'*x*y')", "x", "2*(y'*y)*x"),
        ("norm(s*x*y' - A')^2", "s", "2*(y'*(s*y*x' - A)*x)"),
        ("norm(s*y*x' - A)^2", "s", "2*(y'*(s*y*x' - A)*x)"),
        ("det(W + s*x*b')", "s", "det(W + s*x*b')*(b'*inv(W + s*x*b')*x)"),
    ],
)
def test_no_trace_of_a_scalar_or_of_a_column_times_a_row_stays(of: str, wrt: str, expected: str) -> None:
    found = derive(of, wrt, let=LET.replace("W: matrix", "W: invertible matrix"))
    assert str(found.result) == expected and check(found)


def test_a_root_of_a_product_is_divided_by_the_product() -> None:
    """sqrt(s*t)^3 = s*t*sqrt(s*t): what is taken out of a sum of such is checked."""
    let = "x: vector(n); c: positive scalar; S: positive definite matrix(n)"
    assert check(derive("exp(-x'*inv(S)*x/2)/sqrt(c^n*det(S))", "S", let=let))
    before, after = parse("W/sqrt(s*c) - s*c*B/sqrt(s*c)^3", NAMES), parse("1/sqrt(s*c)*(W - s*c/(s*c)*B)", NAMES)
    assert move_fault(Step("common_factor", (), {}, before, after), before, after, "eps") is None


WRONG = [
    ("common_factor", "W/sqrt(s*c) - s*c*B/sqrt(s*c)^3", "1/sqrt(s*c)*(W - s/(s*c)*B)"),
    ("common_factor", "sqrt(1 + c^2) - c^2/sqrt(1 + c^2)", "(1 + c^2 + c^2)/sqrt(1 + c^2)"),
    ("like_fractions", "s/(4*c) + s/(2*c)", "s/(4*c)"),
    ("lowest_terms", "4*s*c/(2*s^2)^2", "c/s^2"),
    ("lowest_terms", "c/s", "s/c"),
    ("lowest_terms", "(s*c - 3*s)/s^2", "(c + 3)/s"),
    ("lowest_terms", "(s*c - 3*s)/s^2", "(c - 3)/s^2"),
    ("lowest_terms", "(s*c - 3*s)/s^2", "(c - 3/s)/s^2"),
    ("lowest_terms", "(s*c - 3)/s^2", "(c - 3)/s"),
    ("lowest_terms", "(s*c - 3)/s", "c - 3/s"),
    ("common_factor", "2*x + 2*b", "2*(x - b)"),
    ("common_factor", "W*x + W*b", "W*x + W*b"),
    ("common_factor", "c*W*S + c*S*W", "c*(W*S + W*S)"),
    ("collect_multiples", "s*x - c*x", "(c - s)*x"),
    ("sign_inside", "-W*(x - b)", "W*(x + b)"),
    ("sign_inside", "-(x - b)", "-x + b - b"),
    ("sign_inside", "-(x - b)", "x - b"),
    ("sign_inside", "-(x - b)'*W*(x - b)", "(b - x)'*W*(b - x)"),
    ("sign_inside", "-W*(x - b) - c*x", "W*(b - x) + c*x"),
    ("arithmetic", "c*(1/2)*4", "c*4"),
    ("order_summands", "-x + b", "x - b"),
]


@pytest.mark.parametrize(("rule", "old", "new"), WRONG)
def test_a_false_step_is_refused(rule: str, old: str, new: str) -> None:
    before, after = parse(old, NAMES), parse(new, NAMES)
    assert move_fault(Step(rule, (), {}, before, after), before, after, "eps")


def test_a_sign_goes_into_the_summands_that_have_a_bracket() -> None:
    found = moves("eps")["sign_inside"].rewrite(parse("-W*(x - b) - b", NAMES))
    assert str(found) == "W*(b - x) - b"


def test_an_assumption_that_follows_is_not_repeated() -> None:
    assert derive("log(det(W))", "W", let=LET).assumed == ("positive(det(W))",)
    assert derive("max(0, c)", "c", let="c: scalar").assumed == ("nonzero(c)",)


# -- as it was asked ----------------------------------------------------------------------------------------------
def test_norms_and_pseudo_inverses_come_back_where_the_question_has_them() -> None:
    kernel = derive("exp(-norm(x - y)^2)", "x", let="x, y: vector(n)")
    assert str(kernel.result) == "2*exp(-norm(x - y)^2)*(y - x)"
    plain = derive("exp(-(x - y)'*(x - y))", "x", let="x, y: vector(n)")
    assert "norm" not in str(plain.result)
    rows = {"let": "W: matrix(p,n)", "assume": ("invertible(W*W')",)}
    found = derive("log(det(pinv(W)'*pinv(W)))", "W", **rows)
    assert str(found.result) == "-2*pinv(W)'" and check(found)
    assert all(step.rule != "d_pinv" for step in found.steps)


VECTORS = [
    ("sum(i,1,N,(y[i]-X[i,:]*w)^2)", "w", "2*X'*(X*w - y)"),
    ("sum(i,1,N,c[i]*x[i])", "x", "c"),
    ("sum(i,1,N,(x[i] - a[i])^2)/2", "x", "x - a"),
    ("sum(i,1,N,log(x[i]))", "x", "ones(N)./x"),
    ("-sum(i,1,N,p[i]*log(p[i]))", "p", "-log.(p) - ones(N)"),
    ("sum(i,1,N,log(1 + exp(-y[i]*x[i])))", "x", "-y.*sigmoid.(-y.*x)"),
    ("sum(i,1,N,sum(j,1,n,P[i,j]*log(P[i,j]/Q[i,j])))", "Q", "-P./Q"),
    ("sum(i,1,N,sum(j,1,n,P[i,j]*log(P[i,j]/Q[i,j])))", "P", "log.(P./Q) + ones(N,n)"),
    ("sum(j,1,n,sum(i,1,N,A[i,j]^2))", "A", "2*A"),
    ("sum(i,1,N,a[i]) - 1/2*sum(i,1,N,sum(j,1,N,a[i]*a[j]*y[i]*y[j]*K[i,j]))", "a", "ones(N) - (K*(y.*a)).*y"),
    ("sum(i,1,n,c[i]*x[i]*x[i+1])", "x", "sum(i, 1, n, c[i]*(x[i + 1]*e(i, m) + x[i]*e(i + 1, m)))"),
]


@pytest.mark.parametrize(("of", "wrt", "expected"), VECTORS)
def test_a_sum_over_the_entries_of_a_vector_is_the_vector(of: str, wrt: str, expected: str) -> None:
    let = {"i+1": "N, n: natural; x: vector(m)", "K[": "a, y: vector(N); K: symmetric matrix(N)"}
    found = derive(of, wrt, let=next((text for part, text in let.items() if part in of), None))
    assert check(found), check(found)
    assert str(found.result) == expected


def test_the_power_of_a_root_of_a_number_is_in_lowest_terms() -> None:
    found = derive("log(1 + exp(-(a'*w/sqrt(2))^2))", "w", let="a, w: vector(n)")
    assert check(found), check(found)
    assert str(found.result) == "-a'*w*exp(-(a'*w)^2/2)*a/(1 + exp(-(a'*w)^2/2))"


@pytest.mark.parametrize(("old", "new"), [("(s/sqrt(2))^2", "s^2/4"), ("s/sqrt(2)^3", "s/2"), ("sqrt(2)*s", "2*s")])
def test_the_check_tells_another_power_of_a_root(old: str, new: str) -> None:
    one, two = (parse(text, NAMES) for text in (old, new))
    assert MOVES["lowest_terms"](one, two, "eps")


@pytest.mark.parametrize(
    ("of", "wrt", "let"),
    [
        ("sum(i, 2, N, x[i]^2) + sum(i, 1, N - 1, x[i])", "x", "x: vector(N)"),
        (
            "sum(i, 1, N, sum(j, 2, N, W[i,j]*norm(x[i] - x[j])^2))", "x[k]",
            "x[i=1..N]: vector(n); W: matrix(N); k: index",
        ),
        ("sum(i, 1, N - 1, sum(j, i + 1, N, norm(x[i] - x[j])^2))", "x[k]", "x[i=1..N]: vector(n); k: index"),
    ],
)  # fmt: skip
def test_sums_over_different_ranges_stay_apart(of: str, wrt: str, let: str) -> None:
    assert check(derive(of, wrt, let=let))
