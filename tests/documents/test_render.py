"""Templates: escaping, refusals, and the whole TeX of a small lecture."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from derivgen import api
from derivgen.documents.escape import TeX, escape, href, unprintable
from derivgen.documents.render import environment, render_slides, render_worked
from derivgen.documents.rulebook import law_text
from derivgen.documents.slides import slides
from derivgen.documents.solve import solve
from derivgen.documents.source import parse
from derivgen.documents.themes import appearance
from tests.documents.hand_made import SOURCE, Mathematics

DERIVATION = """
```derive
let X: invertible matrix(n); A, S: symmetric matrix(n)
of log(det(X)) + 0.05*tr(A*X*S)
wrt X
assume det(X) > 0
```
"""
SNAPSHOTS = Path(__file__).parent / "snapshots"


PLAIN = environment(appearance(parse(SOURCE, "small.md")))


def body(tex: str) -> str:
    return tex[tex.index(r"\begin{document}") :]


@pytest.fixture(scope="module")
def rendered() -> dict[str, str]:
    document = parse(SOURCE, "small.md")
    solved, _ = solve(document, Mathematics())
    return {
        "slides": render_slides(document, slides(document, solved)),
        "handout": render_slides(document, slides(document, solved), handout=True),
        "worked": render_worked(document, solved, law_text, 2),
    }


@pytest.mark.parametrize("name", ["slides", "worked"])
def test_a_small_lecture_is_set_as_the_snapshot_says(rendered: dict[str, str], name: str) -> None:
    """After a wanted change: write the new text to the snapshot and read the difference."""
    assert body(rendered[name]) == (SNAPSHOTS / f"{name}.tex").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["de", "fr"])
def test_a_derivation_is_set_in_another_language_as_the_snapshot_says(language: str) -> None:
    """After a wanted change: write the new text to the snapshot and read the difference."""
    front = f"---\ntitle: T\nlanguage: {language}\nnotation: {{determinant: det, transpose: prime}}\n---\n\n## F\n"
    document = parse(front + DERIVATION, "small.md")
    solved, _ = solve(document, api)
    tex = body(render_worked(document, solved, law_text, 2))
    assert tex == (SNAPSHOTS / f"worked-{language}.tex").read_text(encoding="utf-8")


def test_slides_and_handout_have_the_same_content(rendered: dict[str, str]) -> None:
    assert body(rendered["slides"]) == body(rendered["handout"])


def test_plain_text_is_escaped_and_tex_is_not() -> None:
    assert escape("50% of $x_1 & {y}\\") == r"50\% of \$x\_1 \& \{y\}\textbackslash{}"
    assert escape(TeX("$x_1$")) == "$x_1$"
    assert escape("„so“ «so» ‹so›") == r"\quotedblbase{}so`` «so» \guilsinglleft{}so\guilsinglright{}"
    assert href("https://example.org/a_b?c=%20#d") == r"https://example.org/a\_b?c=\%20\#d"


def test_every_printable_character_is_escaped_to_something_tex_can_read() -> None:
    text = "".join(chr(code) for code in range(32, 127))
    assert unprintable(text) is None
    assert unprintable("α") == "α"


def test_a_template_that_asks_for_what_is_not_there_is_refused() -> None:
    template = PLAIN.from_string(r"\VAR{missing.name}")
    with pytest.raises(UndefinedError):
        template.render()


def test_a_template_cannot_reach_python() -> None:
    template = PLAIN.from_string(r"\VAR{''.__class__.__mro__}")
    with pytest.raises(SecurityError):
        template.render()


def test_a_percent_comment_and_braces_in_a_template_are_left_alone() -> None:
    template = PLAIN.from_string("%% a {comment}\n\\VAR{text}{%}")
    assert template.render(text="a%b") == "%% a {comment}\na\\%b{%}"
