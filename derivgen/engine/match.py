"""Pattern and term to bindings.

Sums and scalar factors match in any order, chains in order; a hole that stands last in a whole sum takes all that is
left.
A second-order hole ``F{x}`` matches by abstraction over the bound name or symbol x (a Miller pattern); with any other
argument it must be bound already, and is instantiated and compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from derivgen.language.operators import BIT, DERIVED, HOLES, OPERATORS
from derivgen.language.shapes import ONE, SCALAR, Dim, Shape, ShapeError, substitute_dim, unify
from derivgen.language.terms import (
    NARY,
    ONE_TERM,
    Path,
    Term,
    equivalent,
    make,
    product,
    subchain,
    term_dimension,
    walk,
)
from derivgen.rules.binding import Abstraction, BoundName, Empty, FunctionName, UnboundError, Value, instantiate
from derivgen.rules.orders import eps_order

Bound = dict[str, Value]
TAKES_MORE = HOLES | {"family"}  # what may stand for several factors of a chain


def match(p: Term, t: Term, b: Bound) -> Iterable[Bound]:
    """All bindings that extend ``b`` and make the pattern equal to the whole term."""
    op = p.op
    if op in HOLES:
        return _one(_hole(p, t, b))
    if op == "family":
        return _one(_family(p, t, b))
    if op in NARY:
        return _nary(p, t, b)
    if op != t.op:
        return ()
    if op == "symbol":
        name = b.get("@" + str(p.data))
        return (b,) if (name.name if isinstance(name, BoundName) else p.data) == t.data else ()
    if op == "number":
        return (b,) if p.data == t.data else ()
    return _node(p, t, b) if p.args else _one(sized(p.shape, t.shape, b))


def _one(b: Bound | None) -> tuple[Bound, ...]:
    return () if b is None else (b,)


def _node(p: Term, t: Term, b: Bound) -> Iterable[Bound]:
    if len(p.args) != len(t.args):
        return _entry_of_column(p, t, b) if p.op == "index" and len(p.args) == 3 else ()
    after = _data(p, t, b)
    if after is not None and p.op in _SHAPED:
        after = sized(p.shape, t.shape, after)
    if after is None:
        return ()
    if len(p.args) == 1:
        return match(p.args[0], t.args[0], after)
    return _arguments(_ordered(p), p, t, after)


def _entry_of_column(p: Term, t: Term, b: Bound) -> Iterable[Bound]:
    """What a law says of entries [i,j] of a sum, a product .. holds of a column, whose x[i] is x[i,1], and of a row."""
    base, place = t.args
    if p.args[0].op in HOLES:
        return
    places = (ONE_TERM, place) if base.shape[0] == ONE else (place, ONE_TERM)
    for b2 in match(p.args[0], base, b):
        for b3 in match(p.args[1], places[0], b2):
            yield from match(p.args[2], places[1], b3)


_SHAPED = ("O", "unit", "single", "apply", "jac")  # their arguments do not fix their shape


def _ordered(p: Term) -> Sequence[int]:
    """The arguments in the order in which they are matched: second-order holes last."""
    if not p.ops & BIT["family"]:
        return range(len(p.args))
    return sorted(range(len(p.args)), key=lambda k: p.args[k].op == "family")


def _arguments(order: Sequence[int], p: Term, t: Term, b: Bound) -> Iterator[Bound]:
    first, rest = order[0], order[1:]
    for b2 in match(p.args[first], t.args[first], b):
        if rest:
            yield from _arguments(rest, p, t, b2)
        else:
            yield b2


def _data(p: Term, t: Term, b: Bound) -> Bound | None:
    """The binding after the data of two nodes with the same operator were compared, or None."""
    if OPERATORS[p.op].binds is not None:
        return {**b, "@" + str(p.data): BoundName(str(t.data))}
    if p.op in ("apply", "map"):
        assert isinstance(p.data, tuple) and isinstance(t.data, tuple)
        order = _order_above(p.data[1], t.data[1])
        if any((a.shape == SCALAR) != (b.shape == SCALAR) for a, b in zip(p.args, t.args, strict=True)):
            return None  # a function of a scalar is none of a vector(n)
        return None if order is None else _named(str(p.data[0]), FunctionName(str(t.data[0]), order), b)
    if p.op in DERIVED:
        return _named(str(p.data), FunctionName(str(t.data)), b)
    return b if p.data == t.data else None


def _order_above(pattern: object, actual: object) -> int | None:
    """By how much a function is differentiated more often than the law's; None where no one number says it."""
    if pattern == actual:
        return 0
    if isinstance(pattern, tuple) and isinstance(actual, tuple) and len(pattern) == len(actual) == 1:
        pattern, actual = pattern[0], actual[0]
    known = isinstance(pattern, int) and isinstance(actual, int) and actual > pattern
    return int(str(actual)) - int(str(pattern)) if known else None


