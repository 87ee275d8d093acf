"""Key and marking scheme of a whole list of students: every variant of a problem, and who got which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from derivgen.documents.escape import TeX, escape, join, math
from derivgen.documents.sheets.marking import Entry, Scheme, answers, marked, scheme
from derivgen.documents.sheets.students import Student
from derivgen.documents.sheets.variants import Variant
from derivgen.language.declarations import Declarations
from derivgen.language.elaborate import parse
from derivgen.language.notation import NotationError
from derivgen.language.operators import SCALAR_FUNCTIONS
from derivgen.language.shapes import ShapeError
from derivgen.language.terms import symbol
from derivgen.present.style import Style
from derivgen.present.templates import function_name

Values = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Dealt:
    """A problem as it was dealt: its variants in the order of the students who first got them.

    ``got`` is the number of the variant of each student, counted from 1; one variant without values is for all.
    """

    number: int
    variants: tuple[Variant, ...]
    got: tuple[int, ...]

    @property
    def alike(self) -> bool:
        """Whether everybody got the same."""
        return len(self.variants) == 1


@dataclass(frozen=True, slots=True)
class Receiver:
    """A student, and the variants of the problems that differ: "3: 2" is the second variant of problem 3."""

    name: TeX
    variants: TeX


def dealt(papers: Sequence[Sequence[Variant]]) -> list[Dealt]:
    """The problems of a sheet; ``papers`` are the variants of each student in order."""
    found = []
    for number, got in enumerate(zip(*papers, strict=True), start=1):
        different: dict[Values, Variant] = {}
        for variant in got:
            different.setdefault(variant.values, variant)
        order = {values: k for k, values in enumerate(different, start=1)}
        found.append(Dealt(number, tuple(different.values()), tuple(order[one.values] for one in got)))
    return found


def dealt_key(problems: Sequence[Dealt], style: Style) -> list[Entry]:
    """The final answers of every variant of every problem."""
    return [
        entry
        for one in problems
        for entry in _by_variant(one, lambda k, variant: answers(k, variant.frame, variant.solved, style), style)
    ]


def dealt_schemes(problems: Sequence[Dealt], style: Style) -> list[Scheme]:
    """What earns marks in every variant of every problem."""

    def entries(_: int, variant: Variant) -> Iterable[Entry]:
        return marked(variant.frame, variant.solved, variant.worth, style)

    return [
        scheme(one.number, one.variants[0].frame, _by_variant(one, entries, style), style) for one in problems
    ]


def _by_variant(
    problem: Dealt, entries: Callable[[int, Variant], Iterable[Entry]], style: Style
) -> Iterator[Entry]:
    """The entries of each variant below its number and its values."""
    for number, variant in enumerate(problem.variants, start=1):
        if variant.values:
            name = style.words.word("sheet.variant", problem=problem.number, number=number)
            yield Entry(TeX(""), text=join([escape(name), ": ", values(variant.values, style)]))
        yield from entries(problem.number, variant)


def values(drawn: Values, style: Style) -> TeX:
    """What was drawn, as equations."""
    return join((_equation(name, value, style) for name, value in drawn), ", ")


def _equation(name: str, value: str, style: Style) -> TeX:
    """One value, a number, a matrix or a function; what is no formula stands as it was written."""
    if value in SCALAR_FUNCTIONS:
        return math(f"{style.latex(symbol(name))}={function_name(value, style.notation)}")
    try:
        term = parse(value, Declarations(), infer=True)
    except (NotationError, ShapeError):
        return escape(f"{name} = {value}")
    return math(f"{style.latex(symbol(name, term.shape))}={style.latex(term)}")


def receivers(problems: Sequence[Dealt], students: Sequence[Student]) -> list[Receiver]:
    """Who got which variant; nobody where all got the same."""
    differ = [one for one in problems if not one.alike]
    if not differ:
        return []
    return [
        Receiver(
            escape(" ".join(part for part in (student.number, student.name) if part)),
            escape(", ".join(f"{one.number}: {one.got[k]}" for one in differ)),
        )
        for k, student in enumerate(students)
    ]
