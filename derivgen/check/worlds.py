"""Random points at which a derivation's hypotheses hold: sizes, values of names, unknown functions.

A world draws every name when it is first needed, from the seed and the name alone. Declared properties are
built in (a symmetric matrix is drawn symmetric); assumptions such as det(X) > 0 are met by drawing again.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from itertools import count
from typing import Any, TypeAlias

from derivgen.check.meaning import Evaluator, MeaningError, NeedsRealsError, Scope
from derivgen.check.series import PRIME, Algebra, Matrix, Series, UndefinedError
from derivgen.check.sizes import Sizes, arrangements
from derivgen.check.structured import STRUCTURES
from derivgen.language.declarations import Declaration, Declarations
from derivgen.language.shapes import SCALAR, Dim, Shape
from derivgen.language.terms import Term, walk

DRAWS = 60  # where the default sizes do not admit a point, other sizes are tried with fewer draws
FEWER = {"float": 20, "modular": 4, "rational": 1}


Place: TypeAlias = tuple[int, int, int, int, int]
Shift: TypeAlias = dict[Place, Any]  # entry i, j of the value; argument k (-1: none) and its entry r, c -> factor


class NoPointError(Exception):
    """No point was found that satisfies the declarations and assumptions."""


class DrawnError(Exception):
    """A value had to be drawn, so the evaluation is not exact."""


@dataclass(frozen=True)
class Hypotheses:
    """What a world must satisfy: declarations, assumptions, definitions f(x) = body, pairs of inverse
    functions.

    ``variables`` are the names that a differential varies (all, when empty); ``indices`` gives the ranges of
    free indices.
    """

    declarations: Declarations
    perturbation: str = "eps"
    assumed: tuple[tuple[str, Term], ...] = ()
    variables: frozenset[str] = frozenset()
    definitions: Mapping[str, tuple[tuple[str, ...], Term]] = field(default_factory=dict)
    inverses: tuple[tuple[str, str], ...] = ()
    indices: Mapping[str, tuple[Dim, ...]] = field(default_factory=dict)
    length: int = 4

    @cached_property
    def dimensions(self) -> list[str]:
        """The names of all dimensions, sorted."""
        return sorted(self.declarations.dimensions)


class World:
    """One random point.

    ``kind`` is the kind of its numbers: modular, rational (nothing may be drawn) or float.
    """

    def __init__(self, hypotheses: Hypotheses, sizes: Mapping[str, int], seed: str, kind: str) -> None:
        self.hypotheses, self.seed, self.kind = hypotheses, seed, kind
        self.named_sizes = dict(sizes)
        self.perturbation = hypotheses.perturbation
        self.algebra = Algebra(kind, hypotheses.length)
        self.evaluator: Evaluator = Evaluator(self)
        self.degrees: dict[Term, tuple[int, int]] = {}
        self.shifts: dict[str, Shift] = {}
        self.muted: frozenset[str] = frozenset()
        self._values: dict[str, Series] = {}

    # -- sizes and values ------------------------------------------------------------------------------------
    def size(self, d: Dim) -> int:
        """A dimension in this world."""
        if self.kind == "rational" and d.number is None:
            raise DrawnError("a size was drawn")
        return sum(c * math.prod(self._named_size(n) for n in names) for names, c in d.monomials)

    def _named_size(self, name: str) -> int:
        return self.named_sizes.setdefault(name, self._random(f"size {name}").randint(2, 5))

    def _random(self, name: str) -> random.Random:
        return random.Random(f"{self.seed}/{name}")

    def symbol(self, name: str, shape: Shape) -> Series:
        """The value of a name, drawn on first use."""
        found = self._values.get(name)
        if found is None:
            if self.kind == "rational":
                raise DrawnError(name)
            found = self._values[name] = self._drawn(name, shape)
        return found

    def _drawn(self, name: str, shape: Shape) -> Series:
        if name in self.named_sizes and shape == SCALAR:
            return self.algebra.scalar(self.named_sizes[name])
        ranges = self.hypotheses.indices.get(name)
        if ranges:
            return self.algebra.scalar(self._random(name).randint(1, min(map(self.size, ranges))))
        declaration = self.hypotheses.declarations.get(name)
        if declaration is not None and declaration.sort == "index":
            return self.algebra.scalar(self._random(name).randint(1, 3))
        properties = self._properties(name, declaration)
        if properties & {"natural", "integer"} and shape == SCALAR:
            return self.algebra.scalar(self._named_size(name))
        return self.algebra.constant(self._matrix(name, shape, properties))

    def _properties(self, name: str, declaration: Declaration | None) -> frozenset[str]:
        found = declaration.properties if declaration is not None else frozenset()
        return found | {p for p, t in self.hypotheses.assumed if t.op == "symbol" and t.data == name}

    def _matrix(self, name: str, shape: Shape, properties: frozenset[str]) -> Matrix:
        rows, cols = self.size(shape[0]), self.size(shape[1])
        r = self._random(name)
        if shape == SCALAR:
            return [[self._scalar(r, properties)]]
        complex_numbers = "complex" in properties
        m = [[self._entry(r, complex_numbers) for _ in range(cols)] for _ in range(rows)]
        if rows == cols:
            for prop, build in STRUCTURES.items():
                if prop in properties:
                    m = build(self, m)
                    break
        return m

    def _scalar(self, r: random.Random, properties: frozenset[str]) -> Any:
        if self.kind == "modular":
            return r.randrange(1, PRIME)
        if "positive" in properties:
            return r.uniform(0.2, 2.5)
        if "complex" in properties:
            return complex(r.uniform(-2, 2), r.uniform(-2, 2))
        return r.choice((-1, 1)) * r.uniform(0.1, 2)

    def _entry(self, r: random.Random, complex_numbers: bool) -> Any:
        if self.kind == "modular":
            return r.randrange(PRIME)
        return complex(r.uniform(-1, 1), r.uniform(-1, 1)) if complex_numbers else r.uniform(-1, 1)

    def another(self, name: str, shape: Shape) -> Series:
        """Another random value of a shape."""
        return self.algebra.constant(self._matrix(name, shape, frozenset()))

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
        self._values, self.shifts, self.muted = dict(values), {}, frozenset()
        self.forget()

    def forget(self) -> None:
        """Evaluate everything anew."""
        self.evaluator.root.memo.clear()

    def varying(self, body: Term) -> list[tuple[str, Shape]]:
        """The symbols of a term that a differential varies."""
        wanted = self.hypotheses.variables
        names = {str(t.data): t.shape for _, t in walk(body) if t.op == "symbol" and t.data in body.free}
        fixed = {self.perturbation, *self.named_sizes, *self.hypotheses.indices}
        return sorted((n, s) for n, s in names.items() if (n in wanted if wanted else n not in fixed))

    # -- functions -------------------------------------------------------------------------------------------
    def apply(self, name: str, orders: tuple[int, ...], args: list[Series], size: tuple[int, int]) -> Series:
        """The value of an unknown, defined or inverse function, or of a derivative of it."""
        if name in self.hypotheses.definitions:
            return self._defined(name, orders, args)
        shift = self.shifts.get(name)
        if name in self.muted:
            return Series(*size, {}) if shift is None else self._shifted(shift, orders, args, size)
        value = self._unknown(name, orders, args, size)
        return value if shift is None else self.algebra.add(value, self._shifted(shift, orders, args, size))

    def _shifted(self, shift: Shift, orders: tuple[int, ...], args: list[Series], size: tuple[int, int]) -> Series:
        """A linear function of the arguments, or a derivative of it."""
        total, algebra = Series(*size, {}), self.algebra
        for (i, j, k, r, c), factor in shift.items():
            if k < 0 or sum(orders) > 1:
                part = algebra.scalar(0 if sum(orders) else 1)
            else:
                part = algebra.scalar(orders[k]) if any(orders) else algebra.entry(args[k], r, c)
            total = algebra.add(total, algebra.placed([(i, j, algebra.multiple(factor, part))], *size))
        return total

    def _unknown(self, name: str, orders: tuple[int, ...], args: list[Series], size: tuple[int, int]) -> Series:
        algebra = self.algebra
        if len(args) == 1 and args[0].rows == args[0].cols == 1 and size == (1, 1):
            return algebra.compose(args[0], self._coefficients(name, orders[0], algebra.at_zero(args[0])))
        if any(k and (a.rows, a.cols) != (1, 1) for k, a in zip(orders, args, strict=True)):
            raise MeaningError(f"a derivative of {name} by an argument that is not a scalar")
        entries = [
            (i, j, self._ridges(f"{name}[{i},{j}]", orders, args)) for i in range(size[0]) for j in range(size[1])
        ]
        return algebra.placed(entries, *size) if len(entries) > 1 else entries[0][2]

    def _defined(self, name: str, orders: tuple[int, ...], args: list[Series]) -> Series:
        """The body at the arguments; a derivative is the coefficient of t at the argument plus t."""
        names, body = self.hypotheses.definitions[name]
        varied = next((k for k, order in enumerate(orders) if order), None)
        if varied is None:
            return self.evaluator.value(body, Scope(dict(zip(names, args, strict=True))))
        lower = tuple(order - (k == varied) for k, order in enumerate(orders))
        return self._along(name, lower, args, varied, self.algebra.scalar(1))

    def _along(self, name: str, orders: tuple[int, ...], args: list[Series], k: int, direction: Series) -> Series:
        slot = self.algebra.open(nilpotent=True)
        try:
            change = self.algebra.product(self.algebra.variable(slot), direction)
            moved = [*args[:k], self.algebra.add(args[k], change), *args[k + 1 :]]
            return self.algebra.coefficient(self.apply(name, orders, moved, (1, 1)), slot)
        finally:
            self.algebra.close()

    def gradient(self, name: str, x: Series) -> Series:
        """grad(F)(x): the coefficient of t in F(x + t*J(i,j)), entry by entry."""
        entries = []
        for i in range(x.rows):
            for j in range(x.cols):
                unit = Series(
                    x.rows,
                    x.cols,
                    {0: [[int((a, b) == (i, j)) for b in range(x.cols)] for a in range(x.rows)]},
                )
                entries.append((i, j, self._along(name, (0,), [x], 0, unit)))
        return self.algebra.placed(entries, x.rows, x.cols) if len(entries) > 1 else entries[0][2]

    def _ridges(self, name: str, orders: tuple[int, ...], args: list[Series]) -> Series:
        """A smooth function of several variables: a sum of functions of linear forms."""
        total = Series(1, 1, {})
        for ridge in range(3):
            form, factor = Series(1, 1, {}), 1
            for k, (order, arg) in enumerate(zip(orders, args, strict=True)):
                r = self._random(f"{name} weight {ridge} {k}")
                for i in range(arg.rows):
                    for j in range(arg.cols):
                        weight = self._entry(r, False)
                        form = self.algebra.add(form, self.algebra.multiple(weight, self.algebra.entry(arg, i, j)))
                        factor = factor * weight**order if order else factor
            key = f"{name} ridge {ridge}"
            part = self.algebra.compose(form, self._coefficients(key, sum(orders), self.algebra.at_zero(form)))
            total = self.algebra.add(total, self.algebra.multiple(factor, part))
        return total

    def _coefficients(self, name: str, order: int, x: Any) -> Iterator[Any]:
        """Taylor coefficients at x of the derivative of a function."""
        if self.kind == "rational":
            raise DrawnError(name)
        for pair in self.hypotheses.inverses:
            if name in pair:
                return self._moebius("/".join(pair), order, x, inverse=name == pair[1])
        return self._jet(name, order, x) if self.kind == "modular" else self._waves(name, order, x)

    def _jet(self, name: str, order: int, x: int) -> Iterator[int]:
        """A formal function modulo a prime: each derivative at each point is an independent random number."""
        factorial = 1
        for k in count():
            factorial = factorial * max(k, 1) % PRIME
            digest = blake2b(f"{self.seed}/{name}/{order + k}/{x % PRIME}".encode(), digest_size=16).digest()
            yield int.from_bytes(digest, "big") * pow(factorial, -1, PRIME) % PRIME

    def _waves(self, name: str, order: int, x: Any) -> Iterator[float]:
        """A sum of two sine waves and a line."""
        r = self._random(name)
        waves = [(r.uniform(0.3, 1), r.uniform(0.5, 1.5), r.uniform(0, 6)) for _ in range(2)]
        if isinstance(x, complex):
            raise MeaningError("an unknown function of a complex number")
        slope = r.uniform(0.5, 2)
        for k in count():
            n = order + k
            line = slope * x if n == 0 else slope if n == 1 else 0.0
            value = line + sum(a * b**n * math.sin(b * x + c + n * math.pi / 2) for a, b, c in waves)
            yield value / math.factorial(k)

    def _moebius(self, pair: str, order: int, x: Any, inverse: bool) -> Iterator[Any]:
        """(a*x + b)/(c*x + d), or its inverse: a function whose inverse and derivatives are known exactly."""
        r = self._random(pair)
        draw = (lambda: r.randrange(1, PRIME)) if self.kind == "modular" else (lambda: r.uniform(0.1, 0.4))
        a, b, c, d = draw() + 1, draw(), draw(), draw() + 1
        if inverse:
            a, b, c, d = d, -b, -c, a
        scale = self.algebra.reciprocal(self.number(c * x + d))
        for k in count():
            n = order + k
            if n == 0:
                yield self.number((a * x + b) * scale)
                continue
            binomial = math.factorial(n) // math.factorial(k)
            yield self.number((-c) ** (n - 1) * (a * d - b * c) * scale ** (n + 1) * binomial)

    def number(self, x: Any) -> Any:
        """A number of this world's kind."""
        return x % PRIME if self.kind == "modular" else x

    # -- assumptions -----------------------------------------------------------------------------------------
    def admissible(self) -> bool:
        """Whether all assumptions hold at this point."""
        return all(self._holds(predicate, t) for predicate, t in self.hypotheses.assumed)

    def _holds(self, predicate: str, t: Term) -> bool:
        test = _PREDICATES.get(predicate)
        if test is None:
            return True
        try:
            s = self.evaluator.value(t)
        except UndefinedError:
            return False
        except NeedsRealsError:
            return True
        return bool(test(self, s))


def _positive(w: World, s: Series) -> bool:
    if w.kind != "float":
        return not w.algebra.small(w.algebra.at_zero(s))
    x = w.algebra.at_zero(s)
    return not isinstance(x, complex) and x > 1e-3


def _invertible(w: World, s: Series) -> bool:
    determinant = w.algebra.adjugate(s)[1] if s.rows > 1 else s
    return not w.algebra.small(w.algebra.at_zero(determinant))


_PREDICATES: dict[str, Any] = {
    "positive": _positive,
    "nonzero": lambda w, s: not w.algebra.small(w.algebra.at_zero(s)),
    "invertible": _invertible,
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
            world = self._world(sizes, f"{number}/{attempt}", kind, FEWER[kind] if k else DRAWS)
            if world is not None:
                self.chosen[kind, number] = sizes
                return world
        text = ", ".join(p for p, _ in self.hypotheses.assumed)
        raise NoPointError(f"no point was found that satisfies the assumptions ({text})")

    def _world(self, sizes: Sizes, seed: str, kind: str, draws: int) -> World | None:
        if (kind, sizes) in self.barren:
            return None
        for trial in range(draws):
            world = World(self.hypotheses, dict(sizes), f"{seed}/{trial}", kind)
            if world.admissible():
                return world
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
