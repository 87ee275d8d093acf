"""Abbreviations as factors: found where all that they stand for is there, and refused by the check where it is not."""

from __future__ import annotations

import pytest

from derivgen.check.moves import move_fault
from derivgen.engine.named import named
from derivgen.engine.trace import Step
from derivgen.language.abbreviations import abbreviations
from derivgen.language.declarations import parse_declarations
from derivgen.language.elaborate import parse
from derivgen.language.plain import plain
from derivgen.language.terms import Term

LET = parse_declarations(
    "a, b, c, q, t: scalar; x: vector(n); j: index; r[k=1..K]: scalar; "
    "N = exp(-q)/c; L = a*b^2; P = a^2*b^2; H = a*b/2; G[k=1..K] = r[k]*exp(-q)"
)
KNOWN = {name: abbreviations(parse(text, LET)) for name, text in
         {"N": "N", "L": "L", "P": "P", "H": "H", "G": "sum(k, 1, K, G[k])"}.items()}  # fmt: skip


def term(text: str) -> Term:
    return parse(text, LET)


FOUND = [
    ("N", "exp(-q)/c", "N"),
    ("N", "a*exp(-q)*b/(c*t)", "a*N*b/t"),
    ("N", "a*(exp(-q)*((b + t)/2)/c)", "a*N*((b + t)/2)"),
    ("N", "exp(-q)/c*x", "N*x"),
    ("N", "a*exp(-q)/c^3", "a*N/c^2"),
    ("L", "a*b^2*t", "L*t"),
    ("H", "a*t*b/2", "H*t"),
    ("P", "a^3*b^2*P", "P^2*a"),
    ("P", "P*a^2*b^3", "P^2*b"),
    ("P", "a^3*b^2/sqrt(P)", "sqrt(P)*a"),
    ("P", "a^3*b^2/P", "a"),
    ("G", "a*r[j]*exp(-q)", "a*G[j]"),
    ("G", "r[1]*exp(-q)", "G[1]"),
]


@pytest.mark.parametrize(("name", "text", "wanted"), FOUND, ids=[text for _, text, _ in FOUND])
def test_a_name_comes_back_where_its_factors_stand(name: str, text: str, wanted: str) -> None:
    old = term(text)
    new = named(KNOWN[name])(old)
    assert new is not None and plain(new) == wanted
    assert move_fault(Step("abbreviate", (), {}, old, new), old, new, "eps") is None


@pytest.mark.parametrize(
    ("name", "text"),
    [("N", "a*exp(-q)"), ("N", "exp(-q)*c"), ("N", "a*exp(-q)/c^(1/2)"), ("L", "a*b"), ("G", "r[1]*exp(q)"),
     ("H", "a*b*t")],
)  # fmt: skip
def test_no_name_comes_back_where_a_factor_is_missing(name: str, text: str) -> None:
    assert named(KNOWN[name])(term(text)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [("exp(-q)", "N"), ("a*exp(-q)/c", "N"), ("a*exp(-q)/c", "b*N"), ("exp(-q)/c", "2*N"), ("N*a", "a*N"),
     ("r[1]*exp(-q)", "G[2]"), ("a^3*b^2*P", "a*P"), ("a*P^2", "P*a^3*b^2"), ("P*a", "a"), ("a + N", "a + exp(-q)/c")],
)  # fmt: skip
def test_a_false_name_is_refused(old: str, new: str) -> None:
    before, after = term(old), term(new)
    assert move_fault(Step("abbreviate", (), {}, before, after), before, after, "eps")
