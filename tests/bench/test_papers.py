"""``make bench``: papers for many students against bare pdflatex and the cutting, sheets a second, memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from derivgen.documents.sheets.course import cut
from derivgen.documents.typeset import COMMAND
from tests.bench.timing import once

SHEET = Path("examples/sheets/scalar-calculus.md")
# Builds the papers of a number of students in a process of its own, and says what that took.
WORK = """
import json, resource, sys, time
from pathlib import Path
from derivgen import api
from derivgen.documents.limits import STRANGERS
from derivgen.documents.sheets.course import Course, set_papers
from derivgen.documents.sheets.students import Student
from derivgen.documents.sheets.variants import Variants
from derivgen.documents.source import read_source

sheet, folder, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
began = time.perf_counter()
document = read_source(sheet)
variants = Variants(document, api)
students = [Student(f"Student {k}", str(k), k) for k in range(count)]
for student in students:
    variants.all(student)
derived = time.perf_counter()
files = []
def keep(batch, complaints):
    kind = batch.files[0].stem.rpartition("-")[2]
    number = batch.files[0].stem.partition("-")[0]
    (folder / f"{kind}-{number}.tex").write_text(batch.tex, encoding="utf-8")
    files.extend(str(path) for path in batch.files)
set_papers(Course(document, variants, folder).batches(students), "Papers", STRANGERS, keep)
done = time.perf_counter()
usage = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({"derived": derived - began, "set": done - derived, "memory": usage, "files": files}))
"""


def papers(folder: Path, count: int) -> dict[str, object]:
    """The papers of ``count`` students: seconds, memory in kB, files."""
    folder.mkdir()
    command = [sys.executable, "-c", WORK, str(SHEET), str(folder), str(count)]
    made = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, object] = json.loads(made.stdout)
    return found


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    folder = tmp_path_factory.mktemp("papers") / "hundred"
    return folder, papers(folder, 100)


def bare(folder: Path, pages: dict[Path, int]) -> None:
    """pdflatex on the same pages, one run after another, and the cutting."""
    for kind in ("sheet", "solutions"):
        command = [*COMMAND, f"{kind}-0.tex"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        files = [folder / f"{k}-{kind}.pdf" for k in range(100)]
        cut(folder / f"{kind}-0.pdf", [pages[path] for path in files], files, "Papers")


def test_two_hundred_papers_take_little_more_than_tex(hundred: tuple[Path, dict[str, object]]) -> None:
    folder, made = hundred
    pages = {Path(name): len(PdfReader(name).pages) for name in made["files"]}  # type: ignore[attr-defined]
    taken = once(lambda: bare(folder, pages))
    derived, typeset = float(str(made["derived"])), float(str(made["set"]))
    print(f"\n200 papers ({sum(pages.values())} pages) / bare TeX and the cutting: {typeset / taken:.2f} (at most 1.5)")
    print(f"the same with the source read and every variant derived: {(derived + typeset) / taken:.2f} (at most 1.5)")
    print(
        f"papers a second: {200 / typeset:.0f}; derived in {derived:.1f} s, set in {typeset:.1f} s, bare {taken:.1f} s"
    )
    assert (derived + typeset) / taken <= 1.5


def test_a_thousand_students_need_no_more_memory(hundred: tuple[Path, dict[str, object]]) -> None:
    folder, few = hundred
    many = papers(folder.parent / "thousand", 1000)
    few_kb, many_kb = (sum(map(int, made["memory"])) for made in (few, many))  # type: ignore[call-overload]
    print(f"\nmemory for 1,000 students / for 100: {many_kb / few_kb:.2f} (at most 1.5)")
    print(f"papers a second for 1,000 students: {2000 / float(str(many['set'])):.0f}")
    assert many_kb / few_kb <= 1.5
