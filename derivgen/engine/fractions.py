"""A product or quotient of scalars, a matrix perhaps among them, as one fraction in lowest terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derivgen.language.length import length
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import ZERO_TERM, Key, Term, canonical, make, number, plus, product

MOST = 16  # the largest whole exponent of a product that is opened: (2*s)^2 = 4*s^2


@dataclass(slots=True)
class Monomial:
    """A number, powers of scalars in the order in which they appear, and at most one matrix.

    An exponent is a list of summands; ``decimal`` where a decimal number was among the factors.
    """

    value: Fraction = Fraction(1)
    powers: dict[Key, tuple[Term, list[Term]]] = field(default_factory=dict)
    core: Term | None = None
    decimal: bool = False

    @classmethod
    def of(cls, t: Term) -> Monomial:
        """A term as a number times powers times a matrix."""
        found = cls()
        found.take(t)
        return found

    def take(self, t: Term, sign: int = 1) -> None:
        """Multiply by a term, or for sign -1 divide by it."""
        if t.op == "neg":
            self.value = -self.value
            self.take(t.args[0], sign)
        elif t.op == "number" and isinstance(t.data, (int, Fraction)) and (t.data or sign > 0):
            self.value *= Fraction(t.data) ** sign
            self.decimal |= isinstance(t.data, Fraction)
        elif t.op == "times":
            for a in t.args:
                self.take(a, sign)
        elif t.op == "div":
            self.take(t.args[0], sign)
            self.take(t.args[1], -sign)
        elif t.shape != SCALAR:
            self.core = t
        else:
            self._take_power(t, sign)

    def _take_power(self, t: Term, sign: int) -> None:
        base, exponent = t.args if t.op == "pow" else (t, number(1))
        count = whole(exponent)
        if base.op == "sqrt" and count is not None:  # sqrt(a)^3 = a^(3/2)
            base, exponent, count = base.args[0], quotient(Fraction(count, 2)), None
        opens = base.op in ("times", "div", "pow", "number", "neg") and base != ZERO_TERM  # 0^-1 stays what it is
        if count is not None and abs(count) <= MOST and opens:
            for _ in range(abs(count)):
                self.take(base, sign if count > 0 else -sign)
            return
        _, exponents = self.powers.setdefault(canonical(base), (base, []))
        exponents.append(exponent if sign > 0 else make("neg", [exponent]))


def whole(t: Term) -> int | None:
    """The value of a whole number, signs included."""
    if t.op == "neg":
        inner = whole(t.args[0])
        return None if inner is None else -inner
    return t.data if t.op == "number" and isinstance(t.data, int) else None


def rational(t: Term) -> Fraction | None:
    """The value of a number or of a quotient of numbers, signs included."""
    if t.op == "neg":
        inner = rational(t.args[0])
        return None if inner is None else -inner
    if t.op == "div":
        a, b = map(rational, t.args)
        return a / b if a is not None and b else None
    return Fraction(t.data) if t.op == "number" and isinstance(t.data, (int, Fraction)) else None


def quotient(value: Fraction) -> Term:
    """A number, or a quotient of whole numbers in lowest terms."""
    body = make("div", [number(abs(value.numerator)), number(value.denominator)])
    body = number(abs(value)) if value.denominator == 1 else body
    return make("neg", [body]) if value < 0 else body


def lowest_terms(t: Term) -> Term | None:
    """4*s*a/(2*s^2)^2 = a/s^3: numbers multiplied, powers of one base joined, common factors cancelled."""
    if t.op not in ("times", "div", "pow") or (t.op == "pow" and t.shape != SCALAR):
        return None
    found = Monomial.of(t)
    if found.value == 0:
        return None
    new, saved = as_fraction(found, t), 0
    if any(len(exponents) > 1 for _, exponents in found.powers.values()):
        saved = 1  # where powers are joined, as long is short enough
    shorter = length(new) < length(t) + saved or (length(new) == length(t) and _digits(new) < _digits(t))
    return new if shorter and new != t else None


def _digits(t: Term) -> int:
    """The digits of all whole numbers: 12/32 = 3/8 is no shorter otherwise."""
    return len(str(t.data)) if t.op == "number" else sum(map(_digits, t.args))


def as_fraction(m: Monomial, model: Term = ZERO_TERM) -> Term:
    """A monomial as a fraction; a matrix stands behind it, or above its bar where it does so in the model."""
    above: list[Term] = []
    below: list[Term] = []
    for base, exponents in m.powers.values():
        exponent = _total(exponents)
        negative = exponent.op == "neg"
        power = _power(base, exponent.args[0] if negative else exponent)
        if power is not None:
            (below if negative else above).append(power)
    numerator, denominator = abs(m.value.numerator), m.value.denominator
    lead = model.op == "times" and _numeric(model.args[0]) and denominator != 1
    if lead:
        body = _fraction(above, below, m.core, model)
        body = product(quotient(abs(m.value)), body)
        return make("neg", [body]) if m.value < 0 else body
    if m.decimal and not endless(denominator):
        above.insert(0, number(abs(m.value)))
    else:
        above.insert(0, number(numerator))
        below.insert(0, number(denominator))
    body = _fraction(_without_ones(above), _without_ones(below), m.core, model)
    return make("neg", [body]) if m.value < 0 else body


def _fraction(above: list[Term], below: list[Term], core: Term | None, model: Term) -> Term:
    divisor = product(*below)
    if core is None:
        return make("div", [product(*above), divisor]) if below else product(*above)
    if not below:
        return product(*above, core)
    number_alone = not above and divisor.op == "number" and core.op == "plus"
    if (above or number_alone) and model.op != "div":
        return product(make("div", [product(*above), divisor]), core)
    return make("div", [product(*above, core), divisor])


def _numeric(t: Term) -> bool:
    """Whether a term is a fraction of numbers."""
    return t.op == "div" and rational(t) is not None


def _without_ones(factors: list[Term]) -> list[Term]:
    return [f for f in factors if f.op != "number" or f.data != 1]


def endless(denominator: int) -> bool:
    """Whether a fraction with this denominator has no finite decimal expansion."""
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator != 1


def _total(exponents: list[Term]) -> Term:
    """A sum of exponents, numbers added up and like terms collected."""
    known = Fraction(0)
    others: dict[Key, tuple[Fraction, Term]] = {}
    for e in exponents:
        for sign, part in _summands(e):
            value = rational(part)
            if value is not None:
                known += sign * value
                continue
            old = others.get(canonical(part), (Fraction(0), part))
            others[canonical(part)] = (old[0] + sign, part)
    parts = [scaled(c, part) for c, part in others.values() if c]
    if known or not parts:
        parts.append(quotient(known))
    return plus(*parts)


def _summands(t: Term, sign: int = 1) -> list[tuple[int, Term]]:
    if t.op == "neg":
        return _summands(t.args[0], -sign)
    return [found for a in t.args for found in _summands(a, sign)] if t.op == "plus" else [(sign, t)]


def scaled(c: Fraction, t: Term) -> Term:
    """A number times a term, written without 1 and with the sign in front."""
    body = t if abs(c) == 1 else product(number(abs(c)), t)
    return make("neg", [body]) if c < 0 else body


def _power(base: Term, exponent: Term) -> Term | None:
    """A power; None for the exponent 0."""
    value = rational(exponent)
    if value == 0:
        return None
    if value == Fraction(1, 2):
        return make("sqrt", [base])
    return base if value == 1 else make("pow", [base, exponent])
