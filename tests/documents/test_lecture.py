"""The lecture that make builds: nothing is typed but problem statements, and every page is set well."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from derivgen import api
from derivgen.documents.build import BuildReport, build
from derivgen.documents.source import read_source
from tests.documents.test_build import frames, moved

LECTURE = Path(__file__).parents[2] / "examples/lectures/differential-calculus.md"
STATEMENT = {"id", "title", "let", "of", "show", "law", "wrt", "assume", "by", "from", "along"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildReport]:
    output = tmp_path_factory.mktemp("lecture")
    return output, build([LECTURE], output, lambda _: None, api)


def test_blocks_hold_problem_statements_only() -> None:
    keys = {field.key for _, block in read_source(LECTURE).derivations() for field in block.fields}
    assert keys <= STATEMENT


def test_every_derivation_is_found_and_checked(made: tuple[Path, BuildReport]) -> None:
    assert made[1].errors == []
    assert made[1].exit_status == 0


def test_no_box_is_too_full_and_no_reference_is_dead(made: tuple[Path, BuildReport]) -> None:
    assert made[1].warnings == []


def test_nothing_moves_on_any_slide(made: tuple[Path, BuildReport]) -> None:
    found = frames(made[0] / "differential-calculus.pdf")
    assert len(found) > 30
    assert [moved(overlays) for overlays in found] == [[]] * len(found)


def test_the_worked_solutions_have_a_problem_for_each_block(made: tuple[Path, BuildReport]) -> None:
    blocks = list(read_source(LECTURE).derivations())
    destinations = PdfReader(made[0] / "differential-calculus-worked.pdf").named_destinations
    assert {f"problem:{number}" for number in range(1, len(blocks) + 1)} <= set(destinations)
