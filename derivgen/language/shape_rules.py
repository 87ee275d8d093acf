"""The shapes of operators: from a node's arguments and data to its shape, or a ShapeError that says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from derivgen.language.shapes import ONE, PROPOSITION, SCALAR, Dim, Shape, ShapeError, add_dims, describe, dim, mul_dims

if TYPE_CHECKING:
    from derivgen.language.terms import Term

ShapeRule: TypeAlias = "Callable[[Sequence[Term], object, Shape | None], Shape]"


def given(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """The shape that is given beside the arguments."""
    if shape is None:
        raise ShapeError("this needs a shape")
    return shape


def scalar(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """A scalar, whatever the arguments are."""
    return SCALAR


def last(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """The shape of the last argument."""
    return args[-1].shape


def first(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """The shape of the first argument."""
    return args[0].shape


def of_scalar(name: str) -> ShapeRule:
    """A function from scalars to scalars."""

    def rule(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
        if args[0].shape != SCALAR:
            raise ShapeError(
                f"{name} needs a scalar, but its argument is a {describe(args[0].shape)}",
                _FUNCTION_HINTS.get(name, f"entry by entry write {name}.(..)"),
            )
        return SCALAR

    return rule


_FUNCTION_HINTS = {
    "log": "for a matrix write logm(X) (matrix logarithm) or log.(X) (entry by entry)",
    "exp": "for a matrix write expm(X) (matrix exponential) or exp.(X) (entry by entry)",
    "sqrt": "for a matrix write sqrtm(X) or sqrt.(X) (entry by entry)",
}


def square(name: str, result_scalar: bool) -> ShapeRule:
    """A function of a square matrix."""

    def rule(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
        rows, cols = args[0].shape
        if rows != cols:
            hint = "for a rectangular matrix the pseudo-inverse is pinv(X)" if name == "inverse" else ""
            raise ShapeError(f"the {name} needs a square matrix, but its argument is a {describe(args[0].shape)}", hint)
        return SCALAR if result_scalar else args[0].shape

    return rule


def transposed(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """The shape of the transpose."""
    return args[0].shape[1], args[0].shape[0]


def quotient(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """A quotient: its divisor is a scalar."""
    if args[1].shape != SCALAR:
        raise ShapeError(f"division needs a scalar divisor, but it is a {describe(args[1].shape)}", "write A*inv(B)")
    return args[0].shape


def power(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """A power of a scalar, or a whole power of a square matrix."""
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


def equation(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """An equation or inequality between two of one shape."""
    if args[0].shape != args[1].shape:
        raise ShapeError(
            f"the two sides have different shapes: {describe(args[0].shape)} and {describe(args[1].shape)}"
        )
    return PROPOSITION


def derivative(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """The derivative of one shape by another; of a vector by a vector the Jacobian, [i,j] = d f_i / d x_j."""
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


def directional(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """The derivative along a direction, which has the shape of the variable."""
    if args[1].shape != args[2].shape:
        raise ShapeError(
            f"a direction has the shape of its variable: {describe(args[1].shape)}, not {describe(args[2].shape)}"
        )
    return args[0].shape


def hessian(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """The Hessian of a function of a vector: n x n."""
    rows, cols = args[0].shape
    if cols != ONE:
        raise ShapeError(f"a Hessian is that of a function of a vector, not of a {describe(args[0].shape)}")
    return rows, rows


def literal(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """A matrix of scalars, its rows and columns in ``data``."""
    if not isinstance(data, tuple) or data[0] * data[1] != len(args):
        raise ShapeError("a matrix literal needs rows of equal length")
    for entry in args:
        if entry.shape != SCALAR:
            raise ShapeError(f"an entry of a matrix literal is a scalar, not a {describe(entry.shape)}")
    return dim(data[0]), dim(data[1])


def alike(name: str) -> ShapeRule:
    """Arguments of one shape, which is that of the result."""

    def rule(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
        for arg in args[1:]:
            if arg.shape != args[0].shape:
                raise ShapeError(
                    f"a {name} needs two of one shape, not a {describe(args[0].shape)} and a {describe(arg.shape)}"
                )
        return args[0].shape

    return rule


def entrywise_power(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """A power entry by entry, with one scalar exponent."""
    if args[1].shape != SCALAR:
        raise ShapeError(f"an exponent is a scalar, but this one is a {describe(args[1].shape)}")
    return args[0].shape


def kronecker(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """Kronecker product: m x n by p x q is mp x nq."""
    (m, n), (p, q) = args[0].shape, args[1].shape
    return mul_dims(m, p), mul_dims(n, q)


def vectorised(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """The columns of a matrix below each other."""
    return mul_dims(*args[0].shape), ONE


def diagonal(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """The diagonal matrix of a vector, or of the diagonal of a square matrix."""
    rows, cols = args[0].shape
    if cols not in (ONE, rows):
        raise ShapeError(
            f"diag needs a vector or a square matrix, but its argument is a {describe(args[0].shape)}",
            "diag(x) is the diagonal matrix of a vector, diag(X) that of a matrix's diagonal",
        )
    return rows, rows


def diagonal_vector(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """The diagonal of a square matrix as a column."""
    rows, cols = args[0].shape
    if rows != cols:
        raise ShapeError(f"diagvec needs a square matrix, but its argument is a {describe(args[0].shape)}")
    return rows, ONE


def eigenvalues(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """A column with as many entries as a square matrix has rows."""
    rows, cols = args[0].shape
    if rows != cols:
        raise ShapeError(f"only a square matrix has eigenvalues, but the argument is a {describe(args[0].shape)}")
    return rows, ONE


def covariance(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """Of two vectors the matrix with the covariances of their entries, of two scalars a scalar."""
    for arg in args:
        if arg.shape[1] != ONE:
            hint = "write vec(X) for the covariance of the entries of a matrix"
            raise ShapeError(f"a covariance is that of scalars or vectors, not of a {describe(arg.shape)}", hint)
    return args[0].shape[0], args[-1].shape[0]


def of_vector(name: str, to_scalar: bool = False) -> ShapeRule:
    """A function of a column."""

    def rule(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
        if args[0].shape[1] != ONE or args[0].shape == SCALAR:
            hint = "declare it, such as x: vector(n)" if args[0].shape == SCALAR else ""
            raise ShapeError(f"{name} needs a vector, but its argument is a {describe(args[0].shape)}", hint)
        return SCALAR if to_scalar else args[0].shape

    return rule


def of_scalars(name: str) -> ShapeRule:
    """A function of several scalars."""

    def rule(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
        for arg in args:
            if arg.shape != SCALAR:
                raise ShapeError(f"{name} needs scalars, but an argument is a {describe(arg.shape)}")
        return SCALAR

    return rule


def blocks(args: Sequence[Term], data: object, shape: Shape | None) -> Shape:
    """The shape of [A, B; C, D]: blocks of one row have one height, blocks of one column one width."""
    if not isinstance(data, tuple) or data[0] * data[1] != len(args):
        raise ShapeError("a block matrix needs rows of equal length")
    rows, cols = data
    for k, arg in enumerate(args):
        above, left = args[k % cols], args[k - k % cols]
        if arg.shape[1] != above.shape[1] or arg.shape[0] != left.shape[0]:
            raise ShapeError(f"a {describe(arg.shape)} does not fit beside the other blocks")
    return _total(args[r * cols].shape[0] for r in range(rows)), _total(a.shape[1] for a in args[:cols])


def _total(sides: Iterable[Dim]) -> Dim:
    first, *rest = sides
    for side in rest:
        first = add_dims(first, side)
    return first
