"""The lines of a ```plot block: what is drawn, over which ranges, with which definitions; and what is wrong with it.

let u: vector(2)                  declarations, where a name is not a scalar
with a = 2; f(x) = a*x^2          values and functions
x from -1 to 3                    the horizontal range; a second name gives the vertical one
curve f(x) as f                   the rest is drawn, in this order; "as" gives it a name
then tangent at 1                 "then": one step later on a slide
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from derivgen.documents.blocks import fields_of
from derivgen.documents.errors import SourceProblem, nearest
from derivgen.documents.model import Field, Place
from derivgen.interop.values import Definitions
from derivgen.language.declarations import Declarations
from derivgen.language.latex_input import read_formulas
from derivgen.language.notation import NotationError
from derivgen.language.problem import read_problem
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term

FORMS = {
    "curve": "curve EXPRESSION",
    "guide": "guide EXPRESSION",
    "contours": "contours EXPRESSION",
    "levels": "levels NUMBER, NUMBER",
    "rectangle": "rectangle EXPRESSION by EXPRESSION",
    "area": "area from NUMBER to NUMBER",
    "secant": "secant from NUMBER to NUMBER",
    "tangent": "tangent at NUMBER",
    "point": "point at NUMBER",
    "direction": "direction (NUMBER, NUMBER) at (NUMBER, NUMBER)",
    "gradient": "gradient at (NUMBER, NUMBER)",
}
"""How each thing that is drawn is written; "as NAME" may follow each."""
OF_A_CURVE = ("area", "secant", "tangent", "point")
OF_CONTOURS = ("levels", "direction", "gradient")
_SETTINGS = ("let", "with", "axes", "height", "id")
_HEIGHTS = (20, 60)
_WORDS = re.compile(r"(?:(?<=\s)|^)(from|to|at|by|as)(?=\s)")
_DEFINITION = re.compile(r"(?P<name>\w+)\s*(?:\((?P<of>[^()]*)\))?\s*=(?P<body>.*)", re.S)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One thing that is drawn: its kind, its terms in the order of FORMS (a pair is two), a name, and its step."""

    kind: str
    terms: tuple[Term, ...]
    step: int
    place: Place
    label: Term | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """A name and the numbers it runs between."""

    name: str
    low: Term
    high: Term
    place: Place


@dataclass(slots=True)
class Plot:
    """A plot block that can be read; ``constants`` are values of names, ``definitions`` functions."""

    place: Place
    ranges: list[Range] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    constants: dict[str, Term] = field(default_factory=dict)
    definitions: dict[str, tuple[tuple[str, ...], Term]] = field(default_factory=dict)
    declarations: Declarations = field(default_factory=Declarations)
    height: float | None = None
    equal: bool = False

    @property
    def functions(self) -> Definitions:
        """The functions by name, each with its arguments and its body."""
        return self.definitions


def read_plot(text: str, file: str, line: int, indent: int = 0) -> tuple[Plot, list[SourceProblem]]:
    """The plot whose content ``text`` begins at ``line``, and everything that is wrong with it."""
    reader = _Reader(Place(file, line - 1, indent + 1, 7))
    for one in fields_of(text, file, line, indent):
        try:
            reader.read(one)
        except _WrongError as wrong:
            reader.problems.append(wrong.problem)
    if not reader.problems:
        reader.problems += _missing(reader.plot)
    return reader.plot, reader.problems


class _WrongError(Exception):
    def __init__(self, place: Place, message: str, hint: str = "") -> None:
        self.problem = SourceProblem(place, message, hint)
        super().__init__(message)


