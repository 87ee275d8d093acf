"""Random problems: whatever is derived is accepted by the check, and two methods agree in numbers through it."""

from __future__ import annotations

import random

import pytest

from derivgen import DerivationError, NotationError, check, derive
from tests.methods.random_problems import KINDS, LETS

METHODS = {
    "scalar": ("first principles", "chain rule"),
    "vector": ("first principles", "differentials"),
    "matrix": ("first principles", "differentials"),
}


def outcome(kind: str, seed: int, method: str) -> str:
    """derived, refused or pointless; raises AssertionError for a wrong derivation."""
    r = random.Random(seed)
    text = KINDS[kind](r, r.choice([1, 2, 3] if kind == "scalar" else [1, 2]))
    let, wrt = LETS[kind]
    try:
        result = derive(text, wrt, let=let, method=method)
    except NotationError as error:
        assert "does not occur" in str(error), text
        return "pointless"
    except DerivationError:
        return "refused"
    report = check(result)
    assert report, f"{text} by {method}: {report}"
    return "derived"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_wrong_and_nearly_all_derived(kind: str) -> None:
    outcomes = [outcome(kind, seed, method) for seed in range(45) for method in METHODS[kind]]
    counted = [o for o in outcomes if o != "pointless"]
    assert counted.count("derived") >= 0.9 * len(counted)
