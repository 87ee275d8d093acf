"""Declarations: what each name is, with its shape and its properties.

``A: invertible matrix(n)``, ``x, a: vector(n)``, ``t: positive scalar``, ``f: function``,
``F: function(vector(n)) -> scalar``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from derivgen.language.notation import NotationError, Syntax, read
from derivgen.language.shapes import ONE, SCALAR, Dim, Shape, add_dims, describe, dim, mul_dims

SCALAR_PROPERTIES = (
    "positive",
    "natural",
    "integer",
    "real",
    "complex",
    "nonzero",
    "constant",
    "random",
    "steady",
    "small",
)
MATRIX_PROPERTIES = (
    "positive definite",
    "positive semidefinite",
    "skew-symmetric",
    "upper triangular",
    "lower triangular",
    "triangular",
    "symmetric",
    "invertible",
    "orthogonal",
    "diagonal",
    "square",
    "complex",
    "constant",
    "Hermitian",
    "Toeplitz",
    "positive",
    "nonzero",
    "random",
    "steady",
    "small",
)
VECTOR_PROPERTIES = (
    "positive",
    "nonzero",
    "complex",
    "constant",
    "random",
    "independent",  # random, its entries independent of each other
    "steady",
    "small",
)
STRUCTURES = {
    frozenset({"symmetric"}): "symmetric",
    frozenset({"positive definite"}): "symmetric",
    frozenset({"positive semidefinite"}): "symmetric",
    frozenset({"skew-symmetric"}): "skew-symmetric",
    frozenset({"diagonal"}): "diagonal",
    frozenset({"upper triangular"}): "upper triangular",
    frozenset({"lower triangular"}): "lower triangular",
    frozenset({"Toeplitz"}): "Toeplitz",
    frozenset({"symmetric", "Toeplitz"}): "symmetric Toeplitz",
}
"""Properties that tie entries of a matrix to each other -> the structure within which the matrix can move."""
_TYING = frozenset().union(*STRUCTURES, {"orthogonal", "triangular", "Hermitian", "complex"})
_OF_LAWS = frozenset({"steady", "small"})  # said of the letters of laws about perturbations
FUNCTION_PROPERTIES = ("holomorphic", "complex")  # complex: of the real and imaginary parts of its arguments
SORTS = ("scalar", "vector", "matrix", "row", "natural", "integer", "function", "family", "index", "number")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One name. ``sort`` is value, function, family, index, members or abbreviation.

    A function has argument shapes in ``domain``; members x[1], .., x[N] have one shape, their number in ``extent`` and
    the letter that counts them in ``counter``; an index that is said to run from 1 to n has n as its ``extent``. An
    abbreviation has the text that it stands for in ``definition``, and the shape of that, whatever stands here; one
    with members has their extent and counter.
    """

    name: str
    sort: str
    shape: Shape
    properties: frozenset[str] = frozenset()
    domain: tuple[Shape, ...] = ()
    extent: Dim | None = None
    definition: str = ""
    counter: str = ""

    @property
    def is_random(self) -> bool:
        """Whether it takes its values by chance."""
        return not self.properties.isdisjoint(("random", "independent"))

    @property
    def structure(self) -> str:
        """The structure within which a matrix can move, or nothing."""
        return STRUCTURES.get(self.properties & _TYING, "")

    @property
    def is_complex(self) -> bool:
        """Whether values are complex numbers; a name is real unless its declaration says so."""
        return not self.properties.isdisjoint(("complex", "Hermitian", "holomorphic"))

    def __str__(self) -> str:
        if self.sort == "abbreviation":
            return f"= {self.definition}{self._range}"
        words = sorted(self.properties, key=lambda p: (p in ("natural", "integer"), p))
        if self.sort == "function":
            if self.domain == (SCALAR,) and self.shape == SCALAR:
                return " ".join([*words, "function"])
            sizes = f"({', '.join(map(_plain_shape, self.domain))}) -> {_plain_shape(self.shape)}"
            return " ".join([*words, f"function{sizes}"])
        if self.sort in ("index", "family"):
            return self.sort if self.extent is None else f"{self.sort}({self.extent})"
        if "natural" in words or "integer" in words:
            return " ".join(words)
        text = " ".join([*words, _plain_shape(self.shape)])
        return f"{text}{self._range}"

    @property
    def _range(self) -> str:
        return "" if self.extent is None else f" for {self.counter}=1..{self.extent}"


