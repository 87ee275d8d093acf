"""Requirements of the system: what is said, what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from derivgen.documents import system

SCRIPT = Path(system.__file__)


def run(command: str, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), command], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, env={"PATH": path}, timeout=60)  # fmt: skip


def test_without_tex_the_check_fails_and_names_what_to_install(tmp_path: Path) -> None:
    result = run("check", str(tmp_path))
    assert result.returncode == 3
    assert "pdflatex" in result.stdout and "install" in result.stdout


def test_without_root_and_terminal_nothing_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\ntouch ran\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.chdir(tmp_path)
    assert system._install() == 3
    said = capsys.readouterr().out
    assert system.debian_line() in said and system.DEBIAN_SIZE in said
    assert not (tmp_path / "ran").exists()


def test_with_everything_there_nothing_is_said() -> None:
    result = run("check", os.environ["PATH"])
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize(("name", "word"), [("debian", "apt-get"), ("fedora", "dnf"), ("macos", "mactex"),
                                            ("windows", "MiKTeX"), ("other", "TeX Live")])  # fmt: skip
def test_every_system_has_its_line(name: str, word: str) -> None:
    assert word in system.advice(name)


def test_the_line_installs_without_recommended_packages() -> None:
    assert "--no-install-recommends" in system.debian_line()
    assert all(package in system.debian_line() for package in system.PACKAGES)


def test_as_root_the_lists_are_fetched_and_the_packages_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text('#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> "$(dirname "$0")/log"\n')
    apt.chmod(0o755)
    absent = iter([["pdflatex"], []])
    monkeypatch.setattr(system, "missing", lambda: next(absent))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert system._install() == 0
    update, install = (tmp_path / "log").read_text().splitlines()
    assert update.startswith("noninteractive update")
    assert install.startswith("noninteractive install") and "--no-install-recommends" in install
    assert system.DEBIAN_SIZE in capfd.readouterr().out


def test_a_failing_installation_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 100\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setattr(system, "missing", lambda: ["pdflatex"])
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert system._install() == 3
