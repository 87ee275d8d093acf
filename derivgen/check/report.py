"""What a check found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from derivgen.engine.trace import Condition
from derivgen.rules.ranges import fact

GRADES = ("exact", "modular", "sampled", "replayed")


class RefusedError(Exception):
    """A step, or the derivation, does not hold; the message says why."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one step was checked. ``grade`` is one of GRADES; ``law`` says whether a law's replay stands behind
    it too.

    ``bound`` bounds the probability that a false modular step passes; ``note`` says why there are no numbers.
    """

    grade: str
    law: bool = False
    bound: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Report:
    """The outcome of a check: truthy when everything holds.

    ``first_bad`` is (index of the chain, index of the step, reason); the indices are -1 where the fault lies
    in no step. ``counts`` maps each grade to its number of steps; they add up to the number of steps of an
    accepted derivation. ``sizes`` are those of the points, where the assumptions cannot hold at all sizes.
    """

    verdicts: tuple[Verdict, ...] = ()
    first_bad: tuple[int, int, str] | None = None
    assumed: tuple[Condition, ...] = ()
    conclusion: str = ""
    sizes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.first_bad is None

    @property
    def counts(self) -> Mapping[str, int]:
        """Steps by grade: exact, modular, sampled, replayed."""
        return {grade: sum(v.grade == grade for v in self.verdicts) for grade in GRADES}

    @property
    def replayed(self) -> int:
        """Steps that are an instance of a law, compared symbol by symbol."""
        return sum(v.law for v in self.verdicts)

    @property
    def bound(self) -> float:
        """A bound on the probability that a false step passed the modular test at the sizes drawn."""
        return sum(v.bound for v in self.verdicts)

    @property
    def notes(self) -> tuple[str, ...]:
        """Why some steps have no numbers, without repetition."""
        return tuple(dict.fromkeys(v.note for v in self.verdicts if v.note))

    @property
    def pointless(self) -> bool:
        """Whether it is refused because no point was found at which all holds that is assumed."""
        return self.first_bad is not None and "no point was found that satisfies" in self.first_bad[2]

    @property
    def valueless(self) -> bool:
        """Whether it is refused because what is asked about has no value, from the first step on."""
        return self.first_bad is not None and self.first_bad[:2] == (0, 0) and "no value at any" in self.first_bad[2]

    def __str__(self) -> str:
        if self.first_bad is not None:
            return self._refusal()
        counts = ", ".join(f"{n} {_WORDS[grade]}" for grade, n in self.counts.items() if n)
        parts = [
            f"{len(self.verdicts)} {'step holds' if len(self.verdicts) == 1 else 'steps hold'}: {counts}"
            if self.verdicts
            else "holds without a step"
        ]
        if self.replayed:
            parts[0] += f"; {self.replayed} of them replayed as laws"
        if self.bound:
            parts[0] += f" (error below {self.bound:.0e})"
        if self.conclusion:
            parts.append(f"result {self.conclusion}")
        if self.sizes:
            parts.append(f"points only where the sizes admit them ({' or '.join(self.sizes)})")
        if self.assumed:
            parts.append("assumed: " + ", ".join(fact(c.predicate, c.term) for c in self.assumed))
        return "; ".join(parts)

    def _refusal(self) -> str:
        assert self.first_bad is not None
        chain, step, reason = self.first_bad
        if step >= 0:
            return f"refused: chain {chain + 1}, step {step + 1}: {reason}"
        return f"refused: chain {chain + 1}: {reason}" if chain >= 0 else f"refused: {reason}"


_WORDS = {"exact": "exact", "modular": "modulo 2^61-1", "sampled": "sampled", "replayed": "replayed only"}


@dataclass
class Findings:
    """Verdicts while a check is under way."""

    verdicts: list[Verdict] = field(default_factory=list)
