r"""LaTeX to terms: ``\mathbf{x}^{\mathsf T}\mathbf{M}\mathbf{x}`` as one writes it, errors with a caret in the LaTeX.

A text is LaTeX when it holds a backslash, which the notation never does, or stands between dollar signs.
"""

from __future__ import annotations

from derivgen.language.declarations import Declarations
from derivgen.language.elaborate import Elaborator, elaborate_nodes
from derivgen.language.latex_names import Names
from derivgen.language.latex_syntax import LatexParser
from derivgen.language.latex_tokens import latex_tokens
from derivgen.language.notation import Syntax, is_latex, read, refuse_deep
from derivgen.language.operators import SCALAR_FUNCTIONS
from derivgen.language.places import names_in, nodes_in
from derivgen.language.shapes import ONE, SCALAR, Dim, Shape, describe, substitute_shape
from derivgen.language.terms import Term, make

_OF_MATRICES = {"exp": "expm", "log": "logm", "sqrt": "sqrtm", "sin": "sinm", "cos": "cosm"}


def read_formulas(
    texts: list[str],
    declarations: Declarations | None = None,
    infer: bool = True,
    source: str = "",
    alike: tuple[int, int, str] | None = None,
) -> tuple[list[Term], Declarations]:
    """The terms of texts in the notation or in LaTeX that share their names, and the inferred declarations.

    ``alike`` is that of ``elaborate_all``. Raises NotationError with the place in the text as it was given.
    """
    given = declarations or Declarations()
    elaborator = _ShapeElaborator(given, infer, source)
    names = Names(given, [latex_tokens(text, source) for text in texts if is_latex(text)])
    nodes = [_read_latex(text, names, source) if is_latex(text) else read(text, source=source) for text in texts]
    elaborator.note(names, texts, nodes)
    return elaborate_nodes(elaborator, texts, nodes, alike)


def parse_latex(text: str, declarations: Declarations | None = None, infer: bool = False, source: str = "") -> Term:
    """The term of one LaTeX formula; by default every name must be declared. Raises NotationError."""
    marked = text if is_latex(text) else f"${text}$"
    return read_formulas([marked], declarations, infer, source)[0][0]


def _read_latex(text: str, names: Names, source: str) -> Syntax:
    parser = LatexParser(text, names, source)
    node = parser.relation()
    if parser.token.kind != "end":
        parser.fail(f"unexpected {parser.shown(parser.token)!r}")
    refuse_deep(parser, node)
    return node


