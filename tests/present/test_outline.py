"""Outlines: every step in one line, lines from the trace, the same structure under other letters."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

import derivgen
from derivgen.engine.trace import Step
from derivgen.language.problem import read_problem
from derivgen.language.terms import Term, at, equivalent, make, walk
from derivgen.present.difference import difference
from derivgen.present.lines import Line, Outline
from derivgen.present.outline import DETAILS, outline
from derivgen.present.steps import News
from derivgen.rules.book import standard_book

FUNCTIONS = {"f": "function", "g": "function"}
BILINEAR = {"a": "vector(m)", "W": "matrix(m,n)", "b": "vector(n)", "c": "scalar"}
FIRST = "first principles"
DERIVED: dict[str, dict[str, Any]] = {
    "square": {"of": "x^2", "wrt": "x", "method": FIRST},
    "linear": {"of": "a*f(x) + b*g(x)", "wrt": "x", "let": FUNCTIONS, "method": FIRST},
    "product": {"of": "f(x)*g(x)", "wrt": "x", "let": FUNCTIONS, "method": FIRST},
    "composed": {"of": "f(g(x))", "wrt": "x", "let": FUNCTIONS, "method": FIRST},
    "exponential": {"of": "exp(x)", "wrt": "x", "method": FIRST},
    "leibniz": {"of": "exp(cos(x^2))", "wrt": "x", "method": "chain rule"},
    "power of a constant": {"of": "a^x", "wrt": "x", "let": {"a": "positive scalar"}, "method": "chain rule"},
    "inverse": {"of": "log(y)", "wrt": "y", "let": {"y": "positive scalar"}, "method": "inverse function"},
    "components": {"of": "x'*M*x + a'*x", "wrt": "x", "method": "componentwise"},
    "quadratic": {"of": "x'*M*x + a'*x", "wrt": "x", "method": FIRST},
    "bilinear": {"of": "(a'*W*b - c)^2", "wrt": "W", "let": BILINEAR, "method": FIRST},
    "trace": {"of": "tr(A*X*B)", "wrt": "X", "method": FIRST},
    "log det": {"of": "log(det(X))", "wrt": "X", "let": {"X": "invertible matrix(n)"}, "method": FIRST},
}
OTHERS: dict[str, dict[str, Any]] = {
    "linear": {"of": "s*p(t) + r*q(t)", "wrt": "t", "let": {"p": "function", "q": "function"}, "method": FIRST},
    "product": {"of": "p(t)*q(t)", "wrt": "t", "let": {"p": "function", "q": "function"}, "method": FIRST},
    "composed": {"of": "q(p(t))", "wrt": "t", "let": {"p": "function", "q": "function"}, "method": FIRST},
    "exponential": {"of": "exp(t)", "wrt": "t", "method": FIRST},
    "leibniz": {"of": "exp(cos(t^3))", "wrt": "t", "method": "chain rule"},
    "quadratic": {"of": "y'*N*y + 3*b'*y", "wrt": "y", "method": FIRST},
    "bilinear": {
        "of": "(k'*V*l - s)^3", "wrt": "V", "method": FIRST,
        "let": {"k": "vector(p)", "V": "matrix(p,q)", "l": "vector(q)", "s": "scalar"},
    },
    "trace": {"of": "tr(C*Z*D)", "wrt": "Z", "method": FIRST},
    "log det": {"of": "log(det(Y))", "wrt": "Y", "let": {"Y": "invertible matrix(k)"}, "method": FIRST},
}  # fmt: skip


@cache
def derived(name: str, other: bool = False) -> derivgen.api.Result:
    asked = dict((OTHERS if other else DERIVED)[name])
    return derivgen.derive(asked.pop("of"), asked.pop("wrt"), **asked)


def lines_of(shown: Outline) -> list[Line]:
    return [line for block in shown.blocks for line in block.lines]


def structure(shown: Outline) -> list[tuple[int, list[tuple[str, int]]]]:
    """What stays under other letters: openings' lengths, relations, how many reasons."""
    return [(len(b.opening), [(line.relation, len(line.reasons)) for line in b.lines]) for b in shown.blocks]


def term(text: str, **let: str) -> Term:
    return read_problem("expand", text, let=let).of


