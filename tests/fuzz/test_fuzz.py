"""Random problems: none wrong. A few are tried by default; ``make fuzz`` tries 2,000 and prints the figures."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

import pytest
from hypothesis import settings

from tests.fuzz.forms import S
from tests.fuzz.outcomes import Outcome, outcome, table
from tests.fuzz.problems import OPERATORS, Problem, Tree, problems
from tests.fuzz.shrink import shrunk

LONG = settings().max_examples >= 2000
COUNT = 2000 if LONG else 15
AIM, AIM_FOR_EACH = 0.95, 0.90


@pytest.fixture(scope="module")
def tried() -> list[Outcome]:
    return [outcome(problem) for problem in islice(problems(), COUNT)]


def report(found: Outcome) -> str:
    """A failure and a small example of it."""
    start = found.why.split(":")[0]
    small = shrunk(found.problem, lambda p: (o := outcome(p, 5)).word == "wrong" and o.why.split(":")[0] == start)
    return f"{small.asked}\n  {outcome(small).why}"


def test_nothing_is_wrong(tried: list[Outcome]) -> None:
    wrong = [found for found in tried if found.word == "wrong"]
    assert not wrong, "\n".join(report(found) for found in wrong[:5])


def test_nearly_all_is_judged(tried: list[Outcome]) -> None:
    assert sum(found.word == "unjudged" for found in tried) <= 1 + 0.01 * len(tried)


class Lying(Problem):
    """A problem whose text is twice what its numbers are."""

    @property
    def asked(self) -> dict[str, Any]:
        return {**super().asked, "of": f"2*{self.tree.text}"}


def test_a_wrong_answer_is_noticed() -> None:
    found = outcome(Lying("differential", Tree(S, leaf="x"), S))
    assert found.word == "wrong" and "2*d(x)" in found.why


def test_a_failure_shrinks() -> None:
    large = next(p for p in problems() if "tanh" in p.tree.operators and p.tree.size > 8)
    small = shrunk(large, lambda p: "tanh" in p.tree.operators)
    assert "tanh" in small.tree.operators and small.tree.size <= 0.7 * large.tree.size


if LONG:

    def test_nearly_all_is_derived(tried: list[Outcome], capsys: pytest.CaptureFixture[str]) -> None:
        with capsys.disabled():
            print("\n" + table(tried))
        seen = Counter(name for found in tried for name in found.problem.tree.operators)
        derived = Counter(name for found in tried if found.word == "derived" for name in found.problem.tree.operators)
        rare = [name for name in OPERATORS if seen[name] < 0.05 * len(tried)]
        hard = [name for name in OPERATORS if derived[name] < AIM_FOR_EACH * seen[name]]
        share = sum(found.word == "derived" for found in tried) / len(tried)
        assert (share >= AIM, rare, hard) == (True, [], [])