class _Reader:
    def __init__(self, place: Place) -> None:
        self.plot = Plot(place)
        self.problems: list[SourceProblem] = []
        self.let: list[str] = []
        self.step = 0

    def read(self, one: Field) -> None:
        """One line. Raises _WrongError."""
        if one.key == "then":
            self.step += 1
            one = _without_first_word(one)
            if one.key not in FORMS or one.key == "levels":
                raise _unknown(one, [name for name in FORMS if name != "levels"], 'after "then"')
        if one.key in FORMS:
            self._draw(one)
        elif one.key in _SETTINGS:
            if not one.value:
                raise _WrongError(_key(one), f'nothing follows "{one.key}"', f'write "{one.key} ..." on one line')
            getattr(self, f"_{one.key}")(one)
        elif re.match(r"from\s", one.value):
            self._range(one)
        else:
            raise _unknown(one, [*FORMS, *_SETTINGS, "then"], "in a plot block")

    def _let(self, one: Field) -> None:
        self.let.append(one.value.rstrip("; "))
        self._declared(one)

    def _with(self, one: Field) -> None:
        for part, offset in _split(one.value, ";"):
            match = _DEFINITION.fullmatch(part)
            if match is None:
                place = _inside(one, offset, len(part))
                raise _WrongError(place, f'"{part}" defines nothing', "write a = 2 or f(x) = x^2")
            name = match["name"]
            body = self._term(one, match["body"], offset + match.start("body"))
            if match["of"] is None:
                self.plot.constants[name] = body
                continue
            names = tuple(argument.strip() for argument in match["of"].split(","))
            self.plot.definitions[name] = names, body
            if not any(re.search(rf"\b{name}\b[^:]*:", let) for let in self.let):
                kind = "function" if len(names) == 1 else f"function({', '.join(['scalar'] * len(names))}) -> scalar"
                self.let.append(f"{name}: {kind}")

    def _axes(self, one: Field) -> None:
        if one.value != "equal":
            raise _WrongError(one.place, f'unknown axes "{one.value}"', "write axes equal")
        self.plot.equal = True

    def _height(self, one: Field) -> None:
        low, high = _HEIGHTS
        if not re.fullmatch(r"\d+", one.value) or not low <= int(one.value) <= high:
            raise _WrongError(one.place, f'"{one.value}" is no height', f"a height is {low} to {high} (millimetres)")
        self.plot.height = float(one.value)

    def _id(self, one: Field) -> None:
        """An id names the block; nothing is drawn."""

    def _range(self, one: Field) -> None:
        parts = _pieces(one)
        if [word for word, _, _ in parts] != ["from", "to"]:
            raise _WrongError(one.place, "a range has two ends", f"write {one.key} from 0 to 1")
        if len(self.plot.ranges) == 2 or any(known.name == one.key for known in self.plot.ranges):
            hint = "a plot has a horizontal and a vertical one"
            raise _WrongError(one.place, f'one range too many: "{one.key}"', hint)
        low, high = (self._number(one, text, offset) for _, text, offset in parts)
        self.plot.ranges.append(Range(one.key, low, high, one.place))

    def _draw(self, one: Field) -> None:
        parts = _pieces(one)
        label = None
        if len(parts) > 1 and parts[-1][0] == "as":
            _, text, offset = parts.pop()
            label = self._term(one, text, offset)
        expected = [word for word, _, _ in _form(one.key)]
        if [word for word, _, _ in parts] != expected or not all(text for _, text, _ in parts):
            raise _WrongError(one.place, f'this is no "{one.key}"', f"write {FORMS[one.key]}")
        terms: list[Term] = []
        for (_, text, offset), (_, wanted, _) in zip(parts, _form(one.key), strict=True):
            terms += self._terms(one, text, offset, wanted)
        self.plot.drawings.append(Drawing(one.key, tuple(terms), self.step, one.place, label))

    def _terms(self, one: Field, text: str, offset: int, wanted: str) -> Iterator[Term]:
        """The terms of one piece: an expression, a number, a pair in brackets, or a list of numbers."""
        if wanted.startswith("("):
            pair = _split(text[1:-1], ",") if text.startswith("(") and text.endswith(")") else []
            if len(pair) != 2:
                raise _WrongError(_inside(one, offset, len(text)), f'"{text}" is no point', "write (1, 2)")
            yield from (self._number(one, part, offset + 1 + at) for part, at in pair)
        elif "," in wanted:
            yield from (self._number(one, part, offset + at) for part, at in _split(text, ","))
        else:
            yield self._number(one, text, offset) if wanted == "NUMBER" else self._scalar(one, text, offset)

    def _number(self, one: Field, text: str, offset: int) -> Term:
        t = self._scalar(one, text, offset)
        unknown = sorted(t.free - self.plot.constants.keys() - self.plot.definitions.keys())
        if unknown:
            hint = f'give it a value above: "with {unknown[0]} = 1"'
            raise _WrongError(_inside(one, offset, len(text)), f"{unknown[0]} has no value here", hint)
        return t

    def _scalar(self, one: Field, text: str, offset: int) -> Term:
        t = self._term(one, text, offset)
        if t.shape != SCALAR:
            raise _WrongError(_inside(one, offset, len(text)), f'"{text}" is no scalar', "only scalars can be drawn")
        return t

    def _term(self, one: Field, text: str, offset: int) -> Term:
        try:
            problem = read_problem("expand", text, let="; ".join(self.let) or None, read=read_formulas)
        except NotationError as error:
            raise _WrongError(_inside(one, offset + error.position, 1), error.reason, error.hint) from error
        return problem.of

    def _declared(self, one: Field) -> None:
        try:
            read_problem("expand", "1", let="; ".join(self.let))
        except NotationError as error:
            raise _WrongError(one.place, error.reason, error.hint) from error


