"""Settings of a front matter: every mistake at its place, and what each setting changes in which output."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from derivgen import api
from derivgen.documents.errors import SourceError
from derivgen.documents.model import Place
from derivgen.documents.outputs import jobs
from derivgen.documents.render import render_slides
from derivgen.documents.settings import KEYS
from derivgen.documents.slides import slides
from derivgen.documents.solve import Solved, solve
from derivgen.documents.source import parse
from derivgen.documents.themes import appearance
from tests.documents.hand_made import SOURCE, Mathematics

LECTURE = """---
title: Settings
kind: {kind}
{settings}---

## A frame

```derive
let X: invertible matrix(n); A: matrix(n); alpha: vector(n)
of log(det(X)) + 0.05*tr(A*X) + exp(alpha'*A*alpha)
wrt X
assume det(X) > 0
```
"""


def front(settings: str) -> str:
    return f"---\ntitle: T\n{settings}\n---\n\n## F\n\ntext\n"


# -- refusals --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("settings", "place", "message", "hint"),
    [
        ("language: germann", "3:11", "no catalogue for the language 'germann'", "did you mean de (German)?"),
        ("paper: a3", "3:8", 'there is no paper "a3"', "known here: a4, letter"),
        ("theme: ../..", "3:8", 'there is no theme "../.."', "known here: "),
        ("theme: [a]", "3:8", "theme is one word", ""),
        ("notation: det", "3:11", "notation is a table", "write one setting on each line below it"),
        ("notation:\n  determinent: det", "4:3", 'unknown key "determinent"', 'did you mean "determinant"?'),
        ("notation:\n  determinant: dets", "4:16", 'determinant: there is no "dets"', 'did you mean "det"?'),
        ("notation: {trace: bare, trace: bare}", "3:25", '"trace" stands twice', "keep one of them"),
        ("notation: {trace: [bare]}", "3:19", '"trace" must be one line of text', ""),
        ("colours: {accent: blue}", "3:19", 'accent: "blue" is no colour', "six hexadecimal digits"),
        ("colours:\n  accent: #0B559F", "4:10", 'accent: "" is no colour', "in quotes"),
        ("colors: {}", "3:1", 'unknown key "colors"', 'did you mean "colours"?'),
        ("macros: {R2: x}", "3:14", '"R2" is no name for a macro', "letters"),
        ("macros: {frac: x}", "3:16", r"\frac is LaTeX's own", "choose another name"),
        (r"macros: {R: '\input{/etc/passwd}'}", "3:13", "R: formula: ", ""),
        (r"macros: {R: '\mathbb{R'}", "3:13", "R: formula: ", ""),
        (r"macros: {R: '\R'}", "3:13", r"R: \R is not defined before it", "order them"),
        (r"macros: {A: '\tr x', tr: '\A'}", "3:13", r"A: \tr is not defined before it", "order them"),
        ("language: de\nlanguage: fr", "4:1", '"language" stands twice', "keep one of them"),
    ],
)
def test_a_wrong_setting_is_shown_at_its_place(settings: str, place: str, message: str, hint: str) -> None:
    with pytest.raises(SourceError) as raised:
        parse(front(settings), "s.md")
    (problem,) = raised.value.problems
    shown = str(problem)
    assert shown.startswith(f"s.md:{place}: error: ") and message in shown and hint in shown and "^" in shown


def test_the_settings_that_the_readme_shows_are_read() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    shown = readme.split("```yaml\n")[1].split("```")[0]
    settings = parse(shown + "\n## F\n\n$\\norm{x}$\n", "s.md").front.settings
    assert all(getattr(settings, key) for key in KEYS)


def test_all_wrong_settings_are_shown_at_once() -> None:
    with pytest.raises(SourceError) as raised:
        parse(front("paper: a3\nnotation: {trace: bear, nabla: yes}\ncolours: {accent: red}"), "s.md")
    assert [problem.place.line for problem in raised.value.problems] == [3, 4, 4, 5]


def test_an_own_macro_is_known_to_formulas_and_an_unknown_one_is_not() -> None:
    text = front(r"macros: {R: '\mathbb{R}', norm: '\lVert #1\rVert_{\R}'}").replace("text", r"$\norm{x}\in\R$")
    assert parse(text, "s.md").front.settings.macros[0] == ("R", r"\mathbb{R}")
    with pytest.raises(SourceError, match=r"s\.md:8:13: error: formula: .*mine"):
        parse(text.replace(r"\in\R", r"\in\mine"), "s.md")


# -- what they change ------------------------------------------------------------------------------------
@cache
def derived(language: str) -> dict[Place, Solved]:
    """The block of the lecture, derived once for each language."""
    document = parse(LECTURE.format(kind="lecture", settings=f"language: {language}\n"), "s.md")
    solved, problems = solve(document, api)
    assert problems == []
    return solved


def outputs(settings: str = "") -> dict[str, str]:
    """The TeX of every output of a lecture and of a sheet, by the name of the file."""
    lecture, sheet = (parse(LECTURE.format(kind=kind, settings=settings), "s.md") for kind in ("lecture", "sheet"))
    look = appearance(lecture)
    block = next(block for _, block in lecture.derivations())
    (one,) = derived(look.style.words.code).values()
    solved = {block.place: replace(one, block=block, style=look.style)}
    made = [*jobs(lecture, solved, {}, Path("lecture")), *jobs(sheet, solved, {}, Path("sheet"))]
    return {job.pdf.stem: job.tex(1) for job in made}


@pytest.fixture(scope="module")
def plain() -> dict[str, str]:
    return outputs()


CHANGES = {
    "matrices: plain": (r"\newcommand", r"\renewcommand{\mat}[1]{#1}"),
    "transpose: prime": (r"^{\mathsf T}", r"{^{\prime}}"),
    "transpose: top": (r"^{\mathsf T}", r"{^{\top}}"),
    "determinant: det": (r"|\mat X|", r"\det\mat X"),
    "gradient: nabla": (r"{\partial\mat X}", r"\nabla_{\mat X}"),
    "logarithm: ln": (r"\log", r"\ln"),
    "exponential: exp": (r"\mathrm{e}^", r"\exp("),
    "trace: brackets": (r"\tr\mat A\mat X", r"\tr(\mat A\mat X)"),
    "decimal: comma": ("0.05", "0{,}05"),
}


@pytest.mark.parametrize("setting", CHANGES)
def test_a_notation_setting_changes_every_output_and_no_word(plain: dict[str, str], setting: str) -> None:
    before, after = CHANGES[setting]
    for name, tex in outputs(f"notation: {{{setting}}}\n").items():
        assert after in tex and after not in plain[name], name
        body, other = (text[text.index(r"\begin{document}") :] for text in (tex, plain[name]))
        assert before not in body
        assert words_of(body) == words_of(other)


def words_of(tex: str) -> list[str]:
    """The running words of a page, without its formulas."""
    said = re.findall(r"\\(?:why|byline)(?:<\d->)?(\{.*)|\\labelled\{\w+\}(\{.*)", tex)
    return ["".join("".join(pair).split("$")[::2]) for pair in said]


def test_a_language_changes_every_output_and_no_formula(plain: dict[str, str]) -> None:
    said = {
        "lecture": "Formel von Jacobi", "lecture-handout": "Den Gradienten ablesen", "lecture-worked": "Regeln",
        "sheet": "Bestimmen Sie", "sheet-compact": "Bestimmen", "sheet-hints": "Matrikelnummer",
        "sheet-solutions": "Verwendete Regeln", "sheet-marking": "das Ergebnis", "sheet-key": "Ergebnisse",
        "sheet-slides": "Formel von Jacobi", "sheet-handout": "Formel von Jacobi",
    }  # fmt: skip
    for name, tex in outputs("language: German\nnotation: {decimal: point}\n").items():
        assert said[name] in tex and r"\csname l@ngerman\endcsname" in tex
        for english in ("Jacobi's formula", "Identify", "Rules used", "Checked", "assume", " is ", " the "):
            assert english not in tex[tex.index(r"\begin{document}") :], name
        assert formulas_of(tex) == formulas_of(plain[name])


def formulas_of(tex: str) -> list[str]:
    """The formulas of the rows of derivations."""
    return [line.split(r"\why")[0].split(r"\byline")[0] for line in tex.splitlines() if line.startswith("&")]


def test_a_language_brings_its_decimal_sign_and_its_names_of_functions() -> None:
    german, spanish = outputs("language: de\n"), outputs("language: es\n")
    assert all("0{,}05" in tex for tex in german.values())
    assert all(r"\renewcommand{\sin}{\operatorname{sen}}" in tex for tex in spanish.values())


def test_colours_paper_and_macros_are_in_every_output(plain: dict[str, str]) -> None:
    own = "colours: {accent: '#a01010'}\npaper: letter\nmacros: {tr: '\\operatorname{Spur}', R: x}\n"
    for name, tex in outputs(own).items():
        assert r"\definecolor{accent}{HTML}{A01010}" in tex
        assert r"\renewcommand{\tr}{\operatorname{Spur}}" in tex and r"\newcommand{\R}{x}" in tex
        assert ("letterpaper" in tex) == (r"{article}" in tex)
        assert r"\definecolor{ink}{HTML}{1B1D20}" in tex and "letterpaper" not in plain[name]


# -- templates and themes -----------------------------------------------------------------------------------
def rendered(folder: Path, settings: str = "") -> str:
    source = SOURCE.replace("title:", f"{settings}title:", 1)
    document = parse(source, str(folder / "small.md"))
    solved, _ = solve(document, Mathematics())
    return render_slides(document, slides(document, solved))


def test_one_template_is_taken_from_beside_the_source_and_the_others_are_built_in(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/mathematics.tex.j2").write_text("% my own mathematics\n")
    tex = rendered(tmp_path)
    assert "% my own mathematics" in tex and r"\let\epsilon" not in tex and r"\begin{frame}" in tex


def test_templates_are_found_in_order_own_folder_theme_built_in(tmp_path: Path) -> None:
    theme = tmp_path / "themes/ours"
    theme.mkdir(parents=True)
    (theme / "theme.toml").write_text('paper = "letter"\n[colours]\naccent = "00AA00"\nink = "000000"\n')
    (theme / "mathematics.tex.j2").write_text("% of the theme \\VAR{colours.accent} \\VAR{colours.ink}\n")
    assert "% of the theme 00AA00 112233" in rendered(tmp_path, "theme: ours\ncolours: {ink: '112233'}\n")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/mathematics.tex.j2").write_text("% of my own\n")
    assert "% of my own" in rendered(tmp_path, "theme: ours\n")
    assert "% of the theme" not in rendered(tmp_path)


def test_own_words_stand_beside_the_source(tmp_path: Path) -> None:
    (tmp_path / "catalogues").mkdir()
    (tmp_path / "catalogues/en.toml").write_text("[slides]\noutline = 'Contents'\n")
    assert r"\begin{frame}{Contents}" in rendered(tmp_path)


@pytest.mark.parametrize("text", ["[colours]\naccent = 3", "[colours]\nred = '000000'", "a", "b = 1"])
def test_a_theme_that_cannot_be_read_is_named_where_it_is_asked_for(tmp_path: Path, text: str) -> None:
    (tmp_path / "themes/ours").mkdir(parents=True)
    (tmp_path / "themes/ours/theme.toml").write_text(text)
    with pytest.raises(SourceError, match=r"small\.md:2:8: error: .*theme\.toml: "):
        rendered(tmp_path, "theme: ours\n")


def test_every_theme_that_comes_with_derivgen_can_be_read() -> None:
    for name in ("print",):
        look = appearance(parse(front(f"theme: {name}"), "s.md"))
        assert dict(look.colours)["accent"] != "0B559F"
