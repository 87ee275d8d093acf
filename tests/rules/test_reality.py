"""What is real and what is Hermitian, by the form of a term."""

from __future__ import annotations

import pytest

from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.rules.conditions import Facts

LET = parse_declarations(
    "z, w: complex scalar; x, y: complex vector(n); b: complex vector(m); A: complex matrix(m,n); B: complex matrix(n);"
    "S: Hermitian matrix(n); P: complex positive definite matrix(n); T: complex symmetric matrix(n); R: matrix(n);"
    "t: scalar; p: positive scalar; r: vector(n)"
)
FACTS = Facts(LET)


@pytest.mark.parametrize(
    "text",
    ["z", "1i", "1i*t", "z^2", "H(x)*y", "x'*x", "H(x)*B*x", "exp(z)", "exp(1i*t)", "det(B)", "tr(B)", "x'*S*x", "z*w",
     "H(x)*T*x", "re(x) + 1i*r", "x"],
)  # fmt: skip
def test_not_real(text: str) -> None:
    assert not FACTS.structural("real", parse(text, LET), ())


@pytest.mark.parametrize(
    "text",
    ["t", "abs(z)", "re(x)", "z*conj(z)", "z + conj(z)", "H(x)*x", "H(x)*S*x", "norm(A*x - b)",
     "H(A*x - b)*(A*x - b)", "(w - H(x)*y)*conj(w - H(x)*y)", "det(S)", "tr(H(A)*A)", "det(I(n) + H(A)*A)",
     "H(x)*y + H(y)*x", "conj(z)^2 + z^2", "exp(z)*exp(conj(z))", "H(x)*inv(S)*x", "re(z)*r"],
)  # fmt: skip
def test_real(text: str) -> None:
    assert FACTS.structural("real", parse(text, LET), ())


@pytest.mark.parametrize("text", ["B", "T", "A*H(B*A')'", "1i*S", "S*P", "x*y'", "x*x'"])
def test_not_hermitian(text: str) -> None:
    assert not FACTS.structural("hermitian", parse(text, LET), ())


@pytest.mark.parametrize(
    "text", ["S", "S'", "conj(S)", "inv(S)", "S + P", "x*H(x)", "B*S*H(B)", "H(A)*A", "B + H(B)"]
)
def test_hermitian(text: str) -> None:
    assert FACTS.structural("hermitian", parse(text, LET), ())


@pytest.mark.parametrize("text", ["z", "z^2", "exp(z)", "H(x)*x", "z*conj(z)", "det(B)", "det(H(A)*A)"])
def test_not_positive_by_its_form(text: str) -> None:
    assert not FACTS.holds("positive", parse(text, LET))


@pytest.mark.parametrize("text", ["det(P)", "det(I(n) + H(A)*A)", "det(p*I(n) + S*S)", "1 + abs(z)^2", "exp(re(z))"])
def test_positive_by_its_form(text: str) -> None:
    assert FACTS.holds("positive", parse(text, LET))
