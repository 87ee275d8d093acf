"""Labels of pictures give way to lines and to each other."""

from __future__ import annotations

from derivgen.documents.labels import GAP, label_height, label_width, placed
from derivgen.documents.pictures import Label

ROOM = (-10.0, -20.0, 120.0, 60.0)


def label(x: float, y: float, role: str = "line", side: str = "right") -> Label:
    return Label((), (x, y), side, 0, role, "f(x)=2")


def test_a_label_in_the_open_stays() -> None:
    assert placed([label(10, 10)], [[(0.0, 30.0), (50.0, 30.0)]], ROOM) == [label(10, 10)]


def test_the_label_of_a_line_leaves_every_curve_free_and_stands_as_near_as_it_can() -> None:
    curve = [(float(x) / 2, 10.5) for x in range(100)]
    (moved,) = placed([label(10, 10)], [curve], ROOM)
    low, high = moved.at[1] - label_height(moved) / 2, moved.at[1] + label_height(moved) / 2
    assert not low + 0.4 < 10.5 < high - 0.4 and abs(moved.at[1] - 10) < 4


def test_a_label_goes_to_the_other_side_where_it_would_leave_the_picture() -> None:
    wall = [[(12.0, float(y)) for y in range(-40, 60)]]
    (moved,) = placed([label(10, 10)], wall, ROOM)
    assert moved.side == "left"
    (kept,) = placed([label(10, 10)], wall, (9.0, -20.0, 120.0, 60.0))
    assert kept == label(10, 10), "it stands where it should if it must touch"


def test_of_two_labels_at_one_place_one_gives_way() -> None:
    one, other = placed([label(10, 10), label(10, 10)], [], ROOM)
    beside = one.side != other.side and label_width(one) + GAP > 0
    assert beside or abs(one.at[1] - other.at[1]) >= 0.7 * label_height(one)
