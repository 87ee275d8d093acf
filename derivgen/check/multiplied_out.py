"""A term multiplied out: products of sums become sums of products, matrices keep their order.

Two terms that agree here are equal by the rules of arithmetic alone. Nothing of the engine is used.
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from typing import TypeAlias

from derivgen.check.monomials import Monomial, divided, key_of, monomial, multiplied, opened_powers
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, canonical, make

Product: TypeAlias = tuple[Monomial, tuple[Term, ...]]  # scalars, and a chain of matrices in its order
MOST = 2000  # products in one sum


class TooLongError(Exception):
    """The sum has too many terms to be compared."""


def same_multiplied_out(a: Term, b: Term) -> bool:
    """Whether two terms are the same sum of products."""
    try:
        return _collected(a) == _collected(b)
    except TooLongError:
        return False


def _collected(t: Term) -> dict[Hashable, Fraction]:
    total: dict[Hashable, Fraction] = {}
    for scalars, chain in _products(t):
        c, powers = opened_powers(scalars)
        key = (key_of(powers), tuple(map(canonical, chain)))
        total[key] = total.get(key, Fraction(0)) + c
    return {key: c for key, c in total.items() if c}


def _products(t: Term) -> list[Product]:
    return [_product(sign, part) for sign, part in _linear_parts(t)]


def _linear_parts(t: Term) -> list[tuple[int, Term]]:
    """Summands with their signs: what is linear is taken apart, sums over an index and Hadamard products included."""
    if t.op == "plus":
        return [part for a in t.args for part in _linear_parts(a)]
    if t.op == "neg":
        return [(-sign, part) for sign, part in _linear_parts(t.args[0])]
    if t.op in _LINEAR:
        for k in _LINEAR[t.op] or range(len(t.args)):
            inner = _linear_parts(t.args[k])
            if inner != [(1, t.args[k])]:
                return _each(t, k, inner)
    return [(1, t)]


# where an operator is linear in one argument at a time; all of them where none is named
_LINEAR: dict[str, tuple[int, ...]] = {
    "times": (), "dot": (), "hadamard": (), "div": (0,), "hadamard_div": (0,), "sum": (2,), "transpose": (0,),
    "tr": (0,),
}  # fmt: skip


def _each(t: Term, k: int, inner: list[tuple[int, Term]]) -> list[tuple[int, Term]]:
    found: list[tuple[int, Term]] = []
    for sign, part in inner:
        whole = make(t.op, [*t.args[:k], part, *t.args[k + 1 :]], t.data, t.shape)
        found += [(sign * s, p) for s, p in _linear_parts(whole)]
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
