"""Where derivations are made: in this process or in several, within which limits, with which cache, and who counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from derivgen.documents.cache import Cache
from derivgen.documents.limits import STRANGERS, Limits
from derivgen.documents.workers import Stopped, each

Task = TypeVar("Task")
Result = TypeVar("Result")


def _unseen(file: str, done: int, total: int) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """How derivations are made: in ``processes`` processes within ``limits``, or for 0 in this one without any.

    ``cache`` keeps what was made; ``counted`` is told the file, how many derivations are done, and of how many.
    """

    limits: Limits = STRANGERS
    processes: int = 0
    cache: Cache | None = None
    counted: Callable[[str, int, int], None] = _unseen

    def make(
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[tuple[tuple[str, ...], Task]],
        file: str,
        keep: Callable[[Result | Stopped], bool],
    ) -> Iterator[tuple[int, Result | Stopped]]:
        """(index, result) for each (key, task); a result that was kept under its key is not made again."""
        missing = []
        for index, (key, _) in enumerate(tasks):
            kept = self.cache.get(*key) if self.cache is not None else None
            if kept is None:
                missing.append(index)
            else:
                yield index, kept
        self.counted(file, len(tasks) - len(missing), len(tasks))
        for done, (number, result) in enumerate(self._made(work, [tasks[index][1] for index in missing]), start=1):
            index = missing[number]
            self.counted(file, len(tasks) - len(missing) + done, len(tasks))
            if self.cache is not None and keep(result):
                self.cache.put(result, *tasks[index][0])
            yield index, result

    def _made(self, work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[int, Result | Stopped]]:
        if self.processes:
            yield from each(work, tasks, self.limits, self.processes)
        else:
            yield from ((number, work(task)) for number, task in enumerate(tasks))
