"""Immutable terms in one structural normal form.

``make`` is the only constructor. It checks shapes and normalises structure, and evaluates nothing:

- ``plus`` is flat; a product is ``times(scalars..., rest)`` with the scalars first and at most one non-scalar factor;
- a chain of matrices is a flat ``dot`` whose order is meaningful; every 1x1 piece of a chain is a scalar factor;
- ``zeros``, ``ones`` and ``identity`` of shape 1x1 are the numbers 0, 1 and 1.

A path is a tuple of argument positions. Its last element may be a tuple of positions: a selection of arguments of
``plus``, ``times`` or ``dot`` (contiguous for ``dot``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from derivgen.language.operators import BIT, HOLES, LINKS, MATRIX_FUNCTIONS, NAMING, NORMS, OPERATORS, SCALAR_FUNCTIONS
from derivgen.language.shapes import ONE, SCALAR, Dim, Shape, ShapeError, describe, dim

Path: TypeAlias = tuple[int | tuple[int, ...], ...]
NARY = frozenset({"plus", "times", "dot", "hadamard"})
_EMPTY: frozenset[str] = frozenset()


class Term:
    """A node: operator name, arguments, data (a name, a number, ...) and shape. Never mutated; made by ``make``."""

    __slots__ = ("_hash", "_key", "args", "data", "free", "links", "op", "ops", "shape", "size")
    op: str
    args: tuple[Term, ...]
    data: Hashable
    shape: Shape
    free: frozenset[str]  # names of symbols, functions and holes (with "?") that occur free
    ops: int  # one bit for each operator that occurs
    links: int  # a bit for each pair of an operator and one directly under it, see LINKS
    size: int  # number of nodes
    _hash: int
    _key: Key  # set by canonical() when it is first wanted

    def __init__(self, op: str, args: tuple[Term, ...], data: Hashable, shape: Shape) -> None:
        _set_op(self, op)
        _set_args(self, args)
        _set_data(self, data)
        _set_shape(self, shape)
        _set_hash(self, hash((op, args, data, shape)))
        ops, size, free, links = BIT[op], 1, _EMPTY, 0
        if args:
            below = LINKS[op]
            for arg in args:
                ops |= arg.ops
                links |= arg.links | below[arg.op]
                size += arg.size
                free = free | arg.free if free else arg.free
        _set_ops(self, ops)
        _set_links(self, links)
        _set_size(self, size)
        # a node without data names nothing and binds nothing
        _set_free(self, free if data is None else _free_names(op, args, data))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("terms are immutable; build a new one with make()")

    def __reduce__(self) -> tuple[type[Term], tuple[str, tuple[Term, ...], Hashable, Shape]]:
        """Made anew where it is unpickled, since hashes differ from process to process."""
        return Term, (self.op, self.args, self.data, self.shape)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Term) or self._hash != other._hash:
            return False
        if self.op != other.op or self.data != other.data or self.shape != other.shape or self.args != other.args:
            return False
        _set_args(self, other.args)  # equal terms share their arguments, so that the next comparison is short
        return True

    def __repr__(self) -> str:
        inner = ", ".join([*([repr(self.data)] if self.data is not None else []), *map(repr, self.args)])
        return f"{self.op}({inner})"

    def __str__(self) -> str:
        return _printer(self)

    def has(self, *ops: str) -> bool:
        """Whether any of the operators occurs."""
        return any(self.ops & BIT[op] for op in ops)


# terms are immutable but for their maker, which sets the slots themselves
_set_op, _set_args, _set_data, _set_shape, _set_hash, _set_ops, _set_links, _set_size, _set_free = (
    vars(Term)[slot].__set__ for slot in ("op", "args", "data", "shape", "_hash", "ops", "links", "size", "free")
)

_printer: Callable[[Term], str] = repr


def print_terms_by(printer: Callable[[Term], str]) -> None:
    """Let ``str`` of a term be its text in the notation; ``plain`` calls this when it is loaded."""
    global _printer
    _printer = printer


def _free_names(op: str, args: tuple[Term, ...], data: Hashable) -> frozenset[str]:
    if op == "symbol":
        return frozenset((str(data),))
    if op in HOLES or op == "segment":
        return frozenset(("?" + str(data),))
    free = _EMPTY
    bound_at = OPERATORS[op].binds
    for k, arg in enumerate(args):
        inner = arg.free - {str(data)} if k == bound_at else arg.free
        free = free | inner if free else inner
    if op in NAMING or op == "member":
        name = str(data[0] if isinstance(data, tuple) else data)
        free = free if op == "map" and name in SCALAR_FUNCTIONS else free | {name}
    elif op == "family":
        free = free | {"?" + str(data)}
    return free


def make(op: str, args: Iterable[Term] = (), data: Hashable = None, shape: Shape | None = None) -> Term:
    """The term ``op(args)`` in structural normal form. ``shape`` is needed only where the arguments do not fix it.

    Raises ShapeError where the shapes do not fit and ValueError for a wrong number of arguments.
    """
    args = tuple(args)
    if op == "plus":
        return plus(*args)
    if op in ("times", "dot"):
        return product(*args)
    if op == "hadamard":
        return hadamard(*args)
    row = OPERATORS[op]
    if not row.arity[0] <= len(args) <= row.arity[1]:
        raise ValueError(f"{op} takes {row.arity[0]} argument(s), not {len(args)}")
    special = _NORMALISERS.get(op)
    if special is not None:
        normal = special(args, data, shape)
        if normal is not None:
            return normal
    return Term(op, args, data, row.shape(args, data, shape))


def _constant(value: int) -> Callable[[tuple[Term, ...], Hashable, Shape | None], Term | None]:
    return lambda args, data, shape: number(value) if shape == SCALAR else None


def _index(args: tuple[Term, ...], data: Hashable, shape: Shape | None) -> Term | None:
    """Drop the index 1 of a row or a column, so that x[i,1] is x[i]."""
    if len(args) == 3 and args[2] == ONE_TERM and args[0].shape[1] == ONE:
        return make("index", args[:2])
    if len(args) == 3 and args[1] == ONE_TERM and args[0].shape[0] == ONE:
        return make("index", (args[0], args[2]))
    if len(args) == 2 and ONE not in args[0].shape:
        raise ShapeError(f"a {describe(args[0].shape)} needs two indices", "write X[i,j], or X[i,:] for a row")
    return None


def _number(args: tuple[Term, ...], data: Hashable, shape: Shape | None) -> Term | None:
    if isinstance(data, Fraction) and data.denominator == 1:
        return number(int(data))
    return None


def _named(args: tuple[Term, ...], data: Hashable, shape: Shape | None) -> Term | None:
    return None if shape is None else symbol(str(data), shape)


def _entrywise(op: str) -> Callable[[tuple[Term, ...], Hashable, Shape | None], Term | None]:
    """Of one entry it is the plain operation of a scalar."""
    return lambda args, data, shape: make(op, args) if args[0].shape == SCALAR else None


def _map(args: tuple[Term, ...], data: Hashable, shape: Shape | None) -> Term | None:
    if args[0].shape != SCALAR or not isinstance(data, tuple):
        return None
    name, order = data
    if name in SCALAR_FUNCTIONS and not order:
        return make(name, args)
    return make("apply", args, (name, (order,)), SCALAR)


def _abbreviation(args: tuple[Term, ...], data: Hashable, shape: Shape | None) -> Term | None:
    """What no longer is what the name stands for is itself; a member stands for what its index makes of the whole."""
    if not isinstance(data, tuple):
        return args[0]
    stands_for = data[1] if len(args) == 1 else substitute(data[1], {data[2]: args[1]})
    return None if args[0] == stands_for else args[0]


def _itself(args: tuple[Term, ...], data: Hashable, shape: Shape | None) -> Term | None:
    return args[0] if args[0].shape == SCALAR else None


def _inverse(args: tuple[Term, ...], data: Hashable, shape: Shape | None) -> Term | None:
    return make("div", (number(1), args[0])) if args[0].shape == SCALAR else None


Normaliser: TypeAlias = Callable[[tuple[Term, ...], Hashable, "Shape | None"], "Term | None"]
# what keeps a 1x1 matrix, which is a scalar, as it is; and what is a function of a scalar then
_KEPT = ("total", "entries_prod", "vec", "diag", "diagvec", "triu", "tril", "eig", "transpose", "tr", "det")
_OF_ONE_ENTRY: dict[str, Normaliser] = {
    "inv": _inverse,
    "adj": lambda args, data, shape: number(1) if args[0].shape == SCALAR else None,
    "kron": lambda args, data, shape: product(*args) if args[0].shape == args[1].shape == SCALAR else None,
    **{name: _entrywise("abs") for name in NORMS},
    **{name: _entrywise(name.removesuffix("m")) for name in MATRIX_FUNCTIONS},
}
_NORMALISERS: dict[str, Normaliser] = {
    "zeros": _constant(0),
    "ones": _constant(1),
    "identity": _constant(1),
    "shift": _constant(0),
    "index": _index,
    "abbreviation": _abbreviation,
    "number": _number,
    "symbol": _named,
    "hadamard_div": _entrywise("div"),
    "hadamard_pow": _entrywise("pow"),
    "map": _map,
    **dict.fromkeys(_KEPT, _itself),
    **_OF_ONE_ENTRY,
}


def number(value: int | Fraction) -> Term:
    """A number; a negative one is ``neg`` of a positive one."""
    if value < 0:
        return make("neg", (number(-value),))
    if isinstance(value, Fraction) and value.denominator == 1:
        value = int(value)
    return Term("number", (), value, SCALAR)


@lru_cache(maxsize=4096)
def symbol(name: str, shape: Shape = SCALAR) -> Term:
    """A named thing; of the same name and shape it is the same term, so that terms compare fast."""
    return Term("symbol", (), name, shape)


def zeros(shape: Shape) -> Term:
    """The zero of a shape."""
    return make("zeros", (), None, shape)


def dimension_term(d: Dim) -> Term:
    """A dimension as a scalar term."""
    parts = []
    for names, coefficient in d.monomials:
        factors = [*([number(coefficient)] if coefficient != 1 or not names else []), *map(symbol, names)]
        parts.append(product(*factors))
    return plus(*parts) if parts else number(0)


def term_dimension(t: Term) -> Dim | None:
    """The dimension that a scalar term names, or None."""
    from_number = t.data if t.op == "number" and isinstance(t.data, int) else None
    if from_number is not None:
        return dim(from_number)
    return dim(str(t.data)) if t.op == "symbol" and t.shape == SCALAR else None


ONE_TERM = number(1)
IMAGINARY = Term("imaginary", (), None, SCALAR)
ZERO_TERM = number(0)


def plus(*terms: Term) -> Term:
    """A flat sum of terms of one shape; a sum of one term is that term."""
    flat: list[Term] = []
    for t in terms:
        flat.extend(t.args if t.op == "plus" else (t,))
    if not flat:
        raise ValueError("an empty sum has no shape")
    shape = flat[0].shape
    for t in flat[1:]:
        if t.shape != shape:
            raise ShapeError(f"cannot add a {describe(shape)} and a {describe(t.shape)}", _sum_hint(shape, t.shape))
    return flat[0] if len(flat) == 1 else Term("plus", tuple(flat), None, shape)


def _sum_hint(a: Shape, b: Shape) -> str:
    return "write c*I(n) for a multiple of the identity, or c*ones(m,n)" if SCALAR in (a, b) else ""


def product(*factors: Term) -> Term:
    """A product in normal form: scalars first, then one chain; 1x1 pieces of the chain are scalars."""
    scalars: list[Term] = []
    chain: list[Term] = []
    for factor in factors:
        _collect(factor, scalars, chain)
    for left, right in pairwise(chain):
        if left.shape[1] != right.shape[0]:
            raise ShapeError(f"cannot multiply a {describe(left.shape)} by a {describe(right.shape)}")
    pieces, chain = _cut_scalars(chain)
    scalars.extend(pieces)
    if chain:
        scalars.append(_chain(chain))
    if not scalars:
        return ONE_TERM
    return scalars[0] if len(scalars) == 1 else Term("times", tuple(scalars), None, scalars[-1].shape)


def conjugate_transpose(t: Term) -> Term:
    """H(X), which is conj(X)' and printed as H(X); of a scalar conj(z)."""
    conjugate = make("conj", [t])
    return conjugate if t.shape == SCALAR else make("transpose", [conjugate])


