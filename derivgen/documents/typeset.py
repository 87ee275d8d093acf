"""The only place that runs TeX: one pdflatex run in a folder of its own, within limits, and what its log says."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from derivgen.documents.limits import STRANGERS, Limits
from derivgen.documents.system import advice

COMMAND = ("pdflatex", "-interaction=nonstopmode", "-file-line-error", "-no-shell-escape")
BYTES_A_SECOND = 20_000
"""How fast the slowest machine sets pages: time is limited by this beside a constant."""
NAME = "document"
"""What the TeX is called while it is set: no name that a user chose reaches TeX."""
_ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": "1700000000",
    "FORCE_SOURCE_DATE": "1",
    "max_print_line": "2000",
    "TEXMFOUTPUT": "",
    "LC_ALL": "C",
}
_SOURCE = re.compile(r"^%% source (?P<file>.+):(?P<line>\d+)$")
_AT = re.compile(r"^dgat (?P<file>.+):(?P<line>\d+):(?P<column>\d+)$")
_ERROR = re.compile(r"^(?:\./)?[^:\n]+\.tex:(?P<line>\d+): (?P<message>.*)$")
_TROUBLE = re.compile(r"^! (?P<message>.*)$")
_FOLLOWS = re.compile(r"==> Fatal error|Emergency stop")
"""What TeX says after an error has been named."""
_OVERFULL = re.compile(r"^Overfull \\[hv]box \((?P<points>[\d.]+)pt too (?:wide|high)\).*$", re.M)
_UNDEFINED = re.compile(
    r"^(?:LaTeX|pdfTeX|Package hyperref) [Ww]arning.*(?:undefined|does not exist|multiply).*$", re.M
)
_PROGRAM = re.compile(r"^runsystem\((?P<program>.*)\)\.\.\.disabled", re.M)
_PAPER = re.compile(r"^dgpaper (\d+)$", re.M)
_PAGES = re.compile(r"Output written on .* \((\d+) pages?")


@dataclass(frozen=True, slots=True)
class TexProblem:
    """One thing that TeX could not do; ``file``, ``line`` and ``column`` lead to the source (line 0: unknown)."""

    message: str
    file: str = ""
    line: int = 0
    column: int = 1


class TexError(Exception):
    """TeX is missing, too slow, or found errors; ``problems`` are all of them, each with its place."""

    def __init__(self, *problems: TexProblem) -> None:
        self.problems = problems
        super().__init__("\n".join(problem.message for problem in problems))


@dataclass(frozen=True, slots=True)
class Typeset:
    """A finished PDF: number of pages and TeX's complaints (boxes more than 1 pt too full, dead
    references); ``papers`` are the pages of each paper where it holds many."""

    pages: int
    complaints: tuple[str, ...]
    papers: tuple[int, ...] = ()


def require_tex() -> None:
    """Raises TexError with the line to type if pdflatex is not there."""
    if shutil.which(COMMAND[0]) is None:
        raise TexError(TexProblem(f"pdflatex is not installed. To install it, type:\n\n    {advice()}\n"))


def typeset(tex: str, pdf: Path, limits: Limits = STRANGERS) -> Typeset:
    """Sets ``tex`` and puts the result at ``pdf``, which is complete or untouched.

    TeX works in a folder beside it, and may read and write nothing outside unless ``limits`` allow it. Raises
    TexError, and OSError where there is no room.
    """
    require_tex()
    with tempfile.TemporaryDirectory(prefix=WORK, dir=pdf.parent, ignore_cleanup_errors=True) as folder:
        source = Path(folder) / f"{NAME}.tex"
        source.write_text(tex, encoding="utf-8")
        status, log = run_tex(source, limits)
        problems = list(_problems(log, tex))
        pages, made = _PAGES.search(log), source.with_suffix(".pdf")
        if problems or status or pages is None or not made.exists():
            raise TexError(*problems or [TexProblem(_why(status, log))])
        made.replace(pdf)
    return Typeset(int(pages.group(1)), complaints(log), tuple(map(int, _PAPER.findall(log))))


WORK = ".derivgen-work-"
"""How the folders begin in which TeX works; one that is left over belongs to a build that was killed."""


def run_tex(source: Path, limits: Limits) -> tuple[int, str]:
    """The exit status of TeX, negative for a signal, and its log.

    Its time grows with what there is to set. Raises TexError if it takes longer.
    """
    limits = replace(limits, seconds=limits.seconds + source.stat().st_size / BYTES_A_SECOND)
    anywhere = "a" if limits.anywhere else "p"
    environment = {**os.environ, **_ENVIRONMENT, "openin_any": anywhere, "openout_any": anywhere}
    with subprocess.Popen(
        [*COMMAND, source.name],
        cwd=source.parent,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        limits.impose(process.pid)
        try:
            said, _ = process.communicate(timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            _interrupt(process)
            raise TexError(_endless(source, limits)) from None
        except BaseException:
            _end(process)
            raise
    log = source.with_suffix(".log")
    text = log.read_text(encoding="latin-1") if log.exists() else ""
    return process.returncode, text or said.decode("latin-1")


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    """Gives TeX the time to close its log, which says where it was; then ends it."""
    process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=2)
    _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """TeX and whatever it has started."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _endless(source: Path, limits: Limits) -> TexProblem:
    """Where TeX was when its time was up."""
    log = source.with_suffix(".log")
    lines = log.read_text(encoding="latin-1").split("\n") if log.exists() else []
    message = f"TeX did not finish within {limits.seconds:.0f} seconds"
    return _located(message, lines, 0, [])


