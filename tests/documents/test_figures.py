"""Pictures on pages: loaded only where used, appearing step by step, the same each time, labels apart."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from derivgen.documents.build import build
from derivgen.documents.figures import HEIGHTS, figure, fitted, height
from derivgen.documents.pictures import Label, Picture
from derivgen.documents.pictures import Path as Line
from derivgen.documents.render import render_slides
from derivgen.documents.slides import slides
from derivgen.documents.source import parse
from derivgen.documents.typeset import typeset
from derivgen.language.terms import symbol
from derivgen.present.style import Style
from tests.documents.hand_made import Mathematics

PLOT = "```plot\nx from 0 to 2\ncurve exp(x)\nthen tangent at 1\n```\n"
HEAD = "---\ntitle: T\n---\n\n"


def tex(body: str, handout: bool = False) -> str:
    document = parse(HEAD + body, "week.md")
    return render_slides(document, slides(document, {}), handout)


def test_pgfplots_is_loaded_only_where_there_is_a_picture() -> None:
    assert "pgf" not in tex("## F\n\nwords\n")
    assert r"\usepackage{pgfplots}" in tex(f"## F\n\n{PLOT}")


def test_a_picture_stands_on_a_sheet_too(tmp_path: Path) -> None:
    """Paper and slides each define commands for pictures; they must not get into each other's way."""
    sheet = f"---\ntitle: T\nkind: sheet\n---\n\n## F\n\nwords\n\n{PLOT}"
    (tmp_path / "sheet.md").write_text(sheet)
    report = build([tmp_path / "sheet.md"], tmp_path / "out", lambda _: None, Mathematics())
    assert (report.exit_status, report.errors) == (0, [])
    assert len(list((tmp_path / "out").glob("*.pdf"))) > 5


def test_what_follows_a_picture_comes_after_its_last_step() -> None:
    made = tex(f"## F\n\n{PLOT}\n- bullet\n")
    assert r"\dgbullet<3->" in made and r"\only<2->" in made
    assert r"\only" not in tex(f"## F\n\n{PLOT}\n- bullet\n", handout=True).split(r"\begin{document}")[1]


def test_labels_are_in_the_notation_of_the_document() -> None:
    plot = PLOT.replace("exp(x)", "log(x + 1)")
    assert r"\log" in tex(f"## F\n\n{plot}")
    made = parse(f"---\ntitle: T\nnotation:\n  logarithm: ln\n---\n\n## F\n\n{plot}", "week.md")
    assert r"\ln" in render_slides(made, slides(made, {}))
    made = parse(f"---\ntitle: T\nnotation:\n  decimal: comma\n---\n\n## F\n\n{plot}", "week.md")
    assert "=0{,}5" in render_slides(made, slides(made, {})) and "use comma" in render_slides(made, slides(made, {}))


@pytest.mark.parametrize("words", ["", "words\n", "words\n\n- one\n- two\n"])
def test_a_picture_fills_what_the_page_leaves(words: str) -> None:
    document = parse(f"{HEAD}## F\n\n{words}\n{PLOT}", "week.md")
    (slide,) = slides(document, {})
    (part,) = (part for part in slide.parts if part.picture)
    assert part.picture and part.picture.height and HEIGHTS[0] <= part.picture.height <= HEIGHTS[1]


def test_a_height_that_the_author_gives_is_kept() -> None:
    given = Picture((0, 1), (0, 1), (symbol("x"), None), (Line("curve", ((0, 0), (1, 1)), 0),), height=25)
    assert fitted(given, 60) == given
    assert height(given) < 40


def test_labels_at_the_right_do_not_touch() -> None:
    marks = tuple(Label((f"f_{k}(x)",), (1, 0.5 + k / 1000), "right", 0) for k in range(3))
    made = figure(Picture((0, 1), (0, 1), (None, None), marks).written(Style()), 142)
    heights = sorted(float(y) for y in re.findall(r"\\node.* at \([\d.]+,([-\d.]+)\)", made))
    assert len(heights) == 3
    assert all(b - a > 4 for a, b in pairwise(heights))


def test_the_same_block_gives_the_same_bytes(tmp_path: Path) -> None:
    assert tex(f"## F\n\n{PLOT}") == tex(f"## F\n\n{PLOT}")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        typeset(tex(f"## F\n\n{PLOT}"), tmp_path / name / "a.pdf")
    assert (tmp_path / "one/a.pdf").read_bytes() == (tmp_path / "two/a.pdf").read_bytes()
