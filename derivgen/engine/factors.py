"""What summands have in common: a scalar factor of all of them, or one matrix of which they are multiples."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction
from math import gcd, lcm

from derivgen.engine.fractions import Monomial, as_fraction, quotient, rational, whole
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Key, Term, canonical, make, number, plus, product, zeros


def common_factor(t: Term) -> Term | None:
    """2*A/q - 2*s*B/q^2 = 2/q*(A - s*B/q): numbers and powers that every summand holds are taken out."""
    if t.op != "plus":
        return None
    parts = [Monomial.of(a) for a in t.args]
    shared = shared_factor(parts, fractions=t.shape != SCALAR)
    if shared.value == 1 and not shared.powers:
        return None
    rest = plus(*[divided(part, shared) for part in parts])
    factor = as_fraction(shared)
    if factor.op == "div" and factor.args[0] == number(1) and shared.powers:
        return make("div", [rest, factor.args[1]])
    return product(factor, rest)


def shared_factor(parts: Sequence[Monomial], fractions: bool) -> Monomial:
    """The greatest factor of all monomials, positive; beside decimals no number is taken out.

    Where the summands are scalars, no divisor but a number is: a/q + b/q^2 is simpler than (a + b/q)/q.
    """
    found = Monomial()
    values = [abs(part.value) for part in parts]
    if all(values) and not any(part.decimal for part in parts):
        found.value = Fraction(gcd(*[v.numerator for v in values]), lcm(*[v.denominator for v in values]))
        same = len(set(values)) == 1
        found.value = values[0] if same else Fraction(found.value.numerator)
    for key, (base, exponents) in parts[0].powers.items():
        least = _least([rational_exponents(part, key) for part in parts])
        if least is not None and (fractions or least[0].op != "neg" or whole(least[0]) is None):
            found.powers[key] = (base, least)
        elif least is None and all(part.powers.get(key, (base, []))[1] == exponents for part in parts):
            found.powers[key] = (base, list(exponents))
    return found


def rational_exponents(part: Monomial, key: Key) -> Fraction | None:
    """The exponent of a base, 0 where it does not occur, None where it is no number."""
    values = [rational(e) for e in part.powers[key][1]] if key in part.powers else []
    return None if None in values else sum((v for v in values if v is not None), Fraction(0))


def _least(exponents: Sequence[Fraction | None]) -> list[Term] | None:
    """What all exponents have in common, nothing where their signs differ; of roots then the least."""
    known = [e for e in exponents if e is not None]
    if len(known) < len(exponents):
        return None
    if all(e > 0 for e in known) or all(e < 0 for e in known):
        return [quotient(min(known, key=abs))]
    return [quotient(min(known))] if all(e.denominator == 2 for e in known) else None


def divided(part: Monomial, shared: Monomial) -> Term:
    """A monomial without a factor that it holds."""
    rest = Monomial(part.value / shared.value, dict(part.powers), part.core, part.decimal)
    for key, (base, exponents) in shared.powers.items():
        rest.powers[key] = (base, [*rest.powers[key][1], *[make("neg", [e]) for e in exponents]])
    return as_fraction(rest)


def sign_inside(t: Term) -> Term | None:
    """-2*A*(B - C) = 2*A*(C - B): each summand that has a sign and a bracket takes the sign into it."""
    if t.op == "plus":
        turned = plus(*[_turned(a.args[0]) or a if a.op == "neg" else a for a in t.args])
        return turned if turned != t else None
    return _turned(t.args[0]) if t.op == "neg" else None


def _turned(t: Term) -> Term | None:
    """The negative of a product, its sign in the first difference that is a factor of it and no factor of a square.

    One from a constant, 1 - s or ones(n) - h.^2, reads best as it is: another one takes the sign if there is any.
    """
    found = sorted(_turnings(t), key=lambda one: one[0])
    return found[0][1] if found else None


def _turnings(t: Term) -> Iterator[tuple[bool, Term]]:
    """The negatives of a product, each with whether the difference that takes the sign is one from a constant."""
    if t.op == "plus":
        if any(a.op == "neg" for a in t.args):
            opposite = [a.args[0] if a.op == "neg" else make("neg", [a]) for a in t.args]
            yield t.args[0].op in CONSTANTS, plus(*sorted(opposite, key=lambda a: a.op == "neg"))
        return
    for k in _LINEAR.get(t.op, range(len(t.args)) if t.op in ("times", "dot", "hadamard") else ()):
        for constant, new in () if _squared(t.args, k) else _turnings(t.args[k]):
            yield constant, make(t.op, [*t.args[:k], new, *t.args[k + 1 :]], t.data, t.shape)


CONSTANTS = ("number", "ones", "identity")


def _squared(factors: Sequence[Term], k: int) -> bool:
    """Whether a factor stands there once more, perhaps transposed: (x - m)*(x - m)' is left as it is."""
    return any(_plain(f) == _plain(factors[k]) for j, f in enumerate(factors) if j != k)


def _plain(t: Term) -> Term:
    return t.args[0] if t.op == "transpose" else t


_LINEAR = {"div": (0,), "hadamard_div": (0,), "sum": (2,), "transpose": (0,)}


def collect_multiples(t: Term) -> Term | None:
    """s*A - t*A = (s - t)*A: the multiples of one matrix, where a coefficient is no number."""
    if t.op != "plus" or t.shape == SCALAR:
        return None
    groups: dict[object, list[Monomial]] = {}
    for k, a in enumerate(t.args):
        part = Monomial.of(a)
        groups.setdefault(canonical(part.core) if part.core is not None else k, []).append(part)
    if len(groups) == len(t.args):
        return None
    return plus(*[_multiple(parts) for parts in groups.values()])


def like_fractions(t: Term) -> Term | None:
    """a/(4*b) + a/(2*b) = 3*a/(4*b): fractions that differ by a number, and what is a number times them."""
    if t.op != "plus" or all(_behind_sign(a).op != "div" for a in t.args):
        return None
    groups: dict[Hashable, list[Term]] = {}
    for a in t.args:
        groups.setdefault(_key(Monomial.of(a)), []).append(a)
    if len(groups) == len(t.args):
        return None
    summed = [_added(parts) for parts in groups.values()]
    kept = [a for a in summed if a is not None]
    return plus(*kept) if kept else zeros(t.shape)


def _behind_sign(t: Term) -> Term:
    return t.args[0] if t.op == "neg" else t


def _key(m: Monomial) -> Hashable:
    """What a monomial is besides its number."""
    powers = frozenset((key, tuple(canonical(e) for e in exponents)) for key, (_, exponents) in m.powers.items())
    return powers, None if m.core is None else canonical(m.core)


def _added(parts: list[Term]) -> Term | None:
    """The sum of multiples of one fraction, None where it vanishes; a single one stays as it is."""
    if len(parts) == 1:
        return parts[0]
    found = [Monomial.of(a) for a in parts]
    total = sum((m.value for m in found), Fraction(0))
    decimal = any(m.decimal for m in found)
    return as_fraction(Monomial(total, found[0].powers, found[0].core, decimal), parts[0]) if total else None


def _multiple(parts: list[Monomial]) -> Term:
    if len(parts) == 1:
        return as_fraction(parts[0])
    core = parts[0].core
    assert core is not None
    coefficients = [as_fraction(Monomial(p.value, p.powers, None, p.decimal)) for p in parts]
    return product(plus(*coefficients), core)
