"""What the author writes in a block is what the mathematics is asked."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from derivgen import api
from derivgen.documents.cache import Cache
from derivgen.documents.limits import Limits
from derivgen.documents.model import Document
from derivgen.documents.solve import solve
from derivgen.documents.source import parse
from derivgen.documents.workshop import Workshop
from derivgen.language.notation import NotationError, read
from derivgen.present.catalogue import catalogue
from tests.documents.hand_made import Derivation, Mathematics

HEAD = "---\ntitle: T\n---\n## F\n\n"


def test_all_fields_reach_the_mathematics() -> None:
    block = "let a: vector(n);\nlet c: scalar\nof a'*x + c\nwrt x\nassume c > 0\nassume c < 1\n"
    block += "by first principles\norder 2\nalong u\n"
    mathematics = Mathematics()
    _, problems = solve(parse(f"{HEAD}```derive\n{block}```\n", "w.md"), mathematics)
    assert problems == []
    assert mathematics.asked == [
        ("a'*x + c", "x",
         {"let": "a: vector(n); c: scalar", "assume": ("c > 0", "c < 1"), "method": "first principles",
          "order": 2, "along": "u"})
    ]  # fmt: skip


def test_a_mistake_in_the_notation_is_placed_in_the_source() -> None:
    class Strict(Mathematics):
        def derive(self, of: str, wrt: str | None = None, **options: object) -> Derivation:
            read(of)
            return super().derive(of, wrt, **options)

    _, (problem,) = solve(parse(f"{HEAD}```derive\nof 2*x + 3y\nwrt x\n```\n", "w.md"), Strict())
    assert str(problem.place).startswith("w.md:7:1")
    assert problem.place.column >= 10
    assert issubclass(NotationError, ValueError)


def test_progress_names_every_derivation() -> None:
    said: list[tuple[str, int, int]] = []
    counting = Workshop(counted=lambda *told: said.append(told))
    solve(parse(f"{HEAD}```derive\nid one\nof x\nwrt x\n```\n", "w.md"), Mathematics(), counting)
    assert said == [("w.md", 0, 1), ("w.md", 1, 1)]


def test_a_law_by_its_name_is_shown_with_its_proof() -> None:
    solved, problems = solve(parse(f"{HEAD}```prove\nlaw tr_cyclic\n```\n", "w.md"), api)
    assert problems == []
    assert len(solved) == 1


def test_an_unknown_law_is_named_with_a_near_one() -> None:
    _, (problem,) = solve(parse(f"{HEAD}```prove\nlaw tr_cyclc\n```\n", "w.md"), api)
    assert "tr_cyclc" in problem.message and "tr_cyclic" in problem.hint


# --- in processes, and kept


class Exploding(Mathematics):
    """Takes for ever over e(x), all memory over m(x); counts what it derives in a file, as it works in processes."""

    def __init__(self, count: Path) -> None:
        super().__init__()
        self.count = count

    def derive(self, of: str, wrt: str | None = None, **options: object) -> Derivation:
        """A derivation, or none."""
        with self.count.open("a") as file:
            file.write(f"{of}\n")
        if of == "e(x)":
            time.sleep(60)
        if of == "m(x)":
            bytearray(8 << 30)
        return super().derive(of, wrt, **options)


def blocks(*expressions: str) -> Document:
    return parse(HEAD + "".join(f"```derive\nof {of}\nwrt x\n```\n" for of in expressions), "w.md")


def test_a_derivation_that_explodes_is_stopped_and_the_others_are_made(tmp_path: Path) -> None:
    workshop = Workshop(Limits(seconds=1, memory=2 << 30), processes=2)
    document = blocks("f(x)", "e(x)", "g(x)", "m(x)", "h(x)")
    solved, problems = solve(document, Exploding(tmp_path / "count"), workshop)
    assert [solved[place].block.text("of") for place in solved] == ["f(x)", "g(x)", "h(x)"]
    said = sorted(str(problem) for problem in problems)
    assert said[0].startswith("w.md:10:1: error: this derivation was stopped: it takes more than 1 second")
    assert said[1].startswith("w.md:18:1: error: this derivation was stopped: it needs more than 2048 MB")
    assert "make it smaller" in said[0]


@pytest.mark.parametrize("processes", [0, 2])
def test_only_what_has_changed_is_derived_again(tmp_path: Path, processes: int) -> None:
    mathematics, kept = Exploding(tmp_path / "count"), Cache("1", tmp_path / "cache")
    workshop = Workshop(processes=processes, cache=kept)
    first, _ = solve(blocks("f(x)", "g(x)", "h(x)"), mathematics, workshop)
    again, _ = solve(blocks("h(x)", "f(x)", "k(x)"), mathematics, workshop)
    assert sorted((tmp_path / "count").read_text().split()) == ["f(x)", "g(x)", "h(x)", "k(x)"]
    assert [one.block.text("of") for one in again.values()] == ["h(x)", "f(x)", "k(x)"]
    assert [one.worked for one in again.values()][:2] == [one.worked for one in first.values()][2::-2]


def test_what_failed_is_tried_again(tmp_path: Path) -> None:
    mathematics = Mathematics(refused="g(x)")
    workshop = Workshop(cache=Cache("1", tmp_path))
    for _ in range(2):
        assert len(solve(blocks("g(x)"), mathematics, workshop)[1]) == 1
    assert len(mathematics.asked) == 2


def test_names_and_titles_decide_nothing_but_words_and_lines_do(tmp_path: Path) -> None:
    mathematics = Mathematics()
    workshop = Workshop(cache=Cache("1", tmp_path))
    for lines in ("of g(x)\nwrt x", "id other\ntitle Other\nof g(x)\nwrt x", "of g(x)\nwrt x\ndetail full"):
        solve(parse(f"{HEAD}```derive\n{lines}\n```\n", "v.md"), mathematics, workshop)
    assert len(mathematics.asked) == 2
    english = catalogue()
    other = replace(english, words={**english.words, "outline.hence": "Also"})
    assert english.fingerprint == replace(english).fingerprint != other.fingerprint
