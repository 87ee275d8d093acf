"""The shapes of sums, products, limits and whatever else binds a name."""

from __future__ import annotations

from derivgen.language.call_shapes import CallShapes
from derivgen.language.notation import Syntax
from derivgen.language.places import names_in, shifted
from derivgen.language.shapes import SCALAR, Shape


class BinderShapes(CallShapes):
    """The rule for each call in which a name of its own stands for a scalar or for a value."""

    def bound_name(self, node: Syntax) -> str:
        """The name that a binder's argument introduces."""
        if node.kind != "name":
            self.fail("a bound variable is a plain name", node)
        return node.value

    def _in_scope(self, name: str, shape: Shape, body: Syntax) -> Shape | None:
        saved = dict(self.bound)
        self.bound[name] = shape
        try:
            return self.shape(body)
        finally:
            self.bound = saved

    def _call_lim(self, node: Syntax) -> Shape | None:
        self._arity(node, 3)
        self.shape(node.children[1])
        return self._in_scope(self.bound_name(node.children[0]), SCALAR, node.children[2])

    def _call_integral(self, node: Syntax) -> Shape | None:
        self._arity(node, 2)
        return self._in_scope(self.bound_name(node.children[0]), SCALAR, node.children[1])

    def _call_at(self, node: Syntax) -> Shape | None:
        self._arity(node, 3)
        value = self.shape(node.children[2]) or SCALAR
        return self._in_scope(self.bound_name(node.children[1]), value, node.children[0])

    def _call_sum(self, node: Syntax) -> Shape | None:
        self._arity(node, 1, 4)
        if len(node.children) == 1:
            return SCALAR if self.shape(node.children[0]) else None
        for child in node.children[1:3]:
            for name in names_in(child):
                if name.value not in self.bound and self.lookup(name.value) is None:
                    self._demand_no_constant(name)
                    self.dimensions.add(name.value)
                    self.counted.add(name.value)
            self.shape(child)
        letter, running = self.bound_name(node.children[0]), dict(self.running)
        if high := self._counted_up_to(*node.children[1:3]):
            self.running[letter] = high
        else:
            self.running.pop(letter, None)
        try:
            return self._in_scope(letter, SCALAR, node.children[3])
        finally:
            self.running = running

    def _counted_up_to(self, low: Syntax, high: Syntax) -> tuple[str, int] | None:
        """A name N and a number k where a sum counts from 1 to N + k; else None."""
        reached = shifted(high)
        if reached is None or reached[0] in self.bound or (low.kind, low.value) != ("number", "1"):
            return None
        known = self.lookup(reached[0])
        return reached if known is None or "natural" in known.properties else None

    _call_prod = _call_sum

    def _call_every(self, node: Syntax) -> Shape | None:
        self._arity(node, 4)
        return self._call_sum(node)
