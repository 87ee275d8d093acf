"""The closed list of computed steps: what arithmetic does, and what O(eps^k) swallows.

A move finds its place itself and is recorded by its name; the check has a structural test and numbers for each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derivgen.engine.factors import collect_multiples, common_factor, like_fractions, sign_inside
from derivgen.engine.fractions import endless, quotient, scaled
from derivgen.engine.literals import UNITS, literal_d, literal_factor, literal_of_units, literal_sum
from derivgen.engine.matrix_numbers import OPERATORS as WITH_NUMBERS
from derivgen.engine.matrix_numbers import matrix_arithmetic
from derivgen.engine.named import OF_FACTORS, named
from derivgen.engine.reduced import reduced
from derivgen.language.abbreviations import DERIVATIVES, differentiated
from derivgen.language.operators import BIT
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import ONE_TERM, ZERO_TERM, Term, canonical, make, number, plus, product, zeros
from derivgen.rules.orders import eps_order, is_zero

Rewrite = Callable[[Term], "Term | None"]


@dataclass(frozen=True, slots=True)
class Move:
    """A computed step: its name, the words for a reader, its news value, and the rewriting of one node.

    ``roots`` are the operators of the nodes that it may rewrite, ``needs`` those that stand in such a node, as bits.
    """

    name: str
    words: str
    news: int
    rewrite: Rewrite
    roots: int
    needs: int = 0


def _bits(*ops: str) -> int:
    return sum(BIT[op] for op in ops)


def _value(t: Term) -> Fraction | None:
    """The value of a number, signs included."""
    if t.op == "number" and isinstance(t.data, (int, Fraction)):
        return Fraction(t.data)
    if t.op == "neg":
        inner = _value(t.args[0])
        return None if inner is None else -inner
    return None


def _number(t: Term) -> Fraction | None:
    """The value of a number or of a quotient of two, signs included."""
    if t.op == "neg":
        inner = _number(t.args[0])
        return None if inner is None else -inner
    if t.op != "div":
        return _value(t)
    top, bottom = map(_value, t.args)
    return top / bottom if top is not None and bottom else None


def arithmetic(t: Term) -> Term | None:
    """Evaluate numbers in one node; drop zeros and ones."""
    rule = _ARITHMETIC.get(t.op)
    return rule(t) if rule is not None else None


def _times(t: Term) -> Term | None:
    if any(is_zero(a) for a in t.args):
        return zeros(t.shape)
    values = [v for a in t.args if (v := _number(a)) is not None]
    negative = any(a.op == "neg" for a in t.args)
    if len(values) < 2 and 1 not in values and not negative:
        return None
    total, others = Fraction(1), []
    for a in t.args:
        value = _number(a)
        sign, core = (-1, a.args[0]) if a.op == "neg" and value is None else (1, a)
        total *= value if value is not None else sign
        if value is None:
            others.append(core)
    decimal = any(v.denominator != 1 for a in t.args if (v := _value(a)) is not None)
    factors = ([] if abs(total) == 1 and others else [_fraction(abs(total), decimal)]) + others
    body = product(*factors)
    return make("neg", [body]) if total < 0 else body


def _plus(t: Term) -> Term | None:
    kept = [a for a in t.args if not is_zero(a)]
    numbers = [v for a in kept if (v := _value(a)) is not None]
    if len(numbers) > 1:
        first = next(k for k, a in enumerate(kept) if _value(a) is not None)
        total = sum(numbers, Fraction(0))
        rest = [a for a in kept if _value(a) is None]
        kept = rest[:first] + ([number(total)] if total else []) + rest[first:]
    if len(kept) == len(t.args):
        return None
    return plus(*kept) if kept else zeros(t.shape)


def _neg(t: Term) -> Term | None:
    inner = t.args[0]
    if inner.op == "neg":
        return inner.args[0]
    return inner if is_zero(inner) else None


def _div(t: Term) -> Term | None:
    top, bottom = t.args
    if is_zero(bottom):
        return None
    if bottom == ONE_TERM or is_zero(top):
        return top
    a, b = _value(top), _value(bottom)
    if a is not None and b is not None:
        reduced = _fraction(a / b, decimal=a.denominator != 1 or b.denominator != 1)
        return None if reduced == t else reduced
    if top.op == "neg":
        return make("neg", [make("div", [top.args[0], bottom])])
    if bottom.op == "neg":
        return make("neg", [make("div", [top, bottom.args[0]])])
    return None


def _fraction(value: Fraction, decimal: bool) -> Term:
    """A whole number, a quotient in lowest terms or, beside decimals where it is finite, a decimal."""
    return number(value) if decimal and not endless(value.denominator) else quotient(value)


def _pow(t: Term) -> Term | None:
    base, exponent = t.args
    value = _value(exponent)
    if value == 1:
        return base
    if value == 0 and base.shape == SCALAR:
        return ONE_TERM
    known = _value(base)
    if known is not None and value is not None and value.denominator == 1 and abs(value) < 64 and (known or value > 0):
        return _fraction(known ** int(value), decimal=known.denominator != 1)
    if base == ONE_TERM:
        return ONE_TERM
    return None


def _of_zero(t: Term) -> Term | None:
    """What is linear in its first argument is zero where that is."""
    return zeros(t.shape) if is_zero(t.args[0]) and not any(map(is_zero, t.args[1:])) else None


def _delta(t: Term) -> Term | None:
    i, j = t.args
    return number(int(i == j)) if i.op == j.op == "number" else None


_ARITHMETIC: dict[str, Rewrite] = {
    "times": _times, "plus": _plus, "neg": _neg, "div": _div, "pow": _pow, "delta": _delta,
    **dict.fromkeys(("dot", "hadamard", "kron"), lambda t: zeros(t.shape) if any(map(is_zero, t.args)) else None),
    "sum": lambda t: zeros(t.shape) if is_zero(t.args[2]) else None,
    **dict.fromkeys(("transpose", "tr", "diag", "diagvec", "vec", "total", "hadamard_div", "conj"), _of_zero),
}  # fmt: skip


def coefficient(t: Term) -> tuple[Fraction, Term | None]:
    """(numeric factor, the rest); the rest is None for a bare number."""
    value = _value(t)
    if value is not None:
        return value, None
    if t.op == "neg":
        c, rest = coefficient(t.args[0])
        return -c, rest
    if t.op == "times":
        c, others = Fraction(1), list[Term]()
        for a in t.args:
            v = _value(a)
            c, others = (c * v, others) if v is not None else (c, [*others, a])
        return c, product(*others) if others else None
    return Fraction(1), t


def like_terms(t: Term) -> Term | None:
    """A + 2*A = 3*A; terms that cancel vanish."""
    if t.op != "plus":
        return None
    groups: dict[object, tuple[Fraction, Term]] = {}
    for a in t.args:
        c, rest = coefficient(a)
        if rest is None:
            groups[("number", len(groups))] = (Fraction(1), a)
            continue
        key = canonical(rest)
        old = groups.get(key)
        groups[key] = (c, rest) if old is None else (old[0] + c, old[1])
    if len(groups) == len(t.args):
        return None
    kept = [scaled(c, rest) for c, rest in groups.values() if c]
    return plus(*kept) if kept else zeros(t.shape)


_ABSORBING = ("times", "dot", "neg", "transpose", "tr", "hadamard", "hadamard_div", "total")


def absorb(eps: str) -> Rewrite:
    """Beside O(eps^k), all of order k or more vanishes; a factor times O(eps^k) is O(eps^k)."""

    def rewrite(t: Term) -> Term | None:
        if not t.has("O"):
            return None
        if t.op in _ABSORBING and any(a.op == "O" for a in t.args):
            k = eps_order(t, eps)
            known = k >= 1 and _bounded(t)
            return make("O", [make("symbol", (), eps, SCALAR)], k, t.shape) if known else None
        if t.op == "plus":
            return _absorb_sum(t, eps)
        if t.op == "pow" and t.args[0].op == "O":
            k = eps_order(t, eps)
            return make("O", t.args[0].args, k, t.shape) if k else None
        return None

    return rewrite


def _bounded(t: Term) -> bool:
    return not any(a.op == "div" for a in t.args)


def _absorb_sum(t: Term, eps: str) -> Term | None:
    orders = [int(str(a.data)) for a in t.args if a.op == "O" and a.args[0].data == eps]
    if not orders:
        return None
    k = min(orders)
    kept = [a for a in t.args if eps_order(a, eps) < k]
    if len(kept) + 1 == len(t.args):
        return None
    return plus(*kept, make("O", [make("symbol", (), eps, SCALAR)], k, t.shape))


def drop(eps: str, k: int) -> Rewrite:
    """Summands of order k or more become O(eps^k)."""

    def rewrite(t: Term) -> Term | None:
        if t.op != "plus" or eps not in t.free:
            return None
        small = [a for a in t.args if eps_order(a, eps) >= k]
        if not small or all(a.op == "O" for a in small) or len(small) == len(t.args):
            return None
        kept = [a for a in t.args if a not in small]
        return plus(*kept, make("O", [make("symbol", (), eps, SCALAR)], k, t.shape))

    return rewrite


def combine_powers(t: Term) -> Term | None:
    """x*x^2 = x^3 and x^a*x^b = x^(a + b), for scalar factors."""
    if t.op != "times":
        return None
    groups: dict[object, list[Term]] = {}
    for a in t.args:
        base = a.args[0] if a.op == "pow" and a.shape == SCALAR else a
        joins = _value(a) is None and a.shape == SCALAR and a.op != "O" and base.op != "plus"
        key: object = canonical(base) if joins else ("alone", id(a), len(groups))
        groups.setdefault(key, []).append(a)
    if all(len(parts) == 1 for parts in groups.values()):
        return None
    return product(*[_joined(parts) for parts in groups.values()])


def _joined(parts: list[Term]) -> Term:
    if len(parts) == 1:
        return parts[0]
    base = parts[0].args[0] if parts[0].op == "pow" else parts[0]
    exponents = [a.args[1] if a.op == "pow" else ONE_TERM for a in parts]
    total = plus(*exponents)
    total = _plus(total) or total if total.op == "plus" else total
    total = like_terms(total) or total
    return base if total == ONE_TERM else make("pow", [base, total])


def _numeric_indices(t: Term) -> tuple[str, tuple[int, ...]] | tuple[()]:
    numbers = tuple(i.data for i in t.args[1:] if isinstance(i.data, int))
    return (str(t.args[0].data), numbers) if len(numbers) == len(t.args) - 1 else ()


def _display_rank(t: Term) -> int:
    if _value(t) is not None:
        return 0
    if t.op == "symbol" or (t.op == "pow" and t.args[0].op == "symbol" and t.args[1].op == "number"):
        return 1
    return 3 if t.op in ("exp", "pow") else 2


def reorder(t: Term) -> Term | None:
    """Numbers, symbols and their powers, functions, exponentials: nothing but the displayed order changes."""
    if t.op == "plus" and all(a.op == "index" and _numeric_indices(a) for a in t.args):
        in_order = plus(*sorted(t.args, key=_numeric_indices))
        return None if in_order.args == t.args else in_order
    if t.op != "times":
        return None
    ordered = sorted(t.args[:-1] if t.shape != SCALAR else t.args, key=_display_rank)
    if t.shape != SCALAR:
        ordered.append(t.args[-1])
    new = product(*ordered)
    return None if new.args == t.args else new


def order_summands(t: Term) -> Term | None:
    """-A + B = B - A: a sum begins with a summand that has no sign, where there is one."""
    if t.op != "plus" or t.args[0].op != "neg":
        return None
    first = next((k for k, a in enumerate(t.args) if a.op != "neg"), None)
    return None if first is None else plus(t.args[first], *t.args[:first], *t.args[first + 1 :])


def divide(t: Term) -> Term | None:
    """A quotient whose numerator's summands all hold a factor of the denominator: that factor is divided out."""
    if t.op != "div":
        return None
    top, bottom = t.args
    bottoms = list(bottom.args) if bottom.op == "times" else [bottom]
    for k, factor in enumerate(bottoms):
        summands = [_without(a, factor) for a in (top.args if top.op == "plus" else (top,))]
        kept = [s for s in summands if s is not None]
        if len(kept) == len(summands):
            rest = bottoms[:k] + bottoms[k + 1 :]
            body = plus(*kept)
            return make("div", [body, product(*rest)]) if rest else body
    return None


