"""Products of numbers and powers as the check reads them, in its own way and without the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from fractions import Fraction
from typing import TypeAlias

from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, canonical, number, symbol
from derivgen.rules.orders import is_zero

Exponent: TypeAlias = "frozenset[tuple[Hashable, Fraction]]"
Monomial: TypeAlias = tuple[Fraction, list[tuple[Term, Exponent]]]
ONE: Exponent = frozenset({((), Fraction(1))})
_BIG_O = symbol("O(..)")
_HALF: Exponent = frozenset({((), Fraction(1, 2))})
_MINUS: Exponent = frozenset({((), Fraction(-1))})


# zero as soon as one argument is
_ZERO_WITH_ANY = frozenset(("dot", "tr", "transpose", "conj", "hadamard", "kron", "diag", "diagvec", "vec", "total"))


def value_of(t: Term) -> Fraction | None:
    """The value of a term made of numbers alone, one operation deep."""
    if t.op == "number" and isinstance(t.data, (int, Fraction)):
        return Fraction(t.data)
    inner = value_of(t.args[0]) if t.op == "neg" else None
    return None if inner is None else -inner


def monomial(t: Term) -> Monomial:
    """A number and powers of parts that are not looked into."""
    value = value_of(t)
    if value is not None:
        return value, []
    if is_zero(t) or (t.op in _ZERO_WITH_ANY and any(map(is_zero, t.args))):
        return Fraction(0), []
    if (t.op == "hadamard_div" and is_zero(t.args[0]) and not is_zero(t.args[1])) or (
        t.op == "sum" and is_zero(t.args[2])
    ):
        return Fraction(0), []
    if t.op == "neg":
        c, powers = monomial(t.args[0])
        return -c, powers
    if t.op == "times":
        parts = [monomial(a) for a in t.args]
        return multiplied(parts)
    if t.op == "div":
        return divided(monomial(t.args[0]), t.args[1])
    if t.op == "pow":
        return _power(t)
    if t.op == "sqrt":
        return Fraction(1), [(t.args[0], _HALF)]
    if t.op == "O" and isinstance(t.data, int):
        return Fraction(1), [(_BIG_O, ONE), (t.args[0], frozenset({((), Fraction(t.data))}))]
    return Fraction(1), [(t, ONE)]


def multiplied(parts: list[Monomial]) -> Monomial:
    """The product of monomials."""
    c, powers = Fraction(1), []
    for factor, more in parts:
        c *= factor
        powers += more
    return c, powers


def divided(top: Monomial, bottom: Term) -> Monomial:
    """A monomial divided by a term."""
    c, powers = multiplied([monomial(a) for a in (bottom.args if bottom.op == "times" else (bottom,))])
    if c == 0:
        return top[0], [*top[1], (bottom, _MINUS)]
    return top[0] / c, [
        *top[1],
        *[(base, frozenset((key, -e) for key, e in exponent)) for base, exponent in powers],
    ]


def _power(t: Term) -> Monomial:
    base, exponent = t.args
    number, known = value_of(base), value_of(exponent)
    if base.op == "sqrt":
        return Fraction(1), [(base.args[0], frozenset((key, c / 2) for key, c in _linear(exponent)))]
    if (
        number is not None
        and known is not None
        and known.denominator == 1
        and abs(known) < 1000
        and (number or known > 0)
    ):
        return number ** int(known), []
    if known == 1:
        return monomial(base)
    if number == 1 or (known == 0 and t.shape == SCALAR):
        return Fraction(1), []
    if t.shape != SCALAR and known != 1:
        return Fraction(1), [(t, ONE)]
    return Fraction(1), [(base, _linear(exponent))]


def _linear(t: Term) -> Exponent:
    """An exponent as a sum of multiples."""
    total: dict[Hashable, Fraction] = {}
    for sign, part in _signed(t):
        c, powers = monomial(part)
        key = key_of(powers, joined=False) if powers else ()
        total[key] = total.get(key, Fraction(0)) + sign * c
    return frozenset((key, c) for key, c in total.items() if c)


def _signed(t: Term, sign: int = 1) -> list[tuple[int, Term]]:
    """The summands of a term, signs of sums taken inside."""
    if t.op == "neg":
        return _signed(t.args[0], -sign)
    return [found for a in t.args for found in _signed(a, sign)] if t.op == "plus" else [(sign, t)]


def key_of(powers: list[tuple[Term, Exponent]], joined: bool = True) -> Hashable:
    """A key for a product; ``joined`` adds the exponents of equal bases."""
    if not joined:
        return frozenset(Counter((canonical(base), exponent) for base, exponent in powers).items())
    total: dict[Hashable, dict[Hashable, Fraction]] = {}
    for base, exponent in powers:
        sums = total.setdefault(canonical(base), {})
        for key, c in exponent:
            sums[key] = sums.get(key, Fraction(0)) + c
    kept = {base: frozenset((k, c) for k, c in sums.items() if c) for base, sums in total.items()}
    return frozenset((base, exponent) for base, exponent in kept.items() if exponent)


def summands(t: Term) -> list[Monomial]:
    """The monomials of a sum."""
    return [monomial(a) for a in (t.args if t.op == "plus" else (t,))]


def sum_key(parts: list[Monomial], collected: bool, joined: bool = False) -> Hashable:
    """A key for a sum. Plain numbers are added up; other like terms only if ``collected``."""
    total: dict[Hashable, Fraction] = {}
    loose: Counter[Hashable] = Counter()
    for c, powers in parts:
        key = key_of(powers, joined)
        if c and (collected or not key):
            total[key] = total.get(key, Fraction(0)) + c
        elif c:
            loose[key, c] += 1
    return frozenset((k, c) for k, c in total.items() if c), frozenset(loose.items())


_OPENING = ("times", "div", "pow", "neg")


def opened_powers(product: Monomial) -> Monomial:
    """Whole powers of products, quotients and powers as powers of their parts, one inside another too.

    Of sqrt(a*b)^3 the whole part a*b is opened, and the root stays; sqrt(a*b)*sqrt(a*b) is such a whole part.
    """
    while True:
        opened = _opened_once(product)
        joined = opened[0], _joined(opened[1])
        if key_of(joined[1], joined=False) == key_of(product[1], joined=False):
            return joined
        product = joined


def _opened_once(product: Monomial) -> Monomial:
    c = product[0]
    powers: list[tuple[Term, Exponent]] = []
    for base, exponent in [part for power in product[1] for part in _whole_and_root(*power)]:
        count = _whole(exponent)
        if count is None or base.op not in _OPENING or base.shape != SCALAR:
            powers.append((base, exponent))
            continue
        inner = opened_powers(monomial(base))
        if key_of(inner[1], joined=False) == key_of([(base, ONE)], joined=False):
            powers.append((base, exponent))  # nothing in it opens
            continue
        c *= inner[0] ** count
        powers += [(b, frozenset((key, e * count) for key, e in part)) for b, part in inner[1]]
    return c, powers


def _joined(powers: list[tuple[Term, Exponent]]) -> list[tuple[Term, Exponent]]:
    """Powers of one base as one power, unless their exponents cancel."""
    found: dict[Hashable, tuple[Term, Exponent]] = {}
    for base, exponent in powers:
        key = canonical(base)
        if key in found:
            total = dict(found[key][1])
            for part, c in exponent:
                total[part] = total.get(part, Fraction(0)) + c
            exponent = frozenset((part, c) for part, c in total.items() if c)
        found[key] = found.get(key, (base,))[0], exponent
    return list(found.values())


def roots_in_front(product: Monomial) -> Monomial:
    """Whole powers of numbers go into the number: sqrt(2)^2 is 2, and 2^(3/2) is 2*2^(1/2)."""
    c, powers = product[0], []
    total: dict[Fraction, Fraction] = {}
    for base, exponent in product[1]:
        value, known = value_of(base), dict(exponent)
        if value is None or value <= 0 or known.keys() != {()}:
            powers.append((base, exponent))
        else:
            total[value] = total.get(value, Fraction(0)) + known[()]
    for value, sum_of_exponents in total.items():
        whole = sum_of_exponents.numerator // sum_of_exponents.denominator
        c *= value**whole
        if sum_of_exponents != whole:
            powers.append((number(value), frozenset({((), sum_of_exponents - whole)})))
    return c, powers


def _whole_and_root(base: Term, exponent: Exponent) -> list[tuple[Term, Exponent]]:
    """A power with an exponent such as 3/2 as its whole part and what remains; any other as it is."""
    value = next((c for key, c in exponent if key == ()), Fraction(0)) if len(exponent) == 1 else Fraction(0)
    whole = int(value)
    if not whole or whole == value or base.op not in _OPENING:
        return [(base, exponent)]
    return [(base, frozenset({((), Fraction(whole))})), (base, frozenset({((), value - whole)}))]


def _whole(exponent: Exponent) -> int | None:
    """The value of an exponent that is a whole number, within bounds."""
    if len(exponent) != 1:
        return 0 if not exponent else None
    ((key, c),) = exponent
    return int(c) if key == () and c.denominator == 1 and abs(c) <= 16 else None
