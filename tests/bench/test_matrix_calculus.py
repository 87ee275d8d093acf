"""``make bench``: forty expressions of the Matrix Cookbook and five more, derived here and in SymPy.

derivgen reads a text, derives and keeps the whole trace, and then checks each step; SymPy differentiates an expression
that is built already. Every repeat has new names, so that no answer is remembered; SymPy is timed with its cache as
earlier repeats left it ("warm") and with the cache emptied ("cold"). Both are judged by central differences of the
expression's definition, at random points.
"""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from collections import Counter
from dataclasses import dataclass
from itertools import count, permutations
from typing import Any

import numpy as np
import pytest
import sympy
from sympy.core.cache import clear_cache

from derivgen import Result, check, derive
from tests.bench.in_sympy import EXPRESSIONS, UnevaluatedError, agrees, differentiated, evaluated, names
from tests.bench.timing import aim, median, once, table
from tests.cookbook.entries import Entry, peers
from tests.cookbook.numbers import Env
from tests.cookbook.outcomes import TOLERANCE, outcome
from tests.judge.functions import Array

REPEATS = 5
POINTS = 2
_fresh = count(1)


@dataclass
class Row:
    """One expression: what each program makes of it ("right", "wrong", "refused") and milliseconds where it answers."""

    entry: Entry
    own: str = "refused"
    peer: str = "refused"
    derive: float = float("nan")
    check: float = float("nan")
    warm: float = float("nan")
    cold: float = float("nan")


# -- what the answers are worth --------------------------------------------------------------------------------
def peer_outcome(entry: Entry) -> str:
    """SymPy's answer judged; an error and an answer that is still a derivative are refusals."""
    given = names(entry.data["symbols"])
    try:
        answer = differentiated(EXPRESSIONS[label(entry)](given), getattr(given, entry.base), order(entry))
    except (TypeError, AttributeError, NotImplementedError, ValueError):
        return "refused"
    try:
        points = [next(entry.points(seed)) for seed in range(POINTS)]
        return "right" if all(is_right(entry, evaluated(answer, given, p), p) for p in points) else "wrong"
    except UnevaluatedError:
        return "refused"


def is_right(entry: Entry, found: Array, point: Env) -> bool:
    """Whether SymPy's answer is the measured derivative; an array of four axes is taken along a direction."""
    expected = entry.measured(point)
    if not entry.differential:
        return agrees(found, expected, TOLERANCE)
    direction = point[f"d{entry.base}"]
    return any(agrees(np.tensordot(found, direction, (axes, (0, 1))), expected, TOLERANCE)
               for axes in permutations(range(found.ndim), 2))  # fmt: skip


def label(entry: Entry) -> str:
    """The label of an expression in ``peers.yaml``."""
    return entry.name.removeprefix("peer ")


def order(entry: Entry) -> int:
    """How often an expression is differentiated."""
    return int(entry.data.get("order", 1))


# -- how long they take ----------------------------------------------------------------------------------------
def renamed(entry: Entry) -> dict[str, Any]:
    """The arguments of ``derive``, every name a new one."""
    suffix, asked = str(next(_fresh)), entry.problem()
    letters = {*asked["let"], "n", "p"}

    def new(text: str) -> str:
        return re.sub(r"[A-Za-z]+", lambda m: m.group() + suffix * (m.group() in letters), text)

    let = {name + suffix: re.sub(r"\((\w+(?:,\w+)?)\)", lambda m: f"({new(m[1])})", sort)
           for name, sort in asked["let"].items()}  # fmt: skip
    texts = {"of": new(asked["of"]), "wrt": new(asked["wrt"]), "assume": [new(text) for text in asked["assume"]]}
    return {**asked, **texts, "let": let}


def own_times(entry: Entry) -> tuple[float, float]:
    """Seconds to read and derive, and to check."""
    asked, made = renamed(entry), list[Result]()
    seconds = once(lambda: made.append(derive(**asked)))
    return seconds, once(lambda: check(made[0]))


