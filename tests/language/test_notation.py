"""What cannot be read is refused with its place, what was expected, and what to do."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from derivgen.language.declarations import Declarations
from derivgen.language.elaborate import elaborate_all, parse
from derivgen.language.notation import MAX_LENGTH, NotationError, tokenize
from derivgen.language.plain import plain
from tests.language.random_terms import DECLARATIONS


def refusal(text: str, declarations: Declarations = DECLARATIONS) -> NotationError:
    with pytest.raises(NotationError) as caught:
        parse(text, declarations)
    return caught.value


# text, column of the caret, part of the message
SYNTAX = [
    ("", 1, "the text ends"),
    ("s +", 4, "the text ends"),
    ("(s + t", 7, "expected ')' to close the '(' at column 1"),
    ("s + * t", 5, "unexpected '*'"),
    ("()", 2, "unexpected ')'"),
    ("2s", 2, "2*s"),
    ("A X", 3, "A*X"),
    ("5(t)", 2, "a product is written with *"),
    ("X^T", 3, "write A' for the transpose"),
    ("s^t^s", 4, "(a^b)^c or a^(b^c)"),
    ("1.*X", 1, "digits on both sides"),
    (".5", 1, "digits on both sides"),
    ("s × t", 3, "write *"),
    ("s²", 2, "write ^2"),
    (r"\frac{1}{2}", 1, "LaTeX"),
    ("s\0t", 2, r"'\x00'"),
    ("\0", 1, r"'\x00'"),
    ("s < t", 3, "unexpected character '<'"),
    ("s = t = s", 7, "only one relation"),
    ("A.*X*A", 5, "(A.*B)*C"),
    ("[s, t; 1]", 1, "different lengths"),
    ("lim(2, 0, s)", 5, "plain name"),
    ("sum(k, 1, n)", 1, "takes 1 or 4 argument(s), not 3"),
    ("O(s + t)", 1, "O(eps^2)"),
    ("grad(F)", 1, "grad(F)(x)"),
]
SHAPES = [
    ("A + X", 5, "cannot add A and X: matrix(m,n) and matrix(n,n)"),
    ("s + X", 5, "c*I(n)"),
    ("a + b*s - X*a*s + A*a", 19, "vector(n) and vector(m)"),
    ("A*A", 2, "cannot multiply A, a matrix(m,n), by A, a matrix(m,n)"),
    ("a*b", 2, "x'*y (a scalar) or x*y' (a matrix)"),
    ("A/X", 2, "A*inv(B)"),
    ("a^2", 2, "x'*x"),
    ("A^2", 2, "square matrix"),
    ("X^(1/2)", 2, "sqrtm"),
    ("X^0.5", 2, "sqrtm"),
    ("log(X)", 1, "logm"),
    ("exp(X)", 1, "expm"),
    ("sqrt(X)", 1, "sqrtm"),
    ("inv(A)", 1, "pinv"),
    ("tr(A)", 1, "matrix(m,n)"),
    ("det(A)", 1, "matrix(m,n)"),
    ("X[i]", 2, "X[i,j]"),
    ("s[1]", 2, "a scalar has no entries"),
    ("X[i,j,i]", 2, "two indices"),
    ("f(a)", 3, "f takes a scalar, not a vector(n)"),
    ("F(s)", 3, "F takes a vector(n), not a scalar"),
    ("F(A*a)", 3, "F takes a vector(n), not a vector(m)"),
    ("f(s, t)", 1, "f takes 1 argument(s), not 2"),
    ("f.2(s)", 1, "no derivative .2"),
    ("f", 1, "needs an argument"),
    ("s'(t)", 1, "s is not a function"),
    ("[s, X]", 5, "this matrix(n,n) does not fit beside the other blocks"),
    ("[1, 2; 3, 4] + X", 16, "matrix(2,2) and matrix(n,n)"),
    ("D(A, X)", 1, "differential"),
    ("directional(s, X, A)", 1, "matrix(n,n) and matrix(m,n)"),
    ("A = X", 3, "the two sides have different shapes: matrix(m,n) and matrix(n,n)"),
    ("I(2.5)", 3, "a dimension is"),
    ("zeros(0, n)", 7, "at least 1"),
]
NAMES = [
    ("Sigm*X", 1, "did you mean 'Sigma'?"),
    ("s + sni(t)", 5, "did you mean 'sin'?"),
    ("s + q", 5, "let q: scalar"),
    ("E(a, a)", 1, "E takes 1 argument"),
    ("Var(A)", 1, "a covariance is that of scalars or vectors"),
    ("eigvec(A)", 1, "eigvec takes 2 argument"),
    ("eig(ones(2,3))", 1, "square"),
    ("log'.(s)", 1, "write its derivative out"),
]


@pytest.mark.parametrize(("text", "column", "part"), SYNTAX + SHAPES + NAMES)
def test_a_mistake_is_refused_at_its_place(text: str, column: int, part: str) -> None:
    error = refusal(text)
    assert part in str(error)
    assert (error.line, error.column) == (1, column)
    assert "Traceback" not in str(error)


def test_the_message_shows_the_line_and_a_caret() -> None:
    error = refusal("X\n  + a\n  + X")
    assert str(error).splitlines() == [
        "2:5: error: cannot add X and a: matrix(n,n) and vector(n)",
        "      + a",
        "        ^",
    ]


def test_the_file_is_named_when_it_is_known() -> None:
    with pytest.raises(NotationError, match=r"^lecture\.md:1:4: error"):
        parse("s +*", DECLARATIONS, source="lecture.md")


def test_no_private_name_of_a_dimension_is_shown() -> None:
    with pytest.raises(NotationError) as caught:
        elaborate_all(["y'*M + c"])
    assert "?" in str(caught.value)
    assert "?1" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["(" * 101 + "s" + ")" * 101, "f(" * 5000 + "s" + ")" * 5000, "-" * 200 + "s", "[" * 2000]
)
def test_deep_brackets_are_refused(text: str) -> None:
    assert "more than 100" in str(refusal(text))


@pytest.mark.parametrize(
    "text", ["s*" * 5000 + "s", "s/" * 5000 + "s", "X" + "'" * 5000, "a" + "[1]" * 5000, "X*" * 5000 + "X"]
)
def test_what_nests_without_brackets_is_refused(text: str) -> None:
    assert "nested more than 200 deep" in str(refusal(text))


@pytest.mark.parametrize(
    "opening", ["(", "f(", "-(", "(s+", "s*(", "s^(", "tr(X)*(", "sum(k,1,n,", "lim(eps,0,", "log(s/(1+t))*("]
)
def test_what_is_accepted_is_deep_enough_for_people_and_quick(opening: str) -> None:
    depth = 40
    text = opening * depth + "s" + ")" * depth
    term = parse(text, DECLARATIONS)
    assert parse(plain(term), DECLARATIONS) == term


def test_a_very_long_line_is_refused_with_a_short_message() -> None:
    error = refusal("s+" * 50_000)
    assert "100,000 characters" in str(error)
    assert f"{MAX_LENGTH:,}" in str(error)
    assert max(map(len, str(error).splitlines())) < 120


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="sXAaf()[]{}'^*/+-=.,:;0123 \0\n#λ", max_size=30))
@example("s\0")
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but a NotationError leaves the reader."""
    try:
        parse(text, DECLARATIONS)
    except NotationError as error:
        assert 0 <= error.position <= len(text)


