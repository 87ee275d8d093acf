"""The one place that runs TeX: what it refuses, what it leaves behind, what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from derivgen.documents.escape import at
from derivgen.documents.limits import TRUSTED, Limits
from derivgen.documents.model import Place
from derivgen.documents.tex_log import TexProblem, complaints, source_of
from derivgen.documents.typeset import TexError, typeset

HEAD = "\\documentclass{article}\n\\begin{document}\n"
DGAT = "\\protected\\def\\dgat#1{\\immediate\\write-1{dgat #1}}\n"
TAIL = "\n\\end{document}\n"
TEMPLATES = Path(__file__).parents[2] / "templates"


def test_without_tex_the_line_to_type_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TexError, match="To install it, type:"):
        typeset(HEAD + "x" + TAIL, tmp_path / "a.pdf")


def test_an_error_names_the_line_of_the_source(tmp_path: Path) -> None:
    tex = HEAD + "%% source week.md:7\nfine\n\n%% source week.md:12\n\\nosuchmacro" + TAIL
    with pytest.raises(TexError) as caught:
        typeset(tex, tmp_path / "a.pdf")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("week.md", 12)
    assert problem.message == r"TeX: Undefined control sequence \nosuchmacro"


def test_every_error_is_named_at_the_formula_that_it_comes_from(tmp_path: Path) -> None:
    places = [Place("my week.md", 7, 3), Place("my week.md", 9, 1), Place("100%_#{.md", 1, 1)]
    body = "".join(f"{at(place)}$\\nosuch{'abc'[k]}$ fine\n\n" for k, place in enumerate(places))
    with pytest.raises(TexError) as caught:
        typeset(HEAD + DGAT + body + TAIL, tmp_path / "a.pdf")
    assert [Place(one.file, one.line, one.column) for one in caught.value.problems] == places
    assert [one.message[-8:] for one in caught.value.problems] == [r"\nosucha", r"\nosuchb", r"\nosuchc"]


def test_a_failed_run_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(b"old")
    with pytest.raises(TexError):
        typeset(HEAD + "\\error" + TAIL, pdf)
    assert pdf.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [pdf]


def test_tex_that_never_ends_is_stopped(tmp_path: Path) -> None:
    tex = HEAD + DGAT + at(Place("a.md", 5, 2)) + "\\def\\x{\\x}\\x" + TAIL
    with pytest.raises(TexError, match="within 1 seconds") as caught:
        typeset(tex, tmp_path / "a.pdf", Limits(seconds=1))
    assert caught.value.problems[0].line == 5


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        ("\\input{/etc/passwd}", "not found"),
        ("\\input{../secret}", "not found"),
        ("\\immediate\\openout5=../out\\relax x", "can't write"),
        ("\\immediate\\write18{touch ../out}", "asked to run a program"),
        ("\\def\\x#1{\\x{#1#1}}\\x{aaaa}", "capacity exceeded"),
        ("\\def\\x{\\hbox to1pt{\\hss}\\vfill\\eject\\x}\\x", "within 2 seconds"),
        ("\\csname", "Missing \\endcsname"),
    ],
)
def test_what_a_stranger_may_not_do_ends_in_a_clear_error(tmp_path: Path, tex: str, part: str) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "secret.tex").write_text("secret")
    with pytest.raises(TexError, match=re.escape(part)):
        typeset(HEAD + tex + TAIL, tmp_path / "build/a.pdf", Limits(seconds=2))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["build", "secret.tex"]


def test_a_trusted_source_may_read_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "macros.tex").write_text("\\def\\own{x}")
    tex = HEAD + f"\\input{{{tmp_path}/macros}}\\own" + TAIL
    with pytest.raises(TexError):
        typeset(tex, tmp_path / "build/a.pdf")
    assert typeset(tex, tmp_path / "build/a.pdf", TRUSTED).pages == 1


def test_a_file_that_grows_without_end_is_stopped(tmp_path: Path) -> None:
    tex = HEAD + "\\immediate\\openout5=big\\relax\\loop\\immediate\\write5{aaaaaaaaaaaaaaaa}\\iftrue\\repeat" + TAIL
    with pytest.raises(TexError):
        typeset(tex, tmp_path / "a.pdf", Limits(seconds=20, file_size=1 << 20))
    assert list(tmp_path.iterdir()) == []


def test_the_same_tex_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        assert typeset(HEAD + "x" + TAIL, tmp_path / name / "a.pdf").pages == 1
    assert (tmp_path / "one/a.pdf").read_bytes() == (tmp_path / "two/a.pdf").read_bytes()


def test_bad_boxes_and_dead_references_are_reported() -> None:
    log = (
        "dgat a.md:7:1\n"
        "Overfull \\hbox (0.5pt too wide) in paragraph at lines 1--2\n"
        "Overfull \\vbox (12.3pt too high) detected at line 9\n"
        "LaTeX Warning: Reference `a' on page 1 undefined on input line 3.\n"
        "LaTeX Warning: Unused global option(s).\n"
    )
    high, dead = complaints(log, "")
    assert high == TexProblem("too high", "a.md", 7, 1, 12.3)
    assert (dead.file, dead.line, dead.points) == ("a.md", 7, 0.0)


def test_a_bad_box_without_a_place_is_found_by_the_line_of_the_tex() -> None:
    log = "".join(f"Overfull \\hbox ({points}pt too wide) in paragraph at lines 4--5\n" for points in (9.0, 3.0))
    assert complaints(log, "%% source a.md:3\nx\ny\nz") == (TexProblem("too wide", "a.md", 3, 1, 9.0),)


def test_the_source_of_a_line_is_the_nearest_above() -> None:
    lines = ["x", "%% source a.md:1", "y", "%% source a.md:5", "z"]
    assert [source_of(lines, number) for number in (1, 3, 5)] == [("", 0), ("a.md", 1), ("a.md", 5)]


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.j2")), ids=lambda path: path.name)
def test_a_colour_in_a_saved_box_ends_with_it(template: Path) -> None:
    r"""\setbox0\hbox{\color{quiet}..} ends the colour outside of the box; one brace more keeps it in."""
    text = template.read_text(encoding="utf-8")
    assert re.findall(r"\\setbox\\?\w+\\[hv](?:box|top)\{(?!\{)(?:[^{}]|\{[^{}]*\})*\\color", text) == []
