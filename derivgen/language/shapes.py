"""Symbolic dimensions and shapes.

A dimension is a polynomial with integer coefficients in named dimensions (``n``, ``m*n``, ``m + n``, ``3``).
Dimensions are compared, never solved. A name that starts with ``?`` is a dimension variable; unification binds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar, TypeAlias

Monomial: TypeAlias = tuple[str, ...]


class ShapeError(ValueError):
    """Two shapes do not fit. ``parts`` holds the clashing (text, shape) pairs for the message of a reader."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Dim:
    """A dimension in normal form: sorted monomials with non-zero integer coefficients.

    Equal dimensions are one object, so that shapes are compared without a look into them.
    """

    __slots__ = ("monomials", "number", "variable")
    _known: ClassVar[dict[tuple[tuple[Monomial, int], ...], Dim]] = {}
    monomials: tuple[tuple[Monomial, int], ...]
    number: int | None  # the value of a constant dimension
    variable: str | None  # the name, where the dimension is one bare name

    def __new__(cls, monomials: tuple[tuple[Monomial, int], ...]) -> Dim:
        """The dimension of these monomials."""
        known = cls._known.get(monomials)
        return known if known is not None else cls._known.setdefault(monomials, cls._made(monomials))

    @classmethod
    def _made(cls, monomials: tuple[tuple[Monomial, int], ...]) -> Dim:
        self = super().__new__(cls)
        self.monomials = monomials
        self.number, self.variable = (None if monomials else 0), None
        if len(monomials) == 1:
            names, coefficient = monomials[0]
            if not names:
                self.number = coefficient
            elif len(names) == 1 and coefficient == 1:
                self.variable = names[0]
        return self

    def __reduce__(self) -> tuple[type[Dim], tuple[tuple[tuple[Monomial, int], ...]]]:
        """Found, or made, where it is unpickled or copied."""
        return Dim, (self.monomials,)

    def __str__(self) -> str:
        parts = []
        for names, coefficient in self.monomials:
            factors = [*([str(coefficient)] if coefficient != 1 or not names else []), *names]
            parts.append("*".join(factors))
        return " + ".join(parts) or "0"

    def __repr__(self) -> str:
        return f"Dim({self})"

    @property
    def names(self) -> frozenset[str]:
        """All names that occur."""
        return frozenset(name for names, _ in self.monomials for name in names)


def _normal(terms: dict[Monomial, int]) -> Dim:
    return Dim(tuple(sorted((m, c) for m, c in terms.items() if c)))


@lru_cache(maxsize=4096)
def dim(value: int | str) -> Dim:
    """A constant or a named dimension."""
    if isinstance(value, int):
        return Dim((((), value),)) if value else Dim(())
    return Dim((((value,), 1),))


ONE = dim(1)
Shape: TypeAlias = tuple[Dim, Dim]
SCALAR: Shape = (ONE, ONE)
PROPOSITION: Shape = (dim(0), dim(0))


def add_dims(a: Dim, b: Dim) -> Dim:
    """The sum of two dimensions."""
    terms = dict(a.monomials)
    for names, coefficient in b.monomials:
        terms[names] = terms.get(names, 0) + coefficient
    return _normal(terms)


def mul_dims(a: Dim, b: Dim) -> Dim:
    """The product of two dimensions."""
    terms: dict[Monomial, int] = {}
    for left, p in a.monomials:
        for right, q in b.monomials:
            key = tuple(sorted(left + right))
            terms[key] = terms.get(key, 0) + p * q
    return _normal(terms)


Bindings: TypeAlias = Mapping[str, Dim]


def substitute_dim(d: Dim, bindings: Bindings) -> Dim:
    """Replace dimension names by their bindings, repeatedly."""
    if d.number is not None or not bindings:
        return d
    name = d.variable
    if name is not None:
        seen = set()
        while name is not None and name in bindings and name not in seen:
            seen.add(name)
            d = bindings[name]
            name = d.variable
        if name is not None:
            return d
    if not any(n in bindings for n in d.names):
        return d
    total = dim(0)
    for names, coefficient in d.monomials:
        part = dim(coefficient)
        for n in names:
            part = mul_dims(part, substitute_dim(bindings[n], bindings) if n in bindings else dim(n))
        total = add_dims(total, part)
    return total


def substitute_shape(shape: Shape, bindings: Bindings) -> Shape:
    """Replace dimension names in both dimensions."""
    if not bindings:
        return shape
    return substitute_dim(shape[0], bindings), substitute_dim(shape[1], bindings)


def unify(a: Dim, b: Dim, bindings: Bindings) -> Bindings | None:
    """The bindings extended so that both dimensions are equal; None when they clash. Only ``?`` names are bound."""
    a, b = substitute_dim(a, bindings), substitute_dim(b, bindings)
    if a == b:
        return bindings
    for x, y in ((a, b), (b, a)):
        name = x.variable
        if name is not None and name.startswith("?") and name not in y.names:
            return {**bindings, name: y}
    return None


def unify_shapes(a: Shape, b: Shape, bindings: Bindings) -> Bindings | None:
    """Unify rows with rows and columns with columns."""
    rows = unify(a[0], b[0], bindings)
    return None if rows is None else unify(a[1], b[1], rows)


def describe(shape: Shape) -> str:
    """A shape in words: ``scalar``, ``vector(n)``, ``row(n)`` or ``matrix(m,n)``."""
    if shape == SCALAR:
        return "scalar"
    if shape == PROPOSITION:
        return "equation"
    rows, cols = shape
    if cols == ONE:
        return f"vector({rows})"
    if rows == ONE:
        return f"row({cols})"
    return f"matrix({rows},{cols})"
