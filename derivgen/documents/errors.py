"""Errors in a source, each with its place, the line it stands in, a caret and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from derivgen.documents.model import Place
from derivgen.language.terms import Term


@dataclass(frozen=True, slots=True)
class Refused:
    """What was asked for and not derived: the statement (None where it cannot be read), the reason, the term that was
    left, and what the author says is missing (None where the author expects it to be derived)."""

    statement: Term | None
    text: str
    reason: str
    residual: Term | None = None
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """One thing that is wrong, where it is, and a hint what to do (may be empty); ``refused`` where it is a derivation
    that was not found."""

    place: Place
    message: str
    hint: str = ""
    excerpt: str = ""
    refused: Refused | None = None
    severity: str = "error"

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.severity}: {self.message}"]
        if self.excerpt:
            number = str(self.place.line)
            lead = " " * (self.place.column - 1)
            lines.append(f"  {number} | {self.excerpt}")
            lines.append(f"  {' ' * len(number)} | {lead}{'^' * max(1, self.place.width)}")
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)


def with_excerpt(problem: SourceProblem, lines: Sequence[str]) -> SourceProblem:
    """The same problem with the line it stands in, cut to what a terminal shows."""
    place = problem.place
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    if len(line) > 160 or place.column > len(line) + 1:
        return problem
    width = min(place.width, max(1, len(line) - place.column + 1))
    excerpt = line.replace("\t", " ")
    return replace(problem, place=replace(place, width=width), excerpt=excerpt)


class SourceError(Exception):
    """A source that cannot be read; ``problems`` holds everything that is wrong with it, in order of
    place."""

    def __init__(self, problems: Iterable[SourceProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.place.line, problem.place.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, known: Iterable[str]) -> str:
    """A "did you mean" sentence for ``word``, or the list of what is known."""
    names = sorted(known)
    close = get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else "known here: " + ", ".join(names)
