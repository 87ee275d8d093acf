"""Errors and warnings at the author's lines, with the line shown: those of the mathematics, and what TeX says."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from derivgen.documents.errors import SourceProblem, with_excerpt
from derivgen.documents.model import Place
from derivgen.documents.tex_log import TexProblem

_ADVICE = "give a part of it a name of its own, or end the derivation earlier (stop after line 3)"


def shown(problem: SourceProblem) -> SourceProblem:
    """A problem with its line, from the file that it stands in."""
    path = Path(problem.place.file)
    lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else []
    return with_excerpt(problem, lines)


def in_source(problem: TexProblem, file: Path, pdf: Path) -> object:
    """What TeX could not do, at the author's line where it is known, else in the TeX that was made of it."""
    if not problem.line:
        return f"{pdf.with_suffix('.tex')}: error: {problem.message}"
    return shown(SourceProblem(_place(problem, file), problem.message))


def warnings(complaints: Iterable[tuple[TexProblem, Path]], file: Path) -> list[str]:
    """What TeX set badly in some PDFs, once for each place of ``file``: by how much at worst, and where."""
    points: dict[tuple[str, int, int, str], float] = {}
    where: dict[tuple[str, int, int, str], dict[str, None]] = {}
    for one, pdf in complaints:
        key = one.file, one.line, one.column, one.message
        points[key] = max(points.get(key, 0.0), one.points)
        where.setdefault(key, {})[pdf.name] = None
    return [_warning(*key, points[key], ", ".join(where[key]), file) for key in points]


def _warning(name: str, line: int, column: int, message: str, points: float, where: str, file: Path) -> str:
    said = f"this is {points:.0f} pt {message} for its page in {where}" if points else f"{where}: {message}"
    if not line:
        return f"{file}: warning: {said}"
    place = _place(TexProblem(message, name, line, column), file)
    return str(shown(SourceProblem(place, said, _ADVICE if points else "", severity="warning")))


def _place(problem: TexProblem, file: Path) -> Place:
    return Place(str(file.with_name(problem.file)), problem.line, problem.column)
