"""Derivations that the tests of the check are about: made by the methods, and one made by hand."""

from __future__ import annotations

from functools import cache

from derivgen import api
from derivgen.engine.trace import Chain, Derivation, Step
from derivgen.language.elaborate import parse
from derivgen.language.problem import read_problem
from derivgen.language.shapes import dim
from derivgen.language.terms import Term, make
from derivgen.rules.binding import Binding
from derivgen.rules.book import RuleBook, standard_book


@cache
def book() -> RuleBook:
    return standard_book()


@cache
def square() -> Derivation:
    return api.derive("x^2", "x", let={"x": "scalar"}, method="first principles").derivation


@cache
def product_rule() -> Derivation:
    let = {"x": "scalar", "f": "function", "g": "function"}
    return api.derive("f(x)*g(x)", "x", let=let, method="first principles").derivation


@cache
def chain_rule() -> Derivation:
    let = {"x": "scalar", "f": "function", "g": "function"}
    return api.derive("f(g(x))", "x", let=let, method="first principles").derivation


@cache
def quadratic() -> Derivation:
    let = {"y": "vector(n)", "b": "vector(n)", "N": "matrix(n)"}
    return api.derive("y'*N*y + 3*b'*y", "y", let=let, method="first principles").derivation


@cache
def quadratic_symmetric() -> Derivation:
    let = {"y": "vector(n)", "S": "symmetric matrix(n)"}
    return api.derive("y'*S*y", "y", let=let, method="first principles").derivation


@cache
def log_det() -> Derivation:
    let = {"X": "invertible matrix(n)"}
    return api.derive("log(det(X))", "X", let=let, assume=["det(X) > 0"], method="first principles").derivation


@cache
def bilinear() -> Derivation:
    let = {"a": "vector(m)", "W": "matrix(m,n)", "b": "vector(n)", "c": "scalar"}
    return api.derive("(a'*W*b - c)^2", "W", let=let, method="first principles").derivation


@cache
def exponential() -> Derivation:
    return api.derive("exp(c*x)", "x", let={"c": "scalar", "x": "scalar"}, method="chain rule").derivation


@cache
def inverse_function() -> Derivation:
    let = {"f": "function", "g": "function"}
    return api.prove("g'(y) = 1/f'(g(y))", let=let, given="g(f(x)) = x").derivation


@cache
def stationary() -> Derivation:
    let = {"L": "function(matrix(m,n)) -> scalar", "W, U": "matrix(m,n)"}
    return api.prove("L(W + eps*U) - L(W) = O(eps^2)", let=let, given="D(L(W), W) = zeros(m,n)").derivation


@cache
def directional() -> Derivation:
    let = {"F": "function(vector(n)) -> scalar", "x": "vector(n)"}
    return api.derive("F(x)", "x", let=let, kind="directional").derivation


def by_hand() -> Derivation:
    """tr(A*B) = tr(B*A) -> -tr(..) as one law and one move, without the engine:
    shows -(-tr(A*B)) = tr(B*A).
    """
    problem = read_problem("prove", "--tr(A*B) = tr(B*A)", let={"A": "matrix(m,n)", "B": "matrix(n,m)"})
    names = problem.declarations
    start, middle, end = (parse(text, names) for text in ("--tr(A*B)", "tr(A*B)", "tr(B*A)"))
    cyclic: Binding = {"A": parse("A", names), "B": parse("B", names), "?m": dim("m"), "?n": dim("n")}
    steps = (Step("arithmetic", (), {}, start, middle), Step("tr_cyclic", (), cyclic, middle, end))
    return Derivation(problem, "proof", (Chain("proof", start, steps),), make("=", [start, end]))


MADE = (
    square, product_rule, chain_rule, quadratic, quadratic_symmetric, log_det, bilinear, exponential,
    inverse_function, stationary, directional, by_hand, )  # fmt: skip


def term(text: str, derivation: Derivation) -> Term:
    """A term under the declarations of a derivation."""
    return parse(text, derivation.problem.declarations)
