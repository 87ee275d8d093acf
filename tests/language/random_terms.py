"""Random well-shaped terms over fixed declarations, for tests of reading and printing."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from derivgen.language.declarations import parse_declarations
from derivgen.language.operators import SCALAR_FUNCTIONS
from derivgen.language.shapes import ONE, SCALAR, Shape, dim
from derivgen.language.terms import Term, make, number, plus, product, symbol

N, M = dim("n"), dim("m")
VECTOR, MATRIX, SQUARE = (N, ONE), (M, N), (N, N)
DECLARATIONS = parse_declarations(
    "a, b, x_1, mu: vector(n); A, W2: matrix(m,n); X, Sigma: matrix(n); s, t, rate, alpha: scalar;"
    "f: function; g: function(scalar, scalar) -> scalar; F: function(vector(n)) -> scalar;"
    "Y: function(scalar) -> matrix(n,n); i, j: natural"
)
NAMES = {
    SCALAR: ("s", "t", "rate", "alpha", "eps"),
    VECTOR: ("a", "b", "x_1", "mu"),
    MATRIX: ("A", "W2"),
    SQUARE: ("X", "Sigma"),
}
ANYWHERE = ("plus", "plus", "neg", "times", "times", "div", "sum", "lim", "d", "at", "directional", "D", "")
SCALARS = ("function", "pow", "apply", "tr", "det", "inner", "index", "delta", "grad", "prod", "O", "times")
# what acts entry by entry, collects or arranges entries, or is a function of a matrix
ALIKE = ("hadamard", "hadamard_div", "hadamard_pow", "map", "unknown map", "conj", "re")
OF_ENTRIES = {
    SCALAR: ("total", "entries_prod", "norm", "norm1", "norminf", "logsumexp", "max", "min", "kron", "vec", "block"),
    VECTOR: ("softmax", "diagvec", "pinv"),
    SQUARE: ("diag", "diag of a matrix", "adj", "expm", "logm", "sqrtm", "sinm", "cosm", "triu", "tril"),
}
NUMBERS = (None, None, 0, 1, 2, 12, Fraction(1, 2), Fraction(1, 8), Fraction(7, 20))


@st.composite
def terms(draw: Callable[..., Any], shape: Shape | None = None, depth: int = 4, entrywise: bool = False) -> Term:
    """A term of the shape (by default of any), at most about ``depth`` operators deep.

    With ``entrywise`` what acts entry by entry, norms, arrangements and functions of a matrix occur in it.
    """
    wanted = shape or draw(st.sampled_from([SCALAR, SCALAR, VECTOR, MATRIX, SQUARE]))
    return _Grower(draw, entrywise).term(wanted, depth)


class _Grower:
    def __init__(self, draw: Callable[..., Any], entrywise: bool = False) -> None:
        self.draw, self.entrywise = draw, entrywise

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def term(self, shape: Shape, depth: int) -> Term:
        if depth <= 0 or self.draw(st.integers(0, 5)) == 0:
            return self.leaf(shape)
        if self.entrywise and self.draw(st.integers(0, 2)) == 0:
            return self.of_entries(shape, depth - 1)
        if shape == SCALAR:
            return self.scalar(depth - 1)
        return self.nonscalar(shape, depth - 1)

    def of_entries(self, shape: Shape, depth: int) -> Term:
        """What acts on entries, collects them or arranges them."""
        alike = ALIKE if shape != SCALAR else ("conj", "re", "im")
        kind = self.pick([*alike, *OF_ENTRIES.get(shape, ()), *OF_ENTRIES.get(shape, ())])
        if kind in ("hadamard", "hadamard_div"):
            return make(kind, [self.term(shape, depth), self.term(shape, depth)])
        if kind == "hadamard_pow":
            return make(kind, [self.term(shape, depth), self.term(SCALAR, depth)])
        if kind in ("map", "unknown map"):
            named = (self.pick(SCALAR_FUNCTIONS), 0) if kind == "map" else ("f", self.draw(st.integers(0, 2)))
            return make("map", [self.term(shape, depth)], named)
        if kind in ("max", "min"):
            return make(kind, [self.term(SCALAR, depth), self.term(SCALAR, depth)])
        if kind in ("kron", "vec", "block"):
            return self.arranged(kind, depth)
        if kind == "pinv":
            return product(make("pinv", [self.term(MATRIX, depth)]), self.term((M, ONE), depth))
        inner = {"logsumexp": VECTOR, "softmax": VECTOR, "diag": VECTOR, "diagvec": SQUARE}
        pool = [VECTOR, MATRIX] if shape == SCALAR and kind not in ("conj", "re", "im") else [shape]
        return make(kind.partition(" ")[0], [self.term(inner.get(kind) or self.pick(pool), depth)])

    def arranged(self, kind: str, depth: int) -> Term:
        """A number made of an arrangement."""
        a, b = self.term(SQUARE, depth), self.term(MATRIX, depth)
        if kind == "kron":
            return make("tr", [make("kron", [a, self.term(SQUARE, depth)])])
        if kind == "vec":
            return make("total", [make("vec", [b])])
        return make("total", [make("block", [b, b, a, a], (2, 2))])

    def leaf(self, shape: Shape) -> Term:
        if shape == SCALAR:
            value = self.pick(NUMBERS)
            if value is not None:
                return number(value)
        known = NAMES.get(shape)
        if known is None or self.draw(st.integers(0, 7)) == 0:
            kind = "identity" if shape[0] == shape[1] and shape != SCALAR else "zeros"
            return make(self.pick([kind, "ones"]), (), None, shape)
        return symbol(self.pick(known), shape)

    def any_shape(self, shape: Shape, depth: int) -> Term | None:
        """Operators that work at every shape."""
        kind = self.pick(ANYWHERE)
        if kind == "plus":
            return plus(*[self.term(shape, depth) for _ in range(self.draw(st.integers(2, 3)))])
        if kind in ("neg", "d"):
            return make(kind, [self.term(shape, depth)])
        if kind == "times":
            return product(self.term(SCALAR, depth), self.term(shape, depth))
        if kind == "div":
            return make("div", [self.term(shape, depth), self.term(SCALAR, depth)])
        if kind == "sum":
            return make("sum", [number(1), symbol("n"), self.term(shape, depth)], "k")
        if kind == "lim":
            return make("lim", [number(0), self.term(shape, depth)], "eps")
        if kind == "at":
            return make("at", [self.term(shape, depth), self.term(SCALAR, depth)], "t")
        if kind == "directional":
            return make("directional", [self.term(shape, depth), symbol("X", SQUARE), self.term(SQUARE, 0)])
        if kind == "D":
            return make("D", [self.term(shape, depth), symbol("t")])
        return None

    def scalar(self, depth: int) -> Term:
        common = self.any_shape(SCALAR, depth)
        if common is not None and self.draw(st.booleans()):
            return common
        kind = self.pick(SCALARS)

        def s() -> Term:
            return self.term(SCALAR, depth)

        if kind == "function":
            return make(self.pick(SCALAR_FUNCTIONS), [s()])
        if kind == "pow":
            return make("pow", [s(), s()])
        if kind == "apply":
            return self.application(depth)
        if kind in ("tr", "det"):
            return make(kind, [self.term(SQUARE, depth)])
        if kind == "inner":
            row = make("transpose", [self.term(VECTOR, depth)])
            return product(row, self.term(SQUARE, depth), self.term(VECTOR, depth))
        if kind == "index":
            return self.entry(depth)
        if kind == "delta":
            return make("delta", [symbol("i"), symbol("j")])
        if kind == "grad":
            row = make("transpose", [make("grad", [self.term(VECTOR, depth)], "F")])
            return product(row, self.term(VECTOR, depth))
        if kind == "prod":
            return make("prod", [number(1), symbol("n"), s()], "k")
        if kind == "O":
            return plus(s(), make("O", [symbol("eps")], self.draw(st.integers(1, 3)), SCALAR))
        return product(s(), s(), s())

    def application(self, depth: int) -> Term:
        s = self.term(SCALAR, depth)
        kind = self.pick(["f", "g", "F"])
        if kind == "f":
            return make("apply", [s], ("f", (self.draw(st.integers(0, 3)),)), SCALAR)
        if kind == "F":
            return make("apply", [self.term(VECTOR, depth)], ("F", (0,)), SCALAR)
        orders = self.draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
        return make("apply", [s, self.term(SCALAR, depth)], ("g", orders), SCALAR)

    def entry(self, depth: int) -> Term:
        if self.draw(st.booleans()):
            return make("index", [self.term(VECTOR, depth), symbol("i")])
        column = self.pick([symbol("j"), number(2), plus(symbol("j"), number(1))])
        return make("index", [self.term(self.pick([MATRIX, SQUARE]), depth), symbol("i"), column])

    def nonscalar(self, shape: Shape, depth: int) -> Term:
        common = self.any_shape(shape, depth)
        if common is not None and self.draw(st.booleans()):
            return common
        if shape == VECTOR:
            return self.vector(depth)
        kind = self.pick(["dot", "dot", "transpose", "own"])
        if kind == "dot":
            middle = M if shape[0] == N else N
            return product(self.term((shape[0], middle), depth - 1), self.term((middle, shape[1]), depth - 1))
        if kind == "transpose":
            return make("transpose", [self.term((shape[1], shape[0]), depth)])
        return self.square(depth) if shape == SQUARE else self.leaf(shape)

    def vector(self, depth: int) -> Term:
        kind = self.pick(["dot", "grad", "D", "unit"])
        if kind == "dot":
            return product(self.term(SQUARE, depth), self.term(VECTOR, depth))
        if kind == "grad":
            return make("grad", [self.term(VECTOR, depth)], "F")
        if kind == "D":
            return make("D", [self.term(SCALAR, depth), symbol("a", VECTOR)])
        return make("unit", [symbol("i")], None, VECTOR)

    def square(self, depth: int) -> Term:
        kind = self.pick(["inv", "pow", "apply", "D", "outer", "single"])
        if kind == "inv":
            return make("inv", [self.term(SQUARE, depth)])
        if kind == "pow":
            return make("pow", [self.term(SQUARE, depth), number(2)])
        if kind == "apply":
            return make("apply", [self.term(SCALAR, depth)], ("Y", (0,)), SQUARE)
        if kind == "D":
            return make("D", [self.term(SCALAR, depth), symbol("X", SQUARE)])
        if kind == "outer":
            return product(self.term(VECTOR, depth), make("transpose", [self.term(VECTOR, depth)]))
        return make("single", [symbol("i"), symbol("j")], None, SQUARE)


@st.composite
def literals(draw: Callable[..., Any], depth: int = 2) -> Term:
    """A determinant, inverse or product of matrix literals."""
    grow = _Grower(draw)
    entries = [grow.term(SCALAR, depth) for _ in range(4)]
    literal = make("matrix", entries, (2, 2))
    kind = draw(st.sampled_from(["det", "inv", "tr", "plus"]))
    return plus(literal, literal) if kind == "plus" else make(kind, [literal])


def equations() -> st.SearchStrategy[Term]:
    """Two sides of one shape."""
    shapes = st.sampled_from([SCALAR, VECTOR, SQUARE])
    sides = shapes.flatmap(lambda shape: st.tuples(terms(shape, 3), terms(shape, 3)))
    return st.tuples(st.sampled_from(["=", "<=", ">="]), sides).map(lambda pair: make(pair[0], pair[1]))
