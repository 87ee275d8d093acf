"""Free parameters: what a ```draw block says, and values drawn for them, as texts in the notation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from derivgen.documents.errors import SourceProblem, nearest
from derivgen.documents.model import DrawBlock, Field, Place
from derivgen.documents.sheets.chance import Chance

PROPERTIES = ("symmetric", "diagonal", "invertible", "upper triangular", "lower triangular", "positive definite")
MOST_VALUES = 1000
LOW, HIGH = -3, 3
"""The range of random entries where the author gives none."""
EXAMPLES = "k in 2..5; f in sin, cos, exp; A: random symmetric matrix(2,2) of integers -3..3; require result != 0"

_NAME = r"[A-Za-z_]\w*"
_NAMES = rf"{_NAME}(?:\s*,\s*{_NAME})*"
_CHOICE = re.compile(rf"(?P<names>{_NAMES})\s+in\s+(?P<values>.+)", re.S)
_RANGE = re.compile(r"(-?\d+)\s*\.\.\s*(-?\d+)")
_RANDOM = re.compile(
    rf"(?P<names>{_NAMES})\s*:\s*random\s+(?P<property>[a-z ]*?)\s*(?P<what>matrix|vector)\((?P<dims>[^()]*)\)"
    r"(?:\s+of\s+integers)?(?:\s+(?P<low>-?\d+)\s*\.\.\s*(?P<high>-?\d+))?"
)
_REQUIRE = re.compile(r"require\s+(?P<left>.+?)\s*(?P<relation>!=|<=|>=|=|<|>)\s*(?P<right>[^=<>!]+)")
_STRATIFY = re.compile(rf"stratify\s+(?P<name>{_NAME})(?:\s+(?P<counts>.+))?")
_VARIANTS = re.compile(r"variants\s+(\d+)")
_TOKEN = re.compile(r"(?<![\w.])[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Choice:
    """A name that takes one of some values."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RandomMatrix:
    """A name for a matrix or a vector of integers from ``low`` to ``high``; ``dims`` may hold names drawn before."""

    name: str
    dims: tuple[str, ...]
    properties: str
    low: int = LOW
    high: int = HIGH


@dataclass(frozen=True, slots=True)
class Requirement:
    """A relation that a draw has to meet."""

    left: str
    relation: str
    right: str
    place: Place

    @property
    def of_result(self) -> bool:
        """Whether it speaks of what is derived."""
        return any(re.search(r"\bresult\b", side) for side in (self.left, self.right))


@dataclass(frozen=True, slots=True)
class Draws:
    """The free parameters of a problem. ``strata`` are the values of ``stratified``, one for each student of a block
    of students; ``variants`` bounds how many different problems are made (0: no bound).
    """

    parameters: tuple[Choice | RandomMatrix, ...]
    requirements: tuple[Requirement, ...] = ()
    stratified: str = ""
    strata: tuple[str, ...] = ()
    variants: int = 0
    place: Place = field(default_factory=lambda: Place("", 1))

    @property
    def names(self) -> frozenset[str]:
        """The names that are drawn."""
        return frozenset(one.name for one in self.parameters)


def read_draws(block: DrawBlock) -> tuple[Draws, list[SourceProblem]]:
    """What a block says, and what is wrong with it."""
    reader = _Reader()
    for line in block.fields:
        reader.line(line)
    if not reader.parameters and not reader.problems:
        reader.problems.append(SourceProblem(block.place, "nothing is drawn", f"write for example: {EXAMPLES}"))
    return reader.draws(block.place), reader.problems


