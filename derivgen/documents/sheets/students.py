"""Lists of students: a CSV file with the columns name and number (one of them suffices)."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from derivgen.documents.errors import SourceError, SourceProblem, nearest, with_excerpt
from derivgen.documents.escape import unprintable
from derivgen.documents.model import Place

COLUMNS = ("name", "number")


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody on a list; the class as a whole has no name, no number, and stands at its beginning."""

    name: str = ""
    number: str = ""
    position: int = 0

    @property
    def file(self) -> str:
        """The beginning of the names of the student's files: the number, or the name where there is none."""
        return re.sub(r"[^\w-]+", "-", self.number or self.name).strip("-")


def read_students(path: Path) -> list[Student]:
    """The students of a list. Raises SourceError with everything that is wrong, OSError if it is unreadable."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = SourceProblem(Place(str(path), 1), f"not UTF-8 at byte {error.start}", "save the file as UTF-8")
        raise SourceError([problem]) from None
    lines = text.splitlines()
    head = lines[0] if lines else ""
    rows = csv.reader(lines, delimiter=";" if head.count(";") > head.count(",") else ",")
    columns = [cell.strip().lower() for cell in next(rows, [])]
    if unknown := [name for name in columns if name not in COLUMNS] or (not columns and ["nothing"]):
        hint = nearest(unknown[0], COLUMNS) if columns else "the first line is: name,number"
        problem = SourceProblem(Place(str(path), 1), f'unknown column "{unknown[0]}"', hint)
        raise SourceError([with_excerpt(problem, lines)])
    found, problems = _students([(rows.line_num, row) for row in rows], columns, str(path))
    if not found and not problems:
        problems.append(SourceProblem(Place(str(path), 1), "no student", "write one line for each, below name,number"))
    if problems:
        raise SourceError(with_excerpt(problem, lines) for problem in problems)
    return found


def _students(
    rows: list[tuple[int, list[str]]], columns: list[str], file: str
) -> tuple[list[Student], list[SourceProblem]]:
    found: list[Student] = []
    problems: list[SourceProblem] = []
    taken: dict[str, int] = {}
    for line, row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        student = Student(**dict(zip(columns, cells, strict=False)), position=len(found))
        wrong = ""
        if len(cells) != len(columns):
            wrong = f"{len(cells)} cells where the first line has {len(columns)}"
        elif strange := unprintable("".join(cells)):
            wrong = f"the character {strange} (U+{ord(strange):04X}) is not in the font"
        elif not student.file:
            wrong = "neither a number nor a name"
        elif student.file.lower() in taken:
            wrong = f'"{student.number or student.name}" stands twice, first in line {taken[student.file.lower()]}'
        if wrong:
            problems.append(SourceProblem(Place(file, line), wrong))
            continue
        taken[student.file.lower()] = line
        found.append(student)
    return found, problems
