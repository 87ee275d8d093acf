"""Plot blocks: everything that is wrong, at its place; then what they mean."""

from __future__ import annotations

import pytest

from derivgen.documents.model import Document, PlotBlock
from derivgen.documents.pictures import Cell, Dot, Path, Picture
from derivgen.documents.source import SourceError, parse
from derivgen.present.style import Style

HEAD = "---\ntitle: T\n---\n\n## F\n\n```plot\n"
FIRST = 8  # the line of the first line of the block


def document(block: str) -> Document:
    return parse(f"{HEAD}{block}\n```\n", "week.md")


def picture(block: str) -> Picture:
    (element,) = next(document(block).frames()).content
    assert isinstance(element, PlotBlock) and element.picture is not None
    return element.picture


X = "x from 0 to 2\n"
BAD = {
    "nothing": ("", "7:1", "nothing is drawn"),
    "unknown word": ("curv x^2\n" + X, "8:1", 'did you mean "curve"?'),
    "unknown word after then": (X + "curve x\nthen tangnet at 1", "10:6", 'did you mean "tangent"?'),
    "no range": ("curve x^2", "7:1", 'add a line "x from -1 to 1"'),
    "half a range": ("x from 0\ncurve x", "8:3", "write x from 0 to 1"),
    "empty range": ("x from 2 to 1\ncurve x", "8:3", "is empty"),
    "three ranges": (X + "y from 0 to 1\nz from 0 to 1\ncurve x", "10:3", "one range too many"),
    "a range of names": ("x from a to 1\ncurve x", "8:8", 'with a = 1'),
    "unreadable": (X + "curve 2x", "9:8", "2*x"),
    "a matrix": (X + "let A: matrix(2)\ncurve A", "10:7", "no scalar"),
    "a name without value": (X + "curve a*x", "9:7", "a has no value"),
    "a function without definition": (X + "let f: function\ncurve f(x)", "10:7", "f has no value"),
    "tangent to nothing": (X + "tangent at 1", "9:9", "there is no curve for this tangent"),
    "tangent without a place": (X + "curve x\ntangent 1", "10:9", "write tangent at NUMBER"),
    "tangent outside": (X + "curve log(x)\ntangent at -1", "10:9", "no value at -1"),
    "tangent where there is none": ("x from -1 to 1\ncurve x^(1/3) + 1\ntangent at 0", "10:9", "at 0"),
    "secant through one point": (X + "curve x\nsecant from 1 to 1", "10:8", "write tangent at 1"),
    "no value at all": (X + "curve log(-x - 1)", "9:7", "no value in the range of x"),
    "out of sight": (X + "y from 5 to 6\ncurve x", "10:7", "nothing of this curve"),
    "contours of one variable": (X + "contours x^2", "9:10", 'add a line "y from -1 to 1"'),
    "direction without contours": (X + "curve x\ndirection (1,1) at (0,0)", "10:11", "no contours for this direction"),
    "a point that is none": (X + "y from 0 to 1\ncontours x*y\ngradient at 1", "11:13", "write (1, 2)"),
    "no gradient": (X + "y from 0 to 1\ncontours 1 + x*y\ngradient at (0,0)", "11:10", "is zero"),
    "no direction": (X + "y from 0 to 1\ncontours x*y\ndirection (0,0) at (1,1)", "11:11", "not zero"),
    "bad definition": (X + "with a == 2\ncurve x", "9:9", "unexpected"),
    "no definition": (X + "with a\ncurve x", "9:6", "defines nothing"),
    "negative side": ("with a = -1\nrectangle a by 1", "9:11", "not positive"),
    "a curve beside rectangles": (X + "rectangle 1 by 1\ncurve x", "10:7", "a plot of its own"),
    "unknown axes": (X + "axes eqal\ncurve x", "9:6", "write axes equal"),
    "too high": (X + "height 900\ncurve x", "9:8", "20 to 60"),
    "nothing follows": (X + "curve x\nheight", "10:1", "nothing follows"),
}  # fmt: skip


