"""``make bench``: the whole examples folder from nothing, with nothing changed, and after a change of one problem."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.bench.timing import aim, median, once, table

EXAMPLES = Path(__file__).parents[2] / "examples"
LECTURE = "lectures/differential-calculus.md"


def test_rebuild(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sources = tmp_path / "examples"
    shutil.copytree(EXAMPLES, sources)
    environment = {**os.environ, "DERIVGEN_CACHE": str(tmp_path / "cache")}
    seconds = {"from nothing": once(lambda: build(sources, environment))}
    seconds["nothing changed"] = median([once(lambda: build(sources, environment)) for _ in range(5)])
    lecture = sources / LECTURE
    lecture.write_text(lecture.read_text("utf-8").replace("of exp(cos(x^2))", "of exp(sin(x^2))"), encoding="utf-8")
    seconds["one problem changed"] = once(lambda: build(sources, environment))
    shutil.rmtree(sources.parent / "output")
    seconds["outputs gone, derivations kept"] = once(lambda: build(sources, environment))
    with capsys.disabled():
        table("derivgen build examples", ("run", "s"), [(name, f"{taken:.2f}") for name, taken in seconds.items()])
        quick = seconds["nothing changed"]
        aim("nothing changed", f"{quick:.2f} s", "below 0.5 s", quick < 0.5)


def build(sources: Path, environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "derivgen", "build", str(sources), "-o", str(sources.parent / "output")]
    subprocess.run(command, check=True, capture_output=True, env=environment)
