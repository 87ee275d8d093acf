"""Sources to PDFs: what is stale, in which order, two pdflatex at a time; one mistake does not stop the
rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from derivgen.documents.errors import SourceError, SourceProblem, with_excerpt
from derivgen.documents.model import Document, Place
from derivgen.documents.render import render_slides, render_worked
from derivgen.documents.rulebook import law_text
from derivgen.documents.slides import slides
from derivgen.documents.solve import Mathematics, Solved, solve
from derivgen.documents.source import read_source
from derivgen.documents.stale import Stamp, digest, digest_file, package_fingerprint, write_whole
from derivgen.documents.themes import FOLDERS, beside, templates_folder
from derivgen.documents.typeset import TexError, TexProblem, Typeset, require_tex, typeset

OK, SOURCE_OR_MATHEMATICS, USAGE, TEX = 0, 1, 2, 3
WORKERS = 2


@dataclass(slots=True)
class BuildReport:
    """How a build went: 0 all built, 1 a source or its mathematics is wrong, 2 usage, 3 TeX; the worst
    counts."""

    exit_status: int = OK
    errors: list[str] = field(default_factory=list)
    outputs: list[Path] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def wrong(self, status: int, error: object) -> None:
        """Adds an error; one formula on slides and handout is one error."""
        self.exit_status = max(self.exit_status, status)
        if str(error) not in self.errors:
            self.errors.append(str(error))


@dataclass(frozen=True, slots=True)
class _Job:
    """A PDF to be set: ``tex`` gives its TeX for a number of pages (which only worked solutions print)."""

    pdf: Path
    tex: Callable[[int], str]
    counts_pages: bool = False


def build(
    sources: Sequence[Path], output: Path, progress: Callable[[str], None], mathematics: Mathematics
) -> BuildReport:
    """Builds slides, handout and worked solutions of every source (a file, or a folder of .md files) in
    ``output``."""
    report = BuildReport()
    files = list(_files(sources, report))
    if report.exit_status == USAGE:
        return report
    output.mkdir(parents=True, exist_ok=True)
    stamp = Stamp.read(output)
    package = package_fingerprint([Path(__file__).resolve().parents[1], templates_folder()])
    for file in files:
        own = [folder for name in FOLDERS for folder in beside(str(file), name)]
        fingerprint = digest(f"{package} {package_fingerprint(own)} {digest_file(file)}".encode())
        if stamp.fresh(file, fingerprint):
            progress(f"{file}: up to date")
            continue
        _build_one(file, fingerprint, output, stamp, progress, mathematics, report)
    return report


def _files(sources: Sequence[Path], report: BuildReport) -> Iterator[Path]:
    """All source files; two that would be built under one name are refused."""
    if not sources:
        report.wrong(USAGE, "error: nothing to build; name a source, for example: derivgen build examples")
    names: dict[str, Path] = {}
    for source in sources:
        found = sorted(source.rglob("*.md")) if source.is_dir() else [source]
        if not source.exists():
            report.wrong(USAGE, f"{source}: error: no such file or folder")
            continue
        if not found:
            report.wrong(USAGE, f"{source}: error: no .md file in this folder")
        for file in found:
            if names.setdefault(file.stem, file) != file:
                report.wrong(USAGE, f"{file}: error: {names[file.stem]} is built under the same name; rename one")
            else:
                yield file


def _build_one(
    file: Path,
    fingerprint: str,
    output: Path,
    stamp: Stamp,
    progress: Callable[[str], None],
    mathematics: Mathematics,
    report: BuildReport,
) -> None:
    try:
        require_tex()
        document = read_source(file)
    except SourceError as error:
        for problem in error.problems:
            report.wrong(SOURCE_OR_MATHEMATICS, problem)
        return
    except OSError as error:
        report.wrong(USAGE, f"{file}: error: {error.strerror}")
        return
    except TexError as error:
        report.wrong(TEX, f"error: {error}")
        return
    solved, problems = solve(document, mathematics, progress)
    lines = file.read_text(encoding="utf-8").splitlines() if problems else []
    for problem in problems:
        report.wrong(SOURCE_OR_MATHEMATICS, with_excerpt(problem, lines))
    before = len(report.errors) - len(problems)
    jobs = list(_jobs(document, solved, output / file.stem))
    outputs = _typeset_all(file, jobs, stamp, progress, report)
    report.outputs += outputs
    if len(report.errors) == before:
        stamp.built(file, fingerprint, outputs)
    stamp.write()


def _jobs(document: Document, solved: dict[Place, Solved], base: Path) -> Iterator[_Job]:
    """The three PDFs of a lecture; without derivations there are no worked solutions."""
    shown = slides(document, solved)
    yield _Job(base.with_name(f"{base.name}.pdf"), lambda _: render_slides(document, shown))
    yield _Job(base.with_name(f"{base.name}-handout.pdf"), lambda _: render_slides(document, shown, handout=True))
    if solved:
        in_order = list(solved.values())
        yield _Job(
            base.with_name(f"{base.name}-worked.pdf"),
            lambda total: render_worked(document, in_order, law_text, total),
            counts_pages=True,
        )


def _typeset_all(
    file: Path, jobs: list[_Job], stamp: Stamp, progress: Callable[[str], None], report: BuildReport
) -> list[Path]:
    """Sets the PDFs whose TeX has changed, two at a time; returns every file that is complete."""
    outputs: list[Path] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        running: list[tuple[_Job, Future[tuple[str, Typeset | None]]]] = []
        for job in jobs:
            running.append((job, pool.submit(_typeset_one, job, stamp.last_pages(job.pdf), stamp)))
        for job, future in running:
            try:
                tex, made = future.result()
            except TexError as error:
                for problem in error.problems:
                    report.wrong(TEX, _in_source(problem, file, job.pdf))
                continue
            if made is not None:
                stamp.typeset(job.pdf, tex, made.pages)
                report.complaints += [f"{job.pdf.name}: {complaint}" for complaint in made.complaints]
            progress(f"{job.pdf}: {f'{made.pages} pages' if made else 'unchanged'}")
            outputs += [job.pdf, job.pdf.with_suffix(".tex")]
    return outputs


def _in_source(problem: TexProblem, file: Path, pdf: Path) -> object:
    """What TeX could not do, at the author's line where it is known, else in the TeX that was made of it."""
    if not problem.line:
        return f"{pdf.with_suffix('.tex')}: error: {problem.message}"
    path = file.with_name(problem.file)
    place = Place(str(path), problem.line, problem.column)
    lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else []
    return with_excerpt(SourceProblem(place, problem.message), lines)


def _typeset_one(job: _Job, guess: int, stamp: Stamp) -> tuple[str, Typeset | None]:
    """TeX and result of one PDF; None if it was set from the same TeX before. A wrong page count costs a
    second run."""
    tex = job.tex(guess)
    write_whole(job.pdf.with_suffix(".tex"), tex)
    if stamp.pages(job.pdf, tex):
        return tex, None
    made = typeset(tex, job.pdf)
    if job.counts_pages and made.pages != guess:
        tex = job.tex(made.pages)
        write_whole(job.pdf.with_suffix(".tex"), tex)
        made = typeset(tex, job.pdf)
    return tex, made