@pytest.mark.parametrize(("block", "place", "part"), BAD.values(), ids=BAD.keys())
def test_what_is_wrong_is_shown_at_its_place(block: str, place: str, part: str) -> None:
    with pytest.raises(SourceError) as caught:
        document(block)
    (problem,) = caught.value.problems
    line, column = map(int, place.split(":"))
    assert (problem.place.line, problem.place.column) == (line, column), problem
    assert part in f"{problem.message} {problem.hint}"
    assert not problem.excerpt or "^" in str(problem)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SourceError) as caught:
        document(X + "curve 2x\nlevel 3\ntangent on 1")
    assert [problem.place.line for problem in caught.value.problems] == [9, 10, 11]


def test_a_curve_is_the_value_of_its_term() -> None:
    found = picture("with a = 3\n" + X + "curve a*x^2 as f(x)\nlet f: function".replace("let", "#"))
    curve = next(mark for mark in found.marks if isinstance(mark, Path))
    assert curve.points[0] == (0, 0) and curve.points[-1] == (2, 12)
    assert all(y == pytest.approx(3 * x * x) for x, y in curve.points)
    assert found.x == (0, 2) and found.y[0] < 0 and found.y[1] > 12


def test_secants_and_tangents_have_their_slope() -> None:
    found = picture("x from -1 to 4\ncurve x^2\nthen secant from 1 to 3\nthen tangent at 1")
    secant, tangent = (m for m in found.marks if isinstance(m, Path) and m.role == "line")
    for line, slope, step in ((secant, 4, 1), (tangent, 2, 2)):
        (x0, y0), (x1, y1) = line.points
        assert (y1 - y0) / (x1 - x0) == pytest.approx(slope) and line.step == step
    assert list(found.written(Style()).labels())[-1].tex.endswith("=2")
    assert found.last == 2


def test_a_pole_is_not_crossed() -> None:
    lines = [m.points for m in picture("x from -1 to 1\ny from -9 to 9\ncurve 1/x").marks if isinstance(m, Path)]
    assert len(lines) == 2
    assert all(x < 0 for x, _ in lines[0]) and all(x > 0 for x, _ in lines[1])
    assert all(-9 <= y <= 9 for line in lines for _, y in line)


@pytest.mark.parametrize(("text", "first"), [("abs(x - 1)", 1.0), ("sqrt(x)", 0.0)])
def test_a_corner_is_no_gap(text: str, first: float) -> None:
    (line,) = [mark.points for mark in picture(X + f"curve {text}").marks if isinstance(mark, Path)]
    assert line[0] == pytest.approx((0, first), abs=1e-3)


def test_a_curve_that_falls_without_end_does_not_stretch_the_picture() -> None:
    assert picture(X + "curve log(x)").y[0] > -6


def test_each_product_of_sides_is_one_cell() -> None:
    found = picture(
        "with f(x) = x^2; g(x) = x; x = 2; eps = 1/4\nrectangle f(x) by g(x)\n"
        "then rectangle f(x) + eps*f'(x) by g(x) + eps*g'(x)"
    )
    cells = [mark for mark in found.marks if isinstance(mark, Cell)]
    areas = [(c.high[0] - c.low[0]) * (c.high[1] - c.low[1]) for c in cells]
    assert areas == pytest.approx([8, 1, 2, 0.25])
    assert [cell.step for cell in cells] == [0, 1, 1, 1]


def test_an_arrow_begins_where_it_is_told() -> None:
    found = picture(X + "y from 0 to 2\ncontours x^2 + y\ndirection (1/2, 0) at (1, 1)\ngradient at (1, 1)")
    first, second = (mark.points for mark in found.marks if isinstance(mark, Path) and mark.role == "arrow")
    assert first == ((1, 1), (1.5, 1))
    (x0, y0), (x1, y1) = second
    assert (x1 - x0) / (y1 - y0) == pytest.approx(2)
    assert {mark.at for mark in found.marks if isinstance(mark, Dot)} == {(1, 1)}
    assert found.equal
