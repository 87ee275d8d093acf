"""The folder that a build writes to: one build at a time, nothing left over from one that was killed."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from derivgen.documents.stale import HALF_WRITTEN
from derivgen.documents.typeset import WORK

LOCK = ".derivgen-lock"


@contextmanager
def working_in(output: Path, wait: Callable[[], None]) -> Iterator[None]:
    """The folder, made if it is not there, for one build alone; ``wait`` is called if another one is at work.

    The system releases the lock of a build that is killed. Raises OSError where nothing can be written.
    """
    output.mkdir(parents=True, exist_ok=True)
    lock = FileLock(output / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        wait()
        lock.acquire()
    try:
        _clear(output)
        yield
    finally:
        lock.release()


def _clear(output: Path) -> None:
    """Remove what a build that was killed has left."""
    for left in output.rglob(f"{WORK}*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in output.rglob(f".*{HALF_WRITTEN}*"):
        left.unlink(missing_ok=True)


_ADVICE = {
    errno.ENOSPC: "make room on the disk, or name another folder with -o",
    errno.EDQUOT: "make room on the disk, or name another folder with -o",
    errno.EACCES: "name a folder with -o where you may write",
    errno.EPERM: "name a folder with -o where you may write",
    errno.EROFS: "name a folder with -o where you may write",
}


def unwritable(error: OSError, near: Path) -> str:
    """What to say when a file cannot be written: which, why, and what to do."""
    place = error.filename2 or error.filename or near
    reason = error.strerror or str(error)
    advice = _ADVICE.get(error.errno or 0, "")
    return f"{os.fspath(place)}: error: {reason}" + (f"\n  {advice}" if advice else "")
