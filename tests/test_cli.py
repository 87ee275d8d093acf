"""The command line as a user meets it: what is printed, exit statuses, refusals, examples of the help, time."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from derivgen.cli import app, main
from derivgen.cli.coverage import TRIALS
from derivgen.language.operators import SCALAR_FUNCTIONS
from derivgen.language.problem import METHODS
from derivgen.rules.book import standard_book

TRACE = ("tr(A*X*B)", "--wrt", "X")
LECTURE = """---
title: A lecture
---

## A frame

```derive
id square
let x: scalar
of x^2
wrt x
by first principles
```

```prove
id cyclic
show tr(A*B) = tr(B*A)
```

```derive
id wrong
of log(X)
wrt X
```
"""


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, stdin: str | bytes = "") -> Outcome:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        status = main(arguments)
        return Outcome(status, *capsys.readouterr())

    return command


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a process of its own."""
    command = [sys.executable, "-m", "derivgen", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)  # type: ignore[call-overload, no-any-return]


# -- what is printed ---------------------------------------------------------------------------------------------
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


@pytest.mark.parametrize("form", ["pdf"])
def test_a_format_to_come_is_refused_before_work(run: Run, form: str) -> None:
    found = run("derive", *TRACE, "--format", form)
    assert found.status == 2 and not found.out
    assert f"the format {form} is not there yet" in found.err and "hint:" in found.err


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


# -- rules, coverage, new, doctor --------------------------------------------------------------------------------
def test_a_law_says_all_about_itself(run: Run) -> None:
    found = run("rules", "tr_cyclic").out
    for part in ("tr(A*B) = tr(B*A)", "the trace is cyclic", "theorem, proved by", "Matrix Cookbook", "methods:"):
        assert part in found


def test_all_laws_and_the_axioms_are_listed(run: Run) -> None:
    book = standard_book()
    listed, axioms = run("rules").out, run("rules", "--axioms").out
    assert all(re.search(rf"^  {name} ", listed, re.M) for name in book)
    for law in book.values():
        assert bool(re.search(rf"^  {law.name} ", axioms, re.M)) == (law.status == "axiom")
    assert "the trace is cyclic; theorem; used in" in listed
    count = sum(law.status == "axiom" for law in book.values())
    size = sum(side.size for law in book.values() if law.status == "axiom" for side in law.statement or ())
    assert f"{count} axioms of {size} signs together" in axioms


def test_a_reference_is_counted(run: Run) -> None:
    assert run("coverage", "gone.md").status == 2
    head = "---\nkind: reference\ntitle: T\n---\n\n# One\n\n## 1\n\n"
    Path("r.md").write_text(head + "```derive\nof x^2\nwrt x\nbook 2*x\n```\n", encoding="utf-8")
    found = run("coverage", "r.md")
    assert found.status == 0 and "1 entry: 1 derived in general form" in found.out and "1 same" in found.out
    Path("r.md").write_text(head + "```derive\nof foo(X)\nwrt X\n```\n", encoding="utf-8")
    found = run("coverage", "r.md")
    assert found.status == 1 and "1 refused" in found.out and "r.md:11:4: error" in found.err
    Path("l.md").write_text((head + "text\n").replace("kind: reference\n", ""), encoding="utf-8")
    assert run("coverage", "l.md").status == 2


def test_coverage_tries_every_function_and_method(run: Run) -> None:
    tried = [trial for trials in TRIALS.values() for trial in trials]
    texts = " ".join(trial.of for trial in tried)
    assert all(f"{name}(" in texts for name in (*SCALAR_FUNCTIONS, "tr", "det", "inv", "sum", "prod"))
    assert set(METHODS) <= {trial.options.get("method") for trial in tried}
    found = run("coverage").out
    assert found.count("  works  ") + found.count("  not yet  ") == len(tried)
    assert re.search(r"  not yet  Sherman-Morrison   \(no proof was found", found)


def test_a_new_lecture_builds_at_once_and_is_never_overwritten(run: Run) -> None:
    assert run("new", "lecture", "my-talk").status == 0
    source = Path("my-talk.md")
    before = source.read_text(encoding="utf-8")
    assert 'title: "My talk"' in before
    built = run("build", "my-talk.md", "-o", "out")
    assert built.status == 0, built.err
    assert {path.name for path in Path("out").glob("*.pdf")} == {
        "my-talk.pdf",
        "my-talk-handout.pdf",
        "my-talk-worked.pdf",
    }
    again = run("new", "lecture", "my-talk")
    assert again.status == 2 and "exists already" in again.err
    assert source.read_text(encoding="utf-8") == before


def test_a_new_sheet_builds_at_once(run: Run) -> None:
    assert run("new", "sheet", "week-3").status == 0
    built = run("build", "week-3.md", "-o", "out")
    assert (built.status, built.err) == (0, "")
    papers = ("", "-compact", "-hints", "-solutions", "-marking", "-key", "-slides", "-handout")
    assert {path.name for path in Path("out").glob("*.pdf")} == {f"week-3{paper}.pdf" for paper in papers}


