"""Terms as NumPy expressions: one table, operator by operator, written from the definitions of the operators."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import cast

from derivgen.interop.numpy_calculus import CALCULUS
from derivgen.interop.numpy_writer import (
    ATOM,
    POWER,
    PRODUCT,
    SUM,
    NumpyWriter,
    Rule,
    Text,
    identifier,
    is_whole,
    places,
)
from derivgen.language.operators import MATRIX_FUNCTIONS
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term

FUNCTIONS = {
    "exp": "np.exp", "log": "np.log", "sqrt": "np.sqrt", "abs": "np.abs", "sin": "np.sin", "cos": "np.cos",
    "tan": "np.tan", "asin": "np.arcsin", "acos": "np.arccos", "atan": "np.arctan", "sinh": "np.sinh",
    "cosh": "np.cosh", "tanh": "np.tanh", "asinh": "np.arcsinh", "acosh": "np.arccosh", "atanh": "np.arctanh",
    "sign": "np.sign", "sigmoid": "sigmoid", "relu": "relu", "step": "step",
    "erf": "scipy.special.erf", "gammaln": "scipy.special.gammaln", "digamma": "scipy.special.digamma",
    "trigamma": "trigamma",
    "tetragamma": "tetragamma",
}  # fmt: skip
"""Scalar functions, which act on arrays entry by entry."""


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
    return known if known.startswith(("np.", "scipy.")) else w.needs(known)


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
    return f"{w.text(t.args[0], ATOM)}[{', '.join(places(w, t))}]", ATOM


def _member(w: NumpyWriter, t: Term) -> Text:
    one = f"{identifier(str(t.data))}[{w.place(t.args[0])}]"
    return (one, ATOM) if t.shape == SCALAR else (f"np.reshape({one}, {w.size(t.shape)})", ATOM)


def _range(w: NumpyWriter, t: Term) -> str:
    w.whole.add(str(t.data))
    low, high = t.args[:2]
    stop = f"{w.count(high)} + 1" if not is_whole(high) else str(int(str(high.data)) + 1)
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
    "shift": lambda w, t: (f"np.eye({w.dimension(t.shape[0])}, k=1)", ATOM),
    "plus": _plus,
    "abbreviation": lambda w, t: (w.text(t.args[0], ATOM), ATOM),
    "neg": lambda w, t: (f"-{w.text(t.args[0], PRODUCT)}", SUM),
    "times": _times,
    "dot": _dot,
    "div": _div,
    "pow": _pow,
    "imaginary": lambda w, t: ("1j", ATOM),
    "conj": _call("np.conj"),
    "re": _call("np.real"),
    "im": _call("np.imag"),
    "transpose": lambda w, t: (f"{w.text(t.args[0], ATOM)}.T", ATOM),
    "inv": _call("np.linalg.inv"),
    "pinv": _template("np.linalg.pinv({0}, rcond=1e-12)"),  # lambda*I - A is singular but for rounding
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
    "triu": _call("np.triu"),
    "eig": _supported("eigenvalues"),
    "eigvec": lambda w, t: (f"{w.needs('eigenvector')}({w.text(t.args[0])}, {w.place(t.args[1])})", ATOM),
    "tril": _call("np.tril"),
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
    "hess": _gradient,
    "index": _index,
    "member": _member,
    "sum": _sum,
    "prod": _prod,
    **CALCULUS,
    "delta": _delta,
    "unit": _unit,
    "single": _single,
}
"""Operator -> its text and how tightly it holds together. What is missing has no value: O(..) and relations."""
