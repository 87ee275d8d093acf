"""Being written."""

from derivgen.engine.trace import Derivation
from derivgen.engine.rewrite import DerivationError


def derive_expansion(problem, x) -> Derivation:  # type: ignore
    raise DerivationError("not there yet")
