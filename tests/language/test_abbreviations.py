"""Abbreviations: read by name, kept while what they stand for is the same, and never captured."""

from __future__ import annotations

import pytest

from derivgen.language.abbreviations import by_name, definitions, differentiated, members_in, spelled_out
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
        ("x[i=1..N]: scalar; q[i=1..N] = x[i]^2", "q", 0, "is a family and needs an index"),
        ("x[i=1..N]: scalar; q[i=1..N] = x[i]^2", "q[1,2]", 1, "one index picks a member"),
        ("x[i=1..N]: scalar; q[i=1..N] = q[i]^2", "q[1]", 1, "stands for something that holds q"),
        ("X: matrix(n); q[i=1..n] = X[i,j]", "sum(j,1,n,q[j])", 11, "q holds j, which is bound here"),
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


FAMILY = parse_declarations("x[i=1..N]: vector(n); a: vector(n); j: index; q[i=1..N] = a'*x[i]; p[k=1..N] = q[k]^2")


def test_a_family_of_abbreviations_is_printed_by_its_index_and_reads_back() -> None:
    for text in ("sum(k, 1, N, p[k])", "q[j]*p[1]", "q[j + 1]"):
        found = parse(text, FAMILY)
        assert plain(found) == text
        assert plain(spelled_out(found)) == text.replace("p[k]", "(a'*x[k])^2").replace("p[1]", "(a'*x[1])^2").replace(
            "q[j + 1]", "a'*x[j + 1]"
        ).replace("q[j]", "a'*x[j]")
    assert FAMILY.texts()["q"] == "= a'*x[i] for i=1..N"
    assert parse_declarations("; ".join(f"{n}: {t}" for n, t in FAMILY.texts().items())).texts() == FAMILY.texts()


def test_a_member_becomes_another_with_its_index() -> None:
    at_k = parse("sum(k, 1, N, p[k])", FAMILY).args[2]
    assert substitute(at_k, {"k": parse("j", FAMILY)}) == parse("p[j]", FAMILY)
    assert substitute(at_k, {"k": parse("1", FAMILY)}) == parse("p[1]", FAMILY)


def test_a_member_is_one_no_longer_when_anything_but_its_index_changes() -> None:
    assert substitute(parse("p[j]", FAMILY), {"a": parse("2*a", FAMILY)}) == parse("((2*a)'*x[j])^2", FAMILY)


def test_a_family_is_defined_once_by_its_own_letter_and_has_a_member_for_each_index() -> None:
    whole = parse("sum(k, 1, N, p[k]) + p[j]", FAMILY)
    assert [plain(t) for t in definitions(whole)] == ["q[i] = a'*x[i]", "p[k] = q[k]^2"]
    assert plain(by_name(whole)) == plain(whole)
    assert not by_name(whole).free & {"a", "x"}
    found = members_in(parse("q[j]", FAMILY), parse("a'*x[j + 1] + q[1]", FAMILY))
    assert [plain(t) for t in found] == ["q[1]", "q[j + 1]"]