def _missing(plot: Plot) -> Iterator[SourceProblem]:
    """What a plot block lacks as a whole: something to draw, ranges, a curve for a tangent, values of names."""
    kinds = [drawing.kind for drawing in plot.drawings]
    if not kinds:
        yield SourceProblem(plot.place, "nothing is drawn in this plot block", f'add a line "{FORMS["curve"]}"')
    if {"curve", "guide", "contours"} & set(kinds) and not plot.ranges:
        yield SourceProblem(plot.place, "this plot has no range", 'add a line "x from -1 to 1"')
    contours = next((drawing for drawing in plot.drawings if drawing.kind == "contours"), None)
    if contours is not None and len(plot.ranges) == 1:
        yield SourceProblem(contours.place, "contours need two ranges", 'add a line "y from -1 to 1"')
    for number, drawing in enumerate(plot.drawings):
        before = kinds[:number]
        for kinds_of, needed in ((OF_A_CURVE, "curve"), (OF_CONTOURS, "contours")):
            if drawing.kind in kinds_of and needed not in before:
                hint = f'write "{FORMS[needed]}" above it'
                yield SourceProblem(drawing.place, f"there is no {needed} for this {drawing.kind}", hint)
        yield from _without_value(plot, drawing)


def _without_value(plot: Plot, drawing: Drawing) -> Iterator[SourceProblem]:
    known = {*plot.constants, *plot.definitions}
    if not plot.ranges and drawing.kind != "rectangle":
        return
    if drawing.kind in ("curve", "guide", "contours"):
        known |= {one.name for one in plot.ranges[: 2 if drawing.kind == "contours" else 1]}
    for name in sorted(set().union(*(t.free for t in drawing.terms)) - known):
        yield SourceProblem(drawing.place, f"{name} has no value", f'add a line "with {name} = .."')


def _form(kind: str) -> list[tuple[str, str, int]]:
    return _cut(FORMS[kind].partition(" ")[2])


def _pieces(one: Field) -> list[tuple[str, str, int]]:
    """The value of a line cut at its words: (word, text after it, where the text begins)."""
    return _cut(one.value)


def _cut(text: str) -> list[tuple[str, str, int]]:
    marks = [("", 0, 0), *((m[1], m.start(), m.end()) for m in _WORDS.finditer(text))]
    ends = [start for _, start, _ in marks[1:]] + [len(text)]
    found = []
    for (word, _, begin), end in zip(marks, ends, strict=True):
        piece = text[begin:end]
        if word or piece.strip():
            found.append((word, piece.strip(), begin + len(piece) - len(piece.lstrip())))
    return found


def _split(text: str, separator: str) -> list[tuple[str, int]]:
    """Parts between separators outside brackets, each with where it begins."""
    parts, depth, begin = [], 0, 0
    for at, character in enumerate([*text, separator]):
        depth += (character in "([") - (character in ")]")
        if character == separator and (depth == 0 or at == len(text)):
            part = text[begin:at]
            if part.strip():
                parts.append((part.strip(), begin + len(part) - len(part.lstrip())))
            begin = at + 1
    return parts


def _without_first_word(one: Field) -> Field:
    key, _, rest = one.value.partition(" ")
    shift = len(key) + 1 + len(rest) - len(rest.lstrip())
    place = one.place
    return Field(key, rest.strip(), Place(place.file, place.line, place.column + shift, max(1, len(rest.strip()))))


def _inside(one: Field, offset: int, width: int) -> Place:
    before = one.value[:offset]
    lines = before.count("\n")
    column = offset - before.rfind("\n") if lines else one.place.column + offset
    return Place(one.place.file, one.place.line + lines, column, max(1, width))


def _key(one: Field) -> Place:
    place = one.place
    return Place(place.file, place.line, max(1, place.column - len(one.key) - 1), max(1, len(one.key)))


def _unknown(one: Field, known: Sequence[str], where: str) -> _WrongError:
    return _WrongError(_key(one), f'unknown word "{one.key}" {where}', nearest(one.key, known))
