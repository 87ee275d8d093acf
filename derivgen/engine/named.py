"""What an abbreviation stands for becomes its name again, also as a factor: a*exp(-q)*b/c is a*N*b."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivgen.engine.fractions import Monomial, as_fraction, rational
from derivgen.language.abbreviations import members_in
from derivgen.language.length import length
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import ONE_TERM, Term, canonical, make, number, product

Rewriting = Callable[[Term], Term | None]
OF_FACTORS = ("times", "div")


def named(known: tuple[Term, ...]) -> Rewriting:
    """The rewriting of what one of the abbreviations stands for, a member at any index; None for anything else."""
    products = tuple(t for t in known if t.args[0].op in OF_FACTORS)

    def rewrite(t: Term) -> Term | None:
        for abbreviation in known:
            if abbreviation.args[0].op == t.op and abbreviation.shape == t.shape:
                for one in members_in(abbreviation, t):
                    if one.args[0] == t:
                        return one
        return _with_factor(t, products) if t.op in OF_FACTORS else None

    return rewrite


def _with_factor(t: Term, products: tuple[Term, ...]) -> Term | None:
    """A product or quotient that holds all factors of one of the names, with the name for them, if that is shorter."""
    for abbreviation in products:
        for name in members_in(abbreviation, t):
            new = _taken_together(t, name)
            if new is not None and length(new) < length(t):
                return new
    return None


def _taken_together(t: Term, name: Term) -> Term | None:
    """A product or quotient with a name for the factors that it stands for, or None where one of them is missing."""
    whole, part = Monomial.of(t), Monomial.of(name.args[0])
    if part.core is not None or len(part.powers) < 2 or not part.powers.keys() <= whole.powers.keys():
        return None
    if not all(_holds(whole.powers[key][1], taken) for key, (_, taken) in part.powers.items()):
        return None
    replacement = _Replacement(part, name)
    found = replacement.of(t)
    return found if replacement.complete else _in_one_fraction(t, whole, part, name)


class _Replacement:
    """Takes the factors that a name stands for where they stand, and puts the name where the last one stood."""

    def __init__(self, part: Monomial, name: Term) -> None:
        self.name, self.placed, self.has_number = name, False, part.value != 1
        self.wanted = {key: exponents for key, (_, exponents) in part.powers.items()}

    @property
    def complete(self) -> bool:
        """Whether all factors were found as they are wanted."""
        return self.placed and not self.wanted and not self.has_number

    def of(self, t: Term, sign: int = 1) -> Term:
        """A product, ``sign`` -1 below a fraction bar, without the factors; 1 is what remains of one."""
        if t.op == "neg":
            return make("neg", [self.of(t.args[0], sign)])
        if t.op == "times":
            rest = [self.of(a, sign) for a in reversed(t.args)]
            return product(*[a for a in reversed(rest) if a != ONE_TERM])
        if t.op == "div":
            above, below = self.of(t.args[0], sign), self.of(t.args[1], -sign)
            return above if below == ONE_TERM else make("div", [above, below])
        return self._factor(t, sign)

    def _factor(self, t: Term, sign: int) -> Term:
        powers = Monomial.of(t).powers if t.shape == SCALAR else {}
        for key, (_, exponents) in powers.items():
            if len(powers) == 1 and key in self.wanted and _same(exponents, self.wanted[key], sign):
                del self.wanted[key]
                if sign < 0 or self.placed:
                    return ONE_TERM
                self.placed = True
                return self.name
        return t


def _same(exponents: list[Term], wanted: list[Term], sign: int) -> bool:
    """Whether a factor that stands above or below a bar has the wanted exponent."""
    total = _total(exponents)
    return sign > 0 and exponents == wanted if total is None else sign * total == _total(wanted)


def _in_one_fraction(t: Term, whole: Monomial, part: Monomial, name: Term) -> Term:
    """The same with all factors as one fraction, where a power holds more than is taken."""
    rest, placed = Monomial(whole.value / part.value, {}, whole.core, whole.decimal), False
    for key, (base, exponents) in whole.powers.items():
        taken = part.powers[key][1] if key in part.powers else []
        if taken and not placed:
            _multiply(rest, name, [number(1)])
            placed = True
        _multiply(rest, base, [*exponents, *(make("neg", [e]) for e in taken)])
    return as_fraction(rest, t)


def _multiply(m: Monomial, base: Term, exponents: list[Term]) -> None:
    """Multiply by powers of a base, which may be there already: the name may stand beside what it stands for."""
    m.powers.setdefault(canonical(base), (base, []))[1].extend(exponents)


def _holds(exponents: list[Term], taken: list[Term]) -> bool:
    """Whether a power holds another: x^3 holds x^2, 1/x^2 holds 1/x, and a^c holds a^c."""
    total, wanted = _total(exponents), _total(taken)
    if total is None or wanted is None:
        return exponents == taken
    return 0 < wanted <= total or total <= wanted < 0


def _total(exponents: list[Term]) -> Fraction | None:
    """The sum of exponents that are numbers."""
    values = [rational(e) for e in exponents]
    return None if None in values else sum((v for v in values if v is not None), Fraction(0))
