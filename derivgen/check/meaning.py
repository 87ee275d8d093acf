"""What every operator means, in numbers. Nothing here comes from the rules or the engine."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivgen.check.algebra import Algebra
from derivgen.check.derivatives import DERIVATIVES, unit_matrix
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
)
from derivgen.check.evaluator import Evaluator, Meaning, MeaningError, Scope, VariesError
from derivgen.check.expectations import covariance, expectation
from derivgen.check.functions import power_coefficients
from derivgen.check.integrals import integral
from derivgen.check.series import Series, UndefinedError, filled
from derivgen.language.terms import Term, subchain


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
    if t.args[0].op == "norm" and (half := _half(t.args[1])) is not None:  # where the norm is 0, it has no series
        a, whole = e.algebra, e.value(t.args[0].args[0], scope)
        return a.power(a.trace(a.product(a.transposed(a.conjugate(whole)), whole)), half)
    base, exponent = e.value(t.args[0], scope), e.value(t.args[1], scope)
    try:
        return e.algebra.power(base, e.integer(t.args[1], scope))
    except (NeedsRealsError, VariesError):
        if base.rows != 1:
            raise MeaningError("a power of a matrix with an exponent that is not a natural number") from None
    return _real_power(e.algebra, base, exponent)


def _half(exponent: Term) -> int | None:
    """Half of an even natural number."""
    even = exponent.op == "number" and isinstance(exponent.data, int) and exponent.data % 2 == 0
    return int(str(exponent.data)) // 2 if even else None


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


def _over_range(combine: Callable[[Algebra, Series, Series], Series], empty: int) -> Meaning:
    def meaning(e: Evaluator, t: Term, scope: Scope) -> Series:
        rows, cols = e.sizes(t)
        total = e.algebra.constant(filled(rows, cols, empty))
        for k in e.range(t, scope):
            total = combine(e.algebra, total, e.value(t.args[2], scope.extended(str(t.data), k)))
        return total

    return meaning


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
    return unit_matrix(Series(rows, cols, {}), i - 1, j - 1)


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
    "E": expectation,
    "Var": covariance,
    "Cov": covariance,
    "integral": integral,
    "apply": _apply,
    "grad": _grad,
    "hess": _hess,
    "jac": _jacobian,
    "index": _index,
    "sum": _over_range(Algebra.add, 0),
    "prod": _over_range(Algebra.product, 1),
    "every": _every,
    **DERIVATIVES,
    "delta": _delta,
    "unit": _basis,
    "single": _basis,
    "matrix": _literal,
    "=": _relation,
    "<=": _relation,
    ">=": _relation,
    **dict.fromkeys(("hole", "steady", "small", "segment", "family"), _pattern),
}
