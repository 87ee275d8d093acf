"""Whether only arithmetic with matrices of numbers was done: both terms have the same sum of products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from fractions import Fraction

from derivgen.language.terms import Term, canonical

Rows = tuple[tuple[Fraction, ...], ...]
Summand = tuple[Fraction, tuple[Hashable, ...]]


def matrix_arithmetic_fault(old: Term, new: Term, eps: str) -> str | None:
    """Why a step is no arithmetic with matrices of numbers, or None."""
    if old == new or not any(_rows(part) is not None for part in (old, *old.args, *_inner(old))):
        return "no matrices of numbers meet at this place"
    return None if _sum(old) == _sum(new) else "arithmetic with matrices of numbers does not give it"


def _inner(t: Term) -> tuple[Term, ...]:
    return tuple(arg for a in t.args for arg in a.args)


def _rows(t: Term) -> Rows | None:
    """The rows of a matrix that holds numbers alone, also if it stands transposed or negative."""
    if t.op in ("transpose", "neg"):
        inner = _rows(t.args[0])
        if inner is None:
            return None
        return tuple(zip(*inner, strict=True)) if t.op == "transpose" else tuple(tuple(-x for x in r) for r in inner)
    if t.op == "zeros" and t.shape[0].number is not None and t.shape[1].number is not None:
        return ((Fraction(0),) * t.shape[1].number,) * t.shape[0].number
    if t.op != "matrix" or not isinstance(t.data, tuple):
        return None
    cells = [_number(a) for a in t.args]
    if any(cell is None for cell in cells):
        return None
    width = int(t.data[1])
    found = [cell for cell in cells if cell is not None]
    return tuple(tuple(found[k : k + width]) for k in range(0, len(found), width))


def _number(t: Term) -> Fraction | None:
    sign, inner = (-1, t.args[0]) if t.op == "neg" else (1, t)
    return sign * Fraction(inner.data) if inner.op == "number" and isinstance(inner.data, int | Fraction) else None


def _sum(t: Term) -> tuple[Rows, Counter[Summand]]:
    """The sum of the matrices of numbers among the summands, and the other summands."""
    total: Rows = ()
    others: Counter[Summand] = Counter()
    for part in t.args if t.op == "plus" else (t,):
        number, factors = _factors(part)
        if number == 0:
            continue
        if len(factors) == 1 and isinstance(factors[0], _Matrix):
            rows = factors[0].rows
            total = rows if not total else tuple(
                tuple(a + b for a, b in zip(r, s, strict=True)) for r, s in zip(total, rows, strict=True)
            )  # fmt: skip
        else:
            others[number, tuple(factors)] += 1
    return (total if any(any(row) for row in total) else ()), others


class _Matrix(tuple[Rows]):
    """A matrix of numbers among the factors of a product."""

    __slots__ = ()

    @property
    def rows(self) -> Rows:
        """Its rows."""
        return self[0]


def _factors(t: Term) -> tuple[Fraction, list[Hashable]]:
    """A product as a number and its factors in order, neighbouring matrices of numbers multiplied; the number goes
    into the first of them."""
    number, flat = Fraction(1), [t]
    scalars: list[Hashable] = []
    chain: list[Hashable] = []
    while flat:
        part = flat.pop(0)
        value, rows = _number(part), _rows(part)
        if rows is not None:
            _multiply(chain, rows)
        elif value is not None:
            number *= value
        elif part.op == "neg":
            number, flat = -number, [part.args[0], *flat]
        elif part.op in ("times", "dot"):
            flat = [*part.args, *flat]
        elif part.shape[0].number == 1 == part.shape[1].number and not chain:
            scalars.append(canonical(part))
        else:
            chain.append(canonical(part))
    first = next((k for k, factor in enumerate(chain) if isinstance(factor, _Matrix)), None)
    if first is not None and isinstance(matrix := chain[first], _Matrix):
        chain[first] = _Matrix((tuple(tuple(number * x for x in row) for row in matrix.rows),))
        number = Fraction(1) if any(any(row) for row in chain[first].rows) else Fraction(0)  # type: ignore[attr-defined]
    return number, [*sorted(scalars, key=repr), *chain]


def _multiply(chain: list[Hashable], rows: Rows) -> None:
    last = chain[-1] if chain else None
    if isinstance(last, _Matrix):
        columns = tuple(zip(*rows, strict=True))
        chain[-1] = _Matrix((tuple(
            tuple(sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in columns)
            for row in last.rows
        ),))  # fmt: skip
    else:
        chain.append(_Matrix((rows,)))
