"""Where templates stand, and what may stand beside a source. Imports nothing of the mathematics."""

from __future__ import annotations

from pathlib import Path

FOLDERS = ("templates", "themes", "catalogues")
"""What may stand beside a source."""


def package_folder() -> Path:
    """Where the package stands."""
    return Path(__file__).resolve().parents[1]


def templates_folder() -> Path:
    """Where the templates stand: inside an installed package, else at the top of the source tree."""
    inside = package_folder() / "templates"
    return inside if inside.is_dir() else package_folder().parent / "templates"


def beside(file: str, name: str) -> tuple[Path, ...]:
    """The folder ``name`` beside a source, if there is one."""
    folder = Path(file).parent / name
    return (folder,) if folder.is_dir() else ()
