"""What is done to matrices written out by entries, and that the check refuses what is not quite that."""

from __future__ import annotations

import pytest

from derivgen.check.moves import MOVES
from derivgen.engine.moves import moves
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.plain import plain
from derivgen.language.terms import Term

NAMES = parse_declarations("s, t: scalar; a, b: vector(n); x: vector(3); A: matrix(2,2)")


def term(text: str) -> Term:
    return parse(text, NAMES)


GIVEN = [
    ("literal_d", "d([s, 2; t, 0])", "[d(s), d(2); d(t), d(0)]"),
    ("literal_factor", "[s*d(t); 0; d(t)]", "d(t)*[s; 0; 1]"),
    ("literal_sum", "[s; 0; 1]", "s*e(1, 3) + e(3, 3)"),
    ("literal_sum", "[s, t]", "s*e(1, 2)' + t*e(2, 2)'"),
    ("literal_sum", "[s, 0; 1, t]", "s*J(1, 1, 2, 2) + J(2, 1, 2, 2) + t*J(2, 2, 2, 2)"),
    ("literal", "s*e(1, 3) - e(3, 3)", "[s; 0; -1]"),
    ("literal", "s*e(2,2)*e(1,2)' - t*e(1,2)*(2*e(1,2) + e(2,2))'", "[-t*2, -t; s, 0]"),
    ("literal", "e(1,2)*a' - s*e(2,2)*b'", "[a'; -s*b']"),
    ("literal", "e(2,3)*a'", "[zeros(1, n); a'; zeros(1, n)]"),
]


@pytest.mark.parametrize(("move", "text", "result"), GIVEN)
def test_what_a_move_makes_of_a_matrix(move: str, text: str, result: str) -> None:
    new = moves("eps")[move].rewrite(term(text))
    assert new is not None and plain(new) == plain(term(result))
    assert MOVES[move](term(text), new, "eps") is None


@pytest.mark.parametrize(
    ("move", "text"),
    [
        ("literal_d", "d(A)"),
        ("literal_d", "[s; t]"),
        ("literal_factor", "[s*d(t); t]"),
        ("literal_factor", "[d(s); d(t)]"),
        ("literal_factor", "[s*s; s]"),  # no change of a variable
        ("literal_sum", "A"),
        ("literal", "A*e(1,2)"),
        ("literal", "a + b"),
        ("literal", "e(1,2) + A*e(2,2)"),
        ("literal", "e(1,n)*a'"),
    ],
)
def test_where_none_is_due(move: str, text: str) -> None:
    assert moves("eps")[move].rewrite(term(text)) is None


@pytest.mark.parametrize(
    ("move", "old", "new"),
    [
        ("literal_d", "d([s; t])", "[d(s); t]"),
        ("literal_d", "d([s; t])", "[d(t); d(s)]"),
        ("literal_d", "d([s, t]')", "[d(s); d(t)]"),
        ("literal_factor", "[s*d(t); d(t)]", "d(t)*[s; 0]"),
        ("literal_factor", "[s*d(t); d(t)]", "d(t)*[s, 1]'"),
        ("literal_factor", "[s*d(t); d(t)]", "s*d(t)*[1; s]"),
        ("literal_sum", "[s; t]", "s*e(1,2) + s*e(2,2)"),
        ("literal_sum", "[s; t]", "s*e(1,2)"),
        ("literal", "s*e(1,2)", "[t; 0]"),
        ("literal", "s*e(1,2)", "[exp(s); 0]"),
        ("literal", "s*e(1,2)", "s*e(1,2) + 0*e(2,2)"),
    ],
)
def test_the_check_refuses_another_form(move: str, old: str, new: str) -> None:
    assert MOVES[move](term(old), term(new), "eps")
