"""The shape of every part of a syntax tree, by unification.

Each kind of node has a rule: ``operator_shapes``, ``call_shapes`` and ``binder_shapes`` hold them.
"""

from __future__ import annotations

from derivgen.language.binder_shapes import BinderShapes
from derivgen.language.names import PI
from derivgen.language.notation import Syntax, read
from derivgen.language.operators import EXPECTATIONS
from derivgen.language.places import names_in, nodes_in
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

    def demand_random(self, root: Syntax) -> None:
        """Refuse an expectation of names of which nobody declared any; the names of a text are known by then."""
        for node in nodes_in(root):
            if node.kind != "call" or node.value not in EXPECTATIONS:
                continue
            inside = [name for child in node.children for name in self._names_below(child)]
            unsaid = [d for d in map(self.inferred.get, inside) if d is not None and d.sort in ("value", "members")]
            if any(name in self.given and self.given[name].is_random for name in inside) or not unsaid:
                continue
            last = unsaid[-1]
            name = f"{last.name}[{last.counter}=1..{last.extent}]" if last.counter else last.name
            hint = f"say what is random, such as let {name}: random {describe(self.resolve(last.shape))}"
            self.fail(f"nothing in this {node.value}(..) is declared random", node, hint)

    def _names_below(self, node: Syntax) -> list[str]:
        """The names in a node, also those in what abbreviations stand for; constants are none."""
        found = []
        for name in (inner.value for inner in names_in(node) if inner.value != PI.name):
            known = self.given.get(name)
            own = known is not None and known.sort == "abbreviation"
            found += self._names_below(read(known.definition)) if own and known is not None else [name]
        return found

    def as_long_as_counted(self) -> None:
        """Let an index that runs from 1 to N run over all of a side that nothing else gives a size, if it is one N."""
        limits: dict[str, set[str]] = {}
        for side, high in self.counts:
            if (name := self.resolve((side, ONE))[0].variable) is not None and name.startswith("?"):
                limits.setdefault(name, set()).add(high)
        for name, highs in limits.items():
            if len(highs) == 1:
                self.bindings = {**self.bindings, name: dim(*highs)}