def test_an_unknown_detail_is_refused() -> None:
    with pytest.raises(ValueError, match="known: lecture, worked, full"):
        derived("square").lines("brief")


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("name", DERIVED)
def test_every_step_belongs_to_one_line(name: str, detail: str) -> None:
    derivation = derived(name).derivation
    taken = [k for line in lines_of(derived(name).lines(detail)) for k in range(*line.steps)]
    concluding = 0 if detail == "full" else sum(len(c.steps) for c in derivation.chains if c.opening == "conclusion")
    assert sorted(taken) == list(range(len(derivation.steps) - concluding))


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("name", DERIVED)
def test_lines_end_where_their_last_step_ends(name: str, detail: str) -> None:
    steps: tuple[Step, ...] = derived(name).derivation.steps
    for line in lines_of(derived(name).lines(detail)):
        if line.steps[0] == line.steps[1]:
            continue  # the equation that a chain starts from
        after = steps[line.steps[1] - 1].after
        assert line.term == after or (after.op == "=" and line.relation == "=" and line.term == after.args[1])


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("name", DERIVED)
def test_numbers_run_on_and_every_line_has_a_reason(name: str, detail: str) -> None:
    lines = lines_of(derived(name).lines(detail))
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    for line in lines:
        assert line.reasons
        assert all(reason.words for reason in line.reasons)


@pytest.mark.parametrize("name", DERIVED)
def test_details_grow(name: str) -> None:
    lecture, worked, full = (len(lines_of(derived(name).lines(detail))) for detail in DETAILS)
    assert lecture <= worked <= full
    assert lecture <= 9


@pytest.mark.parametrize("name", DERIVED)
def test_each_block_begins_with_a_left_side(name: str) -> None:
    for block in derived(name).lines().blocks:
        assert block.lines[0].lhs is not None
        assert all(line.lhs is None for line in block.lines[1:])


@pytest.mark.parametrize("name", ["square", "linear", "product", "composed", "exponential", "leibniz", "inverse"])
def test_the_last_line_is_the_result(name: str) -> None:
    shown = derived(name).lines()
    assert equivalent(lines_of(shown)[-1].term, shown.result.args[1])


def test_the_full_outline_has_a_line_for_every_step() -> None:
    for name in ("quadratic", "leibniz"):
        full = derived(name).lines("full")
        assert sum(line.steps[1] - line.steps[0] for line in lines_of(full)) == len(derived(name).steps)
        assert all(line.steps[1] - line.steps[0] <= 1 for line in lines_of(full))
        assert all(len(line.reasons) == 1 for line in lines_of(full))


@pytest.mark.parametrize("name", OTHERS)
def test_other_letters_give_the_same_structure(name: str) -> None:
    for detail in ("lecture", "worked"):
        assert structure(derived(name).lines(detail)) == structure(derived(name, other=True).lines(detail))


@pytest.mark.parametrize("name", DERIVED)
def test_worked_lines_name_every_law_that_is_more_than_clean_up(name: str) -> None:
    result = derived(name)
    news = News.of(result.book, result.derivation.problem.perturbation)
    for line in lines_of(result.lines("worked")):
        steps = result.steps[slice(*line.steps)]
        told = {reason.law for reason in line.reasons}
        words = {reason.words for reason in line.reasons}
        for step in steps:
            law = result.book.get(step.rule)
            if law is not None and news.value(step) > 0:
                assert step.rule in told or law.words in words


def test_a_lemma_stands_before_the_line_that_cites_it() -> None:
    result = derived("bilinear")
    shown = result.lines()
    lemma = next(
        equation for name, equation, k in result.derivation.lemmas if result.derivation.chains[k].opening == "lemma"
    )
    heads = [block.lines[0].lhs for block in shown.blocks]
    assert heads.index(lemma.args[0]) == 1
    assert heads[0] == heads[2]
    assert shown.blocks[2].opening


def test_a_lemma_is_cited_by_its_number_where_lines_have_numbers() -> None:
    result = derived("composed")
    cited = [r.words for line in lines_of(result.lines("worked")) for r in line.reasons if r.law == "lemma 1"]
    shown = result.lines("worked").blocks[0].lines[-1].number
    assert cited == [f"line {shown}"]
    assert all(not r.words.startswith("line ") for line in lines_of(result.lines()) for r in line.reasons)