def _without(t: Term, factor: Term) -> Term | None:
    """The term divided by a factor that it visibly holds, else None."""
    if t == factor:
        return ONE_TERM
    if t.op == "neg":
        inner = _without(t.args[0], factor)
        return None if inner is None else make("neg", [inner])
    if t.op == "O":
        if t.args[0] != factor or not isinstance(t.data, int):
            return None
        return make("O", t.args, t.data - 1, t.shape) if t.data > 1 else None
    if t.op == "pow" and t.args[0] == factor:
        value = _value(t.args[1])
        lowered = number(value - 1) if value is not None else plus(t.args[1], number(-1))
        return factor if lowered == ONE_TERM else make("pow", [factor, lowered])
    if t.op == "times":
        return _without_in_product(t, factor)
    if t.op == "div":
        inner = _without(t.args[0], factor)
        return None if inner is None else make("div", [inner, t.args[1]])
    return zeros(t.shape) if is_zero(t) else None


def _without_in_product(t: Term, factor: Term) -> Term | None:
    for k, a in enumerate(t.args):
        if a.op == "plus" and a != factor:
            continue
        rest = _without(a, factor) if a.shape == SCALAR else None
        if rest is not None:
            parts = [*t.args[:k], *([] if rest == ONE_TERM and len(t.args) > 1 else [rest]), *t.args[k + 1 :]]
            return product(*parts)
    return None


