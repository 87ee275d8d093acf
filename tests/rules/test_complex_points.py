"""Laws match complex terms too: each that does not ask for real ones is true at a complex point."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from derivgen.check.entrywise import NeedsRealsError
from derivgen.language.declarations import Declaration, Declarations
from derivgen.methods.complex_numbers import OF_REALS
from derivgen.rules.book import Law, standard_book
from derivgen.rules.instances import pieces
from tests.rules.cases import LET, MEETING
from tests.rules.points import Point, _verdict, meeting, worlds

OF_REAL_NUMBERS = ("real", "holomorphic")
DRAWN_REAL = frozenset({"natural", "integer", "positive", "complex", "Hermitian"})


def speaks_of_reals(law: Law) -> bool:
    """Whether a law asks for real numbers, or holds a function that is refused of complex ones."""
    names = {str(t.data[0]) if t.op == "map" and isinstance(t.data, tuple) else t.op for t in pieces(law)}
    return not names.isdisjoint(OF_REALS) or any(c.predicate in OF_REAL_NUMBERS for c in law.conditions)


def complex_point(law: Law) -> Point:
    """A point that meets the conditions of a law, its names complex where nothing says otherwise."""
    point = meeting(law, MEETING.get(law.name, {}), LET.get(law.name, ""))
    names = {name: _complex(declared) for name, declared in point.declarations.items()}
    return replace(point, extra=Declarations({**point.extra, **names}))


def _complex(declared: Declaration) -> Declaration:
    if declared.sort == "function":
        return replace(declared, properties=declared.properties | {"holomorphic"})
    if declared.sort not in ("value", "members") or declared.properties & DRAWN_REAL:
        return declared
    return replace(declared, properties=declared.properties | {"complex"})


GENERAL = [law for law in standard_book().values() if not speaks_of_reals(law)]


@pytest.mark.parametrize("law", GENERAL, ids=[law.name for law in GENERAL])
def test_holds_at_a_complex_point(law: Law) -> None:
    point = complex_point(law)
    for kind in ("modular", "float"):
        try:
            found = {_verdict(world, point.about, law.relation) for world in islice(worlds(point, kind), 1)}
            break
        except NeedsRealsError:
            continue
    assert found <= {"true", "undefined", "no premise"}


def test_the_laws_of_real_numbers_are_few() -> None:
    assert len(GENERAL) > 0.85 * len(standard_book())
