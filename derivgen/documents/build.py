"""Sources to PDFs: what is stale, in which order, two pdflatex at a time; one mistake does not stop the
rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from derivgen.documents.errors import SourceError, SourceProblem, with_excerpt
from derivgen.documents.limits import STRANGERS
from derivgen.documents.marks import check_totals
from derivgen.documents.model import Document, Place
from derivgen.documents.outputs import Job, jobs
from derivgen.documents.sheets.course import KINDS, Batch, Course, set_papers
from derivgen.documents.sheets.students import Student, read_students
from derivgen.documents.sheets.variants import Variants, copy
from derivgen.documents.solve import Mathematics
from derivgen.documents.source import read_with_includes
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
class Roll:
    """A list of students who get papers of their own, each with its TeX if ``tex``."""

    path: Path
    tex: bool = False


def build(
    sources: Sequence[Path],
    output: Path,
    progress: Callable[[str], None],
    mathematics: Mathematics,
    roll: Roll | None = None,
) -> BuildReport:
    """Builds everything that is made of every source (a file, or a folder of .md files) in ``output``; of a sheet also
    the papers of every student of the ``roll``."""
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
        else:
            _build_one(file, fingerprint, output, stamp, progress, mathematics, report)
        if roll is not None:
            _build_papers(file, fingerprint, output, stamp, progress, mathematics, report, roll)
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
    found = _read(file, report)
    if found is None:
        return
    document, others = found
    made = copy(document, Variants(document, mathematics, progress).all(Student()))
    problems = [*made.problems, *check_totals(made.document)]
    for problem in problems:
        report.wrong(SOURCE_OR_MATHEMATICS, _shown(problem))
    before = len(report.errors) - len(problems)
    wanted = list(jobs(made.document, made.solved, made.worth, output / file.stem))
    outputs = _typeset_all(file, wanted, stamp, progress, report)
    report.outputs += outputs
    if len(report.errors) == before:
        stamp.built(file, fingerprint, outputs, others)
    stamp.write()


def _read(file: Path, report: BuildReport) -> tuple[Document, tuple[Path, ...]] | None:
    """The document in a file and what it includes; None where it cannot be built, which the report says."""
    try:
        require_tex()
        return read_with_includes(file)
    except SourceError as error:
        for problem in error.problems:
            report.wrong(SOURCE_OR_MATHEMATICS, problem)
    except OSError as error:
        report.wrong(USAGE, f"{file}: error: {error.strerror}")
    except TexError as error:
        report.wrong(TEX, f"error: {error}")
    return None


def _build_papers(
    file: Path,
    fingerprint: str,
    output: Path,
    stamp: Stamp,
    progress: Callable[[str], None],
    mathematics: Mathematics,
    report: BuildReport,
    roll: Roll,
) -> None:
    """A sheet and its solutions for every student, in a folder of their own."""
    key = file.with_name(f"{file.name}#students")
    fingerprint = digest(f"{fingerprint} {digest_file(roll.path)} {roll.tex}".encode())
    folder = output / f"{file.stem}-students"
    if stamp.fresh(key, fingerprint):
        progress(f"{folder}: up to date")
        return
    before = len(report.errors)
    try:
        students = read_students(roll.path)
    except SourceError as error:
        report.errors += [str(one) for one in error.problems if str(one) not in report.errors]
        report.exit_status = max(report.exit_status, SOURCE_OR_MATHEMATICS)
        return
    except OSError as error:
        report.wrong(USAGE, f"{roll.path}: error: {error.strerror}")
        return
    found = _read(file, BuildReport())
    if found is None or found[0].front.kind != "sheet":
        return
    document, others = found
    variants = Variants(document, mathematics, progress)
    wrong = dict.fromkeys(
        str(_shown(one)) for student in students for made in variants.all(student) for one in made.problems
    )
    for problem in wrong:
        if problem not in report.errors:
            report.wrong(SOURCE_OR_MATHEMATICS, problem)
    folder.mkdir(parents=True, exist_ok=True)
    outputs: list[Path] = []

    def done(batch: Batch, complaints: tuple[str, ...]) -> None:
        report.complaints += [f"{folder}: {complaint}" for complaint in complaints]
        if roll.tex:
            for number, path in enumerate(batch.files):
                write_whole(path.with_suffix(".tex"), batch.alone(number))
        outputs.extend(batch.files)
        progress(f"{folder}: {len(outputs)} of {len(KINDS) * len(students)} papers")

    try:
        set_papers(Course(document, variants, folder).batches(students), document.front.title, STRANGERS, done)
    except TexError as error:
        for tex in error.problems:
            report.wrong(TEX, _in_source(tex, file, folder / "papers.pdf"))
    report.outputs += outputs
    if len(report.errors) == before:
        stamp.built(key, fingerprint, outputs, others)
    stamp.write()


def _shown(problem: SourceProblem) -> SourceProblem:
    """A problem with its line, from the file that it stands in."""
    return with_excerpt(problem, Path(problem.place.file).read_text(encoding="utf-8-sig").splitlines())


def _typeset_all(
    file: Path, wanted: list[Job], stamp: Stamp, progress: Callable[[str], None], report: BuildReport
) -> list[Path]:
    """Sets the PDFs whose TeX has changed, two at a time; returns every file that is complete."""
    outputs: list[Path] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        running: list[tuple[Job, Future[tuple[str, Typeset | None]]]] = []
        for job in wanted:
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


def _typeset_one(job: Job, guess: int, stamp: Stamp) -> tuple[str, Typeset | None]:
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
