"""What the printer writes as LaTeX is read back as the same term, or refused; never as another one."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings

from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.latex_input import parse_latex
from derivgen.language.notation import NotationError
from derivgen.language.terms import Term, equivalent, make, number, rebuild
from derivgen.present.latex import latex
from tests.language.random_terms import DECLARATIONS, equations, terms


def spelled(t: Term) -> Term:
    """The term with 0.5 written as 1/2: the two look alike in LaTeX, and a person writes the quotient."""
    if t.op == "number" and isinstance(t.data, Fraction) and t.data.denominator <= 9:
        return make("div", [number(t.data.numerator), number(t.data.denominator)])
    return rebuild(t, [spelled(arg) for arg in t.args]) if t.args else t


def read_back(t: Term) -> Term | None:
    """The term that its LaTeX is read as, None where the reader refuses it."""
    try:
        return parse_latex(latex(t), DECLARATIONS)
    except NotationError:
        return None


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(terms())
def test_latex_is_read_as_the_same_term_or_refused(t: Term) -> None:
    again = read_back(t)
    assert again is None or equivalent(again, spelled(t)), f"{latex(t)} is read as {again}, not {t}"


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(terms(depth=3, entrywise=True))
def test_what_acts_on_entries_is_read_as_the_same_term_or_refused(t: Term) -> None:
    again = read_back(t)
    assert again is None or equivalent(again, spelled(t)), f"{latex(t)} is read as {again}, not {t}"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(equations())
def test_equations_too(t: Term) -> None:
    again = read_back(t)
    assert again is None or equivalent(again, spelled(t))


# a value at a point and a direction are printed without all they hold, and the sizes of constants not at all
NOT_IN_FULL = ("at", "directional", "zeros", "ones", "identity", "unit", "single")


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(terms(depth=3).filter(lambda t: not t.has(*NOT_IN_FULL)))
def test_what_is_printed_in_full_is_read_unless_it_has_two_readings(t: Term) -> None:
    try:
        assert equivalent(parse_latex(latex(t), DECLARATIONS), spelled(t))
    except NotationError as refused:
        assert "two ways" in refused.reason, f"{t}: {refused}"


MATRIX_CALCULUS = parse_declarations(
    "A, B: matrix(m,n); X, Y: matrix(n); x, y: vector(n); s, t: scalar; f: function; k: natural;"
    "z[i=1..N]: vector(n); w[i=1..N]: scalar"
)


@pytest.mark.parametrize(
    "text",
    [
        *("A.*B", "s*(A.*B)", "(A.*B)*x", "A.*B + A", "A./B", "A.*B./A", "x.^2", "A.^s", "x.^(1/2)", "(X*x).*y"),
        *("f.(x)", "f'.(x)", "tanh.(X)", "exp.(x)", "relu.(A)", "abs.(x)", "sqrt.(x)", "log(sum(exp.(x)))"),
        *("kron(A, X)", "kron(kron(A, X), Y)", "vec(A)", "diag(x)", "diagvec(X)", "sum(A)", "s*sum(x.*y)", "prod(x)"),
        *("norm(x)", "norm(A)", "norm2(X)", "norm1(A)", "norminf(A)", "normmax(A)", "norm(A*x)^2/2"),
        *("softmax(x)", "logsumexp(x)", "max(s, t)", "min(s, 0)", "relu(s)", "sign(s)", "tr(expm(X))", "logm(X)"),
        *("step.(A)*x", "step(s - t)*x"),
        *("pinv(A)", "adj(X)", "X^k", "inv(X.*Y)", "tr(X)*(A.*B)", "[X, x; y', s]", "(A.*B)'", "-(x.*y)"),
        *("sum(i, 1, N, w[i]*z[i])", "z[2]", "sum(i, 1, N, norm(z[i] - x)^2)"),
    ],
)
def test_the_operators_of_matrix_calculus(text: str) -> None:
    t = parse(text, MATRIX_CALCULUS)
    assert equivalent(parse_latex(latex(t), MATRIX_CALCULUS), t)


@pytest.mark.parametrize("text", ["sigmoid.(x)", "sigmoid(s)", "exp.(X)", "log.(X)"])
def test_what_looks_like_something_else_is_asked_back(text: str) -> None:
    with pytest.raises(NotationError, match="two ways"):
        parse_latex(latex(parse(text, MATRIX_CALCULUS)), MATRIX_CALCULUS)
