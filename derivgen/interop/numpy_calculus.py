"""Derivatives, limits and differentials as NumPy expressions, worked out in numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derivgen.interop.errors import BorderError
from derivgen.interop.numpy_writer import ATOM, NumpyWriter, Rule, Text, identifier, places
from derivgen.language.plain import plain
from derivgen.language.problem import variable_of
from derivgen.language.shapes import SCALAR, Shape
from derivgen.language.terms import Term


def _derivative(w: NumpyWriter, t: Term) -> Text:
    body, variable = t.args
    if variable.op not in ("symbol", "index"):
        raise BorderError(f"{plain(t)} has no value in numbers", "a derivative is taken by a name or an entry")
    if str(variable_of(variable).data) in w.complex_names:
        raise BorderError(f"{plain(t)} has no value in numbers", "derive it, and write its right side")
    name = w.needs("derivative")
    if variable.op == "index":
        base = variable.args[0]
        direction = _single_entry(w, variable)
        along = f"{w.needs('along')}({_lambda(w, str(base.data), body)}, {w.text(base)}, {direction})"
        return _shaped(w, along, t.shape)
    return _shaped(w, f"{name}({_lambda(w, str(variable.data), body)}, {w.text(variable)})", t.shape)


def _single_entry(w: NumpyWriter, variable: Term) -> str:
    base = variable.args[0]
    row, column = places(w, variable)
    rows, columns = map(w.dimension, base.shape)
    return f"np.outer(np.eye({rows})[{row}], np.eye({columns})[{column}])"


def _shaped(w: NumpyWriter, written: str, shape: Shape) -> Text:
    """Numbers as a scalar or as an array of the shape."""
    return (f"{written}.ravel()[0]", ATOM) if shape == SCALAR else (f"{written}.reshape({w.size(shape)})", ATOM)


_DIAGONAL = "np.eye(len(e), k={}int(np.subtract(*np.argwhere(e)[0])))"
MOVES = {
    "symmetric": "lambda e: e + e.T - np.diag(np.diag(e))", "skew-symmetric": "lambda e: e - e.T",
    "diagonal": "lambda e: np.diag(np.diag(e))", "upper triangular": "np.triu", "lower triangular": "np.tril",
    "Toeplitz": "lambda e: " + _DIAGONAL.format("-"),
    "symmetric Toeplitz": f"lambda e: np.maximum({_DIAGONAL.format('')}, {_DIAGONAL.format('-')})",
}  # fmt: skip
"""Structure -> how a matrix with it moves with one of its entries, given as the matrix that has a 1 there."""


def _structured(w: NumpyWriter, t: Term) -> Text:
    return _by_parameters(w, t, lambda name: _lambda(w, name, t.args[0]))


def _tied(w: NumpyWriter, t: Term) -> Text:
    return _by_parameters(w, t, lambda name: f"lambda moved: np.sum({w.text(t.args[0], ATOM)} * moved)")


def _by_parameters(w: NumpyWriter, t: Term, function: Callable[[str], str]) -> Text:
    """The derivative of a function of a matrix that moves within its structure."""
    variable = t.args[1]
    name = str(variable.data)
    moves = MOVES.get(w.structures.get(name, ""))
    if variable.op != "symbol" or moves is None:
        raise BorderError(f"{plain(t)} has no value in numbers", f"declare {name} as one of: {', '.join(MOVES)}")
    return _shaped(w, f"{w.needs('structured')}({function(name)}, {w.text(variable)}, {moves})", t.shape)


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


def _integral(w: NumpyWriter, t: Term) -> Text:
    return _shaped(w, f"{w.needs('integral')}({_lambda(w, str(t.data), t.args[0])})", t.shape)


def _differential(w: NumpyWriter, t: Term) -> Text:
    inner = t.args[0]
    if inner.op != "symbol":
        raise BorderError(f"{plain(t)} has no value of its own", "only the differential of a name is a parameter")
    name = str(inner.data)
    if name not in w.differentials:
        w.differentials[name] = w.parameter(f"d_{name}"), inner.shape
    return w.differentials[name][0], ATOM


CALCULUS: Mapping[str, Rule] = {
    "lim": _limit,
    "integral": _integral,
    "D": _derivative,
    "structured": _structured,
    "tied": _tied,
    "at": _at,
    "directional": _directional,
    "d": _differential,
}
