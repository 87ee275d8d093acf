"""Phases: each comes to an end or says why not, and keeps to what it was told."""

from __future__ import annotations

from itertools import pairwise

import pytest

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase, run_phase
from derivgen.language.declarations import parse_declarations
from derivgen.language.plain import plain
from derivgen.language.problem import Problem
from derivgen.rules.book import make_law
from tests.engine.at_hand import BOOK, NAMES, context, term


def test_a_phase_that_goes_round_in_a_circle_says_so() -> None:
    with pytest.raises(DerivationError, match="circle"):
        run_phase(Phase("turn", ("tr_cyclic",)), term("tr(A*B)"), context())


def test_a_phase_that_does_not_end_shows_its_trace() -> None:
    grow = make_law("grow", "s = 1*s", parse_declarations("s: scalar"))
    here = Context.of(Problem("prove", term("s"), given=NAMES), BOOK.extended([grow]))
    with pytest.raises(DerivationError, match="did not end within 5 steps") as caught:
        run_phase(Phase("grow", ("grow",), limit=5), term("f(s)"), here)
    assert len(caught.value.steps) == 5
    assert "grow" in caught.value.message()


def test_a_measure_must_fall_and_the_best_step_is_taken() -> None:
    rules = ("<transpose_mul", "transpose_plus", "transpose_transpose", "tr_cyclic")
    phase = Phase("short", rules, measure=lambda t: t.size)
    steps = run_phase(phase, term("tr(B'*A''') + s"), context())
    assert plain(steps[-1].after) == "tr((A*B)') + s"
    sizes = [steps[0].before.size, *[s.after.size for s in steps]]
    assert all(a > b for a, b in pairwise(sizes))


@pytest.mark.parametrize("once", [True, False])
def test_a_phase_runs_once_or_to_the_end(once: bool) -> None:
    steps = run_phase(Phase("open", ("mul_plus",), once=once), term("s*(t + x) + p*(t + x)"), context())
    assert len(steps) == (1 if once else 2)
    assert all(s.phase == "open" for s in steps)


def test_a_phase_keeps_to_its_places_and_to_what_it_accepts() -> None:
    whole = term("f(s*(t + x)) + s*(t + x)")
    inside = Phase("open", ("mul_plus",), within=lambda t, path: path[:1] == (0,))
    assert plain(run_phase(inside, whole, context())[-1].after) == "f(s*t + s*x) + s*(t + x)"
    assert run_phase(Phase("open", ("mul_plus",), accept=lambda step: False), whole, context()) == []
