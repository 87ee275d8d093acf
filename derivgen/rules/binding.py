"""What a law's names stand for at one place, and the law's sides with those put in.

Keys of a binding: ``A`` a hole -> Term; ``f`` a function -> FunctionName; ``F`` a second-order hole -> Abstraction;
``?n`` a dimension -> Dim; ``@i`` a bound name of the law -> BoundName; ``a..`` a segment -> Term or Empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from derivgen.language.operators import DERIVED, HOLES, OPERATORS, SCALAR_FUNCTIONS
from derivgen.language.shapes import Dim, substitute_shape
from derivgen.language.terms import Term, dimension_term, make, product, substitute, symbol


@dataclass(frozen=True, slots=True)
class Abstraction:
    """A term with named places: ``names`` are bound in ``body``."""

    names: tuple[str, ...]
    body: Term


@dataclass(frozen=True, slots=True)
class FunctionName:
    """An unknown function, or its derivative of an order: what a law says of f holds of f'."""

    name: str
    order: int = 0

    @property
    def text(self) -> str:
        """The function as it is written: f, f', f''."""
        return self.name + "'" * self.order


@dataclass(frozen=True, slots=True)
class BoundName:
    """The name that a bound variable of the law has in the term."""

    name: str


@dataclass(frozen=True, slots=True)
class Empty:
    """An empty segment."""


Value: TypeAlias = Term | Abstraction | FunctionName | BoundName | Dim | Empty
Binding: TypeAlias = Mapping[str, Value]


class UnboundError(KeyError):
    """A side of a law mentions a name that the binding does not hold, or holds as another kind of thing."""


def dimensions(binding: Binding) -> dict[str, Dim]:
    """The bound dimensions, by their names in the law."""
    return {key: value for key, value in binding.items() if isinstance(value, Dim)}


def instantiate(pattern: Term, binding: Binding) -> Term:
    """The pattern with the binding put in. Raises UnboundError; ShapeError where the parts do not fit."""
    if pattern.op in HOLES:
        return _hole(pattern, binding, frozenset())
    return _instantiate(pattern, binding, dimensions(binding), frozenset())


def _instantiate(p: Term, b: Binding, dims: Mapping[str, Dim], inside: frozenset[str]) -> Term:
    """``inside`` are the names bound around this place; a value that mentions one of them would be captured."""
    op = p.op
    if op in HOLES:
        return _hole(p, b, inside)
    if op == "family":
        return _family(p, b, dims, inside)
    if op in ("plus", "times"):
        return _with_segments(p, b, dims, inside)
    shape = substitute_shape(p.shape, dims)
    if op == "symbol":
        bound = b.get("@" + str(p.data))
        return symbol(bound.name, shape) if isinstance(bound, BoundName) else p
    data, binds = _data(p, b), OPERATORS[op].binds
    args = [_instantiate(arg, b, dims, inside | {str(data)} if k == binds else inside) for k, arg in enumerate(p.args)]
    if op in ("apply", "map") and isinstance(data, tuple) and data[0] in SCALAR_FUNCTIONS:
        return _known_function(op, args, data)
    return make(op, args, data, shape)


def _known_function(op: str, args: list[Term], data: tuple[object, object]) -> Term:
    """A function hole that stands for an elementary function: exp(s), exp.(X); its derivatives have no name here."""
    name, orders = str(data[0]), data[1]
    if orders not in (0, (0,)):
        raise UnboundError(f"the derivative of {name}")
    return make(name, args) if op == "apply" else make("map", args, (name, 0))


def _data(p: Term, b: Binding) -> object:
    if OPERATORS[p.op].binds is not None:
        bound = b.get("@" + str(p.data))
        return bound.name if isinstance(bound, BoundName) else p.data
    if p.op in ("apply", "map") and isinstance(p.data, tuple) and str(p.data[0]).startswith("?"):
        function = _function(str(p.data[0])[1:], b)
        return function.name, _raised(p.data[1], function)
    if p.op in DERIVED and str(p.data).startswith("?"):
        function = _function(str(p.data)[1:], b)
        if function.order:
            raise UnboundError(f"{p.op} of {function.text}")
        return function.name
    return p.data


def _function(name: str, b: Binding) -> FunctionName:
    value = b.get(name)
    if not isinstance(value, FunctionName):
        raise UnboundError(name)
    return value


def _raised(orders: object, function: FunctionName) -> object:
    """The orders of a law's function, where that stands for a derivative itself."""
    if not function.order:
        return orders
    if isinstance(orders, int):
        return orders + function.order
    if isinstance(orders, tuple) and len(orders) == 1:
        return (orders[0] + function.order,)
    raise UnboundError(f"a partial derivative of {function.text}")


def _hole(p: Term, b: Binding, inside: frozenset[str]) -> Term:
    name = str(p.data)
    if name.startswith("dim:"):
        value = b.get("?" + name[4:])
        if not isinstance(value, Dim):
            raise UnboundError(name[4:])
        return dimension_term(value)
    found = b.get(name)
    if not isinstance(found, Term):
        raise UnboundError(name)
    if found.free & inside:
        raise UnboundError(f"{name} would be captured")
    return found


def _family(p: Term, b: Binding, dims: Mapping[str, Dim], inside: frozenset[str]) -> Term:
    value = b.get(str(p.data))
    if not isinstance(value, Abstraction) or len(value.names) != len(p.args):
        raise UnboundError(str(p.data))
    if (value.body.free - set(value.names)) & inside:
        raise UnboundError(f"{p.data} would be captured")
    args = [_instantiate(arg, b, dims, inside) for arg in p.args]
    return substitute(value.body, dict(zip(value.names, args, strict=True)))


def _with_segments(p: Term, b: Binding, dims: Mapping[str, Dim], inside: frozenset[str]) -> Term:
    parts: list[Term] = []
    for arg in p.args:
        if arg.op != "segment":
            parts.append(_instantiate(arg, b, dims, inside))
            continue
        value = b.get(f"{arg.data}..")
        if isinstance(value, Term) and not value.free & inside:
            parts.append(value)
        elif not isinstance(value, Empty):
            raise UnboundError(f"{arg.data}..")
    return make("plus", parts) if p.op == "plus" else product(*parts)
