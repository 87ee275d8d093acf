"""Problems that stand in another file: ``## include week1.md#id`` puts them in, on a sheet and in a lecture alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from derivgen.documents.errors import SourceError, SourceProblem, nearest, with_excerpt
from derivgen.documents.model import Document, Frame
from derivgen.documents.references import unknown_references

DEEPEST = 5
Reader = Callable[[Path], Document]


def included(document: Document, read: Reader) -> tuple[Document, tuple[Path, ...]]:
    """The document with the problems of other files put in, and those files.

    A file stands in the folder of the one that names it, or in a folder beside or below it. Raises SourceError with
    everything that is wrong.
    """
    found = _Included(read)
    sections = tuple(
        replace(section, frames=tuple(found.frame(frame, document.file, 0) for frame in section.frames))
        for section in document.sections
    )
    whole = Document(document.front, sections, document.file)
    if found.problems:
        raise SourceError(found.problems)
    if lost := unknown_references(whole.frames()):
        raise SourceError(_shown(lost))
    return whole, tuple(found.files)


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
        if document is None:
            return frame
        known = {one.id or one.include.rpartition("#")[2]: one for one in document.frames()}
        known.pop("", None)
        if id not in known:
            hint = nearest(id, known) if known else "give the problem an id: ## Title {#id}"
            self._refuse(frame, f'{name} has no problem "{id}"', hint)
            return frame
        if depth == DEEPEST:
            self._refuse(frame, "files include each other without end", "include the file where the problem stands")
            return frame
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
            self.files[path] = self.read(path)
        except OSError as error:
            self._refuse(frame, f"{path}: {error.strerror}", "")
            return None
        except SourceError as error:
            self.problems += error.problems
            return None
        return self.files[path]

    def _refuse(self, frame: Frame, message: str, hint: str) -> None:
        problem = SourceProblem(frame.place, message, hint)
        try:
            lines = Path(frame.place.file).read_text("utf-8-sig").splitlines()
            problem = with_excerpt(problem, lines)
        except OSError:
            pass
        self.problems.append(problem)
