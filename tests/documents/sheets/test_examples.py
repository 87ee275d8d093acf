"""The example sheets: every problem is derived, marks add up, and every student's draw is one that can be solved."""

from __future__ import annotations

from pathlib import Path

import pytest

from derivgen import api
from derivgen.documents.marks import check_totals
from derivgen.documents.model import derivations
from derivgen.documents.sheets.students import Student
from derivgen.documents.sheets.variants import Variants, copy
from derivgen.documents.source import read_source

SHEETS = sorted((Path(__file__).parents[3] / "examples/sheets").glob("*.md"))


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_every_problem_is_derived_and_its_marks_add_up(path: Path) -> None:
    document = read_source(path)
    assert 6 <= len(list(document.frames())) <= 8
    variants = Variants(document, api)
    for number in range(3):
        made = copy(document, variants.all(Student(number=str(number), position=number)))
        assert [str(problem) for problem in (*made.problems, *check_totals(made.document))] == []
        assert len(made.solved) == len(list(made.document.derivations()))


def test_there_are_three_of_them() -> None:
    assert len(SHEETS) == 3


def test_the_tutorial_takes_problems_of_the_sheets_and_ends_a_derivation_early() -> None:
    document = read_source(SHEETS[0].parents[1] / "lectures/tutorial.md")
    sheets = {frame.id: frame for path in SHEETS for frame in read_source(path).frames()}
    *shared, own = document.frames()
    assert [one.id for one in shared] == ["logistic", "quadratic"]
    for one in shared:
        assert [b.text("of") for b in derivations(one.content)] == [
            b.text("of") for b in derivations(sheets[one.id].content)
        ]
    assert any(block.first("stop") for block in derivations(own.content))
