"""What the operators on entries mean, and those that arrange, collect or compare entries."""

from __future__ import annotations

from collections.abc import Callable
from operator import ge, le

from derivgen.check.algebra import Algebra
from derivgen.check.eigenvalues import eigenvalues
from derivgen.check.functions import TAYLOR
from derivgen.check.matrix_functions import cosine, exponential, logarithm, sine, spectral_norm, square_root
from derivgen.check.pseudo_inverse import exact_pseudo_inverse, pseudo_inverse
from derivgen.check.series import Matrix, Series, UndefinedError, filled

Change = Callable[[Algebra, Series], Series]


class NeedsRealsError(Exception):
    """The value exists for real numbers only: the other kinds of numbers cannot tell."""


def of_entries(a: Algebra, s: Series, function: Change) -> Series:
    """A function of a scalar at every entry."""
    if s.rows == s.cols == 1:
        return function(a, s)
    places = [(i, j) for i in range(s.rows) for j in range(s.cols)]
    return a.placed([(i, j, function(a, a.entry(s, i, j))) for i, j in places], s.rows, s.cols)


# -- scalar functions ----------------------------------------------------------------------------------------------
def _taylor(name: str) -> Change:
    return lambda a, s: a.compose(s, TAYLOR[name](a.at_zero(s)))


def _modulus(a: Algebra, s: Series) -> Series:
    """Of a complex number the root of s*conj(s)."""
    if not any(isinstance(m[0][0], complex) for m in s.parts.values()):
        return _taylor("abs")(a, s)
    return _taylor("sqrt")(a, a.part(a.product(s, a.conjugate(s)), "re"))


def _ratio(upper: str, lower: str) -> Change:
    return lambda a, s: a.quotient(_taylor(upper)(a, s), _taylor(lower)(a, s))


def _sigmoid(a: Algebra, s: Series) -> Series:
    """1/(1 + exp(-s))."""
    return a.quotient(a.scalar(1), a.add(a.scalar(1), _taylor("exp")(a, a.negative(s))))


def sign(a: Algebra, s: Series) -> int:
    """1 or -1. Raises UndefinedError where a scalar is too near to 0 to tell."""
    x = a.at_zero(s)
    if isinstance(x, complex) or abs(x) < 1e-9:
        raise UndefinedError("the sign changes here")
    return 1 if x > 0 else -1


def larger(a: Algebra, s: Series, t: Series) -> Series:
    """The larger of two scalars. Raises UndefinedError where they are too near to tell."""
    return s if sign(a, a.add(s, a.negative(t))) > 0 else t


def smaller(a: Algebra, s: Series, t: Series) -> Series:
    """The smaller of two scalars. Raises UndefinedError where they are too near to tell."""
    return t if larger(a, s, t) is s else s


_FUNCTIONS: dict[str, Change] = {
    **{name: _taylor(name) for name in TAYLOR},
    "abs": _modulus,
    "tan": _ratio("sin", "cos"),
    "tanh": _ratio("sinh", "cosh"),
    "sigmoid": _sigmoid,
    "relu": lambda a, s: s if sign(a, s) > 0 else Series(1, 1, {}),
    "sign": lambda a, s: a.scalar(sign(a, s)),
    "step": lambda a, s: a.scalar(int(sign(a, s) > 0)),
}


def scalar_function(name: str) -> Change:
    """An elementary function of a scalar. Raises NeedsRealsError at other numbers."""
    return _of_reals(_FUNCTIONS[name], name)


def _of_reals(change: Change, name: str) -> Change:
    def checked(a: Algebra, s: Series) -> Series:
        if a.kind != "float":
            raise NeedsRealsError(name)
        return change(a, s)

    return checked


SCALARS = {name: scalar_function(name) for name in _FUNCTIONS}


# -- arrangements --------------------------------------------------------------------------------------------------
def total(a: Algebra, s: Series) -> Series:
    """The sum of all entries."""
    return a.map(s, lambda m: [[sum(map(sum, m))]], 1, 1, lambda o: [[min(map(min, o))]])


def entries_product(a: Algebra, s: Series) -> Series:
    """The product of all entries."""
    product = a.scalar(1)
    for i in range(s.rows):
        for j in range(s.cols):
            product = a.product(product, a.entry(s, i, j))
    return product


def vectorised(a: Algebra, s: Series) -> Series:
    """The columns, one below the other."""

    def stacked(m: Matrix) -> Matrix:
        return [[m[i][j]] for j in range(s.cols) for i in range(s.rows)]

    return a.map(s, stacked, s.rows * s.cols, 1)


