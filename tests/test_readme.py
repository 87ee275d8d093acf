"""The README is true: every command and every block in it runs here, and prints what stands there.

``console`` blocks hold commands and their output, ``python`` blocks are sessions, a block with a file name is that
file, ``sh`` blocks set things up. ``python -m tests.test_readme`` writes the output of today into the README.
"""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
FENCE = re.compile(r"^(?P<mark>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=mark)$", re.MULTILINE | re.DOTALL)
PROGRAM = Path(sys.executable).with_name("derivgen")


class Block(NamedTuple):
    """A fenced block: ``language`` and, where it is a file, ``name``."""

    language: str
    name: str
    body: str
    line: int


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a text in Markdown."""
    for found in FENCE.finditer(text):
        language, _, name = found["info"].strip().partition(" ")
        yield Block(language, name, found["body"], text.count("\n", 0, found.start()) + 1)


BLOCKS = tuple(blocks(README.read_text("utf-8")))


def of(language: str) -> list[Block]:
    """The blocks in one language; a block that is a file is none of them."""
    return [block for block in BLOCKS if block.language == language and not block.name]


def write_files(folder: Path) -> None:
    """The files that the README shows."""
    for block in BLOCKS:
        if block.name:
            (folder / block.name).write_text(block.body, encoding="utf-8")


def session(body: str, folder: Path) -> str:
    """The commands of a console block with what they print now, errors included."""
    shown = []
    path = f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"
    for command in (line[2:] for line in body.splitlines() if line.startswith("$ ")):
        run = subprocess.run(
            ["sh", "-c", command], cwd=folder, env={**os.environ, "PATH": path, "COLUMNS": "100"}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60,
        )  # fmt: skip
        shown.append(f"$ {command}\n{run.stdout}")
    return "".join(shown)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("readme")
    write_files(made)
    return made


@pytest.mark.parametrize("block", of("console"), ids=lambda block: f"line {block.line}")
def test_a_command_prints_what_the_readme_shows(block: Block, folder: Path) -> None:
    assert session(block.body, folder) == block.body, "python -m tests.test_readme brings the README up to date"


def test_the_readme_begins_with_a_command_that_answers() -> None:
    assert BLOCKS[0].language == "console"
    assert "A'*B'" in BLOCKS[0].body and "checked:" in BLOCKS[0].body


def test_the_session_in_python_is_true() -> None:
    text = "\n".join(block.body for block in of("python"))
    test = doctest.DocTestParser().get_doctest(text, {}, "README.md", str(README), 0)
    said: list[str] = []
    outcome = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert outcome.attempted >= 10
    assert not outcome.failed, "".join(said)


def test_the_sources_build(folder: Path) -> None:
    """A lecture makes slides, a handout and worked solutions, a reference one document."""
    sources = {block.name: block.body for block in BLOCKS if block.name.endswith(".md")}
    assert sources
    for source, text in sources.items():
        run = subprocess.run([PROGRAM, "build", source], cwd=folder, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        pages = re.findall(rf"{Path(source).stem}(?:-handout|-worked)?\.pdf: (\d+) pages", run.stdout)
        assert len(pages) == (1 if "kind: reference" in text else 3), run.stdout


def test_the_first_taste_installs_and_answers(tmp_path: Path) -> None:
    """The lines of the README in a copy. It borrows the packages of this environment: only derivgen is built."""
    clone = tmp_path / "clone"
    clone.mkdir()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone / name)
    answer = ""
    for line in of("sh")[0].body.splitlines():
        run = subprocess.run(
            ["sh", "-c", line], cwd=clone, env=_borrowing(), capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, f"{line}\n{run.stdout}{run.stderr}"
        _lend_packages(clone / ".venv")
        answer = run.stdout + run.stderr
    assert "A'*B'" in answer
    inside = "import derivgen, sys; sys.exit(0 if sys.prefix in derivgen.__file__ else derivgen.__file__)"
    subprocess.run([clone / ".venv/bin/python", "-c", inside], cwd=tmp_path, check=True)


def _borrowing() -> dict[str, str]:
    """Pip fetches nothing but the builder, and that only where it is not here already."""
    builder = {"PIP_NO_BUILD_ISOLATION": "0"} if importlib.util.find_spec("hatchling") else {}  # 0: do not isolate
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # not another derivgen
    return {**own, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **builder}


def _lend_packages(venv: Path) -> None:
    """Let a new environment see the packages of this one, behind its own."""
    here = Path(pytest.__file__).parents[1]
    for site in venv.glob("lib/python*/site-packages"):
        (site / "lent.pth").write_text(f"{here}\n", encoding="utf-8")


def test_the_targets_of_make_are_there() -> None:
    targets = {line.split()[1] if " " in line else "all" for line in of("sh")[1].body.splitlines()}
    targets |= set(re.findall(r"`make (\w+)`", README.read_text("utf-8")))
    made = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert targets >= {"all", "test", "bench"}
    assert targets <= made


def test_what_the_readme_points_at_is_there() -> None:
    text = README.read_text("utf-8")
    named = re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r"\b[A-Z]+\.(?:md|cff)\b", text)
    assert len(named) >= 5
    assert not [name for name in named if not (ROOT / name).is_file()]


def test_what_is_said_not_to_be_there_is_not_there(folder: Path) -> None:
    """A list of gaps is wrong as soon as one is closed."""
    questions = {
        "outside a trace": 'derive "tr(A*expm(X))" --wrt X',
        "beyond the first order": 'expand "exp(x + eps)" --order 2',
        "by matrices": 'derive "A*X*B" --wrt X',
        "by a complex variable": 'derive "A*x" --wrt "x[1]" --let "A: matrix(m,n); x: complex vector(n)"',
        "Sherman-Morrison": """prove "inv(A + u*v') = inv(A) - inv(A)*u*v'*inv(A)/(1 + v'*inv(A)*u)" """,
        "in LaTeX input accents": r'derive "\hat x^2" --wrt x',
        "notebooks": 'derive "x^2" --wrt x --format notebook',
    }
    gaps = README.read_text("utf-8").partition("## What is not there yet")[2]
    for words, question in questions.items():
        assert words in gaps, words
        assert "checked:" not in session(f"$ derivgen {question}", folder), f"{words} works now"


def refreshed(text: str, folder: Path) -> str:
    """The text with the output of today in its console blocks."""

    def now(found: re.Match[str]) -> str:
        if found["info"].strip() != "console":
            return found[0]
        return f"{found['mark']}{found['info']}\n{session(found['body'], folder)}{found['mark']}"

    return FENCE.sub(now, text)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        write_files(Path(scratch))
        README.write_text(refreshed(README.read_text("utf-8"), Path(scratch)), encoding="utf-8")
