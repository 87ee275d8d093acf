"""Structural checks of the computed steps, which have no law to replay. Numbers are compared besides.

Each check brings the old and the new part to sums of monomials in its own way and compares; a step may do
what its name says and nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from fractions import Fraction

from derivgen.check.literals import literal_d_fault, literal_factor_fault, literal_fault, literal_sum_fault
from derivgen.check.matrix_numbers import matrix_arithmetic_fault
from derivgen.check.monomials import (
    ONE,
    Monomial,
    divided,
    key_of,
    monomial,
    multiplied,
    opened_powers,
    roots_in_front,
    sum_key,
    summands,
    value_of,
)
from derivgen.check.multiplied_out import same_multiplied_out
from derivgen.engine.trace import Step
from derivgen.language.abbreviations import DERIVATIVES
from derivgen.language.plain import plain
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, canonical, equivalent, make, number, product, symbol, walk
from derivgen.rules.orders import eps_order


def _arithmetic_equal(old: Term, new: Term) -> bool:
    if sum_key([monomial(old)], False) == sum_key([monomial(new)], False):
        return True
    return sum_key(summands(old), False) == sum_key(summands(new), False)


def _arithmetic(old: Term, new: Term, eps: str) -> str | None:
    if old.op == "delta":
        i, j = old.args
        fits = i.op == j.op == new.op == "number" and new.data == int(i.data == j.data)
        return None if fits else "the delta of two numbers is 1 or 0"
    if equivalent(old, new) or _only_inside(old, new):
        return "no numbers meet at this place"
    fraction = _unsigned(new)
    numbers = all(value_of(a) is not None for a in (*old.args, *fraction.args))  # 2/10 = 1/5
    plain_division = old.op == fraction.op == "div" and not numbers and not _same_divisor(old, fraction)
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
    by_arithmetic = _arithmetic_equal(old, new) and _repeated(new) >= _repeated(old)
    if old.op != "plus" or by_arithmetic or _only_inside(old, new):
        return "no like terms are collected"
    same = sum_key(summands(old), True) == sum_key(summands(new), True)
    return None if same else "the like terms add up to something else"


def _repeated(t: Term) -> int:
    """How many summands are another one or its negative, as they are written: u'*0 too, which is 0 by arithmetic."""
    parts = [canonical(a.args[0] if a.op == "neg" else a) for a in (t.args if t.op == "plus" else (t,))]
    return len(parts) - len(set(parts))


def _combine_powers(old: Term, new: Term, eps: str) -> str | None:
    if old.op != "times" or _arithmetic_equal(old, new) or _only_inside(old, new):
        return "no powers are combined"
    same = sum_key([monomial(old)], False, True) == sum_key([_with_open_bases(monomial(new))], False, True)
    same = same or sum_key([monomial(old)], False, True) == sum_key([monomial(new)], False, True)
    return None if same else "the exponents add up to something else"


def _with_open_bases(product: Monomial) -> Monomial:
    """Whole powers of products and quotients as powers of their factors: (2/b)^2 stands for (2/b)*(2/b)."""
    parts: list[Monomial] = [(product[0], [])]
    for base, exponent in product[1]:
        count = next((int(c) for key, c in exponent if key == () and c.denominator == 1 and 0 < c < 16), 0)
        opens = len(exponent) == 1 and count and base.op in ("times", "div")
        parts += [monomial(base)] * count if opens else [(Fraction(1), [(base, exponent)])]
    return multiplied(parts)


def _lowest_terms(old: Term, new: Term, eps: str) -> str | None:
    if old.op not in ("times", "div", "pow") or equivalent(old, new):
        return "there is no fraction to reduce"
    before, after = (_key_with_number(roots_in_front(opened_powers(monomial(t)))) for t in (old, new))
    return None if before == after or _same_reduced(old, new) else "the fraction in lowest terms is another"


def _same_reduced(old: Term, new: Term) -> bool:
    """Whether a factor of the divisor has gone from every summand above the bar, and nothing else has changed."""
    top, bottom = _as_bar(old)
    shown, below = _as_bar(new)
    _, powers = opened_powers(divided(opened_powers(monomial(bottom)), below))
    gone: dict[Hashable, Fraction] = {}
    for base, exponent in powers:
        if any(key != () for key, _ in exponent):
            return False
        gone[canonical(base)] = sum((e for _, e in exponent), gone.get(canonical(base), Fraction(0)))
    if any(e < 0 for e in gone.values()) or new.size >= old.size or _divisions(shown) > _divisions(top):
        return False
    return same_multiplied_out(product(below, top), product(bottom, shown))


def _divisions(t: Term) -> int:
    return sum(node.op == "div" for _, node in walk(t))


def _as_bar(t: Term) -> tuple[Term, Term]:
    """What stands above and below the bars of a product, signs and matrices above."""
    if t.op == "neg":
        top, bottom = _as_bar(t.args[0])
        return make("neg", [top]), bottom
    if t.op == "div":
        top, bottom = _as_bar(t.args[0])
        return top, product(bottom, t.args[1])
    if t.op == "times":
        tops, bottoms = zip(*map(_as_bar, t.args), strict=True)
        return product(*tops), product(*bottoms)
    return t, number(1)


