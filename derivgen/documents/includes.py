"""Problems that stand in another file: ``## include week1.md#id`` puts them in, on a sheet and in a lecture alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from derivgen.documents.errors import SourceError, SourceProblem, nearest, with_excerpt
from derivgen.documents.model import Document, Frame, Missing, Words
from derivgen.documents.references import unknown_references

DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as far as it can be read, the other files that it is made of, and everything that is wrong."""

    document: Document
    files: tuple[Path, ...] = ()
    problems: tuple[SourceProblem, ...] = ()


Reader = Callable[[Path], Reading]


def included(reading: Reading, read: Reader) -> Reading:
    """The document with the problems of other files put in.

    A file stands in the folder of the one that names it, or in a folder beside or below it.
    """
    document = reading.document
    found = _Included(read)
    sections = tuple(
        replace(section, frames=tuple(found.frame(frame, document.file, 0) for frame in section.frames))
        for section in document.sections
    )
    whole = replace(document, sections=sections)
    problems = [*reading.problems, *found.problems]
    if not problems:
        problems += _shown(unknown_references(whole.frames()))
    return Reading(whole, tuple(found.files), tuple(problems))


def _shown(problems: Sequence[SourceProblem]) -> list[SourceProblem]:
    return [
        with_excerpt(one, Path(one.place.file).read_text("utf-8-sig", errors="replace").splitlines())
        for one in problems
    ]


class _Included:
    def __init__(self, read: Reader) -> None:
        self.read = read
        self.files: dict[Path, Document] = {}
        self.problems: list[SourceProblem] = []

    def frame(self, frame: Frame, file: str, depth: int) -> Frame:
        """A frame itself, or the one that it includes; ``file`` is where it stands."""
        if not frame.include:
            return frame
        name, _, id = frame.include.partition("#")
        path = Path(file).parent / name
        document = self._document(path, frame, Path(file))
        lost = replace(frame, title=(Words(frame.include),), content=(Missing(frame.place),))
        if document is None:
            return lost
        known = {one.id or one.include.rpartition("#")[2]: one for one in document.frames()}
        known.pop("", None)
        if id not in known:
            hint = nearest(id, known) if known else "give the problem an id: ## Title {#id}"
            self._refuse(frame, f'{name} has no problem "{id}"', hint)
            return lost
        if depth == DEEPEST:
            self._refuse(frame, "files include each other without end", "include the file where the problem stands")
            return lost
        inner = self.frame(known[id], str(path), depth + 1)
        return replace(inner, id=id)

    def _document(self, path: Path, frame: Frame, within: Path) -> Document | None:
        allowed = within.resolve().parent.parent
        if not path.resolve().is_relative_to(allowed):
            self._refuse(frame, f"{path.name} stands too far away to be included", f"move it below {allowed.name}/")
            return None
        if path in self.files:
            return self.files[path]
        try:
            reading = self.read(path)
        except OSError as error:
            self._refuse(frame, f"{path}: {error.strerror}", "")
            return None
        except SourceError as error:
            self.problems += error.problems
            return None
        self.files[path] = reading.document
        self.problems += reading.problems
        return reading.document

    def _refuse(self, frame: Frame, message: str, hint: str) -> None:
        problem = SourceProblem(frame.place, message, hint)
        try:
            lines = Path(frame.place.file).read_text("utf-8-sig").splitlines()
            problem = with_excerpt(problem, lines)
        except OSError:
            pass
        self.problems.append(problem)
