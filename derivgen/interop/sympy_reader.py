"""SymPy expressions as texts of the notation, with the declarations that their symbols carry."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import sympy
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.special import OneMatrix

from derivgen.interop.errors import BorderError
from derivgen.interop.sympy import FUNCTIONS, Expression
from derivgen.language.declarations import is_name
from derivgen.language.names import PI
from derivgen.language.operators import SCALAR_FUNCTIONS
from derivgen.language.plain import plain
from derivgen.language.shapes import SCALAR, Dim, Shape, ShapeError, add_dims, describe, dim, mul_dims
from derivgen.language.terms import IMAGINARY, Term, conjugate_transpose, make, number, plus, product, symbol

_NAMES = {
    function: name for name, function in FUNCTIONS.items() if name in SCALAR_FUNCTIONS and isinstance(function, type)
}


_OF_COMPLEX_NUMBERS = (sympy.conjugate, sympy.Adjoint, sympy.re, sympy.im, type(sympy.I))


class Read(NamedTuple):
    """A text in the notation, the declarations of its names, and the SymPy symbols that these came from."""

    text: str
    let: dict[str, str]
    symbols: dict[str, Expression]


def from_sympy(expression: Expression) -> Read:
    """The text of a SymPy expression in the notation, and the declarations of its symbols as texts.

    Symbols are scalars, positive, natural or integer where SymPy knows them to be; matrix symbols have their shapes.
    Raises BorderError that names what the notation cannot say.
    """
    reader = _Reader()
    try:
        whole = sympy.sympify(expression, strict=True)
        reader.complex_numbers = bool(whole.atoms(*_OF_COMPLEX_NUMBERS))
        text = plain(reader.term(whole))
    except (ShapeError, sympy.SympifyError) as error:
        raise BorderError(f"{expression} has no counterpart in the notation: {error}") from error
    sizes = {name for shape in reader.shapes for side in shape for name in side.names}
    let = {name: kind for name, kind in reader.let.items() if name not in sizes or kind != "natural"}
    return Read(text, let, reader.symbols)


class _Reader:
    def __init__(self) -> None:
        self.let: dict[str, str] = {}
        self.symbols: dict[str, Expression] = {}
        self.shapes: list[Shape] = []
        self.bound: list[Any] = []
        self.complex_numbers = False  # names that SymPy does not know to be real are complex

    def term(self, e: Expression) -> Term:
        for kind, rule in _FROM_SYMPY:
            if isinstance(e, kind):
                return rule(self, e)
        raise BorderError(f"the notation has no counterpart of {e} ({type(e).__name__})")

    def terms(self, e: Expression) -> list[Term]:
        return [self.term(arg) for arg in e.args]

    def name(self, symbol_: Expression) -> str:
        name = str(symbol_.name)
        if not is_name(name):
            raise BorderError(f"{name!r} is no name in the notation", "rename the symbol")
        return name

    def declare(self, name: str, kind: str) -> None:
        if self.let.setdefault(name, kind) != kind:
            raise BorderError(f"{name} is both {self.let[name]} and {kind}", "two symbols need two names")

    def shape(self, e: Expression) -> Shape:
        shape = self.dimension(e.shape[0]), self.dimension(e.shape[1])
        self.shapes.append(shape)
        return shape

    def dimension(self, e: Expression) -> Dim:
        if e.is_Integer and e > 0:
            return dim(int(e))
        if e.is_Symbol:
            self.symbols[self.name(e)] = e
            return dim(self.name(e))
        parts = [self.dimension(arg) for arg in e.args] if e.is_Add or e.is_Mul else []
        if not parts:
            raise BorderError(f"{e} is no dimension in the notation", "write names, whole numbers, sums and products")
        whole = parts[0]
        for part in parts[1:]:
            whole = add_dims(whole, part) if e.is_Add else mul_dims(whole, part)
        return whole


def _symbol(r: _Reader, e: Expression) -> Term:
    name = r.name(e)
    if e in r.bound:
        return symbol(name)
    natural = e.is_integer and e.is_nonnegative
    kind = "natural" if natural else "integer" if e.is_integer else "positive scalar" if e.is_positive else "scalar"
    if r.complex_numbers and not e.is_real:
        kind = "complex scalar"
    r.declare(name, kind)
    r.symbols[name] = e
    return symbol(name)


def _matrix_symbol(r: _Reader, e: Expression) -> Term:
    shape = r.shape(e)
    name = r.name(e)
    kind = describe(shape) if shape != SCALAR else "scalar"
    r.declare(name, f"complex {kind}" if r.complex_numbers else kind)
    return symbol(name, shape)


def _rational(r: _Reader, e: Expression) -> Term:
    if e.q == 1:
        return number(int(e.p))
    quotient = make("div", [number(abs(int(e.p))), number(int(e.q))])
    return make("neg", [quotient]) if e.p < 0 else quotient


def _float(r: _Reader, e: Expression) -> Term:
    return number(Fraction(str(e)))


def _sum_of(r: _Reader, e: Expression) -> Term:
    ordered = e.as_ordered_terms() if e.is_Add else e.args
    return plus(*map(r.term, ordered))


def _product(r: _Reader, e: Expression) -> Term:
    ordered = e.as_ordered_factors() if e.is_Mul else e.args
    above, below, negative = [], [], False
    for factor in ordered:
        if factor.is_Number and factor.is_negative:
            negative, factor = not negative, -factor
            if factor == 1:
                continue
        if factor.is_Rational and factor.q != 1 and len(ordered) > 1:
            above += [number(int(factor.p))] if factor.p != 1 else []
            below.append(number(int(factor.q)))
        elif factor.is_Pow and factor.exp.is_Number and factor.exp.is_negative:
            below.append(r.term(1 / factor))
        else:
            above.append(r.term(factor))
    whole = product(*above) if above else number(1)
    if below:
        whole = make("div", [whole, product(*below)])
    return make("neg", [whole]) if negative else whole


def _power(r: _Reader, e: Expression) -> Term:
    if e.exp == sympy.Rational(1, 2):
        return make("sqrt", [r.term(e.base)])
    if e.exp.is_Number and e.exp.is_negative:
        return make("div", [number(1), r.term(e.base**-e.exp)])
    return make("pow", [r.term(e.base), r.term(e.exp)])


def _matrix_power(r: _Reader, e: Expression) -> Term:
    base = r.term(e.base)
    return make("inv", [base]) if e.exp == -1 else make("pow", [base, r.term(e.exp)])


def _function(r: _Reader, e: Expression) -> Term:
    return make(_NAMES[type(e)], r.terms(e)[: len(e.args) - _further(e)])


def _further(e: Expression) -> int:
    """How many arguments a function of a scalar has behind it: Heaviside's value at 0, where ``step`` has none."""
    return int(isinstance(e, sympy.Heaviside))


