"""The only place that runs TeX: one pdflatex run in a folder of its own, and what its log says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from derivgen.documents.system import advice

COMMAND = ("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "-no-shell-escape")
SECONDS = 300
_ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": "1700000000",
    "FORCE_SOURCE_DATE": "1",
    "openin_any": "p",
    "openout_any": "p",
    "max_print_line": "2000",
    "TEXMFOUTPUT": "",
    "LC_ALL": "C",
}
_SOURCE = re.compile(r"^%% source (?P<file>.+):(?P<line>\d+)$")
_ERROR = re.compile(r"^(?:\./)?[^:\n]+\.tex:(?P<line>\d+): (?P<message>.*)$", re.M)
_OVERFULL = re.compile(r"^Overfull \\[hv]box \((?P<points>[\d.]+)pt too (?:wide|high)\).*$", re.M)
_UNDEFINED = re.compile(
    r"^(?:LaTeX|pdfTeX|Package hyperref) [Ww]arning.*(?:undefined|does not exist|multiply).*$", re.M
)
_PAGES = re.compile(r"Output written on .* \((\d+) pages?")


class TexError(Exception):
    """TeX is missing, too slow, or stopped; ``line`` is the line of the source the error comes from, 0 if
    unknown."""

    def __init__(self, message: str, file: str = "", line: int = 0) -> None:
        self.message, self.file, self.line = message, file, line
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Typeset:
    """A finished PDF: number of pages and TeX's complaints (boxes more than 1 pt too full, dead
    references)."""

    pages: int
    complaints: tuple[str, ...]


def require_tex() -> None:
    """Raises TexError with the line to type if pdflatex is not there."""
    if shutil.which(COMMAND[0]) is None:
        raise TexError(f"pdflatex is not installed. To install it, type:\n\n    {advice()}\n")


def typeset(tex: str, pdf: Path, seconds: float = SECONDS) -> Typeset:
    """Sets ``tex`` and puts the result at ``pdf``, which is complete or untouched. Raises TexError."""
    require_tex()
    with tempfile.TemporaryDirectory(prefix="derivgen-") as folder:
        source = Path(folder) / f"{pdf.stem}.tex"
        source.write_text(tex, encoding="utf-8")
        log = _run(source, seconds)
        pages = _PAGES.search(log)
        made = source.with_suffix(".pdf")
        if pages is None or not made.exists():
            raise _error(log, tex)
        _move(made, pdf)
    return Typeset(int(pages.group(1)), complaints(log))


def _run(source: Path, seconds: float) -> str:
    try:
        run = subprocess.run(
            [*COMMAND, source.name],
            cwd=source.parent,
            env={**os.environ, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TexError(f"pdflatex did not finish {source.name} within {seconds:g} seconds") from None
    log = source.with_suffix(".log")
    return log.read_text(encoding="latin-1") if log.exists() else run.stdout.decode("latin-1")


def _move(made: Path, goal: Path) -> None:
    """By a copy beside the goal and a rename, so that a reader never sees half a file."""
    beside = goal.with_name(f".{goal.name}.{os.getpid()}")
    try:
        shutil.copyfile(made, beside)
        beside.replace(goal)
    finally:
        beside.unlink(missing_ok=True)


def _error(log: str, tex: str) -> TexError:
    found = _ERROR.search(log)
    if found is None:
        return TexError("pdflatex stopped: " + " / ".join(log.strip().splitlines()[-3:]))
    number = int(found["line"])
    lines = tex.split("\n")
    file, line = source_of(lines, number)
    context = lines[number - 1].strip() if number <= len(lines) else ""
    return TexError(f"TeX: {found['message']} (near: {context[:120]})", file, line)


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