def _named(name: str, actual: FunctionName, b: Bound) -> Bound | None:
    if not name.startswith("?"):
        return b if FunctionName(name) == actual else None
    known = b.get(name[1:])
    if known is None:
        return {**b, name[1:]: actual}
    return b if known == actual else None


def sized(p: Shape, t: Shape, b: Bound) -> Bound | None:
    """The binding extended by the dimensions that make a pattern's shape equal to a term's, or None."""
    """The binding with the dimensions of two shapes compared, or None."""
    after = _dimension(p[0], t[0], b)
    return None if after is None else _dimension(p[1], t[1], after)


def _dimension(p: Dim, t: Dim, b: Bound) -> Bound | None:
    if p == t:
        return b
    name = p.variable
    if name is not None and name[0] == "?":
        bound = b.get(name)
        if bound is None:
            return {**b, name: t}
        if bound == t:
            return b
    elif p.number is not None and t.number is not None:
        return None
    known = {k: v for k, v in b.items() if isinstance(v, Dim)}
    if substitute_dim(p, known) == t:
        return b
    found = unify(p, t, known)
    return None if found is None else {**b, **found}


def _hole(p: Term, t: Term, b: Bound) -> Bound | None:
    name = str(p.data)
    known = b.get(name)
    if known is not None:
        return sized(p.shape, t.shape, b) if isinstance(known, Term) and equivalent(known, t) else None
    if name.startswith("dim:"):
        d = term_dimension(t)
        return None if d is None else _dimension_hole(name[4:], d, b)
    for value in b.values():
        if isinstance(value, BoundName) and value.name in t.free:
            return None
    after = sized(p.shape, t.shape, b)
    return None if after is None else {**after, name: t}


def _dimension_hole(name: str, d: Dim, b: Bound) -> Bound | None:
    known = b.get("?" + name)
    if known is None:
        return {**b, "?" + name: d}
    return b if known == d else None


def _family(p: Term, t: Term, b: Bound) -> Bound | None:
    name = str(p.data)
    if name in b:
        return _same_instance(p, t, b)
    names: list[str] = []
    for arg in p.args:
        place = _place(arg, b)
        if place is None or place in names:
            return None
        names.append(place)
    after = sized(p.shape, t.shape, b)
    return None if after is None else {**after, name: Abstraction(tuple(names), t)}


def _place(arg: Term, b: Bound) -> str | None:
    """The name over which a second-order hole abstracts."""
    if arg.op == "symbol":
        bound = b.get("@" + str(arg.data))
        return bound.name if isinstance(bound, BoundName) else None
    if arg.op in HOLES:
        value = b.get(str(arg.data))
        return str(value.data) if isinstance(value, Term) and value.op == "symbol" else None
    return None


def _nary(p: Term, t: Term, b: Bound) -> Iterable[Bound]:
    """A whole sum or product against a whole pattern; scalars before a chain ride on its last hole."""
    if p.op == "dot" and t.op == "times":
        return _scaled_chain(p, t, b)
    if p.op != t.op:
        return ()
    if _in_order(p):
        return _sequence(p.args, t.args, b)
    every = tuple(range(len(t.args)))
    return (b2 for b2, rest in _unordered(list(p.args), every, t, b, whole=True) if not rest)


def _in_order(p: Term) -> bool:
    """Whether the arguments of a pattern match in their order: those of a chain, and those between two segments."""
    return p.op == "dot" or (bool(p.ops & BIT["segment"]) and sum(q.op == "segment" for q in p.args) >= 2)


