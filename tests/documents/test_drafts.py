"""What cannot be read or derived: everything else is set, and a mark with the line stands in its place."""

from __future__ import annotations

import pytest

from derivgen import api
from derivgen.documents.render import (
    render_key,
    render_marking,
    render_sheet,
    render_slides,
    render_solutions,
    render_worked,
)
from derivgen.documents.rulebook import law_text
from derivgen.documents.sheets.students import Student
from derivgen.documents.sheets.variants import Copy, Variants, copy
from derivgen.documents.slides import slides
from derivgen.documents.source import parse_what_can_be

SOURCE = """\
---
kind: sheet
title: T
autor: X
seed: s
---

## One {#one}

Prose with $\\nosuch{x}$ and `= x'*` in it.

(a) Find.

```derive
of x^2
wrt x
accept 3*x
```

(b) And.

```derive
of x^3
bye differentials
```

(c) Fine.

```derive
of x^4
wrt x
```

## Two {#two}

```draw
k in 5..2
```

```derive
of k*x^2
wrt x
```

::: hnit
x
:::
"""
DERIVED, READ = (14, 40), (22, 45)
"""The lines of what is not derived, and of what is not read."""


@pytest.fixture(scope="module")
def draft() -> tuple[Copy, list[str]]:
    reading = parse_what_can_be(SOURCE, "folder/week_3.md")
    made = copy(reading.document, Variants(reading.document, api).all(Student()))
    return made, [f"{one.place.line}: {one.message}" for one in (*reading.problems, *made.problems)]


def test_everything_wrong_is_named_at_its_line(draft: tuple[Copy, list[str]]) -> None:
    assert sorted(int(one.partition(":")[0]) for one in draft[1]) == [4, 10, 10, 17, 24, 37, 45]
    assert "37: no number lies in 5..2" in draft[1]


@pytest.mark.parametrize("paper", ["sheet", "solutions", "marking", "key", "slides"])
def test_every_paper_has_a_mark_where_something_is_missing(draft: tuple[Copy, list[str]], paper: str) -> None:
    made = draft[0]
    tex = {
        "sheet": lambda: render_sheet(made.document, made.solved, 1),
        "solutions": lambda: render_solutions(made.document, made.solved, made.worth, law_text, 1),
        "marking": lambda: render_marking(made.document, made.solved, made.worth, 1),
        "key": lambda: render_key(made.document, made.solved, 1),
        "slides": lambda: render_slides(made.document, slides(made.document, made.solved)),
    }[paper]()
    assert all(rf"\dgmissing{{not derived, see week\_3.md:{line}}}" in tex for line in DERIVED)
    assert all(rf"\dgmissing{{not read, see week\_3.md:{line}}}" in tex for line in READ)
    assert "x^{4}" in tex
    assert tex.count(r"\dgmissing{? week\_3.md:10}") == (0 if paper in ("marking", "key") else 2)


def test_a_missing_derivation_of_a_lecture_is_marked_in_the_worked_solutions() -> None:
    text = "---\ntitle: T\nlanguage: de\n---\n\n## F\n\n```derive\nof q(\nwrt x\n```\n\n```derive\nof x^2\nwrt x\n```\n"
    reading = parse_what_can_be(text, "week.md")
    made = copy(reading.document, Variants(reading.document, api).all(Student()))
    tex = render_worked(made.document, made.solved, law_text, 1)
    assert r"\problem{1}{F}{}" in tex and r"\dgmissing{nicht hergeleitet, siehe week.md:8}" in tex
    assert "2.1" in tex[tex.index(r"\ruleentry{") :], "laws are listed under the number of their problem"
