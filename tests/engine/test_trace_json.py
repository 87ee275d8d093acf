"""Traces as JSON: what is written reads back the same; anything else is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from derivgen import api
from derivgen.check import check
from derivgen.engine.trace import Derivation
from derivgen.engine.trace_json import TraceError, from_json, to_json
from tests.check import made
from tests.check.made import MADE, book

Change = Callable[[dict[str, Any]], object]


def spoilt(change: Change) -> str:
    data = json.loads(to_json(made.log_det()))
    change(data)
    return json.dumps(data)


REFUSALS: tuple[tuple[Change, str], ...] = (
    (lambda d: d.update(format="derivgen/2"), "format"),
    (lambda d: d.pop("format"), "format"),
    (lambda d: d.pop("result"), "result"),
    (lambda d: d.update(extra=1), "extra"),
    (lambda d: d["problem"].pop("of"), "problem"),
    (lambda d: d["problem"].update(of=3), "problem.of"),
    (lambda d: d["problem"].update(of="log(det(X)"), "problem.of"),
    (lambda d: d["problem"].update(order="1"), "problem.order"),
    (lambda d: d["problem"].update(order=True), "problem.order"),
    (lambda d: d["problem"].update(kind="guess"), "problem.kind"),
    (lambda d: d["problem"].update(method="magic"), "problem.method"),
    (lambda d: d["problem"].update(quantity="area"), "problem.quantity"),
    (lambda d: d["problem"]["let"].update(X="invertible tensor(n)"), "problem.let.X"),
    (lambda d: d["problem"].update(let={}), "problem"),
    (lambda d: d["problem"].update(let=["X"]), "problem.let"),
    (lambda d: d["problem"]["assume"].append(["positive"]), "problem.assume[1]"),
    (lambda d: d["chains"][0].pop("start"), "chains[0]"),
    (lambda d: d["chains"][0]["steps"][1].update(color="red"), "chains[0].steps[1]"),
    (lambda d: d["chains"][0]["steps"][1].update(after="X + Y"), "chains[0].steps[1].after"),
    (lambda d: d["chains"][0]["steps"][1].update(after="X + x'"), "chains[0].steps[1].after"),
    (lambda d: d["chains"][0]["steps"][0].update(path=[0, "1"]), "chains[0].steps[0].path[1]"),
    (lambda d: d["chains"][0]["steps"][0].update(path="0"), "chains[0].steps[0].path"),
    (lambda d: d["chains"][0]["steps"][0].update(forward=1), "chains[0].steps[0].forward"),
    (lambda d: d["chains"][0]["steps"][0].update(relation="~"), "chains[0].steps[0].relation"),
    (lambda d: d["chains"][0]["steps"][0].update(binding={"S": {"kind": 3}}), "chains[0].steps[0].binding.S"),
    (lambda d: d["chains"][0]["steps"][0].update(binding={"S": None}), "chains[0].steps[0].binding.S"),
    (
        lambda d: d["chains"][0]["steps"][0].update(conditions=[["positive", "X"]]),
        "chains[0].steps[0].conditions[0]",
    ),
    (lambda d: d["lemmas"][0].__setitem__(2, "0"), "lemmas[0][2]"),
    (lambda d: d.update(chains={}), "chains"),
)


@pytest.mark.parametrize(("change", "place"), REFUSALS)
def test_what_is_not_a_trace_is_refused_with_its_place(change: Change, place: str) -> None:
    with pytest.raises(TraceError) as caught:
        from_json(spoilt(change))
    assert place in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "3", "{", '{"format": "derivgen/1"}', "null", "[" * 100_000, '{"a": 1, "a": 2}']
)
def test_what_is_not_even_json(text: str) -> None:
    with pytest.raises(TraceError):
        from_json(text)


def test_a_deeply_nested_term() -> None:
    with pytest.raises(TraceError):
        from_json(spoilt(lambda d: d.update(result="(" * 50_000 + "X" + ")" * 50_000)))


@pytest.mark.parametrize("build", MADE, ids=lambda f: f.__name__)
def test_round_trip(build: Callable[[], Derivation]) -> None:
    d = build()
    text = to_json(d)
    again = from_json(text)
    assert again == d
    assert to_json(again) == text
    assert check(again, book())


def test_the_text_names_everything_that_design_asks_for() -> None:
    data = json.loads(to_json(made.log_det()))
    assert data["format"] == "derivgen/1"
    assert data["problem"]["let"] == {"X": "invertible matrix(n,n)"}
    assert data["problem"]["assume"] == [["positive", "det(X)"]]
    assert data["result"] == "D(log(det(X)), X) = inv(X)'"
    step = data["chains"][0]["steps"][0]
    assert {
        "rule",
        "forward",
        "path",
        "binding",
        "before",
        "after",
        "relation",
        "order",
        "conditions",
    } <= step.keys()


def test_way_points_and_a_direction_of_its_own_are_kept() -> None:
    proof = api.prove("tr(A*B*C) = tr(C*A*B)", via=["tr(B*C*A)"], let="A, B, C: matrix(n)").derivation
    let = {"F": "function(vector(n)) -> scalar", "x": "vector(n)"}
    along = api.derive("F(x)", "x", let=let, kind="directional").derivation
    for d in (proof, along):
        again = from_json(to_json(d))
        assert again.problem == d.problem and check(again, book())
    assert len(json.loads(to_json(proof))["problem"]["via"]) == 1
