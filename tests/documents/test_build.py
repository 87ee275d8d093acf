"""Builds: refusals and their exit status, what is made and made again; nothing moves on a slide."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pypdf import PdfReader

from derivgen.documents import build as building
from derivgen.documents.build import BuildReport, build
from tests.documents.hand_made import SOURCE, Mathematics

# Large brackets come out as control characters, which no XML reader takes.
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>(.*?)</word>', re.S)


def run(source: Path, output: Path, mathematics: Mathematics | None = None) -> BuildReport:
    return build([source], output, lambda _: None, mathematics or Mathematics())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    (folder / "small.md").write_text(SOURCE, encoding="utf-8")
    report = build([folder / "small.md"], folder / "output", lambda _: None, Mathematics(tail=3))
    assert (report.exit_status, report.errors, report.warnings) == (0, [], [])
    return folder


# --- refusals


def test_nothing_to_build_is_a_mistake_of_usage(tmp_path: Path) -> None:
    assert build([], tmp_path, lambda _: None, Mathematics()).exit_status == 2
    assert run(tmp_path / "missing.md", tmp_path).exit_status == 2
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty", tmp_path).exit_status == 2


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "week.md").write_text(SOURCE)
    report = run(tmp_path, tmp_path / "output")
    assert report.exit_status == 2 and "same name" in report.errors[0]
    assert not (tmp_path / "output").exists()


def test_a_source_without_a_readable_head_makes_nothing(tmp_path: Path) -> None:
    for wrong in ("titel: T", "title: [", "title: T\nkind: shet"):
        (tmp_path / "bad.md").write_text(f"---\n{wrong}\n---\n## F\n\nx\n")
        report = run(tmp_path / "bad.md", tmp_path / "output")
        assert report.exit_status == 1
        assert report.errors[0].startswith(f"{tmp_path}/bad.md:")
        assert list((tmp_path / "output").glob("*.pdf")) == []


@pytest.mark.parametrize("how", ["wrong", "refused"])
def test_one_bad_derivation_does_not_stop_the_rest(tmp_path: Path, how: str) -> None:
    more = SOURCE + "\n## More\n\n```derive\nof g(x)\nwrt x\n```\n"
    (tmp_path / "two.md").write_text(more)
    report = run(tmp_path / "two.md", tmp_path / "output", Mathematics(**{how: "g(x)"}))
    assert report.exit_status == 1
    assert report.errors[0].startswith(f"{tmp_path}/two.md:28:1: error: ")
    assert len(list((tmp_path / "output").glob("two*.pdf"))) == 3
    again = run(tmp_path / "two.md", tmp_path / "output", Mathematics(**{how: "g(x)"}))
    assert again.exit_status == 1, "a build with errors is not taken for fresh"


def test_what_only_tex_finds_is_shown_at_its_formula(tmp_path: Path) -> None:
    """The formula check knows more commands than the pages load packages for."""
    text = SOURCE.replace("$h(x)=f(g(x))$", r"$\mathscr h$ and $x$ and $\lightning$")
    (tmp_path / "bad week.md").write_text(text)
    report = run(tmp_path / "bad week.md", tmp_path / "output")
    assert report.exit_status == 3
    first = report.errors[0].split("\n")
    assert first[0] == f"{tmp_path}/bad week.md:15:6: error: TeX: Undefined control sequence \\mathscr"
    assert first[1].endswith(r"Let $\mathscr h$ and $x$ and $\lightning$.") and first[2].index("^") > 10
    assert any(":15:31: error: " in error and r"\lightning" in error for error in report.errors)
    assert len(report.errors) == 2, "the handout has the same formulas"
    assert not list((tmp_path / "output").glob("bad week.pdf"))
    assert list((tmp_path / "output").glob("bad week-worked.pdf")), "what does not hold the formula is built"


def test_without_tex_the_status_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "small.md").write_text(SOURCE)
    monkeypatch.setenv("PATH", str(tmp_path))
    report = run(tmp_path / "small.md", tmp_path / "output")
    assert report.exit_status == 3 and "To install it, type:" in report.errors[0]


# --- what is made


def test_slides_handout_and_worked_solutions_are_made_with_their_tex(built: Path) -> None:
    made = {path.name for path in (built / "output").iterdir() if not path.name.startswith(".")}
    stems = ("small", "small-handout", "small-worked")
    assert made == {f"{stem}{suffix}" for stem in stems for suffix in (".pdf", ".tex")}


def test_the_pdfs_have_their_title_and_pages(built: Path) -> None:
    readers = {name: PdfReader(built / "output" / f"small{name}.pdf") for name in ("", "-handout", "-worked")}
    assert all(reader.metadata and reader.metadata.title == "A small lecture" for reader in readers.values())
    assert len(readers[""].pages) > len(readers["-handout"].pages)
    handout = [page.extract_text() for page in readers["-handout"].pages]
    assert all(f"{number}/{len(handout)}" in text.replace(" ", "") for number, text in enumerate(handout[1:], start=2))
    assert f"1/{len(readers['-worked'].pages)}" in readers["-worked"].pages[0].extract_text().replace(" ", "")


def test_rule_names_lead_to_the_index(built: Path) -> None:
    reader = PdfReader(built / "output/small-worked.pdf")
    assert "rule:taylor" in reader.named_destinations
    links = [annotation.get_object() for page in reader.pages for annotation in page.get("/Annots", [])]
    assert any("rule:taylor" in str(link.get("/A", link.get("/Dest", ""))) for link in links)


# --- nothing moves


@dataclass(frozen=True)
class Word:
    text: str
    x: float
    y: float


def pages(pdf: Path) -> Iterator[list[Word]]:
    command = ["pdftotext", "-bbox", str(pdf), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode("latin-1")
    for page in text.split("<page ")[1:]:
        yield [Word(text, float(x), float(y)) for x, y, text in WORD.findall(page)]


def frames(pdf: Path) -> list[list[list[Word]]]:
    """The overlays of each frame: pages that print the same frame number."""
    found: dict[str, list[list[Word]]] = {}
    for words in pages(pdf):
        low = [word.text for word in words if word.y > 236]
        found.setdefault(" ".join(low), []).append(words)
    return list(found.values())


def moved(overlays: list[list[Word]], tolerance: float = 0.01) -> list[Word]:
    """Words that do not stand where the last overlay has them."""
    last = overlays[-1]
    return [word for overlay in overlays[:-1] for word in overlay
            if not any(word.text == other.text and abs(word.x - other.x) <= tolerance
                       and abs(word.y - other.y) <= tolerance for other in last)]  # fmt: skip


def test_nothing_moves_between_the_overlays_of_a_frame(built: Path) -> None:
    found = frames(built / "output/small.pdf")
    assert max(map(len, found)) > 3
    assert [moved(overlays) for overlays in found] == [[]] * len(found)


def test_the_comparison_sees_a_word_that_moves() -> None:
    assert moved([[Word("a", 1, 1)], [Word("a", 1, 1.1)]])


def test_every_overlay_adds_something(built: Path) -> None:
    for overlays in frames(built / "output/small.pdf"):
        sizes = [len(overlay) for overlay in overlays]
        assert sizes == sorted(set(sizes))


# --- what is made again


def test_a_second_build_runs_no_tex_and_derives_nothing(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "typeset", None)
    said: list[str] = []
    mathematics = Mathematics()
    report = build([built / "small.md"], built / "output", said.append, mathematics)
    assert (report.exit_status, report.outputs, mathematics.asked) == (0, [], [])
    assert said == [f"{built}/small.md: up to date"]


def test_a_changed_source_is_built_again(tmp_path: Path) -> None:
    source = tmp_path / "small.md"
    source.write_text(SOURCE)
    run(source, tmp_path / "output")
    source.write_text(SOURCE.replace("It is *old*", "It is *very old*"))
    report = run(source, tmp_path / "output")
    assert tmp_path / "output/small.pdf" in report.outputs
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "output/small.pdf").pages)
    assert "very old" in text


def test_own_templates_and_words_beside_a_source_are_noticed(tmp_path: Path) -> None:
    source = tmp_path / "small.md"
    source.write_text(SOURCE)
    run(source, tmp_path / "output")
    for name, text in (("catalogues/en.toml", "[slides]\noutline = 'Contents'\n"), ("templates/x.tex.j2", "")):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
        said: list[str] = []
        build([source], tmp_path / "output", said.append, Mathematics())
        assert f"{source}: up to date" not in said
    assert "Contents" in PdfReader(tmp_path / "output/small.pdf").pages[1].extract_text()
    run(source, tmp_path / "output")
    build([source], tmp_path / "output", said.append, Mathematics())
    assert said[-1] == f"{source}: up to date"


def test_a_damaged_output_is_built_again(tmp_path: Path) -> None:
    source = tmp_path / "small.md"
    source.write_text(SOURCE)
    run(source, tmp_path / "output")
    whole = (tmp_path / "output/small.pdf").read_bytes()
    (tmp_path / "output/small.pdf").write_bytes(whole[:100])
    (tmp_path / "output/.derivgen-build.json").write_text((tmp_path / "output/.derivgen-build.json").read_text())
    run(source, tmp_path / "output")
    assert (tmp_path / "output/small.pdf").read_bytes() == whole


def test_a_damaged_stamp_is_no_obstacle(tmp_path: Path) -> None:
    source = tmp_path / "small.md"
    source.write_text(SOURCE)
    (tmp_path / "output").mkdir()
    (tmp_path / "output/.derivgen-build.json").write_text("{")
    assert run(source, tmp_path / "output").exit_status == 0


# --- pages that begin with a derivation


def test_a_derivation_may_be_the_first_mathematics_of_a_document(tmp_path: Path) -> None:
    source = tmp_path / "first.md"
    source.write_text("---\ntitle: T\n---\n\n## F\n\n```derive\nof g(x)\nwrt x\n```\n")
    assert run(source, tmp_path / "output", Mathematics(bare=True)).errors == []