def test_a_comment_is_no_part_of_the_text() -> None:
    assert [token.text for token in tokenize("s + # the sum\n t")] == ["s", "+", "t", ""]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("-s^2", "-(s^2)"), ("1/2*s", "(1/2)*s"), ("X^-1'", "(inv(X))'"), ("X^-1", "inv(X)"),
        ("s - t - s", "(s - t) - s"),
        ("a'*b*a", "(a'*b)*a"), ("A*(s*X)", "s*A*X"), ("2*X*s", "2*s*X"), ("f'(s)", "f.1(s)"), ("s/t*s",
        "(s/t)*s"),
        ("X''", "(X')'"), ("--s", "-(-s)"), ("0.50", "0.5"),
    ],
)  # fmt: skip
def test_precedence(text: str, same: str) -> None:
    assert parse(text, DECLARATIONS) == parse(same, DECLARATIONS)


def test_a_prime_is_a_derivative_behind_a_function_and_a_transpose_elsewhere() -> None:
    assert parse("f'(s)", DECLARATIONS).op == "apply"
    assert parse("a'*(b)", DECLARATIONS).op == "dot"


def test_undeclared_names_are_inferred_by_their_letter_and_use() -> None:
    (term,), inferred = elaborate_all(["x'*M*x + c"])
    assert {name: str(d) for name, d in inferred.items()} == {
        "x": "vector(n)",
        "M": "matrix(n,n)",
        "c": "scalar",
    }
    assert plain(term) == "x'*M*x + c"


def test_an_undeclared_name_with_one_index_is_a_vector() -> None:
    _, inferred = elaborate_all(["x[1]*x[2] + c"])
    assert {name: str(d) for name, d in inferred.items()} == {"x": "vector(n)", "c": "scalar"}


def test_dimensions_found_by_one_text_hold_for_all() -> None:
    _, inferred = elaborate_all(["A*X*B", "tr(X)"])
    assert str(inferred["X"]) == "matrix(m,m)" or inferred["X"].shape[0] == inferred["X"].shape[1]
