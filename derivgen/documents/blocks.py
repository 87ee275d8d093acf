"""The lines of ```derive, ```prove, ```expand, ```compare and ```draw blocks: which keys there are, and what is wrong
with a block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from derivgen.documents.errors import SourceProblem, nearest
from derivgen.documents.model import DerivationBlock, DrawBlock, Field, Place

ALL = ("derive", "prove", "expand")
COMPARE = "compare"


@dataclass(frozen=True, slots=True)
class Key:
    """What a key may be: the blocks that know it, whether it may stand twice, and the values it takes (any
    if empty): those of ``choices``, or those of a ``pattern``, as in its ``example``."""

    kinds: tuple[str, ...] = ALL
    repeats: bool = False
    choices: tuple[str, ...] = ()
    pattern: str = ""
    example: str = ""


KEYS = {
    "let": Key((*ALL, COMPARE), repeats=True),
    "of": Key(("derive", "expand", COMPARE)),
    "is": Key((COMPARE,)),
    "under": Key((COMPARE,)),
    "show": Key(("prove",)),
    "law": Key(("prove",)),
    "wrt": Key(("derive",)),
    "assume": Key(repeats=True),
    "by": Key(("derive",)),
    "from": Key(("prove",)),
    "via": Key(("prove",), repeats=True),
    "kind": Key(("derive",)),
    "order": Key(("derive", "expand")),
    "along": Key(("derive",)),
    "vary": Key(("derive",), choices=("free", "structured")),
    "layout": Key(("derive",), choices=("gradient", "numerator", "denominator")),
    "convention": Key(("derive",), choices=("wirtinger", "gradient")),
    "to": Key(("derive",)),
    "using": Key(("derive", "prove")),
    "as": Key(("derive", "prove"), pattern=r"\w+: \S.*", example="as d_quadratic: differential of a quadratic form"),
    "book": Key(("derive",)),
    "differs": Key(("derive",)),
    "misprint": Key(("derive", "prove", COMPARE), repeats=True),
    "instance": Key(("derive", "prove")),
    "long": Key(("derive", "prove")),
    "missing": Key(("derive", "prove")),
    "detail": Key(choices=("lecture", "worked", "full")),
    "id": Key(),
    "title": Key(),
    "marks": Key(pattern=r"\d+", example="marks 4"),
    "worth": Key(repeats=True, pattern=r"\d+ (?:for )?(?:result|line \d+|\w+)", example="worth 2 tr_cyclic"),
    "accept": Key(repeats=True),
    "room": Key(pattern=r"none|\d+ ?mm", example="room 60mm"),
    "stop": Key(pattern=r"(?:after )?(?:line )?\d+", example="stop after line 3"),
    "given": Key(pattern=r"(?:up to )?(?:line )?\d+", example="given up to line 2"),
    "dimensions": Key(choices=("shown", "hidden")),
}
NEEDED = {"derive": "of", "prove": "show", "expand": "of", COMPARE: "of"}


def read_block(
    kind: str, text: str, file: str, line: int, indent: int = 0
) -> tuple[DerivationBlock, list[SourceProblem]]:
    """The block whose content ``text`` begins at ``line``, and everything that is wrong with it."""
    fields: list[Field] = []
    problems: list[SourceProblem] = []
    for field in fields_of(text, file, line, indent):
        problem = _wrong_key(kind, field, fields) or _wrong_value(field)
        if problem:
            problems.append(problem)
        elif field.key:
            fields.append(field)
    block = DerivationBlock(kind, tuple(fields), Place(file, line - 1, indent + 1, 3 + len(kind)))
    needed = NEEDED[kind]
    if not problems and block.first(needed) is None and block.first("law") is None:
        problems.append(
            SourceProblem(block.place, f'this {kind} block has no "{needed}"', f'add a line "{needed} ..."')
        )
    elif not problems and (lacking := _incomplete(block)):
        problems.append(lacking)
    return block, problems


def _incomplete(block: DerivationBlock) -> SourceProblem | None:
    """What a comparison lacks: it says what holds, and what the book has instead."""
    if block.kind != COMPARE:
        return None
    if block.first("is") is None:
        return SourceProblem(block.place, 'this compare block has no "is"', 'add a line "is ..." with what holds')
    if block.first("misprint") is None and block.first("under") is None:
        hint = 'add "misprint ..." with the false form, or "under ..." with declarations for which it fails'
        return SourceProblem(block.place, "this compare block has nothing to compare with", hint)
    return None


def read_draw(text: str, file: str, line: int, indent: int = 0) -> DrawBlock:
    """The block of free parameters whose content ``text`` begins at ``line``; each line is a field without a key."""
    fields = []
    for field in fields_of(text, file, line, indent):
        start = field.place.column - len(field.key) - 1
        whole = f"{field.key} {field.value}".strip()
        fields.append(Field("", whole, Place(file, field.place.line, max(1, start), len(whole))))
    return DrawBlock(tuple(fields), Place(file, line - 1, indent + 1, 7))


def fields_of(text: str, file: str, line: int, indent: int) -> Iterator[Field]:
    """A field for every line that is neither empty nor a comment; deeper indented lines continue the one
    above."""
    pending: Field | None = None
    for offset, raw in enumerate(text.split("\n")):
        content = raw.split("#", 1)[0].rstrip()
        if not content.strip():
            continue
        if content[0].isspace() and pending is not None:
            pending = Field(pending.key, f"{pending.value}\n{content}", pending.place)
            continue
        if pending is not None:
            yield pending
        key, _, rest = content.strip().partition(" ")
        column = indent + len(content) - len(content.lstrip()) + len(key) + 1 + len(rest) - len(rest.lstrip()) + 1
        pending = Field(key, rest.strip(), Place(file, line + offset, column, max(1, len(rest.strip()))))
    if pending is not None:
        yield pending


def _wrong_key(kind: str, field: Field, before: list[Field]) -> SourceProblem | None:
    here = Place(field.place.file, field.place.line, max(1, field.place.column - len(field.key) - 1), len(field.key))
    key = KEYS.get(field.key)
    known = [name for name, entry in KEYS.items() if kind in entry.kinds]
    if key is None:
        return SourceProblem(here, f'unknown key "{field.key}" in a {kind} block', nearest(field.key, known))
    if kind not in key.kinds:
        blocks = " and ".join(key.kinds)
        hint = f"it is known in {blocks} blocks"
        if field.key in NEEDED.values():
            hint += f'; a {kind} block has "{NEEDED[kind]}" in its place'
        return SourceProblem(here, f'"{field.key}" does not belong in a {kind} block', hint)
    if not key.repeats and any(other.key == field.key for other in before):
        return SourceProblem(here, f'"{field.key}" stands twice in this block', "keep one of them")
    return None


def _wrong_value(field: Field) -> SourceProblem | None:
    choices, key = KEYS[field.key].choices, KEYS[field.key]
    if not field.value:
        return SourceProblem(field.place, f'nothing follows "{field.key}"', f'write "{field.key} ..." on one line')
    if choices and field.value not in choices:
        return SourceProblem(field.place, f'unknown {field.key} "{field.value}"', nearest(field.value, choices))
    if key.pattern and not re.fullmatch(key.pattern, field.value):
        message = f'{field.key} cannot be "{field.value}"'
        return SourceProblem(field.place, message, f'write for example "{key.example}"')
    if field.key == "order" and not field.value.isdigit():
        return SourceProblem(field.place, f'order is a number, not "{field.value}"')
    return None
