"""A trail takes the steps of laws, and says which of them it needed in vain."""

from __future__ import annotations

import pytest

from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.trace import Step
from derivgen.engine.trail import Trail
from derivgen.language.plain import plain
from tests.engine.at_hand import context, term


def test_a_trail_needs_what_it_asks_for() -> None:
    trail = Trail("proof", term("tr(A*B)"), context())
    assert not trail.use("dot_plus", "any")
    with pytest.raises(DerivationError, match="dot_plus does not apply"):
        trail.need("dot_plus", "any")
    assert trail.use("tr_cyclic", "any")
    chain = trail.chain()
    assert plain(chain.end) == "tr(B*A)"
    assert isinstance(chain.steps[0], Step)