_WITH_ENTRIES = ("plus", "times", "neg", "symbol", "transpose", "dot", "identity")


def entries(t: Term) -> Term | None:
    """A matrix expression of numeric size, up to 4 by 4, written out entry by entry."""
    rows, cols = t.shape[0].number, t.shape[1].number
    if t.op not in _WITH_ENTRIES or rows is None or cols is None:
        return None
    if rows * cols == 1 or rows > 4 or cols > 4:
        return None
    cells = [_entry(t, i, j) for i in range(1, rows + 1) for j in range(1, cols + 1)]
    return make("matrix", cells, (rows, cols))


def _entry(t: Term, i: int, j: int) -> Term:
    if t.op == "plus":
        parts = [p for p in (_entry(a, i, j) for a in t.args) if not is_zero(p)]
        return plus(*parts) if parts else ZERO_TERM
    if t.op == "neg":
        inner = _entry(t.args[0], i, j)
        return inner if is_zero(inner) else make("neg", [inner])
    if t.op == "times":
        inner = _entry(t.args[-1], i, j)
        if is_zero(inner):
            return inner
        return product(*t.args[:-1], *([] if inner == ONE_TERM else [inner]))
    if t.op == "identity":
        return ONE_TERM if i == j else ZERO_TERM
    if t.op == "zeros":
        return ZERO_TERM
    if t.op == "transpose":
        return _entry(t.args[0], j, i)
    if t.op == "matrix" and isinstance(t.data, tuple):
        return t.args[(i - 1) * int(t.data[1]) + (j - 1)]
    return make("index", [t, number(i), number(j)])


