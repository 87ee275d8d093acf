"""Catalogues: refusals, completeness of every shipped language, and what a derivation says in each."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import derivgen
from derivgen.present.catalogue import CatalogueError, catalogue, language_code, languages, places

PACKAGE = Path(derivgen.__file__).parent


# -- refusals --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "hint"), [("englsh", r"did you mean en \(English\)"), ("xx", "known: ")])
def test_a_language_without_a_catalogue_is_refused(name: str, hint: str) -> None:
    with pytest.raises(CatalogueError, match=hint):
        catalogue(name)


@pytest.mark.parametrize("text", ["- a list", "outline = 3", "{", "\x00", "[outline]\n[outline]"])
def test_a_file_that_is_no_catalogue_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "en.toml").write_text(text)
    with pytest.raises(CatalogueError, match=r"en\.toml"):
        catalogue("en", (tmp_path,))


def test_a_word_that_no_catalogue_has_is_an_error() -> None:
    with pytest.raises(KeyError):
        catalogue().word("outline.never said")


# -- what the code says ------------------------------------------------------------------------------------
def test_every_word_that_the_code_names_is_in_the_english_catalogue() -> None:
    """Words are named by section and name, in literals such as "outline.hence"; f-strings are seen by other tests."""
    known = catalogue().words
    sections = {key.split(".")[0] for key in known}
    for path in [*PACKAGE.glob("present/*.py"), *PACKAGE.glob("documents/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("word", "sentence", "parts"):
                key = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
                if isinstance(key, str) and key.split(".")[0] in sections:
                    assert key in known, f"{path.name}:{node.lineno}: {key}"


def test_languages_are_named_by_code_or_name() -> None:
    assert languages()["en"] == "English"
    assert language_code("english") == language_code(" EN ") == "en"


# -- one's own words -----------------------------------------------------------------------------------------
def test_a_folder_overrides_single_words_and_the_first_folder_wins(tmp_path: Path) -> None:
    for name, said in (("mine", "Therefore"), ("theme", "Thus")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "en.toml").write_text(f"[outline]\nhence = '{said}'\n")
    folders = (tmp_path / "mine", tmp_path / "theme")
    assert catalogue("en", folders).word("outline.hence") == "Therefore"
    assert catalogue("en", folders[1:]).word("outline.hence") == "Thus"
    assert catalogue("en", folders).word("outline.shown") == catalogue().word("outline.shown")
    assert catalogue().word("outline.hence") == "Hence"


def test_places_are_filled_in_and_lists_have_their_last_word() -> None:
    words = catalogue()
    assert words.sentence("outline.definition", definitions=words.listed(["a", "b", "c"])) == (
        "Let ", "a", ", ", "b", " and ", "c", ".",
    )  # fmt: skip
    assert words.properties("invertible upper triangular odd") == "invertible upper triangular odd"
    assert places("{a} of {b c}") == ["a", "b c"]
