"""Slides: nothing is lost or shown twice when a frame is split, and steps go up one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derivgen.documents.model import Document
from derivgen.documents.overlays import Part
from derivgen.documents.slides import Slide, slides
from derivgen.documents.solve import Solved, solve
from derivgen.documents.source import parse
from derivgen.language.terms import Term, make
from derivgen.present.latex import latex
from derivgen.present.lines import Block, Line, Outline, Reason
from tests.documents.hand_made import SOURCE, Mathematics, outline, term


def made(source: str = SOURCE, tail: int = 0) -> tuple[Document, list[Slide]]:
    document = parse(source, "small.md")
    solved, problems = solve(document, Mathematics(tail))
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


# --- derivations made for one purpose


def shown(made: Outline) -> list[Slide]:
    """The slides of one frame with this derivation and nothing else."""
    document = parse("---\ntitle: T\n---\n## One\n\n```derive\nof f(g(x))\nwrt x\n```\n", "one.md")
    ((frame, block),) = document.derivations()
    return slides(document, {block.place: Solved(block, frame.title, made, made)})


def equation(text: str) -> Term:
    left, right = text.split(" = ")
    return make("=", (term(left), term(right)))


def parts_of(made: Outline) -> list[Part]:
    return [part for slide in shown(made) for part in slide.parts]


def equations(*steps: str, tail: int = 0) -> Outline:
    """g(f(x)) = x, then equations that follow one from another; the last one goes on with ``tail`` more lines."""
    lines = [Line(1, term("g(f(x))"), "=", term("x"), (Reason("given"),))]
    lines += [Line(2 + k, None, "=>", term(step), (Reason("so"),)) for k, step in enumerate(steps)]
    lines += [Line(9 + k, None, "=", term(f"x + {k}"), (Reason("on"),)) for k in range(tail)]
    return replace(outline(), blocks=(Block((), tuple(lines)),), notes=())


@pytest.mark.parametrize("tail", [2, 7, 12])
def test_a_continued_chain_of_equations_has_the_left_side_of_its_last_equation(tail: int) -> None:
    found = shown(equations("g'(f(x))*f'(x) = 1", "g'(f(x)) = 1/f'(x)", tail=tail))
    taken_up = [slide.parts[0].rows[0] for slide in found[1:] if slide.parts[0].rows]
    assert tail == 2 or taken_up
    assert all(row.left == latex(term("g'(f(x))")) for row in taken_up)


def test_an_equation_that_follows_begins_with_an_arrow_except_where_it_is_taken_up() -> None:
    given, first, second = parts_of(equations("g'(f(x))*f'(x) = 1", "g'(f(x)) = 1/f'(x)"))[0].rows
    assert "Rightarrow" not in given.left
    assert first.left.startswith(r"\Rightarrow") and second.left.startswith(r"\Rightarrow")
    steps = [f"g'(f(x))*f'(x) = {k}/f'(x)" for k in range(1, 8)]
    again = [slide.parts[0].rows[0] for slide in shown(equations(*steps))[1:]]
    assert again and all("Rightarrow" not in row.left and not row.reason for row in again)


def test_a_derivation_of_one_line_is_its_own_result() -> None:
    line = Line(1, term("f(g(x))"), "=", term("f(x)"), (Reason("why not"),))
    made = replace(outline(), blocks=(Block((), (line,)),), result=term("f(g(x)) = f(x)"), notes=())
    (part,) = parts_of(made)
    assert (part.kind, part.tex, part.lead) == ("stated", latex(made.result), "why not")
    other = replace(made, result=term("f(g(x)) = g(x)"))
    assert [part.kind for part in parts_of(other)] == ["row", "result"]


def test_a_result_does_not_stand_alone_on_a_page() -> None:
    for tail in range(3, 16):
        last = shown(replace(outline(tail), notes=()))[-1]
        assert last.parts[-1].kind == "result"
        assert any(row.reason for part in last.parts for row in part.rows)


def test_a_law_that_is_the_line_itself_is_named_in_words() -> None:
    law = Reason("chain rule", "chain", term("D(g(f(x)), x) = f'(x)*g'(f(x))"))
    lines = (
        Line(1, term("D(f(g(x)), x)"), "=", term("g'(x)*f'(g(x))"), (law,)),
        Line(2, None, "=", term("f'(g(x))*g'(x) + 0*x"), (law,)),
    )
    first, second = parts_of(replace(outline(), blocks=(Block((), lines),)))[0].rows
    assert first.reason == "chain rule"
    assert second.reason.startswith("$")


def test_a_page_names_the_shapes_of_its_own_derivations_only() -> None:
    def of(name: str) -> Outline:
        return replace(outline(9), shapes=(((name,), "matrix(m,n)"),), conditions=(), notes=())

    block = "\n```derive\nof f(g(x))\nwrt x\n```\n"
    document = parse(f"---\ntitle: T\n---\n## Two\n{block}{block}", "two.md")
    blocks = [made for _, made in document.derivations()]
    solved = {made.place: Solved(made, (), of(name), of(name)) for made, name in zip(blocks, "AB", strict=True)}
    found = slides(document, solved)
    assert "A" in found[0].subtitle and "B" not in found[0].subtitle
    assert "B" in found[-1].subtitle and "A" not in found[-1].subtitle


def test_a_premise_stands_beside_the_title_unless_the_derivation_begins_with_it() -> None:
    document = parse("---\ntitle: T\n---\n## One\n\n```derive\nof f(g(x))\nwrt x\n```\n", "one.md")
    ((frame, block),) = document.derivations()
    made = replace(equations("g'(f(x)) = 1/f'(x)"), shapes=(), conditions=())
    for premise, shown_beside in (("g(f(x)) = x", False), ("f(g(x)) = x", True)):
        solved = Solved(block, frame.title, made, made, premise=equation(premise))
        assert bool(slides(document, {block.place: solved})[0].subtitle) == shown_beside
