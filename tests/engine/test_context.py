"""The context of a derivation: a law that is missing is named, and what was assumed is kept."""

from __future__ import annotations

import pytest

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase, run_phase
from derivgen.language.plain import plain
from derivgen.language.problem import Problem
from tests.engine.at_hand import BOOK, NAMES, context, term


def test_a_missing_law_is_named() -> None:
    here = Context.of(Problem("prove", term("s"), given=NAMES), BOOK.without("tr_cyclic"))
    with pytest.raises(DerivationError, match="'tr_cyclic'"):
        here.law("tr_cyclic")
    assert run_phase(Phase("any", ("tr_cyclic",)), term("tr(A*B)"), here) == []
    assert "tr_cyclic" in here.book.missing


def test_what_was_assumed_is_kept() -> None:
    here = context()
    run_phase(Phase("cancel", ("inv_cancel_right",)), term("A*inv(A)"), here)
    assert [(c.predicate, plain(c.term), c.basis) for c in here.assumed.values()] == [("invertible", "A", "assumed")]
