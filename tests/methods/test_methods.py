"""The methods: results as a person writes them, names that do not matter, laws that are named when missing."""

from __future__ import annotations

import pytest

from derivgen import DerivationError, Result, check, derive, expand, prove
from derivgen.language.plain import plain
from derivgen.language.terms import equivalent
from derivgen.rules.book import standard_book

W = {"a": "vector(m)", "W": "matrix(m,n)", "b": "vector(n)", "c": "scalar"}
X = {"X": "invertible matrix(n)"}
RESULTS = [
    ("x^4", "x", {}, "first principles", "4*x^3"),
    ("3*x^2 - x", "x", {}, "first principles", "6*x - 1"),
    ("cos(2*x)", "x", {}, "first principles", "-2*sin(2*x)"),
    ("1/(1 + exp(-x))", "x", {}, "chain rule", "exp(-x)/(1 + exp(-x))^2"),
    ("sqrt(1 + x^2)", "x", {}, "chain rule", "x/sqrt(1 + x^2)"),
    ("b^x", "x", {"b": "positive scalar"}, "chain rule", "log(b)*b^x"),
    ("atan(y)", "y", {}, "inverse function", "1/(1 + y^2)"),
    ("sqrt(y)", "y", {"y": "positive scalar"}, "inverse function", "1/(2*sqrt(y))"),
    ("b'*y + y'*y", "y", {}, "first principles", "b + 2*y"),
    ("x'*S*x", "x", {"S": "symmetric matrix(n)", "x": "vector(n)"}, "first principles", "2*S*x"),
    ("tr(X)", "X", {}, "first principles", "I(n)"),
    ("tr(X'*A*X)", "X", {}, "first principles", "A*X + A'*X"),
    ("det(X)", "X", X, "first principles", "det(X)*inv(X)'"),
    ("log(det(X))", "X", X, "differentials", "inv(X)'"),
    ("tr(inv(X)*A)", "X", {**X, "A": "matrix(n)"}, "differentials", "-inv(X)'*A'*inv(X)'"),
    ("(a'*W*b - c)^4", "W", W, "first principles", "4*(a'*W*b - c)^3*a*b'"),
    ("sqrt(x'*x)", "x", {}, "differentials", "x/sqrt(x'*x)"),
    ("F(M*x/t)", "x", {"x": "vector(n)", "F": "function(vector(n)) -> scalar"}, "differentials", "M'*grad(F)(M*x/t)/t"),
    ("tr((X/t)'*B*X)", "X", {}, "differentials", "(B*X + B'*X)/t"),
    ("f(zeros(n,1)'*x)", "x", {"x": "vector(n)", "f": "function"}, "differentials", "zeros(n)"),
    ("tr(X*zeros(n,n))", "X", {"X": "matrix(n)"}, "differentials", "zeros(n,n)"),
    ("y'*N*y - b'*y", "y", {"y, b": "vector(n)", "N": "matrix(n)"}, "componentwise", "N*y + N'*y - b"),
    ("tr(C*Z*D)", "Z", {}, "componentwise", "C'*D'"),
]


@pytest.mark.parametrize(("of", "wrt", "let", "method", "answer"), RESULTS)
def test_results(of: str, wrt: str, let: dict[str, str], method: str, answer: str) -> None:
    result = derive(of, wrt, let=let, method=method)
    assert str(result.result) == answer
    assert check(result), str(check(result))


AGREE = ["x'*M*x + a'*x", "(x'*M*x)^2", "(x - a)'*M*(x - a)", "a'*x*(a'*x)"]


@pytest.mark.parametrize("of", AGREE)
def test_methods_agree(of: str) -> None:
    let = {"x, a": "vector(n)", "M": "matrix(n)"}
    methods = ("first principles", "differentials", "componentwise")
    answers = [derive(of, "x", let=let, method=m).result.term for m in methods]
    for other in answers[1:]:
        assert equivalent(answers[0], other) or check(prove(f"{plain(answers[0])} = {plain(other)}", let=let))


ENTRYWISE = [
    ("sum(exp.(A*x))", "A'*exp.(A*x)"),
    ("norm(A*x - b)^2", "2*A'*(A*x - b)"),
    ("sum(tanh.(A*x + b))", "A'*(ones(m) - tanh.(A*x + b).^2)"),
    ("sum(x.*log.(x))", "log.(x) + ones(n)"),
    ("c'*(x./d)", "c./d"),
    ("c'*(d./x)", "-d.*c./x.^2"),
    ("c'*(x.*(M*x))", "c.*(M*x) + M'*(c.*x)"),
    ("logsumexp(x)", "softmax(x)"),
    ("c'*x/(d'*x)", "(c - c'*x/(d'*x)*d)/(d'*x)"),
    ("x'*diag(c)*x", "2*(c.*x)"),
    ("sum(log.(ones(n) + exp.(x)))", "sigmoid.(x)"),
]
ENTRYWISE_MATRIX = [
    ("sum(X)", "ones(n,p)"),
    ("sum(C.*X)", "C"),
    ("sum(C./X)", "-C./X.^2"),
    ("sum(tanh.(X))", "ones(n,p) - tanh.(X).^2"),
    ("norm(A*X - B)^2", "2*A'*(A*X - B)"),
    ("sum(exp.(X*E))", "exp.(X*E)*E'"),
    ("tr((M*X)'*exp.(X))", "M'*exp.(X) + exp.(X).*(M*X)"),
    ("d'*f.(X*y)", "(d.*f'.(X*y))*y'"),
]
SIZES = {
    "A": "matrix(m,n)", "B": "matrix(m,p)", "C, X": "matrix(n,p)", "E": "matrix(p,q)", "M": "matrix(n)",
    "b": "vector(m)", "x, c, d": "vector(n)", "y": "vector(p)", "f": "function",
}  # fmt: skip


