"""Abbreviations: read by name, kept while what they stand for is the same, and never captured."""

from __future__ import annotations

import pytest

from derivgen.language.abbreviations import by_name, definitions, differentiated, spelled_out
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import elaborate_all, parse
from derivgen.language.notation import NotationError
from derivgen.language.plain import plain
from derivgen.language.terms import Term, substitute

LET = parse_declarations("X: matrix(m,n); c: scalar; i: scalar; S = X'*X; T = c*S + S; u = i*c")


def term(text: str) -> Term:
    return parse(text, LET)


@pytest.mark.parametrize(
    ("let", "of", "position", "words"),
    [
        ("S =", "S", 3, "stands for nothing"),
        ("S = X'*(X", "tr(S)", 5, "expected"),
        ("S = X; S: matrix(n)", "S", 7, "declared twice"),
        ("S = c*S", "S", 2, "stands for something that holds S"),
        ("S = T; T = S", "S", 0, "stands for something that holds"),
        ("X: matrix(m,n); S = X*X", "S", 1, "cannot multiply"),
        ("X: matrix(n); u = X[i,i]", "sum(i,1,n,u)", 10, "bound here"),
    ],
)
def test_what_cannot_be_an_abbreviation_is_refused_at_its_place(let: str, of: str, position: int, words: str) -> None:
    with pytest.raises(NotationError, match=words) as refused:
        elaborate_all([of], parse_declarations(let))
    assert refused.value.position == position


def test_it_is_printed_by_its_name_and_reads_back() -> None:
    for text in ("log(det(S))", "S'*T", "sum(i, 1, n, S[i,i])", "d(T)"):
        assert plain(term(text)) == text
        assert term(plain(term(text))) == term(text)


def test_it_depends_on_what_it_stands_for() -> None:
    assert term("S").free == {"X"}
    assert term("T").free == {"X", "c"}


def test_it_is_an_abbreviation_no_longer_when_what_it_stands_for_changes() -> None:
    changed = substitute(term("tr(S)"), {"X": term("2*X")})
    assert changed == term("tr((2*X)'*(2*X))")


def test_it_can_be_spelled_out_and_read_as_a_name() -> None:
    assert spelled_out(term("tr(T)")) == term("tr(c*(X'*X) + X'*X)")
    assert by_name(term("tr(S)")).free == {"S"}
    assert [plain(t) for t in definitions(term("tr(T)"))] == ["S = X'*X", "T = c*S + S"]
    assert differentiated(term("d(S)")) == term("d(X'*X)")
    assert differentiated(term("d(X'*X)")) is None
