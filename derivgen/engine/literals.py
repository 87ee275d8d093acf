"""Matrices written out by entries: their differential, a factor of all entries, the way to unit vectors and back."""

from __future__ import annotations

from collections.abc import Iterator

from derivgen.language.shapes import ONE, SCALAR, Shape
from derivgen.language.terms import ONE_TERM, ZERO_TERM, Term, make, number, plus, product, subchain, zeros
from derivgen.rules.orders import is_zero

LARGEST = 36  # entries of a matrix that is put together
UNITS = ("plus", "neg", "times", "dot", "unit")
Cells = dict[tuple[int, int], list[Term]]
Rows = dict[int, list[Term]]


def literal_d(t: Term) -> Term | None:
    """d([a, b]) = [d(a), d(b)]."""
    if t.op != "d" or t.args[0].op != "matrix":
        return None
    inner = t.args[0]
    return make("matrix", [make("d", [a]) for a in inner.args], inner.data)


def literal_factor(t: Term) -> Term | None:
    """[d(t)*a; d(t)*b] = d(t)*[a; b]."""
    if t.op != "matrix":
        return None
    factors = [a.args if a.op == "times" else (a,) for a in t.args if not is_zero(a)]
    common = [f for f in factors[0] if f.op == "d" and all(f in others for others in factors)] if factors else []
    if not common:
        return None
    return product(common[0], make("matrix", [_divided(a, common[0]) for a in t.args], t.data))


def _divided(t: Term, factor: Term) -> Term:
    """A product without one of its factors; 0 stays 0."""
    if is_zero(t):
        return t
    factors = list(t.args) if t.op == "times" else [t]
    factors.remove(factor)
    return product(*factors) if factors else ONE_TERM


def literal_sum(t: Term) -> Term | None:
    """[a; b] = a*e(1,2) + b*e(2,2), and a*J(i,j,m,n) of a matrix with more columns."""
    if t.op != "matrix" or not isinstance(t.data, tuple):
        return None
    columns = int(t.data[1])
    cells = [(k // columns + 1, k % columns + 1, a) for k, a in enumerate(t.args) if not is_zero(a)]
    parts = [product(*([] if a == ONE_TERM else [a]), _unit(i, j, t.shape)) for i, j, a in cells]
    return plus(*parts) if parts else zeros(t.shape)


def _unit(i: int, j: int, shape: Shape) -> Term:
    if ONE not in shape:
        return make("single", [number(i), number(j)], None, shape)
    place, long = (i, shape[0]) if shape[1] == ONE else (j, shape[1])
    column = make("unit", [number(place)], None, (long, ONE))
    return column if shape[1] == ONE else make("transpose", [column])


def literal_of_units(t: Term) -> Term | None:
    """A sum of multiples of e(i,m), or of rows behind them, as a matrix written out by its entries or rows."""
    height, width = t.shape[0].number, t.shape[1].number
    rows: Rows = {}
    if t.op not in UNITS or height is None or not all(_row(part, rows) for part in _signed(t)):
        return None
    if width is None:
        return _of_rows(rows, height, t.shape) if 1 < height <= LARGEST else None
    cells = _cells(rows, width) if 1 < height * width <= LARGEST else None
    if cells is None:
        return None
    places = [(i, j) for i in range(1, height + 1) for j in range(1, width + 1)]
    return make("matrix", [plus(*cells[p]) if p in cells else ZERO_TERM for p in places], (height, width))


def _signed(t: Term) -> Iterator[tuple[bool, Term]]:
    """The summands, and whether each is negative."""
    for part in t.args if t.op == "plus" else (t,):
        yield part.op == "neg", part.args[0] if part.op == "neg" else part


def _row(signed: tuple[bool, Term], rows: Rows) -> bool:
    """Put what stands behind a unit vector with a number as its index into that row."""
    negative, part = signed
    *scalars, core = part.args if part.op == "times" else (part,)
    chain = core.args if core.op == "dot" else (core,)
    place = chain[0].args[0].data if chain[0].op == "unit" else None
    if not isinstance(place, int) or any(s.shape != SCALAR for s in scalars):
        return False
    behind = [*scalars, *([subchain(chain[1:])] if len(chain) > 1 else [])]
    row = product(*behind) if behind else ONE_TERM
    rows.setdefault(place, []).append(make("neg", [row]) if negative else row)
    return True


def _of_rows(rows: Rows, height: int, shape: Shape) -> Term:
    nothing = zeros((ONE, shape[1]))
    return make("block", [plus(*rows[i]) if i in rows else nothing for i in range(1, height + 1)], (height, 1))


def _cells(rows: Rows, width: int) -> Cells | None:
    """The entries of rows that are multiples of e(j,n)', or of sums of such turned round."""
    cells: Cells = {}
    for i, parts in rows.items():
        for part in parts:
            found = {1: [part]} if width == 1 else _entries(part)
            if found is None:
                return None
            for j, entries in found.items():
                cells.setdefault((i, j), []).extend(entries)
    return cells


def _entries(row: Term) -> Rows | None:
    """The multiples of e(j,n) in a row, by j."""
    negative = row.op == "neg"
    row = row.args[0] if negative else row
    *scalars, core = row.args if row.op == "times" else (row,)
    found: Rows = {}
    if core.op != "transpose" or not all(_row(part, found) for part in _signed(core.args[0])):
        return None
    scaled = {j: [_times(scalars, a) for a in entries] for j, entries in found.items()}
    return {j: [make("neg", [a]) for a in entries] for j, entries in scaled.items()} if negative else scaled


def _times(scalars: list[Term], t: Term) -> Term:
    factors = [*scalars, *([] if t == ONE_TERM else [t])]
    return product(*factors) if factors else ONE_TERM
