"""``make bench``: what one waits for at the start - the import, and a whole run of the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.timing import aim, median, once, table

COMMAND = str(Path(sys.executable).with_name("derivgen"))
REPEATS = 7
RUNS = {
    "python, nothing imported": [sys.executable, "-c", "pass"],
    "import derivgen": [sys.executable, "-c", "import derivgen"],  # loads next to nothing until a name is used
    "from derivgen import derive": [sys.executable, "-c", "from derivgen import derive"],
    "import sympy": [sys.executable, "-c", "import sympy"],
    "derivgen --help": [COMMAND, "--help"],
    'derivgen derive "tr(A*X*B)" --wrt X': [COMMAND, "derive", "tr(A*X*B)", "--wrt", "X"],
    'derivgen derive "x^2" --wrt x': [COMMAND, "derive", "x^2", "--wrt", "x"],
}


def test_start(capsys: pytest.CaptureFixture[str]) -> None:
    taken: dict[str, list[float]] = {name: [] for name in RUNS}
    for _ in range(REPEATS):
        for name, command in RUNS.items():
            taken[name].append(once(lambda c=command: subprocess.run(c, check=True, capture_output=True)))  # type: ignore[misc]
    seconds = {name: median(values) for name, values in taken.items()}
    bare, named, usable, peer, _, *runs = seconds.values()
    whole = max(runs)
    ratios = {
        "from derivgen import derive / import sympy, the one to judge by": (usable - bare) / (peer - bare),
        "import derivgen / import sympy, which defers the work": (named - bare) / (peer - bare),
    }
    with capsys.disabled():
        table("fresh processes", ("run", "ms"), [(name, f"{1000 * s:.0f}") for name, s in seconds.items()])
        print("  python itself taken off:")
        for name, ratio in ratios.items():
            aim(name, f"{ratio:.2f}", "below 0.33", ratio < 1 / 3)
        aim("a whole derive run, check included", f"{whole:.2f} s", "below 0.5 s", whole < 0.5)
