"""Computed steps: equal in numbers on random terms, and no step where none is due."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.evaluator import MeaningError
from derivgen.check.worlds import Hypotheses, World
from derivgen.engine.moves import coefficient, drop, moves, scaled
from derivgen.language.elaborate import parse
from derivgen.language.plain import plain
from derivgen.language.terms import Term, equivalent, walk
from derivgen.rules.orders import UNBOUNDED, eps_order
from tests.language.random_terms import DECLARATIONS, terms
from tests.rules.points import compare

MOVES = moves("eps")
NESTING = ("D", "lim", "directional", "d", "grad")  # one inside another takes long in numbers


def term(text: str) -> Term:
    return parse(text, DECLARATIONS)


def rewritten(name: str, text: str) -> str | None:
    new = MOVES[name].rewrite(term(text))
    return None if new is None else plain(new)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("arithmetic", "s + t"),
        ("arithmetic", "1/2*s"),
        ("arithmetic", "delta(i,j)"),
        ("arithmetic", "0^0*s"),
        ("arithmetic", "0^(-1)"),
        ("arithmetic", "2^100"),
        ("like_terms", "s + t"),
        ("like_terms", "s + s^2"),
        ("absorb", "eps^2 + s"),
        ("absorb", "O(eps^2) + s*eps"),
        ("absorb", "O(eps^2)*(s/eps)"),
        ("absorb", "O(eps)*(1 + s/eps)"),
        ("absorb", "O(eps^2)/eps"),
        ("combine_powers", "s*t"),
        ("combine_powers", "(s + t)*(s + t)"),
        ("divide", "(s + t)/s"),
        ("divide", "O(eps)/eps"),
        ("divide", "s/(s + t)"),
        ("drop2", "eps*s + t"),
        ("drop2", "eps^2*(s + t/eps^2)"),
        ("drop1", "exp(s/eps)*eps + t"),
        ("entries", "A*a"),
        ("entries", "s + t"),
    ],
)
def test_no_step_where_none_is_due(name: str, text: str) -> None:
    assert rewritten(name, text) is None


@pytest.mark.parametrize(
    ("name", "text", "result"),
    [
        ("arithmetic", "delta(3,3)", "1"),
        ("arithmetic", "2*3*s", "6*s"),
        ("arithmetic", "1*s", "s"),
        ("arithmetic", "1/2*2*s", "s"),
        ("arithmetic", "3*(1/2)*s*5", "15/2*s"),
        ("arithmetic", "(-1/2)*3*s", "-(3/2*s)"),
        ("arithmetic", "0.5*(1/2)*s", "0.25*s"),
        ("arithmetic", "0*X", "zeros(n, n)"),
        ("arithmetic", "s*(-t)", "-s*t"),
        ("arithmetic", "2 + s - 2", "s"),
        ("arithmetic", "6/4", "3/2"),
        ("arithmetic", "s^1", "s"),
        ("arithmetic", "s^0", "1"),
        ("arithmetic", "--s", "s"),
        ("like_terms", "s + t + s", "2*s + t"),
        ("like_terms", "s*t - t*s", "0"),
        ("like_terms", "X - X", "zeros(n, n)"),
        ("absorb", "s + eps^2*t + O(eps^2)", "s + O(eps^2)"),
        ("absorb", "s*O(eps^2)", "O(eps^2)"),
        ("absorb", "eps*O(eps)", "O(eps^2)"),
        ("absorb", "O(eps) + O(eps^2)", "O(eps)"),
        ("combine_powers", "s*s^2", "s^3"),
        ("combine_powers", "s^t*s", "s^(t + 1)"),
        ("divide", "(eps*s + O(eps^2))/eps", "s + O(eps)"),
        ("divide", "s*t/s", "t"),
        ("drop2", "s + eps*t + eps^2*s", "s + eps*t + O(eps^2)"),
        ("drop1", "s + eps*t", "s + O(eps)"),
        ("reorder", "exp(s)*t*2", "2*t*exp(s)"),
    ],
)
def test_what_a_step_gives(name: str, text: str, result: str) -> None:
    found = rewritten(name, text)
    assert found is not None
    assert equivalent(term(found), term(result)), found


def worlds() -> list[World]:
    hypotheses = Hypotheses(DECLARATIONS, length=6)
    return [
        World(hypotheses, {"m": 2, "n": 3}, "a", "float"),
        World(hypotheses, {"m": 3, "n": 2}, "b", "float"),
    ]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(terms(depth=3))
def test_both_sides_are_equal_in_numbers(t: Term) -> None:
    assume(sum(node.op in NESTING for _, node in walk(t)) <= 1)
    places = [node for _, node in walk(t) if "k" not in node.free]
    changes = [(node, new) for node in places for move in MOVES.values() if (new := move.rewrite(node)) is not None]
    for world in worlds():
        for node, new in changes:
            assert new.shape == node.shape
            _same(world, node, new)


def _same(world: World, before: Term, after: Term) -> None:
    """Equal where both sides have a value: 0/s and 0 differ in where they are defined, not in what they are."""
    try:
        for side in (before, after):
            world.evaluator.value(side)
    except (MeaningError, NeedsRealsError, ArithmeticError):
        return
    except Exception as error:  # the check's own word for what has no value
        assert type(error).__name__ == "UndefinedError"
        return
    assert compare(world, before, after) == "true"


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("eps", 1),
        ("eps^2*s", 2),
        ("eps*s + eps^3", 1),
        ("s", 0),
        ("0", 10**6),
        ("O(eps^3)", 3),
        ("eps*f(s + eps)", 1),
        ("s/eps", UNBOUNDED),
        ("eps*(s + t/eps)", UNBOUNDED),
        ("eps^2*log(eps)", UNBOUNDED),
        ("eps*exp(1/eps)", UNBOUNDED),
        ("eps*s^(-eps)", UNBOUNDED),
    ],
)
def test_the_order_in_eps_is_a_lower_bound(text: str, order: int) -> None:
    assert eps_order(term(text), "eps") == order


def test_the_perturbation_may_have_another_name() -> None:
    t = term("s + rate^2")
    new = drop("rate", 2)(t)
    assert new is not None
    assert new.has("O")
    assert new.args[-1].args[0].data == "rate"


@given(st.fractions(min_value=-9, max_value=9, max_denominator=9).filter(bool), terms(depth=2))
def test_coefficient_undoes_scaled(c, t: Term) -> None:  # type: ignore[no-untyped-def]
    own, rest = coefficient(t)
    assume(rest is not None)
    assert rest is not None
    found, again = coefficient(scaled(c, rest))
    assert found == c
    assert again == rest
    assert own is not None
