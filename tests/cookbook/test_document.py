"""The cookbook as a document: its entries are those of the truth set, each derivation is checked and judged by it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml

from derivgen import DerivationError, NotationError, Result, api
from derivgen.documents.asking import ask
from derivgen.documents.citations import Citations, law_of
from derivgen.documents.model import DerivationBlock, Document, Frame, derivations
from derivgen.documents.record import record
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
GENERAL = {"46", "48", "59", "64a", "93", "133", "136", "137", "138", "226", "227", "228", "234"}
"""The book speaks of unknown functions here; the truth set has instances, which test_entries derives."""
OTHER_SHAPE = {"47", "50", "143", "144"}
"""The truth set has another statement: a curve for a direction, or a size for any size."""
NAMES = {"alpha": "alph", "Sigma": "S", "lambda": "lam"}
MOST_LINES = 8
LONGER = {"244", "245", "348"}
"""The derivatives by X and by its conjugate are put together; two differentials of a density, one after the other."""


@cache
def document() -> Document:
    """The source."""
    return read_source(SOURCE)


FRAMES = {"".join(getattr(piece, "text", "") for piece in frame.title): frame for frame in document().frames()}
BLOCKS = [block for _, block in document().derivations()]


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
    return [(block, derived(BLOCKS.index(block))) for block in derivations(frame.content)]


def test_the_entries_are_those_of_the_book_in_order() -> None:
    assert list(FRAMES) == list(TRUTH)
    assert sum(name.isdigit() for name in FRAMES) == 135


@pytest.mark.parametrize("name", list(FRAMES))
def test_an_entry_is_derived_checked_and_true(name: str) -> None:
    for block, found in of(FRAMES[name]):
        if isinstance(found, str):
            assert block.text("missing"), f"({name}) is refused: {found}"
            continue
        assert api.check(found)
        record(block, found, api)
        assert _lines(found.lines("worked")) <= MOST_LINES or name in LONGER, found.text("worked")
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
        point.setdefault("i", 2)  # the truth set has the second eigenvalue for any
        if "s" in env and isinstance(env["s"], int):
            point |= {"k": env["s"], "p": env.get("k"), "q": env.get("l")}
        assert distance(value(spelled_out(found.result.term), point), entry.expected(env)) < TOLERANCE, found.result


def _assumes_no_more(entry: Entry, found: Result) -> None:
    """What is assumed speaks of inverses, divisors, logarithms and simple eigenvalues, as the book does."""
    kinds = {fact.split("(")[0] for fact in found.assumed}
    known = {"invertible", "nonzero", "positive", "full_rank", *(["simple"] if entry.name in ("67", "68") else [])}
    assert kinds <= known, f"({entry.name}) assumes {found.assumed}"


# -- misprints ----------------------------------------------------------------------------------------------------
def test_there_are_twenty_one_misprints() -> None:
    assert len(MISPRINTS) == 21


@pytest.mark.parametrize("slip", MISPRINTS, ids=[str(slip["number"]) for slip in MISPRINTS])
def test_a_misprint_is_refuted(slip: dict[str, Any]) -> None:
    """By the check that accepts derivations, and what is right passes it; or it cannot be said, with the reason."""
    if "why" in slip:
        assert slip["why"]
    elif "where" in slip:
        blocks = [(block, found) for block, found in of(FRAMES[slip["where"]]) if block.first("misprint")]
        assert blocks
        for block, found in blocks:
            assert isinstance(found, str) or record(block, found, api).misprints
    else:
        assert api.holds(slip["of"], "=", slip["right"], slip["let"])
        wrong = slip.get("printed_of", slip["of"]), slip.get("printed", slip["right"])
        assert api.holds(wrong[0], "!=", wrong[1], slip["let"])
        with pytest.raises(DerivationError):
            api.prove(f"{wrong[0]} = {wrong[1]}", let=slip["let"])
