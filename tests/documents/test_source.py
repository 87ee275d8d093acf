"""Sources: what is refused, with its place and what to do; then what is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from derivgen.documents.errors import SourceError, SourceProblem
from derivgen.documents.model import (
    Bullets,
    DerivationBlock,
    Display,
    Formula,
    Link,
    Note,
    Paragraph,
    Styled,
    Words,
)
from derivgen.documents.source import parse, read_source

FRONT = "---\ntitle: T\n---\n"
FRAME = FRONT + "## F\n\n"


def refused(text: str) -> list[SourceProblem]:
    with pytest.raises(SourceError) as caught:
        parse(text, "week.md")
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("", "1:1", "no front matter", "title: ..."),
        ("---\ntitle: T\n## F\n", "1:1", "the front matter is not closed", "---"),
        ("---\ntitel: T\n---\n## F\n", "2:1", 'unknown key "titel"', 'did you mean "title"?'),
        ("---\ntitle: a: b\n---\n## F\n", "2:9", "front matter", "quotes"),
        ("---\ntitle: [a]\n---\n## F\n", "2:8", '"title" must be one line of text', ""),
        ("---\ntitle: a\ntitle: b\n---\n## F\n", "3:1", '"title" stands twice', ""),
        ("---\ncourse: a\n---\n## F\n", "1:1", "no title", "title: ..."),
        (FRONT, "4:1", "no frame", "## Title"),
        (FRONT + "stray\n## F\n", "4:1", "text outside a frame", "## Title"),
        (FRONT + "# \n## F\n", "4:1", "an empty heading", ""),
        (FRAME + "### deep\n", "6:1", "this heading is not read here", "## Title"),
        (FRAME + "a $\\foo$ b\n", "6:4", 'unknown command "\\foo"', ""),
        (FRAME + "one\ntwo $\\frac{a$ b\n", "7:13", "expected closing token", ""),
        (FRAME + "a $x}$ b\n", "6:5", "unmatched closing token", ""),
        (FRAME + "a $x % y$ b\n", "6:6", "% is not possible inside a formula", "\\%"),
        (FRAME + "a $\\input{x}$ b\n", "6:4", 'unknown command "\\input"', ""),
        (FRAME + "a $\\def\\x{y}$ b\n", "6:4", "\\def is not possible", ""),
        (FRAME + "a lone $ sign\n", "6:8", "this $ opens no formula", "\\$"),
        (FRAME + "$$\nx +\n\\bar{\n$$\n", "8:", "expected closing token", ""),
        (FRAME + "a <b>c</b>\n", "6:3", "HTML is not read here", "Markdown"),
        (FRAME + "<div>\n", "6:1", "HTML is not read", "Markdown"),
        (FRAME + "![a](b.png)\n", "6:1", "a picture is not read here", ""),
        (FRAME + "a [b](ftp:c)\n", "6:5", "a link to", "https"),
        (FRAME + "a \u2192 b\n", "6:3", "U+2192", "$"),
        (FRAME + "---\n", "6:1", "a rule", "## Title"),
        (FRAME + "    indented\n", "6:5", "an indented block", ""),
        (FRAME + "```python\n```\n", "6:1", 'unknown block "python"', "derive"),
        (FRAME + "```deriv\nof x\n```\n", "6:1", 'unknown block "deriv"', 'did you mean "derive"?'),
        (FRAME + "```derive\nof x\nwrt x\n", "6:1", "this derive block is not closed", "```"),
        (FRAME + "```derive\nwrt x\n```\n", "6:1", 'this derive block has no "of"', "of ..."),
        (FRAME + "```derive\nof x\nwtr x\n```\n", "8:1", 'unknown key "wtr"', 'did you mean "wrt"?'),
        (FRAME + "```derive\nof x\nwrt\n```\n", "8:5", 'nothing follows "wrt"', ""),
        (FRAME + "```derive\nof x\nof y\n```\n", "8:1", '"of" stands twice', ""),
        (
            FRAME + "```prove\nof x\n```\n",
            "7:1",
            '"of" does not belong in a prove block',
            "derive and expand",
        ),
        (FRAME + "```derive\nof x\ndetail lectur\n```\n", "8:8", 'unknown detail "lectur"', '"lecture"'),
        (FRAME + "```derive\nof x\norder two\n```\n", "8:7", "order is a number", ""),
        (FRAME + "- a\n\n  ```derive\n  of x\n  ```\n", "8:3", "a derive block inside a list", "left margin"),
        (FRAME + "a\0b\n", "6:1", "a NUL byte", ""),
    ],
)
def test_mistakes_are_named_with_their_place(text: str, place: str, message: str, hint: str) -> None:
    first = refused(text)[0]
    assert str(first.place).startswith(f"week.md:{place}"), str(first)
    assert message in first.message
    assert hint in first.hint


def test_all_mistakes_are_reported_at_once_in_order() -> None:
    problems = refused(FRAME + "a $\\foo$\n\n```derive\noff x\nwrt\n```\n\n### deep\n")
    assert [problem.place.line for problem in problems] == [6, 9, 10, 13]


def test_the_same_id_twice_names_the_first() -> None:
    block = "```derive\nid a\nof x\n```\n\n"
    (problem,) = refused(FRAME + block + block)
    assert (problem.place.line, problem.hint) == (12, "first in line 7")


def test_a_message_shows_the_line_with_a_caret() -> None:
    assert str(refused(FRAME + "```derive\noff x\n```\n")[0]) == (
        'week.md:7:1: error: unknown key "off" in a derive block\n  7 | off x\n    | ^^^\n  did you mean "of"?'
    )


def test_a_very_long_line_is_not_shown() -> None:
    text = str(refused(FRAME + "a $\\foo$ " + "b" * 100_000)[0])
    assert len(text) < 200


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.md"
    path.write_bytes(FRAME.encode() + "caf\xe9".encode("latin-1"))
    with pytest.raises(SourceError, match="not UTF-8 at byte"):
        read_source(path)


def test_text_formulas_and_lists_are_read() -> None:
    document = parse(
        FRONT + "# Part $x$\n\n## F\n\nA **b $y$** *c* `d_e` [f](https://example.org) \\$5.\n\n"
        "$$\nz\n$$\n\n- one\n- two $w$\n\n3. three\n\n> aside\n",
        "week.md",
    )
    (section,) = document.sections
    assert isinstance(section.title[1], Formula)
    paragraph, display, bullets, numbered, note = section.frames[0].content
    assert isinstance(paragraph, Paragraph)
    assert [type(piece) for piece in paragraph.content[1::2]] == [Styled, Styled, Styled, Link]
    assert paragraph.content[-1] == Words(" $5.")
    assert isinstance(display, Display) and display.tex == "z"
    assert isinstance(bullets, Bullets) and len(bullets.items) == 2 and bullets.first is None
    assert isinstance(numbered, Bullets) and numbered.first == 3
    assert isinstance(note, Note)


def test_a_formula_knows_where_it_stands() -> None:
    document = parse(FRAME + "one $a$ and\ntwo $b$\n", "week.md")
    (paragraph,) = document.sections[0].frames[0].content
    assert isinstance(paragraph, Paragraph)
    places = [str(piece.place) for piece in paragraph.content if isinstance(piece, Formula)]
    assert places == ["week.md:6:6", "week.md:7:6"]


def test_a_block_keeps_the_notation_and_its_places() -> None:
    document = parse(
        FRAME + "```derive\nlet A: matrix(m,n)  # a comment\nlet c: scalar\n\nof tr(A) +\n   c\nwrt A\n```\n",
        "w.md",
    )
    ((_, block),) = document.derivations()
    assert isinstance(block, DerivationBlock)
    assert [field.value for field in block.all("let")] == ["A: matrix(m,n)", "c: scalar"]
    assert block.text("of") == "tr(A) +\n   c"
    assert [str(field.place) for field in block.fields] == ["w.md:7:5", "w.md:8:5", "w.md:10:4", "w.md:12:5"]


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.md"
    path.write_bytes(b"\xef\xbb\xbf" + (FRAME + "text\n").replace("\n", "\r\n").encode())
    assert read_source(path).front.title == "T"


def test_front_matter_is_text_as_written() -> None:
    front = parse("---\ntitle: no\ndate: 2026-01-02\n---\n## F\n", "w.md").front
    assert (front.title, front.date) == ("no", "2026-01-02")
