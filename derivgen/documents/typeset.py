"""The only place that runs TeX: one pdflatex run in a folder of its own, within limits, and what its log says."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from derivgen.documents.limits import STRANGERS, Limits
from derivgen.documents.system import advice
from derivgen.documents.tex_log import TexProblem, complaints, located, problems, why

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

_PAPER = re.compile(r"^dgpaper (\d+)$", re.M)
_PAGES = re.compile(r"Output written on .* \((\d+) pages?")


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
    complaints: tuple[TexProblem, ...]
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
        found = list(problems(log, tex))
        pages, made = _PAGES.search(log), source.with_suffix(".pdf")
        if found or status or pages is None or not made.exists():
            raise TexError(*found or [TexProblem(why(status, log))])
        made.replace(pdf)
    return Typeset(int(pages.group(1)), complaints(log, tex), tuple(map(int, _PAPER.findall(log))))


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
    return located(message, lines, 0, [])
