"""Laws at random points: the check's own meaning of both sides, at points that meet or break the conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.equations import equation_holds
from derivgen.check.indices import index_ranges
from derivgen.check.series import UndefinedError
from derivgen.check.worlds import Hypotheses, World
from derivgen.language.declarations import Declaration, Declarations, parse_declarations
from derivgen.language.elaborate import elaborate_all
from derivgen.language.operators import HOLES
from derivgen.language.shapes import Dim, dim
from derivgen.language.terms import Term, plus, product, symbol
from derivgen.rules.binding import Abstraction, Value
from derivgen.rules.book import EPS, Law
from derivgen.rules.instances import Instance, instance, pieces, plain_shape

SIZES = (1, 2, 3)
WORLDS = 3
WITH_INDICES = 16  # so that indices are equal and different
WITH_SIGNS = 8  # so that signs are positive and negative
ASSUMED = ("positive", "nonzero", "invertible", "principal", "natural", "largest")
DECIDED = ("positive", "nonzero", "invertible", "full_rank", "symmetric", "largest")
DRAWS = 40


@dataclass
class Point:
    """One way to fill in a law: the instance, further names, what varies under a differential, chosen values.

    ``broken`` is a condition that is to fail.
    """

    about: Instance
    extra: Declarations = field(default_factory=Declarations)
    variables: frozenset[str] = frozenset()
    meeting: bool = True
    values: Mapping[str, float] = field(default_factory=dict)
    broken: tuple[str, Term] | None = None

    @property
    def declarations(self) -> Declarations:
        return Declarations({**self.about.declarations, **self.extra})


def filled(law: Law, texts: Mapping[str, str], let: str = "") -> tuple[dict[str, Value], Declarations]:
    """Values for names of a law, from texts: ``"G": "D(F(X), X)"``; ``"F": "y -> tr(y)"`` for a second-order hole."""
    extra = parse_declarations(let)
    plain_names = Declarations({**instance(law).declarations, **extra})
    values: dict[str, Value] = {}
    for name, text in texts.items():
        place, arrow, body = text.partition(" -> ")
        names = plain_names
        if arrow:
            family = next(t for t in pieces(law) if t.op == "family" and t.data == name)
            shape = plain_shape(family.args[0].shape)
            names = names.extended(Declaration(place, "value", shape))
        (term,), _ = elaborate_all([body if arrow else text], names, infer=False)
        values[name] = Abstraction((place,), term) if arrow else term
    return values, extra


def second_order(law: Law) -> dict[str, Value]:
    """Small holes with a part of second order, so that O(eps^2) is seen."""
    eps = symbol(EPS)
    found: dict[str, Value] = {}
    for t in pieces(law):
        if t.op == "small":
            shape = plain_shape(t.shape)
            first, second = symbol(str(t.data), shape), symbol(f"{t.data}_2", shape)
            found[str(t.data)] = plus(product(eps, first), product(eps, eps, second))
    return found


def declared_second(law: Law) -> Declarations:
    kept = {f"{t.data}_2": plain_shape(t.shape) for t in pieces(law) if t.op == "small"}
    return Declarations({name: Declaration(name, "value", shape) for name, shape in kept.items()})


def meeting(law: Law, texts: Mapping[str, str] = {}, let: str = "") -> Point:
    """A point that meets the conditions of a law."""
    values, extra = filled(law, texts, let)
    fixed = {str(c.subject.data) for c in law.conditions if c.predicate == "constant" and c.subject.op in HOLES}
    about = instance(law, **{**second_order(law), **values})
    declared = {**about.declarations, **(extra if law.relation == "=" else {})}
    names = {n for n, d in declared.items() if d.sort == "value" and "natural" not in d.properties}
    if law.relation == "=>":
        names = {n for n in names if n in ("x", "X")}
    moving = (names - fixed) or {"nothing"}
    variables = frozenset(moving) if any(t.op == "d" for t in pieces(law)) else frozenset()
    return Point(about, Declarations({**declared_second(law), **extra}), variables)


def worlds(point: Point, kind: str) -> Iterator[World]:
    """Points of several sizes; those of a meeting point meet the assumptions."""
    names = point.declarations
    terms = [point.about.left, point.about.right]
    assumed = tuple(a for a in point.about.assumptions if a[0] in ASSUMED)
    indices = {**_bounds(point.about), **index_ranges(terms, frozenset(names))}
    hypotheses = Hypotheses(names, EPS, assumed if point.meeting else (), point.variables, {}, (), indices, 4)
    dims = sorted(names.dimensions)
    indexed = any(d.sort == "index" for d in names.values())
    signed = any(t.has("sign", "max", "min", "relu", "step") for t in terms)
    for number in range(WITH_INDICES if indexed else WITH_SIGNS if signed else WORLDS):
        sizes = {name: SIZES[(number + k) % len(SIZES)] for k, name in enumerate(dims)}
        for trial in range(DRAWS):
            world = World(hypotheses, sizes, f"{number}/{trial}", kind)
            for name, value in point.values.items():
                number = value if isinstance(value, float) else world.algebra.number(value)
                world._values[name] = world.algebra.scalar(number)
            if world.admissible() and _breaks(world, point.broken):
                yield world
                break


def _breaks(world: World, broken: tuple[str, Term] | None) -> bool:
    """Whether a condition fails that is to fail; of those that no number decides the texts have taken care."""
    if broken is None or broken[0] not in DECIDED:
        return True
    return not world._holds(*broken)


def _bounds(about: Instance) -> dict[str, tuple[Dim, ...]]:
    """Indices of a delta run as far as the sum around it."""
    wanted = [n for n, d in about.declarations.items() if d.sort == "index"]
    return {n: (dim("n"),) for n in wanted}


def compare(world: World, left: Term, right: Term) -> str:
    """ "true", "false" or "undefined" (neither side has a value)."""
    values = []
    for side in (left, right):
        try:
            values.append(world.evaluator.value(side))
        except (UndefinedError, ZeroDivisionError):
            values.append(None)
    if values[0] is None and values[1] is None:
        return "undefined"
    if values[0] is None or values[1] is None:
        return "false"
    if world.algebra.overclaims(values[0], values[1]):
        return "false"
    return "true" if world.algebra.difference(values[0], values[1]) is None else "false"


def verdicts(point: Point, relation: str = "=") -> list[str]:
    """One verdict for each world, with numbers modulo a prime where they suffice."""
    ordered = point.broken is not None and point.broken[0] == "positive"
    for kind in ("float",) if ordered else ("modular", "float"):
        try:
            found = [_verdict(world, point.about, relation) for world in worlds(point, kind)]
        except NeedsRealsError:
            continue
        if found or kind == "float":
            return found
    raise AssertionError("floats suffice for everything")


def _verdict(world: World, about: Instance, relation: str) -> str:
    if relation != "=>":
        return compare(world, about.left, about.right)
    try:
        if not equation_holds(world, about.left):
            return "no premise"
    except UndefinedError:
        return "undefined"
    try:
        return "true" if equation_holds(world, about.right) else "false"
    except UndefinedError:
        return "false"  # nothing follows from what holds
