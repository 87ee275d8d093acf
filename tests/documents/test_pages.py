"""Splitting: what stays together, when a page is made tight."""

from __future__ import annotations

import pytest

from derivgen.documents.overlays import Item
from derivgen.documents.pages import AROUND, height, pages
from derivgen.documents.rows import Column
from derivgen.language.problem import read_problem
from derivgen.present.lines import Line

BUDGET = 66.0


def bullets(number: int, high: float, slack: float = 1.0) -> list[Item]:
    return [Item("bullet", high, slack=slack) for _ in range(number)]


@pytest.mark.parametrize(
    ("number", "high", "sizes", "tight"),
    [
        (6, 11.0, [6], [False]),  # just fits
        (6, 11.5, [6], [True]),  # fits if tight
        (6, 12.5, [5, 1], [False, False]),  # not even then, and so there is no need
        (12, 11.5, [6, 6], [True, True]),
        (11, 11.5, [6, 5], [True, False]),  # the second one has room
    ],
)
def test_a_page_is_tight_only_where_that_saves_one(
    number: int, high: float, sizes: list[int], tight: list[bool]
) -> None:
    made = pages(bullets(number, high), BUDGET, BUDGET)
    assert [len(page.items) for page in made] == sizes
    assert [page.tight for page in made] == tight


def test_a_sentence_does_not_stand_alone_at_the_foot() -> None:
    items = [*bullets(5, 11.0), Item("sentence", 8.0), Item("row", 10.0, joins=True, group=1)]
    first, second = pages(items, BUDGET, BUDGET)
    assert [item.kind for item in second.items] == ["sentence", "row"]
    assert len(first.items) == 5


def test_a_first_page_with_less_room_holds_less() -> None:
    items = bullets(6, 11.0, slack=0.0)
    assert [len(page.items) for page in pages(items, 50.0, BUDGET)] == [4, 2]


def test_every_chain_has_room_around_it() -> None:
    rows = [Item("row", 10.0, group=group) for group in (1, 1, 2)]
    assert height(rows) == 30.0 + 2 * AROUND


def test_nothing_is_lost() -> None:
    items = bullets(40, 7.7)
    made = pages(items, 20.0, BUDGET)
    assert [item for page in made for item in page.items] == items


def test_a_line_higher_than_a_page_goes_on_on_the_next_and_others_stay_whole() -> None:
    factor = "(f(x) + eps*f'(x) + O(eps^2))"
    long = read_problem("expand", "*".join([factor] * 12), let="x: scalar; f: function").of
    shared = Column(0.0, 25.0)
    rows = [Item("row", 0.0, group=1, column=shared).again(Line(k, None, "=", long)) for k in (1, 2)]
    high = rows[0].height
    assert [[item.span for item in page.items] for page in pages(rows, high + 5, high + 5)] == [[None], [None]]
    cut = [[item.span for item in page.items] for page in pages(rows[:1], high / 3 + 5, high / 3 + 5)]
    spans = [span for page in cut for span in page if span is not None]
    assert len(cut) > 2 and [a for _, a in spans[:-1]] == [b for b, _ in spans[1:]] and spans[0][0] == 0
