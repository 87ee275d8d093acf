"""Results kept by content in the user's own folder, so that what was derived and checked once is not done again.

The folder is the user's and not the document's: nothing that comes with a source is taken for a checked result.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from derivgen.documents.stale import digest, write_bytes

LARGEST = 256 << 20
"""Bytes that the cache may hold; the oldest results go first."""
_PLAIN = {("fractions", "Fraction"), ("collections", "OrderedDict")}


def cache_folder() -> Path:
    """Where results are kept: $DERIVGEN_CACHE, else the system's folder for such things."""
    if own := os.environ.get("DERIVGEN_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "derivgen" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "derivgen"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "derivgen"


class Cache:
    """Results by key; ``version`` is the fingerprint of all that decides them beside the key.

    It never fails: what cannot be read is made again, what cannot be kept is not kept.
    """

    def __init__(self, version: str, folder: Path | None = None) -> None:
        self.version = version
        self.folder = (folder or cache_folder()) / "derivations"

    def get(self, *key: str) -> Any:
        """What is kept under a key, or None."""
        try:
            return _Reader(io.BytesIO(self._path(key).read_bytes())).load()
        except Exception:  # a damaged file, of whatever kind: as good as none
            return None

    def put(self, value: object, *key: str) -> None:
        """Keep a value, if there is room."""
        with suppress(OSError, RecursionError, pickle.PicklingError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._path(key)
            path.parent.mkdir(exist_ok=True)
            write_bytes(path, pickle.dumps(value, protocol=5))

    def prune(self) -> None:
        """Let the oldest results go if there are too many."""
        with suppress(OSError):
            found = sorted(self._files(), reverse=True)
            total = 0
            for _, size, path in found:
                total += size
                if total > LARGEST:
                    path.unlink(missing_ok=True)

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self.folder.glob("*/*"):
            known = path.stat()
            yield known.st_mtime, known.st_size, path

    def _path(self, key: tuple[str, ...]) -> Path:
        name = digest("\0".join((self.version, *key)).encode())
        return self.folder / name[:2] / name


class _Reader(pickle.Unpickler):
    """Reads nothing but the package's own data: no other class or function is ever called."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("derivgen.") or (module, name) in _PLAIN:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} does not belong in the cache")
