"""Reading rule files: every ill-formed law is refused with its file and line."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from derivgen.language.declarations import parse_declarations
from derivgen.language.operators import BIT
from derivgen.rules.book import BookError, RuleBook, load_rules, make_law, read_rules, standard_book
from derivgen.rules.entries import entries

LET = "let A, B: matrix(m,n);  s, t: scalar;  f: function\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("law:  A + B = Q + A\n", "'Q'"),
        ("law:  A + B = s\n", "matrix"),
        ("law:  A*B = A\n", ""),
        ("law:  A + B\n", "equation"),
        ("no colon here\n", "expected 'name: left = right'"),
        ("    floating line\n", "belongs to no law"),
        ('law:  A = A\n    "no end   axiom\n', "closing quotes"),
        ('law:  A = A\n    "words"   theorm by magic\n', "theorem"),
        ("law:  s*t = t*s   if invertable(s)\n", "invertible"),
        ("law:  s*t = t*s   if nonzero(Q)\n", "'Q'"),
        ("law:  s*t = t*s   if s\n", "unknown condition"),
        ("law:  s*t = (t*s\n", ""),
        ("let A: matirx(n)\n", "matrix"),
        ("let A matrix(n)\n", "colon"),
    ],
)
def test_refuses_an_ill_formed_law_at_its_line(text: str, says: str) -> None:
    with pytest.raises(BookError) as caught:
        read_rules(LET + "\n" + text, "mine.rules")
    assert "mine.rules:3" in str(caught.value)
    assert says in str(caught.value)


def test_refuses_a_name_that_is_taken() -> None:
    law = make_law("tr_cyclic", "s*t = t*s", parse_declarations("s, t: scalar"), file="mine.rules", line=4)
    with pytest.raises(BookError, match=r"mine.rules:4: the law tr_cyclic stands already at .*rules:\d+"):
        standard_book().extended([law])


def test_reads_names_words_status_source_and_news() -> None:
    head = "swap:  s*t = t*s   if nonzero(s) and positive(t)\n"
    text = LET + head + '    "words, here"   theorem by a, <b   source Book (7)   news 2\n'
    (law,) = read_rules(text, "mine.rules")
    assert (law.name, law.words, law.status, law.by) == ("swap", "words, here", "theorem", "a, <b")
    assert (law.source, law.news, law.file, law.line) == ("Book (7)", 2, "mine.rules", 2)
    assert [c.predicate for c in law.conditions] == ["nonzero", "positive"]


def test_a_let_line_holds_until_the_next() -> None:
    text = "let s: scalar\none:  s = s*1\n\nlet s: vector(n)\ntwo:  s = 1*s\n"
    one, two = read_rules(text, "mine.rules")
    assert one.left.shape != two.left.shape


def test_comments_and_blank_lines_say_nothing() -> None:
    assert read_rules("# a comment\n\n   # another\n", "mine.rules") == []


def test_loads_a_file_of_the_user(tmp_path: Path) -> None:
    path = tmp_path / "mine.rules"
    path.write_text(LET + "swap_st:  s*t = t*s\n", "utf-8")
    book = standard_book().extended(load_rules(path))
    assert "swap_st" in book
    assert list(book)[-1] == "swap_st"


def test_a_book_without_laws() -> None:
    book = RuleBook()
    assert len(book) == 0
    assert "tr_cyclic" not in standard_book().without("tr_cyclic")


def test_small_and_steady_holes_bring_their_conditions() -> None:
    law = make_law(
        "up", "f(s + h) = f(s) + O(eps)", parse_declarations("f: function; s: steady scalar; h: small scalar")
    )
    assert sorted(c.predicate for c in law.conditions) == ["free", "small"]
    assert law.order == 1
    assert not law.reversible


def test_every_law_says_where_it_stands_and_what_it_means_to_a_reader() -> None:
    for law in standard_book().values():
        assert law.file.endswith(".rules")
        assert law.line > 0
        assert law.words
        assert law.news in (0, 1, 2)


def test_what_the_text_of_a_law_calls_is_in_all_that_it_matches() -> None:
    folder = files("derivgen.rules").joinpath("laws")
    texts = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".rules")}
    found = [entry for name, text in texts.items() for entry in entries(text, name)]
    assert len(found) == len(standard_book()) and any(any(entry.needs) for entry in found)
    for entry in found:
        left, right = entry.needs
        assert not left & ~entry.law.forward.needs, entry.name
        assert not right & ~entry.law.backward.needs, entry.name


def test_laws_of_the_standard_book_are_read_when_they_are_first_used() -> None:
    (entry,) = entries("let A: matrix(n)\n\ntwice: tr(A') = tr(A)\n    \"a trace\" axiom\n", "mine.rules")
    book = RuleBook([entry])
    assert list(book) == ["twice"] and "twice" in book
    assert book.unread("twice") == BIT["tr"] and book.unread("<twice") == BIT["tr"]
    assert book["twice"] is book["twice"] is entry.law
    assert book.unread("twice") is None and book.unread("other") is None
