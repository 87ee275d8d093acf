"""The grammar of random expressions: each form as a text in the notation and as a function in NumPy, side by side.

A sort is a shape in named dimensions and a tag: what must hold of a value for a function to be defined there.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.judge.functions import MATRIX_FUNCTIONS, SCALAR_FUNCTIONS, Array, adjugate

DIMENSIONS = ("n", "m")
SIZES = {"n": 3, "m": 2, "N": 3, "j": 1, "k": 2, "p": 3, "1": 1}


@dataclass(frozen=True)
class Sort:
    """A shape and a tag: "positive", "unit" (between -1 and 1), "large" (above 1) or "definite"."""

    rows: str
    cols: str
    tag: str = ""

    @property
    def scalar(self) -> bool:
        """Whether it is a number."""
        return self.rows == self.cols == "1"

    @property
    def vector(self) -> bool:
        """Whether it is a column."""
        return self.cols == "1" != self.rows

    @property
    def matrix(self) -> bool:
        """Whether it is neither a number nor a column."""
        return self.cols != "1"

    @property
    def square(self) -> bool:
        """Whether it is a square matrix."""
        return self.matrix and self.rows == self.cols


S, POSITIVE, UNIT, LARGE = (Sort("1", "1", tag) for tag in ("", "positive", "unit", "large"))


def vec(d: str) -> Sort:
    """A column."""
    return Sort(d, "1")


def mat(d: str, e: str) -> Sort:
    """A matrix."""
    return Sort(d, e)


Sorts = list[Sort]
Target = Callable[[Sort, random.Random], Sorts | None]  # the sorts of the arguments for a wanted sort, if the form fits


@dataclass(frozen=True)
class Form:
    """One form: the operators in it, when it fits, its text with {0}, {rows} .. and its value."""

    operators: tuple[str, ...]
    target: Target
    text: str
    worth: Callable[..., Array]
    binds: str = ""  # "sum" or "prod" over i = 1..N


def _dim(r: random.Random) -> str:
    return r.choice(DIMENSIONS)


def number(*args: Sort) -> Target:
    """Fits where a number is wanted."""
    return lambda sort, r: list(args) if sort == S else None


def tagged(wanted: Sort, *args: Sort) -> Target:
    """Fits a tagged number."""
    return lambda sort, r: list(args) if sort == wanted else None


def of_dim(build: Callable[[str], Sorts], wanted: Sort = S) -> Target:
    """Fits a number; the arguments have a dimension drawn."""
    return lambda sort, r: build(_dim(r)) if sort == wanted else None


def of_dims(build: Callable[[str, str], Sorts]) -> Target:
    """Fits a number; the arguments have two dimensions drawn."""
    return lambda sort, r: build(_dim(r), _dim(r)) if sort == S else None


def alike(count: int, positive: bool = False) -> Target:
    """Fits any vector or matrix; arguments of the same shape, the last one positive on demand."""

    def target(sort: Sort, r: random.Random) -> Sorts | None:
        if sort.scalar or sort.tag:
            return None
        last = Sort(sort.rows, sort.cols, "positive") if positive else sort
        return [sort] * (count - 1) + [last]

    return target


def shaped(fits: Callable[[Sort], bool], build: Callable[[Sort, str], Sorts]) -> Target:
    """Fits untagged vectors or matrices of some shape."""
    return lambda sort, r: build(sort, _dim(r)) if not sort.tag and not sort.scalar and fits(sort) else None


def with_tag(
    tag: str, build: Callable[[Sort, str], Sorts], fits: Callable[[Sort], bool] = lambda s: not s.scalar
) -> Target:
    """Fits tagged vectors and matrices."""
    return lambda sort, r: build(sort, _dim(r)) if sort.tag == tag and fits(sort) else None


def bare(sort: Sort) -> Sort:
    """A sort without its tag."""
    return Sort(sort.rows, sort.cols)


def _item(a: Array) -> float:
    return a.item() if isinstance(a, np.ndarray) else float(a)


def _softmax(x: Array) -> Array:
    weights = np.exp(x - x.max())
    return weights / weights.sum()


FORMS: list[Form] = []


def form(operators: str, target: Target, text: str, worth: Callable[..., Array], binds: str = "") -> None:
    """Enter a form."""
    FORMS.append(Form(tuple(operators.split()), target, text, worth, binds))


# -- numbers --------------------------------------------------------------------------------------------------------
form("plus", number(S, S), "({0} + {1})", lambda a, b: a + b)
form("neg", number(S, S), "({0} - {1})", lambda a, b: a - b)
form("times", number(S, S), "({0})*({1})", lambda a, b: a * b)
form("div", number(S, POSITIVE), "({0})/({1})", lambda a, b: a / b)
form("pow", number(S), "({0})^2", lambda a: a**2)
form("pow", number(S), "({0})^3", lambda a: a**3)
form("pow", number(POSITIVE), "({0})^-1", lambda a: 1 / a)
form("symbolic_pow", number(S), "({0})^p", lambda a: a ** SIZES["p"])
form("symbolic_pow", number(POSITIVE, S), "({0})^({1})", lambda a, b: a**b)
for _name in ("exp", "sin", "cos", "sinh", "cosh", "tanh", "atan", "asinh", "sigmoid", "relu", "abs", "erf"):
    form(_name, number(S), f"{_name}({{0}})", SCALAR_FUNCTIONS[_name])
form("tan", number(UNIT), "tan({0})", np.tan)
form("sign", number(S, S), "sign({0})*({1})", lambda a, b: np.sign(a) * b)
form("step", number(S, S), "step({0})*({1})", lambda a, b: np.heaviside(a, 0.5) * b)
for _name in ("log", "sqrt", "gammaln", "digamma"):
    form(_name, number(POSITIVE), f"{_name}({{0}})", SCALAR_FUNCTIONS[_name])
for _name in ("asin", "acos", "atanh"):
    form(_name, number(UNIT), f"{_name}({{0}})", SCALAR_FUNCTIONS[_name])
form("acosh", number(LARGE), "acosh({0})", np.arccosh)
form("max", number(S, S), "max({0}, {1})", max)
form("min", number(S, S), "min({0}, {1})", min)
form("apply", number(S), "f({0})", lambda a: unknown((0,), a))
form("apply_vector", number(vec("n")), "F({0})", lambda v: unknown_of_vector((0,), v))
form("tr", of_dim(lambda d: [mat(d, d)]), "tr({0})", lambda a: float(np.trace(a)))
form("det", of_dim(lambda d: [mat(d, d)]), "det({0})", lambda a: float(np.linalg.det(a)))
form("det log", of_dim(lambda d: [Sort(d, d, "definite")]), "log(det({0}))", lambda a: np.log(np.linalg.det(a)))
form("dot transpose", of_dim(lambda d: [vec(d), vec(d)]), "({0})'*({1})", lambda a, b: _item(a.T @ b))
form("dot transpose", of_dims(lambda d, e: [vec(d), mat(d, e), vec(e)]), "({0})'*({1})*({2})",
     lambda a, m, b: _item(a.T @ m @ b))  # fmt: skip
form("tr dot", of_dims(lambda d, e: [mat(d, e), mat(e, d)]), "tr(({0})*({1}))", lambda a, b: float(np.trace(a @ b)))
form("total", of_dim(lambda d: [vec(d)]), "sum({0})", lambda a: float(a.sum()))
form("total", of_dims(lambda d, e: [mat(d, e)]), "sum({0})", lambda a: float(a.sum()))
form("entries_prod", of_dim(lambda d: [vec(d)]), "prod({0})", lambda a: float(a.prod()))
form("norm", of_dim(lambda d: [vec(d)]), "norm({0})", lambda a: float(np.sqrt((a * a).sum())))
form("norm", of_dims(lambda d, e: [mat(d, e)]), "norm({0})^2", lambda a: float((a * a).sum()))
form("logsumexp", of_dim(lambda d: [vec(d)]), "logsumexp({0})", lambda a: float(np.log(np.exp(a).sum())))
form("index", of_dim(lambda d: [vec(d)]), "({0})[j]", lambda a: float(a[SIZES["j"] - 1, 0]))
form("index", of_dims(lambda d, e: [mat(d, e)]), "({0})[j,k]", lambda a: float(a[SIZES["j"] - 1, SIZES["k"] - 1]))
form("sum", number(S), "sum(i, 1, N, {0})", lambda *parts: sum(parts), binds="sum")
form("prod", number(S), "prod(i, 1, N, {0})", lambda *parts: float(np.prod(parts)), binds="prod")
for _name in ("expm", "sinm", "cosm"):
    form(f"{_name} tr", of_dim(lambda d: [mat(d, d)]), f"tr({_name}({{0}}))",
         lambda a, f=MATRIX_FUNCTIONS[_name]: float(np.trace(f(a))))  # fmt: skip
for _name in ("logm", "sqrtm"):
    form(f"{_name} tr", of_dim(lambda d: [Sort(d, d, "definite")]), f"tr({_name}({{0}}))",
         lambda a, f=MATRIX_FUNCTIONS[_name]: float(np.trace(f(a))))  # fmt: skip
form("kron tr", number(mat("n", "n"), mat("m", "m")), "tr(kron({0}, {1}))", lambda a, b: float(np.trace(np.kron(a, b))))
form("kron dot transpose", number(mat("m", "n"), mat("n", "m"), vec("m*n")), "({2})'*kron({0}, {1})*({2})",
     lambda a, b, w: _item(w.T @ np.kron(a, b) @ w))  # fmt: skip
form("vec dot transpose", number(mat("m", "n"), vec("m*n")), "({1})'*vec({0})",
     lambda a, w: _item(w.T @ a.reshape(-1, 1, order="F")))  # fmt: skip
form("block dot transpose", number(mat("n", "n"), mat("n", "m"), mat("m", "n"), mat("m", "m"), vec("m+n")),
     "({4})'*[{0}, {1}; {2}, {3}]*({4})",
     lambda a, b, c, d, w: _item(w.T @ np.block([[a, b], [c, d]]) @ w))  # fmt: skip
form("matrix det", number(S, S, S, S), "det([{0}, {1}; {2}, {3}])", lambda a, b, c, d: a * d - b * c)
for _name, _order in (("norm1", 1), ("norminf", np.inf), ("norm2", 2)):
    form(_name, number(S), f"{_name}(A)*({{0}})", lambda a, env, o=_order: float(np.linalg.norm(env["A"], o)) * a)
form("normmax", number(S), "normmax(A)*({0})", lambda a, env: float(np.abs(env["A"]).max()) * a)

# -- numbers with a tag ---------------------------------------------------------------------------------------------
form("exp", tagged(POSITIVE, S), "exp({0})", np.exp)
form("pow plus", tagged(POSITIVE, S), "(1 + ({0})^2)", lambda a: 1 + a**2)
form("cosh", tagged(POSITIVE, S), "cosh({0})", np.cosh)
form("dot transpose plus", of_dim(lambda d: [vec(d)], POSITIVE), "(1 + ({0})'*({0}))", lambda a: 1 + _item(a.T @ a))
form("tanh div", tagged(UNIT, S), "tanh({0})/2", lambda a: np.tanh(a) / 2)
form("sin div", tagged(UNIT, S), "sin({0})/2", lambda a: np.sin(a) / 2)
form("pow plus", tagged(LARGE, S), "(2 + ({0})^2)", lambda a: 2 + a**2)
form("exp plus", tagged(LARGE, S), "(1 + exp({0}))", lambda a: 1 + np.exp(a))

# -- vectors and matrices -------------------------------------------------------------------------------------------
form("plus", alike(2), "({0} + {1})", lambda a, b: a + b)
form("neg", alike(2), "({0} - {1})", lambda a, b: a - b)
form("neg", alike(1), "(-({0}))", lambda a: -a)
form("times", shaped(lambda s: True, lambda s, d: [S, s]), "({0})*({1})", lambda a, b: a * b)
form("div", shaped(lambda s: True, lambda s, d: [s, POSITIVE]), "({0})/({1})", lambda a, b: a / b)
form("hadamard", alike(2), "(({0}) .* ({1}))", lambda a, b: a * b)
form("hadamard_div", alike(2, positive=True), "(({0}) ./ ({1}))", lambda a, b: a / b)
form("hadamard_pow", alike(1), "({0}).^2", lambda a: a**2)
form("hadamard_pow", alike(1, positive=True), "({0}).^t", lambda a, env: a ** env["t"])
for _name in ("exp", "sin", "tanh", "sigmoid", "relu", "abs"):
    form("map", alike(1), f"{_name}.({{0}})", SCALAR_FUNCTIONS[_name])
for _name in ("log", "sqrt"):
    form("map", alike(1, positive=True), f"{_name}.({{0}})", SCALAR_FUNCTIONS[_name])
form("map_unknown", alike(1), "f.({0})", lambda a: unknown((0,), a))
form("dot", shaped(lambda s: True, lambda s, d: [mat(s.rows, d), Sort(d, s.cols)]), "({0})*({1})", lambda a, b: a @ b)
form("dot transpose", shaped(lambda s: True, lambda s, d: [mat(d, s.rows), Sort(d, s.cols)]), "({0})'*({1})",
     lambda a, b: a.T @ b)  # fmt: skip
form("inv dot", shaped(lambda s: True, lambda s, d: [mat(s.rows, s.rows), s]), "inv({0})*({1})",
     lambda a, b: np.linalg.solve(a, b))  # fmt: skip
form("sum", shaped(lambda s: True, lambda s, d: [s]), "sum(i, 1, N, {0})", lambda *parts: sum(parts), binds="sum")
form("softmax", shaped(lambda s: s.vector, lambda s, d: [s]), "softmax({0})", _softmax)
form("diagvec", shaped(lambda s: s.vector, lambda s, d: [mat(s.rows, s.rows)]), "diagvec({0})",
     lambda a: np.diag(a)[:, None])  # fmt: skip
form("index", shaped(lambda s: s.vector, lambda s, d: [mat(s.rows, d)]), "({0})[:,j]",
     lambda a: a[:, [SIZES["j"] - 1]])  # fmt: skip
form("transpose", shaped(lambda s: s.matrix, lambda s, d: [mat(s.cols, s.rows)]), "({0})'", lambda a: a.T)
form("dot transpose", shaped(lambda s: s.matrix, lambda s, d: [vec(s.rows), vec(s.cols)]), "({0})*({1})'",
     lambda a, b: a @ b.T)  # fmt: skip
form("inv", shaped(lambda s: s.square, lambda s, d: [s]), "inv({0})", np.linalg.inv)
form("pow", shaped(lambda s: s.square, lambda s, d: [s]), "({0})^2", lambda a: a @ a)
form("symbolic_pow", shaped(lambda s: s.square, lambda s, d: [s]), "({0})^p",
     lambda a: np.linalg.matrix_power(a, SIZES["p"]))  # fmt: skip
form("triu", shaped(lambda s: s.matrix, lambda s, d: [s]), "triu({0})", np.triu)
form("tril", shaped(lambda s: s.matrix, lambda s, d: [s]), "tril({0})", np.tril)
form("adj", shaped(lambda s: s.square, lambda s, d: [s]), "adj({0})", adjugate)
form("pinv", shaped(lambda s: s.matrix, lambda s, d: [mat(s.cols, s.rows)]), "pinv({0})", np.linalg.pinv)
form("diag", shaped(lambda s: s.square, lambda s, d: [vec(s.rows)]), "diag({0})", lambda a: np.diag(a[:, 0]))
form("diag", shaped(lambda s: s.square, lambda s, d: [s]), "diag({0})", lambda a: np.diag(np.diag(a)))

# -- vectors and matrices with a tag --------------------------------------------------------------------------------
form("map", with_tag("positive", lambda s, d: [bare(s)]), "exp.({0})", np.exp)
form("hadamard_pow plus", with_tag("positive", lambda s, d: [bare(s)]), "(({0}).^2 + ones({rows},{cols}))",
     lambda a: a**2 + 1)  # fmt: skip
form("dot transpose plus", with_tag("definite", lambda s, d: [mat(d, s.rows)]), "(({0})'*({0}) + I({rows}))",
     lambda a: a.T @ a + np.eye(a.shape[1]))  # fmt: skip


def unknown(orders: Any, x: Array) -> Array:
    """The unknown function f of a scalar, or of each entry, and its derivatives."""
    k = orders[0] if isinstance(orders, tuple) else orders
    return 1.2**k * np.sin(1.2 * x + 0.3 + k * np.pi / 2)


def unknown_of_vector(orders: Any, v: Array) -> Array:
    """The unknown function F of a vector, its gradient or its Hessian."""
    weights = np.array([[0.9], [-0.6], [0.4]])
    z = _item(weights.T @ v)
    if orders == "hess":
        return -np.sin(z + 0.2) * weights @ weights.T
    return np.cos(z + 0.2) * weights if orders == "grad" else float(np.sin(z + 0.2))