def _key_with_number(monomial: Monomial) -> Hashable:
    return monomial[0], key_of(monomial[1], joined=True)


def _common_factor(old: Term, new: Term, eps: str) -> str | None:
    if old.op != "plus" or not _product_with_sum(new):
        return "no factor is taken out of a sum"
    return None if same_multiplied_out(old, new) else "multiplied out it is another sum"


def _product_with_sum(t: Term) -> bool:
    """Whether a term is a product or a quotient in which a sum stands."""
    t = t.args[0] if t.op == "neg" else t
    return any(a.op == "plus" for a in (t.args if t.op == "times" else t.args[:1] if t.op == "div" else ()))


def _collect_multiples(old: Term, new: Term, eps: str) -> str | None:
    parts = new.args if new.op == "plus" else (new,)
    if old.op != "plus" or len(parts) >= len(old.args):
        return "no multiples are added"
    return None if same_multiplied_out(old, new) else "multiplied out it is another sum"


def _sign_inside(old: Term, new: Term, eps: str) -> str | None:
    if old.op not in ("neg", "plus") or _signs(new) >= _signs(old):
        return "no sign is taken inside"
    return None if same_multiplied_out(old, new) else "multiplied out it is another term"


def _signs(t: Term) -> int:
    if t.op == "neg" and t.args[0].op == "plus":
        return 1 + _signs(t.args[0])
    return sum(a.op == "neg" for a in (t.args if t.op == "plus" else (t,)))


def _divide(old: Term, new: Term, eps: str) -> str | None:
    if old.op != "div":
        return "nothing is divided out"
    top, bottom = old.args
    if _arithmetic(old, new, eps) is None and not _shared(top, bottom):
        return "nothing is divided out"
    parts = [opened for part in summands(top) for opened in _opened(divided(part, bottom))]
    readings = [summands(new)]
    if new.op == "div":
        readings += [
            [divided(part, new.args[1]) for part in tops] for tops in (summands(new.args[0]), [monomial(new.args[0])])
        ]
    before = sum_key(parts, False, True)
    if any(sum_key(r, False, True) == before for r in readings) or _same_crosswise(old, new):
        return None
    return "the quotients are others"


def _same_crosswise(old: Term, new: Term) -> bool:
    """Whether a shorter fraction is the same one, each top times the other bottom: a power of a sum may go."""
    sign = -1 if new.op == "neg" else 1
    shown = _unsigned(new)
    top, bottom = shown.args if shown.op == "div" else (shown, number(1))
    if shown.shape != SCALAR or new.has("O") or new.size >= old.size:
        return False
    return same_multiplied_out(product(old.args[0], bottom), product(number(sign), top, old.args[1]))


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


def _opened(product: Monomial) -> list[Monomial]:
    """The summands, where the quotient is a sum itself:
    eps*(a + b)/eps stands as a + b in the sum around it.
    """
    c, powers = product
    joined = key_of(powers, joined=True)
    for base, exponent in powers:
        if c == 1 and exponent == ONE and base.op == "plus" and joined == key_of([(base, ONE)], joined=True):
            return summands(base)
    return [product]


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


def _abbreviate(old: Term, new: Term, eps: str) -> str | None:
    if new.op == "abbreviation" and new.args[0] == old:
        return None
    if old.op in ("times", "div"):
        after = _key_with_number(opened_powers(monomial(new)))
        if any(_key_with_number(_with_name(old, name)) == after for name in _names_in_powers(old, new)):
            return None
    return "what a name stands for becomes the name"


def _names_in_powers(*products: Term) -> set[Term]:
    """The abbreviations of which products hold powers."""
    return {base for t in products for base, _ in opened_powers(monomial(t))[1] if base.op == "abbreviation"}


def _with_name(t: Term, name: Term) -> Monomial:
    """A product in which the factors that a name stands for are taken out once, and the name is put in."""
    return opened_powers(divided(multiplied([monomial(t), (Fraction(1), [(name, ONE)])]), name.args[0]))


def _spell_out(old: Term, new: Term, eps: str) -> str | None:
    fits = old.op == new.op and old.args[0].op == "abbreviation" and new.args == (old.args[0].args[0], *old.args[1:])
    return None if fits and old.op in DERIVATIVES else "a derivative is that of what a name stands for"


MOVES: dict[str, Callable[[Term, Term, str], str | None]] = {
    "arithmetic": _arithmetic,
    "like_terms": _like_terms,
    "like_fractions": _collect_multiples,
    "absorb": _absorb,
    "combine_powers": _combine_powers,
    "divide": _divide,
    "matrix_arithmetic": matrix_arithmetic_fault,
    "entries": _entries,
    "literal_d": literal_d_fault,
    "literal_factor": literal_factor_fault,
    "literal_sum": literal_sum_fault,
    "literal": literal_fault,
    "lowest_terms": _lowest_terms,
    "common_factor": _common_factor,
    "collect_multiples": _collect_multiples,
    "sign_inside": _sign_inside,
    "order_summands": _reorder,
    "reorder": _reorder,
    "spell_out": _spell_out,
    "abbreviate": _abbreviate,
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
