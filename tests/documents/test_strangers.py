"""Sources that anybody may have written: whatever they try ends in a clear error and touches nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from derivgen.documents.build import build
from derivgen.documents.errors import SourceError
from derivgen.documents.limits import Limits
from derivgen.documents.render import render_slides
from derivgen.documents.slides import slides
from derivgen.documents.source import parse_what_can_be
from derivgen.documents.workshop import Workshop
from tests.documents.hand_made import Mathematics

HEAD = "---\ntitle: T\n---\n"
FRAME = "\n## F\n\n"
QUICK = Limits(seconds=2, memory=1 << 30)

TEXTS = {
    "reading a file": (f"{HEAD}{FRAME}$\\input{{/etc/passwd}}$", ("7:2", 'unknown command "\\input"')),
    "running a program": (f"{HEAD}{FRAME}$\\write18{{touch evil}}$", ("7:2", 'unknown command "\\write"')),
    "in a display": (f"{HEAD}{FRAME}$$\nx\n\\input{{/etc/passwd}}\n$$", ("9:1", "\\input")),
    "inside words of a formula": (f"{HEAD}{FRAME}$\\text{{\\input{{/etc/passwd}}}}$", ("7:8", "\\input")),
    "hidden characters": (f"{HEAD}{FRAME}$^^5cinput{{/etc/passwd}}$", ("7:", "^")),
    "a definition": (f"{HEAD}{FRAME}$\\def\\x{{\\x}}\\x$", ("7:2", "\\def is not possible")),
    "a macro of its own": ("---\ntitle: T\nmacros:\n  evil: \\input{/etc/passwd}\n---\n" + FRAME, ("4:", "\\input")),
    "a macro that calls itself": ("---\ntitle: T\nmacros:\n  x: \\x\n---\n" + FRAME, ("4:", "x")),
    "a YAML tag": ("---\ntitle: !!python/object/apply:os.system [touch evil]\n---\n" + FRAME, ("2:8", "tag")),
    "a YAML tag on words": ("---\ntitle: !!python/name:os.system x\n---\n" + FRAME, ("2:8", "tag")),
    "an alias": ("---\ntitle: &a T\nauthor: *a\n---\n" + FRAME, ("2:8", "alias")),
    "an alias bomb": (
        "---\ntitle: T\nmacros: &a [x, x]\n"
        + "".join(f"b{k}: &b{k} [{', '.join([f'*b{k - 1}' if k else '*a'] * 9)}]\n" for k in range(9))
        + "---\n" + FRAME, ("3:9", "alias"),
    ),
    "deep YAML": ("---\ntitle: " + "[" * 5000 + "]" * 5000 + "\n---\n" + FRAME, ("2:", "nested")),
    "a long name of a theme": ("---\ntitle: T\ntheme: ../../evil\n---\n" + FRAME, ("3:8", "../../evil")),
    "a language elsewhere": ("---\ntitle: T\nlanguage: ../../evil\n---\n" + FRAME, ("3:11", "../../evil")),
    "a plot of everything": (f"{HEAD}{FRAME}```plot\nx from 0 to 1\ncurve __import__('os')\n```", ("9:18",)),
    "brackets without end": (f"{HEAD}{FRAME}${'(' * 60}x$", ("7:2", "14 nested brackets")),
    "bars without end": (f"{HEAD}{FRAME}${chr(92)}lvert{f'{chr(92)}lvert' * 60} x$", ("7:2", "14 nested")),
    "a deep formula": (f"{HEAD}{FRAME}${'{' * 20000}x{'}' * 20000}$", ("7:",)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "parts"), TEXTS.values(), ids=TEXTS.keys())
def test_it_is_refused_at_its_place_and_never_reaches_tex(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, parts: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    tex = ""
    try:
        reading = parse_what_can_be(text, "week.md")
        problems, document = reading.problems, reading.document
        tex = render_slides(document, slides(document, {})).split(r"\begin{document}")[1]
    except SourceError as error:
        problems = error.problems
    said = "\n".join(map(str, problems))
    assert said.startswith("week.md:") and all(part in said for part in parts), said
    assert not any(harm in tex for harm in ("input", "write18", "evil", "^^", r"\def", "(((", "{{{{", "lvert", "os"))
    assert list(tmp_path.iterdir()) == []


BEGIN = r"\documentclass{article}\begin{document}"
TEMPLATES: dict[str, tuple[str, str]] = {
    "reaching into Python": (r"\VAR{''.__class__.__mro__[1].__subclasses__()}", "unsafe"),
    "a loop without end": (
        r"\BLOCK{for a in range(99999)}\BLOCK{for b in range(99999)}\BLOCK{endfor}\BLOCK{endfor}", "seconds",
    ),
    "a text without end": (r"\VAR{'x' * 99999999999}", "memory"),
    "a file elsewhere": (r'\BLOCK{include "../../etc/passwd"}', "etc/passwd"),
    "no template": (r"\BLOCK{for x in", ""),
    "an unknown name": (r"\VAR{nothing}", "nothing"),
    "a TeX file elsewhere": (rf"{BEGIN}\input{{/etc/passwd}}\end{{document}}", "not found"),
    "a program": (rf"{BEGIN}\immediate\write18{{touch evil}}x\end{{document}}", "program"),
}  # fmt: skip


@pytest.mark.parametrize(("template", "part"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_a_template_beside_a_source_can_do_no_harm(tmp_path: Path, template: str, part: str) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/slides.tex.j2").write_text(template)
    (tmp_path / "week.md").write_text(f"{HEAD}{FRAME}words")
    workshop = Workshop(QUICK, processes=1)
    report = build([tmp_path / "week.md"], tmp_path / "out", lambda _: None, Mathematics(), None, workshop, QUICK)
    assert report.exit_status == (3 if "documentclass" in template else 1), report.errors
    assert part in report.errors[0] and "Traceback" not in report.errors[0]
    assert not list(tmp_path.rglob("evil")) and not list((tmp_path / "out").glob("*.pdf"))


def test_a_link_in_the_output_is_not_followed(tmp_path: Path) -> None:
    """A file is put in the place of the link; what the link led to stays as it is."""
    (tmp_path / "out").mkdir()
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "out/week.tex").symlink_to(tmp_path / "precious")
    (tmp_path / "week.md").write_text(f"{HEAD}{FRAME}words")
    assert build([tmp_path / "week.md"], tmp_path / "out", lambda _: None, Mathematics()).exit_status == 0
    assert (tmp_path / "precious").read_text() == "precious"
    assert not (tmp_path / "out/week.tex").is_symlink()


NAMES: tuple[Callable[[Path], Path], ...] = (
    lambda folder: folder / "week %#$&~_^{}.md",
    lambda folder: folder / "-interaction=batchmode.md",
    lambda folder: folder / "\\input.md",
    lambda folder: folder / "wöche.md",
)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_file_reaches_tex(tmp_path: Path, name: Callable[[Path], Path]) -> None:
    source = name(tmp_path)
    source.write_text(f"{HEAD}{FRAME}$x$")
    report = build([source], tmp_path / "out", lambda _: None, Mathematics())
    assert (report.exit_status, report.errors) == (0, [])
    assert (tmp_path / f"out/{source.stem}.pdf").exists()
