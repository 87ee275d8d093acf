"""Sheets built with the real mathematics: what stands on which page, marks that add up, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from derivgen import api
from derivgen.documents import build as building
from derivgen.documents.build import BuildReport, build
from derivgen.documents.marks import shared_out
from derivgen.documents.model import DerivationBlock, Document, Formula, Paragraph, Place
from derivgen.documents.sheets.marking import key, schemes
from derivgen.documents.sheets.questions import questions
from derivgen.documents.sheets.solutions import labelled, solutions
from derivgen.documents.sheets.students import Student
from derivgen.documents.sheets.variants import Variants
from derivgen.documents.solve import Solved, solve
from derivgen.documents.source import parse
from derivgen.documents.typeset import Typeset
from derivgen.documents.worked import problem
from derivgen.present.style import Style

SHEET = """\
---
title: A small sheet
kind: sheet
sheet: Sheet 1
marks: 11
---

## Warm-up {#warm-up 6 marks}

Let `= f(x) = exp(-k*x^2)`.

(a) Differentiate $f$.

```derive
id slope
of exp(-k*x^2)
wrt x
accept -2*k*x/exp(k*x^2)
worth 2 for chain_rule
marks 4
```

::: hint
The inside is a *square*.
:::

(b) Where does it vanish?

::: answer 2 marks, room 30 mm
At the origin only.
:::

## A trace {#trace 5 marks}