def hadamard(*factors: Term) -> Term:
    """A flat Hadamard product of matrices of one shape, their scalar factors in front of it; of scalars a product."""
    scalars: list[Term] = []
    flat: list[Term] = []
    for factor in factors:
        inner = factor
        if inner.op == "times" and inner.shape != SCALAR:
            scalars.extend(inner.args[:-1])
            inner = inner.args[-1]
        flat.extend(inner.args if inner.op == "hadamard" else (inner,))
    shape = OPERATORS["hadamard"].shape(flat, None, None)
    if shape == SCALAR:
        return product(*flat)
    whole = flat[0] if len(flat) == 1 else Term("hadamard", tuple(flat), None, shape)
    return product(*scalars, whole) if scalars else whole


def _collect(t: Term, scalars: list[Term], chain: list[Term]) -> None:
    if t.op == "times" or (t.op == "dot" and t.shape != SCALAR):
        for arg in t.args:
            _collect(arg, scalars, chain)
    elif t.shape == SCALAR:
        scalars.append(t)
    else:
        chain.append(t)


def _cut_scalars(chain: list[Term]) -> tuple[list[Term], list[Term]]:
    """The 1x1 pieces of a chain, and what remains of it."""
    if not chain:
        return [], chain
    cuts = [k for k, t in enumerate(chain) if t.shape[0] == ONE]
    if chain[-1].shape[1] == ONE:
        cuts.append(len(chain))
    if len(cuts) < 2:
        return [], chain
    pieces = [_chain(chain[a:b]) for a, b in pairwise(cuts)]
    return pieces, chain[: cuts[0]] + chain[cuts[-1] :]


