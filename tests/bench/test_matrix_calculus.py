"""``make bench``: forty expressions of the Matrix Cookbook and five more, in derivgen and in other programs.

derivgen reads a text, derives and keeps the whole trace, and then checks each step; the others differentiate an
expression that is built already. Every repeat has new names, so that no answer is remembered. All are judged by central
differences of the expression's definition, at random points. A program that is not installed is left out with a line.
"""

from __future__ import annotations

import gc
import math
import subprocess
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import product

import pytest

from tests.bench.in_derivgen import CHECKED, DERIVED
from tests.bench.programs import WORDS, Program, installed, label
from tests.bench.timing import aim, median, once, table
from tests.cookbook.entries import Entry, peers

MODULES = ("tests.bench.in_derivgen", "tests.bench.in_sympy", "tests.bench.in_tensorgrad")
REPEATS = 5
AIMED_AT = "sympy"  # of the other programs the ratios are printed without an aim
AIMS = ((DERIVED, "at most 0.25", 0.25), (CHECKED, "below 1", 1.0))


@dataclass(frozen=True)
class Answer:
    """What an answer is, and in how many milliseconds it came; a refusal takes no time that would say anything."""

    word: str
    ms: float = math.nan

    def __str__(self) -> str:
        if self.word == "refused":
            return self.word
        return f"{self.ms:.1f}" if self.word == "right" else f"{self.word} {self.ms:.1f}"


@dataclass(frozen=True)
class Row:
    """One expression, and for each program by name its answer."""

    entry: Entry
    answers: dict[str, Answer]


def measured(entry: Entry, programs: Sequence[Program]) -> Row:
    """One expression judged, and timed by turns."""
    words = {program.name: program.word(entry) for program in programs}
    answering = [program for program in programs if words[program.name] != "refused"]
    seconds: dict[str, list[float]] = {program.name: [] for program in answering}
    for _ in range(REPEATS):
        for program in answering:
            seconds[program.name].append(program.seconds(entry))
    times = {name: 1000 * median(found) for name, found in seconds.items()}
    return Row(entry, {name: Answer(word, times.get(name, math.nan)) for name, word in words.items()})


def import_seconds(statement: str) -> float:
    """Seconds of an import in a fresh process, Python's own start taken off."""

    def run(text: str) -> float:
        return median(once(lambda: subprocess.run([sys.executable, "-c", text], check=True)) for _ in range(REPEATS))

    return run(statement) - run("pass")


def test_matrix_calculus(capsys: pytest.CaptureFixture[str]) -> None:
    warnings.simplefilter("ignore")
    programs, missing = installed(MODULES)
    for program in programs:
        program.word(peers()[0])  # the book is read, modules are loaded
    gc.collect()
    gc.freeze()  # what is loaded is not gone through again before each run, nor in one
    try:
        rows = [measured(entry, programs) for entry in peers()]
    finally:
        gc.unfreeze()
    with capsys.disabled():
        report(rows, programs)
        for line in missing:
            print(f"  {line}")
        aims(rows, programs)


def report(rows: list[Row], programs: Sequence[Program]) -> None:
    """Print a line for each expression, and one for each program."""
    lines = [(label(r.entry), r.entry.data["of"], *(str(r.answers[p.name]) for p in programs)) for r in rows]
    table(f"milliseconds: {', '.join(versions(programs))}", ("", "expression", *(p.name for p in programs)), lines)
    totals = [[p.name, *figures(rows, p.name), f"{import_seconds(p.statement):.2f}"] for p in programs]
    table("", ("", *WORDS, "median ms", "total ms", "import s"), totals)


def versions(programs: Sequence[Program]) -> list[str]:
    """Each package with its version, once."""
    return [f"{package} {version(package)}" for package in dict.fromkeys(p.package for p in programs)]


def figures(rows: list[Row], name: str) -> list[str]:
    """Of one program: right, wrong and refused; median and total over what it answers."""
    answers = [row.answers[name] for row in rows]
    counts = [str(sum(answer.word == word for answer in answers)) for word in WORDS]
    times = [answer.ms for answer in answers if answer.word != "refused"]
    return [*counts, *([f"{median(times):.1f}", f"{sum(times):.0f}"] if times else ["", ""])]


def aims(rows: list[Row], programs: Sequence[Program]) -> None:
    """Ratios over what both programs answer: their medians, as the machine may be slower in one row than in another."""
    for peer, (own, wanted, limit) in product([p for p in programs if p.package != DERIVED.package], AIMS):
        found = ratios(rows, own.name, peer.name)
        name, middle = f"{own.name} / {peer.name}, median of {len(found)}", median(found)
        if peer.package == AIMED_AT:
            aim(name, f"{middle:.2f}", wanted, middle <= limit)
        else:
            print(f"  {name}: {middle:.2f}")
    right = sum(row.answers[DERIVED.name].word == "right" for row in rows)
    aim("derived and right", f"{right} of {len(rows)}", "all", right == len(rows))


def ratios(rows: list[Row], own: str, peer: str) -> list[float]:
    """For each expression that two programs answer, the time of one to the time of the other."""
    pairs = [(row.answers[own], row.answers[peer]) for row in rows]
    return [one.ms / other.ms for one, other in pairs if "refused" not in (one.word, other.word)]
