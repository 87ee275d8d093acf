"""What must be on the machine: Python, TeX and poppler; how to install it. Standard library only.

Also a command: ``python3 derivgen/documents/system.py check`` says what is missing, ``install`` installs it
(as root), asks first (at a terminal), or stops with the line to type.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

PACKAGES = (
    "texlive-latex-base",
    "texlive-latex-recommended",
    "texlive-latex-extra",
    "texlive-pictures",
    "texlive-fonts-recommended",
    "lmodern",
    "poppler-utils",
)
DEBIAN_SIZE = "about 110 MB to download, 380 MB on disk, one to five minutes"
TEX_FILES = (
    "beamer.cls",
    "size14.clo",
    "amsmath.sty",
    "xcolor.sty",
    "geometry.sty",
    "hyperref.sty",
    "mathpazo.sty",
    "lmodern.sty",
    "textcomp.sty",
    "pgfplots.sty",
)
PROGRAMS = {"pdflatex": "sets the pages", "pdftotext": "compares the overlays of a slide in the tests"}
PYTHON = (3, 11)


class Requirement(NamedTuple):  # this file must also be read by a Python too old for derivgen
    """Something that must be there, whether it is, and what it is for."""

    name: str
    found: bool
    purpose: str


def requirements() -> list[Requirement]:
    """Python, programs and TeX files that derivgen needs, in the order of use."""
    version = ".".join(map(str, PYTHON))
    found = [Requirement(f"Python {version}", sys.version_info >= PYTHON, "runs derivgen")]
    found += [Requirement(name, shutil.which(name) is not None, purpose) for name, purpose in PROGRAMS.items()]
    return found + [Requirement(name, name in _tex_files(), "part of TeX") for name in TEX_FILES]


def missing() -> list[str]:
    """The names of what is not there."""
    return [one.name for one in requirements() if not one.found]


def _tex_files() -> set[str]:
    """Those of the TeX files that TeX finds."""
    if shutil.which("kpsewhich") is None:
        return set()
    run = subprocess.run(["kpsewhich", *TEX_FILES], capture_output=True, text=True, check=False, timeout=60)
    return {Path(line).name for line in run.stdout.split()}


def debian_line() -> str:
    """The line that installs everything on Debian and Ubuntu."""
    return "sudo apt-get update && sudo apt-get install --no-install-recommends " + " ".join(PACKAGES)


def advice(system: str | None = None) -> str:
    """The line to type here: on Debian, Fedora, macOS or Windows."""
    system = system or _system()
    if system == "debian":
        return debian_line()
    if system == "fedora":
        return (
            "sudo dnf install texlive-scheme-basic texlive-beamer texlive-extsizes texlive-mathpazo "
            "texlive-psnfss texlive-palatino texlive-lm texlive-geometry texlive-hyperref texlive-pgfplots "
            "poppler-utils"
        )
    if system == "macos":
        return "brew install --cask mactex-no-gui && brew install poppler    (or MacTeX from https://tug.org/mactex)"
    if system == "windows":
        return "winget install MiKTeX.MiKTeX    (for the tests also: scoop install poppler)"
    return "install TeX Live (https://tug.org/texlive) and poppler with the package manager of this system"


def all_advice() -> dict[str, str]:
    """The line for each system by its name."""
    names = {"Debian, Ubuntu": "debian", "Fedora": "fedora", "macOS": "macos", "Windows": "windows"}
    return {name: advice(key) for name, key in names.items()}


def _system() -> str:
    name = platform.system()
    if name in ("Darwin", "Windows"):
        return {"Darwin": "macos", "Windows": "windows"}[name]
    if shutil.which("apt-get"):
        return "debian"
    return "fedora" if shutil.which("dnf") else "other"


def _say(text: str) -> None:
    print(text, flush=True)


def _install() -> int:
    """Installs what is missing, or says what to type. Returns the exit status."""
    absent = missing()
    if not absent:
        return 0
    _say("missing: " + ", ".join(absent))
    if sys.version_info < PYTHON:
        _say("derivgen needs Python 3.11 or newer; name it with: make PYTHON=/path/to/python3.11")
        return 3
    if _system() != "debian":
        _say("to install TeX, type:\n\n    " + advice() + "\n\nthen call make again.")
        return 3
    root = os.geteuid() == 0
    if not root and not (sys.stdin.isatty() and sys.stdout.isatty() and shutil.which("sudo")):
        _say(f"TeX is needed ({DEBIAN_SIZE}).\nType:\n\n    {debian_line()}\n\nthen call make again.")
        return 3
    _say(f"installing with apt-get ({DEBIAN_SIZE}):\n    " + " ".join(PACKAGES))
    if not root and input(f"\n    {debian_line()}\n\nrun this line now? [y/N] ").strip().lower() not in (
        "y",
        "yes",
    ):
        _say("nothing was installed.")
        return 3
    return _apt([] if root else ["sudo"])


def _apt(prefix: list[str]) -> int:
    quiet = ["-o", "Dpkg::Use-Pty=0"]
    lines = (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", *quiet, *PACKAGES],
    )
    for line in lines:
        command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *line]
        if subprocess.run(command, check=False).returncode:
            _say("this failed: " + " ".join(command))
            return 3
    absent = missing()
    _say("still missing: " + ", ".join(absent) if absent else "TeX is ready.")
    return 3 if absent else 0


def _check() -> int:
    absent = missing()
    if absent:
        _say(f"missing: {', '.join(absent)}\nto install it, type:\n\n    {advice()}\n")
    return 3 if absent else 0


if __name__ == "__main__":
    sys.exit({"install": _install, "check": _check}[sys.argv[1] if len(sys.argv) > 1 else "check"]())