def subchain(parts: Sequence[Term]) -> Term:
    """Consecutive factors of a chain as one term: a part of a normal form is normal."""
    return _chain(list(parts))


def _chain(parts: list[Term]) -> Term:
    return parts[0] if len(parts) == 1 else Term("dot", tuple(parts), None, (parts[0].shape[0], parts[-1].shape[1]))


def rebuild(t: Term, args: Sequence[Term]) -> Term:
    """The same operator on other arguments; a ``dot`` or ``times`` is normalised again."""
    return make(t.op, args, t.data, t.shape)


def at(t: Term, path: Path) -> Term:
    """The subterm at a path. Raises IndexError when the path leads nowhere."""
    for k in path:
        if isinstance(k, tuple):
            return make(t.op, [t.args[i] for i in k])
        if k < 0:
            raise IndexError("a path has no negative positions")
        t = t.args[k]
    return t


def put(t: Term, path: Path, new: Term) -> Term:
    """The whole term with ``new`` at a path; a selection is replaced at its first position."""
    if not path:
        return new
    k = path[0]
    if isinstance(k, tuple):
        args: list[Term] = []
        for i, arg in enumerate(t.args):
            if i == k[0]:
                args.append(new)
            if i not in k:
                args.append(arg)
        return make(t.op, args)
    if not 0 <= k < len(t.args):
        raise IndexError(f"{t.op} has no argument {k}")
    inner = put(t.args[k], path[1:], new)
    parts = (*t.args[:k], inner, *t.args[k + 1 :])
    if t.op in NARY and inner.op not in NARY and inner.shape == t.args[k].shape:
        return Term(t.op, parts, None, t.shape)  # it was in normal form, and is still
    return rebuild(t, parts)


