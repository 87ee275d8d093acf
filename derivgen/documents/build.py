"""Sources to PDFs: what is stale, in which order, a pdflatex for each core; one mistake does not stop the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from derivgen.documents.errors import SourceError, SourceProblem
from derivgen.documents.folders import beside
from derivgen.documents.includes import Reading
from derivgen.documents.limits import STRANGERS, Limits
from derivgen.documents.located import in_source, shown, warnings
from derivgen.documents.marks import check_totals
from derivgen.documents.outputs import Job, jobs
from derivgen.documents.reference.page import Backing, backing
from derivgen.documents.render import FillingError, filled
from derivgen.documents.sheets.course import KINDS, Batch, Course, set_papers
from derivgen.documents.sheets.students import Student, read_students
from derivgen.documents.sheets.variants import Copy, Variants, copy
from derivgen.documents.solve import HERE, Mathematics
from derivgen.documents.source import read
from derivgen.documents.sources import find_sources
from derivgen.documents.stale import Stamp, digest, digest_file, write_whole
from derivgen.documents.tex_log import TexProblem
from derivgen.documents.typeset import TexError, Typeset, require_tex, typeset
from derivgen.documents.workers import cores, each
from derivgen.documents.workplace import unwritable, working_in
from derivgen.documents.workshop import Workshop

OK, SOURCE_OR_MATHEMATICS, USAGE, TEX = 0, 1, 2, 3


@dataclass(slots=True)
class BuildReport:
    """How a build went: 0 all built, 1 a source or its mathematics is wrong, 2 usage, 3 TeX; the worst
    counts."""

    exit_status: int = OK
    errors: list[str] = field(default_factory=list)
    outputs: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

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
    workshop: Workshop = HERE,
    limits: Limits = STRANGERS,
) -> BuildReport:
    """Builds everything that is made of every source (a file, or a folder of .md files) in ``output``; of a sheet also
    the papers of every student of the ``roll``.

    Derivations are made in ``workshop``, TeX runs within ``limits``. Of two builds in one folder the second waits.
    """
    report = BuildReport()
    found = find_sources(sources)
    for error in found.errors:
        report.wrong(USAGE, error)
    if report.exit_status == USAGE:
        return report
    try:
        with working_in(output, lambda: progress(f"{output}: another build is at work here; this one waits")):
            work = _Build(output, Stamp.read(output), progress, mathematics, workshop, limits, report)
            for file, fingerprint in found.files.items():
                if work.stamp.fresh(file, fingerprint):
                    progress(f"{file}: up to date")
                else:
                    work.document(file, fingerprint)
                if roll is not None:
                    work.papers(file, fingerprint, roll)
    except OSError as error:
        report.wrong(USAGE, unwritable(error, output))
    if workshop.cache is not None:
        workshop.cache.prune()
    return report


@dataclass(frozen=True, slots=True)
class _Build:
    """One build: where it works, with what, and what it says."""

    output: Path
    stamp: Stamp
    progress: Callable[[str], None]
    mathematics: Mathematics
    workshop: Workshop
    limits: Limits
    report: BuildReport

    def document(self, file: Path, fingerprint: str) -> None:
        """Everything that is made of a source; what fails is reported, and does not stop the rest."""
        found = _read(file, self.report)
        if found is None:
            return
        document, others = found.document, found.files
        made = copy(document, Variants(document, self.mathematics, self.workshop).all(Student()))
        problems = [*made.problems, *(() if found.problems else check_totals(made.document))]
        more = self._backing(made) if document.front.kind == "reference" else None
        if more is not None:
            problems = self._unexpected(problems)
        for problem in problems:
            self.report.wrong(SOURCE_OR_MATHEMATICS, shown(problem))
        before = len(self.report.errors)
        problems += found.problems
        wanted = list(jobs(made.document, made.solved, made.worth, self.output / file.stem, more))
        outputs = self._typeset_all(file, wanted)
        self.report.outputs += outputs
        if not problems and len(self.report.errors) == before:
            self.stamp.built(file, fingerprint, outputs, others)
        self.stamp.write()

    def _backing(self, made: Copy) -> Backing:
        """What a reference has behind its derivations."""
        return backing(made.document, made.solved, made.problems, self.mathematics, self.workshop)

    def _unexpected(self, problems: list[SourceProblem]) -> list[SourceProblem]:
        """The problems, without derivations of which the author says what is missing: that is only noted."""
        known = [one for one in problems if one.refused is not None and one.refused.missing]
        for one in known:
            self.report.warnings.append(f"{one.place}: note: refused: {one.message}")
        return [one for one in problems if one not in known]

    def _typeset_all(self, file: Path, wanted: list[Job]) -> list[Path]:
        """Sets the PDFs whose TeX has changed, as many at a time as there are cores; returns what is complete."""
        outputs: list[Path] = []
        complaints: list[tuple[TexProblem, Path]] = []
        foreign = any(beside(str(file), name) for name in ("templates", "themes"))
        with ThreadPoolExecutor(1 if foreign else cores()) as pool:  # who forks should be alone
            running = [
                (job, pool.submit(self._typeset_one, job, self.stamp.last_pages(job.pdf), foreign)) for job in wanted
            ]
            for job, future in running:
                try:
                    tex, made = future.result()
                except TexError as error:
                    for problem in error.problems:
                        self.report.wrong(TEX, in_source(problem, file, job.pdf))
                    continue
                except FillingError as error:
                    self.report.wrong(SOURCE_OR_MATHEMATICS, f"{file}: error: {error}")
                    continue
                except OSError as error:
                    self.report.wrong(USAGE, unwritable(error, job.pdf))
                    continue
                if made is not None:
                    self.stamp.typeset(job.pdf, tex, made.pages)
                    complaints += [(complaint, job.pdf) for complaint in made.complaints]
                self.progress(f"{job.pdf}: {f'{made.pages} pages' if made else 'unchanged'}")
                outputs += [job.pdf, job.pdf.with_suffix(".tex")]
        self.report.warnings += warnings(complaints, file)
        return outputs

    def _typeset_one(self, job: Job, guess: int, foreign: bool) -> tuple[str, Typeset | None]:
        """TeX and result of one PDF; None if it was set from the same TeX before. A wrong page count costs a
        second run."""
        tex = self._rendered(job, guess, foreign)
        write_whole(job.pdf.with_suffix(".tex"), tex)
        if self.stamp.pages(job.pdf, tex):
            return tex, None
        made = typeset(tex, job.pdf, self.limits)
        if job.counts_pages and made.pages != guess:
            tex = self._rendered(job, made.pages, foreign)
            write_whole(job.pdf.with_suffix(".tex"), tex)
            made = typeset(tex, job.pdf, self.limits)
        return tex, made

    def _rendered(self, job: Job, pages: int, foreign: bool) -> str:
        """The TeX of a PDF; foreign templates are filled in a process that may be stopped. Raises FillingError."""
        if not (foreign and self.workshop.processes):
            return filled(job.tex, pages)
        ((_, made),) = each(partial(_told, job.tex), [pages], self.workshop.limits, 1)
        if isinstance(made, str):
            return made
        raise made if isinstance(made, FillingError) else FillingError(f"filling a template: {made.reason}")

    def papers(self, file: Path, fingerprint: str, roll: Roll) -> None:
        """A sheet and its solutions for every student, in a folder of their own; nothing for a lecture."""
        key = file.with_name(f"{file.name}#students")
        fingerprint = digest(f"{fingerprint} {digest_file(roll.path)} {roll.tex}".encode())
        folder = self.output / f"{file.stem}-students"
        if self.stamp.fresh(key, fingerprint):
            self.progress(f"{folder}: up to date")
            return
        before = self.report.exit_status
        students = self._students(roll)
        found = _read(file, BuildReport())  # what is wrong with it was said when its other outputs were made
        if not students or found is None or found.document.front.kind != "sheet":
            return
        document, others = found.document, found.files
        variants = Variants(document, self.mathematics, self.workshop)
        variants.prepare(students)
        for problem in dict.fromkeys(p for one in students for made in variants.all(one) for p in made.problems):
            self.report.wrong(SOURCE_OR_MATHEMATICS, shown(problem))
        if found.problems or any(error.startswith(f"{file}:") for error in self.report.errors):
            reason = "no papers are made for students while the source has errors, as they would be handed out"
            self.report.wrong(SOURCE_OR_MATHEMATICS, f"{folder}: error: {reason}")
            return
        course = Course(document, variants, folder)
        outputs = self._set_papers(file, course, students, roll.tex)
        named = {folder.with_name(f"{folder.name}{end}.pdf"): tex for end, tex in course.overviews(students).items()}
        outputs += self._typeset_all(file, [Job(pdf, tex, counts_pages=True) for pdf, tex in named.items()])
        self.report.outputs += outputs
        if before == self.report.exit_status == OK:
            self.stamp.built(key, fingerprint, outputs, others)
        self.stamp.write()

    def _students(self, roll: Roll) -> list[Student]:
        """The students of a list; none where it cannot be read, which the report says."""
        try:
            return read_students(roll.path)
        except SourceError as error:
            for problem in error.problems:
                self.report.wrong(SOURCE_OR_MATHEMATICS, problem)
        except OSError as error:
            self.report.wrong(USAGE, f"{roll.path}: error: {error.strerror}")
        return []

    def _set_papers(self, file: Path, course: Course, students: list[Student], tex: bool) -> list[Path]:
        """Sets the papers of a course, with the TeX of each if wanted; returns what is complete."""
        outputs: list[Path] = []

        def done(batch: Batch, complaints: tuple[TexProblem, ...]) -> None:
            self.report.warnings += warnings(((one, course.folder) for one in complaints), file)
            for number, path in enumerate(batch.files if tex else ()):
                write_whole(path.with_suffix(".tex"), batch.alone(number))
            outputs.extend(batch.files)
            self.progress(f"{course.folder}: {len(outputs)} of {len(KINDS) * len(students)} papers")

        course.folder.mkdir(parents=True, exist_ok=True)
        try:
            set_papers(course.batches(students), course.document.front.title, self.limits, done)
        except TexError as error:
            for problem in error.problems:
                self.report.wrong(TEX, in_source(problem, file, course.folder / "papers.pdf"))
        return outputs


def _told(tex: Callable[[int], str], pages: int) -> str | FillingError:
    """What a template gives, or what is wrong with it."""
    try:
        return filled(tex, pages)
    except FillingError as problem:
        return problem


def _read(file: Path, report: BuildReport) -> Reading | None:
    """What can be read of a file and of what it includes; None where nothing can be built. The report says why."""
    try:
        require_tex()
        reading = read(file)
        for problem in sorted(reading.problems, key=lambda one: (one.place.file, one.place.line, one.place.column)):
            report.wrong(SOURCE_OR_MATHEMATICS, problem)
        return reading
    except SourceError as error:
        for problem in error.problems:
            report.wrong(SOURCE_OR_MATHEMATICS, problem)
    except OSError as error:
        report.wrong(USAGE, f"{file}: error: {error.strerror}")
    except TexError as error:
        report.wrong(TEX, f"error: {error}")
    return None
