"""How far a reference has come: what is derived and in which form, what is refused and what it lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from derivgen.documents.blocks import COMPARE
from derivgen.documents.errors import Refused, SourceProblem
from derivgen.documents.model import DerivationBlock, Document, Frame, Place, derivations
from derivgen.documents.record import OTHER, SAME, SIMPLER
from derivgen.documents.solve import Solved

GENERAL, INSTANCE, REFUSED = "general", "instance", "refused"
FORMS = (SAME, SIMPLER, OTHER)
LONGEST = 5
MOST_LINES = 8
"""The lines of a derivation whose author need not say why it is that long."""


@dataclass(frozen=True, slots=True)
class Length:
    """The lines of a derivation of an entry, and why they are that many, where its author says so."""

    frame: Frame
    lines: int
    why: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Entries by how they are derived (an entry counts by its weakest derivation), derivations by their form against
    the book's, what was derived on an instance and on which, what was refused, the misprints that were refuted, and
    the longest derivations."""

    entries: Mapping[str, int]
    forms: Mapping[str, int]
    instances: tuple[tuple[Frame, str], ...]
    refused: tuple[tuple[Frame, Refused], ...]
    misprints: tuple[Frame, ...]
    longest: tuple[Length, ...]


def counts(document: Document, solved: Mapping[Place, Solved], refused: Mapping[Place, Refused]) -> Counts:
    """The counts of a document of which ``solved`` was derived and ``refused`` was not."""
    entries = Counter(standing for frame in document.frames() if (standing := _standing(frame, solved)))
    blocks = list(document.derivations())
    forms = Counter(solved[block.place].record.against for _, block in blocks if block.place in solved)
    instances = tuple((frame, text) for frame, block in blocks if (text := block.text("instance")))
    missing = tuple((frame, refused[block.place]) for frame, block in blocks if block.place in refused)
    misprints = tuple(frame for frame, block in blocks for _ in _misprints(block, solved))
    lengths = [
        Length(frame, lines, block.text("long") or "") for frame, block in blocks if (lines := _lines(block, solved))
    ]
    longest = sorted(lengths, key=lambda one: -one.lines)[:LONGEST]
    return Counts(entries, {form: forms[form] for form in FORMS}, instances, missing, misprints, tuple(longest))


def unexplained(document: Document, solved: Mapping[Place, Solved]) -> Iterator[SourceProblem]:
    """The derivations that are long without a reason."""
    for _, block in document.derivations():
        lines = _lines(block, solved)
        if lines > MOST_LINES and not block.text("long"):
            hint = 'shorten it ("stop after line 3", a "law" of an earlier entry), or say why with "long REASON"'
            yield SourceProblem(block.place, f"this has {lines} lines, more than {MOST_LINES}", hint)


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


def _lines(block: DerivationBlock, solved: Mapping[Place, Solved]) -> int:
    """How many lines of a block are displayed; none where it was refused."""
    return sum(len(part.lines) for part in solved[block.place].worked.blocks) if block.place in solved else 0


def text_of(found: Counts) -> list[str]:
    """The counts as lines for a terminal."""
    total = sum(found.entries.values())
    kinds = ", ".join(f"{found.entries.get(kind, 0)} {word}" for kind, word in _WORDS.items())
    lines = [f"{total} {'entry' if total == 1 else 'entries'}: {kinds}"]
    lines.append("form against the book's: " + ", ".join(f"{found.forms[form]} {form}" for form in FORMS))
    lines += [f"  on an instance ({label_of(frame)}): {instance}" for frame, instance in found.instances]
    for frame, refused in found.refused:
        lines.append(f"  refused ({label_of(frame)}) {refused.text}: {refused.reason}")
        if refused.missing:
            lines.append(f"    missing: {refused.missing}")
    if found.misprints:
        said = ", ".join(f"({label_of(frame)})" for frame in found.misprints)
        lines.append(f"{_many(len(found.misprints), 'misprint')} refuted: {said}")
    if found.longest:
        lines.append("longest:")
    lines += [f"  ({label_of(one.frame)}) {_many(one.lines, 'line')}{_because(one)}" for one in found.longest]
    return lines


def _because(one: Length) -> str:
    return f": {one.why}" if one.why else ""


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'s' * (count != 1)}"


_WORDS = {GENERAL: "derived in general form", INSTANCE: "on an instance only", REFUSED: "refused"}


def label_of(frame: Frame) -> str:
    """The number of an entry as text."""
    return "".join(getattr(piece, "text", "") for piece in frame.title)
