"""What the names in a text are: declared, bound, inferred by their place and their case, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from typing import NoReturn, Self, TypeVar

from derivgen.language.declarations import Declaration, Declarations, suggest
from derivgen.language.foreign import spelled_here
from derivgen.language.notation import NotationError, Syntax, read
from derivgen.language.operators import CALLS, DERIVED
from derivgen.language.shapes import ONE, SCALAR, Bindings, Dim, Shape, dim

SPECIAL = (
    "I", "H", "O", "zeros", "ones", "shift", "e", "J", "delta", "d", "D", "at", "lim", "sum", "prod", "every",
    "integral", "directional", *DERIVED,
)  # fmt: skip

CONSTANTS = frozenset({"I", "inf", "infty", "Inf"})  # names that are asked back where nothing declares them
NO_INFINITY = "there is no infinity: sums are finite, and a limit is at a number"
PI = Declaration("pi", "value", SCALAR, frozenset({"positive", "constant"}))

Found = TypeVar("Found")


def taken(scalars: list[str], matrices: list[str]) -> str:
    """What is said of names that nobody declared where shapes do not fit, or nothing."""
    parts = [f"{', '.join(scalars)} as a scalar"] if scalars else []
    parts += [f"{', '.join(matrices)} as a matrix"] if matrices else []
    if not parts:
        return ""
    example = f"{scalars[0]}: vector(n)" if scalars else f"{matrices[0]}: scalar"
    return f"undeclared names are read by their case: {' and '.join(parts)}; declare what is none, such as {example}"


class Names:
    """The names of one or more texts over common declarations: declared, inferred, bound or refused."""

    def __init__(self, declarations: Declarations | None = None, infer: bool = True, source: str = "") -> None:
        self.given = declarations or Declarations()
        self.infer, self.source = infer, source
        self.inferred: dict[str, Declaration] = {}
        self.bindings: Bindings = {}
        self.bound: dict[str, Shape] = {}
        self.dimensions: set[str] = set(self.given.dimensions)
        self.counted: set[str] = set()  # undeclared limits of sums; natural numbers, where they are no dimensions
        self.running: dict[str, tuple[str, int]] = {}  # what runs from 1 to N + k for a name N, with N and k
        self.counts: list[tuple[Dim, str]] = []  # the sides along which such an index stands, with its N
        self.constants: set[str] = set()  # constants that the derivatives of functions hold
        self.primed: set[str] = set()
        self.open: set[str] = set()  # names whose shape, if they are not declared, is that of their place
        self.of_vectors: set[str] = set()  # families whose members certainly are vectors
        self.families: dict[str, tuple[str, str]] = {}  # what may be a family, with its counter i and its number N
        self.seen: dict[int, tuple[Syntax, Shape | None]] = {}  # the shapes found, by node; kept, as ids are used again
        self.text = ""
        self._variables = 0
        self._definitions: dict[str, Syntax] = {}
        self._defining: list[str] = []

    def trial(self, vectors: frozenset[str]) -> Self:
        """A copy of its own, in which some more names are vectors, if they are not declared."""
        other = copy(self)
        other.__dict__ = {k: copy(v) if isinstance(v, dict | set | list) else v for k, v in self.__dict__.items()}
        other.take_as_vectors(vectors)
        return other

    def take_as_vectors(self, names: frozenset[str]) -> None:
        """Read names that are not declared as vectors; what may be a family as a family of vectors."""
        self.primed |= names - self.families.keys()
        for name, (counter, high) in self.families.items():
            if name not in names:
                continue
            shape = (self._variable(), ONE)
            self.dimensions.add(high)
            self.inferred[name] = Declaration(name, "members", shape, extent=dim(high), counter=counter)

    def as_declared(self, name: str, vector: bool = True) -> str:
        """How a name is declared as a vector or as a scalar; what may be a family, as a family of these."""
        counter, high = self.families.get(name, ("", ""))
        return f"{name}{f'[{counter}=1..{high}]' if counter else ''}: {'vector(n)' if vector else 'scalar'}"

    # -- names -----------------------------------------------------------------------------------------------------
    def fail(self, reason: str, node: Syntax, hint: str = "") -> NoReturn:
        """Raise a NotationError at a node."""
        # an open dimension has a number of our own; a reader has no use for it
        reason, hint = re.sub(r"\?\d+", "?", reason), re.sub(r"\?\d+", "n", hint)
        raise NotationError(reason, self.text, node.position, hint, self.source)

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
        if name == PI.name and not self.infer:
            return PI
        if not self.infer:
            self.fail(
                f"{name!r} is not declared",
                node,
                suggest(name, [*self.given, *self.dimensions]) or f"add: let {name}: scalar",
            )
        self._demand_no_constant(node)
        if name == PI.name:
            return self.inferred.setdefault(name, PI)
        if name[0].isupper() or name in self.open:
            shape = (self._variable(), self._variable())
        else:
            shape = (self._variable(), ONE) if name in self.primed else SCALAR
        self.inferred[name] = Declaration(name, "value", shape)
        return self.inferred[name]

    def _demand_no_constant(self, node: Syntax) -> None:
        """Refuse names that are read as constants, which here are written otherwise, where nothing declares them."""
        if node.value == "I":
            self.fail("I is not declared", node, "the identity is written I(n); or declare it, such as I: matrix(m,n)")
        if node.value in CONSTANTS:
            self.fail(NO_INFINITY, node, "write a bound such as N")

    def defined(self, node: Syntax, abbreviation: Declaration, work: Callable[[Syntax], Found]) -> Found:
        """What ``work`` finds of the definition of an abbreviation, which has names and places of its own.

        Of one with members it is found for the letter that counts them.
        """
        name = abbreviation.name
        if name in self._defining:
            self.fail(f"{name} stands for something that holds {name}", node, "name what comes earlier")
        if name not in self._definitions:
            self._definitions[name] = read(abbreviation.definition, source=self.source)
        text, bound = self.text, self.bound
        self.text = abbreviation.definition
        self.bound = {abbreviation.counter: SCALAR} if abbreviation.counter else {}
        self._defining.append(name)
        try:
            return work(self._definitions[name])
        finally:
            self._defining.pop()
            self.text, self.bound = text, bound

    def _function(self, node: Syntax, arity: int, declared: str = "") -> Declaration:
        """The function of a call; ``declared`` is how it may be declared, where nobody did."""
        name = node.value
        known = self.lookup(name)
        if known is not None and known.sort == "function":
            if len(known.domain) != arity:
                self.fail(f"{name} takes {len(known.domain)} argument(s), not {arity}", node)
            return known
        if known is not None or name in self.bound:
            self.fail(f"{name} is not a function", node, f"a product is written {name}*(...)")
        if name in DERIVED:
            self.fail(f"{name} takes the name of a function and then its argument", node, f"write {name}(F)(x)")
        if not self.infer or name not in ("f", "g", "h", "F", "G", "u", "v"):
            names = [*CALLS, *SPECIAL, *[n for n, d in self.given.items() if d.sort == "function"]]
            self.fail(
                f"there is no function {name!r}",
                node,
                spelled_here(name) or suggest(name, names) or declared or f"declare it: let {name}: function",
            )
        self.inferred[name] = Declaration(name, "function", SCALAR, frozenset(), (SCALAR,) * arity)
        return self.inferred[name]
