"""Syntax to terms: shapes are found by unification, names are looked up, inferred or refused.

Undeclared: an upper-case first letter is a matrix, a lower-case one a scalar, a primed lower-case name a vector;
f, g, h and F, G called with brackets are functions. Whatever is inferred is reported in ``inferred``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import NoReturn

from derivgen.language.declarations import Declaration, Declarations, dimension_of, suggest
from derivgen.language.notation import NotationError, Syntax, read
from derivgen.language.operators import CALLS, OPERATORS
from derivgen.language.shapes import (
    ONE,
    PROPOSITION,
    SCALAR,
    Bindings,
    Dim,
    Shape,
    ShapeError,
    describe,
    dim,
    substitute_shape,
    unify,
)
from derivgen.language.terms import Term, make, number, plus, product, symbol

PLANNED = (
    "pinv",
    "adj",
    "sigmoid",
    "relu",
    "max",
    "min",
    "sign",
    "softmax",
    "logsumexp",
    "expm",
    "logm",
    "sinm",
    "cosm",
    "sqrtm",
    "kron",
    "vec",
    "diag",
    "diagvec",
    "H",
    "conj",
    "re",
    "im",
    "eig",
    "E",
    "Var",
    "Cov",
    "norm",
    "norm2",
    "norm1",
    "norminf",
    "normmax",
    "jac",
)
SPECIAL = (
    "I",
    "O",
    "zeros",
    "ones",
    "e",
    "J",
    "delta",
    "d",
    "D",
    "at",
    "lim",
    "sum",
    "prod",
    "directional",
    "grad",
)


class Elaborator:
    """Turns one or more texts over common declarations into terms; dimensions found by one hold for all."""

    def __init__(self, declarations: Declarations | None = None, infer: bool = True, source: str = "") -> None:
        self.given = declarations or Declarations()
        self.infer, self.source = infer, source
        self.inferred: dict[str, Declaration] = {}
        self.bindings: Bindings = {}
        self.bound: dict[str, Shape] = {}
        self.dimensions: set[str] = set(self.given.dimensions)
        self.primed: set[str] = set()
        self.open: set[str] = set()  # names whose shape, if they are not declared, is that of their place
        self.text = ""
        self._variables = 0

    # -- names -----------------------------------------------------------------------------------------------------
    def fail(self, reason: str, node: Syntax, hint: str = "") -> NoReturn:
        """Raise a NotationError at a node."""
        # an open dimension has a number of our own; a reader has no use for it
        raise NotationError(re.sub(r"\?\d+", "?", reason), self.text, node.position, hint, self.source)

    def _variable(self) -> Dim:
        self._variables += 1
        return dim(f"?{self._variables}")

    def lookup(self, name: str) -> Declaration | None:
        """The declaration of a name, given or inferred."""
        return self.given.get(name) or self.inferred.get(name)

    def _name(self, node: Syntax) -> Declaration:
        name = node.value
        if name in self.bound:
            return Declaration(name, "value", self.bound[name])
        known = self.lookup(name)
        if known is not None:
            return known
        if name in self.dimensions or name == "eps":
            return Declaration(name, "value", SCALAR)
        if not self.infer:
            self.fail(
                f"{name!r} is not declared",
                node,
                suggest(name, [*self.given, *self.dimensions]) or f"add: let {name}: scalar",
            )
        if name[0].isupper() or name in self.open:
            shape = (self._variable(), self._variable())
        else:
            shape = (self._variable(), ONE) if name in self.primed else SCALAR
        self.inferred[name] = Declaration(name, "value", shape)
        return self.inferred[name]

    def _function(self, node: Syntax, arity: int) -> Declaration:
        name = node.value
        known = self.lookup(name)
        if known is not None and known.sort == "function":
            if len(known.domain) != arity:
                self.fail(f"{name} takes {len(known.domain)} argument(s), not {arity}", node)
            return known
        if known is not None or name in self.bound:
            self.fail(f"{name} is not a function", node, f"a product is written {name}*(...)")
        if name == "grad":
            self.fail("grad takes the name of a function and then its argument", node, "write grad(F)(x)")
        if name in PLANNED:
            self.fail(f"{name}(..) is not supported yet", node)
        if not self.infer or name not in ("f", "g", "h", "F", "G", "u", "v"):
            names = [*CALLS, *SPECIAL, *[n for n, d in self.given.items() if d.sort == "function"]]
            self.fail(
                f"there is no function {name!r}",
                node,
                suggest(name, names) or f"declare it: let {name}: function",
            )
        self.inferred[name] = Declaration(name, "function", SCALAR, frozenset(), (SCALAR,) * arity)
        return self.inferred[name]

    # -- shapes ----------------------------------------------------------------------------------------------------
    def _same(self, a: Dim, b: Dim, node: Syntax, message: str) -> None:
        result = unify(a, b, self.bindings)
        if result is None:
            self.fail(message, node)
        self.bindings = result

    def _resolve(self, shape: Shape) -> Shape:
        return substitute_shape(shape, self.bindings)

    def shape(self, node: Syntax) -> Shape | None:
        """The shape of a node, with dimension variables; None for a term that takes its shape from its neighbours."""
        rule = getattr(self, f"_shape_{node.kind}", None)
        if rule is None:
            self.fail("this operator is not supported yet", node)
        found: Shape | None = rule(node)
        return None if found is None else self._resolve(found)

    def _shape_number(self, node: Syntax) -> Shape:
        return SCALAR

    def _shape_name(self, node: Syntax) -> Shape:
        declaration = self._name(node)
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
        return cols, rows

    def _shape_relation(self, node: Syntax) -> Shape:
        left, right = (self.shape(child) for child in node.children)
        if left is not None and right is not None:
            self._equal_shapes(left, right, node, "the two sides have different shapes")
        return PROPOSITION

    def _equal_shapes(self, a: Shape, b: Shape, node: Syntax, what: str) -> None:
        hint = "write c*I(n) for a multiple of the identity" if (a == SCALAR) != (b == SCALAR) else ""
        for x, y in zip(a, b, strict=True):
            if (a == SCALAR) != (b == SCALAR) or unify(x, y, self.bindings) is None:
                self.fail(f"{what}: {describe(a)} and {describe(b)}", node, hint)
            self._same(x, y, node, what)

    def alike(self, first: Syntax, second: Syntax, what: str) -> None:
        """Give two texts one shape; names of the second that are not declared take the shape they need."""
        wanted = self.shape(first) or SCALAR
        if wanted != SCALAR:
            self.open |= _carriers(second)
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
                self._resolve(common),
                found,
                self._first(child),
                f"cannot add {self._excerpt(first)} and {self._excerpt(child)}",
            )
        return common

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
        left = self._resolve(left)
        if left == SCALAR:
            return right
        if right == SCALAR:
            return left
        a, b = node.children
        if unify(left[1], right[0], self.bindings) is None:
            hint = ""
            if left[0] == right[0] and left[1] == ONE == right[1]:
                hint = "two vectors multiply as x'*y (a scalar) or x*y' (a matrix)"
            self.fail(
                f"cannot multiply {self._excerpt(a)}, a {describe(left)}, by {self._excerpt(b)}, a {describe(right)}",
                node,
                hint,
            )
        self._same(left[1], right[0], node, "")
        return self._resolve((left[0], right[1]))

    def _shape_div(self, node: Syntax) -> Shape:
        left, right = (self.shape(child) for child in node.children)
        if right is not None and right != SCALAR:
            self.fail(f"division needs a scalar divisor, but this is a {describe(right)}", node, "write A*inv(B)")
        return left or SCALAR

    def _shape_pow(self, node: Syntax) -> Shape:
        rows, cols = self.shape(node.children[0]) or SCALAR
        exponent = self.shape(node.children[1])
        if exponent not in (None, SCALAR):
            self.fail(f"an exponent is a scalar, not a {describe(exponent or SCALAR)}", node.children[1])
        if cols == ONE != rows or rows == ONE != cols:
            self.fail(
                f"a {describe((rows, cols))} has no powers",
                node,
                "write x'*x for the squared length, or x.^2 entry by entry",
            )
        self._square((rows, cols), node, "a power")
        return self._resolve((rows, cols))

    def _square(self, shape: Shape, node: Syntax, what: str, hint: str = "") -> None:
        if unify(shape[0], shape[1], self.bindings) is None:
            self.fail(f"{what} needs a square matrix, but this is a {describe(shape)}", node, hint)
        self._same(shape[0], shape[1], node, what)

    def _shape_index(self, node: Syntax) -> Shape:
        rows, cols = self.shape(node.children[0]) or SCALAR
        for child in node.children[1:]:
            if child.kind == "colon":
                self.fail("rows and columns of a matrix (X[i,:]) are not supported yet", child)
            self._index_argument(child)
        if len(node.children) == 2 and ONE not in (rows, cols):
            self.fail(f"a {describe((rows, cols))} needs two indices", node, "write X[i,j]")
        if len(node.children) > 3:
            self.fail("a matrix has two indices", node)
        return SCALAR

    def _shape_literal(self, node: Syntax) -> Shape:
        rows, cols = map(int, node.value.split(","))
        for child in node.children:
            found = self.shape(child)
            if found not in (None, SCALAR):
                self.fail(f"an entry of a matrix literal is a scalar, not a {describe(found or SCALAR)}", child)
        return dim(rows), dim(cols)

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
                for x, y in zip(self._resolve(wanted), found, strict=True):
                    what = f"{node.value} takes a {describe(wanted)}, not a {describe(found)}"
                    if (wanted == SCALAR) != (found == SCALAR):
                        self.fail(what, self._first(child))
                    self._same(x, y, self._first(child), what)
        return function.shape

    def _shape_grad(self, node: Syntax) -> Shape:
        return self._applied(node) and (self.shape(node.children[0]) or SCALAR)

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
        if len(node.children) != row.arity[0]:
            self.fail(f"{node.value} takes {row.arity[0]} argument(s), not {len(node.children)}", node)
        shape = self.shape(node.children[0]) or SCALAR
        if row.name in ("inv", "tr", "det"):
            words = {"inv": "the inverse", "tr": "the trace", "det": "the determinant"}[row.name]
            self._square(
                shape,
                node,
                words,
                "for a rectangular matrix the pseudo-inverse is pinv(X)" if row.name == "inv" else "",
            )
            return self._resolve(shape) if row.name == "inv" else SCALAR
        try:
            return row.shape([symbol("x", shape)], None, None)
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

    def _call_zeros(self, node: Syntax) -> Shape:
        self._arity(node, 1, 2)
        dims = [self._dimension(child) for child in node.children]
        return (dims[0], dims[1]) if len(dims) == 2 else (dims[0], ONE)

    _call_ones = _call_zeros

    def _call_e(self, node: Syntax) -> Shape:
        self._arity(node, 2)
        self._index_argument(node.children[0])
        return self._dimension(node.children[1]), ONE

    def _call_J(self, node: Syntax) -> Shape:
        self._arity(node, 4)
        for child in node.children[:2]:
            self._index_argument(child)
        return self._dimension(node.children[2]), self._dimension(node.children[3])

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
        body = self._resolve(body)
        try:
            return OPERATORS["D"].shape([symbol("f", body), symbol("x", variable)], None, None)
        except ShapeError as error:
            self.fail(str(error), node, error.hint)

    def _call_directional(self, node: Syntax) -> Shape:
        self._arity(node, 3)
        body, variable, along = (self.shape(child) or SCALAR for child in node.children)
        self._equal_shapes(self._resolve(variable), along, node, "a direction has the shape of its variable")
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

    def _call_at(self, node: Syntax) -> Shape | None:
        self._arity(node, 3)
        value = self.shape(node.children[2]) or SCALAR
        return self._in_scope(self.bound_name(node.children[1]), value, node.children[0])

    def _call_sum(self, node: Syntax) -> Shape | None:
        self._arity(node, 4)
        for child in node.children[1:3]:
            if child.kind == "name" and child.value not in self.bound and self.lookup(child.value) is None:
                self.dimensions.add(child.value)
            self.shape(child)
        return self._in_scope(self.bound_name(node.children[0]), SCALAR, node.children[3])

    _call_prod = _call_sum

    # -- terms -----------------------------------------------------------------------------------------------------
    def term(self, node: Syntax, want: Shape | None = None) -> Term:
        """The term of a node after its shapes are known; ``want`` is the shape for O(..) that fits anywhere."""
        from_call = getattr(self, f"_term_{node.kind}", None)
        if from_call is not None:
            built: Term = from_call(node, want)
            return built
        children = [self.term(child, want) for child in node.children]
        return make({"relation": node.value}.get(node.kind, node.kind), children)

    def _term_number(self, node: Syntax, want: Shape | None) -> Term:
        return number(Fraction(node.value))

    def _term_name(self, node: Syntax, want: Shape | None) -> Term:
        return symbol(node.value, self._resolve(self._name(node).shape))

    def _term_group(self, node: Syntax, want: Shape | None) -> Term:
        return self.term(node.children[0], want)

    def _term_segment(self, node: Syntax, want: Shape | None) -> Term:
        return make("segment", (), node.value, SCALAR)

    def _term_family(self, node: Syntax, want: Shape | None) -> Term:
        return make("family", [self.term(c) for c in node.children], node.value, self._resolve(self._name(node).shape))

    def _term_plus(self, node: Syntax, want: Shape | None) -> Term:
        common = self.shape(node) or want or SCALAR
        return plus(*[self.term(child, common) for child in node.children])

    def _term_relation(self, node: Syntax, want: Shape | None) -> Term:
        shapes = [self.shape(child) for child in node.children]
        common = shapes[0] or shapes[1] or SCALAR
        return make(node.value, [self.term(child, common) for child in node.children])

    def _term_times(self, node: Syntax, want: Shape | None) -> Term:
        left, right = node.children
        return product(self.term(left, SCALAR), self.term(right, SCALAR))

    def _term_div(self, node: Syntax, want: Shape | None) -> Term:
        return make("div", [self.term(node.children[0], SCALAR), self.term(node.children[1], SCALAR)])

    def _term_pow(self, node: Syntax, want: Shape | None) -> Term:
        base, exponent = self.term(node.children[0]), self.term(node.children[1])
        if exponent == number(-1) and base.shape != SCALAR:
            return make("inv", [base])
        return make("pow", [base, exponent])

    def _term_literal(self, node: Syntax, want: Shape | None) -> Term:
        rows, cols = map(int, node.value.split(","))
        return make("matrix", [self.term(child) for child in node.children], (rows, cols))

    def _term_index(self, node: Syntax, want: Shape | None) -> Term:
        return make("index", [self.term(child) for child in node.children])

    def _term_derivative_call(self, node: Syntax, want: Shape | None) -> Term:
        return self._apply(node, "1")

    def _term_partial_call(self, node: Syntax, want: Shape | None) -> Term:
        return self._apply(node.children[0], node.value)

    def _apply(self, node: Syntax, positions: str) -> Term:
        """The application of a function, differentiated once by each of the argument positions."""
        function = self._function(node, len(node.children))
        args = [self.term(c, self._resolve(s)) for c, s in zip(node.children, function.domain, strict=True)]
        orders = tuple(positions.count(str(k + 1)) for k in range(len(args)))
        return make("apply", args, (node.value, orders), self._resolve(function.shape))

    def _term_grad(self, node: Syntax, want: Shape | None) -> Term:
        return make("grad", [self.term(node.children[0])], node.value)

    def _term_call(self, node: Syntax, want: Shape | None) -> Term:
        name = node.value
        known = self.lookup(name)
        if known is not None and known.sort == "function":
            return self._apply(node, "")
        if name in ("I", "zeros", "ones"):
            shape = self.shape(node)
            return make({"I": "identity"}.get(name, name), (), None, shape)
        if name in ("e", "J"):
            count = 1 if name == "e" else 2
            return make(CALLS[name].name, [self.term(c) for c in node.children[:count]], None, self.shape(node))
        if name == "O":
            variable, k = order_of(node, self)
            return make("O", [symbol(variable)], k, self.shape(node) or want or SCALAR)
        if name in ("lim", "sum", "prod", "at"):
            return self._binder(node, want)
        return make(CALLS[name].name, [self.term(c) for c in node.children])

    def _binder(self, node: Syntax, want: Shape | None) -> Term:
        name = self.bound_name(node.children[1 if node.value == "at" else 0])
        outer = [node.children[2]] if node.value == "at" else list(node.children[1:-1])
        body = node.children[0] if node.value == "at" else node.children[-1]
        args = [self.term(child) for child in outer]
        saved = dict(self.bound)
        self.bound[name] = args[0].shape if node.value == "at" else SCALAR
        inner = self.term(body, want)
        self.bound = saved
        return make(node.value, [inner, *args] if node.value == "at" else [*args, inner], name)


def order_of(node: Syntax, elaborator: Elaborator) -> tuple[str, int]:
    """The (perturbation, order) of O(eps^k)."""
    inner = node.children[0]
    if inner.kind == "name":
        return inner.value, 1
    if inner.kind == "pow":
        base, exponent = inner.children
        if base.kind == "name" and exponent.kind == "number" and exponent.value.isdigit():
            return base.value, int(exponent.value)
    elaborator.fail("O takes a power of the perturbation", node, "write O(eps) or O(eps^2)")


def _primed_names(node: Syntax) -> set[str]:
    found: set[str] = set()
    stack = [node]
    while stack:
        current = stack.pop()
        if current.kind == "transpose" and current.children[0].kind == "name":
            found.add(current.children[0].value)
        stack.extend(current.children)
    return found


_CARRIERS = {"plus": slice(None), "neg": slice(None), "group": slice(None), "times": slice(-1, None), "div": slice(1)}


def _carriers(node: Syntax) -> set[str]:
    """The names that give a sum of multiples its shape: u, v in 2*u + t*v/3, none in e(i,n)."""
    own = {node.value} if node.kind == "name" else set()
    return own.union(*map(_carriers, node.children[_CARRIERS.get(node.kind, slice(0))]))


_POOLS = {1: ["n"], 2: ["m", "n"], 3: ["k", "m", "n"]}


def elaborate_all(
    texts: list[str],
    declarations: Declarations | None = None,
    infer: bool = True,
    source: str = "",
    pattern: bool = False,
    alike: tuple[int, int, str] | None = None,
) -> tuple[list[Term], Declarations]:
    """The terms of several texts that share their names, and the declarations that were inferred.

    ``alike`` names two of the texts that must have one shape, and the words to say so where they have not.
    Raises NotationError with the place, also for a shape clash or an unknown name.
    """
    elaborator = Elaborator(declarations, infer, source)
    nodes = [read(text, pattern, source) for text in texts]
    for node in nodes:
        elaborator.primed |= {n for n in _primed_names(node) if n[0].islower()}
    for k, (text, node) in enumerate(zip(texts, nodes, strict=True)):
        elaborator.text = text
        if alike is not None and k == alike[1]:
            elaborator.alike(nodes[alike[0]], node, alike[2])
        elaborator.shape(node)
    _name_dimensions(elaborator)
    terms = []
    for text, node in zip(texts, nodes, strict=True):
        elaborator.text = text
        terms.append(_build(elaborator, node))
    inferred = {
        name: Declaration(
            name,
            d.sort,
            substitute_shape(d.shape, elaborator.bindings),
            d.properties,
            tuple(substitute_shape(s, elaborator.bindings) for s in d.domain),
        )
        for name, d in elaborator.inferred.items()
    }
    return terms, Declarations(inferred)


def _build(elaborator: Elaborator, node: Syntax) -> Term:
    try:
        return elaborator.term(node)
    except ShapeError as error:
        elaborator.fail(str(error), node, error.hint)


def _name_dimensions(elaborator: Elaborator) -> None:
    """Give the dimensions that unification left open their names, in the order of appearance."""
    open_names: list[str] = []
    for d in elaborator.inferred.values():
        for shape in (d.shape, *d.domain):
            for side in substitute_shape(shape, elaborator.bindings):
                name = side.variable
                if name is not None and name.startswith("?") and name not in open_names:
                    open_names.append(name)
    taken = {*elaborator.given, *elaborator.inferred, *elaborator.dimensions}
    pool = [n for n in _POOLS.get(len(open_names), []) + list("nmkpqrlst") if n not in taken]
    pool = list(dict.fromkeys(pool)) + [f"n_{k}" for k in range(1, len(open_names) + 1)]
    for name, chosen in zip(open_names, pool, strict=False):
        elaborator.bindings = {**elaborator.bindings, name: dim(chosen)}


def parse(text: str, declarations: Declarations | None = None, infer: bool = False, source: str = "") -> Term:
    """The term of one text; by default every name must be declared."""
    return elaborate_all([text], declarations, infer, source)[0][0]
