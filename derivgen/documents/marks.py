"""Marks: what the lines of a derivation, the parts of a problem and a whole sheet are worth; totals that add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from derivgen.documents.errors import SourceProblem, nearest
from derivgen.documents.model import Answer, DerivationBlock, Document, Element, Field, Frame, Part, Place, derivations
from derivgen.present.lines import Line, Outline


@dataclass(frozen=True, slots=True)
class Marks:
    """What a derivation is worth: marks by the number of a line, and those of the result."""

    lines: Mapping[int, int] = field(default_factory=dict)
    result: int = 0

    @property
    def total(self) -> int:
        """All of them together."""
        return sum(self.lines.values()) + self.result


def stated(block: DerivationBlock) -> int | None:
    """What the author says a derivation is worth; None if nothing is said."""
    if whole := block.text("marks"):
        return int(whole)
    worth = [int(one.value.split()[0]) for one in block.all("worth")]
    return sum(worth) if worth else None


def totals(frame: Frame) -> dict[Place, int]:
    """The marks of every derivation and model answer of a problem by its place.

    What the heading gives beyond the marks that are stated goes to the only one that states none.
    """
    found: dict[Place, int] = {}
    silent: list[DerivationBlock] = []
    for element in _worthy(frame.content):
        marks = element.marks if isinstance(element, Answer) else stated(element)
        found[element.place] = marks or 0
        if marks is None and isinstance(element, DerivationBlock):
            silent.append(element)
    rest = (frame.marks or 0) - sum(found.values())
    if len(silent) == 1 and rest > 0:
        found[silent[0].place] = rest
    return found


def _worthy(content: Sequence[Element]) -> Iterator[DerivationBlock | Answer]:
    """What can have marks; a model answer stands before the derivations inside it."""
    for element in content:
        if isinstance(element, DerivationBlock):
            yield element
        elif isinstance(element, Answer):
            yield element
            yield from derivations(element.content)


def of_problem(frame: Frame) -> int:
    """The marks of a problem."""
    return sum(totals(frame).values())


def of_parts(frame: Frame) -> dict[str, int]:
    """The marks of each part of a problem by its letter; what stands before the first part has the letter ""."""
    worth, letter = totals(frame), ""
    found: dict[str, int] = {}
    for element in frame.content:
        if isinstance(element, Part):
            letter = element.letter
        found.setdefault(letter, 0)
        found[letter] += sum(worth[one.place] for one in _worthy((element,)))
    return found


def check_totals(document: Document) -> list[SourceProblem]:
    """Where the marks of a problem, or those of the sheet, do not add up to what is stated."""
    found = []
    for frame in document.frames():
        worth = of_problem(frame)
        if frame.marks is not None and worth != frame.marks:
            message = f"the marks of this problem add up to {worth}, not to {frame.marks}"
            found.append(SourceProblem(frame.place, message, 'see "marks" in its blocks and boxes'))
    stated_total = document.front.marks
    total = sum(of_problem(frame) for frame in document.frames())
    if stated_total and not found and int(stated_total) != total:
        first = next(document.frames()).place
        message = f"the marks of all problems add up to {total}, not to {stated_total}"
        found.append(SourceProblem(first, message, 'see "marks" in the front matter'))
    return found


def shared_out(block: DerivationBlock, outline: Outline, total: int) -> tuple[Marks, list[SourceProblem]]:
    """The marks of each line and of the result, and what is wrong with the author's ``worth`` lines.

    What ``worth`` does not place goes to the result (one mark) and then evenly to the lines without marks.
    """
    lines = [line for part in outline.blocks for line in part.lines]
    placed: dict[int, int] = {}
    result, problems = 0, []
    for one in block.all("worth"):
        number, target = _target(one, lines)
        if target is None:
            problems.append(_unknown(one, lines))
        elif target == 0:
            result += number
        else:
            placed[target] = placed.get(target, 0) + number
    rest = total - sum(placed.values()) - result
    if rest < 0:
        message = f"the lines of this block are worth {total - rest}, more than its {total} marks"
        problems.append(SourceProblem(block.place, message, 'see "worth" and "marks"'))
        rest = 0
    if rest and not result and len(lines) != 1:
        result, rest = 1, rest - 1
    for number in _evenly([line.number for line in lines if line.number not in placed] or [1], rest):
        placed[number] = placed.get(number, 0) + 1
    return Marks(dict(sorted(placed.items())), result), problems


def _target(worth: Field, lines: Sequence[Line]) -> tuple[int, int | None]:
    """Marks, and the number of the line that they are for: 0 for the result, None where there is no such line."""
    number, *target = worth.value.replace(" for ", " ").split()
    if target == ["result"]:
        return int(number), 0
    if target[0] == "line":
        return int(number), int(target[1]) if 1 <= int(target[1]) <= len(lines) else None
    using = (line.number for line in lines if any(reason.law == target[0] for reason in line.reasons))
    return int(number), next(using, None)


def _unknown(worth: Field, lines: Sequence[Line]) -> SourceProblem:
    target = worth.value.replace(" for ", " ").split(" ", 1)[1]
    laws = {reason.law for line in lines for reason in line.reasons if reason.law}
    if target.startswith("line "):
        return SourceProblem(worth.place, f"there is no {target}", f"the derivation has {len(lines)} lines")
    return SourceProblem(worth.place, f'no line is reached by "{target}"', nearest(target, laws))


def _evenly(numbers: Sequence[int], count: int) -> list[int]:
    """``count`` of the numbers, spread over them; some more than once if there are too few."""
    whole, rest = divmod(count, len(numbers))
    return sorted([*numbers] * whole + [numbers[(k + 1) * len(numbers) // rest - 1] for k in range(rest)])