class _ShapeElaborator(Elaborator):
    """Also elaborates what LaTeX leaves to the shapes: bars, norms, and constants without their sizes."""

    def __init__(self, declarations: Declarations, infer: bool, source: str) -> None:
        super().__init__(declarations, infer, source)
        self._sizes: dict[tuple[str, int], Shape] = {}

    def note(self, names: Names, texts: list[str], nodes: list[Syntax]) -> None:
        """Bold lower-case names are vectors, and sizes are dimensions, wherever they stand."""
        written_bold = {name for name, spelling in names.spelled.items() if spelling.bold}
        self.primed |= {name for name in written_bold if name[0].islower()}
        self.of_vectors |= {name for name, bold in names.members.items() if bold}
        for text, node in zip(texts, nodes, strict=True):
            self.text = text
            self._refuse_stray(names, node)
        sized = [n for node in nodes for n in nodes_in(node) if n.kind == "unsized"]
        for node in sized:
            if node.value in ("identity", "zeros", "ones"):
                self.dimensions |= {child.value for child in node.children if child.kind == "name"}

    def _refuse_stray(self, names: Names, root: Syntax) -> None:
        """Refuse y_1 as a name of its own where y_i, met later, is counted by a sum; w_0 beside w_i is one."""
        for name in names_in(root):
            base, _, rest = name.value.partition("_")
            if base in names.members and rest not in ("", "0") and name.value not in self.given:
                own = f"declare {base} as a vector or a family, such as {base}[i=1..N]: scalar"
                hint = own if is_latex(self.text) else f"write {base}[{rest}]"
                self.fail(f"{base} has the index of a sum elsewhere, so {name.value} is not clear", name, hint)

    # -- bars and norms ----------------------------------------------------------------------------------------------
    def _shape_bars(self, node: Syntax) -> Shape:
        shape = self.shape(node.children[0]) or SCALAR
        if shape != SCALAR:
            hint = r"the length of a vector is written \|x\|" if ONE in shape else ""
            self._square(shape, node, "a determinant", hint)
        return SCALAR

    def _term_bars(self, node: Syntax, want: Shape | None) -> Term:
        inner = self.term(node.children[0])
        return make("abs" if inner.shape == SCALAR else "det", [inner])

    def _norm(self, node: Syntax) -> Syntax:
        """The norm as a call: of a vector the 2-norm, of a matrix the one that its subscript names."""
        shape = self.shape(node.children[0]) or SCALAR
        vector = ONE in shape
        if node.value == "" and not vector:
            self.fail("this norm of a matrix can be read in two ways", node, r"write \|X\|_F or \|X\|_2")
        common = node.value == "F" or (vector and node.value in ("", "2"))
        name = "norm" if common else f"norm{node.value}"
        return Syntax("call", name, node.children, node.position)

    def _shape_norm(self, node: Syntax) -> Shape | None:
        return self.shape(self._norm(node))

    def _term_norm(self, node: Syntax, want: Shape | None) -> Term:
        return self.term(self._norm(node), want)

    # -- functions of a scalar ---------------------------------------------------------------------------------------
    def _function_call(self, node: Syntax) -> Syntax:
        """A function of a scalar, applied to one, or entry by entry where that is the one reading."""
        name, known = node.value, self.lookup(node.value)
        declared = known is not None and known.sort == "function"
        shape = self.shape(node.children[0]) or SCALAR
        scalars = known.domain == (SCALAR,) if declared and known is not None else name in SCALAR_FUNCTIONS
        if shape != SCALAR and scalars and name not in self.inferred:
            if name in _OF_MATRICES and ONE not in shape and not declared:
                hint = (
                    rf"write \operatorname{{{_OF_MATRICES[name]}}}(..), or {name}.(..) in the notation for the entries"
                )
                self.fail(f"{name} of a matrix can be read in two ways", node, hint)
            return Syntax("map_call", name, node.children, node.position, node.order)
        call = Syntax("derivative_call" if node.order else "call", name, node.children, node.position)
        return Syntax("partial_call", "1" * node.order, (call,), node.position) if node.order > 1 else call

    def _shape_function(self, node: Syntax) -> Shape | None:
        return self.shape(self._function_call(node))

    def _term_function(self, node: Syntax, want: Shape | None) -> Term:
        return self.term(self._function_call(node), want)

    # -- constants without sizes -------------------------------------------------------------------------------------
    def _shape_unsized(self, node: Syntax) -> Shape:
        place = self.text, node.position
        if place not in self._sizes:
            self._sizes[place] = self._open_shape(node)
        return self._sizes[place]

    def _open_shape(self, node: Syntax) -> Shape:
        kind = node.value
        if kind in ("unit", "single"):
            for child in node.children:
                self._index_argument(child)
            return self._variable(), (ONE if kind == "unit" else self._variable())
        sizes: list[Dim] = [self._dimension(child) for child in node.children]
        if len(sizes) > (1 if kind == "identity" else 2):
            self.fail("these are too many sizes", node)
        if kind == "identity":
            n = sizes[0] if sizes else self._variable()
            return n, n
        if len(sizes) == 2:
            return sizes[0], sizes[1]
        if kind == "ones" or sizes:
            return (sizes[0] if sizes else self._variable()), ONE
        return self._variable(), self._variable()

    def _term_unsized(self, node: Syntax, want: Shape | None) -> Term:
        shape = substitute_shape(self._shape_unsized(node), self.bindings)
        if any(name.startswith("?") for side in shape for name in side.names):
            what = {"identity": "I", "zeros": "0", "ones": "1", "unit": "the unit vector", "single": "J"}[node.value]
            hint = r"write \mathbf I_n or \mathbf 0_{m\times n}, or give its neighbours their sizes"
            self.fail(f"the size of {what}, {describe(shape)}, does not follow from its place", node, hint)
        arguments = [self.term(child) for child in node.children] if node.value in ("unit", "single") else []
        return make(node.value, arguments, None, shape)
