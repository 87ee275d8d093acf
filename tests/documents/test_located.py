"""What is too wide or too high for its page is broken and split where it can be, and named at its line where not."""

from __future__ import annotations

from pathlib import Path

from derivgen import api
from derivgen.documents.located import warnings
from derivgen.documents.render import render_slides
from derivgen.documents.slides import slides
from derivgen.documents.solve import solve
from derivgen.documents.source import parse
from derivgen.documents.tex_log import TexProblem
from derivgen.documents.typeset import typeset

ROW = ",".join("123456789" for _ in range(9))
SOURCE = f"""\
---
title: Wide
---

## Long

```derive
of tr(A*X*B*X'*C*X*D*X'*(E + F)*X*G*X'*H*X*K*X'*L)
wrt X
```

## A matrix that no slide can hold

```derive
of [{ROW}]*x
wrt x
```
"""


def test_what_can_be_broken_is_and_what_cannot_is_named_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "wide.md").write_text(SOURCE)
    document = parse(SOURCE, str(tmp_path / "wide.md"))
    solved, problems = solve(document, api)
    assert not problems
    made = typeset(render_slides(document, slides(document, solved), handout=True), tmp_path / "wide.pdf")
    assert made.complaints and {(one.line, one.message) for one in made.complaints} == {(14, "too wide")}
    (said,) = warnings([(one, tmp_path / "wide.pdf") for one in made.complaints], tmp_path / "wide.md")
    place, *rest = said.split("\n")
    assert place.startswith(f"{tmp_path}/wide.md:14:1: warning: this is ")
    assert place.endswith("pt too wide for its page in wide.pdf")
    assert rest[0] == "  14 | ```derive"


def test_one_place_is_named_once_with_the_worst_of_all_outputs() -> None:
    wide = TexProblem("too wide", "a.md", 3, 1, 5.0)
    found = [(wide, Path("a.pdf")), (TexProblem("too wide", "a.md", 3, 1, 9.4), Path("a-handout.pdf"))]
    (said,) = warnings(found, Path("a.md"))
    assert said.startswith("a.md:3:1: warning: this is 9 pt too wide for its page in a.pdf, a-handout.pdf")
    assert warnings([(TexProblem("reference x undefined"), Path("a.pdf"))], Path("a.md")) == [
        "a.md: warning: a.pdf: reference x undefined"
    ]
