"""A law as a statement about names: each hole stands for a name, each second-order hole for an unknown function."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivgen.language.declarations import Declaration, Declarations
from derivgen.language.operators import HOLES, NAMING, OPERATORS
from derivgen.language.shapes import SCALAR, Shape, dim, substitute_dim
from derivgen.language.terms import Term, make, product, symbol, walk
from derivgen.rules.binding import Abstraction, Binding, BoundName, FunctionName, Value, instantiate
from derivgen.rules.book import EPS, Law

MARKS = frozenset({"steady", "small"})


@dataclass(frozen=True)
class Instance:
    """A law with names put in: its two sides, its assumptions, the declarations of the names, and the binding."""

    left: Term
    right: Term
    declarations: Declarations
    assumptions: tuple[tuple[str, Term], ...]
    binding: Binding

    @property
    def dimensions(self) -> frozenset[str]:
        """The names of dimensions that the shapes of other names declare."""
        values = {n: d for n, d in self.declarations.items() if "natural" not in d.properties}
        return Declarations(values).dimensions


def pieces(law: Law) -> Iterator[Term]:
    """Every node of a law's sides."""
    for side in (law.left, law.right):
        yield from (t for _, t in walk(side))


def plain_shape(shape: Shape) -> Shape:
    """A pattern's shape with plain names of dimensions."""
    rows, cols = (substitute_dim(d, {n: dim(n.removeprefix("?")) for n in d.names}) for d in shape)
    return rows, cols


def varying(law: Law) -> dict[str, Term]:
    """The scalar holes that may vary with the variable of a derivative in the law, with that variable."""
    fixed = {str(c.subject.data) for c in law.conditions if c.predicate in ("constant", "symbol")}
    fixed |= {name for name, declared in law.declarations.items() if declared.sort == "index"}
    found: dict[str, Term] = {}
    for d in pieces(law):
        if d.op != "D" or d.args[1].op != "hole":
            continue
        inside = [t for _, t in walk(d.args[0]) if t.op == "hole" and t != d.args[1] and t.shape == SCALAR]
        found |= {str(t.data): d.args[1] for t in inside if str(t.data) not in fixed}
    return found


def small_value(hole: Term, eps: str = EPS) -> Term:
    """What stands for a small hole: eps times its name."""
    return product(symbol(eps), symbol(str(hole.data), plain_shape(hole.shape)))


def instance(law: Law, **other: Value) -> Instance:
    """The law about its own names; ``other`` gives some of its names another value."""
    declared: dict[str, Declaration] = {}
    binding: dict[str, Value] = {}
    varied = varying(law)
    for t in pieces(law):
        _bind_dimensions(t, binding)
        _bind(t, law, varied, binding, declared)
    binding |= other
    left, right = instantiate(law.left, binding), instantiate(law.right, binding)
    scope = {EPS: symbol(EPS), **binding}
    subjects = [(c.predicate, instantiate(c.subject, scope)) for c in law.conditions]
    return Instance(left, right, Declarations(declared), tuple(subjects), binding)


def _bind_dimensions(t: Term, binding: dict[str, Value]) -> None:
    for d in t.shape:
        binding |= {name: dim(name[1:]) for name in d.names if name.startswith("?")}


def _bind(
    t: Term, law: Law, varied: dict[str, Term], binding: dict[str, Value], declared: dict[str, Declaration]
) -> None:
    name, shape = str(t.data), plain_shape(t.shape)
    if t.op in HOLES and name.startswith("dim:"):
        binding["?" + name[4:]] = dim(name[4:])
        declared.setdefault(name[4:], Declaration(name[4:], "value", SCALAR, frozenset({"natural"})))
    elif t.op in HOLES:
        binding[name] = _value(t, name, varied)
        if name != EPS:
            declared[name] = _declaration(law, name, shape, varied)
    elif t.op == "segment":
        binding[f"{name}.."] = symbol(name)
        declared[name] = Declaration(name, "value", SCALAR)
    elif t.op == "family":
        places = tuple(f"place_{k}" for k in range(len(t.args)))
        shapes = tuple(plain_shape(a.shape) for a in t.args)
        arguments = [symbol(p, s) for p, s in zip(places, shapes, strict=True)]
        binding[name] = Abstraction(places, make("apply", arguments, (name, (0,) * len(places)), shape))
        of_complex = any(a.op in HOLES and law.declarations[str(a.data)].is_complex for a in t.args)
        properties = frozenset({"complex"} if of_complex else ())
        declared[name] = Declaration(name, "function", shape, properties, shapes)
    elif t.op in NAMING:
        function = str(t.data[0] if isinstance(t.data, tuple) else t.data).removeprefix("?")
        if function in law.declarations:  # others are elementary
            binding[function] = FunctionName(function)
            declared[function] = law.declarations[function]
    elif OPERATORS[t.op].binds is not None:
        binding["@" + name] = BoundName(name)


def _value(hole: Term, name: str, varied: dict[str, Term]) -> Term:
    if hole.op == "small":
        return small_value(hole)
    if name in varied:
        return make("apply", [symbol(str(varied[name].data))], (name, (0,)), SCALAR)
    return symbol(name, plain_shape(hole.shape))


def _declaration(law: Law, name: str, shape: Shape, varied: dict[str, Term]) -> Declaration:
    if name in varied:
        return Declaration(name, "function", SCALAR, frozenset(), (SCALAR,))
    known = law.declarations[name]
    sort = known.sort if known.sort == "index" else "value"
    return Declaration(name, sort, shape, known.properties - MARKS)
