"""Which PDFs are made of a source: those of a lecture, those of a problem sheet, and that of a reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from derivgen.documents.marks import Marks
from derivgen.documents.model import Document, Place
from derivgen.documents.reference.page import Backing
from derivgen.documents.render import (
    render_key,
    render_marking,
    render_reference,
    render_sheet,
    render_slides,
    render_solutions,
    render_worked,
)
from derivgen.documents.rulebook import law_text
from derivgen.documents.slides import slides
from derivgen.documents.solve import Solved


@dataclass(frozen=True, slots=True)
class Job:
    """A PDF to be set: ``tex`` gives its TeX for a number of pages (which only paper prints)."""

    pdf: Path
    tex: Callable[[int], str]
    counts_pages: bool = False


def jobs(
    document: Document,
    solved: Mapping[Place, Solved],
    worth: Mapping[Place, Marks],
    base: Path,
    behind: Backing | None = None,
) -> Iterator[Job]:
    """The PDFs of a document, named after ``base``; a reference has more ``behind`` its derivations."""
    if behind is not None:
        yield Job(_named(base, ""), lambda total: render_reference(document, solved, behind, total), counts_pages=True)
    elif document.front.kind == "sheet":
        yield from _of_sheet(document, solved, worth, base)
    else:
        yield from _of_lecture(document, solved, base)


def _of_lecture(document: Document, solved: Mapping[Place, Solved], base: Path) -> Iterator[Job]:
    """Slides, handout, and worked solutions if there are derivations."""
    yield from _slides(document, solved, base, "")
    if solved:
        yield Job(
            _named(base, "-worked"),
            lambda total: render_worked(document, solved, law_text, total),
            counts_pages=True,
        )


def _of_sheet(
    document: Document, solved: Mapping[Place, Solved], worth: Mapping[Place, Marks], base: Path
) -> Iterator[Job]:
    """The sheet with room to write in, without, and with hints; solutions, marking scheme, key; slides of it all."""
    papers: dict[str, Callable[[int], str]] = {
        "": lambda total: render_sheet(document, solved, total),
        "-compact": lambda total: render_sheet(document, solved, total, room=False),
        "-hints": lambda total: render_sheet(document, solved, total, hints=True),
        "-solutions": lambda total: render_solutions(document, solved, worth, law_text, total),
        "-marking": lambda total: render_marking(document, solved, worth, total),
        "-key": lambda total: render_key(document, solved, total),
    }
    for suffix, tex in papers.items():
        yield Job(_named(base, suffix), tex, counts_pages=True)
    yield from _slides(document, solved, base, "-slides")


def _slides(document: Document, solved: Mapping[Place, Solved], base: Path, suffix: str) -> Iterator[Job]:
    shown = slides(document, solved)
    yield Job(_named(base, suffix), lambda _: render_slides(document, shown))
    yield Job(_named(base, "-handout"), lambda _: render_slides(document, shown, handout=True))


def _named(base: Path, suffix: str) -> Path:
    return base.with_name(f"{base.name}{suffix}.pdf")
