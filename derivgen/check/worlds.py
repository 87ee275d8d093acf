"""Random points at which a derivation's hypotheses hold: sizes, values of names, unknown functions.

A world draws every name when it is first needed, from the seed and the name alone. Declared properties are
built in (a symmetric matrix is drawn symmetric); assumptions such as det(X) > 0 are met by drawing again.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from derivgen.check.algebra import Algebra
from derivgen.check.assumed_equations import meet
from derivgen.check.entrywise import NeedsRealsError
from derivgen.check.evaluator import Evaluator, Scope
from derivgen.check.gaussian import Gaussian
from derivgen.check.largest import is_largest
from derivgen.check.matrix_functions import square_root
from derivgen.check.meaning import MEANINGS
from derivgen.check.series import PRIME, Matrix, Series, UndefinedError
from derivgen.check.signs import sign_of_entries, spread
from derivgen.check.sizes import Sizes, arrangements
from derivgen.check.structured import STRUCTURES, structure_of
from derivgen.check.unknowns import DrawnError, UnknownFunctions
from derivgen.language.declarations import Declaration, Declarations
from derivgen.language.names import PI
from derivgen.language.problem import HOLDS
from derivgen.language.shapes import ONE, SCALAR, Dim, Shape
from derivgen.language.terms import Term, walk
from derivgen.rules.ranges import fact

COMPLEX = ("complex", "Hermitian")  # properties of what is drawn complex
DRAWS = 60  # where the default sizes do not admit a point, other sizes are tried with fewer draws
UNMET = 4  # draws from which no way leads to a point that meets the assumed equations
FEWER = {"float": 20, "modular": 4, "rational": 1}


class NoPointError(Exception):
    """No point was found that satisfies the declarations and assumptions."""


@dataclass(frozen=True)
class Hypotheses:
    """What a world must satisfy: declarations, assumptions, definitions f(x) = body, pairs of inverse
    functions.

    ``variables`` are the names that a differential varies (all, when empty); ``indices`` gives the ranges of
    free indices; ``member`` is the one of a family that varies alone; ``last`` is the last number that a sum counts to.
    """

    declarations: Declarations
    perturbation: str = "eps"
    assumed: tuple[tuple[str, Term], ...] = ()
    variables: frozenset[str] = frozenset()
    definitions: Mapping[str, tuple[tuple[str, ...], Term]] = field(default_factory=dict)
    inverses: tuple[tuple[str, str], ...] = ()
    indices: Mapping[str, tuple[Dim, ...]] = field(default_factory=dict)
    length: int = 4
    member: Term | None = None
    last: int = 0

    @cached_property
    def dimensions(self) -> list[str]:
        """The names of all dimensions, sorted."""
        return sorted(self.declarations.dimensions)

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The names of real scalars, counted."""
        names = (n for n, d in self.declarations.items() if d.sort == "value" and d.shape == SCALAR)
        return {name: k for k, name in enumerate(names)}

    @cached_property
    def counting(self) -> dict[str, int]:
        """The names of free indices, counted."""
        free = [n for n, d in self.declarations.items() if d.sort == "index"]
        return {name: k for k, name in enumerate(dict.fromkeys((*self.indices, *free)))}

    @cached_property
    def vector_ranks(self) -> dict[str, int]:
        """The names of vectors, counted."""
        values = {n: d.shape for n, d in self.declarations.items() if d.sort == "value" and d.shape != SCALAR}
        return {name: k for k, name in enumerate(n for n, shape in values.items() if shape[1] == ONE)}


@dataclass(frozen=True)
class Drawn:
    """The random numbers that a value with a structure was built from."""

    numbers: Matrix
    shape: Shape
    properties: frozenset[str]


