"""A few names, the book, and the context of a problem that asks nothing: what the tests of rewriting start from."""

from __future__ import annotations

from derivgen.engine.context import Context
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.problem import Problem
from derivgen.language.terms import Term
from derivgen.rules.book import standard_book

BOOK = standard_book()
NAMES = parse_declarations(
    "A, B: matrix(n); M: invertible matrix(n); S: symmetric matrix(n); a, b: vector(n); s, t, x: scalar;"
    "p: positive scalar; f, g: function; i: index"
)


def term(text: str) -> Term:
    return parse(text, NAMES)


def context(of: str = "s", assume: tuple[tuple[str, str], ...] = ()) -> Context:
    facts = tuple((predicate, term(text)) for predicate, text in assume)
    return Context.of(Problem("prove", term(of), given=NAMES, assume=facts), BOOK)
