"""The one table of operators: name, number of arguments, shape rule, precedence and algebraic facts.

To add an operator, add a row here, its meaning in ``check/meaning.py`` and its template in ``present/latex.py``;
nothing else in the package lists operators.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from derivgen.language.shapes import ONE, PROPOSITION, SCALAR, Shape, ShapeError, describe, dim

if TYPE_CHECKING:
    from derivgen.language.terms import Term

ShapeRule: TypeAlias = "Callable[[Sequence[Term], object, Shape | None], Shape]"

RELATION, SUM, SIGN, PRODUCT, POSTFIX, ATOM = range(6)


@dataclass(frozen=True, slots=True)
class Operator:
    """One row: ``arity`` is (least, most) arguments; ``call`` is its name in call notation, if it has one."""

    name: str
    arity: tuple[int, int]
    shape: ShapeRule
    precedence: int = ATOM
    call: str | None = None
    linear: bool = False  # additive and homogeneous in its last argument
    commutative: bool = False
    binds: int | None = None  # the argument in which the name ``data`` is bound
    scalar_function: bool = False  # a function of one scalar


def _given(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    if shape is None:
        raise ShapeError("this needs a shape")
    return shape


def _scalar(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    return SCALAR


def _last(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    return args[-1].shape


def _first(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    return args[0].shape


def _of_scalar(name: str) -> ShapeRule:
    def rule(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
        if args[0].shape != SCALAR:
            raise ShapeError(
                f"{name} needs a scalar, but its argument is a {describe(args[0].shape)}",
                _FUNCTION_HINTS.get(name, ""),
            )
        return SCALAR

    return rule


_FUNCTION_HINTS = {
    "log": "for a matrix write logm(X) (matrix logarithm) or log.(X) (entry by entry)",
    "exp": "for a matrix write expm(X) (matrix exponential) or exp.(X) (entry by entry)",
    "sqrt": "for a matrix write sqrtm(X) or sqrt.(X) (entry by entry)",
}


def _square(name: str, result_scalar: bool) -> ShapeRule:
    def rule(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
        rows, cols = args[0].shape
        if rows != cols:
            hint = "for a rectangular matrix the pseudo-inverse is pinv(X)" if name == "inverse" else ""
            raise ShapeError(f"the {name} needs a square matrix, but its argument is a {describe(args[0].shape)}", hint)
        return SCALAR if result_scalar else args[0].shape

    return rule


def _transposed(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    return args[0].shape[1], args[0].shape[0]


def _quotient(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    if args[1].shape != SCALAR:
        raise ShapeError(f"division needs a scalar divisor, but it is a {describe(args[1].shape)}", "write A*inv(B)")
    return args[0].shape


def _power(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    rows, cols = args[0].shape
    if (rows, cols) != SCALAR and _fractional(args[1]):
        raise ShapeError("a matrix has whole powers only", "for a root write sqrtm(X), or X.^(1/2) entry by entry")
    if args[1].shape != SCALAR:
        raise ShapeError(f"an exponent is a scalar, but this one is a {describe(args[1].shape)}")
    if rows != cols:
        hint = (
            "write x'*x for the squared length, or x.^2 entry by entry"
            if cols == ONE
            else "only a square matrix has powers"
        )
        raise ShapeError(
            f"a power needs a scalar or a square matrix, but the base is a {describe(args[0].shape)}", hint
        )
    return args[0].shape


def _fractional(exponent: Term) -> bool:
    """Whether an exponent is a fraction in numbers, up to its sign."""
    while exponent.op == "neg":
        exponent = exponent.args[0]
    if exponent.op == "div":
        return all(arg.op in ("number", "neg") for arg in exponent.args)
    return exponent.op == "number" and not isinstance(exponent.data, int)


def _equation(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    if args[0].shape != args[1].shape:
        raise ShapeError(
            f"the two sides have different shapes: {describe(args[0].shape)} and {describe(args[1].shape)}"
        )
    return PROPOSITION


def _derivative(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    body, variable = args[0].shape, args[1].shape
    if body == SCALAR:
        return variable
    if variable == SCALAR:
        return body
    if body[1] == ONE and variable[1] == ONE:
        return body[0], variable[0]
    raise ShapeError(
        f"the derivative of a {describe(body)} by a {describe(variable)} is not a matrix",
        "ask for the differential instead",
    )


def _directional(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    if args[1].shape != args[2].shape:
        raise ShapeError(
            f"a direction has the shape of its variable: {describe(args[1].shape)}, not {describe(args[2].shape)}"
        )
    return args[0].shape


def _literal(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    if not isinstance(data, tuple) or data[0] * data[1] != len(args):
        raise ShapeError("a matrix literal needs rows of equal length")
    for entry in args:
        if entry.shape != SCALAR:
            raise ShapeError(f"an entry of a matrix literal is a scalar, not a {describe(entry.shape)}")
    return dim(data[0]), dim(data[1])


def _unary(name: str) -> Operator:
    return Operator(name, (1, 1), _of_scalar(name), call=name, scalar_function=True)


SCALAR_FUNCTIONS = (
    "exp", "log", "sqrt", "abs", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
    "asinh", "acosh", "atanh",
)  # fmt: skip

_ROWS = [
    Operator("number", (0, 0), _scalar),
    Operator("symbol", (0, 0), _given),
    Operator("zeros", (0, 0), _given),
    Operator("ones", (0, 0), _given),
    Operator("identity", (0, 0), _given),
    Operator("O", (1, 1), _given),
    Operator("plus", (2, 10**9), _first, SUM, commutative=True),
    Operator("neg", (1, 1), _first, SIGN, linear=True),
    Operator("times", (2, 10**9), _last, PRODUCT, commutative=True),
    Operator("dot", (2, 10**9), _given, PRODUCT),
    Operator("div", (2, 2), _quotient, PRODUCT),
    Operator("pow", (2, 2), _power, POSTFIX),
    Operator("transpose", (1, 1), _transposed, POSTFIX, linear=True),
    Operator("inv", (1, 1), _square("inverse", False), call="inv"),
    Operator("tr", (1, 1), _square("trace", True), call="tr", linear=True),
    Operator("det", (1, 1), _square("determinant", True), call="det"),
    *[_unary(name) for name in SCALAR_FUNCTIONS],
    Operator("apply", (1, 99), _given),
    Operator("grad", (1, 1), _first),
    Operator("index", (2, 3), _scalar, POSTFIX),
    Operator("sum", (3, 3), _last, call="sum", linear=True, binds=2),
    Operator("prod", (3, 3), _scalar, call="prod", binds=2),
    Operator("lim", (2, 2), _last, call="lim", linear=True, binds=1),
    Operator("D", (2, 2), _derivative, call="D"),
    Operator("at", (2, 2), _first, call="at", binds=0),
    Operator("directional", (3, 3), _directional, call="directional"),
    Operator("d", (1, 1), _first, call="d", linear=True),
    Operator("delta", (2, 2), _scalar, call="delta"),
    Operator("unit", (1, 1), _given, call="e"),
    Operator("single", (2, 2), _given, call="J"),
    Operator("matrix", (1, 10**6), _literal),
    Operator("=", (2, 2), _equation, RELATION),
    Operator("<=", (2, 2), _equation, RELATION),
    Operator(">=", (2, 2), _equation, RELATION),
    # patterns of laws only
    Operator("hole", (0, 0), _given),
    Operator("steady", (0, 0), _given),  # a hole for all summands free of the perturbation
    Operator("small", (0, 0), _given),  # a hole for all summands of first or higher order in it
    Operator("segment", (0, 0), _given),
    Operator("family", (1, 9), _given),
]

OPERATORS: dict[str, Operator] = {row.name: row for row in _ROWS}
CALLS: dict[str, Operator] = {row.call: row for row in _ROWS if row.call}
HOLES = frozenset({"hole", "steady", "small"})
BIT: dict[str, int] = {row.name: 1 << k for k, row in enumerate(_ROWS)}
