"""The commands around: rules, coverage, new, build, languages, doctor."""

from __future__ import annotations

import re
from pathlib import Path

from derivgen.cli.coverage import TRIALS
from derivgen.language.operators import SCALAR_FUNCTIONS
from derivgen.language.problem import METHODS
from derivgen.rules.book import standard_book
from tests.cli.commands import LECTURE, Run


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
    size_of_cyclic = sum(side.size for side in book["tr_cyclic"].statement or ())
    assert f"the trace is cyclic; theorem; {size_of_cyclic} signs; used in" in listed
    count = sum(law.status == "axiom" for law in book.values())
    size = sum(side.size for law in book.values() if law.status == "axiom" for side in law.statement or ())
    assert f"{count} axioms of {size} signs together" in axioms
    counted = re.findall(r"^  (?:axioms|definitions [a-z ]+|theorems) +(\d+) +\d+   ", axioms, re.M)
    assert len(counted) == 4 and sum(map(int, counted)) == len(book)


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
    assert re.search(r"  not yet  Sherman-Morrison   \(true in numbers, but no proof was found", found)


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
