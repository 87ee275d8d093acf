"""Terms to SymPy expressions and back. SymPy is loaded here, and only when this module is.

A vector is a MatrixSymbol with one column. SymPy has no scalar made of matrices, such as x'*A*x, except entries and
traces; it becomes the trace of the 1x1 product, and such a trace is read as the scalar.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, cast

import sympy
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.special import OneMatrix

from derivgen.interop.errors import BorderError
from derivgen.language.declarations import Declaration
from derivgen.language.names import PI
from derivgen.language.plain import plain
from derivgen.language.shapes import ONE, SCALAR, Dim, Shape
from derivgen.language.terms import Term

Expression = Any
"""A SymPy expression; SymPy's classes are not typed."""

FUNCTIONS: dict[str, Callable[..., Expression]] = {
    "exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "abs": sympy.Abs, "sign": sympy.sign, "sin": sympy.sin,
    "cos": sympy.cos, "tan": sympy.tan, "asin": sympy.asin, "acos": sympy.acos, "atan": sympy.atan,
    "sinh": sympy.sinh, "cosh": sympy.cosh, "tanh": sympy.tanh, "asinh": sympy.asinh, "acosh": sympy.acosh,
    "atanh": sympy.atanh, "max": sympy.Max, "min": sympy.Min, "relu": lambda x: sympy.Max(x, 0),
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)), "step": sympy.Heaviside,
    "erf": sympy.erf, "gammaln": sympy.loggamma, "digamma": lambda x: sympy.polygamma(0, x),
    "trigamma": lambda x: sympy.polygamma(1, x), "tetragamma": lambda x: sympy.polygamma(2, x),
}  # fmt: skip
"""Functions of scalars."""


def to_sympy(
    term: Term, declarations: Mapping[str, Declaration], symbols: Mapping[str, Expression] | None = None
) -> Expression:
    """A term as a SymPy expression. Raises BorderError that names what SymPy cannot say.

    ``symbols`` are the symbols to use for some names, as SymPy's differ by their assumptions; other names become plain
    symbols, positive or integer where they are declared so.
    """
    return _Writer(declarations, symbols or {}).expression(term)


class _Writer:
    def __init__(self, declarations: Mapping[str, Declaration], symbols: Mapping[str, Expression]) -> None:
        self.declarations, self.symbols = declarations, symbols
        self.sizes = {n for d in declarations.values() for side in d.shape for n in side.names}

    def expression(self, t: Term) -> Expression:
        rule = _TO_SYMPY.get(t.op)
        if rule is None:
            raise BorderError(f"SymPy has no counterpart of {plain(t)}")
        return rule(self, t)

    def arguments(self, t: Term) -> list[Expression]:
        return [self.expression(arg) for arg in t.args]

    def dimension(self, d: Dim) -> Expression:
        return sympy.Add(*[c * sympy.Mul(*map(self.size, names)) for names, c in d.monomials])

    def size(self, name: str) -> Expression:
        return self.symbols.get(name) or sympy.Symbol(name, integer=True, positive=True)

    def shape(self, shape: Shape) -> tuple[Expression, Expression]:
        return self.dimension(shape[0]), self.dimension(shape[1])

    def symbol(self, t: Term) -> Expression:
        name = str(t.data)
        if t.shape != SCALAR:
            return sympy.MatrixSymbol(name, *self.shape(t.shape))
        if name in self.symbols:
            return self.symbols[name]
        declared = self.declarations.get(name)
        if declared == PI:
            return sympy.pi
        if declared is None and name in self.sizes:
            return self.size(name)
        properties = declared.properties if declared else frozenset()
        if declared is not None and (declared.sort == "index" or properties & {"natural", "integer"}):
            return sympy.Symbol(name, integer=True, **({"nonnegative": True} if "natural" in properties else {}))
        return sympy.Symbol(name, **({"positive": True} if "positive" in properties else {}))

    def inside(self, t: Term) -> _Writer:
        """The writer in the scope of a bound name."""
        declarations = {name: d for name, d in self.declarations.items() if name != t.data}
        return _Writer(declarations, {name: s for name, s in self.symbols.items() if name != t.data})


