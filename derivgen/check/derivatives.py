"""What limits, derivatives and differentials mean: coefficients of the body where a variable moves by a small one."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivgen.check.entrywise import total
from derivgen.check.evaluator import Evaluator, Meaning, MeaningError, Scope
from derivgen.check.series import Matrix, Series, UndefinedError, filled
from derivgen.check.structured import TIED
from derivgen.language.problem import PARTS, variable_of
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, make, number


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
        return along(e, body, name, base, unit_matrix(base, i, j), scope, kind)
    found = {
        (i, j): along(e, body, name, base, unit_matrix(base, i, j), scope, kind)
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


def unit_matrix(like: Series, i: int, j: int) -> Series:
    """A matrix of the size of another with 1 at a place, counted from 0, and 0 elsewhere."""
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


DERIVATIVES: dict[str, Meaning] = {
    "lim": _limit,
    "D": _derivative,
    "nabla": _derivative,
    "structured": _structured,
    "tied": _tied,
    "at": _at,
    "directional": _directional,
    "d": _differential,
}