def walk(t: Term, path: Path = ()) -> Iterator[tuple[Path, Term]]:
    """All (path, subterm) pairs, outermost first."""
    stack = [(path, t)]
    while stack:
        here, node = stack.pop()
        yield here, node
        stack.extend([((*here, k), node.args[k]) for k in range(len(node.args) - 1, -1, -1)])


def substitute(t: Term, replacements: Mapping[str, Term]) -> Term:
    """Replace free symbols by terms; bound names are renamed where they would capture."""
    active = {name: new for name, new in replacements.items() if name in t.free}
    if not active:
        return t
    if t.op == "symbol":
        return active[str(t.data)]
    bound_at = OPERATORS[t.op].binds
    if bound_at is None:
        return rebuild(t, [substitute(arg, active) for arg in t.args])
    return _substitute_binder(t, bound_at, active)


def _substitute_binder(t: Term, bound_at: int, active: Mapping[str, Term]) -> Term:
    name, body = str(t.data), t.args[bound_at]
    inner = {n: new for n, new in active.items() if n != name}
    taken: frozenset[str] = frozenset().union(*(new.free for new in inner.values()))
    if name in taken:
        renamed = fresh_name(name, taken | body.free)
        body = substitute(body, {name: symbol(renamed, _bound_shape(t))})
        name = renamed
    args = [substitute(body, inner) if k == bound_at else substitute(arg, active) for k, arg in enumerate(t.args)]
    return make(t.op, args, name, t.shape)


