"""How far a build is: plain lines, and at a terminal a bar while it derives."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Counting:
    """Says what a build has done, and shows a bar while it derives; a context that ends the bar."""

    def __init__(self) -> None:
        self.bar: Progress | None = None
        self.task: TaskID | None = None

    def __enter__(self) -> Counting:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self.bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.stop()

    def say(self, text: str) -> None:
        """A line of its own."""
        click.echo(text)

    def derived(self, file: str, done: int, total: int) -> None:
        """So many derivations of a file are done."""
        if self.bar is None:
            return
        if self.task is None or done == 0 or self.bar.tasks[-1].description != file:
            self.task = self.bar.add_task(file, total=total)
        self.bar.update(self.task, completed=done)
        if done == total:
            self.bar.remove_task(self.task)
            self.task = None
