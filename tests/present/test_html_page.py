"""A derivation as a web page: well formed, alone, and with the same lines as everywhere."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from derivgen import Result, derive, prove
from derivgen.present.html_page import mathml
from derivgen.present.style import style

VOID = ("meta",)


class Outline(HTMLParser):
    """Checks that every element is closed, and counts elements."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count: dict[str, int] = {}
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        assert not [value for name, value in attrs if name in ("src", "href")], "a page loads nothing"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(page: str) -> Outline:
    outline = Outline()
    outline.feed(page)
    assert not outline.open
    return outline


PROBLEMS = (
    ("tr(A*X*B)", "X", {}),
    ("x'*M*x + a'*x", "x", {"method": "first principles"}),
    ("log(det(X))", "X", {}),
    ("exp(cos(x^2))", "x", {"method": "chain rule"}),
)


@pytest.mark.parametrize(("of", "by", "options"), PROBLEMS)
@pytest.mark.parametrize("detail", ["lecture", "full"])
def test_a_page_is_well_formed_and_has_a_row_for_each_line(
    of: str, by: str, options: dict[str, str], detail: str
) -> None:
    d: Result = derive(of, by, **options)  # type: ignore[arg-type]
    page = read(d.html(detail))
    lines = [line for block in d.lines(detail).blocks for line in block.lines]
    assert page.count["tr"] == len(lines) and page.count["td"] == 4 * len(lines)
    assert page.count["math"] >= 2 * len(lines) + 1
    assert not page.count.get("merror")


def test_words_are_escaped_and_conditions_said() -> None:
    page = derive("log(det(X))", "X").html()
    assert "assuming det(X) &gt; 0" in page and "<title>d log(det(X))/dX</title>" in page
    assert "Jacobi" in "".join(read(page).words)


def test_the_language_and_the_notation_are_those_asked_for() -> None:
    d = derive("log(det(X))", "X")
    assert '<html lang="de">' in d.html(language="de")
    assert d.html(notation={"logarithm": "ln"}) != d.html()


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        prove("tr(A*B) = tr(B*A)").html(notation={"colour": "red"})


def test_every_macro_of_the_formulas_is_known() -> None:
    assert "<math>" in mathml(r"\mat A\T\tr\mat B", style())
