"""Boxes between ::: lines: hints, remarks, and model answers with their marks and the room to write them."""

from __future__ import annotations

import re

from derivgen.documents.errors import SourceProblem, nearest
from derivgen.documents.model import Answer, Element, Hint, Place, Remark

REMARKS = ("erratum", "see")
BOXES = ("answer", "hint", *REMARKS)
_WORTH = re.compile(r"(\d+) marks?")
_ROOM = re.compile(r"room (\d+) ?mm")


def read_box(
    info: str, content: tuple[Element, ...], place: Place
) -> tuple[Hint | Answer | Remark | None, SourceProblem | None]:
    """The box that begins with ``::: info``, or what is wrong with it."""
    kind, _, rest = info.partition(" ")
    if kind not in BOXES:
        return None, SourceProblem(place, f'unknown box "{kind}"', nearest(kind, BOXES))
    if not content:
        return None, SourceProblem(place, f"an empty {kind}", "write its text before the closing :::")
    if kind == "hint" or kind in REMARKS:
        problem = SourceProblem(place, f'"{rest}" is not read here', f"write ::: {kind}") if rest else None
        return (Hint(content, place) if kind == "hint" else Remark(kind, content, place)), problem
    marks, room = _WORTH.search(rest), _ROOM.search(rest)
    strange = _ROOM.sub("", _WORTH.sub("", rest)).strip(" ,")
    problem = None
    if strange:
        problem = SourceProblem(place, f'"{strange}" is not read here', "write ::: answer 2 marks, room 30 mm")
    return Answer(content, place, int(marks[1]) if marks else 0, int(room[1]) if room else None), problem
