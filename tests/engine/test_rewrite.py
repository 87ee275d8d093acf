"""Rewriting: where laws apply and where they may not."""

from __future__ import annotations

import pytest

from derivgen.engine.context import Context
from derivgen.engine.rewrite import steps_of
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.plain import plain
from derivgen.language.terms import Term, at, equivalent, make, walk
from derivgen.rules.binding import instantiate
from derivgen.rules.conditions import with_values
from tests.engine.at_hand import BOOK, context, term


def uses(law: str, text: str, forward: bool = True, at_hand: Context | None = None) -> list[str]:
    return [plain(s.after) for s in steps_of(BOOK[law], term(text), at_hand or context(), forward)]


# -- refusals -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("law", [w.name for w in BOOK.values() if w.order is not None])
def test_an_expansion_is_never_read_backwards(law: str) -> None:
    assert not BOOK[law].reversible
    assert list(steps_of(BOOK[law], instantiate_right(law), context(), forward=False)) == []


def instantiate_right(law: str) -> Term:
    from derivgen.rules.instances import instance

    return instance(BOOK[law]).right


@pytest.mark.parametrize("law", [w.name for w in BOOK.values() if w.relation == "=>"])
def test_an_implication_is_never_read_backwards(law: str) -> None:
    assert not BOOK[law].reversible


@pytest.mark.parametrize(
    ("law", "text"),
    [
        ("symmetric_transpose", "A'"),
        ("D_exp", "D(exp(x^2), x)"),
        ("D_constant", "D(f(x), x)"),
        ("lim_constant", "lim(eps, 0, f(eps))"),
        ("taylor", "f(x + s/eps)"),
        ("taylor", "f(x + s)"),
        ("pow_square", "s^2"),
        ("det_unique", "det(A)"),
        ("sum_delta_alone", "sum(i, 1, 3, delta(i, 7))"),
        ("sum_const", "sum(i, 1, n, i)"),
    ],
)
def test_a_law_does_not_fire_where_its_condition_fails(law: str, text: str) -> None:
    assert uses(law, text) == []


def test_a_condition_that_may_not_be_assumed_stops_a_law() -> None:
    here = context()
    here.may_assume = False
    assert uses("inv_cancel_right", "A*inv(A)", at_hand=here) == []
    assert uses("inv_cancel_right", "M*inv(M)", at_hand=here) == ["I(n)"]


@pytest.mark.parametrize(
    ("law", "text", "assume", "basis"),
    [
        ("inv_cancel_right", "M*inv(M)", (), "declared"),
        ("inv_cancel_right", "M'*inv(M')", (), "derived"),
        ("inv_cancel_right", "A*inv(A)", (("invertible", "A"),), "assumed"),
        ("inv_cancel_right", "A*inv(A)", (), "assumed"),
        ("exp_log", "exp(log(p))", (), "declared"),
        ("exp_log", "exp(log(p^2 + exp(s)))", (), "derived"),
    ],
)
def test_each_condition_is_recorded_with_its_basis(
    law: str, text: str, assume: tuple[tuple[str, str], ...], basis: str
) -> None:
    step = next(steps_of(BOOK[law], term(text), context(assume=assume)))
    assert [c.basis for c in step.conditions] == [basis]


def test_a_condition_on_a_bound_name_speaks_of_its_value() -> None:
    whole = term("at(D(log(y), y), y, f(x))")
    step = next(steps_of(BOOK["D_log"], whole, context()))
    assert [plain(c.term) for c in step.conditions] == ["f(x)"]
    inner = parse("y*z", parse_declarations("y, z: scalar"))
    nested = make("at", [make("at", [inner, term("f(x)")], "y"), term("s")], "z")
    assert plain(with_values(inner, nested, (0, 0))) in ("f(x)*s", "s*f(x)")


# -- steps ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("law", "text", "forward"),
    [
        ("tr_cyclic", "s*tr(A*B*S) + t", True),
        ("dot_plus", "A*(B + S)*a", True),
        ("dot_plus", "A*B + A*S + S", False),
        ("mul_plus", "s*(t + x)*p", True),
        ("sum_scale", "sum(i, 1, n, s*a[i])", True),
        ("log_mul", "log(p*p)", True),
        ("sum_swap", "sum(i, 1, n, sum(j, 1, n, A[i,j]*B[j,i]))", True),
    ],
)
def test_a_step_replaces_its_place_and_nothing_else(law: str, text: str, forward: bool) -> None:
    whole, used = term(text), BOOK[law]
    steps = list(steps_of(used, whole, context(), forward))
    assert steps
    for step in steps:
        old, new = (used.left, used.right) if forward else (used.right, used.left)
        assert step.before == whole
        assert equivalent(instantiate(old, step.binding), at(whole, step.path))
        assert any(equivalent(n, instantiate(new, step.binding)) for _, n in walk(step.after)) or (
            step.after.op in ("plus", "times", "dot")
        )


def test_places_are_taken_from_outside_in_or_inside_out() -> None:
    whole = term("log(exp(log(exp(s))))")
    first = [next(steps_of(BOOK["log_exp"], whole, context(), inner=inner)).path for inner in (False, True)]
    assert first == [(), (0, 0)]
