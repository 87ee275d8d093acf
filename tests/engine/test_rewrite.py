"""Rewriting: where laws apply and where they may not, phases that end, and names that stay apart."""

from __future__ import annotations

from itertools import pairwise

import pytest

from derivgen.engine.rewrite import Context, DerivationError, Phase, Trail, run_phase, steps_of
from derivgen.engine.trace import Step
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.plain import plain
from derivgen.language.problem import Problem
from derivgen.language.terms import Term, at, equivalent, make, plus, symbol, walk
from derivgen.rules.binding import Abstraction, BoundName, instantiate
from derivgen.rules.book import make_law, standard_book
from derivgen.rules.conditions import with_values

BOOK = standard_book()
NAMES = parse_declarations(
    "A, B: matrix(n); M: invertible matrix(n); S: symmetric matrix(n); a, b: vector(n); s, t, x: scalar;"
    "p: positive scalar; f, g: function; i: index"
)


def term(text: str) -> Term:
    return parse(text, NAMES)


def context(of: str = "s", assume: tuple[tuple[str, str], ...] = ()) -> Context:
    facts = tuple((predicate, term(text)) for predicate, text in assume)
    return Context.of(Problem("prove", term(of), given=NAMES, assume=facts), BOOK)


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


def test_a_missing_law_is_named() -> None:
    here = Context.of(Problem("prove", term("s"), given=NAMES), BOOK.without("tr_cyclic"))
    with pytest.raises(DerivationError, match="'tr_cyclic'"):
        here.law("tr_cyclic")
    assert run_phase(Phase("any", ("tr_cyclic",)), term("tr(A*B)"), here) == []
    assert "tr_cyclic" in here.book.missing


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


def test_new_bound_names_avoid_all_that_stands_around() -> None:
    step = next(steps_of(BOOK["tr_sum"], term("sum(i, 1, n, tr(a*a'*i))"), context()))
    names = [v.name for v in step.binding.values() if isinstance(v, BoundName)]
    assert names == ["j"]
    given = {"F": Abstraction(("x",), term("s*x"))}
    limit = next(steps_of(BOOK["def_derivative"], term("D(s*x, x)"), context(), given=given))
    assert plain(limit.after) == "lim(eps, 0, (s*(x + eps) - s*x)/eps)"


# -- phases -----------------------------------------------------------------------------------------------------------
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


def test_a_trail_needs_what_it_asks_for() -> None:
    trail = Trail("proof", term("tr(A*B)"), context())
    assert not trail.use("dot_plus", "any")
    with pytest.raises(DerivationError, match="dot_plus does not apply"):
        trail.need("dot_plus", "any")
    assert trail.use("tr_cyclic", "any")
    chain = trail.chain()
    assert plain(chain.end) == "tr(B*A)"
    assert isinstance(chain.steps[0], Step)


def test_what_was_assumed_is_kept() -> None:
    here = context()
    run_phase(Phase("cancel", ("inv_cancel_right",)), term("A*inv(A)"), here)
    assert [(c.predicate, plain(c.term), c.basis) for c in here.assumed.values()] == [("invertible", "A", "assumed")]


def test_a_message_holds_the_ends_of_a_long_term() -> None:
    long = plus(*[symbol(f"foo{k}") for k in range(500)])
    first, place = str(DerivationError("too long", long)).split("\n")
    assert first == "too long" and len(place) < 500
    assert place.startswith("  at: foo0 + foo1 + ") and " foo499 (" in place