def _problems(log: str, tex: str) -> Iterator[TexProblem]:
    """Every error of a log, at most one for a place: what follows is mostly its consequence."""
    lines, source = log.split("\n"), tex.split("\n")
    seen: set[tuple[str, int, int]] = set()
    for program in _PROGRAM.finditer(log):
        yield TexProblem(f"TeX was asked to run a program, which it may not: {program['program'][:80]}")
    for number, text in enumerate(lines):
        found = _ERROR.match(text) or _TROUBLE.match(text)
        if found is None or _FOLLOWS.search(found["message"]):
            continue
        line = int(found["line"]) if "line" in found.groupdict() else 0
        problem = _located(f"TeX: {_said(found['message'], lines[number + 1 :])}", lines[:number], line, source)
        place = problem.file, problem.line, problem.column
        if place not in seen or not problem.line:
            seen.add(place)
            yield problem


def _said(message: str, following: Sequence[str]) -> str:
    """TeX's message, with the command that it does not know."""
    command = re.search(r"(\\[A-Za-z@]+|\\.)\s*$", following[0]) if following else None
    unknown = message.startswith("Undefined control sequence") and command
    return f"{message.rstrip('. ')} {command[1]}" if unknown and command else message.rstrip(". ")


def _located(message: str, before: Sequence[str], line: int, tex: Sequence[str]) -> TexProblem:
    """A message at the place of the source that the log named last, else at that of line ``line`` of the TeX."""
    for text in reversed(before):
        match = _AT.match(text)
        if match:
            return TexProblem(message, named(match["file"]), int(match["line"]), int(match["column"]))
    file, found = source_of(tex, line)
    context = f" (near: {tex[line - 1].strip()[:120]})" if 0 < line <= len(tex) and not found else ""
    return TexProblem(message + context, file, found)


def named(text: str) -> str:
    """The name of a file as it was before ``escape.at`` wrote it so that TeX cannot stumble over it."""
    return re.sub(r"=([0-9A-F]{2,6});", lambda code: chr(int(code[1], 16)), text)


def _why(status: int, log: str) -> str:
    """Why TeX ended without an error of its own."""
    if -status == signal.SIGXFSZ or "File size limit exceeded" in log:
        return "TeX stopped: the file becomes too large"
    if -status == signal.SIGXCPU:
        return "TeX stopped: it takes too long"
    if re.search(r"No space left on device|fwrite|write error|can't write", log, re.I) or not log.strip():
        return "TeX stopped: there is no room on the disk, or it may not write there"
    return "TeX stopped: " + " / ".join(log.strip().splitlines()[-3:])


def source_of(lines: Sequence[str], number: int) -> tuple[str, int]:
    """File and line of the source from which line ``number`` of the TeX was made; ("", 0) before the
    first."""
    for text in reversed(lines[:number]):
        match = _SOURCE.match(text)
        if match:
            return match["file"], int(match["line"])
    return "", 0


def complaints(log: str) -> tuple[str, ...]:
    """What TeX set badly: boxes more than 1 pt too full, references that lead nowhere."""
    overfull = [match.group(0) for match in _OVERFULL.finditer(log) if float(match["points"]) > 1]
    return (*overfull, *(match.group(0) for match in _UNDEFINED.finditer(log)))