class _Reader:
    def __init__(self) -> None:
        self.parameters: list[Choice | RandomMatrix] = []
        self.requirements: list[Requirement] = []
        self.stratified: tuple[str, tuple[str, ...]] = ("", ())
        self.variants = 0
        self.problems: list[SourceProblem] = []

    def draws(self, place: Place) -> Draws:
        """Everything that was read."""
        return Draws(tuple(self.parameters), tuple(self.requirements), *self.stratified, self.variants, place)

    def line(self, line: Field) -> None:
        """One line of the block."""
        text = line.value
        if match := _REQUIRE.fullmatch(text):
            self.requirements.append(Requirement(match["left"], match["relation"], match["right"].strip(), line.place))
        elif match := _STRATIFY.fullmatch(text):
            self._stratify(match["name"], match["counts"], line)
        elif match := _VARIANTS.fullmatch(text):
            self.variants = int(match[1])
        elif match := _RANDOM.fullmatch(text):
            self._random(match, line)
        elif match := _CHOICE.fullmatch(text):
            self._choice(match, line)
        else:
            first = text.split()[0].rstrip(":")
            words = ("require", "stratify", "variants")
            near = nearest(first, words) if first not in words else ""
            hint = near if near.startswith("did") else f"write for example: {EXAMPLES}"
            self._refuse(line, f'this line draws nothing: "{text.split(chr(10))[0]}"', hint)

    def _choice(self, match: re.Match[str], line: Field) -> None:
        values = _values(match["values"])
        if not values and (turned := _RANGE.fullmatch(match["values"].strip())):
            low, high = turned.groups()
            self._refuse(line, f"no number lies in {low}..{high}", f"write the smaller one first: {high}..{low}")
            return
        if not values or len(values) > MOST_VALUES:
            self._refuse(line, "no value, or too many", "write k in 2..5, or f in sin, cos, exp")
            return
        self._add([Choice(name.strip(), values) for name in match["names"].split(",")], line)

    def _random(self, match: re.Match[str], line: Field) -> None:
        properties = match["property"].strip()
        low, high = int(match["low"] or LOW), int(match["high"] or HIGH)
        dims = tuple(part.strip() for part in match["dims"].split(","))
        if properties and properties not in PROPERTIES:
            self._refuse(line, f'"{properties}" matrices are not drawn', nearest(properties, PROPERTIES))
            return
        if low > high or (match["what"] == "vector" and (len(dims) != 1 or properties)):
            self._refuse(line, "this cannot be drawn", f"write for example: {EXAMPLES}")
            return
        shape = (dims[0], "1") if match["what"] == "vector" else (dims[0], dims[-1])
        names = [name.strip() for name in match["names"].split(",")]
        self._add([RandomMatrix(name, shape, properties, low, high) for name in names], line)

    def _add(self, found: list[Choice] | list[RandomMatrix], line: Field) -> None:
        for one in found:
            if any(one.name == other.name for other in self.parameters):
                self._refuse(line, f'"{one.name}" is drawn twice', "keep one of them")
            self.parameters.append(one)

    def _stratify(self, name: str, counts: str | None, line: Field) -> None:
        chosen = next((one for one in self.parameters if one.name == name and isinstance(one, Choice)), None)
        if not isinstance(chosen, Choice):
            self._refuse(line, f'"{name}" takes none of some values', "write stratify below the line: f in sin, cos")
            return
        strata = list(chosen.values)
        if counts is not None:
            parts = [part.split(None, 1) for part in counts.split(",")]
            if any(len(p) != 2 or not p[0].isdigit() or p[1].strip() not in chosen.values for p in parts):
                known = ", ".join(f"1 {value}" for value in chosen.values)
                self._refuse(line, f'"{counts}" does not say how many of each', f"write for example: {known}")
                return
            strata = [p[1].strip() for p in parts for _ in range(int(p[0]))]
        self.stratified = (name, tuple(strata))

    def _refuse(self, line: Field, message: str, hint: str) -> None:
        self.problems.append(SourceProblem(line.place, message, hint))


def _values(text: str) -> tuple[str, ...]:
    if match := _RANGE.fullmatch(text.strip()):
        low, high = int(match[1]), int(match[2])
        return tuple(map(str, range(low, min(high, low + MOST_VALUES) + 1)))
    return tuple(part.strip() for part in re.split(r",(?![^()\[\]]*[)\]])", text) if part.strip())


# --- drawing


def drawn(draws: Draws, chance: Chance, stratum: str = "") -> dict[str, str]:
    """A value for every parameter; ``stratum`` is that of the stratified one, if it is decided."""
    values: dict[str, str] = {}
    for one in draws.parameters:
        if isinstance(one, Choice):
            value = one.values[chance.below(len(one.values))]
            values[one.name] = stratum if stratum and one.name == draws.stratified else value
        else:
            values[one.name] = _matrix(one, values, chance)
    return values


def stratum(draws: Draws, seed: str, problem: str, position: int) -> str:
    """The stratum of the student at ``position`` of the list: each block of students has every stratum as often as
    asked, in an order of chance, and a student who is added changes no other."""
    if not draws.strata:
        return ""
    block, place = divmod(position, len(draws.strata))
    return Chance(seed, problem, f"block {block}").shuffled(list(draws.strata))[place]


def _matrix(one: RandomMatrix, values: Mapping[str, str], chance: Chance) -> str:
    rows, columns = (int(put_in(side, values)) for side in one.dims)
    entries = [[one.low + chance.below(one.high - one.low + 1) for _ in range(columns)] for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            if "symmetric" in one.properties or "definite" in one.properties:
                entries[i][j] = entries[min(i, j)][max(i, j)]
            below, above = i > j, i < j
            if one.properties == "diagonal" and i != j:
                entries[i][j] = 0
            if (one.properties == "upper triangular" and below) or (one.properties == "lower triangular" and above):
                entries[i][j] = 0
    return "[" + "; ".join(", ".join(map(str, row)) for row in entries) + "]"


def implied(draws: Draws) -> list[Requirement]:
    """What the declared properties of random matrices ask of their entries."""
    found = []
    for one in draws.parameters:
        if isinstance(one, RandomMatrix) and one.properties == "invertible":
            found.append(Requirement(f"det({one.name})", "!=", "0", draws.place))
        elif isinstance(one, RandomMatrix) and one.properties == "positive definite" and one.dims[0].isdigit():
            found += [Requirement(_leading(one.name, k), ">", "0", draws.place) for k in range(1, int(one.dims[0]) + 1)]
    return found


def _leading(name: str, size: int) -> str:
    """The leading minor of a matrix."""
    rows = "; ".join(", ".join(f"{name}[{i},{j}]" for j in range(1, size + 1)) for i in range(1, size + 1))
    return f"det([{rows}])" if size > 1 else f"{name}[1,1]"


def put_in(text: str, values: Mapping[str, str]) -> str:
    """A text in the notation with values for names; a value that is more than a word or a number gets brackets."""
    return _TOKEN.sub(lambda name: _bracketed(values[name[0]]) if name[0] in values else name[0], text)


def _bracketed(value: str) -> str:
    return value if re.fullmatch(r"\w+|\d+\.\d+|\[[^\[\]]*\]", value) else f"({value})"
