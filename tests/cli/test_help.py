"""The examples of the help work, the help says what may be chosen, and nothing heavy is loaded."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from derivgen.cli import app
from derivgen.language.problem import METHODS, QUANTITIES
from tests.cli.commands import LECTURE, TRACE, Run, process

FORMULAS = """\
---
title: Formulas
kind: reference
---

## 1

```derive
of a'*x
wrt x
```
"""


def examples(text: str) -> list[str]:
    """The lines under ``Examples:`` in a help text."""
    _, _, after = text.partition("Examples:\n")
    return [line.strip() for line in after.split("\n\n")[0].splitlines()]


@pytest.mark.parametrize("name", ["", *app.commands])
def test_the_examples_of_the_help_work(run: Run, name: str, tmp_path: Path) -> None:
    text = run(*name.split(), "--help").out
    lines = examples(text)
    assert lines and all("derivgen" in line for line in lines)
    lecture = LECTURE.replace("log(X)", "tr(X)")
    Path("examples/lectures").mkdir(parents=True)
    Path("examples/lectures/differential-calculus.md").write_text(lecture, encoding="utf-8")
    if name == "build":
        Path("week3.md").write_text(lecture, encoding="utf-8")
        run("new", "sheet", "sheet3")
        Path("course.csv").write_text("name,number\nA. Student,1\n", encoding="utf-8")
    Path("formulas.md").write_text(FORMULAS, encoding="utf-8")
    function = f'derivgen() {{ "{sys.executable}" -m derivgen "$@"; }}'
    for line in [f"{function}; {line}" for line in lines]:
        subprocess.run(["bash", "-c", line], check=True, capture_output=True, timeout=60, cwd=tmp_path)


def test_the_help_lists_every_method_kind_and_format(run: Run) -> None:
    text = " ".join(run("derive", "--help").out.split())
    assert all(name in text for name in (*METHODS, *QUANTITIES))
    assert "[text|latex|json|html|numpy]" in text


def test_a_whole_derivation_takes_no_time_worth_noticing() -> None:
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert process("derive", *TRACE).returncode == 0
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began < 4  # make bench has the figure


def test_heavy_libraries_stay_out() -> None:
    code = "import sys, derivgen.cli; derivgen.cli.main(['derive', 'x^2', '--wrt', 'x']); print(sorted(sys.modules))"
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    loaded = found.stdout.splitlines()[-1]
    assert "'derivgen.check'" in loaded
    for heavy in ("'sympy'", "'numpy'", "'jinja2'", "'markdown_it'", "'rich'", "'yaml'"):
        assert heavy not in loaded
