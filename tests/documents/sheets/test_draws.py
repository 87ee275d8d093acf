"""Free parameters: lines that draw nothing are named; draws depend on seed, problem and student alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from derivgen import api
from derivgen.cli import main
from derivgen.documents.blocks import read_draw
from derivgen.documents.model import Missing, PlotBlock
from derivgen.documents.sheets.chance import Chance
from derivgen.documents.sheets.draws import Choice, Draws, drawn, put_in, read_draws, stratum
from derivgen.documents.sheets.students import Student
from derivgen.documents.sheets.variants import Variants, copy
from derivgen.documents.source import parse

HEAD = "---\ntitle: T\nkind: sheet\nseed: s\n---\n"
PROBLEM = """\
## P {#NAME}

```draw
DRAW
```

Let `= k*x`.

```derive
id slope
of k*x
wrt x
```

"""


def read(text: str) -> Draws:
    draws, problems = read_draws(read_draw(text, "week.md", 7))
    assert not problems
    return draws


def variants(*problems: tuple[str, str]) -> Variants:
    text = HEAD + "".join(PROBLEM.replace("NAME", name).replace("DRAW", draw) for name, draw in problems)
    text = text.replace("id slope\n", "") if len(problems) > 1 else text
    return Variants(parse(text, "week.md"), api)


# --- refusals


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("k from 2..5", "7:1", "draws nothing", "k in 2..5"),
        ("requir k != 2", "7:1", "draws nothing", 'did you mean "require"?'),
        ("k in ,", "7:1", "no value", ""),
        ("k in 1..9999", "7:1", "too many", ""),
        ("A: random symetric matrix(2,2)", "7:1", '"symetric" matrices', 'did you mean "symmetric"?'),
        ("x: random vector(2,2)", "7:1", "this cannot be drawn", ""),
        ("A: random matrix(2) of integers 3..1", "7:1", "this cannot be drawn", ""),
        ("k in 1..2\nk in 3..4", "8:1", '"k" is drawn twice', ""),
        ("stratify f", "7:1", "takes none of some values", ""),
        ("f in sin, cos\nstratify f 2 sin, 1 tan", "8:1", "does not say how many", "1 sin, 1 cos"),
        ("# nothing", "6:1", "nothing is drawn", "k in 2..5"),
    ],
)
def test_a_line_that_draws_nothing_is_named(text: str, place: str, message: str, hint: str) -> None:
    _, problems = read_draws(read_draw(text, "week.md", 7))
    assert any(str(p.place) == f"week.md:{place}" and message in p.message and hint in p.hint for p in problems)


@pytest.mark.parametrize(
    ("draw", "line", "message"),
    [
        ("k in 2..5\nrequire result = 0", 8, "none of 200 draws meets the conditions result = 0; the last was k ="),
        ("k in 2..5\nrequire k + != 2", 10, "this condition cannot be read"),
        ("k in 2..5\nrequire A*k != b", 10, "this condition cannot be read"),
        ("k in 2..5, x +", 16, "with k ="),
    ],
)
def test_conditions_that_cannot_be_met_or_read_are_named(draw: str, line: int, message: str) -> None:
    made = variants(("p", draw))
    problems = [p for k in range(12) for one in made.all(Student(number=str(k))) for p in one.problems]
    assert any(p.place.line == line and message in p.message + p.hint for p in problems), problems


def test_a_problem_that_draws_needs_an_id_and_declares_no_drawn_name() -> None:
    text = HEAD + PROBLEM.replace(" {#NAME}", "").replace("DRAW", "k in 1..2").replace("of k", "let k: scalar\nof k")
    (one,) = Variants(parse(text, "week.md"), api).all(Student())
    assert {p.message for p in one.problems} == {"a problem with free parameters needs an id", '"k" is drawn'}


# --- drawing


def test_the_same_words_give_the_same_numbers_and_other_words_others() -> None:
    assert [Chance("a", "b").below(1000) for _ in range(2)] == [Chance("a", "b").below(1000)] * 2
    assert len({Chance("a", str(k)).below(1 << 60) for k in range(100)}) == 100
    counts = Counter(Chance("even", str(k)).below(4) for k in range(4000))
    assert all(900 < counts[k] < 1100 for k in range(4))


def test_adding_a_problem_changes_no_other() -> None:
    students = [Student(number=str(k), position=k) for k in range(6)]
    alone, beside = variants(("p", "k in 2..9")), variants(("q", "k in 2..9"), ("p", "k in 2..9"))
    for student in students:
        assert alone.all(student)[0].values == beside.all(student)[1].values
    assert len({alone.all(student)[0].values for student in students}) > 1


def test_random_matrices_have_the_property_they_are_drawn_with() -> None:
    for k in range(20):
        chance = Chance("m", str(k))
        values = drawn(read("A: random symmetric matrix(2,2) of integers -2..2\nD: random diagonal matrix(2)"), chance)
        assert api.holds(values["A"], "=", f"{values['A']}'")
        assert api.holds(f"{values['D']}[1,2]", "=", "0")


def test_invertible_matrices_are_drawn_until_they_are() -> None:
    draws = "A: random invertible matrix(2,2) of integers -1..1\nk in 1"
    for number in range(8):
        (one,) = variants(("p", draws)).all(Student(number=str(number)))
        assert api.holds(f"det({dict(one.values)['A']})", "!=", "0")


def test_a_draw_whose_result_is_degenerate_is_left_out() -> None:
    made = variants(("p", "k in 0, 1\nrequire result != 0"))
    assert {made.all(Student(number=str(k)))[0].values for k in range(20)} == {(("k", "1"),)}
    named = variants(("p", "k in 0, 1\nrequire slope.result = 0"))
    assert {named.all(Student(number=str(k)))[0].values for k in range(20)} == {(("k", "0"),)}


def test_there_are_no_more_variants_than_asked_for() -> None:
    made = variants(("p", "k in 1..1000\nvariants 3"))
    assert len({made.all(Student(number=str(k)))[0].values for k in range(20)}) == 3


def test_strata_are_as_large_as_asked_and_a_new_student_changes_no_other() -> None:
    draws = read("f in sin, cos, exp\nstratify f 2 sin, 1 cos")
    layers = [stratum(draws, "s", "p", k) for k in range(30)]
    assert Counter(layers) == {"sin": 20, "cos": 10}
    assert all(drawn(draws, Chance("x"), layer)["f"] == layer for layer in layers)
    equal = read("f in sin, cos, exp\nstratify f")
    assert set(Counter(stratum(equal, "s", "p", k) for k in range(30)).values()) == {10}


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("k*x^2", "-3", "(-3)*x^2"),
        ("kk*k", "3", "kk*3"),
        ("k(x) + x.k", "sin", "sin(x) + x.k"),
        ("k*x", "[1, 2; 3, 4]", "[1, 2; 3, 4]*x"),
        ("x^k", "y + 1", "x^(y + 1)"),
    ],
)
def test_values_are_put_in_for_whole_names(text: str, value: str, expected: str) -> None:
    assert put_in(text, {"k": value}) == expected


def test_a_range_and_a_list_are_read() -> None:
    assert read("k in -1..1").parameters == (Choice("k", ("-1", "0", "1")),)
    assert read("A in [1, 2; 3, 4], I(2)").parameters == (Choice("A", ("[1, 2; 3, 4]", "I(2)")),)


def test_values_stand_in_prose_and_derivation_alike() -> None:
    made = variants(("p", "k in 7"))
    whole = copy(made.document, made.all(Student()))
    ((_, block),) = whole.document.derivations()
    assert block.text("of") == "7*x" and not whole.problems
    assert "7" in str(next(whole.document.frames()).content[0])


def test_a_block_with_free_parameters_is_derived_as_the_class_gets_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = HEAD + PROBLEM.replace("NAME", "p").replace("DRAW", "k in 7")
    (tmp_path / "week.md").write_text(text)
    assert main(["derive", f"{tmp_path}/week.md#slope"]) == 0
    said = capsys.readouterr()
    assert "d(7*x)/dx = 7" in said.out and "drawn:    k = 7" in said.err
    (tmp_path / "week.md").write_text(text.replace("k in 7", "k in 7\nrequire result = 0"))
    assert main(["derive", f"{tmp_path}/week.md#slope"]) == 1
    assert "none of 200 draws" in capsys.readouterr().err


PICTURE = """\
---
title: T
kind: sheet
seed: s
---

## One {#one}

```draw
k in 2..3
f in sin, cos
```

```plot
x from 0 to 2
curve k*f(x)
then point at 1/k
```

```derive
of k*f(x)
wrt x
```
"""


def test_the_values_reach_the_pictures_of_a_problem() -> None:
    document = parse(PICTURE, "s.md")
    found = {}
    for number in "123456789":
        (variant,) = Variants(document, api).all(Student(number=number))
        assert not variant.problems
        values = dict(variant.values)
        (picture,) = (one.picture for one in variant.frame.content if isinstance(one, PlotBlock))
        assert picture is not None
        assert found.setdefault(tuple(values.items()), picture) == picture
    assert len(found) > 2 and len(set(map(repr, found.values()))) == len(found)


def test_a_picture_that_cannot_be_drawn_is_named_with_the_values() -> None:
    (variant,) = Variants(parse(PICTURE.replace("curve k*f(x)", "curve q*f(x)"), "s.md"), api).all(Student())
    (problem,) = variant.problems
    assert problem.place.line == 16 and problem.message.startswith("q has no value (with k = ")
    assert any(isinstance(one, Missing) for one in variant.frame.content)