def _product(w: _Writer, t: Term) -> Expression:
    factors = w.arguments(t)
    if t.op == "times":
        matrices = t.args[-1].shape != SCALAR
        scale = sympy.Mul(*(factors[:-1] if matrices else factors))
        return scale * factors[-1] if matrices else scale
    chain = reduce(operator.mul, factors)
    return sympy.Trace(chain) if t.shape == SCALAR else chain


def _sum_of(w: _Writer, t: Term) -> Expression:
    # by its own signs SymPy brings a sum or product of matrices to the form that it compares
    return reduce(operator.add, w.arguments(t))


def _power(w: _Writer, t: Term) -> Expression:
    base, exponent = w.arguments(t)
    return base**exponent if t.shape == SCALAR else sympy.MatPow(base, exponent)


def _over_index(w: _Writer, t: Term) -> Expression:
    if t.shape != SCALAR:
        raise BorderError(f"SymPy has no sum of matrices over an index: {plain(t)}")
    name = str(t.data)
    index = sympy.Symbol(name, integer=True)
    body = w.inside(t).expression(t.args[2]).xreplace({sympy.Symbol(name): index})
    return (sympy.Sum if t.op == "sum" else sympy.Product)(body, (index, *map(w.expression, t.args[:2])))


def _entry(w: _Writer, t: Term) -> Expression:
    base, *indices = w.arguments(t)
    if len(indices) == 1:
        indices = [1, *indices] if t.args[0].shape[0] == ONE else [*indices, 1]
    return base[indices[0] - 1, indices[1] - 1]


def _apply(w: _Writer, t: Term) -> Expression:
    name, orders = cast("tuple[str, tuple[int, ...]]", t.data)
    if t.shape != SCALAR:
        raise BorderError(f"SymPy has no unknown functions with values in matrices: {plain(t)}")
    arguments = w.arguments(t)
    if not any(orders):
        return sympy.Function(name)(*arguments)
    places = [sympy.Dummy(f"x_{k}") for k in range(len(arguments))]
    inner = sympy.Function(name)(*places)
    slope = sympy.Derivative(inner, *[(place, n) for place, n in zip(places, orders, strict=True) if n])
    simple = all(argument.is_Symbol for argument in arguments) and len(set(arguments)) == len(arguments)
    pairs = list(zip(places, arguments, strict=True))
    return slope.xreplace(dict(pairs)) if simple else sympy.Subs(slope, *map(tuple, zip(*pairs, strict=True)))


def _map(w: _Writer, t: Term) -> Expression:
    name, order = cast("tuple[str, int]", t.data)
    u = sympy.Dummy("u")
    value = FUNCTIONS[name](u) if name in FUNCTIONS else sympy.Function(name)(u)
    return ElementwiseApplyFunction(sympy.Lambda(u, sympy.diff(value, u, order)), w.expression(t.args[0]))


def _derivative(w: _Writer, t: Term) -> Expression:
    body, variable = w.arguments(t)
    if t.args[1].op != "symbol" or t.args[1].shape != SCALAR or t.shape != SCALAR:
        raise BorderError(f"SymPy keeps no such derivative: {plain(t)}")
    return sympy.Derivative(body, variable)


def _at(w: _Writer, t: Term) -> Expression:
    if t.args[1].shape != SCALAR:
        raise BorderError(f"SymPy has no value at a matrix: {plain(t)}")
    body, value = w.inside(t).expression(t.args[0]), w.expression(t.args[1])
    return sympy.Subs(body, sympy.Symbol(str(t.data)), value)


def _limit(w: _Writer, t: Term) -> Expression:
    value, body = w.expression(t.args[0]), w.inside(t).expression(t.args[1])
    return sympy.Limit(body, sympy.Symbol(str(t.data)), value, "+-")