class World:
    """One random point.

    ``kind`` is the kind of its numbers: modular, rational (nothing may be drawn) or float. With ``large`` all
    entries of matrices without a structure are above 1. ``planned`` is the number of a point at which scalars have
    planned signs, ``corner`` that of one at which free indices stand at planned ends of their ranges.
    """

    def __init__(
        self,
        hypotheses: Hypotheses,
        sizes: Mapping[str, int],
        seed: str,
        kind: str,
        large: bool = False,
        planned: int | None = None,
        corner: int | None = None,
    ) -> None:
        self.hypotheses, self.seed, self.kind, self.large, self.planned = hypotheses, seed, kind, large, planned
        self.named_sizes, self.corner = dict(sizes), corner
        self.perturbation = hypotheses.perturbation
        self.algebra = Algebra(kind, hypotheses.length)
        self.evaluator: Evaluator = Evaluator(self, MEANINGS)
        self.degrees: dict[Term, tuple[int, int]] = {}
        self.functions = UnknownFunctions(self)
        self.drawn_from: dict[str, Drawn] = {}
        self._values: dict[str, Series] = {}

    # -- sizes and values ------------------------------------------------------------------------------------
    def size(self, d: Dim) -> int:
        """A dimension in this world."""
        if self.kind == "rational" and d.number is None:
            raise DrawnError("a size was drawn")
        return sum(c * math.prod(self._named_size(n) for n in names) for names, c in d.monomials)

    def _named_size(self, name: str) -> int:
        if name not in self.named_sizes:
            self.named_sizes[name] = self.random(f"size {name}").randint(2, 5)
        return self.named_sizes[name]

    def random(self, name: str) -> Random:
        """The source of chance for one purpose."""
        return Random(f"{self.seed}/{name}")

    def symbol(self, name: str, shape: Shape) -> Series:
        """The value of a name, drawn on first use."""
        found = self._values.get(name)
        if found is None:
            if self.kind == "rational":
                raise DrawnError(name)
            found = self._values[name] = self._drawn(name, shape)
        return found

    def member(self, name: str, k: int, shape: Shape) -> Series:
        """The value of x[k], a member of a declared family."""
        key = f"{name}[{k}]"
        found = self._values.get(key)
        if found is None:
            if self.kind == "rational":
                raise DrawnError(key)
            declaration = self.hypotheses.declarations.get(name)
            properties = declaration.properties if declaration is not None else frozenset()
            found = self._values[key] = self._kept(key, shape, properties)
        return found

    def change(self, name: str, shape: Shape) -> Series:
        """The value of d(X) for a name X, drawn on first use: any change, complex where X is."""
        key = f"d({name})"
        if key not in self._values and self.is_complex(name):
            if self.kind == "rational":
                raise DrawnError(key)
            self._values[key] = self.another(key, shape, complex_numbers=True)
        return self.symbol(key, shape)

    def is_random(self, name: str) -> bool:
        """Whether a name is declared to take its values by chance."""
        declaration = self.hypotheses.declarations.get(name)
        return declaration is not None and declaration.is_random

    def is_independent(self, name: str) -> bool:
        """Whether the entries of a random vector are declared independent of each other."""
        declaration = self.hypotheses.declarations.get(name)
        return declaration is not None and "independent" in declaration.properties

    def outcome(self, name: str, k: int, shape: Shape) -> Series:
        """The value of a random name at outcome k of its distribution."""
        key = f"{name} at outcome {k}"
        found = self._values.get(key)
        if found is None:
            if self.kind == "rational":
                raise DrawnError(key)
            declaration = self.hypotheses.declarations.get(name.partition("[")[0])
            properties = declaration.properties if declaration is not None else frozenset()
            found = self._values[key] = self.algebra.constant(self._matrix(key, shape, properties))
        return found

    def structure(self, name: str) -> str:
        """The structure that a name is declared to have, or nothing."""
        declaration = self.hypotheses.declarations.get(name)
        properties = declaration.properties if declaration is not None else frozenset()
        return structure_of(properties)

    def is_complex(self, name: str) -> bool:
        """Whether a name is declared complex."""
        declaration = self.hypotheses.declarations.get(name)
        return declaration is not None and declaration.is_complex

    def _drawn(self, name: str, shape: Shape) -> Series:
        if name in self.named_sizes and shape == SCALAR:
            return self.algebra.scalar(self.named_sizes[name])
        ranges = self.hypotheses.indices.get(name)
        if ranges:
            return self.algebra.scalar(self._index(name, min(map(self.size, ranges))))
        declaration = self.hypotheses.declarations.get(name)
        if self.kind == "float" and self._is_pi(name):
            return self.algebra.scalar(math.pi)
        if declaration is not None and declaration.sort == "index":
            beyond = max(3, self.hypotheses.last, *self.named_sizes.values()) + 2  # nothing tells its range
            return self.algebra.scalar(self._index(name, beyond))
        properties = self._properties(name, declaration)
        if properties & {"natural", "integer"} and shape == SCALAR:
            return self.algebra.scalar(self._named_size(name))
        return self._kept(name, shape, properties)

    def _index(self, name: str, last: int) -> int:
        """A place from 1 to a last one: at both ends of the range formulas are wrong that hold on a part of it."""
        drawn = self.random(name).randint(1, last)
        if self.corner is None:
            return drawn
        rank = self.hypotheses.counting.get(name, 0)
        return (drawn, 1, last)[(self.corner + rank * (self.corner // 3)) % 3]

    def _is_pi(self, name: str) -> bool:
        return name == PI.name and self.hypotheses.declarations.get(name, PI) == PI

    def _kept(self, name: str, shape: Shape, properties: frozenset[str]) -> Series:
        """A value for a name; what it is built from is kept, as it may be changed to meet an equation."""
        numbers = self._random_numbers(name, shape, properties)
        self.drawn_from[name] = Drawn(numbers, shape, properties)
        return self.algebra.constant(self.built(numbers, shape, properties))

    def _properties(self, name: str, declaration: Declaration | None) -> frozenset[str]:
        found = declaration.properties if declaration is not None else frozenset()
        return found | {p for p, t in self.hypotheses.assumed if t.op == "symbol" and t.data == name}

    def _matrix(self, name: str, shape: Shape, properties: frozenset[str]) -> Matrix:
        return self.built(self._random_numbers(name, shape, properties), shape, properties)

    def _random_numbers(self, name: str, shape: Shape, properties: frozenset[str]) -> Matrix:
        """What a value is built from."""
        rows, cols = self.size(shape[0]), self.size(shape[1])
        r = self.random(name)
        if shape == SCALAR:
            return [[self._scalar(name, r, properties)]]
        complex_numbers = not properties.isdisjoint(COMPLEX)
        if "positive" in properties:
            return [[self._scalar("", r, properties) for _ in range(cols)] for _ in range(rows)]
        m = [[self.random_entry(r, complex_numbers) for _ in range(cols)] for _ in range(rows)]
        if self.kind == "float" and self.planned is not None and name in self.hypotheses.vector_ranks:
            sign = sign_of_entries(self.hypotheses.vector_ranks[name], self.planned)
            m = [[sign * abs(x) for x in row] for row in m] if sign and not complex_numbers else m
        free = self.large and self.kind == "float" and (rows != cols or not structure_of(properties))
        return [[1.1 + abs(x) for x in row] for row in m] if free else m

    def built(self, numbers: Matrix, shape: Shape, properties: frozenset[str]) -> Matrix:
        """The value with a declared structure that is built from a matrix of numbers."""
        square = len(numbers) == len(numbers[0]) and shape != SCALAR and "positive" not in properties
        build = STRUCTURES.get(structure_of(properties)) if square else None
        value: Matrix = numbers if build is None else build(self, numbers)
        return value

    def _scalar(self, name: str, r: Random, properties: frozenset[str]) -> Any:
        complex_numbers = "positive" not in properties and not properties.isdisjoint(COMPLEX)
        if self.kind == "float" and self.planned is not None and not complex_numbers:
            rank = self.hypotheses.ranks.get(name)
            if rank is not None:
                return spread(r, rank, self.planned, "positive" in properties)
        if self.kind == "modular":
            real = r.randrange(1, PRIME)
            return Gaussian(real, r.randrange(1, PRIME)) if complex_numbers else real
        if "positive" in properties:
            return r.uniform(0.2, 2.5)
        if complex_numbers:
            return complex(r.uniform(-2, 2), r.uniform(-2, 2))
        return r.choice((-1, 1)) * r.uniform(0.1, 2)

    def random_entry(self, r: Random, complex_numbers: bool = False) -> Any:
        """A number for an entry of a matrix."""
        if self.kind == "modular":
            real = r.randrange(PRIME)
            return Gaussian(real, r.randrange(PRIME)) if complex_numbers else real
        return complex(r.uniform(-1, 1), r.uniform(-1, 1)) if complex_numbers else r.uniform(-1, 1)

    def another(self, name: str, shape: Shape, complex_numbers: bool = False) -> Series:
        """Another random value of a shape."""
        properties = frozenset({"complex"} if complex_numbers else ())
        return self.algebra.constant(self._matrix(name, shape, properties))

    def set_symbol(self, name: str, value: Series) -> None:
        """Give a name another value. Forgets what was evaluated."""
        self._values[name] = value
        self.forget()

    @property
    def drawn(self) -> dict[str, Series]:
        """The values of names drawn so far."""
        return dict(self._values)

    def reset(self, values: Mapping[str, Series]) -> None:
        """Take these values and no summands of functions; forget what was evaluated."""
        self._values, self.functions.shifts, self.functions.muted = dict(values), {}, frozenset()
        self.forget()

    def forget(self) -> None:
        """Evaluate everything anew."""
        self.evaluator.root.memo.clear()

    def varying(self, body: Term, bound: Collection[str] = ()) -> list[tuple[str, Shape]]:
        """The symbols of a term that a differential varies; never what counts."""
        wanted = self.hypotheses.variables
        declared = self.hypotheses.declarations
        counting = {n for n, d in declared.items() if d.sort == "index" or d.properties & {"natural", "integer"}}
        names = {str(t.data): t.shape for _, t in walk(body) if t.op == "symbol" and t.data in body.free}
        counting |= {name for name in names if self._is_pi(name)}
        fixed = {self.perturbation, *self.named_sizes, *self.hypotheses.indices, *counting, *bound}
        moving = {n for n in names if (n in wanted if wanted else n not in fixed) and not self.is_random(n)}
        return sorted((n, names[n]) for n in moving)

    # -- numbers and assumptions -----------------------------------------------------------------------------------
    def number(self, x: Any) -> Any:
        """A number of this world's kind."""
        return x % PRIME if self.kind == "modular" else x

    def admissible(self) -> bool:
        """Whether all assumptions hold at this point."""
        return all(self._holds(predicate, t) for predicate, t in self.hypotheses.assumed)

    def _holds(self, predicate: str, t: Term, scope: Scope | None = None) -> bool:
        if predicate not in _PREDICATES:
            return True
        scope = scope or self.evaluator.root
        try:
            if t.op == "every":
                inner = (scope.extended(str(t.data), k) for k in self.evaluator.range(t, scope))
                return all(self._holds(predicate, t.args[2], one) for one in inner)
            if predicate == "largest":
                return self.kind != "float" or is_largest(self.evaluator, t, scope)
            test = _PREDICATES[predicate]
            return bool(test(self, *(self.evaluator.value(side, scope) for side in (t.args if t.op == "=" else (t,)))))
        except UndefinedError:
            return False
        except NeedsRealsError:
            return True


def _entries(w: World, s: Series) -> list[Any]:
    """The numbers of a value, entry by entry."""
    return [w.algebra.at_zero(w.algebra.entry(s, i, j)) for i in range(s.rows) for j in range(s.cols)]


def _positive(w: World, s: Series) -> bool:
    """Of a matrix: every entry."""
    if w.kind != "float":
        return _nonzero(w, s)
    return all(abs(x.imag) < 1e-9 * (1 + abs(x)) and x.real > 1e-3 for x in _entries(w, s))


def _nonzero(w: World, s: Series) -> bool:
    return not any(map(w.algebra.small, _entries(w, s)))


def _invertible(w: World, s: Series) -> bool:
    determinant = w.algebra.adjugate(s)[1] if s.rows > 1 else s
    value = w.algebra.at_zero(determinant)
    if w.kind == "float" and s.rows > 1:  # beside the bound of Hadamard: rounding makes no matrix invertible
        rows = [sum(abs(x) for x in row) for row in s.parts.get(0, [[0.0]])]
        return bool(abs(value) > 1e-9 * max(1.0, math.prod(rows)))
    return not w.algebra.small(value)


def _principal(w: World, s: Series) -> bool:
    """Where the iteration for the square root settles."""
    if w.kind != "float":
        return _invertible(w, s)
    if s.rows == 1:
        (x,) = _entries(w, s)
        return bool(x.real > 1e-3 or abs(x.imag) > 1e-3)
    square_root(w.algebra, s)
    return True


def _full_rank(w: World, s: Series) -> bool:
    flipped = w.algebra.transposed(w.algebra.conjugate(s))
    gram = w.algebra.product(flipped, s) if s.rows >= s.cols else w.algebra.product(s, flipped)
    return _invertible(w, gram)


_PREDICATES: dict[str, Any] = {
    "full_rank": _full_rank,
    "positive": _positive,
    "nonzero": _nonzero,
    "invertible": _invertible,
    "principal": _principal,
    HOLDS: lambda w, left, right: w.algebra.difference(left, right) is None,
    "largest": None,  # of what, its form says
    "symmetric": lambda w, s: w.algebra.difference(s, w.algebra.transposed(s)) is None,
}


class Points:
    """The worlds of one derivation at several sizes; sizes at which the assumptions cannot hold are passed over."""

    def __init__(self, hypotheses: Hypotheses) -> None:
        self.hypotheses = hypotheses
        self.chosen: dict[tuple[str, int], Sizes] = {}
        self.barren: set[tuple[str, Sizes]] = set()

    def draw(self, number: int, kind: str, attempt: int = 0) -> World:
        """World ``number``, at sizes that depend on it; ``attempt`` counts other points of the same sizes.

        Raises NoPointError when no point is found that satisfies the assumptions, at any sizes that are tried.
        """
        known = self.chosen.get((kind, number))
        options = [known] if known is not None else arrangements(self.hypotheses.dimensions, number)
        for k, sizes in enumerate(options):
            planned = None if attempt else number
            corner = None if attempt % 2 else number
            world = self._world(sizes, f"{number}/{attempt}", kind, FEWER[kind] if k else DRAWS, planned, corner)
            if world is not None:
                self.chosen[kind, number] = sizes
                return world
        text = ", ".join(dict.fromkeys(fact(*one) for one in self.hypotheses.assumed))
        raise NoPointError(f"no point was found that satisfies the assumptions ({text})")

    def _world(self, sizes: Sizes, seed: str, kind: str, draws: int, planned: int | None,
               corner: int | None) -> World | None:  # fmt: skip
        if (kind, sizes) in self.barren:
            return None
        failed = 0
        for trial in range(draws):
            large, signs = trial >= 3 * draws // 4, None if trial else planned
            ends = None if trial % 2 else corner
            world = World(self.hypotheses, dict(sizes), f"{seed}/{trial}", kind, large, signs, ends)
            met = meet(world)
            if met and world.admissible():
                return world
            failed += not met
            if failed == UNMET:
                break
        self.barren.add((kind, sizes))
        return None

    @property
    def sizes(self) -> tuple[str, ...]:
        """The sizes of the points in words, where some sizes admit none; else nothing."""
        if not self.barren:
            return ()
        return tuple(dict.fromkeys(", ".join(f"{name} = {n}" for name, n in sizes) for sizes in self.chosen.values()))


def draw(hypotheses: Hypotheses, number: int, kind: str) -> World:
    """One world. Raises NoPointError when no point is found that satisfies the assumptions."""
    return Points(hypotheses).draw(number, kind)
