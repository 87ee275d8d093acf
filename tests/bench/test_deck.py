"""``make bench``: the deck against bare pdflatex, slides a second, a build with nothing to do."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from derivgen.documents.typeset import COMMAND

LECTURE = Path("examples/lectures/differential-calculus.md")
BUILD = [str(Path(sys.executable).with_name("derivgen")), "build"]
STEMS = ("differential-calculus", "differential-calculus-handout", "differential-calculus-worked")


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The median of some runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[times // 2]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deck")
    (folder / LECTURE.name).write_bytes(LECTURE.read_bytes())
    subprocess.run([*BUILD, str(folder / LECTURE.name), "--output", str(folder)], check=True)
    return folder


def bare(output: Path) -> None:
    """The same pdflatex runs and nothing else, one after another as at a prompt."""
    for stem in STEMS:
        pdflatex(stem, output)


def pdflatex(stem: str, output: Path) -> None:
    """One run, its files in a folder of their own."""
    (output / "bare").mkdir(exist_ok=True)
    command = [*COMMAND, "-output-directory=bare", f"{stem}.tex"]
    subprocess.run(command, cwd=output, check=True, capture_output=True)


def test_a_build_after_one_change_takes_little_more_than_tex(output: Path) -> None:
    source = output / LECTURE.name

    def change() -> None:
        source.write_text(source.read_text(encoding="utf-8") + "\n- One more line\n", encoding="utf-8")
        subprocess.run([*BUILD, str(source), "--output", str(output)], check=True, capture_output=True)

    ratio = seconds(change) / seconds(lambda: bare(output))
    print(f"\nbuild after one change / bare pdflatex: {ratio:.2f} (at most 1.15)")
    assert ratio <= 1.15


def test_slides_a_second(output: Path) -> None:
    taken = seconds(lambda: pdflatex(STEMS[0], output))
    pages = len(PdfReader(output / f"{STEMS[0]}.pdf").pages)
    print(f"\nslides a second: {pages / taken:.0f} (at least 30)")
    assert pages / taken >= 30


def test_a_build_with_nothing_to_do_takes_less_than_a_second(output: Path) -> None:
    command = [*BUILD, str(output / LECTURE.name), "--output", str(output)]
    taken = seconds(lambda: subprocess.run(command, check=True, capture_output=True))
    print(f"\nnothing to do: {taken:.2f} s (below 1)")
    assert taken < 1
