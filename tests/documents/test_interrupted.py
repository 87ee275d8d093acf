"""Builds that are killed, starved, or meet another one: old outputs stay whole, and the next build does the work.

Each build is a process of its own, as it is for a user. ``make fuzz`` kills one 50 times.
"""

from __future__ import annotations

import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from hypothesis import settings

KILLS = 50 if settings().max_examples > 1000 else 3
SOURCE = """\
---
title: Interrupted
---

## A slide

- A line with $x^2$ in it, VERSION

```derive
of exp(3*x)
wrt x
```
"""
VERSIONS = ("the first", "the second")
Whole = tuple[Path, dict[str, dict[str, bytes]]]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def command(source: Path, output: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "derivgen", "build", str(source), "-o", str(output), *more]


def build(source: Path, output: Path, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(source, output), capture_output=True, text=True, timeout=300, env=ENVIRONMENT, check=False, **options
    )  # type: ignore[call-overload, no-any-return]


def files(output: Path) -> dict[str, bytes]:
    """What a user sees in a folder."""
    return {path.name: path.read_bytes() for path in output.iterdir() if not path.name.startswith(".")}


def hidden(output: Path) -> set[str]:
    return {path.name for path in output.iterdir() if path.name.startswith(".")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """A source with a path that has spaces, and what is made of each of its versions."""
    folder = tmp_path_factory.mktemp("a folder")
    made = {}
    for version in VERSIONS:
        source = folder / version / "my week.md"
        source.parent.mkdir()
        source.write_text(SOURCE.replace("VERSION", version))
        done = build(source, folder / version / "out put")
        assert (done.returncode, done.stderr) == (0, "")
        made[version] = files(folder / version / "out put")
        assert len(made[version]) == 6
    assert all(made[VERSIONS[0]][name] != made[VERSIONS[1]][name] for name in ("my week.pdf", "my week.tex"))
    return folder, made


def test_a_build_killed_at_any_moment_leaves_whole_files_and_the_next_one_finishes(
    whole: Whole, tmp_path: Path
) -> None:
    _, made = whole
    source, output = tmp_path / "my week.md", tmp_path / "output"
    chance = random.Random(7)
    takes = 0.0
    for version in (VERSIONS[1], VERSIONS[0]):  # the second time as those below: what is derived is kept
        source.write_text(SOURCE.replace("VERSION", version))
        began = time.monotonic()
        build(source, output)
        takes = time.monotonic() - began
    moments = [takes * (k + chance.random()) / KILLS for k in range(KILLS)]  # spread over the whole build
    at_work = 0
    for k, moment in enumerate(moments):
        version, before = VERSIONS[(k + 1) % 2], VERSIONS[k % 2]
        source.write_text(SOURCE.replace("VERSION", version))
        process = subprocess.Popen(
            command(source, output), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT,
            start_new_session=True,
        )  # fmt: skip
        time.sleep(moment)
        if process.poll() is None:
            at_work += 1
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        found = files(output)
        assert found.keys() == made[before].keys()
        for name, data in found.items():
            assert data in (made[before][name], made[version][name]), f"{name} after {moment:.2f} s of {takes:.2f}"
        done = build(source, output)
        assert (done.returncode, done.stderr) == (0, "")
        assert files(output) == made[version]
        assert hidden(output) == {".derivgen-build.json", ".derivgen-lock"}
    print(f"{at_work} of {KILLS} builds were at work when they were killed")
    assert at_work >= KILLS // 3


def test_two_builds_at_once_both_succeed(whole: Whole, tmp_path: Path) -> None:
    _, made = whole
    source, output = tmp_path / "my week.md", tmp_path / "output"
    source.write_text(SOURCE.replace("VERSION", VERSIONS[0]))
    both = [
        subprocess.Popen(
            command(source, output), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert files(output) == made[VERSIONS[0]]
    assert any("up to date" in out for out, _ in said), "the second finds the work done"


def test_without_tex_the_old_output_stays(whole: Whole, tmp_path: Path) -> None:
    folder, made = whole
    output = tmp_path / "output"
    shutil.copytree(folder / VERSIONS[0] / "out put", output)
    source = tmp_path / "my week.md"
    source.write_text(SOURCE.replace("VERSION", VERSIONS[1]))
    empty = {**ENVIRONMENT, "PATH": str(tmp_path)}
    done = subprocess.run(command(source, output), capture_output=True, text=True, env=empty, check=False, timeout=300)
    assert done.returncode == 3 and "To install it, type:" in done.stderr
    assert files(output) == made[VERSIONS[0]]


def may_mount() -> bool:
    """Whether a small disk can be made here, and a folder read-only for root."""
    if os.geteuid() or not shutil.which("mount"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(["mount", "-t", "tmpfs", "none", folder], capture_output=True, check=False).returncode:
            return False
        subprocess.run(["umount", "-l", folder], check=True)
    return True


MAY_MOUNT = may_mount()


@contextmanager
def mounted(folder: Path, *options: list[str]) -> Iterator[None]:
    for one in options:
        subprocess.run(["mount", *one, str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def second_version(whole: Whole, output: Path, source: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """An output of the first version, whose source now is the second one; what is made of each."""
    folder, made = whole
    shutil.copytree(folder / VERSIONS[0] / "out put", output)
    source.write_text(SOURCE.replace("VERSION", VERSIONS[1]))
    return made[VERSIONS[0]], made[VERSIONS[1]]


@pytest.mark.parametrize("small", ["file", *(["disk"] if MAY_MOUNT else [])])
def test_no_room_is_named_and_the_old_output_stays(whole: Whole, tmp_path: Path, small: str) -> None:
    """A disk that is full, or a limit of 20 kB for every file."""
    disk, source = tmp_path / "disk", tmp_path / "my week.md"
    disk.mkdir()
    with mounted(disk, ["-t", "tmpfs", "-o", "size=1m", "none"]) if small == "disk" else nullcontext():
        before, after = second_version(whole, disk / "output", source)
        if small == "disk":
            with pytest.raises(OSError, match="No space left"), (disk / "filled").open("wb", buffering=0) as filled:
                while True:
                    filled.write(bytes(4096))
        line = (
            f"ulimit -f {20 if small == 'file' else 'unlimited'}; exec {shlex.join(command(source, disk / 'output'))}"
        )
        done = subprocess.run(
            ["bash", "-c", line], capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=300
        )
        assert done.returncode in (2, 3), done
        assert "Traceback" not in done.stderr
        assert re.search("No space left|no room on the disk|File too large|becomes too large", done.stderr), done.stderr
        found = files(disk / "output")
        assert all(found[name] in (before[name], after[name]) for name in before), "each file is whole"
        assert found["my week.pdf"] == before["my week.pdf"]
        (disk / "filled").unlink(missing_ok=True)
        assert build(source, disk / "output").returncode == 0
        assert files(disk / "output") == after


def test_an_output_that_may_not_be_written_is_named(whole: Whole, tmp_path: Path) -> None:
    output, source = tmp_path / "output", tmp_path / "my week.md"
    before, _ = second_version(whole, output, source)
    output.chmod(0o555)
    bind = (
        ["--bind", str(output)],
        ["-o", "remount,bind,ro", str(output)],
    )  # root may write where only a mode forbids it
    with mounted(output, *bind) if MAY_MOUNT else nullcontext():
        done = build(source, output)
    output.chmod(0o755)
    if os.geteuid() or MAY_MOUNT:  # nothing is read-only for root who may not mount
        assert done.returncode == 2, done
        assert "Traceback" not in done.stderr and str(output) in done.stderr
        assert "name a folder with -o where you may write" in done.stderr
        assert files(output) == before
