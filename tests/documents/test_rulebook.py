"""The index of rules: every law of the book can be printed."""

from __future__ import annotations

import pytest

from derivgen.documents.formulas import formula_problem
from derivgen.documents.model import Place
from derivgen.documents.rulebook import law_text
from derivgen.present.style import Style
from derivgen.rules.book import standard_book


@pytest.mark.parametrize("name", list(standard_book()))
def test_every_law_has_a_statement_and_words(name: str) -> None:
    law = law_text(name, Style())
    assert law is not None and law.words
    statement = law.statement.split(r"\quad\hbox{if")[0]
    assert formula_problem(statement, Place(name, 1), display=False) is None


def test_conditions_are_part_of_the_statement() -> None:
    law = law_text("exp_log", Style())
    assert law is not None and "a>0" in law.statement


def test_a_computed_move_is_no_law() -> None:
    assert law_text("no_such_law", Style()) is None
