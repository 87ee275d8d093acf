"""Bad input of every kind ends in a clear message, without a traceback."""

from __future__ import annotations

import subprocess
import sys
from typing import NamedTuple

import pytest

from tests.cli.commands import Run


class Bad(NamedTuple):
    """What is typed, the exit status, and what the message must hold."""

    arguments: tuple[str, ...]
    status: int
    parts: tuple[str, ...]
    stdin: str | bytes = ""


X = ("--wrt", "x")
BAD = {
    "unknown language": Bad(("derive", "x", *X, "--language", "deutch"), 2, ("did you mean de (German)?",)),
    "unknown notation": Bad(("derive", "x", "--notation", "determinent=det"), 2, ("did you mean 'determinant'?",)),
    "unknown value": Bad(("derive", "x", "--notation", "transpose=t"), 2, ("not one of T, prime, top",)),
    "no setting": Bad(("derive", "x", "--notation", "prime"), 2, ("write for example determinant=det",)),
    "unclosed bracket": Bad(("derive", "tr(A*X", "--wrt", "X"), 1, ("1:7: error: expected ')'", "^")),
    "missing factor": Bad(("derive", "x +", *X), 1, ("1:4: error", "the text ends")),
    "no product sign": Bad(("derive", "2x", *X), 1, ("unexpected 'x'", "hint: a product is written with *: 2*x")),
    "empty": Bad(("derive", "", *X), 1, ("the text ends",)),
    "shape clash": Bad(
        ("derive", "tr(A*X)", "--wrt", "X", "--let", "A: matrix(2,3); X: matrix(2,3)"), 1, ("matrix(2,3)", "^")
    ),
    "unknown name of a function": Bad(("derive", "sine(x)", *X), 1, ("sine", "hint:")),
    "unknown name of a law": Bad(("rules", "tr_cyclc"), 1, ("no law 'tr_cyclc'", "did you mean tr_cyclic")),
    "deep nesting": Bad(("derive", "(" * 300 + "x" + ")" * 300, *X), 1, ("nested more than 100 deep", "hint:")),
    "100,000 characters": Bad(("derive", "x+" * 50_000 + "x", *X), 1, ("100,001 characters", "hint:")),
    "NUL bytes": Bad(("derive", "-"), 1, ("stdin:1:5: error: unexpected character '\\x00'",), "of x\0\nwrt x"),
    "NUL bytes in JSON": Bad(("check", "-"), 1, ("not JSON",), '{"format": "\0"}'),
    "a variable that does not occur": Bad(("derive", "x^2", "--wrt", "y"), 1, ("y does not occur", "hint:")),
    "no variable": Bad(("derive", "x^2"), 1, ("the variable is missing", "hint:")),
    "no name as variable": Bad(("derive", "x^2", "--wrt", "x+1"), 1, ("a derivative is taken by a name", "^")),
    "log of a matrix": Bad(("derive", "log(X)", "--wrt", "X"), 1, ("log needs a scalar", "hint:", "logm")),
    "inverse of a rectangular matrix": Bad(
        ("derive", "tr(inv(X))", "--wrt", "X", "--let", "X: matrix(2,3)"), 1, ("needs a square matrix", "pinv")
    ),
    "0/0": Bad(("derive", "0/0*x", *X), 1, ("division by zero",)),
    "a declaration that is none": Bad(("derive", "x", *X, "--let", "x; y"), 1, ("error",)),
    "an assumption that is none": Bad(("derive", "x", *X, "--assume", "hope"), 1, ("not understood", "hint:")),
    "no law for it": Bad(("prove", "x = x + 1"), 1, ("error",)),
    "no law for a derivative": Bad(
        ("derive", "Var(x)", *X, "--let", "x: scalar"), 1, ("no rule differentiates this", "hint:")
    ),
    "nothing random": Bad(("derive", "Var(x)", *X), 1, ("nothing in this Var(..)", "let x: random scalar")),
    "missing trace": Bad(("check", "none.json"), 2, ("none.json: error: No such file",)),
    "a folder as trace": Bad(("check", "."), 2, ("this is a folder",)),
    "missing source": Bad(("derive", "none.md#a"), 2, ("none.md: error: No such file",)),
    "missing rules": Bad(("derive", "x", *X, "--rules", "none.rules"), 2, ("none.rules: error: No such file",)),
    "bad JSON": Bad(("check", "-"), 1, ("line 1, column 2", "not JSON"), "{"),
    "not UTF-8": Bad(("check", "-"), 1, ("stdin: error: not UTF-8 at byte 1",), b"{\xff"),
    "JSON of another format": Bad(("check", "-"), 1, ("derivgen/1",), '{"format": "derivgen/9"}'),
    "JSON nested deep": Bad(("check", "-"), 1, ("nested",), "[" * 100_000),
    "empty block": Bad(("derive", "-"), 1, ("stdin:1:1: error", "add a line"), ""),
    "unknown key in a block": Bad(("derive", "-"), 1, ("stdin:2:1: error", 'did you mean "wrt"?'), "of x\nwrtt x\n"),
    "options beside a block": Bad(("derive", "-", *X), 2, ("a block says 'wrt' itself",), "of x"),
    "unknown method": Bad(("derive", "x", *X, "--by", "chain rules"), 2, ("--by", "chain rule")),
    "unknown detail": Bad(("derive", "x", *X, "--detail", "much"), 2, ("'much'", "worked")),
    "unknown option": Bad(("derive", "x", "--wrtt", "x"), 2, ("--wrtt",)),
    "unknown command": Bad(("derrive",), 2, ("derrive",)),
    "no block": Bad(("explain", "x^2"), 2, ("names no block", "hint:")),
    "order 0": Bad(("derive", "x^3", *X, "--order", "0"), 2, ("--order",)),
    "new what": Bad(("new", "slides", "a"), 2, ("lecture",)),
    "new in no folder": Bad(("new", "lecture", "no/where"), 2, ("no such folder",)),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_bad_input_ends_in_a_clear_message(run: Run, bad: Bad) -> None:
    found = run(*bad.arguments, stdin=bad.stdin)
    assert found.status == bad.status, found
    assert not found.out
    assert "Traceback" not in found.err and "please report" not in found.err
    assert "error:" in found.err.lower() and len(found.err) < 2000
    for part in bad.parts:
        assert part in found.err


def test_what_nobody_expected_is_one_line_with_the_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr("derivgen.api.derive", broken)
    found = run("derive", "x y", *X)
    assert found.status == 1 and found.err.count("\n") == 1
    assert "KeyError" in found.err and "report" in found.err and "derivgen derive 'x y' --wrt x" in found.err


def test_a_closed_pipe_is_silent() -> None:
    command = f"{sys.executable} -m derivgen rules | head -n 1"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout and not found.stderr