def _bound_shape(t: Term) -> Shape:
    return t.args[1].shape if t.op == "at" else SCALAR


def fresh_name(wish: str, taken: Iterable[str]) -> str:
    """``wish`` or, when it is taken, the first free of wish_1, wish_2, ..."""
    used = set(taken)
    if wish not in used:
        return wish
    k = 1
    while f"{wish}_{k}" in used:
        k += 1
    return f"{wish}_{k}"


class Key:
    """A canonical key: a tuple that knows its hash, so that keys of large terms are compared and looked up fast."""

    __slots__ = ("_hash", "parts")

    def __init__(self, *parts: Hashable) -> None:
        self.parts, self._hash = parts, hash(parts)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Key) and self._hash == other._hash and self.parts == other.parts)


def canonical(t: Term, bound: tuple[str, ...] = ()) -> Key:
    """A key that is equal for terms equal up to the order of summands and scalar factors and names of bound symbols.

    ``bound`` are the names bound around the term; where none of them occurs, they do not matter and the key is kept.
    """
    if bound and not t.free.isdisjoint(bound):
        return _key(t, bound)
    try:
        return t._key
    except AttributeError:
        object.__setattr__(t, "_key", _key(t, ()))
        return t._key


def _key(t: Term, bound: tuple[str, ...]) -> Key:
    if t.op == "symbol":
        # a bound name is told by its distance, which does not depend on binders farther out
        return Key("bound", bound[::-1].index(str(t.data))) if t.data in bound else Key("symbol", t.data, t.shape)
    row = OPERATORS[t.op]
    inside = (*bound, str(t.data)) if row.binds is not None else bound
    keys = [canonical(arg, inside if k == row.binds else bound) for k, arg in enumerate(t.args)]
    shape = t.shape if not t.args or t.op == "O" else None
    data = None if row.binds is not None else t.data
    if row.commutative:
        return Key(t.op, data, shape, frozenset(Counter(keys).items()))
    return Key(t.op, data, shape, *keys)


def equivalent(a: Term, b: Term) -> bool:
    """Equality up to the order of ``plus`` and of scalar factors, and up to names of bound symbols."""
    return a == b or (a.shape == b.shape and canonical(a) == canonical(b))
