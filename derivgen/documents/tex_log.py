"""What TeX's log says: errors, each at its place in the source, and what was set badly."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_SOURCE = re.compile(r"^%% source (?P<file>.+):(?P<line>\d+)$")
_AT = re.compile(r"^dgat (?P<file>.+):(?P<line>\d+):(?P<column>\d+)$")
_ERROR = re.compile(r"^(?:\./)?[^:\n]+\.tex:(?P<line>\d+): (?P<message>.*)$")
_TROUBLE = re.compile(r"^! (?P<message>.*)$")
_FOLLOWS = re.compile(r"==> Fatal error|Emergency stop")
"""What TeX says after an error has been named."""
_OVERFULL = re.compile(
    r"^Overfull \\[hv]box \((?P<points>[\d.]+)pt too (?P<way>wide|high)\)(?:.*?lines? (?P<number>\d+))?"
)
_UNDEFINED = re.compile(
    r"^(?:LaTeX|pdfTeX|Package hyperref) [Ww]arning.*(?:undefined|does not exist|multiply).*$", re.M
)
_PROGRAM = re.compile(r"^runsystem\((?P<program>.*)\)\.\.\.disabled", re.M)


@dataclass(frozen=True, slots=True)
class TexProblem:
    """One thing that TeX could not do; ``file``, ``line`` and ``column`` lead to the source (line 0: unknown).

    ``points`` is by how much something is too wide or too high.
    """

    message: str
    file: str = ""
    line: int = 0
    column: int = 1
    points: float = 0.0


def problems(log: str, tex: str) -> Iterator[TexProblem]:
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
        problem = located(f"TeX: {_said(found['message'], lines[number + 1 :])}", lines[:number], line, source)
        place = problem.file, problem.line, problem.column
        if place not in seen or not problem.line:
            seen.add(place)
            yield problem


def _said(message: str, following: Sequence[str]) -> str:
    """TeX's message, with the command that it does not know."""
    command = re.search(r"(\\[A-Za-z@]+|\\.)\s*$", following[0]) if following else None
    unknown = message.startswith("Undefined control sequence") and command
    return f"{message.rstrip('. ')} {command[1]}" if unknown and command else message.rstrip(". ")


def located(message: str, before: Sequence[str], line: int, tex: Sequence[str]) -> TexProblem:
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


def why(status: int, log: str) -> str:
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


def complaints(log: str, tex: str) -> tuple[TexProblem, ...]:
    """What TeX set badly, the worst of each place: boxes more than 1 pt too full, references that lead nowhere."""
    source, last, worst = tex.split("\n"), TexProblem(""), dict[TexProblem, float]()
    for text in log.split("\n"):
        if match := _AT.match(text):
            last = TexProblem("", named(match["file"]), int(match["line"]), int(match["column"]))
        elif (match := _OVERFULL.match(text)) and float(match["points"]) > 1:
            at = last if last.line else TexProblem("", *source_of(source, int(match["number"] or 0)))
            problem = replace(at, message=f"too {match['way']}")
            worst[problem] = max(worst.get(problem, 0.0), float(match["points"]))
        elif _UNDEFINED.match(text):
            worst[replace(last, message=text)] = 0.0
    return tuple(replace(one, points=points) for one, points in worst.items())
