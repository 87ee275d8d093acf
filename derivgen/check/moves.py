"""Structural checks of the computed steps, which have no law to replay. Numbers are compared besides.

Each check brings the old and the new part to sums of monomials in its own way and compares; a step may do
what its name says and nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import TypeAlias

from derivgen.check.matrix_numbers import matrix_arithmetic_fault
from derivgen.engine.trace import Step
from derivgen.language.plain import plain
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, canonical, equivalent, symbol
from derivgen.rules.orders import eps_order

Exponent: TypeAlias = "frozenset[tuple[Hashable, Fraction]]"
Monomial: TypeAlias = tuple[Fraction, list[tuple[Term, Exponent]]]
_BIG_O = symbol("O(..)")
_ONE: Exponent = frozenset({((), Fraction(1))})
_MINUS: Exponent = frozenset({((), Fraction(-1))})


def _is_zero(t: Term) -> bool:
    return t.op == "zeros" or (t.op == "number" and t.data == 0)


# zero as soon as one argument is
_ZERO_WITH_ANY = frozenset(("dot", "tr", "transpose", "conj", "hadamard", "kron", "diag", "diagvec", "vec", "total"))


def _value(t: Term) -> Fraction | None:
    """The value of a term made of numbers alone, one operation deep."""
    if t.op == "number" and isinstance(t.data, (int, Fraction)):
        return Fraction(t.data)
    inner = _value(t.args[0]) if t.op == "neg" else None
    return None if inner is None else -inner


def _monomial(t: Term) -> Monomial:
    """A number and powers of parts that are not looked into."""
    value = _value(t)
    if value is not None:
        return value, []
    if _is_zero(t) or (t.op in _ZERO_WITH_ANY and any(map(_is_zero, t.args))):
        return Fraction(0), []
    if (t.op == "hadamard_div" and _is_zero(t.args[0]) and not _is_zero(t.args[1])) or (
        t.op == "sum" and _is_zero(t.args[2])
    ):
        return Fraction(0), []
    if t.op == "neg":
        c, powers = _monomial(t.args[0])
        return -c, powers
    if t.op == "times":
        parts = [_monomial(a) for a in t.args]
        return _multiplied(parts)
    if t.op == "div":
        return _quotient(_monomial(t.args[0]), t.args[1])
    if t.op == "pow":
        return _power(t)
    if t.op == "O" and isinstance(t.data, int):
        return Fraction(1), [(_BIG_O, _ONE), (t.args[0], frozenset({((), Fraction(t.data))}))]
    return Fraction(1), [(t, _ONE)]


def _multiplied(parts: list[Monomial]) -> Monomial:
    c, powers = Fraction(1), []
    for factor, more in parts:
        c *= factor
        powers += more
    return c, powers


def _quotient(top: Monomial, bottom: Term) -> Monomial:
    c, powers = _multiplied([_monomial(a) for a in (bottom.args if bottom.op == "times" else (bottom,))])
    if c == 0:
        return top[0], [*top[1], (bottom, _MINUS)]
    return top[0] / c, [
        *top[1],
        *[(base, frozenset((key, -e) for key, e in exponent)) for base, exponent in powers],
    ]


def _power(t: Term) -> Monomial:
    base, exponent = t.args
    number, known = _value(base), _value(exponent)
    if (
        number is not None
        and known is not None
        and known.denominator == 1
        and abs(known) < 1000
        and (number or known > 0)
    ):
        return number ** int(known), []
    if known == 1:
        return _monomial(base)
    if number == 1 or (known == 0 and t.shape == SCALAR):
        return Fraction(1), []
    if t.shape != SCALAR and known != 1:
        return Fraction(1), [(t, _ONE)]
    return Fraction(1), [(base, _linear(exponent))]


def _linear(t: Term) -> Exponent:
    """An exponent as a sum of multiples."""
    total: dict[Hashable, Fraction] = {}
    for c, powers in map(_monomial, t.args if t.op == "plus" else (t,)):
        key = _key(powers, joined=False) if powers else ()
        total[key] = total.get(key, Fraction(0)) + c
    return frozenset((key, c) for key, c in total.items() if c)


def _key(powers: list[tuple[Term, Exponent]], joined: bool) -> Hashable:
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


def _summands(t: Term) -> list[Monomial]:
    return [_monomial(a) for a in (t.args if t.op == "plus" else (t,))]


def _sum_key(parts: list[Monomial], collected: bool, joined: bool = False) -> Hashable:
    """A key for a sum. Plain numbers are added up; other like terms only if ``collected``."""
    total: dict[Hashable, Fraction] = {}
    loose: Counter[Hashable] = Counter()
    for c, powers in parts:
        key = _key(powers, joined)
        if c and (collected or not key):
            total[key] = total.get(key, Fraction(0)) + c
        elif c:
            loose[key, c] += 1
    return frozenset((k, c) for k, c in total.items() if c), frozenset(loose.items())


def _arithmetic_equal(old: Term, new: Term) -> bool:
    if _sum_key([_monomial(old)], False) == _sum_key([_monomial(new)], False):
        return True
    return _sum_key(_summands(old), False) == _sum_key(_summands(new), False)


def _arithmetic(old: Term, new: Term, eps: str) -> str | None:
    if equivalent(old, new) or _only_inside(old, new):
        return "no numbers meet at this place"
    plain_division = old.op == "div" and _unsigned(new).op == "div" and not _same_divisor(old, _unsigned(new))
    return (
        None
        if old != new and not plain_division and _arithmetic_equal(old, new)
        else "arithmetic with numbers does not give it"
    )


def _only_inside(old: Term, new: Term) -> bool:
    """Whether just one argument has changed, so that the step belongs to a place within it."""
    if (old.op, old.data, len(old.args)) != (new.op, new.data, len(new.args)) or old.op == "neg":
        return old.op == new.op == "neg" and old.args[0].op != "neg"
    return sum(a != b for a, b in zip(old.args, new.args, strict=True)) == 1


def _unsigned(t: Term) -> Term:
    return t.args[0] if t.op == "neg" else t


def _same_divisor(a: Term, b: Term) -> bool:
    return equivalent(_unsigned(a.args[1]), _unsigned(b.args[1]))


def _like_terms(old: Term, new: Term, eps: str) -> str | None:
    if old.op != "plus" or _arithmetic_equal(old, new) or _only_inside(old, new):
        return "no like terms are collected"
    same = _sum_key(_summands(old), True) == _sum_key(_summands(new), True)
    return None if same else "the like terms add up to something else"


def _combine_powers(old: Term, new: Term, eps: str) -> str | None:
    if old.op != "times" or _arithmetic_equal(old, new) or _only_inside(old, new):
        return "no powers are combined"
    same = _sum_key([_monomial(old)], False, True) == _sum_key([_with_open_bases(_monomial(new))], False, True)
    same = same or _sum_key([_monomial(old)], False, True) == _sum_key([_monomial(new)], False, True)
    return None if same else "the exponents add up to something else"


def _with_open_bases(monomial: Monomial) -> Monomial:
    """Whole powers of products and quotients as powers of their factors: (2/b)^2 stands for (2/b)*(2/b)."""
    parts: list[Monomial] = [(monomial[0], [])]
    for base, exponent in monomial[1]:
        count = next((int(c) for key, c in exponent if key == () and c.denominator == 1 and 0 < c < 16), 0)
        opens = len(exponent) == 1 and count and base.op in ("times", "div")
        parts += [_monomial(base)] * count if opens else [(Fraction(1), [(base, exponent)])]
    return _multiplied(parts)


def _divide(old: Term, new: Term, eps: str) -> str | None:
    if old.op != "div":
        return "nothing is divided out"
    top, bottom = old.args
    if _arithmetic(old, new, eps) is None and not _shared(top, bottom):
        return "nothing is divided out"
    parts = [opened for part in _summands(top) for opened in _opened(_quotient(part, bottom))]
    readings = [_summands(new)]
    if new.op == "div":
        readings += [
            [_quotient(part, new.args[1]) for part in tops]
            for tops in (_summands(new.args[0]), [_monomial(new.args[0])])
        ]
    before = _sum_key(parts, False, True)
    return None if any(_sum_key(r, False, True) == before for r in readings) else "the quotients are others"


def _shared(top: Term, bottom: Term) -> bool:
    """Whether a factor of the divisor stands beside others as a factor in each summand above."""
    summands = [_visible_factors(a) for a in (top.args if top.op == "plus" else (top,))]
    return all(len(s) > 1 for s in summands) and any(
        all(f in s for s in summands) for f in (bottom.args if bottom.op == "times" else (bottom,))
    )


def _visible_factors(t: Term) -> list[Term]:
    """The factors of a product, and of the products and the numerators in it."""
    if t.op == "neg" or t.op == "div":
        return [*_visible_factors(t.args[0]), *t.args[1:]]
    return [f for a in t.args for f in _visible_factors(a)] if t.op == "times" else [t]


def _opened(monomial: Monomial) -> list[Monomial]:
    """The summands, where the quotient is a sum itself:
    eps*(a + b)/eps stands as a + b in the sum around it.
    """
    c, powers = monomial
    joined = _key(powers, joined=True)
    for base, exponent in powers:
        if c == 1 and exponent == _ONE and base.op == "plus" and joined == _key([(base, _ONE)], joined=True):
            return _summands(base)
    return [monomial]


def _absorb(old: Term, new: Term, eps: str) -> str | None:
    """The remaining summands stand unchanged beside one O; numbers decide whether it swallows the others."""
    if old.op != "plus":
        return None if new.op == "O" and any(a.op == "O" for a in old.args) else "a factor of O(..) gives one O(..)"
    orders = [a.data for a in old.args if a.op == "O" and a.args[0] == symbol(eps)]
    if not orders:
        return "there is no O(..) beside the summands"
    return _kept(old, new, min(orders, key=lambda k: int(str(k))), eps)


def _kept(old: Term, new: Term, k: Hashable, eps: str) -> str | None:
    after = list(new.args) if new.op == "plus" else [new]
    orders = [a for a in after if a.op == "O"]
    if len(orders) != 1 or orders[0].data != k or orders[0].args[0] != symbol(eps) or len(after) > len(old.args):
        return f"what remains ends in one O({eps}^{k})"
    gone = Counter(a for a in old.args if a.op != "O")
    gone.subtract(a for a in after if a.op != "O")
    missing = [a for a, n in gone.items() for _ in range(n)]
    for added in (a for a, n in gone.items() for _ in range(-n)):
        twin = next((a for a in missing if equivalent(a, added)), None)
        if twin is None:
            return "the summands that remain have changed"
        missing.remove(twin)
    late = old != new and all(eps_order(a, eps) >= int(str(k)) for a in missing)
    return None if late else f"a summand vanishes that is not of order {eps}^{k}"


def _drop(k: int) -> Callable[[Term, Term, str], str | None]:
    def check(old: Term, new: Term, eps: str) -> str | None:
        return _kept(old, new, k, eps) if old.op == "plus" else "summands are dropped from a sum"

    return check


def _entries(old: Term, new: Term, eps: str) -> str | None:
    fits = new.op == "matrix" and old.op != "matrix" and new.shape == old.shape
    return None if fits else "a matrix of numeric size is written out entry by entry"


def _reorder(old: Term, new: Term, eps: str) -> str | None:
    return None if old != new and equivalent(old, new) else "more than the order has changed"


def _spell_out(old: Term, new: Term, eps: str) -> str | None:
    fits = old.op == new.op and old.args[0].op == "abbreviation" and new.args == (old.args[0].args[0], *old.args[1:])
    return None if fits and old.op in ("d", "D", "directional") else "a derivative is that of what a name stands for"


MOVES: dict[str, Callable[[Term, Term, str], str | None]] = {
    "arithmetic": _arithmetic,
    "like_terms": _like_terms,
    "absorb": _absorb,
    "combine_powers": _combine_powers,
    "divide": _divide,
    "matrix_arithmetic": matrix_arithmetic_fault,
    "entries": _entries,
    "reorder": _reorder,
    "spell_out": _spell_out,
    "drop1": _drop(1),
    "drop2": _drop(2),
    "drop3": _drop(3),
}


def move_fault(step: Step, old: Term, new: Term, eps: str) -> str | None:
    """Why a step is not the move that it names, or None.

    The numbers of old and new are compared elsewhere.
    """
    if old.shape != new.shape:
        return "the shape changes"
    fault = MOVES[step.rule](old, new, eps)
    return f"{fault} ({plain(old)} to {plain(new)})" if fault else None
