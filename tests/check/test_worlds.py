"""Worlds: points that meet the assumptions and the premise of a problem, and the sizes at which there are any."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derivgen import api
from derivgen.check import check
from derivgen.check.equations import equation_holds
from derivgen.check.linear import solution
from derivgen.check.premises import Premise
from derivgen.check.series import PRIME
from derivgen.check.sizes import SIZES, arrangements
from derivgen.check.worlds import Hypotheses, NoPointError, Points, draw
from derivgen.engine.trace import Derivation
from derivgen.language.declarations import Declarations, parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.terms import make
from tests.check.made import book


# -- sizes ---------------------------------------------------------------------------------------------------
def test_sizes_of_one_number_are_tried_in_every_order() -> None:
    tried = list(arrangements(["k", "m", "n"], 1))
    assert tried[0] == (("k", 3), ("m", 5), ("n", 1))
    assert len(tried) == len(set(tried)) == 7 and (("k", 3), ("m", 3), ("n", 3)) in tried
    assert len(list(arrangements([f"n{k}" for k in range(9)], 0))) < 30


@pytest.mark.parametrize(("of", "wrt", "smaller", "larger"), [
    ("log(det(X'*X))", "X", "n", "m"), ("log(det(X*X'))", "X", "m", "n"), ("tr(inv(B*A*B'))", "B", "m", "n"),
])  # fmt: skip
def test_sizes_that_the_assumptions_exclude_are_passed_over(of: str, wrt: str, smaller: str, larger: str) -> None:
    let = {wrt: "matrix(m,n)"}
    report = check(api.derive(of, wrt, let=let).derivation, book())
    assert report, str(report)
    assert len(report.sizes) >= 3 and "points only where the sizes admit them" in str(report)
    for text in report.sizes:
        found = {name: int(value) for name, value in (part.split(" = ") for part in text.split(", "))}
        assert found[smaller] < found[larger]


def test_a_false_result_is_found_at_the_sizes_that_count() -> None:
    d = api.derive("log(det(X'*X))", "X", let={"X": "matrix(m,n)"}).derivation
    last = d.chains[-1]
    step = last.steps[-1]
    after = make("=", [step.after.args[0], make("neg", [step.after.args[1]])])
    chain = replace(last, steps=(*last.steps[:-1], replace(step, after=after)))
    report = check(replace(d, chains=(*d.chains[:-1], chain), result=after), book())
    assert not report and "no point" not in str(report)


def test_sizes_are_not_spoken_of_where_all_admit_points() -> None:
    report = check(api.derive("tr(A*X*B)", "X").derivation, book())
    assert report and report.sizes == () and "sizes" not in str(report)


def test_assumptions_that_hold_at_no_size_are_refused() -> None:
    names = parse_declarations("X: matrix(m,n)")
    never = Hypotheses(names, assumed=(("invertible", parse("X'*X - X'*X", names)),))
    for number in range(len(SIZES)):
        with pytest.raises(NoPointError, match="invertible"):
            draw(never, number, "modular")


def test_what_has_no_value_anywhere_is_refused() -> None:
    report = check(api.derive("log(det(X - X))", "X", let={"X": "matrix(n)"}).derivation, book())
    assert not report and report.valueless and "log has no value" in str(report)


# -- equations between a derivative and its value --------------------------------------------------------------
@pytest.mark.parametrize("kind", ["modular", "float"])
@pytest.mark.parametrize(("left", "right", "false"), [
    ("D(tr(A*W'), W)", "A", "A + c/1000*J(1,1,m,n)"), ("D(x'*S*x, x)", "2*S*x", "2*S*x + c/1000*e(1,n)"),
    ("D(W*x, x)", "W", "W + c/1000*J(1,1,m,n)"), ("D(c*S, c)", "S", "S + c/1000*J(1,1,n,n)"),
])  # fmt: skip
def test_one_wrong_entry_of_a_derivative_is_found(left: str, right: str, false: str, kind: str) -> None:
    for number in range(len(SIZES)):
        world = draw(Hypotheses(NAMES), number, kind)
        assert equation_holds(world, parse(f"{left} = {right}", NAMES))
        assert not equation_holds(world, parse(f"{left} = {false}", NAMES))


# -- premises ------------------------------------------------------------------------------------------------
NAMES = parse_declarations(
    "L: function(matrix(m,n)) -> scalar; F: function(vector(n)) -> scalar; f: function; "
    "h: function(scalar, scalar) -> scalar; W, U, G, A: matrix(m,n); x, u: vector(n); s, t, c: scalar; "
    "S: symmetric matrix(n)"
)


def met(text: str, arbitrary: str = "", number: int = 0, kind: str = "modular", names: Declarations = NAMES) -> bool:
    """Whether a point at which the premise holds is built."""
    equation = parse(text, names)
    world = draw(Hypotheses(names), number, kind)
    Premise(equation, frozenset(arbitrary.split())).meet(world)
    return equation_holds(world, equation)


@pytest.mark.parametrize("kind", ["modular", "float"])
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize(("text", "arbitrary"), [
    ("D(L(W), W) = zeros(m,n)", ""), ("D(L(W), W) = G", ""), ("grad(F)(x) = u", ""), ("D(F(x), x) = zeros(n)", ""),
    ("L(W + eps*U) - L(W) = O(eps^2)", "U"), ("L(W + eps*U) = L(W) + eps*tr(U'*G) + O(eps^2)", "U"),
    ("f'(s) = 0", ""), ("f(s) = c", ""), ("f(s) = f(t)", ""), ("h.1(s, t) = h.2(s, t)", ""), ("A*x = zeros(m)", ""),
    ("f(s + eps) - f(s) = O(eps^2)", ""), ("s = t", ""),
])  # fmt: skip
def test_points_at_which_a_premise_holds_are_built(text: str, arbitrary: str, number: int, kind: str) -> None:
    only_zero = text.startswith("A*x") and number == 2  # a column times a number
    assert met(text, arbitrary, number, kind) is not only_zero


@pytest.mark.parametrize("text", ["f(s) = f(s) + 1", "x'*x = 1", "S = S + I(n)", "s = s + 1", "f(s)*f(s) = 2"])
def test_premises_that_are_not_linear_or_never_hold_are_not_built(text: str) -> None:
    assert not met(text, number=1)
    world = draw(Hypotheses(NAMES), 1, "modular")
    before = world.evaluator.value(parse("f(s) + x'*x", NAMES))
    Premise(parse(text, NAMES)).meet(world)
    assert world.algebra.difference(before, world.evaluator.value(parse("f(s) + x'*x", NAMES))) is None


def test_a_premise_about_every_direction_says_more_than_one_about_a_single_one() -> None:
    equation, gradient = (parse(text, NAMES) for text in ("L(W + eps*U) - L(W) = O(eps^2)", "D(L(W), W)"))
    vanishes = []
    for arbitrary in ("U", ""):
        world = draw(Hypotheses(NAMES), 0, "modular")
        Premise(equation, frozenset(arbitrary.split())).meet(world)
        assert equation_holds(world, equation)
        vanishes.append(not world.evaluator.value(gradient).parts)
    assert vanishes == [True, False]


LET = {"L": "function(matrix(m,n)) -> scalar", "W, U": "matrix(m,n)"}


def stationary() -> Derivation:
    return api.prove("L(W + eps*U) - L(W) = O(eps^2)", given="D(L(W), W) = zeros(m,n)", let=LET).derivation


def converse() -> Derivation:
    return api.prove("D(L(W), W) = zeros(m,n)", given="L(W + eps*U) - L(W) = O(eps^2)", let=LET).derivation


def test_the_stationarity_condition_in_both_directions() -> None:
    for d in (stationary(), converse()):
        report = check(d, book())
        assert report, str(report)
        assert report.counts["replayed"] == 0 and report.conclusion == "modular"


def test_what_a_premise_does_not_give_is_refused() -> None:
    d = stationary()
    names = d.problem.declarations
    for k, text in ((2, "O(eps^3)"), (1, "eps*tr(U'*ones(m,n)) + O(eps^2)")):
        chain = d.chains[0]
        after = parse(text, names)
        forged = replace(chain, steps=(*chain.steps[:-k], replace(chain.steps[-k], after=after)))
        statement = make("=", [chain.start, after])
        problem = replace(d.problem, of=statement)
        assert not check(replace(d, problem=problem, chains=(forged,), result=statement), book())
    for premise in ("L(W + eps*U) - L(W) = O(eps)", "D(L(W), W) = U"):
        assert not check(replace(d, problem=replace(d.problem, premise=parse(premise, names))), book())


def test_a_function_of_a_vector_in_a_law_about_matrices() -> None:
    let = {"F": "function(vector(n)) -> scalar", "x, u": "vector(n)"}
    d = api.prove("F(x + eps*u) - F(x) = O(eps^2)", given="D(F(x), x) = zeros(n)", let=let).derivation
    assert check(d, book())


# -- linear equations ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["modular", "float"])
def test_linear_equations(kind: str) -> None:
    columns = [{"a": 1, "b": 2}, {"a": 3, "b": 4}, {"a": 5, "b": 6}]
    found = solution(columns, {"a": 7, "b": 8}, kind)
    assert found is not None
    for key, constant in (("a", 7), ("b", 8)):
        total = sum(x * column[key] for x, column in zip(found, columns, strict=True)) + constant
        assert total % PRIME == 0 if kind == "modular" else abs(total) < 1e-9
    assert solution([{"a": 1, "b": 1}], {"a": 1, "b": 2}, kind) is None
    assert solution([{}, {"a": 2}], {"a": -4}, kind) == [0, 2]


def test_points_of_one_number_have_one_size() -> None:
    names = parse_declarations("X: matrix(m,n)")
    points = Points(Hypotheses(names, assumed=(("invertible", parse("X'*X", names)),)))
    sizes = {tuple(sorted(points.draw(0, "float", attempt).named_sizes.items())) for attempt in range(5)}
    assert sizes == {(("m", 3), ("n", 2))}
