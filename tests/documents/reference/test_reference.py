"""References: what an author may not say, what is derived, counted and printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from derivgen import api
from derivgen.documents.errors import SourceError, SourceProblem
from derivgen.documents.model import Document, Place
from derivgen.documents.record import OTHER, SAME, SIMPLER
from derivgen.documents.reference.counts import counts, text_of, unexplained
from derivgen.documents.reference.page import backing
from derivgen.documents.render import render_reference
from derivgen.documents.sheets.students import Student
from derivgen.documents.sheets.variants import Copy, Variants, copy
from derivgen.documents.solve import HERE
from derivgen.documents.source import parse

HEAD = "---\nkind: reference\ntitle: Formulas\n---\n\nHow to read it.\n\n# 1 Determinants\n\nOf square matrices.\n\n"
DET = "let X: invertible matrix(n)\nof det(X)\nwrt X\n"
SHORT = "let x, a: vector(n)\nof a'*x\nwrt x\nkind differential\n"
LOG = "let X: invertible matrix(n)\nof log(det(X))\nwrt X\nassume det(X) > 0\n"


def entry(label: str, *blocks: str) -> str:
    """An entry with its blocks."""
    return f"## {label}\n\n" + "".join(f"```derive\n{block}```\n\n" for block in blocks)


def made(*entries: str) -> tuple[Copy, list[SourceProblem]]:
    """A reference as it is derived, with what is wrong with it."""
    document = parse(HEAD + "".join(entries), "r.md")
    found = copy(document, Variants(document, api).all(Student()))
    return found, list(found.problems)


def told(*entries: str) -> str:
    """The one thing that is wrong."""
    ((problem),) = made(*entries)[1]
    return f"{problem.place.line}: {problem.message}"


# -- refusals -----------------------------------------------------------------------------------------------------
def test_a_form_that_is_not_the_answer() -> None:
    assert "this is not the answer" in told(entry("49", DET + "book det(X)*inv(X)\n"))


def test_another_form_needs_a_reason() -> None:
    block = "let x: vector(n); B: matrix(n)\nof x'*B*x\nwrt x\nbook (B + B')*x\n"
    assert "the result has another form: B*x + B'*x" in told(entry("81", block))
    assert made(entry("81", block + "differs it is not multiplied out\n"))[1] == []


def test_a_misprint_that_is_right() -> None:
    assert "this is no misprint" in told(entry("49", DET + "misprint det(X)*inv(X')\n"))
    assert "this is no misprint" in told(entry("49", DET + "misprint of det(X')\n"))


def test_a_law_is_used_below_its_proof() -> None:
    proof = DET + "as d_determinant: the determinant\n"
    assert made(entry("49", proof), entry("57", LOG + "using d_determinant\n"))[1] == []
    assert "d_determinant is used before it is proved" in told(
        entry("57", LOG + "using d_determinant\n"), entry("49", proof)
    )
    assert "there is no law 'd_determinant'" in told(entry("57", LOG + "using d_determinant\n"))


def test_a_law_whose_proof_fails_is_not_used() -> None:
    failing = "let X: matrix(n)\nof foo(X)\nwrt X\nas d_foo: foo\n"
    said = [problem.message for problem in made(entry("1", failing), entry("2", LOG + "using d_foo\n"))[1]]
    assert len(said) == 2 and "d_foo was not proved" in said


def test_text_between_entries_of_a_lecture_stays_refused() -> None:
    with pytest.raises(SourceError, match="text outside a frame"):
        parse((HEAD + entry("49", DET)).replace("kind: reference\n", ""), "r.md")


def test_an_entry_is_referred_to_by_its_number() -> None:
    with pytest.raises(SourceError, match='no problem has the id "50"'):
        parse(HEAD + entry("49", DET) + "::: see\n[](#50)\n:::\n", "r.md")


# -- what is on record --------------------------------------------------------------------------------------------
def records(*entries: str) -> list[str]:
    """How the results stand to the book's forms."""
    found, problems = made(*entries)
    assert not problems
    return [one.record.against for one in found.solved.values()]


