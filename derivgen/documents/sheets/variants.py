"""Problems with free parameters: a variant for each student, derived, with its values put in everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from derivgen.documents.errors import SourceProblem
from derivgen.documents.marks import Marks, shared_out, totals
from derivgen.documents.model import (
    Document,
    DrawBlock,
    Frame,
    Place,
    Section,
    derivations,
)
from derivgen.documents.settled import referred, settled_frame, settled_section
from derivgen.documents.sheets.chance import Chance
from derivgen.documents.sheets.draws import Draws, Requirement, drawn, implied, put_in, read_draws, stratum
from derivgen.documents.sheets.instances import instance
from derivgen.documents.sheets.students import Student
from derivgen.documents.solve import HERE, Mathematics, Solved, prepare, solve
from derivgen.documents.themes import appearance
from derivgen.documents.workshop import Workshop
from derivgen.language.notation import NotationError
from derivgen.language.plain import plain

MOST_TRIES = 200


@dataclass(frozen=True, slots=True)
class Variant:
    """A problem that leaves nothing open, with what was derived for it; ``values`` tell variants apart."""

    frame: Frame
    solved: Mapping[Place, Solved]
    worth: Mapping[Place, Marks]
    values: tuple[tuple[str, str], ...] = ()
    problems: tuple[SourceProblem, ...] = ()


@dataclass(slots=True)
class Variants:
    """The problems of a document as each student gets them; equal draws are derived once."""

    document: Document
    mathematics: Mathematics
    workshop: Workshop = HERE
    _draws: dict[Place, Draws] = field(default_factory=dict)
    _made: dict[tuple[Place, tuple[tuple[str, str], ...]], Variant | None] = field(default_factory=dict)
    _failed: dict[tuple[Place, str], Variant] = field(default_factory=dict)
    _alike: dict[Place, Variant] | None = None

    @property
    def seed(self) -> str:
        """The seed of the course."""
        return self.document.front.seed

    def all(self, student: Student) -> list[Variant]:
        """The problems of one student in order."""
        return [self.variant(frame, student) for frame in self.document.frames()]

    def variant(self, frame: Frame, student: Student) -> Variant:
        """One problem of one student; its ``problems`` say why it could not be made."""
        draws = self._drawn(frame)
        if draws is None:
            return self._plain()[frame.place]
        return self._broken(draws) or self._draw(frame, draws, student)

    def _drawn(self, frame: Frame) -> Draws | None:
        """The free parameters of a problem, if it has some."""
        block = next((element for element in frame.content if isinstance(element, DrawBlock)), None)
        if block is None:
            return None
        if block.place not in self._draws:
            found, problems = self._read(frame, block)
            self._draws[block.place] = found
            if problems:
                self._failed[block.place, ""] = Variant(instance(frame, {}), {}, {}, (), tuple(problems))
        return self._draws[block.place]

    def _broken(self, draws: Draws) -> Variant | None:
        """What stands for a problem whose free parameters cannot be read."""
        return self._failed.get((draws.place, ""))

    def _plain(self) -> Mapping[Place, Variant]:
        """The problems without free parameters, which are derived together."""
        if self._alike is None:
            style = appearance(self.document).style
            names = referred(self.document, style)
            frames = [one for one in self.document.frames() if not any(isinstance(e, DrawBlock) for e in one.content)]
            settled = {one.place: settled_frame(one, names, style) for one in frames}
            whole = tuple(frame for frame, _ in settled.values())
            solved, underived = solve(_alone(self.document, whole), self.mathematics, self.workshop)
            self._alike = {}
            for place, (frame, problems) in settled.items():
                mine = {one.place: solved[one.place] for one in derivations(frame.content) if one.place in solved}
                problems += [one for one in underived if _owner(one.place, whole) == frame.place]
                worth, misplaced = worth_of(frame, mine)
                self._alike[place] = Variant(frame, mine, worth, (), (*problems, *misplaced))
        return self._alike

    def _read(self, frame: Frame, block: DrawBlock) -> tuple[Draws, list[SourceProblem]]:
        found, problems = read_draws(block)
        if not frame.id:
            problems.append(SourceProblem(frame.place, "a problem with free parameters needs an id", "## Title {#id}"))
        for one in (let for inner in derivations(frame.content) for let in inner.all("let")):
            for group in one.value.split(";"):
                names = {name.strip() for name in group.partition(":")[0].split(",")}
                for name in sorted(names & found.names):
                    problems.append(SourceProblem(one.place, f'"{name}" is drawn', "take it out of the declaration"))
        return found, problems

    def prepare(self, students: Sequence[Student]) -> None:
        """Derives the first draw of each student that meets the conditions on the values, all on all cores."""
        wanted: dict[tuple[Place, tuple[tuple[str, str], ...]], Frame] = {}
        for frame in self.document.frames():
            draws = self._drawn(frame)
            if draws is None or self._broken(draws):
                continue
            for who in students:
                if (values := self._first_allowed(frame, draws, who)) is not None:
                    wanted.setdefault((frame.place, tuple(values.items())), instance(frame, values))
        blocks = [block for frame in wanted.values() for block in derivations(frame.content)]
        prepare(blocks, self.document, self.mathematics, self.workshop)

    def _first_allowed(self, frame: Frame, draws: Draws, student: Student) -> dict[str, str] | None:
        """The first values of a student that meet the conditions on them."""
        chance, layer, _ = self._chance(frame, draws, student)
        tries = (drawn(draws, chance, layer) for _ in range(MOST_TRIES))
        return next((values for values in tries if self._allowed(draws, values)), None)

    def _allowed(self, draws: Draws, values: Mapping[str, str]) -> bool:
        """Whether values meet the conditions that do not ask for the result."""
        try:
            return all(self._met(one, values, {}, "") for one in _all_of(draws) if not one.of_result)
        except _ConditionError:
            return False

    def _chance(self, frame: Frame, draws: Draws, student: Student) -> tuple[Chance, str, str]:
        """Where the draws of a student come from, the stratum, and what failed draws are known by."""
        who = student.number or student.name
        layer = stratum(draws, self.seed, frame.id, student.position)
        if draws.variants:
            who = f"variant {Chance(self.seed, frame.id, who).below(draws.variants)}"
        return Chance(self.seed, frame.id, who), layer, f"{who} {layer}"

    def _draw(self, frame: Frame, draws: Draws, student: Student) -> Variant:
        """The first draw that meets the conditions."""
        chance, layer, known_as = self._chance(frame, draws, student)
        if known := self._failed.get((frame.place, known_as)):
            return known
        values: dict[str, str] = {}
        for _ in range(MOST_TRIES):
            values = drawn(draws, chance, layer)
            if made := self._tried(frame, draws, values):
                return made
        failed = self._no_draw(frame, draws, values)
        self._failed[frame.place, known_as] = failed
        return failed

    def _no_draw(self, frame: Frame, draws: Draws, values: Mapping[str, str]) -> Variant:
        conditions = ", ".join(f"{one.left} {one.relation} {one.right}" for one in _all_of(draws))
        message = f"none of {MOST_TRIES} draws meets the conditions {conditions}; the last was {_listed(values)}"
        problem = SourceProblem(draws.place, message, "widen the ranges, or weaken a condition")
        return Variant(instance(frame, {}), {}, {}, (), (problem,))

    def _tried(self, frame: Frame, draws: Draws, values: Mapping[str, str]) -> Variant | None:
        """The variant for some values, None if they do not meet the conditions; each is tried once."""
        key = frame.place, tuple(values.items())
        if key not in self._made:
            self._made[key] = self._make(frame, draws, values)
        return self._made[key]

    def _make(self, frame: Frame, draws: Draws, values: Mapping[str, str]) -> Variant | None:
        try:
            if not all(self._met(one, values, {}, "") for one in _all_of(draws) if not one.of_result):
                return None
            return self._derived(frame, draws, values)
        except _ConditionError as error:
            return Variant(instance(frame, {}), {}, {}, tuple(values.items()), (error.problem,))

    def _derived(self, frame: Frame, draws: Draws, values: Mapping[str, str]) -> Variant | None:
        style = appearance(self.document).style
        whole, problems = settled_frame(instance(frame, values), referred(self.document, style), style)
        solved, underived = solve(_alone(self.document, (whole,)), self.mathematics, self.workshop)
        problems = [_on_field(one, frame, values) for one in (*problems, *underived)]
        if not problems and not self._results_meet(draws, values, whole, solved):
            return None
        worth, misplaced = worth_of(whole, solved)
        return Variant(whole, solved, worth, tuple(values.items()), (*problems, *misplaced))

    def _results_meet(
        self, draws: Draws, values: Mapping[str, str], frame: Frame, solved: Mapping[Place, Solved]
    ) -> bool:
        wanted = [one for one in draws.requirements if one.of_result]
        if not wanted:
            return True
        results, let = _results(frame, solved)
        return all(self._met(one, values, results, let) for one in wanted)

    def _met(self, one: Requirement, values: Mapping[str, str], results: Mapping[str, str], let: str) -> bool:
        left, right = (put_in(_results_in(side, results), values) for side in (one.left, one.right))
        try:
            return self.mathematics.holds(left, one.relation, right, let)
        except (NotationError, ValueError) as error:
            message = f"this condition cannot be read: {getattr(error, 'reason', error)}"
            hint = getattr(error, "hint", "") or (f"with {_listed(values)}" if values else "")
            raise _ConditionError(SourceProblem(one.place, message, hint)) from error


@dataclass(frozen=True, slots=True)
class Copy:
    """A document as one student gets it, with what was derived for it."""

    document: Document
    solved: Mapping[Place, Solved]
    worth: Mapping[Place, Marks]
    problems: tuple[SourceProblem, ...]


def copy(document: Document, variants: Sequence[Variant]) -> Copy:
    """The document with one variant for each of its problems in order; the text of its sections leaves nothing open."""
    rest = iter(variants)
    style = appearance(document).style
    sections, problems = [], [problem for variant in variants for problem in variant.problems]
    for section in document.sections:
        settled, unsettled = settled_section(section, document, style)
        sections.append(replace(settled, frames=tuple(next(rest).frame for _ in section.frames)))
        problems += unsettled
    solved = {place: one for variant in variants for place, one in variant.solved.items()}
    worth = {place: one for variant in variants for place, one in variant.worth.items()}
    return Copy(replace(document, sections=tuple(sections)), solved, worth, tuple(problems))


def _owner(place: Place, frames: Sequence[Frame]) -> Place | None:
    """The frame that a place of the source lies in: the last one of its file that begins before it."""
    before = [one.place for one in frames if one.place.file == place.file and one.place.line <= place.line]
    return max(before, key=lambda one: one.line, default=None)


def _alone(document: Document, frames: tuple[Frame, ...]) -> Document:
    """Some frames as a document, written as the whole one is."""
    return replace(document, sections=(Section((), frames, Place(document.file, 1)),))


class _ConditionError(Exception):
    def __init__(self, problem: SourceProblem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def worth_of(frame: Frame, solved: Mapping[Place, Solved]) -> tuple[dict[Place, Marks], list[SourceProblem]]:
    """The marks of every derivation of a problem, line by line, and what is wrong with them."""
    worth: dict[Place, Marks] = {}
    problems: list[SourceProblem] = []
    for place, total in totals(frame).items():
        if place in solved:
            worth[place], wrong = shared_out(solved[place].block, solved[place].worked, total)
            problems += wrong
    return worth, problems


def _all_of(draws: Draws) -> list[Requirement]:
    return [*implied(draws), *draws.requirements]


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _results(frame: Frame, solved: Mapping[Place, Solved]) -> tuple[dict[str, str], str]:
    """The results by the ids of their blocks, ``result`` for the last, and the declarations they are read with."""
    results: dict[str, str] = {}
    let: dict[str, str] = {}
    for block in derivations(frame.content):
        if block.place in solved:
            outline = solved[block.place].worked
            term = outline.result.args[1] if outline.result.op == "=" and block.kind != "prove" else outline.result
            results["result"] = plain(term)
            if name := block.text("id"):
                results[f"{name}.result"] = plain(term)
            for names, kind in outline.shapes:
                let |= dict.fromkeys(names, kind)
    return results, "; ".join(f"{name}: {kind}" for name, kind in let.items())


def _results_in(text: str, results: Mapping[str, str]) -> str:
    for name in sorted(results, key=len, reverse=True):
        text = text.replace(name, f"({results[name]})") if name != text.strip() else results[name]
    return text


def _on_field(problem: SourceProblem, frame: Frame, values: Mapping[str, str]) -> SourceProblem:
    """A problem at the author's field: columns inside it are those of the values that were put in."""
    if not values:
        return problem
    fields = [one for block in derivations(frame.content) for one in block.fields]
    place = next((one.place for one in fields if one.place.line == problem.place.line), problem.place)
    return replace(problem, place=place, message=f"{problem.message} (with {_listed(values)})")
