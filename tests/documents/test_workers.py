"""Processes: what is stopped, what goes on, and what remains."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from derivgen.documents.limits import Limits
from derivgen.documents.workers import Stopped, each

LIMITS = Limits(seconds=0.5, memory=1 << 30)


def misbehave(task: str) -> str:
    if task == "sleep":
        time.sleep(60)
    if task == "compute":  # one call that no signal handler of Python interrupts
        return str(len(str(2 ** (1 << 33))))
    if task == "allocate":
        return str(len(bytearray(4 << 30)))
    if task == "exit":
        os._exit(7)
    return task.upper()


def test_one_that_misbehaves_is_stopped_and_the_others_go_on() -> None:
    tasks = ["a", "sleep", "b", "allocate", "c", "exit", "d", "compute", "e"]
    found = dict(each(misbehave, tasks, LIMITS, processes=2))
    assert [found[k] for k in (0, 2, 4, 6, 8)] == ["A", "B", "C", "D", "E"]
    reasons = [one.reason for one in (found[1], found[3], found[5], found[7]) if isinstance(one, Stopped)]
    assert [reason[:14] for reason in reasons[:3]] == ["it takes more ", "it needs more ", "its process en"]
    assert len(reasons) == 4 and "0.5 seconds" in reasons[0] and "1024 MB" in reasons[1] and "7" in reasons[2]


def test_there_may_be_nothing_to_do() -> None:
    assert list(each(misbehave, [])) == []


def test_who_stops_listening_leaves_no_process_behind() -> None:
    results = each(misbehave, ["a", "sleep", "sleep"], Limits(seconds=60), processes=3)
    began = time.monotonic()
    assert next(results) == (0, "A")
    results.close()
    assert time.monotonic() - began < 5


def test_workers_end_when_their_parent_is_killed() -> None:
    """Each worker prints its number; then the parent is killed, and soon none of them is there."""
    code = (
        "import os, time\n"
        "from derivgen.documents.workers import each\n"
        "def work(task):\n"
        "    os.write(1, f'{os.getpid()}\\n'.encode())\n"
        "    time.sleep(0.3 if task else 60)\n"
        "list(each(work, [1, 1, 1, 0], processes=3))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids = {int(parent.stdout.readline()) for _ in range(3)}
    time.sleep(0.5)  # two of them wait for more work now, one is asleep in it
    parent.kill()
    parent.stdout.close()
    parent.wait()
    deadline = time.monotonic() + 10
    while (alive := [pid for pid in pids if running(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in alive:
        os.kill(pid, 9)
    assert len(alive) <= 1, "only one that is at work may go on until it has done it"


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()  # one that has ended may wait for someone to notice
        return stat.rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
