"""What the author writes in a block is what the mathematics is asked."""

from __future__ import annotations

from derivgen import api
from derivgen.documents.solve import solve
from derivgen.documents.source import parse
from derivgen.language.notation import NotationError, read
from tests.documents.hand_made import Derivation, Mathematics

HEAD = "---\ntitle: T\n---\n## F\n\n"


def test_all_fields_reach_the_mathematics() -> None:
    block = "let a: vector(n);\nlet c: scalar\nof a'*x + c\nwrt x\nassume c > 0\nassume c < 1\n"
    block += "by first principles\norder 2\nalong u\n"
    mathematics = Mathematics()
    _, problems = solve(parse(f"{HEAD}```derive\n{block}```\n", "w.md"), mathematics, lambda _: None)
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

    _, (problem,) = solve(parse(f"{HEAD}```derive\nof 2*x + 3y\nwrt x\n```\n", "w.md"), Strict(), lambda _: None)
    assert str(problem.place).startswith("w.md:7:1")
    assert problem.place.column >= 10
    assert issubclass(NotationError, ValueError)


def test_progress_names_every_derivation() -> None:
    said: list[str] = []
    solve(parse(f"{HEAD}```derive\nid one\nof x\nwrt x\n```\n", "w.md"), Mathematics(), said.append)
    assert said == ["w.md: derivation 1 of 1: one"]


def test_a_law_by_its_name_is_shown_with_its_proof() -> None:
    solved, problems = solve(parse(f"{HEAD}```prove\nlaw tr_cyclic\n```\n", "w.md"), api, lambda _: None)
    assert problems == []
    assert len(solved) == 1


def test_an_unknown_law_is_named_with_a_near_one() -> None:
    _, (problem,) = solve(parse(f"{HEAD}```prove\nlaw tr_cyclc\n```\n", "w.md"), api, lambda _: None)
    assert "tr_cyclc" in problem.message and "tr_cyclic" in problem.hint
