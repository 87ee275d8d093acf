"""What a heading says beside its title: the id and the marks of a problem, or the problem of another file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derivgen.documents.errors import SourceProblem
from derivgen.documents.model import Inline, Place, Words

_ATTRIBUTES = re.compile(r"\s*\{([^{}]*)\}\s*$")
_ID = re.compile(r"#([\w-]+)")
_MARKS = re.compile(r"(\d+) marks?")
_INCLUDE = re.compile(r"include\s+(?P<source>\S+\.md#[\w-]+)\s*")
HINT = "write {#id} or {#id 6 marks}"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: title, id ("" without one), marks (None without them), and "file.md#id" where it includes one."""

    title: tuple[Inline, ...]
    id: str = ""
    marks: int | None = None
    include: str = ""


def read_heading(content: tuple[Inline, ...], raw: str, place: Place) -> tuple[Heading, list[SourceProblem]]:
    """The heading whose line in the source is ``raw``, and what is wrong with it."""
    include = _INCLUDE.fullmatch(raw.lstrip("# "))
    if include:
        return Heading((), include=include["source"]), []
    found = _ATTRIBUTES.search(raw)
    last = content[-1] if content else None
    if found is None or not isinstance(last, Words) or not _ATTRIBUTES.search(last.text):
        return Heading(content), []
    title = (*content[:-1], Words(_ATTRIBUTES.sub("", last.text)))
    here = Place(place.file, place.line, raw.index("{", found.start()) + 1, len(found.group().strip()))
    attributes = found[1].strip()
    id, marks = _ID.search(attributes), _MARKS.search(attributes)
    rest = _MARKS.sub("", _ID.sub("", attributes)).strip(" ,")
    problems = [SourceProblem(here, f'"{rest or attributes}" is not read here', HINT)] if rest or not attributes else []
    return Heading(title, id[1] if id else "", int(marks[1]) if marks else None), problems
