"""Papers for every student: lists that cannot be read, then one PDF a student, each whole and always the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from derivgen import api
from derivgen.documents import build as building
from derivgen.documents.build import BuildReport, Roll, build
from derivgen.documents.cache import Cache
from derivgen.documents.errors import SourceError
from derivgen.documents.sheets.dealt import dealt, dealt_key, receivers, values
from derivgen.documents.sheets.students import Student, read_students
from derivgen.documents.sheets.variants import Variants
from derivgen.documents.source import parse
from derivgen.documents.workshop import Workshop
from derivgen.present.style import Style

SHEET = """\
---
title: A sheet
kind: sheet
seed: course
---

## One {#one 3 marks}

```draw
k in 2..3
stratify k
```

```derive
of x^k
wrt x
room 150mm
```

## Two {#two}

```derive
of tr(A*X)
wrt X
room 150mm
```
"""


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", "1:1", "unknown column"),
        ("nam,number\na,1\n", "1:1", 'unknown column "nam"'),
        ("name,number\n", "1:1", "no student"),
        ("name,number\na,1\nb,1\n", "3:1", '"1" stands twice, first in line 2'),
        ("name,number\na\n", "2:1", "1 cells where the first line has 2"),
        ("name,number\n\u4e2d,1\n", "2:1", "is not in the font"),
        ("name\n...\n", "2:1", "neither a number nor a name"),
    ],
)
def test_a_list_that_cannot_be_read_is_named(tmp_path: Path, text: str, place: str, message: str) -> None:
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_students(tmp_path / "list.csv")
    assert f"list.csv:{place}: error: " in str(caught.value) and message in str(caught.value)


def test_lists_with_semicolons_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("number;name\n7;Zo\u00eb, B.\n\n8/1;C\n", encoding="utf-8-sig")
    first, second = read_students(tmp_path / "list.csv")
    assert first == Student("Zo\u00eb, B.", "7", 0) and second.file == "8-1"


def built(folder: Path, output: str, **options: bool) -> BuildReport:
    (folder / "sheet.md").write_text(SHEET)
    (folder / "list.csv").write_text("name,number\nAda,1\nBob & C,2\nEve,3\nDan,4\n")
    roll = Roll(folder / "list.csv", **options)
    return build([folder / "sheet.md"], folder / output, lambda _: None, api, roll)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    report = built(folder, "out", tex=True)
    assert (report.exit_status, report.errors, report.warnings) == (0, [], [])
    return folder


def texts(pdf: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(pdf).pages]


def test_every_student_gets_a_sheet_and_its_solutions(course: Path) -> None:
    papers = {path.name for path in (course / "out/sheet-students").glob("*.pdf")}
    assert papers == {f"{k}-{kind}.pdf" for k in (1, 2, 3, 4) for kind in ("sheet", "solutions")}
    for number, name in ((1, "Ada"), (2, "Bob & C"), (3, "Eve")):
        first, *rest = texts(course / f"out/sheet-students/{number}-sheet.pdf")
        assert name in first and rest, "it says whose it is, and has more than one page"
        pages = [first, *rest]
        assert all(f"{k}/{len(pages)}" in text.replace(" ", "") for k, text in enumerate(pages, start=1))
        assert not any(other in "".join(pages) for other in ("Ada", "Bob", "Eve") if other not in name)


def test_variants_are_dealt_out_evenly_and_solved_as_asked(course: Path) -> None:
    answers = [" ".join(texts(course / f"out/sheet-students/{k}-solutions.pdf")) for k in (1, 2, 3, 4)]
    squares = sum("= 2x" in text.replace("\n", "") for text in answers)
    assert squares == 2 and sum("= 3x2" in text.replace("\n", "") for text in answers) == 2


def test_the_tex_of_a_paper_is_complete_by_itself(course: Path) -> None:
    tex = (course / "out/sheet-students/2-sheet.tex").read_text()
    assert tex.startswith("%") and r"Bob \& C" in tex and "Ada" not in tex and tex.rstrip().endswith(r"\end{document}")


def test_the_same_input_gives_the_same_bytes(course: Path) -> None:
    built(course, "again", tex=True)
    for path in sorted((course / "out/sheet-students").iterdir()):
        assert path.read_bytes() == (course / "again/sheet-students" / path.name).read_bytes(), path.name


def test_nothing_is_set_again_where_nothing_has_changed(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "set_papers", None)
    report = built(course, "out", tex=True)
    assert (report.exit_status, report.outputs) == (0, [])


def test_a_list_with_mistakes_stops_no_other_output(tmp_path: Path) -> None:
    (tmp_path / "sheet.md").write_text(SHEET)
    (tmp_path / "list.csv").write_text("name,number\na,1\na,1\n")
    report = build([tmp_path / "sheet.md"], tmp_path / "out", lambda _: None, api, Roll(tmp_path / "list.csv"))
    assert report.exit_status == 1 and "stands twice" in report.errors[0]
    assert (tmp_path / "out/sheet.pdf").exists() and not (tmp_path / "out/sheet-students").exists()


def test_no_papers_are_made_of_a_source_with_errors(tmp_path: Path) -> None:
    (tmp_path / "sheet.md").write_text(SHEET.replace("of tr(A*X)", "of tr(A*X"))
    (tmp_path / "list.csv").write_text("name,number\na,1\n")
    report = build([tmp_path / "sheet.md"], tmp_path / "out", lambda _: None, api, Roll(tmp_path / "list.csv"))
    assert report.exit_status == 1 and any("no papers are made for students" in error for error in report.errors)
    assert (tmp_path / "out/sheet.pdf").exists() and not (tmp_path / "out/sheet-students").exists()


def test_key_and_scheme_hold_every_variant_and_who_has_which(course: Path) -> None:
    for kind in ("key", "marking"):
        said = " ".join(texts(course / f"out/sheet-students-{kind}.pdf")).replace("\n", " ")
        for number in (1, 2):
            assert f"problem 1, variant {number}: k = " in said
        assert "problem 2, variant" not in said and "4 Dan" in said
    document = parse(SHEET, "sheet.md")
    students = read_students(course / "list.csv")
    variants = Variants(document, api)
    problems = dealt([variants.all(student) for student in students])
    assert [len(one.variants) for one in problems] == [2, 1] and sorted(problems[0].got) == [1, 1, 2, 2]
    entries = dealt_key(problems, Style())
    assert [entry.where for entry in entries] == ["", "1", "", "1", "2"]
    for k, student in enumerate(receivers(problems, students)):
        ((_, value),) = problems[0].variants[problems[0].got[k] - 1].values
        assert student.variants == f"1: {problems[0].got[k]}"
        assert dict(variants.all(students[k])[0].values)["k"] == value


@pytest.mark.parametrize(
    ("value", "said"), [("3", "$k=3$"), ("[1;2]", r"$\mat k={\begin{pmatrix}1\\2\end{pmatrix}}$"), ("sin", r"$k=\sin$")]
)
def test_a_value_is_written_as_an_equation(value: str, said: str) -> None:
    assert values((("k", value),), Style()) == said


def test_the_variants_of_a_list_are_derived_together_beforehand(tmp_path: Path) -> None:
    counted: list[tuple[int, int]] = []
    workshop = Workshop(cache=Cache("1", tmp_path), counted=lambda _, done, total: counted.append((done, total)))
    variants = Variants(parse(SHEET.replace("2..3", "2..9").replace("stratify k\n", ""), "sheet.md"), api, workshop)
    students = [Student(number=str(number)) for number in range(12)]
    variants.prepare(students)
    together = max(total for _, total in counted)
    counted.clear()
    different = {variants.all(student)[0].values for student in students}
    assert together == len(different) > 4
    assert all(done == total for done, total in counted if total == 1 and (done, total) != (0, 1)) and counted
