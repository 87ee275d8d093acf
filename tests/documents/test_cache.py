"""The cache of results: what is not taken, what is kept, and how much."""

from __future__ import annotations

import pickle
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given

from derivgen.documents import cache as caching
from derivgen.documents.cache import Cache
from derivgen.language.terms import Term
from derivgen.present.lines import Line
from tests.documents.hand_made import outline
from tests.language.random_terms import terms


class Evil:
    """Runs a program where it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.system, ("touch evil",)


@pytest.mark.parametrize("data", [b"", b"no pickle", pickle.dumps(Evil()), pickle.dumps(Path("x")), b"\x80\x05."])
def test_what_is_damaged_or_foreign_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.chdir(tmp_path)
    kept = Cache("1", tmp_path)
    kept.put("value", "key")
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    file.write_bytes(data)
    assert kept.get("key") is None
    assert not (tmp_path / "evil").exists()


def test_another_version_or_key_finds_nothing(tmp_path: Path) -> None:
    Cache("1", tmp_path).put("value", "a", "b")
    assert Cache("1", tmp_path).get("a", "b") == "value"
    assert Cache("2", tmp_path).get("a", "b") is None
    assert Cache("1", tmp_path).get("ab") is None


def test_a_cache_that_cannot_write_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Cache("1", tmp_path / "file")
    kept.put("value", "key")
    assert kept.get("key") is None
    kept.prune()


def test_the_oldest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "LARGEST", 3000)
    kept = Cache("1", tmp_path)
    for k in range(5):
        kept.put("x" * 1000, str(k))
        path = kept._path((str(k),))
        caching.os.utime(path, (k, k))
    kept.prune()
    assert [kept.get(str(k)) is not None for k in range(5)] == [False, False, False, True, True]


@given(terms())
def test_a_term_is_the_same_after_it_was_kept(t: Term) -> None:
    again = pickle.loads(pickle.dumps(t))
    assert again == t and hash(again) == hash(t) and (again.free, again.size, again.ops) == (t.free, t.size, t.ops)


def test_an_outline_comes_back(tmp_path: Path) -> None:
    kept = Cache("1", tmp_path)
    value = (outline(2), {"exact": 3}, Fraction(1, 3))
    kept.put(value, "key")
    assert kept.get("key") == value
    assert isinstance(kept.get("key")[0].blocks[0].lines[0], Line)