As in [](#warm-up.a):

```derive
id first-principles
of tr(S*P)
wrt P
by first principles
given up to line 2
room 50mm
```
"""


@pytest.fixture(scope="module")
def sheet() -> tuple[Document, dict[Place, Solved]]:
    document = parse(SHEET, "small.md")
    solved, problems = solve(document, api)
    assert not problems
    return document, solved


def built(text: str, folder: Path) -> BuildReport:
    (folder / "small.md").write_text(text)
    return build([folder / "small.md"], folder / "out", lambda _: None, api)


# --- refusals


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("accept -2*k*x/exp(k*x^2)", "accept 2*k*x/exp(k*x^2)", "18:8", "this is not the answer"),
        ("accept -2*k*x/exp(k*x^2)", "accept -2*k*x/exp(k*y^2)", "18:21", "not declared"),
        ("worth 2 for chain_rule", "worth 2 for chain_rul", "19:7", "no line is reached by"),
        ("worth 2 for chain_rule", "worth 5 for result", "14:1", "worth 5, more than its 4 marks"),
        ("worth 2 for chain_rule", "worth 2 for line 9", "19:7", "there is no line 9"),
        ("6 marks", "7 marks", "8:1", "the marks of this problem add up to 6, not to 7"),
        ("given up to line 2", "stop after line 9", "42:6", "there is no line 9"),
        ("`= f(x) = exp(-k*x^2)`", "`= f(x) = exp(-k*x^2`", "10:25", "expected"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, place: str, message: str
) -> None:
    monkeypatch.setattr(building, "typeset", lambda *_: Typeset(1, ()))
    report = built(SHEET.replace(old, new), tmp_path)
    assert report.exit_status == 1
    assert any(f"small.md:{place}" in error and message in error for error in report.errors), report.errors


# --- what is made


def test_every_paper_is_made(tmp_path: Path) -> None:
    report = built(SHEET, tmp_path)
    assert (report.errors, report.warnings) == ([], [])
    text = {p.stem: "\n".join(page.extract_text() for page in PdfReader(p).pages) for p in tmp_path.glob("out/*.pdf")}
    assert set(text) == {
        f"small{s}" for s in ("", "-compact", "-hints", "-solutions", "-marking", "-key", "-slides", "-handout")
    }
    assert "Where does it vanish?" in text["small"] and "Student number" in text["small"]
    assert "inside is a" in text["small-hints"] and "inside is a" not in text["small"] + text["small-solutions"]
    assert "At the origin only" in text["small-solutions"] and "At the origin only" not in text["small"]
    assert "also accepted" in text["small-marking"] and "11 marks in all" in text["small-marking"]
    assert "Problem 1 (a)" in text["small"]


def test_room_is_measured_by_the_derivation_or_given(sheet: tuple[Document, dict[Place, Solved]]) -> None:
    first, second = questions(*sheet, Style())
    rooms = [item.mm for item in (*first.items, *second.items) if item.kind == "room"]
    assert rooms[0] > 30 and rooms[1:] == [30, 50]
    assert not [
        item for one in questions(*sheet, Style(), room=False) for item in one.items if item.kind in ("room", "answer")
    ]


def test_the_first_lines_can_be_given(sheet: tuple[Document, dict[Place, Solved]]) -> None:
    (given,) = [item for item in questions(*sheet, Style())[1].items if item.kind == "given"]
    assert sum(len(chain.rows) for chain in given.chains) == 2


def test_marks_of_the_lines_add_up(sheet: tuple[Document, dict[Place, Solved]]) -> None:
    document, solved = sheet
    for (_, block), total in zip(document.derivations(), (4, 5), strict=True):
        worth, problems = shared_out(block, solved[block.place].worked, total)
        assert not problems and worth.total == total
    slope = next(block for _, block in document.derivations())
    assert shared_out(slope, solved[slope.place].worked, 4)[0].lines[1] == 2


@pytest.mark.parametrize("total", range(12))
def test_any_number_of_marks_can_be_shared_out(sheet: tuple[Document, dict[Place, Solved]], total: int) -> None:
    document, solved = sheet
    (_, block) = list(document.derivations())[1]
    assert shared_out(block, solved[block.place].worked, total)[0].total == total


def test_scheme_and_key_say_the_results(sheet: tuple[Document, dict[Place, Solved]]) -> None:
    document, solved = sheet
    worth = {
        b.place: shared_out(b, solved[b.place].worked, t)[0]
        for (_, b), t in zip(document.derivations(), (4, 5), strict=True)
    }
    for scheme, total in zip(schemes(document, solved, worth, Style()), (6, 5), strict=True):
        assert sum(int(entry.marks or 0) for entry in scheme.entries) == total
    assert [entry.where for entry in key(document, solved, Style())] == ["1 (a)", "1 (b)", "2"]
    assert [label for label, _ in labelled(document, solved)] == ["1a", "2"]
    kinds = [item.kind for one in solutions(document, solved, worth, Style()) for item in one.items]
    assert kinds == ["text", "prompt", "derivation", "prompt", "text", "worth", "text", "derivation"]


def test_a_derivation_can_stop_early() -> None:
    text = SHEET.replace("given up to line 2", "stop after line 3")
    document = parse(text, "small.md")
    solved, problems = solve(document, api)
    block: DerivationBlock = list(document.derivations())[1][1]
    worked = solved[block.place].worked
    lines = [line for part in worked.blocks for line in part.lines]
    assert not problems and [line.number for line in lines] == [1, 2, 3]
    assert worked.result.args[1] == lines[-1].term


def test_the_dimensions_of_a_result_are_shown_where_asked(sheet: tuple[Document, dict[Place, Solved]]) -> None:
    text = SHEET.replace("of tr(S*P)", "of tr(A*P*B)\ndimensions shown")
    document = parse(text, "small.md")
    solved, problems = solve(document, api)
    assert not problems
    shown = [problem(1, solved[block.place], set()).dimensions for _, block in document.derivations()]
    assert shown[0] == "" and r"\underset{m\times k}{\mat A\T}\,\underset{k\times n}{\mat B\T}" in shown[1]
    assert not any(problem(1, one, set()).dimensions for one in sheet[1].values())


def test_prose_may_name_a_function_that_nothing_declares() -> None:
    text = "---\ntitle: T\n---\n\n## F\n\n`= L(w) + c*w'*w` and `= L(w)` and `= phi(a*b, X)`, but not `= L(`.\n\n"
    document = parse(text + "```derive\nlet w: vector(n)\nof w'*w\nwrt w\n```\n", "s.md")
    (variant,) = Variants(document, api).all(Student())
    assert [one.message[:13] for one in variant.problems] == ["the text ends"]
    pieces = [piece for one in variant.frame.content if isinstance(one, Paragraph) for piece in one.content]
    tex = " ".join(piece.tex for piece in pieces if isinstance(piece, Formula))
    assert r"L(\mat w)+c\,\mat w\T\mat w" in tex and r"\phi(ab,\mat X)" in tex
