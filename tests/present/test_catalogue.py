"""Catalogues: refusals, completeness of every shipped language, and what a derivation says in each."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import derivgen
from derivgen.documents.escape import unprintable
from derivgen.language.terms import Term
from derivgen.present.catalogue import (
    FOLDER,
    CatalogueError,
    catalogue,
    language_code,
    languages,
    missing,
    places,
    sentences,
)
from derivgen.rules.book import standard_book

PACKAGE = Path(derivgen.__file__).parent
SHIPPED = ("de", "fr", "es")
AT_LEAST = 150
"""Sentences of laws that each shipped language has at least, whatever laws are added or reworded."""


# -- refusals --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "hint"), [("englsh", r"did you mean en \(E"), ("deutch", r"did you mean de \(G"), ("xx", "known: ")]
)
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


# -- shipped languages ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", SHIPPED)
def test_a_shipped_language_has_every_word(code: str) -> None:
    """Whoever adds a word to en.toml adds it to the others; ``derivgen languages CODE`` prints the lines."""
    assert missing(code, standard_book())[0] == []


@pytest.mark.parametrize("code", SHIPPED)
def test_a_shipped_language_has_nearly_every_sentence_of_a_law(code: str) -> None:
    """New laws come before their translations (which ``derivgen languages`` lists); so only a number is asked for."""
    lacking = missing(code, standard_book())[1]
    assert len(sentences(standard_book())) - len(lacking) >= AT_LEAST


@pytest.mark.parametrize("code", SHIPPED)
def test_a_translation_fills_in_what_the_english_text_does(code: str) -> None:
    english, other = catalogue().words, catalogue(code).words
    wrong = {key for key, text in english.items() if set(places(text)) != set(places(other[key]))}
    assert wrong == set()


@pytest.mark.parametrize("code", SHIPPED)
def test_the_formulas_of_a_translation_stand_in_the_english_sentence(code: str) -> None:
    for english, said in catalogue(code).reasons.items():
        assert [formula for formula in places(said) if formula not in english] == []


@pytest.mark.parametrize("code", SHIPPED)
def test_the_pages_have_every_letter_of_a_language(code: str) -> None:
    words = catalogue(code)
    assert [text for text in [*words.words.values(), *words.reasons.values()] if unprintable(text)] == []


def test_what_a_language_lacks_is_listed_and_said_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in ("en", "de"):
        text = (FOLDER / f"{code}.toml").read_text("utf-8")
        lines = [line for line in text.splitlines() if not line.startswith(("hence =", '"the trace is cyclic"'))]
        (tmp_path / f"{code}.toml").write_text("\n".join(lines if code == "de" else text.splitlines()), "utf-8")
    monkeypatch.setattr("derivgen.present.catalogue.FOLDER", tmp_path)
    assert missing("de", standard_book())[0] == ["outline.hence"]
    assert "the trace is cyclic" in missing("de", standard_book())[1]
    words = catalogue("de")
    assert (words.word("outline.hence"), words.reason("the trace is cyclic")) == ("Hence", ("the trace is cyclic",))
    assert words.word("outline.shown") == "Damit ist gezeigt:"


# -- what is said ------------------------------------------------------------------------------------------
def test_names_of_a_law_are_put_in_as_they_stand_at_the_place() -> None:
    shown = derivgen.derive("tr(A*U)", "U", method="first principles").lines("lecture", "de")
    direction = next(piece for piece in shown.blocks[0].opening if isinstance(piece, Term) and str(piece.data) != "U")
    assert shown.lead == ("Dies gilt für jedes ", direction, ", also")


@pytest.mark.parametrize(
    ("code", "said"), [("de", "nur der Summand i = k bleibt"), ("es", "solo queda el término i = k")]
)
def test_formulas_in_words_are_marked_where_a_letter_may_be_a_word(code: str, said: str) -> None:
    result = derivgen.derive("y'*A*x", "x", let="y: vector(m); A: matrix(m,n); x: vector(n)", method="componentwise")
    reasons = [r for block in result.lines("full", code).blocks for line in block.lines for r in line.reasons]
    found = next(reason for reason in reasons if reason.law == "sum_delta")
    assert found.formulas is not None
    ((start, stop),) = found.formulas
    assert found.words[:start] + "i = k" + found.words[stop:] == said


def test_a_language_changes_words_and_no_formula() -> None:
    result = derivgen.derive("log(det(X))", "X", let="X: invertible matrix(n)", assume=("det(X) > 0",))
    english, german = result.lines("worked"), result.lines("worked", "de")
    assert [line.term for block in english.blocks for line in block.lines] == [
        line.term for block in german.blocks for line in block.lines
    ]
    assert english.lead == ("Identify the gradient", ":") and german.lead == ("Den Gradienten ablesen", ":")
    assert "hence" not in result.text("lecture", "fr").lower()


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
    assert languages()["de"] == ("German", "Deutsch")
    assert [language_code(text) for text in ("english", " EN ", "Deutsch", "français")] == ["en", "en", "de", "fr"]


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
