"""The shapes of calls: functions of the notation, declared and derived ones, and what takes dimensions or indices."""

from __future__ import annotations

from derivgen.language.declarations import dimension_of
from derivgen.language.foreign import ARGUMENTS
from derivgen.language.names import PI, SPECIAL, Names
from derivgen.language.notation import NotationError, Syntax
from derivgen.language.operator_shapes import OperatorShapes
from derivgen.language.operators import BRING_PI, CALLS, MATRIX_FUNCTIONS, OPERATORS, SCALAR_FUNCTIONS
from derivgen.language.shapes import ONE, SCALAR, Dim, Shape, ShapeError, describe
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


class CallShapes(OperatorShapes):
    """The rule for each function and each call of the notation that binds no name."""

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
        function = self._function(node, len(node.children), self._declared_by_arguments(node))
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
        """How to declare a function of a scalar that nobody declared, or to take its values entry by entry."""
        entrywise = f"entry by entry write {node.value}.(..)" if len(node.children) == 1 else ""
        if node.value not in self.inferred:
            return entrywise if self._function(node, len(node.children)).domain == (SCALAR,) else ""
        kind = "row(n)" if found[0] == ONE else "vector(n)" if found[1] == ONE else "matrix(m,n)"
        hints = [f"declare it, such as {node.value}: function({kind}) -> scalar", *filter(None, [entrywise])]
        return f"undeclared, it is a function of a scalar; {'; '.join(hints)}"

    def _declared_by_arguments(self, node: Syntax) -> str:
        """How to declare a function of vectors or matrices that nobody knows; nothing for one of scalars."""
        if not self.infer or self.lookup(node.value) is not None:
            return ""
        try:
            kinds = [describe(self.shape(child) or SCALAR) for child in node.children]
        except NotationError:
            return ""
        vectors = any(kind.startswith("vector") for kind in kinds)
        for k, child in enumerate(node.children):
            if vectors and child.kind == "index" and child.children[0].value in self.families:
                kinds[k] = "vector(n)"
        of_scalars = set(kinds) <= {"scalar"}
        return "" if of_scalars else f"declare it: let {node.value}: function({', '.join(kinds)}) -> scalar"

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
                ARGUMENTS.get(node.value, ""),
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


def order_of(node: Syntax, elaborator: Names) -> tuple[str, int]:
    """The (perturbation, order) of O(eps^k)."""
    inner = node.children[0]
    if inner.kind == "name":
        return inner.value, 1
    if inner.kind == "pow":
        base, exponent = inner.children
        if base.kind == "name" and exponent.kind == "number" and exponent.value.isdigit():
            return base.value, int(exponent.value)
    elaborator.fail("O takes a power of the perturbation", node, "write O(eps) or O(eps^2)")
