"""A chain in the making, to which phases and single laws add their steps."""

from __future__ import annotations

from dataclasses import replace

from derivgen.engine.context import Context, note_assumptions
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase, run_phase
from derivgen.engine.rewrite import steps_of
from derivgen.engine.trace import Chain, Step
from derivgen.language.terms import Path, Term, at, put
from derivgen.rules.binding import Binding

ROUNDS = 60  # of the phases of an expansion: far more than the deepest expression needs


class Trail:
    """A chain in the making: the current term, and the steps that led to it."""

    def __init__(self, opening: str, start: Term, context: Context) -> None:
        self.opening, self.start, self.context = opening, start, context
        self.steps: list[Step] = []

    @property
    def term(self) -> Term:
        """The term reached so far."""
        return self.steps[-1].after if self.steps else self.start

    def run(self, *phases: Phase) -> int:
        """Run phases in turn; the number of steps they made."""
        before = len(self.steps)
        for phase in phases:
            self.steps += run_phase(phase, self.term, self.context)
        return len(self.steps) - before

    def repeat(self, *phases: Phase) -> int:
        """Run phases in turn again and again until none of them makes a step."""
        total = 0
        for _ in range(ROUNDS):
            made = self.run(*phases)
            if not made:
                return total
            total += made
        raise DerivationError("the expansion does not come to an end", self.term, self.steps)

    def run_at(self, path: Path, *phases: Phase) -> int:
        """Run phases on the subterm at a path alone; the number of steps. Costs nothing for the rest of the term."""
        made = 0
        for phase in phases:
            part = Trail(self.opening, at(self.term, path), self.context)
            part.run(phase)
            self.absorb(part, path)
            made += len(part.steps)
            if at(self.term, path) != part.term:
                return made
        return made

    def absorb(self, part: Trail, path: Path) -> None:
        """Take over the steps that a trail of its own made on the subterm at a path, as far as the part stays one."""
        for local in part.steps:
            whole = put(self.term, path, local.after)
            self.steps.append(replace(local, path=(*path, *local.path), before=self.term, after=whole))
            if not _stands(whole, path, local.after):
                return  # the new part has merged with its surroundings

    def use(
        self,
        name: str,
        phase: str,
        given: Binding | None = None,
        path: Path | None = None,
        forward: bool = True,
    ) -> bool:
        """Use one law once, at the first place or at a given one; False when it does not apply."""
        law = self.context.law(name)
        self.context.may_assume = True
        for step in steps_of(law, self.term, self.context, forward, given=given):
            if path is None or step.path == path:
                step = replace(step, phase=phase)
                self.steps.append(step)
                note_assumptions([step], self.context)
                return True
        return False

    def need(
        self,
        name: str,
        phase: str,
        given: Binding | None = None,
        path: Path | None = None,
        forward: bool = True,
    ) -> None:
        """Use one law once. Raises DerivationError with the trace so far when it does not apply."""
        if not self.use(name, phase, given, path, forward):
            raise DerivationError(f"the law {name} does not apply", self.term, self.steps)

    def chain(self) -> Chain:
        """The finished chain."""
        return Chain(self.opening, self.start, tuple(self.steps))


def _stands(t: Term, path: Path, part: Term) -> bool:
    """Whether a part stands at a place."""
    try:
        return at(t, path) == part
    except IndexError:
        return False
