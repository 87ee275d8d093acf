"""How far a reference has come: what is derived and in which form, what is refused and what it lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from derivgen.documents.blocks import COMPARE
from derivgen.documents.errors import Refused
from derivgen.documents.model import DerivationBlock, Document, Frame, Place, derivations
from derivgen.documents.record import OTHER, SAME, SIMPLER
from derivgen.documents.solve import Solved

GENERAL, INSTANCE, REFUSED = "general", "instance", "refused"
FORMS = (SAME, SIMPLER, OTHER)
LONGEST = 5


@dataclass(frozen=True, slots=True)
class Counts:
    """Entries by how they are derived (an entry counts by its weakest derivation), derivations by their form against
    the book's, what was refused, the misprints that were refuted, and the longest derivations with their lines."""

    entries: Mapping[str, int]
    forms: Mapping[str, int]
    refused: tuple[tuple[Frame, Refused], ...]
    misprints: tuple[Frame, ...]
    longest: tuple[tuple[Frame, int], ...]


def counts(document: Document, solved: Mapping[Place, Solved], refused: Mapping[Place, Refused]) -> Counts:
    """The counts of a document of which ``solved`` was derived and ``refused`` was not."""
    entries = Counter(standing for frame in document.frames() if (standing := _standing(frame, solved)))
    blocks = list(document.derivations())
    forms = Counter(solved[block.place].record.against for _, block in blocks if block.place in solved)
    missing = tuple((frame, refused[block.place]) for frame, block in blocks if block.place in refused)
    misprints = tuple(frame for frame, block in blocks for _ in _misprints(block, solved))
    lines = [(frame, _lines(solved[block.place])) for frame, block in blocks if block.place in solved]
    longest = sorted((one for one in lines if one[1]), key=lambda one: -one[1])[:LONGEST]
    return Counts(entries, {form: forms[form] for form in FORMS}, missing, misprints, tuple(longest))


def _standing(frame: Frame, solved: Mapping[Place, Solved]) -> str:
    """How an entry is derived; "" for one without derivations, which compares at most."""
    blocks = [block for block in derivations(frame.content) if block.kind != COMPARE]
    if not blocks:
        return ""
    if any(block.place not in solved for block in blocks):
        return REFUSED
    return INSTANCE if any(block.first("instance") for block in blocks) else GENERAL


def _misprints(block: DerivationBlock, solved: Mapping[Place, Solved]) -> Iterator[object]:
    return iter(solved[block.place].record.misprints if block.place in solved else ())


def _lines(one: Solved) -> int:
    return sum(len(block.lines) for block in one.worked.blocks)


def text_of(found: Counts) -> list[str]:
    """The counts as lines for a terminal."""
    total = sum(found.entries.values())
    kinds = ", ".join(f"{found.entries.get(kind, 0)} {word}" for kind, word in _WORDS.items())
    lines = [f"{total} {'entry' if total == 1 else 'entries'}: {kinds}"]
    lines.append("form against the book's: " + ", ".join(f"{found.forms[form]} {form}" for form in FORMS))
    for frame, refused in found.refused:
        lines.append(f"  refused ({label_of(frame)}) {refused.text}: {refused.reason}")
        if refused.missing:
            lines.append(f"    missing: {refused.missing}")
    if found.misprints:
        said = ", ".join(f"({label_of(frame)})" for frame in found.misprints)
        lines.append(f"{_many(len(found.misprints), 'misprint')} refuted: {said}")
    longest = ", ".join(f"({label_of(frame)}) {_many(count, 'line')}" for frame, count in found.longest)
    if longest:
        lines.append(f"longest: {longest}")
    return lines


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'s' * (count != 1)}"


_WORDS = {GENERAL: "derived in general form", INSTANCE: "on an instance only", REFUSED: "refused"}


def label_of(frame: Frame) -> str:
    """The number of an entry as text."""
    return "".join(getattr(piece, "text", "") for piece in frame.title)
