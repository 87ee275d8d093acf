"""The message of a derivation that cannot go on stays readable."""

from __future__ import annotations

from derivgen.engine.derivation_error import DerivationError
from derivgen.language.terms import plus, symbol


def test_a_message_holds_the_ends_of_a_long_term() -> None:
    long = plus(*[symbol(f"foo{k}") for k in range(500)])
    first, place = str(DerivationError("too long", long)).split("\n")
    assert first == "too long" and len(place) < 500
    assert place.startswith("  at: foo0 + foo1 + ") and " foo499 (" in place