def _norm(w: _Writer, t: Term) -> Expression:
    inner = w.expression(t.args[0])
    complex_names = {name for name, d in w.declarations.items() if d.is_complex}
    flipped = inner.T if t.free.isdisjoint(complex_names) else sympy.Adjoint(inner)
    return sympy.sqrt(sympy.Trace(sympy.MatMul(flipped, inner)))


def _diag(w: _Writer, t: Term) -> Expression:
    inner = w.expression(t.args[0])
    return (sympy.DiagMatrix if t.args[0].shape[1] == ONE else sympy.DiagonalMatrix)(inner)


def _transpose(w: _Writer, t: Term) -> Expression:
    inner = t.args[0]
    return sympy.Adjoint(w.expression(inner.args[0])) if inner.op == "conj" else sympy.Transpose(w.expression(inner))


def _conjugate(w: _Writer, t: Term) -> Expression:
    inner = w.expression(t.args[0])
    return sympy.conjugate(inner) if t.shape == SCALAR else sympy.Transpose(sympy.Adjoint(inner))


def _part(function: Callable[..., Expression]) -> Callable[[_Writer, Term], Expression]:
    def part(w: _Writer, t: Term) -> Expression:
        if t.shape != SCALAR:
            raise BorderError(f"SymPy has no real and imaginary parts of matrices: {plain(t)}")
        return function(w.expression(t.args[0]))

    return part


def _rows(w: _Writer, t: Term) -> list[list[Expression]]:
    rows, cols = cast("tuple[int, int]", t.data)
    entries = w.arguments(t)
    return [entries[r * cols : (r + 1) * cols] for r in range(rows)]


def _of_size(make: Callable[..., Expression]) -> Callable[[_Writer, Term], Expression]:
    return lambda w, t: make(*w.shape(t.shape))


def _of_arguments(make: Callable[..., Expression]) -> Callable[[_Writer, Term], Expression]:
    return lambda w, t: make(*w.arguments(t))


_TO_SYMPY: dict[str, Callable[[_Writer, Term], Expression]] = {
    "number": lambda w, t: sympy.Rational(str(t.data)),
    "symbol": _Writer.symbol,
    "abbreviation": lambda w, t: w.expression(t.args[0]),
    "zeros": _of_size(sympy.ZeroMatrix),
    "ones": _of_size(OneMatrix),
    "identity": lambda w, t: sympy.Identity(w.dimension(t.shape[0])),
    "plus": _sum_of,
    "neg": lambda w, t: -w.expression(t.args[0]),
    "times": _product,
    "dot": _product,
    "div": lambda w, t: w.expression(t.args[0]) * (1 / w.expression(t.args[1])),
    "pow": _power,
    "imaginary": lambda w, t: sympy.I,
    "transpose": _transpose,
    "conj": _conjugate,
    "re": _part(sympy.re),
    "im": _part(sympy.im),
    "inv": _of_arguments(sympy.Inverse),
    "tr": _of_arguments(sympy.Trace),
    "det": _of_arguments(sympy.Determinant),
    **{name: _of_arguments(function) for name, function in FUNCTIONS.items()},
    "hadamard": _of_arguments(sympy.HadamardProduct),
    "hadamard_pow": _of_arguments(sympy.HadamardPower),
    "map": _map,
    "kron": _of_arguments(sympy.KroneckerProduct),
    "diag": _diag,
    "diagvec": _of_arguments(sympy.DiagonalOf),
    "norm": _norm,
    "matrix": lambda w, t: sympy.ImmutableMatrix(_rows(w, t)),
    "block": lambda w, t: sympy.BlockMatrix(_rows(w, t)),
    "apply": _apply,
    "index": _entry,
    "sum": _over_index,
    "prod": _over_index,
    "lim": _limit,
    "D": _derivative,
    "at": _at,
    "delta": _of_arguments(sympy.KroneckerDelta),
    "=": _of_arguments(sympy.Eq),
    "<=": _of_arguments(sympy.Le),
    ">=": _of_arguments(sympy.Ge),
}
