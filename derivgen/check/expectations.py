"""Expectations over a discrete distribution: a few outcomes with random weights, at which random names have values.

All random names of a world have their values together, so that they depend on each other. An identity that holds for
every such distribution is no statement about one family of distributions; one that needs a family is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derivgen.check.series import PRIME, Series
from derivgen.language.terms import Term, walk

if TYPE_CHECKING:
    from derivgen.check.evaluator import Evaluator, Scope
    from derivgen.check.worlds import World

OUTCOMES = 6  # more than the largest size, so that a covariance is invertible


def expectation(e: Evaluator, body: Term, scope: Scope) -> Series:
    """The weighted sum of the values at all outcomes."""
    if at_outcome(e, (body,), 0, scope) is scope:
        return e.value(body, scope)  # nothing in it is random
    rows, cols = e.sizes(body)
    total = Series(rows, cols, {})
    for k, weight in enumerate(_weights(e.world)):
        total = e.algebra.add(total, e.algebra.multiple(weight, e.value(body, at_outcome(e, (body,), k, scope))))
    return total


def covariance(e: Evaluator, left: Term, right: Term, scope: Scope) -> Series:
    """E(left*right') - E(left)*E(right)', worked out by outcomes."""
    a = e.algebra
    product = Series(e.sizes(left)[0], e.sizes(right)[0], {})
    for k, weight in enumerate(_weights(e.world)):
        here = at_outcome(e, (left, right), k, scope)
        one, other = (e.value(t, here) for t in (left, right))
        product = a.add(product, a.multiple(weight, a.product(one, a.transposed(other))))
    means = a.product(expectation(e, left, scope), a.transposed(expectation(e, right, scope)))
    return a.add(product, a.negative(means))


def at_outcome(e: Evaluator, terms: tuple[Term, ...], k: int, scope: Scope) -> Scope:
    """A scope in which every random name of the terms has its value at outcome k; of a family the outcome's number."""
    for t in terms:
        for _, node in walk(t):
            name = str(node.data)
            if node.op in ("symbol", "member") and name in t.free and e.world.is_random(name):
                known = node.op == "symbol"
                scope = scope.extended(name, e.world.outcome(name, k, node.shape) if known else e.algebra.scalar(k))
    return scope


def _weights(world: World) -> list[Any]:
    """Positive numbers whose sum is 1."""
    r = world.random("weights of the outcomes")
    if world.kind == "modular":
        found = [r.randrange(1, PRIME) for _ in range(OUTCOMES - 1)]
        return [*found, (1 - sum(found)) % PRIME]
    parts = [r.uniform(0.2, 1) for _ in range(OUTCOMES)]
    return [x / sum(parts) for x in parts]
