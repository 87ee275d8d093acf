"""Planned signs of scalars: what holds on one side of a kink only is refused, whatever the names are."""

from __future__ import annotations

from itertools import combinations, product
from random import Random
from string import ascii_lowercase

import pytest

from derivgen import DerivationError, check, derive, prove
from derivgen.check.signs import MORE, POINTS, points_for, spread
from derivgen.rules.book import read_rules, standard_book

FALSE = [
    "abs({0}) = {0}", "relu({0}) = {0}", "sqrt({0}^2) = {0}", "max({0}, 3) = 3", "max({0}, {1}) = {0}",
    "min({0}, {1}) = {1}", "abs({0}*{1}) = {0}*{1}", "abs({0} + {1}) = abs({0}) + abs({1})", "sign({0}*{1}) = 1",
    "abs({0}*{1}*{2}) = {0}*{1}*{2}",
]  # fmt: skip


@pytest.mark.parametrize("names", ["xyz", "cpq", "lab", "tuv"])
@pytest.mark.parametrize("statement", FALSE)
def test_what_holds_for_some_signs_only_is_false(statement: str, names: str) -> None:
    with pytest.raises(DerivationError, match="false"):
        prove(statement.format(*names))


@pytest.mark.parametrize("name", ascii_lowercase.replace("e", "").replace("d", ""))
def test_a_form_for_positive_values_is_false(name: str) -> None:
    with pytest.raises(DerivationError, match="false"):
        derive(f"{name}*abs({name})", name, to=f"2*{name}")


def test_a_false_law_of_ones_own_is_found() -> None:
    laws = read_rules('let u: scalar\nabs_id: abs(u) = u\n    "false"  axiom\n', "own.rules")
    found = prove("abs(x) + 1 = x + 1", let="x: scalar", rules=standard_book().extended(laws))
    assert not check(found)


def test_few_points_show_all_signs() -> None:
    def signs(ranks: tuple[int, ...], points: int) -> set[tuple[bool, ...]]:
        return {tuple(spread(Random(k), rank, k, False) > 0 for rank in ranks) for k in range(points)}

    assert signs((0, 1), POINTS) == set(product((False, True), repeat=2))
    assert all(len(signs(pair, MORE)) == 4 for pair in combinations(range(8), 2))
    assert all(len(signs(three, MORE)) == 8 for three in combinations(range(4), 3))


def test_the_product_of_any_of_eight_names_takes_both_signs() -> None:
    for size in range(1, 9):
        for some in combinations(range(8), size):
            points = points_for(max(some) + 1)
            signs = {sum(spread(Random(k), rank, k, False) < 0 for rank in some) % 2 for k in range(points)}
            assert len(signs) == 2, some


LAWS = [
    ("u: scalar", "abs_id: abs(u) = u", "a, b, c, f: scalar", "abs(a*b*c*f) + 1 = a*b*c*f + 1"),
    ("u: scalar", "abs_id: abs(u) = u", "a, s: vector(n)", "abs(a'*s) + 1 = a'*s + 1"),
    ("u: scalar", "abs_turned: abs(u) = -u", "a, s: vector(n)", "abs(a'*s) + 1 = 1 - a'*s"),
    ("u: scalar", "max_ten: max(u, 10) = 10", "x: scalar", "max(x, 10) + 1 = 10 + 1"),
    ("u: scalar", "max_ten: max(u, 10) = 10", "x: positive scalar", "max(x, 10) + 1 = 10 + 1"),
    ("u: scalar", "max_ten: max(u, 10) = 10", "x, y: scalar", "max(y, 10) + x = 10 + x"),
    ("u: scalar", "near: exp(u) = exp(u) + u/10^7", "x: scalar", "exp(x) + 1 = exp(x) + x/10^7 + 1"),
]


@pytest.mark.parametrize(("let", "law", "names", "statement"), LAWS)
def test_a_law_that_holds_at_few_points_only_is_found(let: str, law: str, names: str, statement: str) -> None:
    laws = read_rules(f'let {let}\n{law}\n    "false"  axiom\n', "own.rules")
    assert not check(prove(statement, let=names, rules=standard_book().extended(laws)))


@pytest.mark.parametrize("pair", list(combinations("abcpq", 2)))
@pytest.mark.parametrize("beside", ["", "X: matrix(n)"])
def test_no_two_of_many_names_go_together(pair: tuple[str, str], beside: str) -> None:
    product = "*".join(pair)
    with pytest.raises(DerivationError, match="false"):
        prove(f"abs({product}) = {product}", let="; ".join(["a, b, c, p, q: scalar", beside]).rstrip("; "))
