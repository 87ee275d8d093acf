"""Every way to spoil a valid trace is found; what counts as spoilt is decided here, without the check.

By default each step is given some of the wrong names and places, by turns; ``make fuzz`` tries all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import settings

from derivgen.check import check
from derivgen.engine.trace import Chain, Condition, Derivation, Step
from derivgen.language.declarations import Declaration, Declarations
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Path, Term, at, equivalent, make, number, plus, symbol, walk
from derivgen.rules.binding import Abstraction, BoundName, Empty, FunctionName
from tests.check import made
from tests.check.made import MADE, book

SHARE = 1 if settings().max_examples >= 2000 else 3
Make = Callable[[], Derivation]
made_derivations = pytest.mark.parametrize("build", MADE, ids=lambda f: f.__name__)


def with_step(d: Derivation, chain: int, k: int, **changes: object) -> Derivation:
    step = replace(d.chains[chain].steps[k], **changes)  # type: ignore[arg-type]
    return with_steps(d, chain, (*d.chains[chain].steps[:k], step, *d.chains[chain].steps[k + 1 :]))


def with_steps(d: Derivation, chain: int, steps: tuple[Step, ...]) -> Derivation:
    changed = Chain(d.chains[chain].opening, d.chains[chain].start, steps)
    return replace(d, chains=(*d.chains[:chain], changed, *d.chains[chain + 1 :]))


def places(d: Derivation) -> Iterator[tuple[int, int, Step]]:
    for index, chain in enumerate(d.chains):
        for k, step in enumerate(chain.steps):
            yield index, k, step


def refused(d: Derivation, at_step: tuple[int, int] | None = None) -> None:
    report = check(d, book())
    assert not report, str(report)
    assert report.first_bad is not None and report.first_bad[2]
    if at_step is not None:
        assert report.first_bad[:2] == at_step, str(report)


def other(t: Term) -> Term:
    """A term of the same shape that is certainly not equal."""
    return (
        plus(t, make("ones", (), None, t.shape))
        if t.op not in ("=", "<=")
        else make(t.op, [t.args[0], other(t.args[1])])
    )


@made_derivations
def test_untouched_derivations_hold(build: Make) -> None:
    d = build()
    report = check(d, book())
    assert report, str(report)
    assert sum(report.counts.values()) == len(d.steps) > 0


@made_derivations
def test_unknown_rule(build: Make) -> None:
    for c, k, _ in places(build()):
        refused(with_step(build(), c, k, rule="no_such_law"), (c, k))


def same_move(step: Step, name: str) -> bool:
    """Beside O(eps^2), to drop the squares of eps and to absorb them is one and the same; so is to clear away a 0."""
    beside_zero = {t.op for t in at(step.before, step.path).args} == {"number", "O"}
    moves = {"absorb", "drop2", "arithmetic"} if beside_zero else {"absorb", "drop2"}
    return {name, step.rule} <= moves


@made_derivations
def test_rule_name(build: Make) -> None:
    d = build()
    names = sorted({step.rule for step in d.steps} | {"tr_cyclic", "arithmetic", "like_terms", "divide", "absorb"})
    for c, k, step in places(d):
        for name in names[k % SHARE :: SHARE]:
            if name != step.rule and not same_move(step, name):
                refused(with_step(d, c, k, rule=name), (c, k))


@made_derivations
def test_path(build: Make) -> None:
    d = build()
    for c, k, step in places(d):
        if step.rule == "reorder":  # holds at every place around the reordered one as well
            continue
        old = at(step.before, step.path)
        wrong: list[Path] = [p for p, t in walk(step.before) if not equivalent(t, old)]
        some = wrong[:: len(wrong) // (12 // SHARE) + 1]
        for path in [*some, (99,), (0, -1), ((1, 0),), (*step.path, 7, 7)]:
            refused(with_step(d, c, k, path=path), (c, k))


@made_derivations
def test_a_binding(build: Make) -> None:
    d = build()
    for c, k, step in places(d):
        for key, value in step.binding.items():
            changed: object = None
            if isinstance(value, Term):
                changed = other(value)
            elif isinstance(value, Abstraction):
                changed = Abstraction(value.names, other(value.body))
            elif isinstance(value, FunctionName):
                changed = FunctionName(value.name + "_other")
            elif isinstance(value, BoundName):
                changed = number(1)
            elif isinstance(value, Empty):
                changed = number(7)
            if changed is not None:
                refused(with_step(d, c, k, binding={**step.binding, key: changed}), (c, k))


@made_derivations
def test_a_binding_too_few_or_too_many(build: Make) -> None:
    d = build()
    for c, k, step in places(d):
        for key in step.binding:
            less = {name: value for name, value in step.binding.items() if name != key}
            refused(with_step(d, c, k, binding=less), (c, k))
        refused(with_step(d, c, k, binding={**step.binding, "extra": number(1)}), (c, k))
        if step.binding:
            refused(with_step(d, c, k, binding={}), (c, k))


@made_derivations
def test_before_and_after(build: Make) -> None:
    d = build()
    for c, k, step in places(d):
        refused(with_step(d, c, k, before=other(step.before)), (c, k))
        spoilt = with_step(d, c, k, after=other(step.after))
        report = check(spoilt, book())
        assert not report
        # the end of a chain is also what lemmas and the result say
        assert report.first_bad is not None and report.first_bad[:2] in ((c, k), (-1, -1)), str(report)


@made_derivations
def test_a_false_last_line_with_a_result_to_match(build: Make) -> None:
    d = build()
    last = len(d.chains) - 1
    k = len(d.chains[last].steps) - 1
    after = other(d.chains[last].steps[k].after)
    whole = with_step(d, last, k, after=after)
    result = after if after.op == "=" else make("=", [d.result.args[0], after])
    refused(replace(whole, result=result))


@made_derivations
def test_relation_order_and_direction(build: Make) -> None:
    d = build()
    for c, k, step in places(d):
        refused(with_step(d, c, k, relation="=>" if step.relation == "=" else "="), (c, k))
        refused(with_step(d, c, k, order=7), (c, k))
        law = book().get(step.rule)
        if law is None or not equivalent(law.left, law.right):
            refused(with_step(d, c, k, forward=not step.forward), (c, k))


@made_derivations
def test_dropped_and_swapped_steps(build: Make) -> None:
    d = build()
    for c, chain in enumerate(d.chains):
        for k in range(len(chain.steps)):
            refused(with_steps(d, c, (*chain.steps[:k], *chain.steps[k + 1 :])))
        for k in range(len(chain.steps) - 1):
            a, b = chain.steps[k : k + 2]
            refused(with_steps(d, c, (*chain.steps[:k], b, a, *chain.steps[k + 2 :])))


@made_derivations
def test_dropped_chain(build: Make) -> None:
    d = build()
    for c in range(len(d.chains)):
        refused(replace(d, chains=(*d.chains[:c], *d.chains[c + 1 :])))


@made_derivations
def test_conditions(build: Make) -> None:
    d = build()
    for c, k, step in places(d):
        refused(with_step(d, c, k, conditions=(*step.conditions, Condition("positive", number(2), "derived"))))
        for i, condition in enumerate(step.conditions):
            rest = (*step.conditions[:i], *step.conditions[i + 1 :])
            refused(with_step(d, c, k, conditions=rest))
            basis = "declared" if condition.basis != "declared" else "derived"
            for wrong in (
                replace(condition, basis=basis),
                replace(condition, term=other(condition.term)),
                replace(condition, predicate="natural"),
            ):
                refused(with_step(d, c, k, conditions=(*step.conditions[:i], wrong, *step.conditions[i + 1 :])))


@made_derivations
def test_result(build: Make) -> None:
    d = build()
    left, right = d.result.args
    refused(replace(d, result=make("=", [left, other(right)])), (-1, -1))
    refused(replace(d, result=make("=", [right, left])), (-1, -1))
    refused(replace(d, result=right), (-1, -1))


@made_derivations
def test_problem(build: Make) -> None:
    d = build()
    p = d.problem
    refused(replace(d, problem=replace(p, of=other(p.of))))
    refused(replace(d, problem=replace(p, kind="guess")))
    refused(replace(d, problem=replace(p, kind="prove" if p.kind == "derive" else "derive")))
    refused(replace(d, problem=replace(p, method="componentwise")))
    refused(replace(d, problem=replace(p, vary="structured")))
    if p.kind == "derive":
        refused(replace(d, problem=replace(p, order=2)))
        refused(replace(d, problem=replace(p, quantity="hessian")))
        assert p.wrt is not None
        refused(replace(d, problem=replace(p, wrt=symbol("elsewhere", p.wrt.shape))))


@made_derivations
def test_a_missing_declaration(build: Make) -> None:
    d = build()
    for table in ("given", "inferred", "introduced"):
        names: Declarations = getattr(d.problem, table)
        for name in names:
            rest = Declarations({n: v for n, v in names.items() if n != name})
            refused(replace(d, problem=replace(d.problem, **{table: rest})))  # type: ignore[arg-type]


@made_derivations
def test_a_fresh_name_that_is_not_fresh(build: Make) -> None:
    d = build()
    for role, name in d.problem.fresh:
        taken = next(iter(d.problem.given), None)
        if taken is None or name == taken:
            continue
        fresh = tuple((r, taken if n == name else n) for r, n in d.problem.fresh)
        refused(replace(d, problem=replace(d.problem, fresh=fresh)))
        assert role


def test_lemmas() -> None:
    for d in (made.chain_rule(), made.quadratic(), made.bilinear(), made.log_det()):
        name, equation, index = d.lemmas[0]
        rest = d.lemmas[1:]
        left, right = equation.args
        if any(step.rule == name for step in d.steps):
            refused(replace(d, lemmas=rest))
        refused(replace(d, lemmas=((name, make("=", [left, other(right)]), index), *rest)))
        refused(replace(d, lemmas=((name, equation, len(d.chains)), *rest)))
        refused(replace(d, lemmas=((name, equation, index + 1), *rest)))
        refused(replace(d, lemmas=(("lemma 9", equation, index), *rest)))


def test_a_lemma_may_not_be_used_before_it_is_shown() -> None:
    d = made.chain_rule()
    name, equation, _ = d.lemmas[0]
    step = Step(name, (), {}, equation.args[0], equation.args[1], order=2)
    circular = Chain("expansion", equation.args[0], (step,))
    refused(replace(d, chains=(circular, *d.chains[1:])), (0, 0))


def test_definitions_are_conservative() -> None:
    d = made.quadratic()
    (name, equation), rest = d.definitions[0], d.definitions[1:]
    left, right = equation.args
    refused(replace(d, definitions=()))
    refused(replace(d, definitions=((name, make("=", [left, other(right)])), *rest)))
    refused(replace(d, definitions=((name, make("=", [left, plus(right, left)])), *rest)))
    refused(replace(d, definitions=((name, make("=", [right, left])), *rest)))
    taken = d.problem.given.extended(d.problem.introduced[str(left.data[0])])  # type: ignore[index]
    introduced = Declarations({n: v for n, v in d.problem.introduced.items() if n not in taken})
    refused(replace(d, problem=replace(d.problem, given=taken, introduced=introduced)))


def test_a_property_that_is_not_declared() -> None:
    plain_matrix = replace(made.quadratic_symmetric().problem.given["S"], properties=frozenset())
    d = made.quadratic_symmetric()
    refused(replace(d, problem=replace(d.problem, given=d.problem.given.extended(plain_matrix))))
    d = made.log_det()
    plain_matrix = replace(d.problem.given["X"], properties=frozenset())
    refused(replace(d, problem=replace(d.problem, given=d.problem.given.extended(plain_matrix), assume=())))


def test_assumptions() -> None:
    d = made.log_det()
    assert d.problem.assume
    refused(replace(d, problem=replace(d.problem, assume=()), assumed=()))
    (predicate, t), *_ = d.problem.assume
    negative = replace(d, problem=replace(d.problem, assume=((predicate, make("neg", [t])),)))
    refused(negative)
    contradiction = replace(d.problem, assume=(*d.problem.assume, (predicate, make("neg", [t]))))
    report = check(replace(d, problem=contradiction), book())
    assert not report and "no point" in str(report)
    refused(replace(d, assumed=(*d.assumed, Condition("positive", symbol("eps"), "assumed"))))
    if d.assumed:
        refused(replace(d, assumed=()))


def test_a_premise() -> None:
    d = made.inverse_function()
    refused(replace(d, problem=replace(d.problem, premise=None)))
    assert d.problem.premise is not None
    left, right = d.problem.premise.args
    refused(replace(d, problem=replace(d.problem, premise=make("=", [left, other(right)]))))


def test_a_name_that_the_user_has_cannot_be_the_perturbation() -> None:
    d = made.quadratic()
    given = d.problem.given.extended(Declaration(d.problem.perturbation, "value", SCALAR))
    refused(replace(d, problem=replace(d.problem, given=given)), (-1, -1))


def test_a_bound_name_that_captures() -> None:
    """D(eps*x, x) by the limit in eps would catch the eps of the user."""
    d = made.square()
    step = d.chains[-1].steps[0]
    body = make("times", [symbol("eps"), symbol("x")])
    captured = Step(
        step.rule,
        (),
        {**step.binding, "F": Abstraction(("x",), body)},
        make("D", [body, symbol("x")]),
        step.after,
    )
    start = Chain("limit", captured.before, (captured,))
    refused(replace(d, chains=(start,)))


def test_only_a_differential_has_several_variables() -> None:
    d = made.log_det()
    refused(replace(d, problem=replace(d.problem, beside=d.problem.variables)))
