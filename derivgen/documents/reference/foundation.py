"""What rests on what: the laws in the proofs of laws, down to definitions and axioms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from derivgen.documents.solve import Solved
from derivgen.documents.workshop import Workshop
from derivgen.engine.derivation_error import DerivationError
from derivgen.methods.cited import laws_of
from derivgen.rules.book import Law, standard_book


class Prover(Protocol):
    """What is asked of the mathematics."""

    @property
    def proof(self) -> Callable[[str], Any]:
        """The proof of a theorem of the book."""
        ...

    @property
    def rests_on(self) -> Callable[[Any], tuple[str, ...]]:
        """The laws that a derivation uses."""
        ...


@dataclass(frozen=True)
class Foundation:
    """Laws by name, what the proof of each theorem uses, and how many proofs lie below it (its level)."""

    laws: Mapping[str, Law]
    rests: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, int]
    proved_by: Mapping[str, str]

    def chain(self) -> list[str]:
        """One of the longest chains of theorems, from the top down to what is not proved."""
        at = max(self.levels, key=lambda name: (self.levels[name], name), default="")
        found = [at] if at else []
        while at and self.levels[at]:
            at = max(self.rests[at], key=lambda name: (self.levels[name], name))
            found.append(at)
        return found


def foundation(solved: Iterable[tuple[str, Solved]], mathematics: Prover, workshop: Workshop, file: str) -> Foundation:
    """The laws that derivations use, with all that their proofs rest on; derivations have the labels of their entries.

    Proofs are made in the workshop, which keeps them.
    """
    entries = list(solved)
    proofs = [
        (law, label, one) for label, one in entries for law in laws_of([one.record.rule] if one.record.rule else [])
    ]
    own = {law.name: law for law, _, _ in proofs}
    laws = {**standard_book(), **own}
    rests = {law.name: one.record.laws for law, _, one in proofs}
    waiting = dict.fromkeys([*own, *(name for _, one in entries for name in one.record.laws)])
    done: set[str] = set()
    while waiting:
        done |= waiting.keys()
        asked = [name for name in waiting if laws[name].status == "theorem" and name not in own]
        rests |= _proofs(asked, mathematics, workshop, file)
        found = [name for law in waiting for name in rests.get(law, ())]
        waiting = dict.fromkeys(name for name in found if name not in done)
    levels: dict[str, int] = {}
    for name in sorted(done, key=list(laws).index):
        _level(name, rests, levels)
    order = [name for name in laws if name in done]
    return Foundation(
        {name: laws[name] for name in order}, rests, levels, {law.name: label for law, label, _ in proofs}
    )


def _proofs(names: list[str], mathematics: Prover, workshop: Workshop, file: str) -> dict[str, tuple[str, ...]]:
    """What the proofs of some theorems use."""
    tasks = [(("proof rests on", name), name) for name in names]
    made = workshop.make(partial(_proof, mathematics=mathematics), tasks, file, keep=lambda one: isinstance(one, tuple))
    return {names[index]: one for index, one in made if isinstance(one, tuple)}


def _proof(name: str, mathematics: Prover) -> tuple[str, ...] | None:
    try:
        return tuple(mathematics.rests_on(mathematics.proof(name)))
    except DerivationError:
        return None


def _level(name: str, rests: Mapping[str, tuple[str, ...]], levels: dict[str, int]) -> int:
    """0 for what is not proved, else one more than the highest level that the proof uses."""
    if name not in levels:
        levels[name] = 0  # a law cannot rest on itself: proofs use earlier laws only
        levels[name] = max((_level(one, rests, levels) + 1 for one in rests.get(name, ()) if one != name), default=0)
    return levels[name]