def _extreme(r: _Reader, e: Expression) -> Term:
    name = "max" if isinstance(e, sympy.Max) else "min"
    whole, *rest = sorted(e.args, key=sympy.default_sort_key)
    found = r.term(whole)
    for arg in rest:
        found = make(name, [found, r.term(arg)])
    return found


def _unknown(r: _Reader, e: Expression) -> Term:
    name = str(e.func.__name__)
    arguments = r.terms(e)
    if any(arg.shape != SCALAR for arg in arguments) or not is_name(name):
        raise BorderError(f"the notation has no counterpart of {e}", "unknown functions take scalars here")
    domain = ", ".join(["scalar"] * len(arguments))
    r.declare(name, "function" if len(arguments) == 1 else f"function({domain}) -> scalar")
    return make("apply", arguments, (name, (0,) * len(arguments)), SCALAR)


def _derivative(r: _Reader, e: Expression) -> Term:
    found = r.term(e.expr)
    for variable, count in e.variable_count:
        for _ in range(int(count)):
            found = make("D", [found, r.term(variable)])
    return found


def _value_at(r: _Reader, e: Expression) -> Term:
    if len(e.variables) != 1:
        raise BorderError(f"the notation has no counterpart of {e}", "a value is taken in one name at a time")
    r.bound.append(e.variables[0])
    body = r.term(e.expr)
    r.bound.pop()
    return make("at", [body, r.term(e.point[0])], r.name(e.variables[0]))


def _over_index(r: _Reader, e: Expression) -> Term:
    name = "sum" if isinstance(e, sympy.Sum) else "prod"
    for index, _, _ in e.limits:
        r.bound.append(index)
    body = r.term(e.function)
    for index, low, high in e.limits:
        r.bound.pop()
        body = make(name, [r.term(low), r.term(high), body], r.name(index))
    return body


