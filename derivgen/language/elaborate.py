"""Syntax to terms: shapes are found by unification, names are looked up, inferred or refused.

Undeclared: an upper-case first letter is a matrix, a lower-case one a scalar, a primed lower-case name a vector, and
so is one that stands where only a vector completes the product (``readings``);
f, g, h and F, G called with brackets are functions. Whatever is inferred is reported in ``inferred``.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derivgen.language.abbreviations import member_abbreviation
from derivgen.language.call_shapes import order_of
from derivgen.language.declarations import Declaration, Declarations
from derivgen.language.inference import ShapeInference
from derivgen.language.names import PI
from derivgen.language.notation import Syntax, read
from derivgen.language.operators import CALLS
from derivgen.language.places import counts, nodes_in
from derivgen.language.readings import choose_vectors, note_places
from derivgen.language.shapes import ONE, SCALAR, Shape, ShapeError, dim, substitute_shape
from derivgen.language.terms import IMAGINARY, Term, conjugate_transpose, make, number, plus, product, symbol


class Elaborator(ShapeInference):
    """Turns one or more texts over common declarations into terms; dimensions found by one hold for all."""

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

    def _term_imaginary(self, node: Syntax, want: Shape | None) -> Term:
        return product(number(Fraction(node.value.rstrip("i"))), IMAGINARY) if node.value != "1i" else IMAGINARY

    def _term_name(self, node: Syntax, want: Shape | None) -> Term:
        declaration = self._name(node)
        if declaration.sort == "abbreviation":
            return self._abbreviation(node, declaration)
        return symbol(node.value, self.resolve(declaration.shape))

    def _abbreviation(self, node: Syntax, declaration: Declaration) -> Term:
        whole = self._definition(node, declaration)
        return make("abbreviation", [whole], (node.value, whole))

    def _definition(self, node: Syntax, declaration: Declaration) -> Term:
        """What an abbreviation stands for, of one with members for its letter; no name of it may be bound here."""
        whole = self.defined(node, declaration, self.term)
        caught = sorted((whole.free - {declaration.counter}) & self.bound.keys())
        if caught:
            hint = "write it out, or rename the index"
            self.fail(f"{declaration.name} holds {caught[0]}, which is bound here", node, hint)
        return whole

    def _term_group(self, node: Syntax, want: Shape | None) -> Term:
        return self.term(node.children[0], want)

    def _term_segment(self, node: Syntax, want: Shape | None) -> Term:
        return make("segment", (), node.value, SCALAR)

    def _term_family(self, node: Syntax, want: Shape | None) -> Term:
        return make("family", [self.term(c) for c in node.children], node.value, self.resolve(self._name(node).shape))

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
        parts = [self.term(child, SCALAR) for child in node.children]
        return make("matrix" if all(p.shape == SCALAR for p in parts) else "block", parts, (rows, cols))

    def _term_index(self, node: Syntax, want: Shape | None) -> Term:
        family = self.members(node)
        if family is not None and family.sort == "abbreviation":
            return member_abbreviation(
                family.name, self._definition(node, family), family.counter, self.term(node.children[1])
            )
        if family is not None:
            return make("member", [self.term(node.children[1])], family.name, self.resolve(family.shape))
        base = self.term(node.children[0])
        colons = [child.kind == "colon" for child in node.children[1:]]
        if colons == [False, True]:
            unit = make("unit", [self.term(node.children[1])], None, (base.shape[0], ONE))
            return product(make("transpose", [unit]), base)
        if colons == [True, False]:
            return product(base, make("unit", [self.term(node.children[2])], None, (base.shape[1], ONE)))
        return make("index", [base, *[self.term(child) for child in node.children[1:]]])

    # -- entry by entry --------------------------------------------------------------------------------------------
    def _term_hadamard(self, node: Syntax, want: Shape | None) -> Term:
        left, right = (self.term(child, SCALAR) for child in node.children)
        return product(left, right) if SCALAR in (left.shape, right.shape) else make("hadamard", [left, right])

    def _term_quotient(self, node: Syntax, want: Shape | None) -> Term:
        left, right = (self.term(child, SCALAR) for child in node.children)
        if right.shape == SCALAR:
            return make("div", [left, right])
        if left.shape == SCALAR:
            quotient = make("hadamard_div", [make("ones", (), None, right.shape), right])
            return quotient if left == number(1) else product(left, quotient)
        return make("hadamard_div", [left, right])

    def _term_elementwise_pow(self, node: Syntax, want: Shape | None) -> Term:
        return make("hadamard_pow", [self.term(child, SCALAR) for child in node.children])

    def _term_map_call(self, node: Syntax, want: Shape | None) -> Term:
        return make("map", [self.term(node.children[0])], (node.value, node.order))

    def _term_derivative_call(self, node: Syntax, want: Shape | None) -> Term:
        return self._apply(node, "1")

    def _term_partial_call(self, node: Syntax, want: Shape | None) -> Term:
        return self._apply(node.children[0], node.value)

    def _apply(self, node: Syntax, positions: str) -> Term:
        """The application of a function, differentiated once by each of the argument positions."""
        function = self._function(node, len(node.children))
        args = [self.term(c, self.resolve(s)) for c, s in zip(node.children, function.domain, strict=True)]
        orders = tuple(positions.count(str(k + 1)) for k in range(len(args)))
        return make("apply", args, (node.value, orders), self.resolve(function.shape))

    def _term_jac(self, node: Syntax, want: Shape | None) -> Term:
        return make("jac", [self.term(node.children[0])], node.value, self.shape(node))

    def _term_hess(self, node: Syntax, want: Shape | None) -> Term:
        return make("hess", [self.term(node.children[0])], node.value)

    def _term_grad(self, node: Syntax, want: Shape | None) -> Term:
        return make("grad", [self.term(node.children[0])], node.value)

    def _term_call(self, node: Syntax, want: Shape | None) -> Term:
        name = node.value
        known = self.lookup(name)
        if known is not None and known.sort == "function":
            return self._apply(node, "")
        if name in ("I", "zeros", "ones", "shift"):
            shape = self.shape(node)
            return make({"I": "identity"}.get(name, name), (), None, shape)
        if name == "H":
            return conjugate_transpose(self.term(node.children[0]))
        if name in ("e", "J"):
            count = 1 if name == "e" else 2
            return make(CALLS[name].name, [self.term(c) for c in node.children[:count]], None, self.shape(node))
        if name == "O":
            variable, k = order_of(node, self)
            return make("O", [symbol(variable)], k, self.shape(node) or want or SCALAR)
        if name in ("sum", "prod") and len(node.children) == 1:
            return make({"sum": "total", "prod": "entries_prod"}[name], [self.term(node.children[0])])
        if name in ("lim", "sum", "prod", "every", "integral", "at"):
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
    nodes = [read(text, pattern, source) for text in texts]
    return elaborate_nodes(Elaborator(declarations, infer, source), texts, nodes, alike)


def elaborate_nodes(
    elaborator: Elaborator, texts: list[str], nodes: list[Syntax], alike: tuple[int, int, str] | None = None
) -> tuple[list[Term], Declarations]:
    """The terms of the syntax of several texts, and the declarations that were inferred; see ``elaborate_all``."""
    definitions = [d for d in elaborator.given.values() if d.sort == "abbreviation"] if elaborator.infer else []
    note_places(elaborator, [*nodes, *(read(d.definition) for d in definitions)])

    def find_shapes(finder: ShapeInference) -> None:
        for k, (text, node) in enumerate(zip(texts, nodes, strict=True)):
            finder.text = text
            if alike is not None and k == alike[1]:
                finder.alike(nodes[alike[0]], node, alike[2])
            finder.shape(node)

    elaborator.text = texts[0] if texts else ""
    elaborator.take_as_vectors(choose_vectors(elaborator, nodes, find_shapes))
    find_shapes(elaborator)
    elaborator.as_long_as_counted()
    for text, node in zip(texts, nodes, strict=True):
        elaborator.text = text
        elaborator.demand_random(node)
    elaborator.inferred.update((name, PI) for name in elaborator.constants)
    _name_dimensions(elaborator, {n.children[0].value for node in nodes for n in nodes_in(node) if counts(n)})
    terms = []
    for text, node in zip(texts, nodes, strict=True):
        elaborator.text = text
        terms.append(_build(elaborator, node))
    inferred = {
        name: replace(
            d,
            shape=substitute_shape(d.shape, elaborator.bindings),
            domain=tuple(substitute_shape(s, elaborator.bindings) for s in d.domain),
        )
        for name, d in elaborator.inferred.items()
    }
    return terms, _with_limits(elaborator, Declarations(inferred))


def _with_limits(elaborator: Elaborator, inferred: Declarations) -> Declarations:
    """The inferred declarations with limits of sums, which are natural numbers where they are no dimensions."""
    known = elaborator.given.dimensions | inferred.dimensions
    limits = sorted(elaborator.counted - known) if elaborator.infer else []
    return inferred.extended(*[Declaration(name, "value", SCALAR, frozenset({"natural"})) for name in limits])


def _build(elaborator: Elaborator, node: Syntax) -> Term:
    try:
        return elaborator.term(node)
    except ShapeError as error:
        elaborator.fail(str(error), node, error.hint)


def _name_dimensions(elaborator: Elaborator, letters: set[str]) -> None:
    """Give the dimensions that unification left open their names, in the order of appearance; no letters of sums."""
    open_names: list[str] = []
    for d in elaborator.inferred.values():
        for shape in (d.shape, *d.domain):
            for side in substitute_shape(shape, elaborator.bindings):
                name = side.variable
                if name is not None and name.startswith("?") and name not in open_names:
                    open_names.append(name)
    taken = {*elaborator.given, *elaborator.inferred, *elaborator.dimensions, *letters}
    pool = [n for n in _POOLS.get(len(open_names), []) + list("nmkpqrlst") if n not in taken]
    pool = list(dict.fromkeys(pool)) + [f"n_{k}" for k in range(1, len(open_names) + 1)]
    for name, chosen in zip(open_names, pool, strict=False):
        elaborator.bindings = {**elaborator.bindings, name: dim(chosen)}


def parse(text: str, declarations: Declarations | None = None, infer: bool = False, source: str = "") -> Term:
    """The term of one text; by default every name must be declared."""
    return elaborate_all([text], declarations, infer, source)[0][0]
