"""The bound names of a law stay apart from the names around it."""

from __future__ import annotations

from derivgen.engine.rewrite import steps_of
from derivgen.language.plain import plain
from derivgen.rules.binding import Abstraction, BoundName
from tests.engine.at_hand import BOOK, context, term


def test_new_bound_names_avoid_all_that_stands_around() -> None:
    step = next(steps_of(BOOK["tr_sum"], term("sum(i, 1, n, tr(a*a'*i))"), context()))
    names = [v.name for v in step.binding.values() if isinstance(v, BoundName)]
    assert names == ["j"]
    given = {"F": Abstraction(("x",), term("s*x"))}
    limit = next(steps_of(BOOK["def_derivative"], term("D(s*x, x)"), context(), given=given))
    assert plain(limit.after) == "lim(eps, 0, (s*(x + eps) - s*x)/eps)"
