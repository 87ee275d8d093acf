"""Expansions to first order in the form that a person would write."""

from __future__ import annotations

import pytest

from derivgen import check, expand


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ("norm(x + eps*v)", "norm(x) + eps*(x'*v)/norm(x) + O(eps^2)"),
        ("log(norm(x + eps*v))", "log(norm(x)) + eps*(x'*v)/(x'*x) + O(eps^2)"),
    ],
)
def test_a_length_stays_one_and_equal_scalars_are_added(of: str, expected: str) -> None:
    found = expand(of, let="x, v: vector(n)")
    assert str(found.result) == expected and check(found)
