"""Work in processes of its own, on all cores: one that takes too long or too much memory is ended, the others go on."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from derivgen.documents.limits import STRANGERS, Limits

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Stopped:
    """Work that gave no result: it took too long, needed too much memory, or its process ended."""

    reason: str


def cores() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(
    work: Callable[[Task], Result], tasks: Sequence[Task], limits: Limits = STRANGERS, processes: int = 0
) -> Iterator[tuple[int, Result | Stopped]]:
    """(index, result) of ``work`` for each task, in the order in which they end.

    ``work`` must raise nothing, and its result must be picklable. Where the system cannot fork, the tasks are done one
    after another, without limits.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        yield from ((index, work(task)) for index, task in enumerate(tasks))
        return
    crew = _Crew(work, tasks, limits)
    try:
        yield from crew.run(min(processes or cores(), len(tasks)))
    finally:
        crew.dismiss()


class _Worker:
    """A process that does one task after another; ``task`` is the index of the one it is at."""

    def __init__(self, work: Callable[[Any], Any], tasks: Sequence[Any], limits: Limits) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, self.pipe, work, tasks, limits), daemon=True)
        self.process.start()
        theirs.close()
        self.task = -1
        self.until = 0.0

    def begin(self, task: int, seconds: float) -> None:
        """Begin a task, which may take so many seconds."""
        self.task, self.until = task, time.monotonic() + seconds
        self.pipe.send(task)

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


class _Crew(Generic[Task, Result]):
    def __init__(self, work: Callable[[Task], Result], tasks: Sequence[Task], limits: Limits) -> None:
        self.work, self.tasks, self.limits = work, tasks, limits
        self.workers: list[_Worker] = []
        self.next = 0

    def run(self, processes: int) -> Iterator[tuple[int, Result | Stopped]]:
        """The results, as they come."""
        for _ in range(processes):
            self._hire()
        while self.workers:
            left = min(worker.until for worker in self.workers) - time.monotonic()
            ready = set(wait([worker.pipe for worker in self.workers], max(0.0, left)))
            for worker in list(self.workers):
                if worker.pipe in ready:
                    yield worker.task, self._received(worker)
                elif time.monotonic() > worker.until:
                    yield worker.task, Stopped(f"it takes more than {self.limits.seconds:g} seconds")
                    self._replace(worker)

    def dismiss(self) -> None:
        """End all processes."""
        for worker in self.workers:
            worker.end()
        self.workers.clear()

    def _received(self, worker: _Worker) -> Result | Stopped:
        try:
            result: Result | Stopped = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join()
            result = Stopped(f"its process ended (status {worker.process.exitcode})")
            self._replace(worker)
            return result
        if self.next < len(self.tasks):
            self._assign(worker)
        else:
            self._release(worker)
        return result

    def _hire(self) -> None:
        if self.next < len(self.tasks):
            worker = _Worker(self.work, self.tasks, self.limits)
            self.workers.append(worker)
            self._assign(worker)

    def _assign(self, worker: _Worker) -> None:
        worker.begin(self.next, self.limits.seconds)
        self.next += 1

    def _release(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.end()

    def _replace(self, worker: _Worker) -> None:
        self._release(worker)
        self._hire()


def _serve(
    pipe: Connection, theirs: Connection, work: Callable[[Any], Any], tasks: Sequence[Any], limits: Limits
) -> None:
    """Does tasks until the other end of the pipe is closed. Memory is limited here, time by the other end."""
    theirs.close()
    parent = os.getppid()
    Limits(seconds=0, memory=limits.memory, file_size=limits.file_size).impose()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            while not pipe.poll(1.0):  # the parent may have been killed, and then nobody closes the pipe
                if os.getppid() != parent:
                    return
            index = pipe.recv()
            try:
                result = work(tasks[index])
            except MemoryError:
                result = Stopped(f"it needs more than {limits.memory >> 20} MB of memory")
            pipe.send(result)