def test_forms_are_compared_up_to_order_and_signs() -> None:
    block = "let x, b: vector(n); A: matrix(n)\nof x'*A*x + b'*x\nwrt x\n"
    other = block + "differs so it is\n"
    assert records(entry("1", block + "book b + A'*x + A*x\n")) == [SAME]
    assert records(entry("1", block + "book A'*x + 2*b - b + A*x\n")) == [SIMPLER]
    assert records(entry("1", other + "book (A + A')*x + b\n")) == [OTHER]
    minus = "let x: vector(n); W: symmetric matrix(n)\nof -x'*W*x\nwrt x\nbook (-2)*W*x\n"
    assert records(entry("86", minus)) == [SAME]


def test_a_block_that_misses_something_is_counted_as_refused() -> None:
    refused = "let X: matrix(n)\nof foo(X)\nwrt X\nmissing a law for foo\n"
    instance = LOG + "instance the determinant is positive\nmisprint inv(X)\n"
    found, problems = made(entry("49", DET), entry("50", refused), entry("57", instance))
    behind = backing(found.document, found.solved, problems, api, HERE)
    counted = counts(found.document, found.solved, behind.refused)
    assert counted.entries == {"general": 1, "instance": 1, "refused": 1}
    assert [one.missing for _, one in counted.refused] == ["a law for foo"]
    assert "  on an instance (57): the determinant is positive" in text_of(counted)
    assert len(counted.misprints) == 1


def test_a_long_derivation_needs_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    found, problems = made(entry("57", LOG), entry("58", LOG + "long it has a logarithm\n"), entry("49", SHORT))
    assert not problems and not list(unexplained(found.document, found.solved))
    counted = counts(found.document, found.solved, {})
    lengths = ["  (57) 2 lines", "  (58) 2 lines: it has a logarithm", "  (49) 1 line"]
    assert text_of(counted)[-4:] == ["longest:", *lengths]
    assert ": it has a logarithm}" in tex(found, [])
    monkeypatch.setattr("derivgen.documents.reference.counts.MOST_LINES", 1)
    (problem,) = unexplained(found.document, found.solved)
    (first, second, _) = found.document.frames()
    assert first.place.line < problem.place.line < second.place.line
    assert "this has 2 lines, more than 1" in problem.message and "long REASON" in problem.hint


def tex(found: Copy, problems: list[SourceProblem]) -> str:
    """The TeX of a reference."""
    document: Document = found.document
    return render_reference(document, found.solved, backing(document, found.solved, problems, api, HERE), 3)


def test_reasons_lead_to_the_index_and_the_index_to_entries() -> None:
    shown = tex(
        *made(entry("49", DET + "as d_determinant: the determinant\n"), entry("57", LOG + "using d_determinant\n"))
    )
    targets = set(_all(shown, r"\dgindexed{"))
    assert set(_all(shown, r"\dgrule{")) <= targets
    assert {"d_determinant", "d_det", "d_log"} <= targets
    assert {"49", "57"} == set(_all(shown, r"\dgentry{"))
    assert r"\entry{eq:49}{(49)}" in shown


MIXTURE = (
    "let s: vector(n); mu[k=1..K]: vector(n); w[k=1..K]: positive scalar; j: index; "
    "p = sum(k, 1, K, w[k]*exp(-(s - mu[k])'*(s - mu[k])/2))\nof log(p)\nwrt mu[j]\n"
)
def with_sums(most: int) -> str:
    """The mixture with as many summands more in its definition."""
    sums = "".join(f"sum(k, 1, K, w[k]^{n}*exp((s + mu[k])'*(s - {n}*mu[k]))) + " for n in range(2, 2 + most))
    return MIXTURE.replace("p = ", f"p = {sums}").replace("wrt mu", "wrt w")


