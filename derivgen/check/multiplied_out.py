"""A term multiplied out: products of sums become sums of products, matrices keep their order.

Two terms that agree here are equal by the rules of arithmetic alone. Nothing of the engine is used.
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from itertools import product as choices
from typing import TypeAlias

from derivgen.check.monomials import Monomial, divided, key_of, monomial, multiplied, opened_powers, summands, value_of
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, canonical, equivalent, make, product, walk
from derivgen.rules.orders import is_zero

Product: TypeAlias = tuple[Monomial, tuple[Term, ...]]  # scalars, and a chain of matrices in its order
MOST = 2000  # products in one sum
HIGHEST = 16  # exponent of a sum that is multiplied out


class TooLongError(Exception):
    """The sum has too many terms to be compared."""


def same_multiplied_out(a: Term, b: Term) -> bool:
    """Whether two terms are the same sum of products, where powers of sums stay or where they are multiplied out.

    Where roots stand, they are multiplied by these: sqrt(q)*A - x^2*B/sqrt(q) = (q*A - x^2*B)/sqrt(q).
    """
    if any(_agree(a, b, open_powers) for open_powers in (False, True)):
        return True
    roots = {root for t in (a, b) for _, node in walk(t) for root in _root(node)}
    return bool(roots) and a.shape == b.shape and _agree(product(*roots, a), product(*roots, b), True)


def _root(t: Term) -> list[Term]:
    """The root that a term is an odd power of, if it is one."""
    value = value_of(t.args[1]) if t.op == "pow" else None
    if t.op == "pow" and t.args[1].op == "div":
        top, bottom = map(value_of, t.args[1].args)
        value = top / bottom if top is not None and bottom else None
    is_root = t.op == "sqrt" or (value is not None and value.denominator == 2)
    return [make("sqrt", t.args[:1])] if is_root and t.args[0].shape == SCALAR and not is_zero(t.args[0]) else []


def _agree(a: Term, b: Term, open_powers: bool) -> bool:
    try:
        return _collected(a, open_powers) == _collected(b, open_powers)
    except TooLongError:
        return False


def _collected(t: Term, open_powers: bool) -> dict[Hashable, Fraction]:
    total: dict[Hashable, Fraction] = {}
    for scalars, chain in _products(t, open_powers):
        for c, powers in _without_sums(opened_powers(scalars)) if open_powers else [opened_powers(scalars)]:
            key = (key_of(powers), tuple(map(canonical, chain)))
            total[key] = total.get(key, Fraction(0)) + c
    return {key: c for key, c in total.items() if c}


def _without_sums(m: Monomial) -> list[Monomial]:
    """The summands of a product in which whole powers of sums remain where the powers of each base are joined."""
    for base, _ in m[1]:
        own = [exponent for other, exponent in m[1] if equivalent(other, base)]
        count = sum((c for exponent in own for _, c in exponent), Fraction(0))
        whole = count.denominator == 1 and all(key == () for exponent in own for key, _ in exponent)
        if base.op == "plus" and whole and 0 < count <= HIGHEST:
            if len(base.args) ** int(count) > MOST:
                raise TooLongError
            rest = m[0], [(other, exponent) for other, exponent in m[1] if not equivalent(other, base)]
            chosen = choices(summands(base), repeat=int(count))
            return [found for factors in chosen for found in _without_sums(multiplied([rest, *factors]))]
    return [m]


def _products(t: Term, open_powers: bool) -> list[Product]:
    return [_product(sign, part) for sign, part in _linear_parts(t, open_powers)]


def _linear_parts(t: Term, open_powers: bool) -> list[tuple[int, Term]]:
    """Summands with their signs: what is linear is taken apart, sums over an index and Hadamard products included."""
    if t.op == "plus":
        return [part for a in t.args for part in _linear_parts(a, open_powers)]
    if t.op == "neg":
        return [(-sign, part) for sign, part in _linear_parts(t.args[0], open_powers)]
    if open_powers and _power_of_sum(t):
        return _linear_parts(product(*[t.args[0]] * int(value_of(t.args[1]) or 1)), open_powers)
    if t.op in _LINEAR:
        for k in _LINEAR[t.op] or range(len(t.args)):
            inner = _linear_parts(t.args[k], open_powers)
            if inner != [(1, t.args[k])]:
                return _each(t, k, inner, open_powers)
    return [(1, t)]


def _power_of_sum(t: Term) -> bool:
    """Whether a term is a whole power, of a scalar that is a sum or a product in which one stands."""
    if t.op != "pow" or t.shape != SCALAR:
        return False
    base, exponent = t.args[0], value_of(t.args[1])
    whole = exponent is not None and exponent.denominator == 1 and 2 <= exponent <= HIGHEST
    return whole and (base.op == "plus" or any(a.op == "plus" for a in base.args if base.op == "times"))


# where an operator is linear in one argument at a time; all of them where none is named
_LINEAR: dict[str, tuple[int, ...]] = {
    "times": (), "dot": (), "hadamard": (), "div": (0,), "hadamard_div": (0,), "sum": (2,), "transpose": (0,),
    "tr": (0,),
}  # fmt: skip


def _each(t: Term, k: int, inner: list[tuple[int, Term]], open_powers: bool) -> list[tuple[int, Term]]:
    found: list[tuple[int, Term]] = []
    for sign, part in inner:
        whole = make(t.op, [*t.args[:k], part, *t.args[k + 1 :]], t.data, t.shape)
        found += [(sign * s, p) for s, p in _linear_parts(whole, open_powers)]
        if len(found) > MOST:
            raise TooLongError
    return found


def _product(sign: int, t: Term) -> Product:
    """A product without sums: its scalars, and its chain of matrices."""
    if t.op == "div":
        above, chain = _product(sign, t.args[0])
        return divided(above, t.args[1]), chain
    factors = t.args if t.op == "times" else (t,)
    chain = ()
    scalars: list[Monomial] = [(Fraction(sign), [])]
    for a in factors:
        if a.shape == SCALAR:
            scalars.append(monomial(a))
        elif a.op in ("div", "times"):
            inner, chain = _product(1, a)
            scalars.append(inner)
        else:
            chain = a.args if a.op == "dot" else (a,)
    return multiplied(scalars), chain
