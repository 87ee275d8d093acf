"""What the check says of good derivations, wrong laws, and worlds that do not exist."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from derivgen import api
from derivgen.check import check
from derivgen.check.agreement import agreement
from derivgen.check.indices import statement_ranges
from derivgen.check.moves import MOVES
from derivgen.check.report import RefusedError
from derivgen.check.worlds import Hypotheses, NoPointError, draw
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.match import match
from derivgen.engine.moves import moves
from derivgen.engine.trace import Chain, Derivation, Step
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.plain import plain
from derivgen.language.problem import read_problem
from derivgen.language.terms import Path, make
from derivgen.rules.book import RuleBook, read_rules
from tests.check import made
from tests.check.made import MADE, book


def with_wrong(let: str, statement: str) -> RuleBook:
    """The book with a wrong law in the place of the true one of that name."""
    (law,) = read_rules(f'{let}\n\n{statement}\n    "wrong" axiom', "wrong.rules")
    return book().without(law.name).extended([law])


WRONG = (
    ("let A, B: matrix(n,n)", "tr_cyclic", "tr(A*B) = -tr(B*A)", {"A, B": "matrix(n)"}),
    ("let C, E: matrix(n,n)", "det_mul", "det(C*E) = det(C) + det(E)", {"C, E": "matrix(n)"}),
)  # fmt: skip


@pytest.mark.parametrize(("names_of_law", "name", "statement", "let"), WRONG)
def test_a_planted_wrong_law_is_found(names_of_law: str, name: str, statement: str, let: dict[str, str]) -> None:
    """The proof replays against the wrong book; only the numbers can tell."""
    problem = read_problem("prove", statement, let=let)
    wrong = with_wrong(names_of_law, f"{name}: {statement}")
    law = wrong[name]
    left, right = problem.of.args
    names = {n: parse(n, problem.declarations) for n in problem.given}
    sizes = {f"?{n}": left.args[0].args[0].shape[k] for k, n in enumerate(("m", "n")) if f"?{n}" in _dims(law)}
    step = Step(law.name, (), {**names, **sizes}, left, right)
    report = check(Derivation(problem, "proof", (Chain("proof", left, (step,)),), problem.of), wrong)
    assert not report
    assert report.first_bad is not None and report.first_bad[:2] == (0, 0) and "differ" in report.first_bad[2]


def _dims(law: object) -> set[str]:
    left = law.left  # type: ignore[attr-defined]
    return {n for d in left.args[0].args[0].shape + left.args[0].args[1].shape for n in d.names}


def test_a_wrong_law_in_a_made_derivation_is_found() -> None:
    wrong = with_wrong(
        "let S: steady matrix(n,n); H: small matrix(n,n)",
        "det_perturb: det(I(n) + H) = 1 + 2*tr(H) + O(eps^2)",
    )
    d = api.derive(
        "log(det(X))",
        "X",
        let={"X": "invertible matrix(n)"},
        assume=["det(X) > 0"],
        method="first principles",
        rules=wrong,
    )
    report = check(d.derivation, wrong)
    assert not report and "det_perturb" in str(report)


def test_a_law_that_forgets_its_precision_is_found() -> None:
    wrong = with_wrong("let s: steady scalar; h: small scalar; f: function", "taylor: f(s + h) = f(s) + h*f'(s)")
    problem = read_problem("expand", "f(x + eps)", let={"x": "scalar", "f": "function"})
    d = api.expand("f(x + eps)", let={"x": "scalar", "f": "function"}).derivation
    step = d.chains[0].steps[0]
    after = parse("f(x) + eps*f'(x)", problem.declarations)
    chain = Chain("expansion", step.before, (replace(step, after=after, order=None),))
    forged = Derivation(d.problem, d.method, (chain,),
                        make("=", [step.before, after]))  # fmt: skip
    report = check(forged, wrong)
    assert not report and "taylor" in str(report)


MOVE_CASES: tuple[tuple[str, str, str, Path, bool], ...] = (
    ("arithmetic", "a + 2*3", "a + 6", (1,), True),
    ("arithmetic", "a + 2*3", "a + 5", (1,), False),
    ("arithmetic", "a*(2/10)", "a*(1/5)", (1,), True),
    ("arithmetic", "a*(2/10)", "a*(2/5)", (1,), False),
    ("arithmetic", "1*a + 0", "a", (), True),
    ("arithmetic", "a + a", "2*a", (), False),
    ("arithmetic", "delta(1,2)", "0", (), True),
    ("arithmetic", "delta(2,2)", "1", (), True),
    ("arithmetic", "delta(1,2)", "1", (), False),
    ("arithmetic", "delta(i,j)", "0", (), False),
    ("like_terms", "a + 2*a", "3*a", (), True),
    ("like_terms", "a + 2*a", "2*a", (), False),
    ("like_terms", "a + b - a", "b", (), True),
    ("like_terms", "a*(x'*zeros(n)) - a*(x'*zeros(n))", "0", (), True),
    ("like_terms", "b + a*(x'*zeros(n))", "b", (), False),
    ("like_terms", "a + b - a", "a", (), False),
    ("combine_powers", "a*a^2", "a^3", (), True),
    ("combine_powers", "a*a^2", "a^4", (), False),
    ("combine_powers", "a^k*a", "a^(k + 1)", (), True),
    ("divide", "(eps*a + eps^2*b)/eps", "a + eps*b", (), True),
    ("divide", "(eps*a + eps^2*b)/eps", "a + b", (), False),
    ("divide", "2*a*b/2", "a*b", (), True),
    ("divide", "2*a/b/2", "a/b", (), True),
    ("divide", "6/2", "3", (), False),
    ("divide", "(1 + a)^2/(1 + a)", "1 + a", (), True),
    ("divide", "(1 + a)^3/(1 + a)", "1 + a", (), False),
    ("divide", "sqrt(1 + a)^(k - 1)*b/sqrt(1 + a)", "sqrt(1 + a)^(k - 2)*b", (), True),
    ("divide", "sqrt(1 + a)^(k - 1)*b/sqrt(1 + a)", "sqrt(1 + a)^(k - 1)*b", (), False),
    ("divide", "(a*(a + b) - a^2)/((a + b)*a)", "(a + b - a)/(a + b)", (), True),
    ("divide", "-(a*(a + b) - a^2)/((a + b)*a)", "(a + b - a)/(a + b)", (), False),
    ("lowest_terms", "a/((a^2)^(3/2))^2", "1/a^5", (), True),
    ("lowest_terms", "a/((a^2)^(3/2))^2", "1/a^4", (), False),
    ("lowest_terms", "sqrt(a^2)*b/a", "b", (), False),
    ("common_factor", "a*sqrt(b^2) + a*b", "a*(sqrt(b^2) + b)", (), True),
    ("common_factor", "a*sqrt(b^2) + a*b", "2*a*(b - b + b)", (), False),
    ("combine_powers", "(2/a)*(2/a)*b", "(2/a)^2*b", (), True),
    ("combine_powers", "(2/a)*(2/a)*b", "(2/a)^3*b", (), False),
    ("reorder", "a*b*2 + a*b*2", "2*a*b + a*b*2", (0,), True),
    ("divide", "(eps*a + O(eps^2))/eps", "a + O(eps)", (), True),
    ("divide", "(eps*a + O(eps^2))/eps", "a + O(eps^2)", (), False),
    ("absorb", "a + eps^2*b + O(eps^2)", "a + O(eps^2)", (), True),
    ("absorb", "a + eps*b + O(eps^2)", "a + O(eps^2)", (), False),
    ("absorb", "a + b*O(eps^2)", "a + O(eps^2)", (1,), True),
    ("absorb", "a + eps*O(eps^2)", "a + O(eps^3)", (1,), True),
    ("absorb", "a + eps*O(eps^2)", "a + O(eps^4)", (1,), False),
    ("drop2", "a + eps*b + eps^2*b", "a + eps*b + O(eps^2)", (), True),
    ("drop2", "a + eps*b + eps^2*b", "a + O(eps^2)", (), False),
    ("drop1", "a + eps*b + eps^2*b", "a + O(eps)", (), True),
    ("drop1", "a + eps*b + eps^2*b", "a + O(eps^2)", (), False),
    (
        "entries",
        "det(I(2) + eps*M)",
        "det([1 + eps*M[1,1], eps*M[1,2]; eps*M[2,1], 1 + eps*M[2,2]])",
        (0,),
        True,
    ),
    (
        "entries",
        "det(I(2) + eps*M)",
        "det([1 + eps*M[1,1], eps*M[2,1]; eps*M[2,1], 1 + eps*M[2,2]])",
        (0,),
        False,
    ),
    ("reorder", "a*b + c", "c + b*a", (), True),
    ("reorder", "a*b + c", "c + b", (), False),
)


@pytest.mark.parametrize(("move", "before", "after", "path", "holds"), MOVE_CASES)
def test_moves(move: str, before: str, after: str, path: Path, holds: bool) -> None:
    let = {"a, b, c": "scalar", "k": "natural", "M": "matrix(2,2)"}
    problem = read_problem("expand", before, let=let)
    start, end = problem.of, parse(after, problem.declarations)
    d = Derivation(
        problem,
        "by hand",
        (Chain("expansion", start, (Step(move, path, {}, start, end),)),),
        make("=", [start, end]),
    )
    report = check(d, book())
    assert bool(report) is holds, str(report)


@pytest.mark.parametrize(
    ("before", "after"),
    [("1/0", "2/0"), ("a/0", "0"), ("M[a,1]", "M[1,1]"), ("a^b", "b^a"), ("log(0)", "1"), ("lim(eps, 0, 1/eps)", "1")],
)
def test_what_has_no_value_is_refused(before: str, after: str) -> None:
    """Such problems cannot be stated; a file may hold them all the same."""
    problem = read_problem("prove", "a*M = b*M", let={"a, b": "scalar", "M": "matrix(2,2)"})
    start, end = (parse(text, problem.declarations) for text in (before, after))
    problem = replace(problem, of=make("=", [start, end]))
    for rule in ("arithmetic", "reorder", "divide"):
        steps = (Step(rule, (), {}, start, end),)
        assert not check(Derivation(problem, "by hand", (Chain("proof", start, steps),), problem.of), book())
    assert not check(Derivation(problem, "by hand", (Chain("proof", start),), problem.of), book())


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("sum(i, 1, n, delta(i,k))", {}),  # k may lie beyond n
        ("sum(i, 1, 3, delta(i,k)*y[i])", {}),
        ("sum(i, 1, 3, delta(i,k)*y[i]) + y[k]", {"k": "n"}),
        ("sum(k, 1, 3, z[k])*y[k]", {"k": "n"}),  # the k of the sum is another one
        ("tr(J(k,l,m,n)*A)", {"k": "m", "l": "n"}),
        ("w[k]", {"k": "m"}),
    ],
)
def test_a_free_index_runs_as_far_as_what_it_picks(text: str, ranges: dict[str, str]) -> None:
    names = parse_declarations("k, l: index; y: vector(n); z: vector(3); A: matrix(n,m); w[i=1..m]: vector(n)")
    found = statement_ranges([parse(text, names)], names)
    assert {name: [str(d) for d in sides] for name, sides in found.items()} == {k: [n] for k, n in ranges.items()}


def test_what_a_declaration_says_of_the_range_of_an_index_holds() -> None:
    names = parse_declarations("k: index(3); y: vector(n)")
    assert [str(d) for d in statement_ranges([parse("y[k]", names)], names)["k"]] == ["3", "n"]


FORGED = [  # sums over a part of the range of the index, and what they are for an index in that part alone
    ("sum(i, 1, 3, delta(i, k)*x[i])", "x[k]", "x: vector(5); k: index"),
    ("sum(i, 1, 3, delta(i, k)*x[i])", "x[k]", "x: vector(n); k: index; y: vector(n)"),
    ("sum(i, 1, M, delta(i, k)*x[i]'*x[i])", "x[k]'*x[k]", "x[i=1..N]: vector(n); y: vector(M); k: index"),
    ("sum(i, 1, p, delta(i, k)*x[i])", "x[k]", "x: vector(N); p: natural; k: index"),
    ("sum(i, 1, 3, delta(i, k))", "1", "k: index"),
]


@pytest.mark.parametrize(("left", "right", "let"), FORGED)
def test_numbers_alone_tell_that_a_sum_does_not_reach_an_index(left: str, right: str, let: str) -> None:
    """The index is drawn beyond the sum, whatever the side conditions of the law would say."""
    problem = read_problem("prove", f"{left} = {right}", let=let)
    start, end = problem.of.args
    binding: dict[str, object] = next(
        b for name in ("sum_delta", "sum_delta_alone") for b in match(book()[name].left, start, {})
    )
    law = book()["sum_delta" if "F" in binding else "sum_delta_alone"]
    step = Step(law.name, (), binding, start, end)  # type: ignore[arg-type]
    forged = Derivation(problem, "proof", (Chain("proof", start, (step,)),), problem.of)
    assert "needs position(k)" in str(check(forged, book()))
    anywhere = book().without(law.name).extended([replace(law, conditions=())])
    assert "differ" in str(check(forged, anywhere))
    with pytest.raises(RefusedError, match="differ"):
        agreement(problem.of, problem.declarations)


def test_the_check_knows_the_moves_of_the_engine_and_no_others() -> None:
    assert moves("eps").keys() <= MOVES.keys() <= moves("eps").keys() | {"reorder"}


@pytest.mark.parametrize("build", MADE, ids=lambda f: f.__name__)
def test_grades_add_up_and_the_report_is_one_line(build: object) -> None:
    d: Derivation = build()  # type: ignore[operator]
    report = check(d, book())
    assert sum(report.counts.values()) == len(d.steps) == len(report.verdicts)
    assert "\n" not in str(report) and f"{len(d.steps)} steps" in str(report)
    assert report.assumed == d.assumed
    if report.counts["modular"]:
        assert 0 < report.bound < 1e-9


def test_what_cannot_be_evaluated_is_replayed_only_and_says_why() -> None:
    d = api.prove("a*x'*x = a", let={"x": "vector(n)", "a": "scalar"}, given="x'*x = 1").derivation
    step = d.chains[0].steps[0]
    shown = make("=", [step.before, step.after])
    first = replace(
        d, problem=replace(d.problem, of=shown), chains=(Chain("proof", step.before, (step,)),), result=shown
    )
    report = check(first, book())
    assert report and report.counts["replayed"] == 1
    assert any("premise" in note for note in report.notes) and "without numbers" in report.conclusion
    assert not check(d, book())  # a computed step is nothing without numbers


def test_assumptions_that_no_point_satisfies_are_said_to_be_so() -> None:
    names = parse_declarations("a: scalar")
    with pytest.raises(NoPointError, match="assumptions"):
        draw(Hypotheses(names, assumed=(("positive", parse("-a^2", names)),)), 0, "float")


@pytest.mark.parametrize(
    ("prop", "fact"),
    [
        ("symmetric", "S - S'"),
        ("skew-symmetric", "S + S'"),
        ("orthogonal", "S'*S - I(n)"),
        ("diagonal", "S - S'"),
    ],
)
@pytest.mark.parametrize("kind", ["modular", "float"])
def test_worlds_have_the_declared_properties(prop: str, fact: str, kind: str) -> None:
    names = parse_declarations(f"S: {prop} matrix(n)")
    for number in range(4):
        w = draw(Hypotheses(names), number, kind)
        value = w.evaluator.value(parse(fact, names))
        assert all(w.algebra.small(x) for m in value.parts.values() for row in m for x in row)


def test_positive_definite_matrices_have_a_positive_determinant() -> None:
    names = parse_declarations("P: positive definite matrix(n); t: positive scalar")
    w = draw(Hypotheses(names), 2, "float")
    for text in ("det(P)", "t"):
        assert w.evaluator.value(parse(text, names)).parts[0][0][0] > 0


def test_a_deep_term_is_refused_and_not_a_traceback() -> None:
    d = made.square()
    t = d.problem.of
    for _ in range(3000):
        t = make("neg", [t])
    assert not check(replace(d, result=make("=", [t, t])), book())


def test_a_condition_on_a_bound_name_speaks_of_its_value() -> None:
    d = api.derive("abs(c*x)", "x", let={"c, x": "scalar"}, method="chain rule").derivation
    assert check(d, book())
    assert [(c.predicate, plain(c.term)) for c in d.assumed] == [("nonzero", "c*x")]


def test_nothing_is_assumed_of_every_index_at_once() -> None:
    with pytest.raises(DerivationError) as caught:
        api.derive("sum(i, 1, n, 1/(t + x[i]))", "t", let={"x": "vector(n)"}, method="first principles")
    assert all("i" not in c.term.free for step in caught.value.steps for c in step.conditions)


def test_a_derivation_of_many_steps_is_checked_fast() -> None:
    d = made.log_det()
    check(d, book())
    started = time.process_time()
    check(d, book())
    assert time.process_time() - started < 0.15


def test_import_is_light() -> None:
    code = "import sys, derivgen.check; assert not {'numpy', 'sympy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
