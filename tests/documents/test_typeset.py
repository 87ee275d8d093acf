"""The one place that runs TeX: what it refuses, what it leaves behind, what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from derivgen.documents.typeset import TexError, complaints, source_of, typeset

HEAD = "\\documentclass{article}\n\\begin{document}\n"
TAIL = "\n\\end{document}\n"


def test_without_tex_the_line_to_type_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TexError, match="To install it, type:"):
        typeset(HEAD + "x" + TAIL, tmp_path / "a.pdf")


def test_an_error_names_the_line_of_the_source(tmp_path: Path) -> None:
    tex = HEAD + "%% source week.md:7\nfine\n\n%% source week.md:12\n\\nosuchmacro" + TAIL
    with pytest.raises(TexError) as caught:
        typeset(tex, tmp_path / "a.pdf")
    assert (caught.value.file, caught.value.line) == ("week.md", 12)
    assert "Undefined control sequence" in caught.value.message
    assert "nosuchmacro" in caught.value.message


def test_a_failed_run_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(b"old")
    with pytest.raises(TexError):
        typeset(HEAD + "\\error" + TAIL, pdf)
    assert pdf.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [pdf]


def test_tex_that_never_ends_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(TexError, match="within 1 seconds"):
        typeset(HEAD + "\\def\\x{\\x}\\x" + TAIL, tmp_path / "a.pdf", seconds=1)


@pytest.mark.parametrize(
    "tex", ["\\input{/etc/hostname}", "\\input{../secret}", "\\immediate\\openout5=../out\\relax x"]
)
def test_tex_reads_and_writes_nothing_outside_its_folder(tmp_path: Path, tex: str) -> None:
    with pytest.raises(TexError):
        typeset(HEAD + tex + TAIL, tmp_path / "a.pdf")


def test_the_same_tex_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        assert typeset(HEAD + "x" + TAIL, tmp_path / name / "a.pdf").pages == 1
    assert (tmp_path / "one/a.pdf").read_bytes() == (tmp_path / "two/a.pdf").read_bytes()


def test_bad_boxes_and_dead_references_are_reported() -> None:
    log = (
        "Overfull \\hbox (0.5pt too wide) in paragraph at lines 1--2\n"
        "Overfull \\vbox (12.3pt too high) detected at line 9\n"
        "LaTeX Warning: Reference `a' on page 1 undefined on input line 3.\n"
        "LaTeX Warning: Unused global option(s).\n"
    )
    assert len(complaints(log)) == 2


def test_the_source_of_a_line_is_the_nearest_above() -> None:
    lines = ["x", "%% source a.md:1", "y", "%% source a.md:5", "z"]
    assert [source_of(lines, number) for number in (1, 3, 5)] == [("", 0), ("a.md", 1), ("a.md", 5)]
