"""How many random cases the tests take (few by default, many with ``make fuzz``), and what is tested first."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import settings

# What a test derives is not taken from what another run has kept.
os.environ["DERIVGEN_CACHE"] = tempfile.mkdtemp(prefix="derivgen-cache-")

settings.register_profile("tests", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=2000)
settings.load_profile("tests")

SLOW = ("test_interrupted", "test_readme", "test_build", "test_help", "test_lecture", "test_course", "test_tampering")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, so that no processor waits for one of them at the end."""
    items.sort(key=lambda item: SLOW.index(item.path.stem) if item.path.stem in SLOW else len(SLOW))
