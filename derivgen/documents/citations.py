"""Blocks that cite others: ``as NAME: words`` makes a law of what a block shows, which blocks below it may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derivgen.documents.errors import SourceProblem
from derivgen.documents.model import DerivationBlock, Field


def law_of(block: DerivationBlock) -> tuple[str, str]:
    """Name and words of the law that a block proves; two empty texts where it proves none."""
    name, _, words = (block.text("as") or "").partition(":")
    return name.strip(), words.strip()


def used_by(block: DerivationBlock) -> tuple[str, ...]:
    """The laws that a block asks for, as it writes them, in their order."""
    items = (block.text("using") or "").split(",")
    return tuple(" ".join(item.split()) for item in items if item.strip())


def cited(block: DerivationBlock, proved: Mapping[str, int]) -> tuple[str, ...]:
    """Those of them that blocks of the document prove."""
    names = [item.removeprefix("right ").lstrip("<") for item in used_by(block)]
    return tuple(name for name in dict.fromkeys(names) if name in proved)


class Citations:
    """Which block proves which law, and in which rounds the blocks can be derived: each after those that it cites."""

    def __init__(self, blocks: Sequence[DerivationBlock]) -> None:
        self.blocks = blocks
        self.proved: dict[str, int] = {}
        self.problems: dict[int, SourceProblem] = {}
        self._level: list[int] = []
        for index, block in enumerate(blocks):
            self._level.append(self._reached(index, block))
            if name := law_of(block)[0]:
                self.proved.setdefault(name, index)
        self._note_later()

    def _reached(self, index: int, block: DerivationBlock) -> int:
        return max((self._level[self.proved[name]] + 1 for name in cited(block, self.proved)), default=0)

    def _note_later(self) -> None:
        """A law is used below the block that proves it."""
        for index, block in enumerate(self.blocks):
            for name in cited(block, self.proved):
                if self.proved[name] >= index:
                    where = f"it is proved in line {self.blocks[self.proved[name]].place.line}"
                    message = f"{name} is used before it is proved"
                    self.problems[index] = SourceProblem(_using(block).place, message, f"{where}: move that up")

    def rounds(self) -> Iterator[list[int]]:
        """The blocks by their numbers, those of one round at a time."""
        for level in range(max(self._level, default=-1) + 1):
            yield [index for index in range(len(self.blocks)) if self._level[index] == level]

    def needed(self, index: int) -> list[int]:
        """The blocks that a block cites, and those that they cite, in the order of the document."""
        found: set[int] = set()
        waiting = [index]
        while waiting:
            others = [self.proved[name] for name in cited(self.blocks[waiting.pop()], self.proved)]
            waiting += [one for one in others if one < index and one not in found]
            found.update(one for one in others if one < index)
        return sorted(found)

    def theorems(self, index: int, laws: Mapping[str, str]) -> tuple[str, ...] | SourceProblem:
        """The laws that a block cites, as texts of rules; a problem where one of them was not proved."""
        if index in self.problems:
            return self.problems[index]
        block = self.blocks[index]
        names = cited(block, self.proved)
        for name in names:
            if name not in laws:
                return SourceProblem(_using(block).place, f"{name} was not proved", "see what is wrong with its block")
        return tuple(laws[name] for name in names)


def _using(block: DerivationBlock) -> Field:
    field = block.first("using")
    assert field is not None
    return field
