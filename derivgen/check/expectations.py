"""Expectations over a discrete distribution: a few outcomes with random weights, at which random names have values.

All random names of a world have their values together, so that they depend on each other; the entries of a vector that
is declared independent have theirs each by itself. An identity that holds for every such distribution is no statement
about one family of distributions; one that needs a family is refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

from derivgen.check.series import PRIME, Series
from derivgen.language.terms import Term, walk

if TYPE_CHECKING:
    from derivgen.check.evaluator import Evaluator, Scope
    from derivgen.check.worlds import World

OUTCOMES = 6  # more than the largest size, so that a covariance is invertible


VALUES = 3  # of an independent entry: its first three moments are then free of each other


def expectation(e: Evaluator, t: Term, scope: Scope) -> Series:
    """The weighted sum of the values at all outcomes, of what stands in E(..)."""
    calm = _without_outcome(e, scope)
    if calm is not scope:
        return e.value(t, calm)
    (body,) = t.args
    rows, cols = e.sizes(body)
    total = Series(rows, cols, {})
    for weight, here in outcomes(e, (body,), scope):
        if here is scope:
            return e.value(body, scope)  # nothing in it is random
        total = e.algebra.add(total, e.algebra.multiple(weight, e.value(body, here)))
    return total


def covariance(e: Evaluator, t: Term, scope: Scope) -> Series:
    """E(left*right') - E(left)*E(right)', worked out by outcomes; of Var(..) both are its one argument."""
    calm = _without_outcome(e, scope)
    if calm is not scope:
        return e.value(t, calm)
    a, (left, right) = e.algebra, (t.args[0], t.args[-1])
    rows, cols = e.sizes(left)[0], e.sizes(right)[0]
    both, one_mean, other_mean = (Series(r, c, {}) for r, c in ((rows, cols), (rows, 1), (cols, 1)))
    for weight, here in outcomes(e, (left, right), scope):
        one, other = (e.value(side, here) for side in (left, right))
        both = a.add(both, a.multiple(weight, a.product(one, a.transposed(other))))
        one_mean = a.add(one_mean, a.multiple(weight, one))
        other_mean = a.add(other_mean, a.multiple(weight, other))
    return a.add(both, a.negative(a.product(one_mean, a.transposed(other_mean))))


def _without_outcome(e: Evaluator, scope: Scope) -> Scope:
    """The scope outside all outcomes: an expectation is the same at each of them."""
    calm = {name: value for name, value in scope.names.items() if not e.world.is_random(name)}
    return scope if len(calm) == len(scope.names) else scope.of(calm)


def outcomes(e: Evaluator, terms: Iterable[Term], scope: Scope) -> Iterator[tuple[Any, Scope]]:
    """(weight, scope with a value for each random name of the terms); of a family the number of the outcome."""
    found = {str(node.data): node for t in terms for _, node in walk(t) if _is_random(e, node, t)}
    apart = {name: node for name, node in found.items() if e.world.is_independent(name) and node.op == "symbol"}
    together = [node for name, node in found.items() if name not in apart]
    entries = [(name, i) for name, node in apart.items() for i in range(e.sizes(node)[0])]
    weights = [_weights(e.world, VALUES, f"weights of {name}[{i}]") for name, i in entries]
    for k, weight in enumerate(_weights(e.world, OUTCOMES, "weights of the outcomes") if together else [1]):
        at_k = scope
        for node in together:
            name = str(node.data)
            value = e.world.outcome(name, k, node.shape) if node.op == "symbol" else e.algebra.scalar(k)
            at_k = at_k.extended(name, value)
        for numbers in product(range(VALUES), repeat=len(entries)):
            chosen = dict(zip(entries, numbers, strict=True))
            here = at_k
            for name, node in apart.items():
                here = here.extended(name, _mixed(e, node, chosen))
            yield _product(e, [weight, *(w[n] for w, n in zip(weights, numbers, strict=True))]), here


def _is_random(e: Evaluator, node: Term, whole: Term) -> bool:
    return node.op in ("symbol", "member") and str(node.data) in whole.free and e.world.is_random(str(node.data))


def _mixed(e: Evaluator, node: Term, chosen: dict[tuple[str, int], int]) -> Series:
    """A vector whose entry i has the value with the number that is chosen for it."""
    name, (rows, _) = str(node.data), e.sizes(node)
    drawn = [e.world.outcome(name, n, node.shape) for n in range(VALUES)]
    return e.algebra.placed([(i, 0, e.algebra.entry(drawn[chosen[name, i]], i, 0)) for i in range(rows)], rows, 1)


def _product(e: Evaluator, weights: list[Any]) -> Any:
    return math.prod(weights) % PRIME if e.world.kind == "modular" else math.prod(weights)


def _weights(world: World, count: int, name: str) -> list[Any]:
    """Positive numbers whose sum is 1."""
    r = world.random(name)
    if world.kind == "modular":
        found = [r.randrange(1, PRIME) for _ in range(count - 1)]
        return [*found, (1 - sum(found)) % PRIME]
    parts = [r.uniform(0.2, 1) for _ in range(count)]
    return [x / sum(parts) for x in parts]
