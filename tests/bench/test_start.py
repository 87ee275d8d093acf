"""``make bench``: what one waits for at the start - the import, and a whole run of the command."""

from __future__ import annotations

import os
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


def test_start(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    taken: dict[str, list[float]] = {name: [] for name in RUNS}
    # every module is compiled before the first run that counts, as on the second day of any installation
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPYCACHEPREFIX": str(tmp_path)}

    def run(command: list[str]) -> None:
        subprocess.run(command, check=True, capture_output=True, env=environment)

    for command in RUNS.values():
        run(command)
    for _ in range(REPEATS):
        for name, command in RUNS.items():
            taken[name].append(once(lambda c=command: run(c)))  # type: ignore[misc]
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