def peer_time(entry: Entry, *, cold: bool) -> float:
    """Seconds in which SymPy differentiates."""
    given = names(entry.data["symbols"], str(next(_fresh)))
    expression = EXPRESSIONS[label(entry)](given)
    if cold:
        clear_cache()
    return once(lambda: differentiated(expression, getattr(given, entry.base), order(entry)))


def measured(entry: Entry) -> Row:
    """One expression judged, and timed by turns."""
    row = Row(entry, outcome(entry).word, peer_outcome(entry))
    own, peer = list[tuple[float, float]](), list[tuple[float, float]]()
    for _ in range(REPEATS):
        if row.own != "refused":
            own.append(own_times(entry))
        if row.peer != "refused":
            cold = peer_time(entry, cold=True)
            peer.append((peer_time(entry, cold=False), cold))
    if own:
        row.derive, row.check = (1000 * median(pair[k] for pair in own) for k in range(2))
    if peer:
        row.warm, row.cold = (1000 * median(pair[k] for pair in peer) for k in range(2))
    return row


def import_seconds(statement: str) -> float:
    """Seconds of an import in a fresh process, Python's own start taken off."""

    def run(text: str) -> float:
        return median(once(lambda: subprocess.run([sys.executable, "-c", text], check=True)) for _ in range(REPEATS))

    return run(statement) - run("pass")


def test_matrix_calculus(capsys: pytest.CaptureFixture[str]) -> None:
    warnings.simplefilter("ignore")
    derive("x^2", "x")  # the book is read
    rows = [measured(entry) for entry in peers()]
    head = ("", "expression", "derivgen", "derive ms", "check ms", "SymPy", "warm ms", "cold ms")
    lines = [(label(r.entry), r.entry.data["of"], r.own, shown(r.derive), shown(r.check), r.peer, shown(r.warm),
              shown(r.cold)) for r in rows]  # fmt: skip
    with capsys.disabled():
        table(f"derivgen and SymPy {sympy.__version__}", head, lines)
        table("", ("", "right", "wrong", "refused", "median ms", "total ms", "import s"), figures(rows))
        aims(rows)


def shown(ms: float) -> str:
    """Milliseconds, or nothing where there is no answer."""
    return f"{ms:.1f}" if ms == ms else ""


def figures(rows: list[Row]) -> list[list[str]]:
    """For each program: right, wrong and refused; median and total over what it answers; its import."""
    own, peer = Counter(r.own for r in rows), Counter(r.peer for r in rows)
    programs = (
        ("derivgen, derived", own, [r.derive for r in rows], "from derivgen import derive"),
        (
            "derivgen, derived and checked",
            own,
            [r.derive + r.check for r in rows],
            "from derivgen import check, derive",
        ),
        ("SymPy, warm", peer, [r.warm for r in rows], "import sympy"),
        ("SymPy, cold", peer, [r.cold for r in rows], "import sympy"),
    )
    found = []
    for name, counts, times, statement in programs:
        answered = [t for t in times if t == t]
        words = [str(counts[word]) for word in ("right", "wrong", "refused")]
        found.append(
            [name, *words, f"{median(answered):.1f}", f"{sum(answered):.0f}", f"{import_seconds(statement):.2f}"]
        )
    return found


def aims(rows: list[Row]) -> None:
    """Ratios over what both programs answer: their medians, as the machine may be slower in one row than in another."""
    both = [r for r in rows if r.derive == r.derive and r.warm == r.warm]
    print(f"  medians of the ratios, over the {len(both)} expressions that both answer:")
    for name in ("warm", "cold"):
        derived = median(r.derive / getattr(r, name) for r in both)
        checked = median((r.derive + r.check) / getattr(r, name) for r in both)
        aim(f"derive / SymPy {name}", f"{derived:.2f}", "at most 0.25", derived <= 0.25)
        aim(f"derive and check / SymPy {name}", f"{checked:.2f}", "below 1", checked < 1)
    right = sum(r.own == "right" for r in rows)
    aim("derived and right", f"{right} of {len(rows)}", "all", right == len(rows))
