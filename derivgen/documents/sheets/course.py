"""A sheet and its solutions for every student of a list: many papers in one TeX run, cut apart afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pikepdf

from derivgen.documents.escape import TeX
from derivgen.documents.limits import Limits
from derivgen.documents.model import Document
from derivgen.documents.render import (
    Paper,
    render_dealt_key,
    render_dealt_marking,
    render_many_solutions,
    render_question,
    render_sheets,
    render_solution,
)
from derivgen.documents.sheets.dealt import dealt, dealt_key, dealt_schemes, receivers
from derivgen.documents.sheets.questions import question
from derivgen.documents.sheets.solutions import solution
from derivgen.documents.sheets.students import Student
from derivgen.documents.sheets.variants import Variant, Variants
from derivgen.documents.stale import HALF_WRITTEN
from derivgen.documents.tex_log import TexProblem
from derivgen.documents.themes import appearance
from derivgen.documents.typeset import typeset
from derivgen.documents.workers import cores

BATCH = 100
"""Students in one TeX run: what starting TeX costs is little beside their pages, and memory does not grow."""
KINDS = ("sheet", "solutions")


@dataclass(frozen=True, slots=True)
class Batch:
    """The papers of some students as one document, to be cut apart into ``files``.

    ``alone`` gives the document of one of them by itself.
    """

    pdf: Path
    tex: str
    files: tuple[Path, ...]
    alone: Callable[[int], str]


@dataclass(slots=True)
class Course:
    """The papers of all students; the TeX of a variant is made once, however many get it."""

    document: Document
    variants: Variants
    folder: Path
    _tex: dict[tuple[str, int, tuple[tuple[str, str], ...]], tuple[TeX, bool]] = field(default_factory=dict)

    def batches(self, students: Sequence[Student]) -> Iterator[Batch]:
        """The documents to be set, one after another."""
        for first in range(0, len(students), BATCH):
            for kind in KINDS:
                yield self._batch(kind, first, students[first : first + BATCH])

    def overviews(self, students: Sequence[Student]) -> dict[str, Callable[[int], str]]:
        """The marking scheme and the key of all variants by the ends of their names, each for a number of pages."""
        style = appearance(self.document).style
        problems = dealt([self.variants.all(student) for student in students])
        roll = receivers(problems, students)
        return {
            "-marking": lambda total: render_dealt_marking(self.document, dealt_schemes(problems, style), roll, total),
            "-key": lambda total: render_dealt_key(self.document, dealt_key(problems, style), roll, total),
        }

    def _batch(self, kind: str, first: int, students: Sequence[Student]) -> Batch:
        papers, pictures = [], False
        for student in students:
            made = [self._problem(kind, k, one) for k, one in enumerate(self.variants.all(student), start=1)]
            papers.append(Paper(student, tuple(tex for tex, _ in made)))
            pictures |= any(drawn for _, drawn in made)
        render = render_sheets if kind == "sheet" else render_many_solutions
        files = tuple(self.folder / f"{student.file}-{kind}.pdf" for student in students)
        return Batch(
            self.folder / f".{kind}-{first}{HALF_WRITTEN}.pdf",
            render(self.document, papers, pictures),
            files,
            lambda k: render(self.document, papers[k : k + 1], pictures),
        )

    def _problem(self, kind: str, number: int, variant: Variant) -> tuple[TeX, bool]:
        """The TeX of a problem, and whether it holds a picture."""
        key = kind, number, variant.values
        if key not in self._tex:
            style, frame = appearance(self.document).style, variant.frame
            if kind == "sheet":
                asked = question(number, frame, variant.solved, style)
                made, items = render_question(self.document, asked), asked.items
            else:
                answered = solution(number, frame, variant.solved, variant.worth, style, set())
                made, items = render_solution(self.document, answered), answered.items
            self._tex[key] = made, any(item.kind == "figure" for item in items)
        return self._tex[key]


def set_papers(
    batches: Iterator[Batch], title: str, limits: Limits, done: Callable[[Batch, tuple[TexProblem, ...]], None]
) -> None:
    """Sets the documents, one for each core at a time, and cuts each apart; ``done`` gets it with TeX's complaints.

    Raises TexError and OSError.
    """
    with ThreadPoolExecutor(cores()) as pool:
        while some := list(islice(batches, cores())):
            running = [(one, pool.submit(_set, one, title, limits)) for one in some]
            for batch, future in running:
                done(batch, future.result())


def _set(batch: Batch, title: str, limits: Limits) -> tuple[TexProblem, ...]:
    try:
        made = typeset(batch.tex, batch.pdf, limits)
        cut(batch.pdf, made.papers, batch.files, title)
    finally:
        batch.pdf.unlink(missing_ok=True)
    return made.complaints


def cut(pdf: Path, pages: Sequence[int], files: Sequence[Path], title: str) -> None:
    """Cuts a PDF into files of the given numbers of pages; each appears by a rename, the same from the same input."""
    with pikepdf.open(pdf) as whole:
        first = 0
        for count, file in zip(pages, files, strict=True):
            with pikepdf.new() as part:
                part.pages.extend(whole.pages[first : first + count])
                part.docinfo["/Title"] = title
                beside = file.with_name(f".{file.name}{HALF_WRITTEN}.pdf")
                part.save(beside, deterministic_id=True)
            beside.replace(file)
            first += count