def _entry(r: _Reader, e: Expression) -> Term:
    base, *places = e.args
    rows, columns = (r.term(place + 1) for place in places)
    return make("index", [r.term(base), rows, columns])


def _entrywise(r: _Reader, e: Expression) -> Term:
    function, inner = e.function, e.expr
    body = function.expr if isinstance(function, sympy.Lambda) else None
    simple = body is not None and body.args[:1] == tuple(function.variables) and len(body.args) == 1 + _further(body)
    name = _NAMES.get(type(body)) if simple else None
    if name is None:
        raise BorderError(f"the notation has no counterpart of {e}", "functions entry by entry are named ones")
    return make("map", [r.term(inner)], (name, 0))


def _matrix(r: _Reader, e: Expression) -> Term:
    return make("matrix", [r.term(entry) for entry in e], e.shape)


def _blocks(r: _Reader, e: Expression) -> Term:
    return make("block", [r.term(block) for block in e.blocks], e.blockshape)


def _trace(r: _Reader, e: Expression) -> Term:
    inner = r.term(e.arg)
    return inner if inner.shape == SCALAR else make("tr", [inner])


def _polygamma(r: _Reader, e: Expression) -> Term:
    order, inner = e.args
    name = {0: "digamma", 1: "trigamma", 2: "tetragamma"}.get(int(order)) if order.is_Integer else None
    if name is None:
        raise BorderError(f"the notation has no counterpart of {e}", "it knows digamma, trigamma and tetragamma")
    return make(name, [r.term(inner)])


def _with(op: str) -> Callable[[_Reader, Expression], Term]:
    return lambda r, e: make(op, r.terms(e))


def _sized(op: str) -> Callable[[_Reader, Expression], Term]:
    return lambda r, e: make(op, (), None, r.shape(e))


_FROM_SYMPY: tuple[tuple[Any, Callable[[_Reader, Expression], Term]], ...] = (
    (sympy.Float, _float),
    (sympy.Rational, _rational),
    (sympy.Symbol, _symbol),
    (type(sympy.E), lambda r, e: make("exp", [number(1)])),
    (type(sympy.pi), lambda r, e: symbol(PI.name)),
    (sympy.MatrixSymbol, _matrix_symbol),
    (sympy.Identity, _sized("identity")),
    (sympy.ZeroMatrix, _sized("zeros")),
    (OneMatrix, _sized("ones")),
    ((sympy.MatAdd, sympy.Add), _sum_of),
    ((sympy.MatMul, sympy.Mul), _product),
    (type(sympy.I), lambda r, e: IMAGINARY),
    (sympy.Adjoint, lambda r, e: conjugate_transpose(r.term(e.arg))),
    (sympy.conjugate, _with("conj")),
    (sympy.re, _with("re")),
    (sympy.im, _with("im")),
    (sympy.Transpose, _with("transpose")),
    (sympy.Inverse, lambda r, e: make("inv", [r.term(e.arg)])),
    (sympy.MatPow, _matrix_power),
    (sympy.Pow, _power),
    (sympy.Trace, _trace),
    (sympy.Determinant, _with("det")),
    (sympy.HadamardProduct, _with("hadamard")),
    (sympy.HadamardPower, _with("hadamard_pow")),
    (sympy.KroneckerProduct, lambda r, e: _nested(r, e)),
    (sympy.DiagMatrix, _with("diag")),
    (sympy.DiagonalMatrix, _with("diag")),
    (sympy.DiagonalOf, _with("diagvec")),
    (ElementwiseApplyFunction, _entrywise),
    (MatrixElement, _entry),
    (sympy.polygamma, _polygamma),
    (sympy.BlockMatrix, _blocks),
    (sympy.MatrixBase, _matrix),
    ((sympy.Sum, sympy.Product), _over_index),
    (sympy.KroneckerDelta, lambda r, e: make("delta", r.terms(e)[:2])),
    ((sympy.Max, sympy.Min), _extreme),
    (tuple(_NAMES), _function),
    (AppliedUndef, _unknown),
    (sympy.Derivative, _derivative),
    (sympy.Subs, _value_at),
    (sympy.Eq, _with("=")),
    (sympy.Le, _with("<=")),
    (sympy.Ge, _with(">=")),
)


def _nested(r: _Reader, e: Expression) -> Term:
    first, *rest = r.terms(e)
    for factor in rest:
        first = make("kron", [first, factor])
    return first
