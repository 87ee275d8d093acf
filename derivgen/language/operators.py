"""The one table of operators: name, number of arguments, shape rule, precedence and algebraic facts.

To add an operator, add a row here, its meaning in ``check/meaning.py`` and its template in ``present/latex.py``;
nothing else in the package lists operators.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivgen.language import shape_rules as rule
from derivgen.language.shape_rules import ShapeRule

RELATION, SUM, SIGN, HADAMARD, PRODUCT, POSTFIX, ATOM = range(7)


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


def _unary(name: str) -> Operator:
    return Operator(name, (1, 1), rule.of_scalar(name), call=name, scalar_function=True)


SCALAR_FUNCTIONS = (
    "exp", "log", "sqrt", "abs", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
    "asinh", "acosh", "atanh", "sigmoid", "relu", "sign", "step",
    "erf", "gammaln", "digamma", "trigamma", "tetragamma",
)  # fmt: skip
WITH_DERIVATIVES = tuple(name for name in SCALAR_FUNCTIONS if name != "tetragamma")  # that have a name here
BRING_PI = ("erf",)  # functions whose derivatives hold pi
MATRIX_FUNCTIONS = ("expm", "logm", "sinm", "cosm", "sqrtm")
NORMS = ("norm", "norm1", "norminf", "norm2", "normmax")

_ROWS = [
    Operator("number", (0, 0), rule.scalar),
    Operator("imaginary", (0, 0), rule.scalar),
    Operator("symbol", (0, 0), rule.given),
    # data: its name, and what it stands for; of a member with its index also the letter for that
    Operator("abbreviation", (1, 2), rule.first),
    Operator("zeros", (0, 0), rule.given),
    Operator("ones", (0, 0), rule.given),
    Operator("identity", (0, 0), rule.given),
    Operator("shift", (0, 0), rule.given),  # ones right above the diagonal
    Operator("O", (1, 1), rule.given),
    Operator("plus", (2, 10**9), rule.first, SUM, commutative=True),
    Operator("neg", (1, 1), rule.first, SIGN, linear=True),
    Operator("times", (2, 10**9), rule.last, PRODUCT, commutative=True),
    Operator("dot", (2, 10**9), rule.given, PRODUCT),
    Operator("div", (2, 2), rule.quotient, PRODUCT),
    Operator("pow", (2, 2), rule.power, POSTFIX),
    Operator("transpose", (1, 1), rule.transposed, POSTFIX, linear=True),
    # H(X) is conj(X)'; of a real argument conj and re are the argument itself
    Operator("conj", (1, 1), rule.first, call="conj"),
    Operator("re", (1, 1), rule.first, call="re"),
    Operator("im", (1, 1), rule.first, call="im"),
    Operator("inv", (1, 1), rule.square("inverse", False), call="inv"),
    Operator("tr", (1, 1), rule.square("trace", True), call="tr", linear=True),
    Operator("det", (1, 1), rule.square("determinant", True), call="det"),
    *[_unary(name) for name in SCALAR_FUNCTIONS],
    # entry by entry
    Operator("hadamard", (2, 10**9), rule.alike("Hadamard product"), HADAMARD, commutative=True),
    Operator("hadamard_div", (2, 2), rule.alike("Hadamard quotient"), HADAMARD),
    Operator("hadamard_pow", (2, 2), rule.entrywise_power, POSTFIX),
    Operator("map", (1, 1), rule.first),  # data: the function's name and how often it is differentiated
    Operator("total", (1, 1), rule.scalar, linear=True),
    Operator("entries_prod", (1, 1), rule.scalar),
    # other products and arrangements
    Operator("kron", (2, 2), rule.kronecker, call="kron"),
    Operator("vec", (1, 1), rule.vectorised, call="vec", linear=True),
    Operator("diag", (1, 1), rule.diagonal, call="diag", linear=True),
    Operator("diagvec", (1, 1), rule.diagonal_vector, call="diagvec", linear=True),
    Operator("triu", (1, 1), rule.first, call="triu", linear=True),
    Operator("tril", (1, 1), rule.first, call="tril", linear=True),
    Operator("block", (1, 10**6), rule.blocks),
    # norms and functions of vectors and matrices
    *[Operator(name, (1, 1), rule.scalar, call=name) for name in NORMS],
    Operator("softmax", (1, 1), rule.of_vector("softmax"), call="softmax"),
    Operator("logsumexp", (1, 1), rule.of_vector("logsumexp", to_scalar=True), call="logsumexp"),
    Operator("max", (2, 2), rule.of_scalars("max"), call="max"),
    Operator("min", (2, 2), rule.of_scalars("min"), call="min"),
    *[Operator(name, (1, 1), rule.square(name, False), call=name) for name in MATRIX_FUNCTIONS],
    Operator("adj", (1, 1), rule.square("adjugate", False), call="adj"),
    Operator("pinv", (1, 1), rule.transposed, call="pinv"),
    Operator("eig", (1, 1), rule.eigenvalues, call="eig"),  # in ascending order
    Operator("eigvec", (2, 2), rule.eigenvalues, call="eigvec"),  # of eigenvalue i, of length 1
    Operator("E", (1, 1), rule.first, call="E", linear=True),
    Operator("Var", (1, 1), rule.covariance, call="Var"),
    Operator("Cov", (2, 2), rule.covariance, call="Cov"),
    Operator("apply", (1, 99), rule.given),
    Operator("grad", (1, 1), rule.first),
    Operator("jac", (1, 1), rule.given),
    Operator("hess", (1, 1), rule.hessian),
    Operator("index", (2, 3), rule.scalar, POSTFIX),
    Operator("member", (1, 1), rule.given, POSTFIX),  # data: the family's name
    Operator("sum", (3, 3), rule.last, call="sum", linear=True, binds=2),
    Operator("prod", (3, 3), rule.scalar, call="prod", binds=2),
    Operator("every", (3, 3), rule.last, call="every", binds=2),  # subject of a condition: it holds for every i
    Operator("lim", (2, 2), rule.last, call="lim", linear=True, binds=1),
    Operator("integral", (1, 1), rule.first, call="integral", binds=0),  # over all real numbers
    Operator("D", (2, 2), rule.derivative, call="D"),
    Operator("nabla", (2, 2), rule.derivative, call="nabla"),  # d/dre(X) + 1i*d/dim(X)
    Operator("structured", (2, 2), rule.derivative, call="structured"),  # by the free parameters of the variable
    Operator("tied", (2, 2), rule.first, call="tied"),  # tied(G, X)[i,j]: the sum of G over what moves with X[i,j]
    Operator("at", (2, 2), rule.first, call="at", binds=0),
    Operator("directional", (3, 3), rule.directional, call="directional"),
    Operator("d", (1, 1), rule.first, call="d", linear=True),
    Operator("delta", (2, 2), rule.scalar, call="delta"),
    Operator("unit", (1, 1), rule.given, call="e"),
    Operator("single", (2, 2), rule.given, call="J"),
    Operator("matrix", (1, 10**6), rule.literal),
    Operator("=", (2, 2), rule.equation, RELATION),
    Operator("<=", (2, 2), rule.equation, RELATION),
    Operator(">=", (2, 2), rule.equation, RELATION),
    # patterns of laws only
    Operator("hole", (0, 0), rule.given),
    Operator("steady", (0, 0), rule.given),  # a hole for all summands free of the perturbation
    Operator("small", (0, 0), rule.given),  # a hole for all summands of first or higher order in it
    Operator("segment", (0, 0), rule.given),
    Operator("family", (1, 9), rule.given),
]

OPERATORS: dict[str, Operator] = {row.name: row for row in _ROWS}
CALLS: dict[str, Operator] = {row.call: row for row in _ROWS if row.call}
DERIVED = ("grad", "jac", "hess")  # gradient, Jacobian and Hessian of an unknown function: grad(F)(x)
NAMING = frozenset({"apply", "map", *DERIVED})  # operators whose data name a function
EXPECTATIONS = frozenset({"E", "Var", "Cov"})  # what is not random, whatever is in it
HOLES = frozenset({"hole", "steady", "small"})
BIT: dict[str, int] = {row.name: 1 << k for k, row in enumerate(_ROWS)}


class _Links(dict[str, dict[str, int]]):
    """A bit for each pair of an operator and one directly under it, so few that sets of them are fast.

    Several pairs share a bit, so that what a set lacks is certainly not there. A chain with scalars before it is a
    product, and so counts as one.
    """

    def __missing__(self, op: str) -> dict[str, int]:
        first = 37 * BIT[op].bit_length()
        row = {name: 1 << (first + bit.bit_length()) % 251 for name, bit in BIT.items()}
        row["dot"] = row["times"]
        self[op] = row
        return row


LINKS: dict[str, dict[str, int]] = _Links()