@pytest.mark.parametrize(
    ("of", "wrt", "answer"), [*((of, "x", g) for of, g in ENTRYWISE), *((of, "X", g) for of, g in ENTRYWISE_MATRIX)]
)
def test_what_acts_entry_by_entry(of: str, wrt: str, answer: str) -> None:
    """By entries; the same by other methods up to the form: the equation of the answers is proved."""
    found = derive(of, wrt, let=SIZES, method="componentwise")
    assert str(found.result) == answer
    assert check(found), str(check(found))
    for method in ("differentials", "first principles"):
        other = derive(of, wrt, let=SIZES, method=method)
        assert check(other), str(check(other))
        equation = f"{plain(found.result.term)} = {plain(other.result.term)}"
        alike = equivalent(found.result.term, other.result.term)
        assert alike or check(prove(equation, let=SIZES, assume=found.assumed))


def shape_of_story(result: Result) -> list[tuple[str, str]]:
    return [(step.rule, step.phase) for step in result.steps]


@pytest.mark.parametrize("name", ["U", "u", "V", "L", "F", "f", "y", "eps", "delta", "i", "j", "k"])
def test_a_name_that_a_method_would_introduce_changes_nothing(name: str) -> None:
    usual = derive(
        "(a'*W*q - c)^2 + 3*p",
        "W",
        let={"a": "vector(m)", "W": "matrix(m,n)", "q": "vector(n)", "c, p": "scalar"},
        method="first principles",
    )
    renamed = derive(
        f"(a'*W*q - {name})^2 + 3*p",
        "W",
        let={"a": "vector(m)", "W": "matrix(m,n)", "q": "vector(n)", f"{name}, p": "scalar"},
        method="first principles",
    )
    assert shape_of_story(renamed) == shape_of_story(usual)
    assert str(renamed.result) == str(usual.result).replace("c", name)
    assert check(renamed)


@pytest.mark.parametrize("name", ["eps", "y", "i", "f", "u"])
def test_the_variable_may_have_any_name(name: str) -> None:
    for method in ("first principles", "chain rule"):
        result = derive(f"exp(3*{name}^2)", name, let={name: "scalar"}, method=method)
        assert str(result.result) == f"6*{name}*exp(3*{name}^2)"
        assert check(result)


MISSING = [
    ("tr_cyclic", lambda book: derive("tr(A*X*B)", "X", method="first principles", rules=book)),
    ("det_mul", lambda book: derive("log(det(X))", "X", let=X, method="first principles", rules=book)),
    ("taylor", lambda book: derive("f(x)*g(x)", "x", method="first principles", rules=book)),
    ("chain_rule", lambda book: derive("exp(x^2)", "x", method="chain rule", rules=book)),
    (
        "exp_log",
        lambda book: derive("log(y)", "y", let={"y": "positive scalar"}, method="inverse function", rules=book),
    ),
    ("tr_sum", lambda book: prove("tr(A.*B) = tr(B'.*A)", let={"A, B": "matrix(n)"}, rules=book)),
    ("pow_perturb", lambda book: expand("(x + eps)^n", rules=book)),
]


ALIKE = {"exp_log": ("exp_log_principal",)}  # laws that say the same of other numbers


@pytest.mark.parametrize(("law", "ask"), MISSING, ids=[m[0] for m in MISSING])
def test_a_missing_law_is_named(law: str, ask) -> None:  # type: ignore[no-untyped-def]
    assert ask(standard_book())
    with pytest.raises(DerivationError, match=law):
        ask(standard_book().without(law, *ALIKE.get(law, ())))


def test_what_does_not_hold_is_not_proved() -> None:
    with pytest.raises(DerivationError, match="false: the two sides differ"):
        prove("tr(A*B) = tr(A)*tr(B)", let={"A, B": "matrix(n)"})


def test_nothing_is_assumed_in_silence() -> None:
    result = derive("log(det(X'*X))", "X", method="first principles")
    assert result.assumed == ("positive(det(X'*X))",)  # from which it follows that X'*X is invertible


def test_no_bound_name_escapes_from_its_sum() -> None:
    """Scalars that hold an index stay with what is summed, also where a law is used from right to left."""
    let = {"w": "vector(m*n)", "f": "function", "X": "matrix(m,n)"}
    result = derive("w'*kron(f.(abs.(X)), pinv(X))*w", "X", let=let)
    assert result.result.term.free <= {"w", "X", "f", "m", "n"}
    assert check(result), str(check(result))
