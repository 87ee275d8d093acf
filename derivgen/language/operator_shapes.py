"""The shapes of names, numbers and literals, and of what operators and indices make of their arguments."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from derivgen.language.declarations import Declaration
from derivgen.language.names import PI
from derivgen.language.notation import Syntax
from derivgen.language.places import shifted
from derivgen.language.shapes import ONE, PROPOSITION, SCALAR, Dim, Shape, add_dims, describe, dim, unify
from derivgen.language.unification import Unification

_WITHOUT_ENTRIES = (
    "declare x: vector(n), or a family x[i=1..N]: scalar; a vector(1) or a matrix(1) is a scalar, written without index"
)

_ENTRIES_OF_PI = "pi is the constant; give weights another name, such as p[k], or declare them: let pi: vector(K)"


class OperatorShapes(Unification):
    """The rule for each kind of node that is written with a sign of its own."""

    def _shape_number(self, node: Syntax) -> Shape:
        return SCALAR

    _shape_imaginary = _shape_number
    _shape_segment = _shape_number

    def _shape_name(self, node: Syntax) -> Shape:
        declaration = self._name(node)
        if declaration.counter:
            self.fail(f"{node.value} is a family and needs an index", node, f"write {node.value}[i]")
        if declaration.sort == "abbreviation":
            return self.defined(node, declaration, self.shape) or SCALAR
        if declaration.sort == "function":
            self.fail(f"{node.value} is a function and needs an argument", node, f"write {node.value}(x)")
        return declaration.shape

    def _shape_family(self, node: Syntax) -> Shape:
        for child in node.children:
            self.shape(child)
        return self._name(node).shape

    def _shape_group(self, node: Syntax) -> Shape | None:
        return self.shape(node.children[0])

    _shape_neg = _shape_group

    def _shape_transpose(self, node: Syntax) -> Shape:
        rows, cols = self.shape(node.children[0]) or SCALAR
        if node.children[0].kind == "number":
            self.fail("the transpose of a number is that number", node, "a row of ones is written ones(n)'")
        if node.children[0].kind == "index" and (hint := self._members_hint(node.children[0])):
            self.fail("the transpose of an entry is that entry", node, hint)
        return cols, rows

    def _shape_relation(self, node: Syntax) -> Shape:
        left, right = (self.shape(child) for child in node.children)
        if left is not None and right is not None:
            self._equal_shapes(left, right, node, "the two sides have different shapes")
        return PROPOSITION

    def _shape_plus(self, node: Syntax) -> Shape | None:
        common: Shape | None = None
        first: Syntax | None = None
        for child in node.children:
            found = self.shape(child)
            if found is None:
                continue
            if common is None:
                common, first = found, child
                continue
            assert first is not None
            self._equal_shapes(
                self.resolve(common),
                found,
                self._first(child),
                f"cannot add {self._excerpt(first)} and {self._excerpt(child)}",
                (first, child),
            )
        return common

    def _shape_times(self, node: Syntax) -> Shape:
        left, right = (self.shape(child) or SCALAR for child in node.children)
        left = self.resolve(left)
        if left == SCALAR:
            return right
        if right == SCALAR:
            return left
        a, b = node.children
        inner = left[1], right[0]
        # a dimension is never taken to be 1 to make a product legal
        if unify(*inner, self.bindings) is None or (ONE in inner and inner != (ONE, ONE)):
            hint = self._taken()
            if left[1] == ONE == right[1]:
                hint = "two vectors multiply as x'*y (a scalar) or x*y' (a matrix)"
            self.fail(
                f"cannot multiply {self._excerpt(a)}, a {describe(left)}, by {self._excerpt(b)}, a {describe(right)}",
                node,
                hint,
            )
        self._same(left[1], right[0], node, "")
        return self.resolve((left[0], right[1]))

    def _shape_div(self, node: Syntax) -> Shape:
        left, right = (self.shape(child) for child in node.children)
        if right is not None and right != SCALAR:
            self.fail(f"division needs a scalar divisor, but this is a {describe(right)}", node, "write A*inv(B)")
        return left or SCALAR

    def _shape_pow(self, node: Syntax) -> Shape:
        base, power = node.children
        if base.kind == "name" and base.value == "e" and power.kind != "number" and self.lookup("e") is None:
            hint = f"write exp({self._written(power)}), or declare it: let e: positive scalar"
            self.fail("e is not declared, and no constant of the notation", base, hint)
        rows, cols = self.shape(base) or SCALAR
        exponent = self.shape(power)
        if exponent not in (None, SCALAR):
            hint = self._taken()
            if power.kind == "name" and power.value == "T" and power.value in self.inferred:
                hint = f"write {self._written(base)}' for the transpose, or declare T: natural"
            self.fail(f"an exponent is a scalar, not a {describe(exponent or SCALAR)}", power, hint)
        if cols == ONE != rows or rows == ONE != cols:
            self.fail(
                f"a {describe((rows, cols))} has no powers",
                node,
                "write x'*x for the squared length, or x.^2 entry by entry",
            )
        self._square((rows, cols), node, "a power")
        return self.resolve((rows, cols))

    def _shape_hadamard(self, node: Syntax) -> Shape:
        left, right = (self.shape(child) or SCALAR for child in node.children)
        left = self.resolve(left)
        if SCALAR in (left, right):
            return right if left == SCALAR else left
        a, b = node.children
        self._equal_shapes(left, right, node, f"{self._excerpt(a)} and {self._excerpt(b)} have different shapes")
        return self.resolve(left)

    _shape_quotient = _shape_hadamard

    def _shape_elementwise_pow(self, node: Syntax) -> Shape:
        exponent = self.shape(node.children[1])
        if exponent not in (None, SCALAR):
            self.fail(f"an exponent is a scalar, not a {describe(exponent or SCALAR)}", node.children[1])
        return self.shape(node.children[0]) or SCALAR

    def _shape_literal(self, node: Syntax) -> Shape:
        rows, cols = map(int, node.value.split(","))
        found = [self.shape(child) or SCALAR for child in node.children]
        if all(shape == SCALAR for shape in found):
            return dim(rows), dim(cols)
        for k, (child, shape) in enumerate(zip(node.children, found, strict=True)):
            left, above = found[k - k % cols], found[k % cols]
            what = f"this {describe(shape)} does not fit beside the other blocks"
            self._same(self.resolve(left)[0], self.resolve(shape)[0], self._first(child), what)
            self._same(self.resolve(above)[1], self.resolve(shape)[1], self._first(child), what)
        sides = [self.resolve(shape) for shape in found]
        return _sum(s[0] for s in sides[::cols]), _sum(s[1] for s in sides[:cols])

    def _shape_index(self, node: Syntax) -> Shape:
        family = self.members(node)
        if family is not None:
            if len(node.children) != 2:
                self.fail(f"{family.name} is a family: one index picks a member", node, f"write {family.name}[i]")
            self._index_argument(node.children[1])
            own = family.sort == "abbreviation"
            return (self.defined(node, family, self.shape) or SCALAR) if own else family.shape
        rows, cols = self.shape(node.children[0]) or SCALAR
        if (rows, cols) == SCALAR:
            constant = node.children[0].kind == "name" and self.lookup(node.children[0].value) == PI
            self.fail("a scalar has no entries", node, _ENTRIES_OF_PI if constant else _WITHOUT_ENTRIES)
        for child in node.children[1:]:
            if child.kind != "colon":
                self._index_argument(child)
        sides = (rows, cols) if len(node.children) == 3 else (rows if cols == ONE else cols,)
        self._count(node.children[1:], sides)
        if len(node.children) == 2 and ONE not in (rows, cols):
            self.fail(f"a {describe((rows, cols))} needs two indices", node, "write X[i,j], or X[i,:] for a row")
        if len(node.children) > 3:
            self.fail("a matrix has two indices", node)
        return self._line(node, rows, cols)

    def members(self, node: Syntax) -> Declaration | None:
        """The family of which a node x[i] is a member, or the abbreviation that stands for it, or None."""
        base = node.children[0]
        known = self.lookup(base.value) if base.kind == "name" and base.value not in self.bound else None
        return known if known is not None and known.counter else None

    def _index_argument(self, node: Syntax) -> None:
        """An index: an undeclared name becomes one, anything else must be a scalar."""
        name = node.value
        unknown = node.kind == "name" and name not in self.bound and name not in self.dimensions
        if unknown and self.infer and self.lookup(name) is None:
            self.inferred[name] = Declaration(name, "index", SCALAR)
        found = self.shape(node)
        if found not in (None, SCALAR):
            self.fail(f"an index is a scalar, not a {describe(found or SCALAR)}", node)

    def _count(self, indices: Iterable[Syntax], sides: Iterable[Dim]) -> None:
        """Note along which sides an index runs through all its values."""
        for index, side in zip(indices, sides, strict=False):
            reached = shifted(index)
            if reached is None or reached[0] not in self.running:
                continue
            high, short = self.running[reached[0]]
            if short + reached[1] == 0:
                self.counts.append((side, high))

    def _line(self, node: Syntax, rows: Dim, cols: Dim) -> Shape:
        """The shape of an entry X[i,j], a row X[i,:] or a column X[:,j]."""
        colons = [child.kind == "colon" for child in node.children[1:]]
        if colons == [True] or colons == [True, True]:
            self.fail("all entries are the thing itself", node.children[1], "leave the index out")
        if colons == [False, True]:
            return ONE, cols
        return (rows, ONE) if colons == [True, False] else SCALAR


def _sum(sides: Iterable[Dim]) -> Dim:
    return reduce(add_dims, sides)