def test_build_names_what_is_wrong_and_says_so(run: Run) -> None:
    Path("talk.md").write_text(LECTURE, encoding="utf-8")
    found = run("build", "talk.md", "-o", "out")
    assert found.status == 1 and "talk.md:22:4: error: log needs a scalar" in found.err
    assert run("build", "nothing.md").status == 2
    Path("file").touch()
    assert run("build", "talk.md", "-o", "file").status == 2


def test_language_and_notation_are_options_and_settings_of_a_source(run: Run) -> None:
    said = run("derive", "0.05*log(det(X))", "--wrt", "X", "--language", "German", "--format", "latex")
    assert "Formel von Jacobi" in said.out and "0{,}05" in said.out
    own = ("--notation", "determinant=det, transpose=prime", "--notation", "decimal=point")
    said = run("derive", "0.05*log(det(X))", "--wrt", "X", "--language", "de", "--format", "latex", *own)
    assert r"\det\mat X" in said.out and r"{\T}{^{\prime}}" in said.out and "0.05" in said.out
    settings = "language: fr\nnotation: {logarithm: ln}"
    Path("lecture.md").write_text(LECTURE.replace("title:", f"{settings}\ntitle:").replace("log(X)", "log(det(X))"))
    assert "définition de la dérivée" in run("derive", "lecture.md#square").out
    assert "definición de la derivada" in run("derive", "lecture.md#square", "--language", "es").out
    assert r"\ln" in run("derive", "lecture.md#wrong", "--format", "latex").out


def test_languages_are_listed_with_what_they_lack(run: Run) -> None:
    assert re.search(r"^de  German \(Deutsch\) +words (\d+) of \1, reasons \d+ of \d+$", run("languages").out, re.M)
    Path("mine.rules").write_text('let a: scalar\ntwice: a + a = 2*a\n    "say it twice"  theorem by arithmetic\n')
    assert '"say it twice" = ""' in run("languages", "de", "--rules", "mine.rules").out
    assert run("languages", "klingon").status == 2


def test_a_template_is_copied_where_the_sources_find_it_and_never_overwritten(run: Run) -> None:
    assert run("new", "template", "mathematics").status == 0
    assert "accent" in Path("templates/mathematics.tex.j2").read_text()
    assert run("new", "template", "mathematics").status == 2
    assert "did you mean 'mathematics'?" in run("new", "template", "mathematic").err


def test_doctor_lists_what_is_needed(run: Run) -> None:
    found = run("doctor")
    assert found.status == 0 and "pdflatex" in found.out and "laws read and type-checked" in found.out


# -- refusals ----------------------------------------------------------------------------------------------------
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
    "no name as variable": Bad(("derive", "x^2", "--wrt", "x+1"), 1, ("a name or an entry",)),
    "log of a matrix": Bad(("derive", "log(X)", "--wrt", "X"), 1, ("log needs a scalar", "hint:", "logm")),
    "inverse of a rectangular matrix": Bad(
        ("derive", "tr(inv(X))", "--wrt", "X", "--let", "X: matrix(2,3)"), 1, ("needs a square matrix", "pinv")
    ),
    "0/0": Bad(("derive", "0/0*x", *X), 1, ("division by zero",)),
    "a declaration that is none": Bad(("derive", "x", *X, "--let", "x; y"), 1, ("error",)),
    "an assumption that is none": Bad(("derive", "x", *X, "--assume", "hope"), 1, ("not understood", "hint:")),
    "no law for it": Bad(("prove", "x = x + 1"), 1, ("error",)),
    "a function to come": Bad(("derive", "conj(x)", *X), 1, ("1:1: error: conj(..) is not supported", "^")),
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


# -- help and time -----------------------------------------------------------------------------------------------
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
    function = f'derivgen() {{ "{sys.executable}" -m derivgen "$@"; }}'
    for line in [f"{function}; {line}" for line in lines]:
        subprocess.run(["bash", "-c", line], check=True, capture_output=True, timeout=60, cwd=tmp_path)


def test_a_whole_derivation_takes_no_time_worth_noticing() -> None:
    began = time.process_time()
    found = process("derive", *TRACE)
    assert found.returncode == 0
    assert time.process_time() - began < 2  # make bench has the figure


def test_heavy_libraries_stay_out() -> None:
    code = "import sys, derivgen.cli; derivgen.cli.main(['derive', 'x^2', '--wrt', 'x']); print(sorted(sys.modules))"
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    loaded = found.stdout.splitlines()[-1]
    assert "'derivgen.check'" in loaded
    for heavy in ("'sympy'", "'numpy'", "'jinja2'", "'markdown_it'", "'rich'", "'yaml'"):
        assert heavy not in loaded