def _named_bits(known: tuple[Term, ...]) -> int:
    """The operators of what some abbreviations stand for; a product may stand in another, and in a quotient."""
    ops = {t.args[0].op for t in known}
    return _bits(*(ops.union(OF_FACTORS) if ops.intersection(OF_FACTORS) else ops))


def moves(eps: str, known: tuple[Term, ...] = ()) -> dict[str, Move]:
    """All moves by name, for a perturbation and the abbreviations of a problem.

    ``drop1`` and ``drop2`` drop from order 1 and 2.
    """
    rows = [
        Move("arithmetic", "arithmetic", 0, arithmetic, _bits(*_ARITHMETIC)),
        Move("like_terms", "collect like terms", 0, like_terms, _bits("plus")),
        Move("like_fractions", "collect like terms", 0, like_fractions, _bits("plus")),
        Move("absorb", "absorb into O(eps^k)", 0, absorb(eps), _bits("plus", "pow", *_ABSORBING)),
        Move("combine_powers", "add the exponents", 0, combine_powers, _bits("times")),
        Move("reorder", "reorder the factors", 0, reorder, _bits("times", "plus")),
        Move("divide", "cancel the common factor", 1, divide, _bits("div")),
        Move("lowest_terms", "one fraction in lowest terms", 1, reduced, _bits("times", "div", "pow")),
        Move("common_factor", "take out the common factor", 1, common_factor, _bits("plus")),
        Move("collect_multiples", "collect the multiples", 1, collect_multiples, _bits("plus")),
        Move("sign_inside", "take the sign inside", 0, sign_inside, _bits("neg", "plus")),
        Move("order_summands", "reorder the summands", 0, order_summands, _bits("plus")),
        Move("matrix_arithmetic", "arithmetic", 0, matrix_arithmetic, _bits(*WITH_NUMBERS)),
        Move("spell_out", "what the name stands for", 2, differentiated, _bits(*DERIVATIVES)),
        Move("abbreviate", "what the name stands for", 1, named(known), _named_bits(known)),
        Move("entries", "write out the entries", 2, entries, _bits(*_WITH_ENTRIES)),
        Move("literal_d", "the differential acts on every entry", 1, literal_d, _bits("d"), _bits("matrix")),
        Move("literal_factor", "take out the common factor", 1, literal_factor, _bits("matrix")),
        Move("literal_sum", "a sum over the places", 1, literal_sum, _bits("matrix")),
        Move("literal", "the entries at their places", 1, literal_of_units, _bits(*UNITS)),
        Move("drop1", "drop what vanishes with eps", 1, drop(eps, 1), _bits("plus")),
        Move("drop2", "drop the squares of eps", 1, drop(eps, 2), _bits("plus")),
        Move("drop3", "drop the cubes of eps", 1, drop(eps, 3), _bits("plus")),
    ]
    return {row.name: row for row in rows}
