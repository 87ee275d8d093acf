"""The comparison with other programs in ``tests/bench``: its judge can fail, and a program that is missing is named."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.bench.programs import Peer, UnevaluatedError, installed
from tests.bench.test_matrix_calculus import Answer, Row, figures, ratios
from tests.cookbook.entries import peers
from tests.cookbook.numbers import Env
from tests.judge.functions import Array

ENTRIES = {entry.name.removeprefix("peer "): entry for entry in peers()}


def word(label: str, value: Callable[[Env], Array], **other: Any) -> str:
    """What is said of a program whose answer to one expression has a given value."""
    program = Peer(
        name="by hand",
        package="",
        names=lambda symbols, suffix: SimpleNamespace(**dict.fromkeys(symbols)),
        expressions={label: lambda given: None},
        differentiated=lambda expression, variable, order: None,
        evaluated=lambda answer, given, point: value(point),
        refusals=(NotImplementedError,),
    )
    return replace(program, **other).word(ENTRIES[label])


def refusing(error: type[Exception]) -> Callable[..., Any]:
    """A function that does nothing but raise an error."""

    def refuse(*_: Any) -> Any:
        raise error

    return refuse


def second_of_log_det(point: Env) -> Array:
    """d^2 log det X / dX_ij dX_kl; the derivative of inv(X) is this array in another order."""
    inverse = np.linalg.inv(point["X"])
    return -np.einsum("jk,li->ijkl", inverse, inverse)


def test_a_wrong_answer_is_wrong() -> None:
    assert word("01", lambda p: np.ones((3, 3))) == "wrong"
    assert word("01", lambda p: np.eye(4)) == "wrong"
    assert word("21", lambda p: np.linalg.inv(p["X"]).T) == "wrong"
    assert word("E3", lambda p: -second_of_log_det(p)) == "wrong"
    assert word("E4", lambda p: -second_of_log_det(p)) == "wrong"


def test_a_refusal_is_no_answer() -> None:
    assert word("01", lambda p: np.eye(3), expressions={}) == "refused"
    assert word("01", lambda p: np.eye(3), expressions={"01": refusing(NotImplementedError)}) == "refused"
    assert word("01", lambda p: np.eye(3), differentiated=refusing(NotImplementedError)) == "refused"
    assert word("01", refusing(UnevaluatedError)) == "refused"


def test_an_error_that_is_no_refusal_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        word("01", lambda p: np.eye(3), differentiated=refusing(KeyError))


@pytest.mark.parametrize("label", ["E3", "E4"])
def test_a_right_answer_is_right_in_any_order_of_its_axes(label: str) -> None:
    for axes in [*permutations(range(4))][::5]:
        assert word(label, lambda p, axes=axes: second_of_log_det(p).transpose(axes)) == "right"


def test_a_gradient_is_right() -> None:
    assert word("21", lambda p: np.linalg.det(p["X"]) * np.linalg.inv(p["X"]).T) == "right"


def test_a_program_that_is_not_installed_is_named_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorgrad", None)
    monkeypatch.delitem(sys.modules, "tests.bench.in_tensorgrad", raising=False)
    found, missing = installed(["tests.bench.in_tensorgrad", "tests.bench.in_derivgen"])
    assert {program.package for program in found} == {"derivgen"}
    assert len(missing) == 1 and missing[0].startswith("tensorgrad is left out: ") and "\n" not in missing[0]
    assert "CONTRIBUTING.md" in missing[0]


def test_what_is_refused_has_no_part_in_the_times() -> None:
    ours = [Answer("right", 1.0), Answer("right", 2.0), Answer("right", 9.0), Answer("refused")]
    theirs = [Answer("right", 4.0), Answer("wrong", 4.0), Answer("refused"), Answer("right", 5.0)]
    rows = [Row(entry, {"a": a, "b": b}) for entry, a, b in zip(ENTRIES.values(), ours, theirs, strict=False)]
    assert figures(rows, "a") == ["3", "0", "1", "2.0", "12"]
    assert figures(rows, "b") == ["2", "1", "1", "4.0", "13"]
    assert ratios(rows, "a", "b") == [0.25, 0.5]
    assert figures(rows[3:], "a") == ["0", "0", "1", "", ""]
