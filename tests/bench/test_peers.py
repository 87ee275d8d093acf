"""``make bench``: a derivation with its full trace against SymPy's ``.diff``, which keeps no steps."""

from __future__ import annotations

import pytest
import sympy
from sympy.core.cache import clear_cache

from derivgen import DerivationError, derive
from tests.bench.problems import PROBLEMS, Problem
from tests.bench.timing import aim, median, once, table

REPEATS = 5


def ours(problem: Problem) -> float:
    """Seconds to read the text and derive, names not seen before; there is no cache to switch off but the book."""
    of, wrt, let, _ = problem.renamed()
    return once(lambda: derive(of, wrt, let=let))


def peers(problem: Problem) -> tuple[float, float]:
    """Seconds in which SymPy builds the expression, and differentiates it, its cache empty at the start of each."""
    _, _, _, names = problem.renamed()
    variable = getattr(names, problem.wrt)
    made: list[sympy.Basic] = []
    clear_cache()
    build = once(lambda: made.append(problem.peer(names)))
    clear_cache()
    return build, once(lambda: made.append(made[0].diff(variable)))


def measured(problem: Problem) -> tuple[float, float, float]:
    """Median seconds: derive, build in SymPy, diff in SymPy, by turns."""
    runs = [(ours(problem), *peers(problem)) for _ in range(REPEATS)]
    own, build, diff = (median(run[k] for run in runs) for k in range(3))
    return own, build, diff


def test_derive_against_diff(capsys: pytest.CaptureFixture[str]) -> None:
    ours(PROBLEMS[0]), peers(PROBLEMS[0])  # the book is read, SymPy's modules are loaded
    rows, ratios, refused = [], [], []
    for problem in PROBLEMS:
        try:
            own, build, diff = measured(problem)
        except DerivationError:
            refused.append(problem.of)
            continue
        ratios.append((own / diff, own / (build + diff)))
        numbers = [f"{1000 * x:.1f}" for x in (own, build, diff)]
        rows.append([problem.of, *numbers, *(f"{x:.2f}" for x in ratios[-1])])
    strict, whole = (median(pair[k] for pair in ratios) for k in range(2))
    with capsys.disabled():
        head = ("problem", "derive ms", "SymPy build ms", "SymPy diff ms", "derive/diff", "derive/(build + diff)")
        table(f"derive with the full trace against SymPy {sympy.__version__}, cold caches on both sides", head, rows)
        aim("median of derive/diff", f"{strict:.2f}", "below 1", strict < 1)
        aim("median of derive/(build + diff)", f"{whole:.2f}", "below 1", whole < 1)
        aim("not derived", ", ".join(refused) or "none", "none", not refused)
