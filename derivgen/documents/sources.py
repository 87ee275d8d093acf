"""Which sources there are, and which of them have changed since they were built. Imports nothing of the mathematics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from derivgen.documents.folders import FOLDERS, beside, package_folder, templates_folder
from derivgen.documents.stale import Stamp, digest, digest_file, package_fingerprint


@dataclass(slots=True)
class Sources:
    """The sources of a build, each with a fingerprint of all that decides what is made of it; what is wrong.

    ``version`` is the fingerprint of the package: its code, its laws, its words and its templates.
    """

    version: str
    files: dict[Path, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def stale(self, output: Path) -> list[Path]:
        """Those from which something in ``output`` has to be made."""
        stamp = Stamp.read(output)
        return [file for file, fingerprint in self.files.items() if not stamp.fresh(file, fingerprint)]


def find_sources(named: Sequence[Path]) -> Sources:
    """The files named, and the .md files in the folders named; two that would be built under one name are refused."""
    found = Sources(package_fingerprint([package_folder(), templates_folder()]))
    if not named:
        found.errors.append("error: nothing to build; name a source, for example: derivgen build examples")
    names: dict[str, Path] = {}
    for source in named:
        if not source.exists():
            found.errors.append(f"{source}: error: no such file or folder")
            continue
        files = sorted(source.rglob("*.md")) if source.is_dir() else [source]
        if not files:
            found.errors.append(f"{source}: error: no .md file in this folder")
        for file in files:
            if names.setdefault(file.stem, file) != file:
                found.errors.append(f"{file}: error: {names[file.stem]} is built under the same name; rename one")
            else:
                found.files[file] = _fingerprint(file, found.version)
    return found


def _fingerprint(file: Path, version: str) -> str:
    own: Iterable[Path] = (folder for name in FOLDERS for folder in beside(str(file), name))
    return digest(f"{version} {package_fingerprint(own)} {digest_file(file)}".encode())
