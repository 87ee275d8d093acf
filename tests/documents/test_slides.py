"""Slides: nothing is lost or shown twice when a frame is split, and steps go up one by one."""

from __future__ import annotations

import pytest

from derivgen.documents.model import Document
from derivgen.documents.slides import Slide, slides
from derivgen.documents.solve import solve
from derivgen.documents.source import parse
from tests.documents.hand_made import SOURCE, Mathematics


def made(source: str = SOURCE, tail: int = 0) -> tuple[Document, list[Slide]]:
    document = parse(source, "small.md")
    solved, problems = solve(document, Mathematics(tail), lambda _: None)
    assert not problems
    return document, slides(document, solved)


def test_the_outline_stands_before_each_section() -> None:
    _, found = made()
    assert found[0].outline == 1
    assert all(slide.outline == 0 for slide in found[1:])


@pytest.mark.parametrize("tail", [0, 1, 3, 8, 20])
def test_every_line_is_shown_once_and_a_split_one_is_taken_up(tail: int) -> None:
    _, found = made(tail=tail)
    new, again = [], 0
    for slide in found:
        rows = [row for part in slide.parts for row in part.rows]
        if rows and "continued" in slide.title:
            again += rows[0].reason == ""
            assert rows[0].left, "the first row of a continued frame has a left side"
        new += [row for row in rows if row.reason]
    assert len(new) == 4 + tail
    assert again <= len(found) - 1


@pytest.mark.parametrize("tail", [0, 3, 8])
def test_steps_begin_at_one_and_rise_one_by_one(tail: int) -> None:
    _, found = made(tail=tail)
    for slide in found[1:]:
        steps = [part.step for part in slide.parts]
        steps += [row.step for part in slide.parts for row in part.rows]
        steps += [step for part in slide.parts for step, _, _ in part.bullets]
        assert set(steps) == set(range(1, max(steps) + 1))


def test_a_row_its_reason_and_its_opening_come_together_and_the_result_by_itself() -> None:
    _, found = made()
    parts = [part for slide in found for part in slide.parts]
    opening = next(part for part in parts if part.kind == "sentence")
    rows = next(part for part in parts if part.kind == "derivation" or part.rows).rows
    result = next(part for part in parts if part.kind == "result")
    assert opening.step == rows[0].step
    assert [row.step for row in rows] == [rows[0].step, rows[0].step + 1]
    (slide,) = [slide for slide in found if result in slide.parts]
    assert result.step == 1 + max(row.step for part in slide.parts for row in part.rows)


def test_the_changed_part_is_marked_now_and_its_origin_when_the_next_line_comes() -> None:
    _, found = made()
    first, second = next(part.rows for slide in found for part in slide.parts if part.rows)
    assert f"\\dgboth{{{first.step}}}{{{second.step}}}" in first.right[0]
    assert "\\hl" not in second.right[0]


def test_conditions_stand_beside_the_title() -> None:
    _, found = made()
    assert "invertible" in found[1].subtitle and r"n\times n" in found[1].subtitle


def test_a_note_is_printed_once_in_a_lecture() -> None:
    again = SOURCE + "\n## Again\n\n```derive\nof f(g(x))\nwrt x\n```\n"
    _, found = made(again)
    notes = [part for slide in found for part in slide.parts if part.kind == "note"]
    assert len(notes) == 1
