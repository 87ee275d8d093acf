"""How many random cases the tests take: few by default, many with ``make fuzz``."""

from __future__ import annotations

import os
import tempfile

from hypothesis import settings

# What a test derives is not taken from what another run has kept.
os.environ["DERIVGEN_CACHE"] = tempfile.mkdtemp(prefix="derivgen-cache-")

settings.register_profile("tests", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=2000)
settings.load_profile("tests")