def test_a_definition_stands_in_the_side_column_in_lines_or_above_the_rows() -> None:
    one, several, above = (tex(*made(entry("394", with_sums(most)))) for most in (0, 2, 5))
    sides = [shown.partition(r"\entry{eq:394}")[2].partition("\n")[0] for shown in (one, several, above)]
    assert ["$p=" in side for side in sides] == [True, True, False]
    assert [r"\\\hspace*{1em}$" in side for side in sides] == [False, True, False]
    assert [r"\dgdisplay{\begin{aligned}&p=" in shown for shown in (one, several, above)] == [False, False, True]
    assert "what the name stands for" in above


def _all(text: str, command: str) -> list[str]:
    """The first argument of every use of a command in the body."""
    body = text.partition(r"\begin{document}")[2]
    return [part.partition("}")[0] for part in body.split(command)[1:]]


def test_a_place_in_a_source(tmp_path: Path) -> None:
    """A problem stands at the field that is wrong."""
    ((problem),) = made(entry("49", DET + "book det(X)*inv(X)\n"))[1]
    assert problem.place == Place("r.md", 18, 6, 13)


# -- comparisons ---------------------------------------------------------------------------------------------------
def comparison(*lines: str) -> str:
    """An entry that compares."""
    return "## 28\n\n```compare\n" + "\n".join(lines) + "\n```\n\n"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["let A: matrix(2)", "of det(2*A)", "is 2*det(A)", "misprint det(A)"], "this does not hold at random values"),
        (["let A: matrix(2)", "of det(2*A)", "is 4*det(A)", "misprint det(A)*4"], "this is no misprint"),
        (["let A: matrix(2)", "of det(A)", "is det(A')", "under A: matrix(3)"], "this is no misprint"),
        (["of f(", "is 1", "misprint 2"], "ends"),
    ],
)
def test_a_comparison_that_is_wrong_is_told(lines: list[str], message: str) -> None:
    assert message in told(comparison(*lines))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["of det(A)", "misprint 1"], 'this compare block has no "is"'),
        (["of det(A)", "is det(A')"], "nothing to compare with"),
        (["is det(A')"], 'has no "of"'),
        (["of det(A)", "is det(A')", "misprint 1", "wrt A"], '"wrt" does not belong in a compare block'),
    ],
)
def test_a_comparison_says_what_holds_and_what_does_not(lines: list[str], message: str) -> None:
    with pytest.raises(SourceError, match="compare block") as told:
        parse(HEAD + comparison(*lines), "r.md")
    assert message in str(told.value)


def test_a_comparison_is_no_entry_but_counts_as_a_misprint() -> None:
    compared = comparison("let A: matrix(2)", "of det(2*A)", "is 4*det(A)", "misprint 2*det(A)")
    found, problems = made(entry("49", DET), compared)
    assert not problems
    counted = counts(found.document, found.solved, {})
    assert (sum(counted.entries.values()), len(counted.misprints)) == (1, 1)
    tex = render_reference(found.document, found.solved, backing(found.document, found.solved, (), api, HERE), 1)
    assert "at random values this fails" in tex


def test_a_comparison_belongs_to_a_reference() -> None:
    with pytest.raises(SourceError, match="outside a reference"):
        parse("---\ntitle: T\n---\n\n# S\n\n" + comparison("of 1 + 1", "is 2", "misprint 3"), "l.md")


def test_what_rests_on_what_is_drawn_with_links() -> None:
    square = "let X: invertible matrix(n)\nof log(det(X)^2)\nwrt X\nassume det(X) > 0\nusing d_one\n"
    found, problems = made(entry("49", DET + "as d_one: determinant, as in (49)\n"), entry("57", square))
    assert not problems
    tex = render_reference(found.document, found.solved, backing(found.document, found.solved, (), api, HERE), 1)
    drawn = tex[tex.index(r"\begin{tikzpicture}") :]
    assert r"\draw[dgrests]" in drawn
    assert all(node in drawn for node in (r"\dgrule{d_det}", r"\dgentry{49}{(49)}", r"\dgentry{57}{(57)}"))
    assert "axioms, of" in tex