def _plain_shape(shape: Shape) -> str:
    return describe(shape)


class Declarations(Mapping[str, Declaration]):
    """An immutable table of declarations by name."""

    def __init__(self, items: Mapping[str, Declaration] | None = None) -> None:
        self._items = dict(items or {})

    def __getitem__(self, name: str) -> Declaration:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def extended(self, *new: Declaration) -> Declarations:
        """These declarations and some more."""
        return Declarations({**self._items, **{d.name: d for d in new}})

    @property
    def dimensions(self) -> frozenset[str]:
        """All names that occur as dimensions."""
        names: frozenset[str] = frozenset()
        for d in self._items.values():
            for shape in (d.shape, *d.domain):
                names |= shape[0].names | shape[1].names
            names |= d.extent.names if d.extent is not None else frozenset()
        return names

    def texts(self) -> dict[str, str]:
        """Name -> text that reads back as the same declaration."""
        return {name: str(d) for name, d in self._items.items()}


def suggest(name: str, known: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    """A hint that names a near spelling, or nothing."""
    from difflib import get_close_matches  # only a refusal needs it, and every start would pay for it

    options = list(known)
    swapped = [option for option in options if sorted(option) == sorted(name)]
    near = get_close_matches(name, options, n=1, cutoff=0.75) or swapped
    return f"did you mean {near[0]!r}?" if near else ""


def dimension_of(node: Syntax, source: str = "", text: str = "") -> Dim:
    """The dimension that a syntax node names: numbers, names, + and *."""
    if node.kind == "number" and node.value.isdigit():
        return dim(int(node.value))
    if node.kind == "name":
        return dim(node.value)
    if node.kind == "group":
        return dimension_of(node.children[0], source, text)
    if node.kind in ("plus", "times"):
        combine = add_dims if node.kind == "plus" else mul_dims
        total = dimension_of(node.children[0], source, text)
        for child in node.children[1:]:
            total = combine(total, dimension_of(child, source, text))
        return total
    raise NotationError(
        "a dimension is a natural number, a name, or a sum or product of them",
        text,
        node.position,
        "",
        source,
    )


_MEMBERS = re.compile(r"^(?P<each>.*\S)\s+for\s+(?P<counter>\w+)\s*=\s*1\s*\.\.\s*(?P<extent>.+)$", re.DOTALL)


def parse_declaration(name: str, text: str, source: str = "") -> Declaration:
    """Read ``symmetric matrix(n)`` for a name, ``vector(n) for i=1..N`` for x[1], .., x[N].

    ``= X'*X`` makes the name an abbreviation, ``= norm(x[i]) for i=1..N`` one for each i. Raises NotationError with a
    suggestion.
    """
    members = _MEMBERS.match(text)
    if members is None and text.lstrip().startswith("="):
        return _abbreviation(name, text.lstrip()[1:].strip(), source)
    if members is not None:
        each = parse_declaration(name, members["each"], source)
        extent = dimension_of(read(members["extent"], source=source), source, text)
        each = replace(each, extent=extent, counter=members["counter"])
        if each.sort == "abbreviation":
            return each
        if each.sort != "value":
            raise NotationError(f"a {each.sort} has no members", text, 0, "write x[i=1..N]: vector(n)", source)
        if "independent" in each.properties:
            hint = "independent speaks of the entries of one vector; write random"
            raise NotationError("the members of a family cannot be declared independent", text, 0, hint, source)
        return replace(each, sort="members")
    _demand_one(text, source)
    head, _, result = (part.strip() for part in text.partition("->"))
    match = re.fullmatch(r"\s*((?:[A-Za-z-]+\s+)*?)([A-Za-z]+)\s*(\(.*\))?\s*", head, re.DOTALL)
    if match is None:
        raise NotationError(
            f"{name} cannot be declared as {text!r}",
            text,
            0,
            "write for example 'matrix(m,n)' or 'positive scalar'",
            source,
        )
    words, sort, brackets = match.group(1).strip(), match.group(2), match.group(3) or ""
    if sort not in SORTS:
        raise NotationError(
            f"{sort!r} is not a kind of thing",
            text,
            match.start(2),
            suggest(sort, SORTS) or f"known: {', '.join(SORTS)}",
            source,
        )
    if sort == "function":
        properties = _properties(words, sort, text, source)
        return replace(_function(name, brackets, result, text, source), properties=properties)
    if sort == "index" and brackets:
        return Declaration(name, sort, SCALAR, extent=_extent(brackets, text, match.start(3), source))
    if sort in ("index", "number"):
        return Declaration(name, sort, SCALAR)
    if sort == "family":
        shape = _shape(result, text, source) if result else SCALAR
        return Declaration(name, "family", shape)
    properties = _properties(words, sort, text, source)
    if sort in ("natural", "integer"):
        return Declaration(name, "value", SCALAR, properties | {sort})
    return Declaration(name, "value", _sort_shape(sort, brackets, text, match.start(2), source), properties)


def _demand_one(text: str, source: str) -> None:
    """Raise NotationError where another declaration follows behind a comma."""
    if another := re.search(r",\s*(\w+)\s*:(.*)$", text, re.DOTALL):
        hint = f"write {text[: another.start()].strip()}; {another[1]}: {another[2].strip()}"
        raise NotationError("declarations are separated by ;", text, another.start(), hint, source)


def _abbreviation(name: str, definition: str, source: str) -> Declaration:
    if not definition:
        raise NotationError(f"{name} stands for nothing", f"{name} =", len(name) + 2, f"write {name} = X'*X", source)
    return Declaration(name, "abbreviation", SCALAR, definition=definition)


def _properties(words: str, sort: str, text: str, source: str) -> frozenset[str]:
    known = (
        MATRIX_PROPERTIES
        if sort == "matrix"
        else SCALAR_PROPERTIES
        if sort in ("scalar", "natural", "integer")
        else FUNCTION_PROPERTIES
        if sort == "function"
        else VECTOR_PROPERTIES
    )
    found: set[str] = set()
    rest = " ".join(words.split())
    while rest:
        for prop in known:
            if rest == prop or rest.startswith(prop + " "):
                found.add(prop)
                rest = rest[len(prop) :].strip()
                break
        else:
            word = rest.split()[0]
            hint = suggest(word, known) or f"a {sort} can be: {', '.join(p for p in known if p not in _OF_LAWS)}"
            raise NotationError(f"{word!r} is not a property of a {sort}", text, text.find(word), hint, source)
    return frozenset(found)


def _sort_shape(sort: str, brackets: str, text: str, position: int, source: str) -> Shape:
    if sort == "scalar":
        if brackets:
            raise NotationError("a scalar has no dimensions", text, position, "", source)
        return SCALAR
    if not brackets:
        raise NotationError(
            f"a {sort} needs its dimensions", text, position, "vector(n), matrix(m,n) or matrix(n)", source
        )
    dims = [dimension_of(node, source, text) for node in read("f" + brackets, source=source).children]
    wanted = (1,) if sort in ("vector", "row") else (1, 2)
    if len(dims) not in wanted:
        raise NotationError(
            f"a {sort} has {' or '.join(map(str, wanted))} dimension(s), not {len(dims)}",
            text,
            position,
            "",
            source,
        )
    if any(d.number == 0 for d in dims):
        raise NotationError("a dimension is at least 1", text, position, "", source)
    if sort == "vector":
        return dims[0], ONE
    return (ONE, dims[0]) if sort == "row" else (dims[0], dims[-1])


def _extent(brackets: str, text: str, position: int, source: str) -> Dim:
    """The last value of an index that runs from 1."""
    dims = [dimension_of(node, source, text) for node in read("f" + brackets, source=source).children]
    if len(dims) != 1 or dims[0].number == 0:
        raise NotationError("an index runs from 1 to one number", text, position, "write k: index(n)", source)
    return dims[0]


def _shape(text: str, whole: str, source: str) -> Shape:
    """The shape of an argument or of the values of a function, of which nothing else can be said."""
    found = parse_declaration("value", text, source)
    if said := sorted(found.properties - {"complex"}):
        reason = f"of the arguments and the values of a function only the shape is known, not {said[0]!r}"
        raise NotationError(reason, whole, max(whole.find(text), 0), f"write {describe(found.shape)}", source)
    return found.shape


def _function(name: str, brackets: str, result: str, text: str, source: str) -> Declaration:
    inner = brackets[1:-1].strip() if brackets else "scalar"
    domain = tuple(_shape(part, text, source) for part in split_outside(inner, ","))
    return Declaration(name, "function", _shape(result, text, source) if result else SCALAR, frozenset(), domain)


def split_outside(text: str, separator: str) -> list[str]:
    """Split at separators that stand outside brackets."""
    parts, depth, current = [], 0, ""
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == separator and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return [part.strip() for part in [*parts, current]]


_NAME = re.compile(r"[^\W\d\u00b9\u00b2\u00b3\u2070-\u2089\u1d40][^\W\u00b9\u00b2\u00b3\u2070-\u2089\u1d40]*")


_INDEXED = re.compile(r"^(\w+)\s*\[\s*(\w+)\s*=\s*1\s*\.\.\s*(.+?)\s*\]$", re.DOTALL)


def _indexed(name: str, kind: str) -> tuple[str, str]:
    """``x[i=1..N]: vector(n)`` as the name x and the declaration ``vector(n) for i=1..N``."""
    found = _INDEXED.match(name)
    return (found[1], f"{kind.strip()} for {found[2]}=1..{found[3]}") if found else (name, kind)


def _no_name(text: str) -> tuple[str, str]:
    """Why a text declares nothing, and what to write."""
    family = re.match(r"\s*(\w+)\s*\[\s*(\w+)\s*=\s*0\s*\.\.\s*([^\]]+)\]", text)
    if family is None:
        return f"{text!r} is not a name", ""
    name, i, last = family[1], family[2], family[3].strip()
    hint = f"write {name}[{i}=1..{last} + 1], and {name}[{i} + 1] for {name}[{i}]"
    return "the members of a family are counted from 1", hint


def declarations_from(let: Mapping[str, str]) -> Declarations:
    """Read ``{"A": "matrix(m,n)", "x, y": "vector(n)"}``. Raises NotationError."""
    items: dict[str, Declaration] = {}
    for names, text in let.items():
        for name in split_outside(names, ","):
            name, kind = _indexed(name, text)
            items[name] = parse_declaration(name, kind)
    return Declarations(items)


_EQUATION = re.compile(r"^\s*(?P<name>[^:\[=]+?(?:\[[^\]:]*\])?)\s*(?P<definition>=(?!=).*)$", re.DOTALL)


def is_name(text: str) -> bool:
    """Whether a text can be a name."""
    return _NAME.fullmatch(text) is not None


def parse_declarations(text: str, source: str = "") -> Declarations:
    """Read ``A: matrix(m,n); x, a: vector(n)``. Raises NotationError for a bad name, kind or a second declaration."""
    items: dict[str, Declaration] = {}
    for part in split_outside(text, ";"):
        if not part:
            continue
        equation = _EQUATION.match(part)
        names, colon, kind = (equation["name"], ":", equation["definition"]) if equation else part.partition(":")
        if not colon:
            raise NotationError(
                f"a declaration needs a colon: {part!r}",
                text,
                max(text.find(part), 0),
                "write 'x: vector(n)', or 'S = X'*X' for an abbreviation",
                source,
            )
        for name in split_outside(names, ","):
            name, kind = _indexed(name, kind)
            if not is_name(name):
                reason, hint = _no_name(name)
                raise NotationError(reason, text, max(text.find(part), 0), hint, source)
            if name in items:
                raise NotationError(f"{name} is declared twice", text, max(text.find(part), 0), "", source)
            items[name] = parse_declaration(name, kind.strip(), source)
    return Declarations(items)
