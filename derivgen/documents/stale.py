"""What has to be built again: fingerprints of sources, package and outputs. Imports nothing of the
mathematics."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

HALF_WRITTEN = ".half-"
"""Stands in the name of a file that is being written, after a dot and the name it will have."""
STAMP = ".derivgen-build.json"
_CODE = (".py", ".rules", ".toml", ".j2")


def digest(data: bytes) -> str:
    """A fingerprint of bytes."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def digest_file(path: Path) -> str:
    """A fingerprint of a file, "" if it is not there."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def package_fingerprint(folders: Iterable[Path]) -> str:
    """A fingerprint of everything that decides what is built: code, laws and templates in ``folders``."""
    found = hashlib.blake2b(digest_size=16)
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _CODE):
            found.update(f"{path.relative_to(folder)}\0{digest_file(path)}\0".encode())
    return found.hexdigest()


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a file by rename, so that it is complete or untouched."""
    beside = path.with_name(f".{path.name}{HALF_WRITTEN}{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Writes text in the same way."""
    write_bytes(path, text.encode())


@dataclass(slots=True)
class Stamp:
    """What the last build made: for each source its fingerprint, for each PDF the TeX it was set from."""

    path: Path
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    pdfs: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, output: Path) -> Stamp:
        """The stamp in ``output``; an empty one if there is none or it is damaged."""
        path = output / STAMP
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return cls(path, dict(data["sources"]), dict(data["pdfs"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path)

    def write(self) -> None:
        """Keeps the stamp for the next build."""
        write_whole(
            self.path,
            json.dumps({"sources": self.sources, "pdfs": self.pdfs}, indent=1, sort_keys=True) + "\n",
        )

    def fresh(self, source: Path, fingerprint: str) -> bool:
        """Whether everything made of ``source`` is there and was made of the same content."""
        known = self.sources.get(str(source.resolve()))
        if known is None or known.get("fingerprint") != fingerprint:
            return False
        files = {name: value for name, value in known.items() if name != "fingerprint"}
        return bool(files) and all(digest_file(self.path.parent / name) == value for name, value in files.items())

    def built(self, source: Path, fingerprint: str, outputs: Iterable[Path], others: Iterable[Path] = ()) -> None:
        """Remembers what was made of ``source`` and of ``others`` that it includes."""
        made = {str(path.relative_to(self.path.parent)): digest_file(path) for path in outputs}
        used = {str(path.resolve()): digest_file(path) for path in others}
        self.sources[str(source.resolve())] = {"fingerprint": fingerprint, **used, **made}

    def pages(self, pdf: Path, tex: str) -> int:
        """The number of pages of a PDF that was set from this very TeX and is still there, else 0."""
        known = self.pdfs.get(pdf.name)
        if known is None or known["tex"] != digest(tex.encode()) or known["pdf"] != digest_file(pdf):
            return 0
        return int(known["pages"])

    def last_pages(self, pdf: Path) -> int:
        """The number of pages at the last build, else 1: the first guess for the next one."""
        return int(self.pdfs.get(pdf.name, {}).get("pages", "1"))

    def typeset(self, pdf: Path, tex: str, pages: int) -> None:
        """Remembers the TeX a PDF was set from."""
        self.pdfs[pdf.name] = {"tex": digest(tex.encode()), "pdf": digest_file(pdf), "pages": str(pages)}
