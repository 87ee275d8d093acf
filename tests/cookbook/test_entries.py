"""Every derivable derivative and differential of the Matrix Cookbook: right, or refused and listed; never wrong."""

from __future__ import annotations

import pytest

from tests.cookbook.entries import Entry, entries, peers
from tests.cookbook.outcomes import TOLERANCE, is_plain, listed, other_forms, outcome
from tests.judge.differences import distance

ENTRIES = entries()
ALL = [*ENTRIES, *peers()]
NAMES = [entry.name for entry in ALL]
OTHER_FORMS = other_forms()
REFUSED = listed()


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES[: len(ENTRIES)])
def test_the_truth_set_is_true(entry: Entry) -> None:
    """The book's result agrees with central differences of the expression: derivgen has no part in this."""
    for env in entry.points(2):
        assert distance(entry.expected(env), entry.measured(env)) < TOLERANCE


@pytest.mark.parametrize("entry", ALL, ids=NAMES)
def test_an_entry_is_derived(entry: Entry) -> None:
    found = outcome(entry)
    assert found.word != "wrong", found.why
    if entry.name in REFUSED:
        assert found.word == "refused", f"it works: take {entry.name} from refused.yaml"
    else:
        assert found.word == "right", found.why


@pytest.mark.parametrize(("name", "entry", "of"), OTHER_FORMS, ids=[name for name, _, _ in OTHER_FORMS])
def test_another_form_of_an_entry_is_derived(name: str, entry: Entry, of: str) -> None:
    assert outcome(entry, of).word == ("refused" if name in REFUSED else "right")


def test_a_wrong_answer_is_noticed() -> None:
    """The judge of this file can fail: the answer to another entry is none to this one."""
    squares = next(entry for entry in ENTRIES if entry.name == "106")
    assert outcome(squares, "tr(X*X')").word == "wrong"


def test_the_list_of_the_refused_names_entries() -> None:
    assert set(REFUSED) <= {*NAMES, *(name for name, _, _ in OTHER_FORMS)}


def test_the_sixty_plain_derivatives_of_section_2() -> None:
    assert sum(is_plain(entry) for entry in ENTRIES) == 60
