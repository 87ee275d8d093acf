"""The pictures in the README, cut out of the PDFs in output/; ``make pictures`` runs this.

A slide is found by its title, a worked problem by its number and title, so that the pictures follow the lecture.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
OUTPUT = HERE.parents[2] / "output"
SLIDE = "The gradient of a log determinant (continued)"
PROBLEM = "The gradient of a log determinant"
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">(.*?)</word>')
INCH = 72.0


def pages(pdf: Path) -> Iterator[tuple[int, list[tuple[float, float, float, str]]]]:
    """Every page with its words as (left, top, bottom, text), in points."""
    text = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True, text=True).stdout
    for number, page in enumerate(text.split("<page ")[1:], start=1):
        yield number, [(float(x), float(top), float(low), word) for x, top, low, word in WORD.findall(page)]


def picture(pdf: Path, page: int, name: str, dpi: int, top: float = 0.0, bottom: float = 0.0) -> None:
    """A page as PNG, cut to what lies between ``top`` and ``bottom`` in points if they are given."""
    cut = ["-y", str(int(top / INCH * dpi)), "-H", str(int((bottom - top) / INCH * dpi))] if bottom else []
    goal = HERE / name
    at = ["-f", str(page), "-l", str(page), "-r", str(dpi), *cut]
    subprocess.run(["pdftoppm", "-png", "-singlefile", *at, pdf, goal], check=True)
    print(f"{goal.with_suffix('.png').relative_to(HERE.parents[2])}: page {page} of {pdf.name}")


def slide(pdf: Path) -> None:
    """The last step but one of the frame: its line is new and marked."""
    found = [number for number, words in pages(pdf) if " ".join(word for *_, word in words).startswith(SLIDE)]
    picture(pdf, found[-2], "slide", 110)


def worked(pdf: Path) -> None:
    """The problem from its heading to the next one, or to the foot of its page."""
    for number, words in pages(pdf):
        lines: dict[float, list[str]] = {}
        for _, top, _, word in words:
            lines.setdefault(top, []).append(word)
        headings = [top for top, line in lines.items() if re.fullmatch(rf"\d+ {PROBLEM}", " ".join(line))]
        if headings:
            below = [low for _, top, low, _ in words if headings[0] < top < 755]
            picture(pdf, number, "worked", 100, headings[0] - 12, max(below) + 16)
            return
    sys.exit(f"no problem {PROBLEM!r} in {pdf}")


if __name__ == "__main__":
    slide(OUTPUT / "differential-calculus.pdf")
    worked(OUTPUT / "differential-calculus-worked.pdf")
