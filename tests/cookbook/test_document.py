"""The cookbook as a document: its entries are those of the truth set, each derivation is checked and judged by it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import factorial
from typing import Any

import numpy as np
import pytest
import yaml

from derivgen import DerivationError, NotationError, Result, api
from derivgen.documents.asking import ask
from derivgen.documents.blocks import COMPARE
from derivgen.documents.citations import Citations, law_of
from derivgen.documents.comparison import compared
from derivgen.documents.model import DerivationBlock, Document, Field, Frame, derivations
from derivgen.documents.record import RecordError, record
from derivgen.documents.source import read_source
from derivgen.language.abbreviations import spelled_out
from derivgen.present.lines import Outline
from tests.cookbook.entries import FOLDER, Entry, entries
from tests.cookbook.outcomes import TOLERANCE
from tests.judge.differences import distance
from tests.judge.values import value

SOURCE = FOLDER.parents[1] / "examples" / "cookbook" / "matrix-cookbook-derivatives.md"
TRUTH = {entry.name: entry for entry in entries()}
MISPRINTS = yaml.safe_load((FOLDER / "misprints.yaml").read_text("utf-8"))
GENERAL = {"46", "48", "59", "64a", "93", "133", "136", "137", "138", "226", "227", "228", "234", "392", "394", "396"}
"""The book speaks of unknown functions here; the truth set has instances, which test_entries derives."""
OTHER_SHAPE = {"47", "50", "143", "144"}
"""The truth set has another statement: a curve for a direction, or a size for any size."""
NAMES = {"alpha": "alph", "Sigma": "S", "lambda": "lam"}
EXPONENTIAL = {"N": 20, "c": np.array([1 / factorial(k) for k in range(1, 21)])}
"""The polynomial that is the exponential to all digits, where the entries are small."""
MOST_LINES = 8


@cache
def document() -> Document:
    """The source."""
    return read_source(SOURCE)


FRAMES = {"".join(getattr(piece, "text", "") for piece in frame.title): frame for frame in document().frames()}
BLOCKS = [block for _, block in document().derivations()]
DERIVED = [name for name, frame in FRAMES.items() if any(one.kind != COMPARE for one in derivations(frame.content))]


@cache
def derived(number: int) -> Result | str:
    """What a block of the source gives, after those that it cites; or the reason why it is refused."""
    citations = Citations(BLOCKS)
    theorems = []
    for other in citations.needed(number):
        found = derived(other)
        assert isinstance(found, Result)
        theorems.append(api.as_rule(found, *law_of(BLOCKS[other])))
    try:
        result = ask(BLOCKS[number], tuple(theorems), api)
    except (DerivationError, NotationError) as error:
        return error.reason
    assert isinstance(result, Result)
    return result


def of(frame: Frame) -> list[tuple[DerivationBlock, Result | str]]:
    """The blocks of an entry with what they give."""
    blocks = [block for block in derivations(frame.content) if block.kind != COMPARE]
    return [(block, derived(BLOCKS.index(block))) for block in blocks]


def test_the_entries_are_those_of_the_book_in_order() -> None:
    assert list(TRUTH) == DERIVED
    assert sum(name.isdigit() for name in DERIVED) == 135


@pytest.mark.parametrize("name", DERIVED)
def test_an_entry_is_derived_checked_and_true(name: str) -> None:
    for block, found in of(FRAMES[name]):
        if isinstance(found, str):
            assert block.text("missing"), f"({name}) is refused: {found}"
            continue
        assert api.check(found)
        record(block, found, api)
        assert _lines(found.lines("worked")) <= MOST_LINES, found.text("worked")
        if block.first("law"):
            continue
        if name not in GENERAL | OTHER_SHAPE:
            _judge(TRUTH[name], found)
        _assumes_no_more(TRUTH[name], found)


def _lines(outline: Outline) -> int:
    return sum(len(block.lines) for block in outline.blocks)


def _judge(entry: Entry, found: Result) -> None:
    """The result agrees with the truth set at its points, under the names that the book or this document has."""
    for env in entry.points(3):
        point: dict[str, Any] = {
            **env,
            **{f"d({name})": env[f"d{name}"] for name in entry.variables if f"d{name}" in env},
        }
        point |= {ours: env[theirs] for ours, theirs in NAMES.items() if theirs in env}
        point |= EXPONENTIAL if entry.name == "98a" else {}
        point.setdefault("i", 2)  # the truth set has the second eigenvalue for any
        if "s" in env and isinstance(env["s"], int):
            point |= {"k": env["s"], "p": env.get("k"), "q": env.get("l")}
        assert distance(value(spelled_out(found.result.term), point), entry.expected(env)) < TOLERANCE, found.result


@pytest.mark.parametrize("name", ["392", "394", "396"])
def test_the_mixture_of_any_number_of_components_is_that_of_two_in_the_truth_set(name: str) -> None:
    ((block, found),) = of(FRAMES[name])
    assert isinstance(found, Result) and not block.first("instance")
    entry = TRUTH[name]
    for env in entry.points(3):
        families = {ours: {k: env[f"{theirs}{k}"] for k in (1, 2)} for ours, theirs in FAMILIES.items()}
        point = {**families, "s": env["s"], "K": 2, "j": 1, "n": len(env["s"]), "pi": np.pi}
        assert distance(value(spelled_out(found.result.term), point), entry.expected(env)) < TOLERANCE


FAMILIES = {"mu": "mu", "Sigma": "S", "rho": "rho"}
"""Two components of the truth set as the members of families."""


def _assumes_no_more(entry: Entry, found: Result) -> None:
    """What is assumed speaks of inverses, divisors, logarithms and simple eigenvalues, as the book does."""
    kinds = {fact.split("(")[0] for fact in found.assumed}
    known = {"invertible", "nonzero", "positive", "full_rank", *(["simple"] if entry.name in ("67", "68") else [])}
    assert kinds <= known, f"({entry.name}) assumes {found.assumed}"


# -- misprints ----------------------------------------------------------------------------------------------------
def test_there_are_twenty_one_misprints() -> None:
    assert len(MISPRINTS) == 21


def test_nothing_else_is_compared_or_said_to_be_a_misprint() -> None:
    marked = [name for name, frame in FRAMES.items() for block in derivations(frame.content) if _slips(block)]
    assert sorted(marked) == sorted(slip["where"] for slip in MISPRINTS)


def _slips(block: DerivationBlock) -> bool:
    return block.kind == COMPARE or block.first("misprint") is not None


@pytest.mark.parametrize("slip", MISPRINTS, ids=[str(slip["number"]) for slip in MISPRINTS])
def test_a_misprint_is_refuted(slip: dict[str, Any]) -> None:
    """By the check that accepts derivations, and what is right passes it."""
    frame = FRAMES[slip["where"]]
    (block,) = [one for one in derivations(frame.content) if _slips(one)]
    if block.kind == COMPARE:
        assert compared(block, api)[1].misprints
    else:
        found = derived(BLOCKS.index(block))
        assert isinstance(found, Result)
        assert record(block, found, api).misprints


COMPARED = [name for name, frame in FRAMES.items() if any(one.kind == COMPARE for one in derivations(frame.content))]


@pytest.mark.parametrize("name", COMPARED)
def test_a_comparison_that_does_not_hold_is_refused(name: str) -> None:
    """With right and wrong exchanged, each comparison is refused."""
    (block,) = [one for one in derivations(FRAMES[name].content) if one.kind == COMPARE]
    with pytest.raises(RecordError, match="does not hold"):
        compared(_exchanged(block), api)
    same = tuple(field for field in block.fields if field.key not in ("misprint", "under"))
    right = Field("misprint", block.text("is") or "", block.place)
    with pytest.raises(RecordError, match="no misprint"):
        compared(replace(block, fields=(*same, right)), api)


def _exchanged(block: DerivationBlock) -> DerivationBlock:
    """The false statement as the one that is said to hold."""
    texts = {field.key: field.value for field in block.fields}
    printed = texts.get("misprint", texts["is"])
    changed = {"of": printed.removeprefix("of ")} if printed.startswith("of ") else {"is": printed}
    wrong = texts | changed | {"let": texts.get("under", texts["let"])} | {"misprint": texts["is"]}
    return replace(block, fields=tuple(Field(key, value, block.place) for key, value in wrong.items()))
