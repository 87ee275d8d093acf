"""What writes terms as NumPy expressions, one rule for each operator, and what the rules share.

Inside an expression every vector, row and matrix is a two-dimensional array and every scalar a number, so that ``@``
and ``.T`` mean what they say.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from derivgen.interop.errors import BorderError
from derivgen.interop.numpy_support import SUPPORT
from derivgen.language.plain import plain
from derivgen.language.shapes import ONE, SCALAR, Dim, Shape
from derivgen.language.terms import Term

SUM, PRODUCT, POWER, ATOM = range(4)
"""How tightly Python holds an expression together."""
Text = tuple[str, int]

_RESERVED = frozenset(("np", "sum", "range", "int", "float", "scipy", *SUPPORT, *keyword.kwlist))


def identifier(name: str) -> str:
    """A name as Python can hold it: ``lambda`` becomes ``lambda_``."""
    return name + "_" if name.rstrip("_") in _RESERVED else name


class NumpyWriter:
    """Writes terms; it collects the supporting functions, differentials and derivatives of functions that they need."""

    def __init__(
        self,
        rules: Mapping[str, Rule],
        names: Iterable[str] = (),
        whole: Iterable[str] = (),
        structures: Mapping[str, str] | None = None,
        complex_names: Iterable[str] = (),
    ) -> None:
        self.rules = rules
        self.structures = structures or {}  # of the names that have one
        self.complex_names = frozenset(complex_names)
        self.whole = set(whole)  # names of whole numbers, which Python treats otherwise than NumPy does its numbers
        self.dimensions: dict[str, None] = {}  # dimensions that are written
        self.support: dict[str, None] = {}  # names of supporting functions
        self.callables: dict[str, str] = {}  # unknown functions and their derivatives -> their parameters
        self.differentials: dict[str, tuple[str, Shape]] = {}  # x -> the parameter for d(x), and its shape
        self._taken = {identifier(name) for name in (*names, *self.whole)}

    def text(self, t: Term, level: int = SUM) -> str:
        """A term as Python, in brackets where it holds together less than ``level``. Raises BorderError."""
        rule = self.rules.get(t.op)
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
        whole = is_whole(t) or (t.op == "symbol" and t.data in self.whole)
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


def is_whole(t: Term) -> bool:
    """Whether a term is a whole number."""
    return t.op == "number" and isinstance(t.data, int)


_HINTS = {
    "O": "O(..) stands for terms that are not known; write the expansion without it",
    "nabla": "derive it, and write its right side",
    **dict.fromkeys(("E", "Var", "Cov"), "it depends on the distribution: declare a name for its value"),
    "=": "an equation is true or false; write its right side",
}
Rule: TypeAlias = "Callable[[NumpyWriter, Term], Text]"


def places(w: NumpyWriter, entry: Term) -> list[str]:
    """Row and column of an entry, counted from 0."""
    base, *indices = entry.args
    found = [w.place(i) for i in indices]
    if len(found) == 2:
        return found
    return ["0", *found] if base.shape[0] == ONE else [*found, "0"]
