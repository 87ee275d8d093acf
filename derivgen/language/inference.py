"""The shape of every part of a syntax tree, by unification: "A is m x n, so X must be n x p"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from derivgen.language.declarations import Declaration, dimension_of
from derivgen.language.foreign import ARGUMENTS
from derivgen.language.names import PI, SPECIAL, Names, taken
from derivgen.language.notation import NotationError, Syntax
from derivgen.language.operators import BRING_PI, CALLS, MATRIX_FUNCTIONS, OPERATORS, SCALAR_FUNCTIONS
from derivgen.language.shapes import (
    ONE,
    PROPOSITION,
    SCALAR,
    Dim,
    Shape,
    ShapeError,
    add_dims,
    describe,
    dim,
    substitute_shape,
    unify,
)
from derivgen.language.terms import symbol

_SQUARE = {
    "inv": "the inverse",
    "tr": "the trace",
    "det": "the determinant",
    "adj": "the adjugate",
    "diagvec": "diagvec",
    "eig": "eig",
    **{name: name for name in MATRIX_FUNCTIONS},
}


class ShapeInference(Names):
    """Finds the shapes of texts over common declarations; dimensions found by one text hold for all."""

    def _same(self, a: Dim, b: Dim, node: Syntax, message: str) -> None:
        result = unify(a, b, self.bindings)
        if result is None:
            self.fail(message, node)
        self.bindings = result

    def resolve(self, shape: Shape) -> Shape:
        """A shape with what is known of its dimensions by now."""
        return substitute_shape(shape, self.bindings)

    def shape(self, node: Syntax) -> Shape | None:
        """The shape of a node, with dimension variables; None for a term that takes its shape from its neighbours."""
        rule = getattr(self, f"_shape_{node.kind}", None)
        if rule is None:
            self.fail("this operator is not supported yet", node)
        found: Shape | None = rule(node)
        found = None if found is None else self.resolve(found)
        self.seen[id(node)] = node, found
        return found

    def _shape_number(self, node: Syntax) -> Shape:
        return SCALAR

    _shape_imaginary = _shape_number

    def _shape_name(self, node: Syntax) -> Shape:
        declaration = self._name(node)
        if declaration.counter:
            self.fail(f"{node.value} is a family and needs an index", node, f"write {node.value}[i]")
        if declaration.sort == "abbreviation":
            return self.defined(node, declaration, self.shape) or SCALAR
        if declaration.sort == "function":
            self.fail(f"{node.value} is a function and needs an argument", node, f"write {node.value}(x)")
        return declaration.shape

    _shape_segment = _shape_number

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

    def _equal_shapes(self, a: Shape, b: Shape, node: Syntax, what: str, parts: tuple[Syntax, ...] = ()) -> None:
        hint = self._scalar_hint(a, b, parts) if (a == SCALAR) != (b == SCALAR) else self._taken()
        for x, y in zip(a, b, strict=True):
            if (a == SCALAR) != (b == SCALAR) or unify(x, y, self.bindings) is None:
                self.fail(f"{what}: {describe(a)} and {describe(b)}", node, hint)
            self._same(x, y, node, what)

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
            if base in self.inferred and index in self.running:
                family = f"{base}[{index}=1..{self.running[index]}]: vector(n)"
                return f"undeclared, {base}[{index}] is an entry of a vector; for vectors declare {family}"
        return next(filter(None, map(self._members_hint, node.children)), "")

    def _taken(self) -> str:
        """What names were taken for that nobody declared, as a hint where shapes clash."""
        names = [(name, self.resolve(d.shape)) for name, d in self.inferred.items() if d.sort == "value"]
        scalars = [name for name, shape in names if shape == SCALAR]
        return taken(scalars, [name for name, shape in names if ONE not in shape])

    def alike(self, first: Syntax, second: Syntax, what: str) -> None:
        """Give two texts one shape; names of the second that are not declared take the shape they need."""
        wanted = self.shape(first) or SCALAR
        if wanted != SCALAR:
            self.open |= carriers(second)
        found = self.shape(second) or SCALAR
        if (wanted == SCALAR) != (found == SCALAR):
            self.fail(f"{what}: {describe(wanted)} and {describe(found)}", self._first(second))
        self._equal_shapes(wanted, found, self._first(second), what)

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

    def _square(self, shape: Shape, node: Syntax, what: str, hint: str = "") -> None:
        if unify(shape[0], shape[1], self.bindings) is None or (ONE in shape and shape != SCALAR):
            self.fail(f"{what} needs a square matrix, but this is a {describe(shape)}", node, hint)
        self._same(shape[0], shape[1], node, what)

    def members(self, node: Syntax) -> Declaration | None:
        """The family of which a node x[i] is a member, or the abbreviation that stands for it, or None."""
        base = node.children[0]
        known = self.lookup(base.value) if base.kind == "name" and base.value not in self.bound else None
        return known if known is not None and known.counter else None

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
            self.fail("a scalar has no entries", node, _WITHOUT_ENTRIES)
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

    def _count(self, indices: Iterable[Syntax], sides: Iterable[Dim]) -> None:
        """Note along which sides an index runs through all its values."""
        for index, side in zip(indices, sides, strict=False):
            if index.kind == "name" and index.value in self.running:
                self.counts.append((side, self.running[index.value]))

    def as_long_as_counted(self) -> None:
        """Let an index that runs from 1 to N run over all of a side that nothing else gives a size, if it is one N."""
        limits: dict[str, set[str]] = {}
        for side, high in self.counts:
            if (name := self.resolve((side, ONE))[0].variable) is not None and name.startswith("?"):
                limits.setdefault(name, set()).add(high)
        for name, highs in limits.items():
            if len(highs) == 1:
                self.bindings = {**self.bindings, name: dim(*highs)}

    def _line(self, node: Syntax, rows: Dim, cols: Dim) -> Shape:
        """The shape of an entry X[i,j], a row X[i,:] or a column X[:,j]."""
        colons = [child.kind == "colon" for child in node.children[1:]]
        if colons == [True] or colons == [True, True]:
            self.fail("all entries are the thing itself", node.children[1], "leave the index out")
        if colons == [False, True]:
            return ONE, cols
        return (rows, ONE) if colons == [True, False] else SCALAR

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

    # -- entry by entry --------------------------------------------------------------------------------------------
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

    def _shape_map_call(self, node: Syntax) -> Shape:
        known = self.lookup(node.value)
        if node.value not in SCALAR_FUNCTIONS or (known is not None and known.sort == "function"):
            function = self._function(node, 1)
            if function.domain != (SCALAR,) or function.shape != SCALAR:
                self.fail(f"{node.value} is not a function of a scalar, so it has no values entry by entry", node)
        elif node.order:
            self.fail(f"{node.value}' is not a function of its own here", node, "write its derivative out")
        self._arity(node, 1)
        self._bring_pi(node)
        return self.shape(node.children[0]) or SCALAR

    def _bring_pi(self, node: Syntax) -> None:
        """Of a function whose derivative holds pi, infer this constant. Refuse another pi beside it."""
        if node.value not in BRING_PI or not self.infer:
            return
        if self.given.get(PI.name, PI) != PI or PI.name in self.dimensions:
            hint = f"give {PI.name} another name: the derivative of {node.value} holds the constant"
            self.fail(f"{PI.name} is declared beside {node.value}", node, hint)
        self.constants.add(PI.name)

    def _shape_derivative_call(self, node: Syntax) -> Shape:
        known = self.lookup(node.value)
        if known is not None and known.sort != "function":
            self.fail(
                f"{node.value} is not a function, so {node.value}'( has no meaning",
                node,
                f"a product is written {node.value}'*(...)",
            )
        return self._applied(node)

    def _shape_partial_call(self, node: Syntax) -> Shape:
        call = node.children[0]
        shape = self._shape_derivative_call(call)
        if any(int(digit) > len(call.children) for digit in node.value):
            self.fail(
                f"{call.value} takes {len(call.children)} argument(s), so it has no derivative .{node.value}",
                call,
            )
        return shape

    def _applied(self, node: Syntax) -> Shape:
        function = self._function(node, len(node.children))
        for child, wanted in zip(node.children, function.domain, strict=True):
            found = self.shape(child)
            if found is not None:
                for x, y in zip(self.resolve(wanted), found, strict=True):
                    what = f"{node.value} takes a {describe(wanted)}, not a {describe(found)}"
                    if (wanted == SCALAR) != (found == SCALAR):
                        self.fail(what, self._first(child), self._function_hint(node, found))
                    self._same(x, y, self._first(child), what)
        return function.shape

    def _function_hint(self, node: Syntax, found: Shape) -> str:
        """How to declare a function that nobody declared."""
        if node.value not in self.inferred:
            return ""
        kind = "row(n)" if found[0] == ONE else "vector(n)" if found[1] == ONE else "matrix(m,n)"
        return f"undeclared, it is a function of a scalar; declare it, such as {node.value}: function({kind}) -> scalar"

    def _shape_grad(self, node: Syntax) -> Shape:
        return self._applied(node) and (self.shape(node.children[0]) or SCALAR)

    def _shape_jac(self, node: Syntax) -> Shape:
        value = self._applied(node)
        argument = self.shape(node.children[0]) or SCALAR
        if not value[1] == ONE == argument[1]:
            self.fail(f"{node.value} is not a function from vectors to vectors, so it has no Jacobian", node)
        return value[0], argument[0]

    def _shape_hess(self, node: Syntax) -> Shape:
        value = self._applied(node)
        argument = self.shape(node.children[0]) or SCALAR
        if value != SCALAR or argument[1] != ONE or argument == SCALAR:
            self.fail(f"{node.value} is not a function from vectors to scalars, so it has no Hessian", node)
        return argument[0], argument[0]

    def _shape_call(self, node: Syntax) -> Shape | None:
        name = node.value
        known = self.lookup(name)
        if known is None or known.sort != "function":
            special = getattr(self, f"_call_{name}", None)
            if special is not None:
                found: Shape | None = special(node)
                return found
            if name in CALLS and name not in SPECIAL:
                return self._ordinary_call(node)
        return self._applied(node)

    def _ordinary_call(self, node: Syntax) -> Shape:
        row = CALLS[node.value]
        self._bring_pi(node)
        if len(node.children) != row.arity[0]:
            hint = ARGUMENTS.get(node.value, "")
            self.fail(f"{node.value} takes {row.arity[0]} argument(s), not {len(node.children)}", node, hint)
        shapes = [self.shape(child) or SCALAR for child in node.children]
        if row.name in _SQUARE:
            hint = "for a rectangular matrix the pseudo-inverse is pinv(X)" if row.name == "inv" else ""
            self._square(shapes[0], node, _SQUARE[row.name], hint)
        if row.name == "diag" and self.resolve(shapes[0])[1] != ONE:
            self._square(shapes[0], node, "diag of a matrix")
        try:
            return row.shape([symbol("x", self.resolve(shape)) for shape in shapes], None, None)
        except ShapeError as error:
            self.fail(str(error), node, error.hint)

    def _arity(self, node: Syntax, *counts: int) -> None:
        if len(node.children) not in counts:
            self.fail(
                f"{node.value} takes {' or '.join(map(str, counts))} argument(s), not {len(node.children)}",
                node,
            )

    def _dimension(self, node: Syntax) -> Dim:
        found = dimension_of(node, self.source, self.text)
        if found.number == 0:
            self.fail("a dimension is at least 1", node)
        self.dimensions |= found.names
        return found

    def _call_I(self, node: Syntax) -> Shape:
        self._arity(node, 1)
        n = self._dimension(node.children[0])
        return n, n

    _call_shift = _call_I

    def _call_zeros(self, node: Syntax) -> Shape:
        self._arity(node, 1, 2)
        dims = [self._dimension(child) for child in node.children]
        return (dims[0], dims[1]) if len(dims) == 2 else (dims[0], ONE)

    _call_ones = _call_zeros

    def _call_H(self, node: Syntax) -> Shape:
        self._arity(node, 1)
        return self._shape_transpose(node)

    def _call_e(self, node: Syntax) -> Shape:
        self._arity(node, 2)
        self._index_argument(node.children[0])
        return self._dimension(node.children[1]), ONE

    def _call_J(self, node: Syntax) -> Shape:
        self._arity(node, 4)
        for child in node.children[:2]:
            self._index_argument(child)
        return self._dimension(node.children[2]), self._dimension(node.children[3])

    def _call_eigvec(self, node: Syntax) -> Shape:
        self._arity(node, 2)
        shape = self.shape(node.children[0]) or SCALAR
        self._square(shape, node, "eigvec")
        self._index_argument(node.children[1])
        return self.resolve(shape)[0], ONE

    def _call_delta(self, node: Syntax) -> Shape:
        self._arity(node, 2)
        for child in node.children:
            self._index_argument(child)
        return SCALAR

    def _index_argument(self, node: Syntax) -> None:
        """An index: an undeclared name becomes one, anything else must be a scalar."""
        name = node.value
        unknown = node.kind == "name" and name not in self.bound and name not in self.dimensions
        if unknown and self.infer and self.lookup(name) is None:
            self.inferred[name] = Declaration(name, "index", SCALAR)
        found = self.shape(node)
        if found not in (None, SCALAR):
            self.fail(f"an index is a scalar, not a {describe(found or SCALAR)}", node)

    def _call_O(self, node: Syntax) -> Shape | None:
        self._arity(node, 1, 3)
        order_of(node, self)
        if len(node.children) == 3:
            return self._dimension(node.children[1]), self._dimension(node.children[2])
        return None

    def _call_d(self, node: Syntax) -> Shape | None:
        self._arity(node, 1)
        return self.shape(node.children[0])

    def _call_D(self, node: Syntax) -> Shape:
        self._arity(node, 2)
        body, variable = (self.shape(child) or SCALAR for child in node.children)
        body = self.resolve(body)
        try:
            return OPERATORS["D"].shape([symbol("f", body), symbol("x", variable)], None, None)
        except ShapeError as error:
            self.fail(str(error), node, error.hint)

    def _call_directional(self, node: Syntax) -> Shape:
        self._arity(node, 3)
        body, variable, along = (self.shape(child) or SCALAR for child in node.children)
        self._equal_shapes(self.resolve(variable), along, node, "a direction has the shape of its variable")
        return body

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
            if child.kind == "name" and child.value not in self.bound and self.lookup(child.value) is None:
                self._demand_no_constant(child)
                self.dimensions.add(child.value)
                self.counted.add(child.value)
            self.shape(child)
        name, running = self.bound_name(node.children[0]), dict(self.running)
        if high := self._counted_up_to(*node.children[1:3]):
            self.running[name] = high
        else:
            self.running.pop(name, None)
        try:
            return self._in_scope(name, SCALAR, node.children[3])
        finally:
            self.running = running

    def _counted_up_to(self, low: Syntax, high: Syntax) -> str:
        """The name of a dimension up to which a sum counts from 1, or nothing."""
        known = self.lookup(high.value) if high.kind == "name" else None
        plain = high.kind == "name" and high.value not in self.bound and (low.kind, low.value) == ("number", "1")
        return high.value if plain and (known is None or "natural" in known.properties) else ""

    _call_prod = _call_sum

    def _call_every(self, node: Syntax) -> Shape | None:
        self._arity(node, 4)
        return self._call_sum(node)


def order_of(node: Syntax, elaborator: ShapeInference) -> tuple[str, int]:
    """The (perturbation, order) of O(eps^k)."""
    inner = node.children[0]
    if inner.kind == "name":
        return inner.value, 1
    if inner.kind == "pow":
        base, exponent = inner.children
        if base.kind == "name" and exponent.kind == "number" and exponent.value.isdigit():
            return base.value, int(exponent.value)
    elaborator.fail("O takes a power of the perturbation", node, "write O(eps) or O(eps^2)")


_WITHOUT_ENTRIES = (
    "declare x: vector(n), or a family x[i=1..N]: scalar; a vector(1) or a matrix(1) is a scalar, written without index"
)
_CARRIERS = {"plus": slice(None), "neg": slice(None), "group": slice(None), "times": slice(-1, None), "div": slice(1)}


def carriers(node: Syntax) -> set[str]:
    """The names that give a sum of multiples its shape: u, v in 2*u + t*v/3, none in e(i,n)."""
    own = {node.value} if node.kind == "name" else set()
    return own.union(*map(carriers, node.children[_CARRIERS.get(node.kind, slice(0))]))


def _sum(sides: Iterable[Dim]) -> Dim:
    return reduce(add_dims, sides)
