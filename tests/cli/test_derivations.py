"""What derive, prove, expand, explain and check print."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from derivgen import check, derive
from tests.cli.commands import LECTURE, TRACE, Run


def test_a_derivation_says_what_was_inferred_and_how_it_was_checked(run: Run) -> None:
    found = run("derive", *TRACE)
    assert found.status == 0 and not found.err
    assert "A: matrix(k,m); X: matrix(m,n); B: matrix(n,k)" in found.out and "inferred: A, X, B" in found.out
    assert "A'*B'" in found.out
    assert re.search(r"^checked:  \d+ steps hold", found.out, re.M)


def test_what_is_assumed_is_printed(run: Run) -> None:
    found = run("derive", "log(det(X))", "--wrt", "X")
    assert "assuming det(X) > 0" in found.out
    assert "assumed:  positive(det(X))" in run("derive", "log(det(X))", "--wrt", "X", "--format", "json").err


def test_json_stands_alone_on_stdout_and_passes_the_check(run: Run) -> None:
    found = run("derive", *TRACE, "--format", "json")
    assert json.loads(found.out)["format"] == "derivgen/1"
    assert "checked:" in found.err and "inferred: A: matrix(k,m)" in found.err
    checked = run("check", "-", stdin=found.out)
    assert checked.status == 0 and "steps by grade: exact" in checked.out


def test_the_check_names_the_first_bad_step(run: Run) -> None:
    data = json.loads(run("derive", *TRACE, "--format", "json").out)
    data["chains"][0]["steps"][1]["rule"] = "tr_cyclic"
    Path("bad.json").write_text(json.dumps(data), encoding="utf-8")
    found = run("check", "bad.json")
    assert found.status == 1 and not found.out
    assert "chain 1, step 2" in found.err and "tr_cyclic" in found.err and "before:" in found.err


def test_latex_is_printed(run: Run) -> None:
    found = run("derive", *TRACE, "--format", "latex")
    assert found.status == 0 and "\\" in found.out and "checked:" in found.err


def test_code_is_printed_and_runs(run: Run) -> None:
    found = run("derive", "x^2", "--wrt", "x", "--format", "numpy")
    scope: dict[str, Callable[[float], float]] = {}
    exec(found.out, scope)
    assert scope["derivative"](3.0) == 6.0 and "checked:" in found.err
    refused = run("prove", "tr(A*B) = tr(B*A)", "--format", "numpy")
    assert refused.status == 1 and "has no value in numbers" in refused.err


@pytest.mark.parametrize("detail", ["lecture", "worked", "full"])
def test_every_detail_is_shown(run: Run, detail: str) -> None:
    assert run("derive", "x^2", "--wrt", "x", "--detail", detail).status == 0


def test_a_formula_may_begin_with_a_minus(run: Run) -> None:
    assert run("derive", "-x^2", "--wrt", "x").status == 0


def test_latex_is_read_on_the_command_line_and_in_blocks(run: Run) -> None:
    assert "inv(X)'" in run("derive", r"\log\det\mathbf X", "--wrt", r"\mathbf X").out
    assert "A'" in run("derive", "-", stdin="of $\\tr(\\mathbf A\\mathbf X)$\nwrt $\\mathbf X$\n").out
    wrong = run("derive", "-", stdin="of $x +\n  \\sin x\\cos x$\nwrt x\n")
    assert wrong.status == 1 and wrong.err.startswith("stdin:2:9: error: this can be read in two ways")


def test_options_say_what_a_block_says(run: Run) -> None:
    block = "let X: invertible matrix(n)\nof log(det(X))\nwrt X\nassume det(X) > 0\n"
    options = ("--let", "X: invertible matrix(n)", "--assume", "det(X) > 0")
    typed = run("derive", "log(det(X))", "--wrt", "X", *options, "--format", "json")
    assert typed.status == 0
    assert run("derive", "-", "--format", "json", stdin=block).out == typed.out
    assert run("derive", "-", "--format", "json", stdin=f"```derive\n{block}```\n").out == typed.out


def test_proofs_and_expansions(run: Run) -> None:
    assert run("prove", "tr(A*B) = tr(B*A)").status == 0
    functions = ("--let", "f, g: function", "--from", "g(f(x)) = x")
    assert run("prove", "g'(y) = 1/f'(g(y))", *functions).status == 0
    assert run("expand", "(x + eps)^n", "--let", "n: natural").status == 0


def test_a_block_of_a_source(run: Run) -> None:
    Path("talk.md").write_text(LECTURE, encoding="utf-8")
    assert run("derive", "talk.md#square").status == 0
    assert run("derive", "talk.md#cyclic").status == 0
    trace = run("explain", "talk.md#square").out
    assert "def_derivative" in trace and "lim_order" in trace and trace.count("\n  ") > 6
    wrong = run("derive", "talk.md#wrong")
    assert wrong.status == 1 and wrong.err.startswith("talk.md:22:4: error: log needs a scalar")
    near = run("derive", "talk.md#sqare")
    assert near.status == 1 and 'did you mean "square"?' in near.err


def test_own_laws(run: Run) -> None:
    Path("mine.rules").write_text('let a: scalar\nmine: a + a = 2*a\n    "twice"\n', encoding="utf-8")
    assert "mine: a + a = 2*a" in run("rules", "mine", "--rules", "mine.rules").out
    assert run("derive", "x^2", "--wrt", "x", "--rules", "mine.rules").status == 0


def test_a_result_shows_itself_in_python() -> None:
    found = derive("tr(A*X*B)", "X")
    assert repr(found) == f"<derive tr(A*X*B) by X: A'*B', {len(found.steps)} steps, not checked>"
    check(found)
    assert repr(found).endswith("steps, checked>")


def test_a_broken_block_leaves_the_others_as_they_are(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "lecture.md"
    source.write_text(LECTURE.replace("show tr(A*B)", "of tr(A*B)"), "utf-8")
    assert "= 2*x" in run("derive", f"{source}#square").out
    broken = run("prove", f"{source}#cyclic")
    assert broken.status == 1 and 'a prove block has "show" in its place' in broken.err