def test_the_direction_is_named_before_it_is_used() -> None:
    for name in ("quadratic", "bilinear", "trace", "log det"):
        result = derived(name)
        direction = dict(result.derivation.problem.fresh)["direction"]
        first = result.lines().blocks[0].opening
        assert any(isinstance(piece, Term) and piece.data == direction for piece in first)


def test_a_conclusion_is_the_result_and_not_a_line() -> None:
    for name in ("quadratic", "trace"):
        shown = derived(name).lines()
        assert shown.result not in [line.term for line in lines_of(shown)]
        assert shown.lead


def test_laws_as_equations_are_about_the_terms_of_the_line() -> None:
    shown = derived("quadratic").lines()
    statements = [r.statement for line in lines_of(shown) for r in line.reasons if r.statement is not None]
    assert len(statements) == 2
    names = derived("quadratic").derivation.problem.names
    assert all(s.op == "=" and s.free <= names for s in statements)


def test_assumptions_and_declarations_are_listed() -> None:
    shown = derived("log det").lines()
    assert [basis for name, _, basis in shown.conditions if name == "positive"] == ["assumed"]
    assert [names for names, _ in shown.shapes] == [("X",)]
    assert shown.notes == ()
    assert derived("product").lines().notes


def test_the_laws_are_listed_with_their_lines() -> None:
    for detail in DETAILS:
        shown = derived("quadratic").lines(detail)
        numbers = {line.number for line in lines_of(shown)}
        assert dict(shown.laws)
        assert all(set(where) <= numbers and where for _, where in shown.laws)


def test_marks_lie_in_their_lines_and_leave_something_unmarked() -> None:
    marked = 0
    for name in DERIVED:
        for block in derived(name).lines().blocks:
            for above, line in zip(block.lines, block.lines[1:], strict=False):
                assert len(line.changed) <= 2
                assert len(line.origin) <= 2
                for path in line.changed:
                    assert path
                    assert at(line.term, path).size < line.term.size
                    marked += 1
                for path in line.origin:
                    at(above.term, path)
    assert marked > 5


def test_difference_finds_the_smallest_places() -> None:
    old, new = term("a*b + c*d + p"), term("a*b + c*(d + q) + p")
    assert difference(old, new) == (((1, 1),), ((1, 1),))
    assert difference(old, old) == ((), ())
    assert difference(term("a + b"), term("exp(c)")) == ((), ())


def test_difference_selects_the_summands_that_became_one() -> None:
    old, new = term("exp(a + b + p + q + r)"), term("exp(a + s + q + r)")
    changed, origin = difference(old, new)
    assert (changed, origin) == (((0, 1),), ((0, (1, 2)),))


def test_two_changes_are_two_marks_and_three_are_one_around_them() -> None:
    start = term("exp(a + log(b*c*d) + log(p*q*r)) + sin(v)^2*cos(w)^2*exp(z)")
    two = term("exp(a + log(b*c*s) + log(p*q*s)) + sin(v)^2*cos(w)^2*exp(z)")
    changed, _ = difference(start, two)
    assert len(changed) == 1  # the summands that changed are one selection
    assert at(two, changed[0]).op == "plus"


def test_outlines_do_not_need_the_problem_they_came_from() -> None:
    """An outline is made from the derivation and a book alone, again and again the same."""
    derivation = derived("bilinear").derivation
    assert outline(derivation, standard_book()) == outline(derivation, standard_book())


def test_equations_are_shown_as_implications() -> None:
    shown = derived("inverse").lines()
    relations = [line.relation for line in lines_of(shown)]
    assert relations[0] == "="
    assert "=>" in relations
    for line in lines_of(shown):
        assert (line.relation == "=>") == (line.term.op == "=")


def test_no_line_shows_a_factor_one() -> None:
    one = make("number", (), 1)
    for name in DERIVED:
        for line in lines_of(derived(name).lines()):
            assert not any(node.op == "times" and one in node.args for node in _nodes(line.term))


def _nodes(t: Term) -> list[Term]:
    found, stack = [], [t]
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(node.args)
    return found


