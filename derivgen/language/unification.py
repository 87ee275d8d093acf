"""Dimensions that must be one, and what is said where they are not: "A is m x n, so X must be n x p"."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

from derivgen.language.names import Names, taken
from derivgen.language.notation import NotationError, Syntax
from derivgen.language.shapes import ONE, SCALAR, Dim, Shape, describe, substitute_shape, unify


class Unification(Names, ABC):
    """What is known of the dimensions of texts over common declarations, and the refusal of what does not fit."""

    @abstractmethod
    def shape(self, node: Syntax) -> Shape | None:
        """The shape of a node, with dimension variables; None for a term that takes its shape from its neighbours."""

    def _same(self, a: Dim, b: Dim, node: Syntax, message: str) -> None:
        result = unify(a, b, self.bindings)
        if result is None:
            self.fail(message, node)
        self.bindings = result

    def resolve(self, shape: Shape) -> Shape:
        """A shape with what is known of its dimensions by now."""
        return substitute_shape(shape, self.bindings)

    def _equal_shapes(self, a: Shape, b: Shape, node: Syntax, what: str, parts: tuple[Syntax, ...] = ()) -> None:
        hint = self._scalar_hint(a, b, parts) if (a == SCALAR) != (b == SCALAR) else self._taken()
        for x, y in zip(a, b, strict=True):
            if (a == SCALAR) != (b == SCALAR) or unify(x, y, self.bindings) is None:
                self.fail(f"{what}: {describe(a)} and {describe(b)}", node, hint)
            self._same(x, y, node, what)

    def _square(self, shape: Shape, node: Syntax, what: str, hint: str = "") -> None:
        if unify(shape[0], shape[1], self.bindings) is None or (ONE in shape and shape != SCALAR):
            self.fail(f"{what} needs a square matrix, but this is a {describe(shape)}", node, hint)
        self._same(shape[0], shape[1], node, what)

    def _scalar_hint(self, a: Shape, b: Shape, parts: tuple[Syntax, ...]) -> str:
        """What to do where a scalar stands beside a matrix: it may be a name that nobody declared."""
        scalars = parts[: 1 if a == SCALAR else None][-1:]
        if not scalars or any(carriers(part) for part in scalars):
            return self._taken() or "write c*I(n) for a multiple of the identity"
        other = b if a == SCALAR else a
        if members := next(filter(None, map(self._members_hint, parts[:: 1 if b == SCALAR else -1])), ""):
            return members
        if ONE in other:
            return f"a number in every entry is a multiple of ones({other[0] if other[1] == ONE else other[1]})"
        return "write c*I(n) for a multiple of the identity, c*ones(m,n) for c in every entry"

    def _members_hint(self, node: Syntax) -> str:
        """How to declare the members of a family, where an undeclared x[i] was read as an entry; or nothing."""
        if node.kind == "index" and len(node.children) == 2 and node.children[1].kind == "name":
            base, index = (child.value for child in node.children)
            read = self.inferred.get(base)
            entry = read is not None and read.sort == "value"
            if entry and index in self.running and self.running[index][1] == 0:
                family = f"{base}[{index}=1..{self.running[index][0]}]: vector(n)"
                return f"undeclared, {base}[{index}] is an entry of a vector; for vectors declare {family}"
        return next(filter(None, map(self._members_hint, node.children)), "")

    def _taken(self) -> str:
        """What names were taken for that nobody declared, as a hint where shapes clash."""
        names = [(name, self.resolve(d.shape)) for name, d in self.inferred.items() if d.sort == "value"]
        scalars = [name for name, shape in names if shape == SCALAR]
        return taken(scalars, [name for name, shape in names if ONE not in shape])

    def _written(self, node: Syntax) -> str:
        return node.value if node.kind in ("name", "number") else ".."

    def _excerpt(self, node: Syntax) -> str:
        if node.kind in ("neg", "group") and node.children:
            return self._excerpt(node.children[0])
        return node.value if node.kind in ("name", "number") else f"the term at column {self._column(node)}"

    def _first(self, node: Syntax) -> Syntax:
        """The node with the place where it begins, not that of its operator."""
        inner = node
        while inner.children and inner.children[0].position < inner.position:
            inner = inner.children[0]
        return replace(node, position=inner.position)

    def _column(self, node: Syntax) -> int:
        return NotationError("", self.text, self._first(node).position).column


_CARRIERS = {"plus": slice(None), "neg": slice(None), "group": slice(None), "times": slice(-1, None), "div": slice(1)}


def carriers(node: Syntax) -> set[str]:
    """The names that give a sum of multiples its shape: u, v in 2*u + t*v/3, none in e(i,n)."""
    own = {node.value} if node.kind == "name" else set()
    return own.union(*map(carriers, node.children[_CARRIERS.get(node.kind, slice(0))]))
