"""What every operator means, in numbers. Nothing here comes from the rules or the engine.

``Evaluator.value`` gives the value of a term at one point of a world, as a matrix of series. An operator
without a meaning is an error, never a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from derivgen.check.algebra import Algebra
from derivgen.check.eigenvalues import eigenvector
from derivgen.check.entrywise import (
    CHANGES,
    SCALARS,
    Change,
    NeedsRealsError,
    blocks,
    larger,
    of_entries,
    smaller,
    total,
)
from derivgen.check.expectations import covariance, expectation
from derivgen.check.functions import power_coefficients
from derivgen.check.gaussian import Gaussian
from derivgen.check.series import PRIME, Matrix, Series, UndefinedError, filled
from derivgen.check.structured import TIED
from derivgen.language.problem import PARTS, variable_of
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, make, number, subchain

if TYPE_CHECKING:
    from derivgen.check.worlds import World


class MeaningError(Exception):
    """The check does not know what a term means; whatever contains it is refused."""


class VariesError(MeaningError):
    """A number was needed, but the value depends on a small variable."""


@dataclass(slots=True)
class Scope:
    """Names that have a value of their own here: bound names, and variables that are being varied."""

    names: dict[str, Series] = field(default_factory=dict)
    memo: dict[Term, Series] = field(default_factory=dict)

    def extended(self, name: str, value: Series) -> Scope:
        """This scope with one more name."""
        return Scope({**self.names, name: value})


class Evaluator:
    """Values of terms in one world; equal terms are evaluated once."""

    world: World
    algebra: Algebra

    def __init__(self, world: World, meanings: Mapping[str, Meaning] | None = None) -> None:
        self.world, self.algebra = world, world.algebra
        self.meanings = MEANINGS if meanings is None else meanings
        self.root = Scope()
        world.evaluator = self

    def value(self, t: Term, scope: Scope | None = None) -> Series:
        """The value of a term. Raises UndefinedError, MeaningError or NeedsRealsError."""
        if scope is None or scope.names.keys().isdisjoint(t.free):
            scope = self.root
        found = scope.memo.get(t)
        if found is None:
            meaning = self.meanings.get(t.op)
            if meaning is None:
                raise MeaningError(f"the check knows no operator {t.op!r}")
            found = scope.memo[t] = meaning(self, t, scope)
        return found

    def scalar_number(self, t: Term, scope: Scope) -> object:
        """The value of a scalar that does not depend on any small variable."""
        s = self.value(t, scope)
        if s.precisions or any(key for key in s.parts):
            raise VariesError("an index, a limit point or an exponent of a matrix must not depend on the perturbation")
        return s.parts[0][0][0] if s.parts else 0

    def integer(self, t: Term, scope: Scope) -> int:
        """The value of an index, a bound of a sum, or a natural exponent.

        Raises NeedsRealsError where it is none.
        """
        x = self.scalar_number(t, scope)
        if self.algebra.kind == "modular" and isinstance(x, int):
            x = x - PRIME if x > PRIME // 2 else x
            if abs(x) > 10**6:
                raise NeedsRealsError("not an integer")
            return x
        if isinstance(x, complex | Gaussian) or x != round(x):  # type: ignore[call-overload]
            raise NeedsRealsError("not an integer")
        return round(x)  # type: ignore[call-overload, no-any-return]

    def range(self, t: Term, scope: Scope) -> list[Series]:
        """The values over which a sum or product runs. Raises MeaningError for more than LONGEST_RANGE."""
        low, high = (self.integer(arg, scope) for arg in t.args[:2])
        if high - low >= LONGEST_RANGE:
            raise MeaningError(f"a {t.op} of {high - low + 1} terms is too long to be worked out in numbers")
        return [self.algebra.scalar(self.algebra.number(k)) for k in range(low, high + 1)]

    def sizes(self, t: Term) -> tuple[int, int]:
        """Rows and columns of a term in this world."""
        return self.world.size(t.shape[0]), self.world.size(t.shape[1])

    def varied(self, body: Term, name: str, base: Series, direction: Series, scope: Scope) -> Series:
        """The coefficient of t in the body at name = base + t*direction."""
        slot = self.algebra.open(nilpotent=True)
        try:
            moved = self.algebra.add(base, self.algebra.product(self.algebra.variable(slot), direction))
            return self.algebra.coefficient(self.value(body, scope.extended(name, moved)), slot)
        finally:
            self.algebra.close()


Meaning = Callable[[Evaluator, Term, Scope], Series]


def _number(e: Evaluator, t: Term, scope: Scope) -> Series:
    assert isinstance(t.data, (int, Fraction))
    return e.algebra.scalar(e.algebra.number(t.data))


def _symbol(e: Evaluator, t: Term, scope: Scope) -> Series:
    name = str(t.data)
    if name in scope.names:
        return scope.names[name]
    return e.algebra.variable(0) if name == e.world.perturbation else e.world.symbol(name, t.shape)


def _constant_matrix(entry: Callable[[int, int], int]) -> Meaning:
    def meaning(e: Evaluator, t: Term, scope: Scope) -> Series:
        rows, cols = e.sizes(t)
        return e.algebra.constant([[entry(i, j) for j in range(cols)] for i in range(rows)])

    return meaning


def _big_o(e: Evaluator, t: Term, scope: Scope) -> Series:
    variable = e.value(t.args[0], scope)
    slot = next((s for s in range(len(e.algebra.limits)) if e.algebra.variable(s).parts == variable.parts), None)
    if slot is None or not isinstance(t.data, int):
        raise MeaningError("O(..) of something that is not a power of a small variable")
    return e.algebra.order(slot, t.data, *e.sizes(t))


def _plus(e: Evaluator, t: Term, scope: Scope) -> Series:
    total = e.value(t.args[0], scope)
    for arg in t.args[1:]:
        total = e.algebra.add(total, e.value(arg, scope))
    return total


def _product(e: Evaluator, t: Term, scope: Scope) -> Series:
    total = e.value(t.args[0], scope)
    for arg in t.args[1:]:
        total = e.algebra.product(total, e.value(arg, scope))
    return total


def _chain(e: Evaluator, t: Term, scope: Scope) -> Series:
    """A long chain is multiplied by halves: their pieces come back in later steps, turned round and cut elsewhere."""
    if len(t.args) < LONG:
        return _product(e, t, scope)
    half = 1 << (len(t.args) - 1).bit_length() - 1
    left, right = (e.value(subchain(part), scope) for part in (t.args[:half], t.args[half:]))
    return e.algebra.product(left, right)


LONG = 8  # factors


def _power(e: Evaluator, t: Term, scope: Scope) -> Series:
    base, exponent = e.value(t.args[0], scope), e.value(t.args[1], scope)
    try:
        return e.algebra.power(base, e.integer(t.args[1], scope))
    except (NeedsRealsError, VariesError):
        if base.rows != 1:
            raise MeaningError("a power of a matrix with an exponent that is not a natural number") from None
    return _real_power(e.algebra, base, exponent)


def _real_power(a: Algebra, base: Series, exponent: Series) -> Series:
    """A power of a scalar with any exponent."""
    if a.kind != "float":
        raise NeedsRealsError("a power with a real exponent")
    if not exponent.precisions and not any(exponent.parts.keys()):
        constant = exponent.parts[0][0][0] if exponent.parts else 0
        return a.compose(base, power_coefficients(a.at_zero(base), constant))
    return SCALARS["exp"](a, a.product(exponent, SCALARS["log"](a, base)))


def _entrywise_power(e: Evaluator, t: Term, scope: Scope) -> Series:
    base, exponent = e.value(t.args[0], scope), e.value(t.args[1], scope)
    try:
        k = e.integer(t.args[1], scope)
        return of_entries(e.algebra, base, lambda a, s: a.power(s, k))
    except (NeedsRealsError, VariesError):
        return of_entries(e.algebra, base, lambda a, s: _real_power(a, s, exponent))


def _change(change: Change) -> Meaning:
    return lambda e, t, scope: change(e.algebra, e.value(t.args[0], scope))


def _map(e: Evaluator, t: Term, scope: Scope) -> Series:
    assert isinstance(t.data, tuple)
    name, order = t.data
    if name in SCALARS and not order:
        function = SCALARS[name]
    else:

        def function(a: Algebra, s: Series) -> Series:
            return e.world.functions.apply(str(name), (order,), [s], (1, 1))

    return of_entries(e.algebra, e.value(t.args[0], scope), function)


def _hadamard(e: Evaluator, t: Term, scope: Scope) -> Series:
    total = e.value(t.args[0], scope)
    for arg in t.args[1:]:
        total = e.algebra.hadamard(total, e.value(arg, scope))
    return total


def _hadamard_quotient(e: Evaluator, t: Term, scope: Scope) -> Series:
    above, below = (e.value(arg, scope) for arg in t.args)
    return e.algebra.hadamard(above, of_entries(e.algebra, below, lambda a, s: a.quotient(a.scalar(1), s)))


def _reals(e: Evaluator, t: Term, scope: Scope) -> list[Series]:
    if e.algebra.kind != "float":
        raise NeedsRealsError(t.op)
    return [e.value(arg, scope) for arg in t.args]


def _blocks(e: Evaluator, t: Term, scope: Scope) -> Series:
    assert isinstance(t.data, tuple)
    return blocks(e.algebra, [e.value(arg, scope) for arg in t.args], t.data[1])


def _eigenvector(e: Evaluator, t: Term, scope: Scope) -> Series:
    if e.algebra.kind != "float":
        raise NeedsRealsError("eigvec")
    s, k = e.value(t.args[0], scope), e.integer(t.args[1], scope)
    if not 1 <= k <= s.rows:
        raise UndefinedError(f"there is no eigenvalue {k} of a {s.rows}x{s.rows} matrix")
    return eigenvector(e.algebra, s, k - 1)


def _member(e: Evaluator, t: Term, scope: Scope) -> Series:
    name, k = str(t.data), e.integer(t.args[0], scope)
    if f"{name}[{k}]" in scope.names:  # the member that varies
        return scope.names[f"{name}[{k}]"]
    if name in scope.names and e.world.is_random(name):  # at an outcome
        outcome = e.algebra.at_zero(scope.names[name])
        return e.world.outcome(f"{name}[{k}]", int(outcome), t.shape)
    return e.world.member(name, k, t.shape)


def _jacobian(e: Evaluator, t: Term, scope: Scope) -> Series:
    return e.world.functions.jacobian(str(t.data), e.value(t.args[0], scope), e.sizes(t))


def _apply(e: Evaluator, t: Term, scope: Scope) -> Series:
    assert isinstance(t.data, tuple)
    name, orders = t.data
    return e.world.functions.apply(str(name), tuple(orders), [e.value(arg, scope) for arg in t.args], e.sizes(t))


def _grad(e: Evaluator, t: Term, scope: Scope) -> Series:
    return e.world.functions.gradient(str(t.data), e.value(t.args[0], scope))


def _hess(e: Evaluator, t: Term, scope: Scope) -> Series:
    return e.world.functions.hessian(str(t.data), e.value(t.args[0], scope))


def _index(e: Evaluator, t: Term, scope: Scope) -> Series:
    base = e.value(t.args[0], scope)
    places = [e.integer(arg, scope) for arg in t.args[1:]]
    if len(places) == 1:
        places = [1, places[0]] if base.rows == 1 else [places[0], 1]
    i, j = places
    if not (1 <= i <= base.rows and 1 <= j <= base.cols):
        raise UndefinedError(f"there is no entry {i},{j} of a {base.rows}x{base.cols} matrix")
    return e.algebra.entry(base, i - 1, j - 1)


LONGEST_RANGE = 10_000  # terms; beyond, a check would take minutes


def _over_range(combine: Callable[[Algebra, Series, Series], Series], empty: int) -> Meaning:
    def meaning(e: Evaluator, t: Term, scope: Scope) -> Series:
        rows, cols = e.sizes(t)
        total = e.algebra.constant(filled(rows, cols, empty))
        for k in e.range(t, scope):
            total = combine(e.algebra, total, e.value(t.args[2], scope.extended(str(t.data), k)))
        return total

    return meaning


def _limit(e: Evaluator, t: Term, scope: Scope) -> Series:
    name, point = str(t.data), e.value(t.args[0], scope)
    free_slot = not scope.names and name == e.world.perturbation and not point.parts
    if free_slot:
        return e.algebra.limit(e.value(t.args[1], scope), 0)
    slot = e.algebra.open(nilpotent=False)
    try:
        moved = e.algebra.add(point, e.algebra.variable(slot))
        return e.algebra.limit(e.value(t.args[1], scope.extended(name, moved)), slot)
    finally:
        e.algebra.close()


def _derivative(e: Evaluator, t: Term, scope: Scope) -> Series:
    """Entry by entry: the coefficient of t in the body at X + t*J(i,j); of a complex X see ``along``."""
    body, variable = t.args
    symbol = variable_of(variable)
    if symbol.op not in ("symbol", "member"):
        raise MeaningError("a derivative by something that is not a name, an entry of one or a part of one")
    base, name = e.value(symbol, scope), str(symbol.data)
    if symbol.op == "member":
        scope, name = _one_member(e, symbol, scope)
    kind = "nabla" if t.op == "nabla" else variable.op
    if variable.op == "index":
        i, j = _place(e, variable, base, scope)
        places = [number(k + 1) for k in ((i, j) if len(variable.args) == 3 else (max(i, j),))]
        if variable.args[1:] != tuple(places):  # by the numbers of the entry, so that a sum works it out once
            return e.value(make("D", [body, make("index", [symbol, *places])]), scope)
        return along(e, body, name, base, _unit(base, i, j), scope, kind)
    found = {
        (i, j): along(e, body, name, base, _unit(base, i, j), scope, kind)
        for i in range(base.rows)
        for j in range(base.cols)
    }
    if len(found) == 1:
        return found[0, 0]
    rows, cols = e.sizes(t)
    if body.shape == SCALAR:
        entries = [(i, j, s) for (i, j), s in found.items()]
    else:  # a vector by a vector: entry i, j is the derivative of f_i by x_j
        across = [(max(i, j), s) for (i, j), s in found.items()]
        entries = [(i, j, e.algebra.entry(s, i, 0)) for j, s in across for i in range(s.rows)]
    return e.algebra.placed(entries, rows, cols)


def along(e: Evaluator, body: Term, name: str, base: Series, unit: Series, scope: Scope, kind: str) -> Series:
    """The derivative of a body along a real direction, by a real name, by a complex one or by a part of one.

    With r = the coefficient of t at X + t*unit and s = that at X + t*1i*unit: r by re(X), s by im(X), (r - 1i*s)/2 by
    X itself, (r + 1i*s)/2 by conj(X), and r + 1i*s where the convention is that of the gradient ("nabla").
    """
    a, is_complex = e.algebra, e.world.is_complex(name)
    if kind in PARTS and not is_complex:
        raise MeaningError(f"{name} is real, and has no parts to differentiate by")
    real = e.varied(body, name, base, unit, scope)
    if kind == "re" or not is_complex:
        return real
    imaginary = e.varied(body, name, base, a.multiple(a.imaginary, unit), scope)
    if kind == "im":
        return imaginary
    other = a.multiple(a.imaginary, imaginary)
    if kind == "nabla":
        return a.add(real, other)
    return a.multiple(a.number(Fraction(1, 2)), a.add(real, other if kind == "conj" else a.negative(other)))


def _structured(e: Evaluator, t: Term, scope: Scope) -> Series:
    """Entry i,j: the coefficient of t in the body when x_ij moves by t, and with it the entries that it is tied to."""
    body, variable = t.args
    if variable.op != "symbol" or body.shape != SCALAR:
        raise MeaningError("a derivative by the parameters of something that is not a name, or of what is no scalar")
    base, name = e.value(variable, scope), str(variable.data)
    tied = _moves(e, name)
    n = base.rows
    places = [(i, j) for i in range(n) for j in range(n)]
    moved = {ij: e.varied(body, name, base, Series(n, n, {0: tied(n, *ij)}), scope) for ij in places}
    return e.algebra.placed([(i, j, s) for (i, j), s in moved.items()], n, n)


def _moves(e: Evaluator, name: str) -> Callable[[int, int, int], Matrix]:
    found = TIED.get(e.world.structure(name))
    if found is None:
        raise MeaningError(f"the check does not know how the entries of {name} move together")
    return found


def _tied(e: Evaluator, t: Term, scope: Scope) -> Series:
    """Entry i,j: the sum of the entries of G, each times how fast it moves when x_ij moves by 1."""
    weights, variable = t.args
    if variable.op != "symbol":
        raise MeaningError("what moves together is known of a name alone")
    summed, moves = e.value(weights, scope), _moves(e, str(variable.data))
    n = summed.rows
    places = [(i, j) for i in range(n) for j in range(n)]
    parts = {ij: total(e.algebra, e.algebra.hadamard(Series(n, n, {0: moves(n, *ij)}), summed)) for ij in places}
    return e.algebra.placed([(i, j, s) for (i, j), s in parts.items()], n, n)


def _place(e: Evaluator, variable: Term, base: Series, scope: Scope) -> tuple[int, int]:
    places = [e.integer(arg, scope) - 1 for arg in variable.args[1:]]
    if len(places) == 1:
        places = [0, places[0]] if base.rows == 1 else [places[0], 0]
    if not (0 <= places[0] < base.rows and 0 <= places[1] < base.cols):
        raise UndefinedError("there is no such entry")
    return places[0], places[1]


def _unit(like: Series, i: int, j: int) -> Series:
    m: Matrix = filled(like.rows, like.cols, 0)
    m[i][j] = 1
    return Series(like.rows, like.cols, {0: m})


def _at(e: Evaluator, t: Term, scope: Scope) -> Series:
    return e.value(t.args[0], scope.extended(str(t.data), e.value(t.args[1], scope)))


def _directional(e: Evaluator, t: Term, scope: Scope) -> Series:
    body, variable, along = t.args
    if variable.op != "symbol":
        raise MeaningError("a directional derivative by something that is not a name")
    return e.varied(body, str(variable.data), e.value(variable, scope), e.value(along, scope), scope)


def _differential(e: Evaluator, t: Term, scope: Scope) -> Series:
    """The coefficient of t in the body with every variable X at X + t*dX."""
    slot = e.algebra.open(nilpotent=True)
    try:
        inner = scope
        if (member := e.world.hypotheses.member) is not None:
            base = e.value(member, scope)
            inner, key = _one_member(e, member, scope)
            change = e.world.change(key, member.shape)
            inner = inner.extended(key, e.algebra.add(base, e.algebra.product(e.algebra.variable(slot), change)))
        for name, shape in e.world.varying(t.args[0], scope.names):
            base = scope.names.get(name) or e.world.symbol(name, shape)
            change = e.world.change(name, shape)
            inner = inner.extended(name, e.algebra.add(base, e.algebra.product(e.algebra.variable(slot), change)))
        return e.algebra.coefficient(e.value(t.args[0], inner), slot)
    finally:
        e.algebra.close()


def _one_member(e: Evaluator, member: Term, scope: Scope) -> tuple[Scope, str]:
    """A scope in which members of the family are worked out anew, and the name of the one that varies in it."""
    family = str(member.data)
    return scope.extended(family, e.algebra.scalar(0)), f"{family}[{e.integer(member.args[0], scope)}]"


def _delta(e: Evaluator, t: Term, scope: Scope) -> Series:
    i, j = (e.integer(arg, scope) for arg in t.args)
    return e.algebra.scalar(int(i == j))


def _basis(e: Evaluator, t: Term, scope: Scope) -> Series:
    """e(i,n) and J(i,j,m,n)."""
    rows, cols = e.sizes(t)
    places = [e.integer(arg, scope) for arg in t.args]
    i, j = (places[0], 1) if len(places) == 1 else places
    if not (1 <= i <= rows and 1 <= j <= cols):
        raise UndefinedError("there is no such entry")
    return _unit(Series(rows, cols, {}), i - 1, j - 1)


def _literal(e: Evaluator, t: Term, scope: Scope) -> Series:
    assert isinstance(t.data, tuple)
    rows, cols = t.data
    return e.algebra.placed([(k // cols, k % cols, e.value(arg, scope)) for k, arg in enumerate(t.args)], rows, cols)


def _relation(e: Evaluator, t: Term, scope: Scope) -> Series:
    raise MeaningError("an equation has a truth value, not a number")


def _every(e: Evaluator, t: Term, scope: Scope) -> Series:
    raise MeaningError("what holds for every index is said in a condition; it has no value")


def _pattern(e: Evaluator, t: Term, scope: Scope) -> Series:
    raise MeaningError("a piece of a law's pattern stands in a term")


MEANINGS: dict[str, Meaning] = {
    "number": _number,
    "imaginary": lambda e, t, scope: e.algebra.scalar(e.algebra.imaginary),
    "symbol": _symbol,
    "zeros": _constant_matrix(lambda i, j: 0),
    "ones": _constant_matrix(lambda i, j: 1),
    "identity": _constant_matrix(lambda i, j: int(i == j)),
    "shift": _constant_matrix(lambda i, j: int(j == i + 1)),
    "abbreviation": lambda e, t, scope: e.value(t.args[0], scope),
    "O": _big_o,
    "plus": _plus,
    "neg": lambda e, t, scope: e.algebra.negative(e.value(t.args[0], scope)),
    "times": _product,
    "dot": _chain,
    "div": lambda e, t, scope: e.algebra.quotient(e.value(t.args[0], scope), e.value(t.args[1], scope)),
    "pow": _power,
    "transpose": lambda e, t, scope: e.algebra.transposed(e.value(t.args[0], scope)),
    "conj": lambda e, t, scope: e.algebra.conjugate(e.value(t.args[0], scope)),
    "re": lambda e, t, scope: e.algebra.part(e.value(t.args[0], scope), "re"),
    "im": lambda e, t, scope: e.algebra.part(e.value(t.args[0], scope), "im"),
    "inv": lambda e, t, scope: e.algebra.inverse(e.value(t.args[0], scope)),
    "tr": lambda e, t, scope: e.algebra.trace(e.value(t.args[0], scope)),
    "det": lambda e, t, scope: e.algebra.adjugate(e.value(t.args[0], scope))[1],
    **{name: _change(function) for name, function in {**SCALARS, **CHANGES}.items()},
    "map": _map,
    "hadamard": _hadamard,
    "hadamard_div": _hadamard_quotient,
    "hadamard_pow": _entrywise_power,
    "kron": lambda e, t, scope: e.algebra.kronecker(e.value(t.args[0], scope), e.value(t.args[1], scope)),
    "block": _blocks,
    "max": lambda e, t, scope: larger(e.algebra, *_reals(e, t, scope)),
    "min": lambda e, t, scope: smaller(e.algebra, *_reals(e, t, scope)),
    "eigvec": _eigenvector,
    "member": _member,
    "E": lambda e, t, scope: expectation(e, t.args[0], scope),
    "Var": lambda e, t, scope: covariance(e, t.args[0], t.args[0], scope),
    "Cov": lambda e, t, scope: covariance(e, t.args[0], t.args[1], scope),
    "apply": _apply,
    "grad": _grad,
    "hess": _hess,
    "jac": _jacobian,
    "index": _index,
    "sum": _over_range(Algebra.add, 0),
    "prod": _over_range(Algebra.product, 1),
    "every": _every,
    "lim": _limit,
    "D": _derivative,
    "nabla": _derivative,
    "structured": _structured,
    "tied": _tied,
    "at": _at,
    "directional": _directional,
    "d": _differential,
    "delta": _delta,
    "unit": _basis,
    "single": _basis,
    "matrix": _literal,
    "=": _relation,
    "<=": _relation,
    ">=": _relation,
    **dict.fromkeys(("hole", "steady", "small", "segment", "family"), _pattern),
}
