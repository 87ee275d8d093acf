"""The expressions of ``peers.yaml`` in derivgen: from the text to the whole trace, and to the check of each step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from derivgen import check, derive
from tests.bench.programs import suffix
from tests.bench.timing import once
from tests.cookbook.entries import Entry
from tests.cookbook.outcomes import outcome


@dataclass(frozen=True)
class Derivgen:
    """A text is read and derived, and checked if ``checked``."""

    name: str
    statement: str
    checked: bool
    package: str = "derivgen"

    def word(self, entry: Entry) -> str:
        """The answer judged, its layout included; it has to pass the check."""
        return outcome(entry).word

    def seconds(self, entry: Entry) -> float:
        """Seconds to read and derive, and to check."""
        asked = renamed(entry)
        if self.checked:
            return once(lambda: check(derive(**asked)))
        return once(lambda: derive(**asked))


def renamed(entry: Entry) -> dict[str, Any]:
    """The arguments of ``derive``, every name a new one."""
    new_suffix, asked = suffix(), entry.problem()
    letters = {*asked["let"], "n", "p"}

    def new(text: str) -> str:
        return re.sub(r"[A-Za-z]+", lambda m: m.group() + new_suffix * (m.group() in letters), text)

    let = {name + new_suffix: re.sub(r"\((\w+(?:,\w+)?)\)", lambda m: f"({new(m[1])})", sort)
           for name, sort in asked["let"].items()}  # fmt: skip
    texts = {"of": new(asked["of"]), "wrt": new(asked["wrt"]), "assume": [new(text) for text in asked["assume"]]}
    return {**asked, **texts, "let": let}


DERIVED = Derivgen("derivgen, derived", "from derivgen import derive", checked=False)
CHECKED = Derivgen("derivgen, checked", "from derivgen import check, derive", checked=True)
PROGRAMS = [DERIVED, CHECKED]