def test_the_last_of_repeated_derivatives_is_put_in_at_once() -> None:
    """Its line says how it is read off; the first one stays, as the next differential starts from it."""
    found = derivgen.derive("a'*x*(x'*x)", "x", let="a, x: vector(n)", order=2)
    starts = [str(block.lines[0].lhs) for block in found.lines("worked").blocks]
    assert [start.count("D(") for start in starts] == [0, 1, 0, 2]
    reasons = [reason.law for reason in found.lines("worked").blocks[-1].lines[0].reasons]
    assert "read_jacobian" in reasons
    assert len(found.lines("full").blocks) == 5


def test_a_reason_leaves_the_transpose_of_a_difference_as_it_stands() -> None:
    found = derivgen.derive("norm(x - y)^2/s", "x", let="x, y: vector(n); s: scalar")
    shown = [str(r.statement) for line in lines_of(found.lines()) for r in line.reasons if r.statement is not None]
    assert shown == ["(x - y)'*d(x) = d(x)'*(x - y)"]


GAUSSIAN = "-1/2*log(det(P)) - 1/2*(x - y)'*inv(P)*(x - y)"


def test_a_conclusion_says_what_is_symmetric_and_a_line_that_a_scalar_is_a_trace() -> None:
    found = derivgen.derive(GAUSSIAN, "P", let="P: positive definite matrix(n); x, y: vector(n)")
    words = [[r.words for r in line.reasons] for line in lines_of(found.lines())]
    assert ["a scalar is a trace", "trace of a transpose"] in words
    assert ["identify the gradient", "P is symmetric"] in words


@pytest.mark.parametrize(
    ("of", "let", "said"),
    [
        ("log(det(X))", "X: positive definite matrix(n)", ("Identify the gradient", "; ", "X", " is symmetric", ":")),
        ("log(det(X))", "X: invertible matrix(n)", ("Identify the gradient", ":")),
        ("tr(X*X)", "X: skew-symmetric matrix(n)", ("Identify the gradient", "; ", "X", " is skew-symmetric", ":")),
        ("tr(A*X)", "A: symmetric matrix(n); X: symmetric matrix(n)", ("Identify the gradient", ":")),
    ],
)
def test_what_leads_to_the_result_says_what_is_known_of_the_variable(of: str, let: str, said: tuple[str, ...]) -> None:
    lead = derivgen.derive(of, "X", let=let).lines().lead
    assert "".join(map(str, lead)) == "".join(said)


def test_a_property_of_a_product_is_not_said_of_its_factor() -> None:
    found = derivgen.derive("log(det(X'*X))", "X", let="X: matrix(m,n)", assume=["det(X'*X) > 0"])
    words = {r.words for line in lines_of(found.lines("worked")) for r in line.reasons}
    assert "inv(X'*X) is symmetric" in words and "X is symmetric" not in words


def test_a_change_that_does_not_occur_is_not_shown_as_zero() -> None:
    """The form to read off has a part for X and one for its conjugate; a reader needs only what occurs."""
    let = {"X": "complex matrix(n)", "A": "complex matrix(n)"}
    made = derivgen.derive("tr(A*H(X))", wrt="re(X)", let=let)
    for detail in ("lecture", "worked"):
        shown = outline(made.derivation, standard_book(), detail)
        assert all(t.op != "zeros" for line in lines_of(shown) for _, t in walk(line.term))
    assert any(
        t.op == "zeros"
        for line in lines_of(outline(made.derivation, standard_book(), "full"))
        for _, t in walk(line.term)
    )


def test_the_words_of_a_law_that_says_more_than_a_property_stay() -> None:
    found = derivgen.api.proof("d_eig")
    words = {r.words for line in lines_of(found.lines("worked")) for r in line.reasons}
    assert {"an eigenvector", "the eigenvector stands left of S, too"} <= words


def test_the_chain_rule_shows_no_sign_of_a_sign() -> None:
    found = derivgen.derive("exp(-c/(2*s^2))", "s", let="s: positive scalar; c: scalar")
    assert found.derivation.method == "chain rule"
    assert not any("-(-" in str(line.term) for line in lines_of(found.lines()))