def diagonal(a: Algebra, s: Series) -> Series:
    """The diagonal matrix of a column, or of a square matrix's diagonal."""
    n, vector = s.rows, s.cols == 1

    def put(m: Matrix, blank: int) -> Matrix:
        return [[(m[i][0] if vector else m[i][i]) if i == j else blank for j in range(n)] for i in range(n)]

    return a.map(s, lambda m: put(m, 0), n, n, lambda o: put(o, 10**9))


def diagonal_vector(a: Algebra, s: Series) -> Series:
    """The diagonal as a column."""
    return a.map(s, lambda m: [[m[i][i]] for i in range(s.rows)], s.rows, 1)


def triangle(upper: bool) -> Change:
    """The entries on one side of the diagonal and on it; zeros elsewhere."""

    def change(a: Algebra, s: Series) -> Series:
        def kept(m: Matrix, blank: int) -> Matrix:
            inside = le if upper else ge
            return [[x if inside(i, j) else blank for j, x in enumerate(row)] for i, row in enumerate(m)]

        return a.map(s, lambda m: kept(m, 0), s.rows, s.cols, lambda o: kept(o, 10**9))

    return change


def blocks(a: Algebra, parts: list[Series], columns: int) -> Series:
    """A matrix from blocks, given row by row."""
    entries = []
    top = 0
    for start in range(0, len(parts), columns):
        left = 0
        for s in parts[start : start + columns]:
            entries += [(top + i, left + j, a.entry(s, i, j)) for i in range(s.rows) for j in range(s.cols)]
            left += s.cols
        top += parts[start].rows
    return a.placed(entries, top, sum(s.cols for s in parts[:columns]))


# -- vectors and matrices ------------------------------------------------------------------------------------------
def _exponentials(a: Algebra, s: Series) -> tuple[Series, Series]:
    """exp(x - m) of every entry, and m, the largest real part: no number overflows, none divides by a huge one."""
    largest = max(a.at_zero(a.entry(s, i, 0)).real for i in range(s.rows))
    return of_entries(a, a.add(s, a.constant(filled(s.rows, 1, -largest))), _taylor("exp")), a.scalar(largest)


def _softmax(a: Algebra, s: Series) -> Series:
    exponentials, _ = _exponentials(a, s)
    return a.product(a.quotient(a.scalar(1), total(a, exponentials)), exponentials)


def _logsumexp(a: Algebra, s: Series) -> Series:
    exponentials, largest = _exponentials(a, s)
    return a.add(largest, _taylor("log")(a, total(a, exponentials)))


def _norm(a: Algebra, s: Series) -> Series:
    return _taylor("sqrt")(a, a.part(a.trace(a.product(a.transposed(a.conjugate(s)), s)), "re"))


def _largest(a: Algebra, parts: list[Series]) -> Series:
    best = parts[0]
    for s in parts[1:]:
        best = larger(a, best, s)
    return best


def _columns(a: Algebra, s: Series) -> list[Series]:
    """For each column the sum of absolute values."""
    sizes = of_entries(a, s, _modulus)
    ones = a.constant(filled(1, s.rows, 1))
    sums = a.product(ones, sizes)
    return [a.entry(sums, 0, j) for j in range(s.cols)]


def _greatest_entry(a: Algebra, s: Series) -> Series:
    sizes = of_entries(a, s, _modulus)
    return _largest(a, [a.entry(sizes, i, j) for i in range(s.rows) for j in range(s.cols)])


def _pseudo_inverse(a: Algebra, s: Series) -> Series:
    """Of a matrix of numbers of any rank, and of one of full rank that depends on a small variable."""
    if not (s.ends or s.precisions or s.parts.keys() - {0}):
        return pseudo_inverse(a, s) if a.kind == "float" else exact_pseudo_inverse(a, s)
    flipped = a.transposed(a.conjugate(s))
    if s.rows >= s.cols:
        return a.product(a.inverse(a.product(flipped, s)), flipped)
    return a.product(flipped, a.inverse(a.product(s, flipped)))


CHANGES: dict[str, Change] = {
    "total": total,
    "entries_prod": entries_product,
    "vec": vectorised,
    "diag": diagonal,
    "diagvec": diagonal_vector,
    "triu": triangle(upper=True),
    "tril": triangle(upper=False),
    "adj": lambda a, s: a.adjugate(s)[0],
    "pinv": _pseudo_inverse,
    **{
        name: _of_reals(change, name)
        for name, change in {
            "norm": _norm,
            "norm1": lambda a, s: _largest(a, _columns(a, s)),
            "norminf": lambda a, s: _largest(a, _columns(a, a.transposed(s))),
            "norm2": spectral_norm,
            "normmax": _greatest_entry,
            "softmax": _softmax,
            "logsumexp": _logsumexp,
            "expm": exponential,
            "logm": logarithm,
            "eig": eigenvalues,
            "sinm": sine,
            "cosm": cosine,
            "sqrtm": square_root,
        }.items()
    },
}
