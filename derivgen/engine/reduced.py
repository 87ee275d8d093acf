"""A fraction in lowest terms, also where the factor that cancels stands in every summand of a sum."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from derivgen.engine.factors import divided, rational_exponents, shared_factor
from derivgen.engine.fractions import Monomial, as_fraction, lowest_terms
from derivgen.language.length import length
from derivgen.language.terms import ONE_TERM, Term, canonical, plus


def reduced(t: Term) -> Term | None:
    """4*s*a/(2*s^2)^2 = a/s^3, and (2*s*a - 3*s)/s^2 = (2*a - 3)/s."""
    return lowest_terms(t) or _by_common_factor(t)


def _by_common_factor(t: Term) -> Term | None:
    """What all summands of a sum above the bar have in common is cancelled against the divisor."""
    if t.op not in ("times", "div") or not any(a.has("plus") for a in t.args):
        return None
    found = Monomial.of(t)
    if not found.value:
        return None
    for base, exponents in list(found.powers.values()):
        if base.op == "plus" and exponents == [ONE_TERM]:
            _cancel(found, base)
    new = as_fraction(found, t)
    return new if length(new) < length(t) else None


def _cancel(whole: Monomial, base: Term) -> None:
    """Take out of a sum among the factors what its summands have in common, if part of that cancels."""
    parts = [Monomial.of(a) for a in base.args]
    common = _whole_factor(shared_factor(parts, fractions=False), whole)
    if not _cancels(whole, common):
        return
    summands = [divided(part, common) for part in parts]
    rest = plus(*sorted(summands, key=lambda a: a.op == "neg") if summands[0].op == "neg" else summands)
    powers = whole.powers.values()
    whole.powers = {canonical(b): (b, e) for a, e in powers for b in ((rest,) if a is base else (a,))}
    whole.value *= common.value
    for key, (factor, exponents) in common.powers.items():
        whole.powers.setdefault(key, (factor, []))[1].extend(exponents)


def _whole_factor(shared: Monomial, whole: Monomial) -> Monomial:
    """The part of a factor that is no divisor."""
    common = Monomial(Fraction(1 if whole.decimal else shared.value.numerator))
    for key, power in shared.powers.items():
        count = rational_exponents(shared, key)
        if count is not None and count > 0:
            common.powers[key] = power
    return common


def _cancels(whole: Monomial, common: Monomial) -> bool:
    """Whether a factor shares something with the divisor."""
    below = [rational_exponents(whole, key) for key in common.powers]
    return gcd(common.value.numerator, whole.value.denominator) > 1 or any(e is not None and e < 0 for e in below)
