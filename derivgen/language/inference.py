"""The shape of every part of a syntax tree, by unification.

Each kind of node has a rule: ``operator_shapes``, ``call_shapes`` and ``binder_shapes`` hold them.
"""

from __future__ import annotations

from derivgen.language.binder_shapes import BinderShapes
from derivgen.language.notation import Syntax
from derivgen.language.shapes import ONE, SCALAR, Shape, describe, dim
from derivgen.language.unification import carriers


class ShapeInference(BinderShapes):
    """Finds the shapes of texts over common declarations; dimensions found by one text hold for all."""

    def shape(self, node: Syntax) -> Shape | None:
        """The shape of a node, with dimension variables; None for a term that takes its shape from its neighbours."""
        rule = getattr(self, f"_shape_{node.kind}", None)
        if rule is None:
            self.fail("this operator is not supported yet", node)
        found: Shape | None = rule(node)
        found = None if found is None else self.resolve(found)
        self.seen[id(node)] = node, found
        return found

    def alike(self, first: Syntax, second: Syntax, what: str) -> None:
        """Give two texts one shape; names of the second that are not declared take the shape they need."""
        wanted = self.shape(first) or SCALAR
        if wanted != SCALAR:
            self.open |= carriers(second)
        found = self.shape(second) or SCALAR
        if (wanted == SCALAR) != (found == SCALAR):
            self.fail(f"{what}: {describe(wanted)} and {describe(found)}", self._first(second))
        self._equal_shapes(wanted, found, self._first(second), what)

    def as_long_as_counted(self) -> None:
        """Let an index that runs from 1 to N run over all of a side that nothing else gives a size, if it is one N."""
        limits: dict[str, set[str]] = {}
        for side, high in self.counts:
            if (name := self.resolve((side, ONE))[0].variable) is not None and name.startswith("?"):
                limits.setdefault(name, set()).add(high)
        for name, highs in limits.items():
            if len(highs) == 1:
                self.bindings = {**self.bindings, name: dim(*highs)}
