"""Terms as NumPy expressions: one table, operator by operator, written from the definitions of the operators.

Inside an expression every vector, row and matrix is a two-dimensional array and every scalar a number, so that ``@``
and ``.T`` mean what they say.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import cast

from derivgen.interop.errors import BorderError
from derivgen.interop.numpy_support import SUPPORT
from derivgen.language.operators import MATRIX_FUNCTIONS
from derivgen.language.plain import plain
from derivgen.language.shapes import ONE, SCALAR, Dim, Shape
from derivgen.language.terms import Term

SUM, PRODUCT, POWER, ATOM = range(4)
"""How tightly Python holds an expression together."""
Text = tuple[str, int]

_RESERVED = frozenset(("np", "sum", "range", "int", "float", "scipy", *SUPPORT, *keyword.kwlist))
FUNCTIONS = {
    "exp": "np.exp", "log": "np.log", "sqrt": "np.sqrt", "abs": "np.abs", "sin": "np.sin", "cos": "np.cos",
    "tan": "np.tan", "asin": "np.arcsin", "acos": "np.arccos", "atan": "np.arctan", "sinh": "np.sinh",
    "cosh": "np.cosh", "tanh": "np.tanh", "asinh": "np.arcsinh", "acosh": "np.arccosh", "atanh": "np.arctanh",
    "sign": "np.sign", "sigmoid": "sigmoid", "relu": "relu",
}  # fmt: skip
"""Scalar functions, which act on arrays entry by entry."""


def identifier(name: str) -> str:
    """A name as Python can hold it: ``lambda`` becomes ``lambda_``."""
    return name + "_" if name.rstrip("_") in _RESERVED else name


class NumpyWriter:
    """Writes terms; it collects the supporting functions, differentials and derivatives of functions that they need."""

    def __init__(
        self,
        names: Iterable[str] = (),
        whole: Iterable[str] = (),
        properties: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.properties = properties or {}
        self.whole = set(whole)  # names of whole numbers, which Python treats otherwise than NumPy does its numbers
        self.dimensions: dict[str, None] = {}  # dimensions that are written
        self.support: dict[str, None] = {}  # names of supporting functions
        self.callables: dict[str, str] = {}  # unknown functions and their derivatives -> their parameters
        self.differentials: dict[str, tuple[str, Shape]] = {}  # x -> the parameter for d(x), and its shape
        self._taken = {identifier(name) for name in (*names, *self.whole)}

    def text(self, t: Term, level: int = SUM) -> str:
        """A term as Python, in brackets where it holds together less than ``level``. Raises BorderError."""
        rule = NUMPY.get(t.op)
        if rule is None:
            raise BorderError(f"{plain(t)} has no value in numbers", _HINTS.get(t.op, ""))
        written, own = rule(self, t)
        return written if own >= level else f"({written})"

    def needs(self, name: str) -> str:
        """The name of a supporting function, which is noted."""
        self.support.setdefault(name)
        return name

    def parameter(self, wish: str) -> str:
        """A parameter of its own: the wish, with underscores behind it where the name is taken."""
        while wish in self._taken:
            wish += "_"
        self._taken.add(wish)
        return wish

    def passed(self, t: Term) -> str:
        """An argument as a function of the user takes it: a vector has one dimension."""
        return f"{self.text(t, ATOM)}.ravel()" if t.shape[1] == ONE != t.shape[0] else self.text(t)

    def received(self, call: str, shape: Shape) -> Text:
        """What a function of the user returns, a vector as a column."""
        if shape == SCALAR:
            return call, ATOM
        return f"np.reshape({call}, {self.size(shape)})", ATOM

    def size(self, shape: Shape) -> str:
        """A shape as a pair."""
        return f"({self.dimension(shape[0])}, {self.dimension(shape[1])})"

    def dimension(self, d: Dim) -> str:
        """A dimension, which is noted."""
        self.dimensions.update(dict.fromkeys(sorted(d.names)))
        return dimension(d)

    def count(self, t: Term) -> str:
        """A term as a whole number."""
        whole = _is_whole(t) or (t.op == "symbol" and t.data in self.whole)
        return self.text(t) if whole else f"int({self.text(t)})"

    def place(self, t: Term) -> str:
        """A term, counted from 1, as a position counted from 0."""
        if t.op == "number" and isinstance(t.data, int):
            return str(t.data - 1)
        return f"{self.count(t)} - 1"

    def call(self, name: str, *arguments: Term) -> Text:
        """A function of terms."""
        return f"{name}({', '.join(map(self.text, arguments))})", ATOM


def dimension(d: Dim) -> str:
    """A dimension as a Python expression."""
    parts = []
    for names, coefficient in d.monomials:
        shown = [*([str(coefficient)] if coefficient != 1 or not names else []), *map(identifier, names)]
        parts.append(" * ".join(shown))
    return " + ".join(parts) or "0"


def _is_whole(t: Term) -> bool:
    return t.op == "number" and isinstance(t.data, int)


_HINTS = {
    "O": "O(..) stands for terms that are not known; write the expansion without it",
    "=": "an equation is true or false; write its right side",
}

Rule = Callable[[NumpyWriter, Term], Text]


def _number(w: NumpyWriter, t: Term) -> Text:
    if isinstance(t.data, Fraction):
        return f"{t.data.numerator} / {t.data.denominator}", PRODUCT
    return str(t.data), ATOM


def _plus(w: NumpyWriter, t: Term) -> Text:
    parts = [w.text(t.args[0], SUM)]
    for arg in t.args[1:]:
        parts.append(f" - {w.text(arg.args[0], PRODUCT)}" if arg.op == "neg" else f" + {w.text(arg, PRODUCT)}")
    return "".join(parts), SUM


def _times(w: NumpyWriter, t: Term) -> Text:
    first, *rest = t.args
    return " * ".join([w.text(first, PRODUCT), *(w.text(arg, POWER) for arg in rest)]), PRODUCT


def _dot(w: NumpyWriter, t: Term) -> Text:
    first, *rest = t.args
    chain = " @ ".join([w.text(first, POWER), *(w.text(arg, POWER) for arg in rest)])
    return (f"({chain})[0, 0]", ATOM) if t.shape == SCALAR else (chain, PRODUCT)


def _div(w: NumpyWriter, t: Term) -> Text:
    return f"{w.text(t.args[0], PRODUCT)} / {w.text(t.args[1], POWER)}", PRODUCT


def _pow(w: NumpyWriter, t: Term) -> Text:
    base, exponent = t.args
    if t.shape == SCALAR:
        # a root of a negative number would be a complex one in Python; NumPy's numbers have none
        python = base.op == "apply" or (base.op not in ("symbol", "number") and base.free <= w.whole)
        below = f"np.float64({w.text(base)})" if python else w.text(base, ATOM)
        return f"{below} ** {w.text(exponent, ATOM)}", POWER
    return f"np.linalg.matrix_power({w.text(base)}, {w.count(exponent)})", ATOM


def _hadamard(w: NumpyWriter, t: Term) -> Text:
    first, *rest = t.args
    return " * ".join([w.text(first, PRODUCT), *(w.text(arg, POWER) for arg in rest)]), PRODUCT


def _entrywise_power(w: NumpyWriter, t: Term) -> Text:
    return f"{w.text(t.args[0], ATOM)} ** {w.text(t.args[1], ATOM)}", POWER


def _scalar_function(w: NumpyWriter, t: Term) -> Text:
    return w.call(_function(w, t.op), t.args[0])


def _function(w: NumpyWriter, name: str) -> str:
    known = FUNCTIONS[name]
    return known if known.startswith("np.") else w.needs(known)


def _map(w: NumpyWriter, t: Term) -> Text:
    name, order = cast("tuple[str, int]", t.data)
    if name in FUNCTIONS and not order:
        return w.call(_function(w, name), t.args[0])
    return w.call(f"np.vectorize({_unknown(w, name, '1' * order)}, otypes=[float])", t.args[0])


def _unknown(w: NumpyWriter, name: str, places: str) -> str:
    """The parameter for a function, or for its derivative by the arguments at the places."""
    wish = identifier(name) + (f"_{places}" if places else "")
    if wish not in w.callables:
        w.callables[wish] = w.parameter(wish)
    return w.callables[wish]


def _apply(w: NumpyWriter, t: Term) -> Text:
    name, orders = cast("tuple[str, tuple[int, ...]]", t.data)
    places = "".join(str(k + 1) * order for k, order in enumerate(orders))
    call = f"{_unknown(w, name, places)}({', '.join(map(w.passed, t.args))})"
    return w.received(call, t.shape)


def _gradient(w: NumpyWriter, t: Term) -> Text:
    return w.received(f"{_unknown(w, str(t.data), t.op)}({w.passed(t.args[0])})", t.shape)


def _index(w: NumpyWriter, t: Term) -> Text:
    return f"{w.text(t.args[0], ATOM)}[{', '.join(_places(w, t))}]", ATOM


def _places(w: NumpyWriter, entry: Term) -> list[str]:
    """Row and column of an entry, counted from 0."""
    base, *indices = entry.args
    places = [w.place(i) for i in indices]
    if len(places) == 2:
        return places
    return ["0", *places] if base.shape[0] == ONE else [*places, "0"]


def _member(w: NumpyWriter, t: Term) -> Text:
    one = f"{identifier(str(t.data))}[{w.place(t.args[0])}]"
    return (one, ATOM) if t.shape == SCALAR else (f"np.reshape({one}, {w.size(t.shape)})", ATOM)


def _range(w: NumpyWriter, t: Term) -> str:
    w.whole.add(str(t.data))
    low, high = t.args[:2]
    stop = f"{w.count(high)} + 1" if not _is_whole(high) else str(int(str(high.data)) + 1)
    return f"for {identifier(str(t.data))} in range({w.count(low)}, {stop})"


def _sum(w: NumpyWriter, t: Term) -> Text:
    zero = "" if t.shape == SCALAR else f", np.zeros({w.size(t.shape)})"
    runs = _range(w, t)
    each = f"{w.text(t.args[2])} {runs}"
    return f"sum({f'({each}){zero}' if zero else each})", ATOM


def _prod(w: NumpyWriter, t: Term) -> Text:
    runs = _range(w, t)
    return f"np.prod([{w.text(t.args[2])} {runs}])", ATOM


def _literal(w: NumpyWriter, t: Term) -> Text:
    rows, cols = cast("tuple[int, int]", t.data)
    texts = list(map(w.text, t.args))
    lines = [f"[{', '.join(texts[r * cols : (r + 1) * cols])}]" for r in range(rows)]
    if t.op == "matrix":
        return f"np.array([{', '.join(lines)}], dtype=float)", ATOM
    return f"np.block([{', '.join(lines)}])", ATOM


def _unit(w: NumpyWriter, t: Term) -> Text:
    return f"np.eye({w.dimension(t.shape[0])})[:, [{w.place(t.args[0])}]]", ATOM


def _single(w: NumpyWriter, t: Term) -> Text:
    row, column = (f"np.eye({w.dimension(t.shape[k])})[{w.place(t.args[k])}]" for k in (0, 1))
    return f"np.outer({row}, {column})", ATOM


def _derivative(w: NumpyWriter, t: Term) -> Text:
    body, variable = t.args
    if variable.op not in ("symbol", "index"):
        raise BorderError(f"{plain(t)} has no value in numbers", "a derivative is taken by a name or an entry")
    name = w.needs("derivative")
    if variable.op == "index":
        base = variable.args[0]
        direction = _single_entry(w, variable)
        along = f"{w.needs('along')}({_lambda(w, str(base.data), body)}, {w.text(base)}, {direction})"
        return _shaped(w, along, t.shape)
    return _shaped(w, f"{name}({_lambda(w, str(variable.data), body)}, {w.text(variable)})", t.shape)


def _single_entry(w: NumpyWriter, variable: Term) -> str:
    base = variable.args[0]
    places = _places(w, variable)
    rows, columns = map(w.dimension, base.shape)
    return f"np.outer(np.eye({rows})[{places[0]}], np.eye({columns})[{places[1]}])"


def _shaped(w: NumpyWriter, written: str, shape: Shape) -> Text:
    """Numbers as a scalar or as an array of the shape."""
    return (f"{written}.ravel()[0]", ATOM) if shape == SCALAR else (f"{written}.reshape({w.size(shape)})", ATOM)


_SYMMETRIC = "lambda e: e + e.T - np.diag(np.diag(e))"
MOVES = {
    "symmetric": _SYMMETRIC, "positive definite": _SYMMETRIC, "positive semidefinite": _SYMMETRIC,
    "skew-symmetric": "lambda e: e - e.T", "diagonal": "lambda e: np.diag(np.diag(e))", "upper triangular": "np.triu",
    "lower triangular": "np.tril",
}  # fmt: skip
"""Property -> how a matrix with it moves with one of its entries, given as the matrix that has a 1 there."""


def _structured(w: NumpyWriter, t: Term) -> Text:
    body, variable = t.args
    name = str(variable.data)
    moves = [MOVES[one] for one in sorted(w.properties.get(name, ())) if one in MOVES]
    if variable.op != "symbol" or not moves:
        raise BorderError(f"{plain(t)} has no value in numbers", f"declare {name} as one of: {', '.join(MOVES)}")
    along = f"{w.needs('structured')}({_lambda(w, name, body)}, {w.text(variable)}, {moves[0]})"
    return _shaped(w, along, t.shape)


def _lambda(w: NumpyWriter, name: str, body: Term) -> str:
    return f"lambda {identifier(name)}: {w.text(body)}"


def _directional(w: NumpyWriter, t: Term) -> Text:
    body, variable, direction = t.args
    along = f"{w.needs('along')}({_lambda(w, str(variable.data), body)}, {w.text(variable)}, {w.text(direction)})"
    return _shaped(w, along, t.shape)


def _at(w: NumpyWriter, t: Term) -> Text:
    return f"({_lambda(w, str(t.data), t.args[0])})({w.text(t.args[1])})", ATOM


def _limit(w: NumpyWriter, t: Term) -> Text:
    value, body = t.args
    written = f"{w.needs('limit')}({_lambda(w, str(t.data), body)}, {w.text(value)})"
    return _shaped(w, written, t.shape)


def _differential(w: NumpyWriter, t: Term) -> Text:
    inner = t.args[0]
    if inner.op != "symbol":
        raise BorderError(f"{plain(t)} has no value of its own", "only the differential of a name is a parameter")
    name = str(inner.data)
    if name not in w.differentials:
        w.differentials[name] = w.parameter(f"d_{name}"), inner.shape
    return w.differentials[name][0], ATOM


def _call(name: str) -> Rule:
    return lambda w, t: w.call(name, *t.args)


def _supported(name: str) -> Rule:
    return lambda w, t: w.call(w.needs(name), *t.args)


def _template(template: str) -> Rule:
    """A rule that puts its one argument, and its own size, into a template."""
    return lambda w, t: (template.format(*(w.text(arg) for arg in t.args), size=w.size(t.shape)), ATOM)


def _column(w: NumpyWriter, t: Term) -> Text:
    return f"np.reshape(np.diag({w.text(t.args[0])}), (-1, 1))", ATOM


def _diagonal(w: NumpyWriter, t: Term) -> Text:
    inner = w.text(t.args[0])
    return (f"np.diagflat({inner})" if t.args[0].shape[1] == ONE else f"np.diag(np.diag({inner}))"), ATOM


def _delta(w: NumpyWriter, t: Term) -> Text:
    return f"np.float64({w.text(t.args[0])} == {w.text(t.args[1])})", ATOM


NUMPY: Mapping[str, Rule] = {
    "number": _number,
    "symbol": lambda w, t: (identifier(str(t.data)), ATOM),
    "zeros": _template("np.zeros({size})"),
    "ones": _template("np.ones({size})"),
    "identity": lambda w, t: (f"np.eye({w.dimension(t.shape[0])})", ATOM),
    "plus": _plus,
    "neg": lambda w, t: (f"-{w.text(t.args[0], PRODUCT)}", SUM),
    "times": _times,
    "dot": _dot,
    "div": _div,
    "pow": _pow,
    "transpose": lambda w, t: (f"{w.text(t.args[0], ATOM)}.T", ATOM),
    "inv": _call("np.linalg.inv"),
    "pinv": _call("np.linalg.pinv"),
    "tr": _call("np.trace"),
    "det": _call("np.linalg.det"),
    "adj": _supported("adjugate"),
    **dict.fromkeys(FUNCTIONS, _scalar_function),
    "max": _call("np.maximum"),
    "min": _call("np.minimum"),
    "hadamard": _hadamard,
    "hadamard_div": _div,
    "hadamard_pow": _entrywise_power,
    "map": _map,
    "total": _call("np.sum"),
    "entries_prod": _call("np.prod"),
    "kron": _call("np.kron"),
    "vec": _template('np.reshape({0}, (-1, 1), order="F")'),
    "diag": _diagonal,
    "diagvec": _column,
    "block": _literal,
    "matrix": _literal,
    "norm": _call("np.linalg.norm"),
    "norm1": _template("np.linalg.norm({0}, 1)"),
    "norm2": _template("np.linalg.norm({0}, 2)"),
    "norminf": _template("np.linalg.norm({0}, np.inf)"),
    "normmax": _template("np.max(np.abs({0}))"),
    "softmax": _supported("softmax"),
    "logsumexp": _supported("logsumexp"),
    **{name: _call(f"scipy.linalg.{name}") for name in MATRIX_FUNCTIONS},
    "apply": _apply,
    "grad": _gradient,
    "jac": _gradient,
    "index": _index,
    "member": _member,
    "sum": _sum,
    "prod": _prod,
    "lim": _limit,
    "D": _derivative,
    "structured": _structured,
    "at": _at,
    "directional": _directional,
    "d": _differential,
    "delta": _delta,
    "unit": _unit,
    "single": _single,
}
"""Operator -> its text and how tightly it holds together. What is missing has no value: O(..) and relations."""
