"""The grammar of sheets: refusals with their places, then problems, parts, boxes, references and includes."""

from __future__ import annotations

from pathlib import Path

import pytest

from derivgen.documents.errors import SourceError, SourceProblem
from derivgen.documents.marks import check_totals, of_parts, of_problem
from derivgen.documents.model import Answer, DerivationBlock, Frame, Hint, Notation, Paragraph, Part, Reference
from derivgen.documents.source import parse, read, read_source

FRONT = "---\ntitle: T\nkind: sheet\n---\n"
FRAME = FRONT + "## F {#f}\n\n"
BLOCK = "```derive\nof x\nwrt x\n```\n"


def frame(text: str) -> Frame:
    return next(parse(FRAME + text, "week.md").frames())


def refused(text: str) -> list[SourceProblem]:
    with pytest.raises(SourceError) as caught:
        parse(text, "week.md")
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (FRONT.replace("sheet", "sheat") + "## F\n", "3:7", 'unknown kind "sheat"', '"sheet"'),
        (FRONT.replace("T\n", "T\nmarks: many\n") + "## F\n", "3:8", "marks is a number", ""),
        (FRONT + "## F {#f six marks}\n", "5:6", '"six marks" is not read here', "{#id 6 marks}"),
        (FRAME + "## G {#f}\n", "7:1", 'the id "f" stands twice', "line 5"),
        (FRAME + "(a) One\n\n(c) Two\n", "9:1", "part (c) stands where (b) is expected", ""),
        (FRAME + "(a) One\n(b) Two\n", "8:1", "a part inside a paragraph", "empty line"),
        (FRAME + "see [](#g)\n", "7:8", 'no problem has the id "g"', "known here: f"),
        (FRAME + "(a) see [](#f.b)\n", "7:12", '"f" has no part (b)', ""),
        (FRAME + "see [this](#f)\n", "7:12", "a reference has no words", "[](#f)"),
        (FRAME + "::: hnit\na\n:::\n", "7:1", 'unknown box "hnit"', 'did you mean "hint"?'),
        (FRAME + "::: hint\n:::\n", "7:1", "an empty hint", ""),
        (FRAME + "::: hint\na\n", "7:1", "this box is not closed", ":::"),
        (FRAME + "::: hint please\na\n:::\n", "7:1", '"please" is not read here', ""),
        (FRAME + "::: answer two marks\na\n:::\n", "7:1", '"two marks" is not read here', "2 marks"),
        (FRAME + "- a\n\n  ::: hint\n  a\n  :::\n", "9:3", "a box inside another", ""),
        (FRAME + "`=`\n", "7:2", "no expression follows =", ""),
        (FRAME + BLOCK.replace("wrt x", "marks some"), "9:7", 'marks cannot be "some"', "marks 4"),
        (FRAME + BLOCK.replace("wrt x", "worth 2"), "9:7", 'worth cannot be "2"', "worth 2 tr_cyclic"),
        (FRAME + BLOCK.replace("wrt x", "room much"), "9:6", 'room cannot be "much"', "room 60mm"),
        (FRONT + "## include other.md#a\n\ntext\n", "5:1", "text below an included problem", ""),
    ],
)
def test_mistakes_are_named_with_their_place(text: str, place: str, message: str, hint: str) -> None:
    first = refused(text)[0]
    assert str(first.place).startswith(f"week.md:{place}"), str(first)
    assert message in first.message
    assert hint in first.hint


def test_the_text_of_a_lecture_may_begin_with_a_letter_in_brackets() -> None:
    (one,) = parse(FRONT + "## F\n\n(i) is a number\n", "week.md").frames()
    assert isinstance(one.content[0], Paragraph)


def test_a_problem_has_id_marks_parts_boxes_and_references() -> None:
    one = frame(
        "(a) See `= 2*x` in [](#f.b)\n\n" + BLOCK + "\n::: hint\nh\n:::\n\n(b) Why?\n\n::: answer 2 marks\nb\n:::\n"
    )
    first, block, hint, second, answer = one.content
    assert isinstance(first, Part) and isinstance(second, Part) and (first.letter, second.letter) == ("a", "b")
    assert isinstance(first.content[1], Notation) and first.content[1].text == "2*x"
    assert first.content[1].place.column == 12
    assert isinstance(first.content[3], Reference) and (first.content[3].id, first.content[3].letter) == ("f", "b")
    assert isinstance(block, DerivationBlock) and isinstance(hint, Hint)
    assert isinstance(answer, Answer) and (answer.marks, answer.room) == (2, None)


# --- marks


def test_the_rest_of_the_marks_goes_to_the_only_derivation_that_states_none() -> None:
    text = "## G {#g 7 marks}\n\n(a) A\n\n" + BLOCK + "\n(b) B\n\n::: answer 2 marks\nb\n:::\n"
    (one,) = parse(FRONT + text, "week.md").frames()
    assert (of_problem(one), of_parts(one)) == (7, {"a": 5, "b": 2})


def test_totals_that_do_not_add_up_are_named() -> None:
    text = "## G {#g 7 marks}\n\n" + BLOCK.replace("wrt x", "wrt x\nmarks 6")
    (problem,) = check_totals(parse(FRONT + text, "week.md"))
    assert (problem.place.line, problem.message) == (5, "the marks of this problem add up to 6, not to 7")
    (problem,) = check_totals(parse(FRONT.replace("T\n", "T\nmarks: 9\n") + text.replace("7", "6"), "week.md"))
    assert problem.message == "the marks of all problems add up to 6, not to 9"


# --- includes


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text(FRONT.replace("sheet", "lecture") + "## A {#a}\n\ntext\n")
    (tmp_path / "b.md").write_text(FRONT + "## include a.md#a\n\n## B {#b}\n\nsee [](#a)\n")
    return tmp_path


def test_a_problem_of_another_file_stands_here_too(course: Path) -> None:
    reading = read(course / "b.md")
    document, others = reading.document, reading.files
    first, second = document.frames()
    assert (first.id, first.place.file, second.id) == ("a", str(course / "a.md"), "b")
    assert others == (course / "a.md",)


@pytest.mark.parametrize(
    ("include", "message"),
    [
        ("a.md#c", 'a.md has no problem "c"'),
        ("none.md#a", "No such file"),
        ("../../a.md#a", "too far away"),
    ],
)
def test_an_include_that_cannot_be_followed_is_named(course: Path, include: str, message: str) -> None:
    (course / "c.md").write_text(FRONT + f"## include {include}\n")
    with pytest.raises(SourceError) as caught:
        read_source(course / "c.md")
    assert message in str(caught.value)
    assert f"{course}/c.md:5:1: error" in str(caught.value)


def test_files_that_include_each_other_are_refused(course: Path) -> None:
    for name, other in (("c", "d"), ("d", "c")):
        (course / f"{name}.md").write_text(FRONT + f"## include {other}.md#x\n")
    with pytest.raises(SourceError, match="without end"):
        read_source(course / "c.md")