def _scaled_chain(p: Term, t: Term, b: Bound) -> Iterator[Bound]:
    """Scalars before a chain ride on the last hole of the pattern that is still open and stands there once.

    Those that hold a name bound around the place ride on the last second-order hole: no other may hold it.
    """
    names = [str(q.data) for _, q in walk(p) if q.op in TAKES_MORE]
    open_once = [q for q in reversed(p.args) if str(q.data) not in b and names.count(str(q.data)) == 1]
    if not open_once:
        yield from _one(_same_instance(p, t, b))
        return
    inner = {value.name for value in b.values() if isinstance(value, BoundName)}
    chains = [k for k, a in enumerate(t.args) if a.op == "dot" and a.shape == t.shape]
    for chain in chains:
        scalars = [a for k, a in enumerate(t.args) if k != chain]
        varying = any(not inner.isdisjoint(a.free) for a in scalars)
        last = next((str(q.data) for q in open_once if q.op == "family" or not varying), None)
        if last is None:
            continue
        for b2 in _sequence(p.args, t.args[chain].args, b):
            tail = b2[last]
            if isinstance(tail, Term):
                yield {**b2, last: product(*scalars, tail)}
            elif isinstance(tail, Abstraction):
                yield {**b2, last: Abstraction(tail.names, product(*scalars, tail.body))}


def _same_instance(p: Term, t: Term, b: Bound) -> Bound | None:
    """A pattern without open holes: it matches what it stands for."""
    try:
        return b if equivalent(instantiate(p, b), t) else None
    except (UnboundError, ShapeError):
        return None


def _sequence(ps: Sequence[Term], ts: Sequence[Term], b: Bound) -> Iterator[Bound]:
    """Patterns against consecutive arguments; a hole takes one or more, a segment none or more."""
    if not ps:
        if not ts:
            yield b
        return
    p, rest = ps[0], ps[1:]
    spare = len(ts) - len(rest)
    for q in rest:
        spare += q.op == "segment"
    if p.op == "segment":
        for k in range(spare + 1):
            for b2 in _segment(p, ts[:k], b):
                yield from _sequence(rest, ts[k:], b2)
    elif p.op in TAKES_MORE:
        open_hole = str(p.data) not in b
        for k in range(1, spare + 1) if rest else (len(ts),) if ts else ():
            if open_hole and sized(p.shape, (ts[0].shape[0], ts[k - 1].shape[1]), b) is None:
                continue
            part = _part(ts[:k])
            after = _hole(p, part, b) if p.op in HOLES else _family(p, part, b)
            if after is not None:
                yield from _sequence(rest, ts[k:], after)
    elif spare >= 1:
        for b2 in match(p, ts[0], b):
            yield from _sequence(rest, ts[1:], b2)


def _part(ts: Sequence[Term]) -> Term:
    """Consecutive factors as one term."""
    return subchain(ts) if ts[0].shape != SCALAR else product(*ts)


def _segment(p: Term, ts: Sequence[Term], b: Bound) -> Iterator[Bound]:
    key = f"{p.data}.."
    value: Value = product(*ts) if ts else Empty()
    if key not in b:
        yield {**b, key: value}
    elif b[key] == value:
        yield b


def _rank(p: Term, b: Bound) -> int:
    if p.op == "segment":
        return 5
    if p.op == "family":
        return 4
    if p.op in HOLES:
        return 1 if str(p.data) in b else 3
    return 0


def _unordered(
    ps: list[Term], left: tuple[int, ...], t: Term, b: Bound, whole: bool
) -> Iterator[tuple[Bound, tuple[int, ...]]]:
    """Patterns against arguments in any order; yields the binding and the positions that stay unused."""
    if not ps:
        yield b, left
        return
    k = min(range(len(ps)), key=lambda i: 2 if ps[i].op == "dot" and t.op == "times" else _rank(ps[i], b))
    p, rest = ps[k], ps[:k] + ps[k + 1 :]
    if p.op == "segment":
        yield from ((b2, ()) for b2 in _segment(p, [t.args[i] for i in left], b))
        return
    if whole and len(ps) == 2 and all(q.op == "hole" and str(q.data) not in b for q in ps):
        yield from _perturbed_split(ps, left, t, b)
    takes_rest = ((p.op in HOLES or p.op == "family") and str(p.data) not in b) or (
        p.op == "dot" and t.op == "times" and len(left) > 1
    )
    if whole and not rest and takes_rest:
        if left:
            taken = make(t.op, [t.args[i] for i in left])
            yield from ((b2, ()) for b2 in match(p, taken, b))
        return
    known = b.get(str(p.data)) if p.op in HOLES else None
    if isinstance(known, Term) and known.op == t.op:
        yield from _known_parts(known, rest, left, t, b, whole)
        return
    if p.op in ("steady", "small"):
        yield from _split_by_order(p, rest, left, t, b, whole)
        return
    for i in left:
        for b2 in match(p, t.args[i], b):
            yield from _unordered(rest, tuple(j for j in left if j != i), t, b2, whole)


