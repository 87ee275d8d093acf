"""Side conditions: what is declared, what follows from it, what is seen from the form, and what is not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derivgen import Result, check, derive
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.shapes import dim
from derivgen.language.terms import Term, at
from derivgen.rules.conditions import ASSUMABLE, KNOWN_CONDITIONS, Facts
from derivgen.rules.orders import at_zero
from derivgen.rules.structural import STRUCTURAL

NAMES = parse_declarations(
    "A, B: matrix(n); M, N: invertible matrix(n); S, R: symmetric matrix(n);"
    "P, Q: positive definite matrix(n); T: positive semidefinite matrix(n); W: orthogonal matrix(n);"
    "a, x: vector(n); s, t: scalar; p, q: positive scalar; z: nonzero scalar; k: natural; f: function; i, j: index"
)


def term(text: str) -> Term:
    return parse(text, NAMES)


def facts(*assumed: tuple[str, str]) -> Facts:
    return Facts(NAMES, tuple((predicate, term(text)) for predicate, text in assumed))


@pytest.mark.parametrize(
    ("predicate", "text"),
    [
        ("positive", "s"),
        ("positive", "0"),
        ("positive", "-p"),
        ("positive", "p - q"),
        ("positive", "s^2"),
        ("positive", "det(M)"),
        ("positive", "det(S)"),
        ("positive", "det(T)"),
        ("positive", "det(P + s*T)"),
        ("positive", "det(P + s^3*I(n))"),
        ("positive", "det(P + A*S*A')"),
        ("positive", "det(P + A*Q*A)"),
        ("positive", "det(T + A'*A)"),
        ("positive", "p*s"),
        ("positive", "log(p)"),
        ("positive", "z^3"),
        ("positive", "a'*a"),
        ("nonzero", "s"),
        ("nonzero", "0"),
        ("nonzero", "p - q"),
        ("nonzero", "det(A)"),
        ("nonzero", "z + z"),
        ("nonzero", "sin(p)"),
        ("invertible", "A"),
        ("invertible", "M + N"),
        ("invertible", "S"),
        ("invertible", "s*M"),
        ("invertible", "a*a'"),
        ("principal", "M"),
        ("principal", "-P"),
        ("positive", "A[i,j]"),
        ("symmetric", "A"),
        ("symmetric", "S*R"),
        ("symmetric", "A*A"),
        ("symmetric", "A + S"),
        ("natural", "s"),
        ("natural", "k - 2"),
        ("natural", "1/2"),
        ("commute", "M*S - S*M"),
        ("commute", "M*S*M*S - S*M*S*M"),
    ],
)
def test_is_not_known(predicate: str, text: str) -> None:
    assert facts().basis(predicate, term(text)) is None


@pytest.mark.parametrize(
    ("predicate", "text", "basis"),
    [
        ("positive", "p", "declared"),
        ("positive", "k", "declared"),
        ("positive", "exp(s)", "derived"),
        ("positive", "p + q*exp(s)", "derived"),
        ("positive", "1 + s^2", "derived"),
        ("positive", "1 + a'*a", "derived"),
        ("positive", "z^2", "derived"),
        ("positive", "sqrt(p)", "derived"),
        ("positive", "det(P*inv(Q))", "derived"),
        ("positive", "tr(P + Q)", "derived"),
        ("positive", "p/q", "derived"),
        ("nonzero", "z", "declared"),
        ("nonzero", "-p", "derived"),
        ("nonzero", "det(M)", "derived"),
        ("nonzero", "eps", "derived"),
        ("invertible", "M", "declared"),
        ("invertible", "W", "declared"),
        ("invertible", "P", "declared"),
        ("invertible", "M*N'", "derived"),
        ("invertible", "inv(M)", "derived"),
        ("invertible", "z*M", "derived"),
        ("invertible", "P + p*Q", "derived"),
        ("invertible", "P + s^2*I(n)", "derived"),
        ("positive", "det(P + s^2*T + A*Q*A')", "derived"),
        ("positive", "det(a*a' + p*I(n))", "derived"),
        ("positive", "det(A'*A + P)", "derived"),
        ("invertible", "M + eps*A", "derived: near 0"),
        ("positive", "p + eps*s", "derived: near 0"),
        ("principal", "P", "declared"),
        ("invertible", "sqrtm(P)", "derived"),
        ("principal", "inv(P + p*Q)", "derived"),
        ("symmetric", "S", "declared"),
        ("symmetric", "P", "declared"),
        ("symmetric", "A*A'", "derived"),
        ("symmetric", "A'*S*A", "derived"),
        ("symmetric", "s*S + R", "derived"),
        ("symmetric", "inv(S)", "derived"),
        ("natural", "k", "declared"),
        ("natural", "2*k + 1", "derived"),
        ("natural", "k - 1", "derived"),
        ("natural", "k + n - 2", "derived"),
        ("commute", "M*inv(M) - inv(M)*M", "derived"),
        ("commute", "A'*A*expm(A'*A) - expm(A'*A)*A'*A", "derived"),
    ],
)
def test_is_known_and_why(predicate: str, text: str, basis: str) -> None:
    found = facts().basis(predicate, term(text))
    assert found == basis


@pytest.mark.parametrize(("predicate", "text"), [("positive", "det(A)"), ("nonzero", "s - t"), ("invertible", "A + B")])
def test_what_the_problem_assumes_holds_up_to_order(predicate: str, text: str) -> None:
    known = facts((predicate, text))
    assert known.basis(predicate, term(text)) == "assumed"
    assert known.basis(predicate, term("A")) is None


@pytest.mark.parametrize(
    ("predicate", "whole", "entry", "other"),
    [
        ("positive", "A", "A[i,j]", "B[i,j]"),
        ("nonzero", "cos.(A)", "cos(A[i,j])", "sin(A[i,j])"),
        ("positive", "ones(n,n) - A.^2", "1 - A[i,j]^2", "1 - A[i,j]"),
        ("positive", "A.*B - (A./B)", "A[i,j]*B[i,j] - A[i,j]/B[i,j]", "A[i,j]*B[j,i] - A[i,j]/B[i,j]"),
        ("nonzero", "a", "a[i]", "x[i]"),
    ],
)
def test_what_holds_of_every_entry_holds_of_each(predicate: str, whole: str, entry: str, other: str) -> None:
    known = facts((predicate, whole))
    assert known.basis(predicate, term(entry)) == "derived"
    assert known.basis(predicate, term(other)) is None


@pytest.mark.parametrize("whole", ["A*B", "A'", "f.(A)", "inv(A)"])
def test_nothing_is_said_of_the_entries_of_what_does_not_act_entry_by_entry(whole: str) -> None:
    assert facts(("nonzero", whole)).basis("nonzero", term("A[i,j]")) is None


def test_a_positive_determinant_makes_a_matrix_invertible() -> None:
    assert facts(("positive", "det(A)")).basis("invertible", term("A")) == "derived"


@pytest.mark.parametrize(
    ("predicate", "text", "others", "holds"),
    [
        ("free", "s*t", ("x",), True),
        ("free", "a'*x", ("x",), False),
        ("constant", "t", ("s",), True),
        ("constant", "f(s)", ("s",), False),
        ("constant", "s", ("x[i]",), True),
        ("constant", "x[j]", ("x[i]",), False),
        ("symbol", "s", (), True),
        ("symbol", "s^2", (), False),
        ("matrix", "A", (), True),
        ("matrix", "s", (), False),
        ("small", "eps*s", (), True),
        ("small", "s", (), False),
        ("small", "s/eps", (), False),
        ("alternating", "det(A*B)", ("B",), True),
        ("alternating", "det(B)", ("B",), True),
        ("alternating", "s*det(A*M*B)", ("B",), True),
        ("alternating", "tr(B)*det(B)", ("B",), False),
        ("alternating", "det(B*A)", ("B",), False),
        ("alternating", "det(B*A*B)", ("B",), False),
        ("alternating", "det(A + B)", ("B",), False),
        ("alternating", "det(B)^2", ("B",), False),
        ("alternating", "tr(A*B)", ("B",), False),
        ("alternating", "det(A)", ("B",), False),
        ("alternating", "det(A*B)", ("s*B",), False),
        ("alternating", "det(B')", ("B",), False),
        ("position", "i", ("n",), False),
        ("position", "i", ("i",), True),
        ("position", "2", ("3",), True),
        ("position", "4", ("3",), False),
        ("position", "0", ("3",), False),
        ("position", "1", ("n",), True),
        ("position", "2", ("n",), False),
        ("position", "n", ("n",), True),
        ("position", "s", ("n",), False),
        ("position", "k", ("n",), False),
        ("position", "i + 1", ("n",), False),
    ],
)
def test_is_seen_from_the_form(predicate: str, text: str, others: tuple[str, ...], holds: bool) -> None:
    assert facts().structural(predicate, term(text), tuple(term(o) for o in others)) is holds


@pytest.mark.parametrize(
    ("around", "last", "holds"),
    [
        ("sum(l, 1, n, X)", "n", True),
        ("sum(l, 2, n, X)", "n", True),
        ("sum(l, 1, n - 1, X)", "n", True),
        ("sum(l, 1, n, X)", "n - 1", False),
        ("sum(l, 0, n, X)", "n", False),
        ("sum(l, 1, 3, X)", "5", True),
        ("sum(l, 1, 5, X)", "3", False),
        ("sum(l, 1, n, X)", "3", False),
        ("sum(m, 1, n, sum(l, m + 1, n, X))", "n", True),
        ("sum(m, 1, n, sum(l, 1, m, X))", "n", True),
        ("sum(m, 1, n, sum(l, 1, n, X))", "m", False),
        ("sum(l, 1, n, sum(l, 1, 5, X))", "n", False),
        ("sum(n, 1, 3, sum(l, 1, n, X))", "3", True),
    ],
)
def test_a_name_that_a_sum_binds_is_a_position_within_the_limits_of_that_sum(
    around: str, last: str, holds: bool
) -> None:
    whole = term(around.replace("X", f"sum(r, 1, {last}, delta(r, l))"))
    depth = around.count("sum")
    inner = at(whole, (2,) * depth)
    subject, limit = inner.args[2].args[1], inner.args[1]
    assert facts().structural_at("position", subject, (limit,), whole, (2,) * depth) is holds


@pytest.mark.parametrize(
    ("sizes", "last", "holds"),
    [
        ((5,), "5", True), ((5,), "7", True), ((5,), "3", False), ((5, 3), "3", True), (("n",), "n", True),
        (("n",), "3", False), (("n",), "n + 1", True), ((), "n", False), ((), "3", False), ((), "k", False),
    ],
)  # fmt: skip
def test_an_index_is_a_position_within_the_sizes_of_what_it_picks(
    sizes: tuple[int | str, ...], last: str, holds: bool
) -> None:
    known = replace(facts(), indices={"i": tuple(map(dim, sizes))})
    assert known.structural("position", term("i"), (term(last),)) is holds


@pytest.mark.parametrize(
    ("text", "value"),
    [("M + eps*A", "M"), ("s/eps", None), ("exp(eps)*s", "exp(0)*s"), ("eps*A", "zeros(n, n)"), ("t", "t")],
)
def test_the_value_at_zero(text: str, value: str | None) -> None:
    found = at_zero(term(text), "eps")
    assert found == (None if value is None else term(value))


@pytest.mark.parametrize(
    ("first", "others", "holds"),
    [
        ("i", (), True),
        ("i", ("j",), True),
        ("i", ("i",), False),  # on the diagonal alone
        ("1", (), False),
        ("i", ("1",), False),
        ("n", (), False),  # the last place alone
        ("k", (), False),
    ],
)
def test_entries_at_every_place_are_read_at_names_of_indices(first: str, others: tuple[str, ...], holds: bool) -> None:
    assert facts().structural("indices", term(first), tuple(term(o) for o in others)) == holds


def test_the_conditions_are_of_two_kinds() -> None:
    assert not set(STRUCTURAL) & set(ASSUMABLE)
    assert set(KNOWN_CONDITIONS) == {*STRUCTURAL, *ASSUMABLE}


@pytest.mark.parametrize(
    ("of", "let", "assumed"),
    [
        ("x^3", "", ()),
        ("x^n", "n: natural", ()),
        ("sum(i, 0, N, x^i)", "N: natural", ()),
        ("x^-2", "", ("nonzero(x)",)),
        ("x^n/x", "n: natural", ("nonzero(x)",)),
        ("sum(i, -2, N, x^i)", "N: natural", ("positive(x)",)),
        ("x^c", "", ("positive(x)",)),
        ("x^(1/3)", "", ("positive(x)",)),
        ("x^c", "x: positive scalar", ()),
        ("sum(x.^c)", "x: vector(n); c: scalar", ("positive(x)",)),
        ("sum(x.^k)", "x: vector(n); k: natural", ()),
        ("sum(i, 1, n, x[i]^c)", "x: vector(n)", ("positive(x)",)),
        ("sum(i, 1, n, log(x[i]))", "x: vector(n)", ("positive(x)",)),
    ],
)
def test_a_power_asks_of_its_base_what_its_exponent_needs(of: str, let: str, assumed: tuple[str, ...]) -> None:
    found = derive(of, "x", let=let)
    assert found.assumed == assumed
    assert check(found), str(check(found))


@pytest.mark.parametrize("method", ["first principles", "chain rule", "differentials"])
def test_no_method_is_silent_about_a_power(method: str) -> None:
    found = derive("x^c", "x", method=method)
    assert found.assumed == ("positive(x)",)
    text = found.to_json().replace('"positive", "x", "assumed"', '"positive", "x", "declared"')
    assert text != found.to_json() and not check(Result.from_json(text))
