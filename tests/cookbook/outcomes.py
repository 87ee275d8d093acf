"""What derivgen makes of an entry: right, wrong or refused. ``python -m tests.cookbook.outcomes`` prints the table."""

from __future__ import annotations

import re
import sys
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from derivgen import DerivationError, NotationError, Result, check, derive
from tests.cookbook.entries import Entry, entries, peers
from tests.judge.differences import distance
from tests.judge.values import NoValueError, value

REFUSED = Path(__file__).parent / "refused.yaml"
TOLERANCE = 1e-5  # central differences of an inverse near a singular matrix are no better
HEAD = """# Entries that derivgen refuses so far, each with what it says. A test fails when one of them begins to
# work (the list has to shrink) and when another is refused. python -m tests.cookbook.outcomes --write writes it anew.
"""
PLAIN = {"I", "abs", "det", "diag", "exp", "inv", "kron", "log", "norm", "tr", "vec"}


@dataclass(frozen=True)
class Outcome:
    """``word`` is right, wrong or refused; ``why`` says what is wrong, or what derivgen said."""

    word: str
    why: str = ""


def outcome(entry: Entry, of: str | None = None) -> Outcome:
    """Derive an entry in general form, check it, and judge the answer in numbers of our own."""
    asked = entry.problem()
    if of is not None:
        asked["of"] = of
    try:
        result = derive(**asked)
    except (NotationError, DerivationError) as error:
        return Outcome("refused", reason(error))
    report = check(result)
    return _judged(entry, result) if report else Outcome("wrong", f"the check: {report}")


def reason(error: NotationError | DerivationError) -> str:
    """What an error says, without places and advice."""
    subterm = getattr(error, "subterm", None)
    return error.reason + (f": {str(subterm)[:80]}" if subterm is not None else "")


def _judged(entry: Entry, result: Result) -> Outcome:
    if result.derivation.problem.quantity == "differential" and not entry.differential:
        return _judged_form(entry, result)
    for env in entry.points(1):
        moved = {f"d({name})": env[f"d{name}"] for name in entry.variables if f"d{name}" in env}
        point: dict[str, Any] = {**env, **moved}
        try:
            found = value(result.result.term, point)
        except NoValueError as error:
            return Outcome("wrong", f"{result.result}: {error}")
        known = [(entry.expected(env), TOLERANCE)] if "result" in entry.data else []
        for other, tolerance in (*known, (entry.measured(env), 10 * TOLERANCE)):
            if distance(found, other) > tolerance:
                return Outcome("wrong", f"{result.result} for {entry.data.get('result')}")
    return Outcome("right", str(result.result))


def _judged_form(entry: Entry, result: Result) -> Outcome:
    """The second derivative by a matrix as a form in its change: along each of some directions."""
    for seed, env in enumerate(entry.points(1)):
        change = np.random.default_rng(seed).normal(size=env[entry.base].shape)
        found = value(result.result.term, {**env, f"d({entry.base})": change})
        if distance(found, entry.measured_twice(env, change)) > 10 * TOLERANCE:
            return Outcome("wrong", str(result.result))
    return Outcome("right", str(result.result))


def listed() -> dict[str, str]:
    """The entries that are expected to be refused, with the reasons given."""
    return {str(k): str(v) for k, v in (yaml.safe_load(REFUSED.read_text("utf-8")) or {}).items()}


def other_forms() -> list[tuple[str, Entry, str]]:
    """(name, entry, expression) of each other expression that the book gives with the same result."""
    return [(f"{entry.name} as {of}", entry, of) for entry in entries() for of in entry.data.get("also_of", [])]


def is_plain(entry: Entry) -> bool:
    """Whether an entry is one of the derivatives of the book's section 2 that plain operators suffice to state."""
    section_2 = isinstance(entry.data["number"], int) and entry.data["number"] <= 144
    unusual = [word for word in ("let", "indices", "structure", "convention") if word in entry.data]
    calls = set(re.findall(r"(\w+)\(", f"{entry.data['of']} {entry.data.get('result')}"))
    return section_2 and not entry.differential and not unusual and calls <= PLAIN


def main(write: bool) -> None:
    """Print what became of each entry, and write the list of the refused anew if asked to."""
    warnings.simplefilter("ignore")
    found = {entry: outcome(entry) for entry in [*entries(), *peers()]}
    for entry, result in found.items():
        print(f"{entry.name:>5} {result.word:8} {result.why}")
    plain = Counter(result.word for entry, result in found.items() if is_plain(entry))
    numbered = Counter(result.word for entry, result in found.items() if isinstance(entry.data["number"], int))
    print(f"of {numbered.total()} numbered entries: {dict(numbered)}")
    print(f"of {plain.total()} plain ones of section 2: {dict(plain)}")
    forty = Counter(
        result.word for entry, result in found.items() if entry.name.startswith("peer") and "E" not in entry.name
    )
    print(f"of {forty.total()} expressions on which programs are compared: {dict(forty)}")
    if write:
        refused = {entry.name: result.why for entry, result in found.items() if result.word == "refused"}
        others = {name: outcome(entry, of) for name, entry, of in other_forms()}
        refused |= {name: result.why for name, result in others.items() if result.word == "refused"}
        REFUSED.write_text(HEAD + yaml.safe_dump(refused, sort_keys=False, width=10**6, allow_unicode=True), "utf-8")


if __name__ == "__main__":
    main("--write" in sys.argv)
