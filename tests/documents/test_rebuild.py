"""What a build with nothing to do loads, runs and costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.documents.test_interrupted import ENVIRONMENT, SOURCE, build

HEAVY = ("jinja2", "markdown_it", "math_core", "numpy", "pylatex", "contourpy", "pikepdf", "derivgen.documents.build")
CODE = "import sys, derivgen.cli; status = derivgen.cli.main(sys.argv[1:]); print(status, *sorted(sys.modules))"


def test_with_nothing_changed_nothing_heavy_is_loaded_and_no_tex_runs(tmp_path: Path) -> None:
    """Even TeX may be gone; and as soon as something has changed it is wanted."""
    source = tmp_path / "week.md"
    source.write_text(SOURCE)
    assert build(source, tmp_path / "out").returncode == 0
    line = [sys.executable, "-c", CODE, "build", str(source), "-o", str(tmp_path / "out")]
    without_tex = {**ENVIRONMENT, "PATH": str(tmp_path)}
    said = subprocess.run(line, capture_output=True, text=True, env=without_tex, check=True, timeout=60).stdout
    told, loaded = said.strip().split("\n")
    assert told == f"{source}: up to date" and loaded.startswith("0 ")
    assert not set(HEAVY) & set(loaded.split())
    source.write_text(SOURCE + "\nmore\n")
    again = subprocess.run(line, capture_output=True, text=True, env=without_tex, check=True, timeout=60)
    assert again.stdout.startswith("3 ") and "pdflatex is not installed" in again.stderr
