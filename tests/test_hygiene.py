"""House rules that a machine can hold: docstrings, names of files, no left-over notes, no paths of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "derivgen").rglob("*.py"))
VAGUE = ("util", "utils", "helper", "helpers", "manager", "base", "misc", "common")


def public(tree: ast.Module) -> Iterator[ast.AST]:
    """The public functions, classes and methods of public classes."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node
            members = node.body if isinstance(node, ast.ClassDef) else []
            yield from (m for m in members if isinstance(m, ast.FunctionDef) and not m.name.startswith("_"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_public_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree) or not tree.body, "the module has no docstring"
    missing = [n.name for n in public(tree) if not ast.get_docstring(n)]  # type: ignore[attr-defined, arg-type]
    assert not missing


def test_files_have_names_that_say_something() -> None:
    assert not [path for path in MODULES if path.stem in VAGUE]


def test_no_note_is_left_over_and_no_path_of_one_machine() -> None:
    git = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    files = [ROOT / name for name in git.stdout.splitlines()] or MODULES
    words = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|(?<![\w.])/(?:work|root|home)/\w")
    found = []
    for path in files:
        if path.is_file() and path != Path(__file__).resolve():
            text = path.read_bytes().decode("utf-8", "replace")
            found += [f"{path.relative_to(ROOT)}: {m.group()}" for m in words.finditer(text)]
    assert not found