def _perturbed_split(
    ps: list[Term], left: tuple[int, ...], t: Term, b: Bound
) -> Iterator[tuple[Bound, tuple[int, ...]]]:
    """Two holes for a whole sum: what is free of the perturbation and what is not is the split that is tried first."""
    eps = b.get("eps")
    if t.op not in ("plus", "times") or (t.shape != SCALAR and t.op == "times") or len(left) < 3:
        return
    if not isinstance(eps, Term) or str(eps.data) not in t.free:
        return
    groups = [[i for i in left if (str(eps.data) in t.args[i].free) == moving] for moving in (False, True)]
    if all(groups):
        parts = [make(t.op, [t.args[i] for i in group]) for group in groups]
        for b2 in match(ps[0], parts[0], b):
            yield from ((b3, ()) for b3 in match(ps[1], parts[1], b2))


def _split_by_order(
    p: Term, rest: list[Term], left: tuple[int, ...], t: Term, b: Bound, whole: bool
) -> Iterator[tuple[Bound, tuple[int, ...]]]:
    """A steady hole takes all summands that are free of the perturbation, a small one all that vanish with it."""
    eps = b.get("eps")
    name = str(eps.data) if isinstance(eps, Term) else "eps"
    if p.op == "steady":
        taken = tuple(i for i in left if name not in t.args[i].free)
    else:
        taken = tuple(i for i in left if name in t.args[i].free and eps_order(t.args[i], name) >= 1)
    if not taken or t.op != "plus":
        return
    b2 = _hole(p, make(t.op, [t.args[i] for i in taken]), b)
    if b2 is not None:
        yield from _unordered(rest, tuple(i for i in left if i not in taken), t, b2, whole)


def _known_parts(
    known: Term, rest: list[Term], left: tuple[int, ...], t: Term, b: Bound, whole: bool
) -> Iterator[tuple[Bound, tuple[int, ...]]]:
    """A bound hole that stands for several summands takes each of them."""
    remaining = list(left)
    for part in known.args:
        found = next((j for j in remaining if equivalent(t.args[j], part)), None)
        if found is None:
            return
        remaining.remove(found)
    yield from _unordered(rest, tuple(remaining), t, b, whole)


def match_parts(p: Term, t: Term, b: Bound) -> Iterator[tuple[Path, Bound]]:
    """Matches of a pattern at a node: at the whole of it, or at a selection of its arguments."""
    if p.op not in NARY:
        for b2 in match(p, t, b):
            yield (), b2
        return
    if p.op != t.op:
        return
    n = len(t.args)
    if p.op == "dot":
        yield from _slices(p, t, b)
    elif _in_order(p):
        for b2 in _sequence(p.args, t.args, b):
            yield (), b2
    else:
        for b2, rest in _unordered(list(p.args), tuple(range(n)), t, b, whole=any(q.op == "segment" for q in p.args)):
            used = tuple(i for i in range(n) if i not in rest)
            yield (() if len(used) == n else (used,)), b2


def _slices(p: Term, t: Term, b: Bound) -> Iterator[tuple[Path, Bound]]:
    """Contiguous parts of a chain, the longest first; anchors and fixed dimensions say where one can start and end."""
    n, least = len(t.args), len(p.args)
    starts = [k for k in range(n) if _fits(p.args[0], t.args[k]) and _same_size(p.shape[0], t.args[k].shape[0])]
    ends = [k + 1 for k in range(n) if _fits(p.args[-1], t.args[k]) and _same_size(p.shape[1], t.args[k].shape[1])]
    rigid = not any(q.op in HOLES for q in p.args)
    spans = [(i, j) for i in starts for j in ends if j - i >= least and (not rigid or j - i == least)]
    for i, j in sorted(spans, key=lambda ij: ij[0] - ij[1]):
        for b2 in _sequence(p.args, t.args[i:j], b):
            yield (() if j - i == n else (tuple(range(i, j)),)), b2


def _fits(p: Term, t: Term) -> bool:
    """Whether a factor may stand where a pattern's first or last factor stands."""
    return p.op in HOLES or p.op == "family" or p.op == t.op


def _same_size(p: Dim, t: Dim) -> bool:
    return p.number is None or p == t
