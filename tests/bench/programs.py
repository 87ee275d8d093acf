"""The programs that are compared on ``peers.yaml``: what each makes of an expression, and in what time.

A program is a file ``in_NAME.py`` with its ``PROGRAMS``, one for each way in which it is timed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import count, permutations
from typing import Any, Protocol

import numpy as np

from tests.bench.timing import once
from tests.cookbook.entries import Entry
from tests.cookbook.numbers import Env
from tests.cookbook.outcomes import TOLERANCE
from tests.judge.functions import Array

Names = Any  # a namespace of a program's own symbols under the letters of an expression
POINTS = 2
WORDS = ("right", "wrong", "refused")
_fresh = count(1)


class UnevaluatedError(Exception):
    """A program hands the derivative back as it was asked."""


class MissingError(Exception):
    """A program is not installed, or cannot run beside what is."""


class Program(Protocol):
    """A column of the comparison; ``statement`` imports what it needs of ``package``."""

    @property
    def name(self) -> str:
        """The program, and the way in which it is timed."""

    @property
    def package(self) -> str:
        """What is installed."""

    @property
    def statement(self) -> str:
        """The import whose time is taken."""

    def word(self, entry: Entry) -> str:
        """What its answer is, one of WORDS."""

    def seconds(self, entry: Entry) -> float:
        """Seconds to the answer, under names that were not used before."""


def installed(modules: Iterable[str]) -> tuple[list[Program], list[str]]:
    """The programs of some modules, and a line on each module whose program is missing."""
    found, missing = list[Program](), list[str]()
    for module in modules:
        try:
            found += import_module(module).PROGRAMS
        except MissingError as error:
            missing.append(str(error))
    return found, missing


def label(entry: Entry) -> str:
    """The label of an expression in ``peers.yaml``."""
    return entry.name.removeprefix("peer ")


def order(entry: Entry) -> int:
    """How often an expression is differentiated."""
    return int(entry.data.get("order", 1))


def suffix() -> str:
    """What makes names new ones, so that no answer is remembered."""
    return str(next(_fresh))


# -- programs other than derivgen ------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Peer:
    """Another program: it is given an expression that is built already, and its answer is judged by its value.

    ``names(symbols, suffix)`` makes its symbols, ``expressions`` holds what it can say of ``peers.yaml``, made of such
    names; ``differentiated(expression, variable, order)`` is what is timed, after ``before()``; ``evaluated(answer,
    names, point)`` is the answer's value, its axes in any order. ``refusals`` are the errors that count as refusals.
    """

    name: str
    package: str
    names: Callable[[Mapping[str, Any], str], Names]
    expressions: Mapping[str, Callable[[Names], Any]]
    differentiated: Callable[[Any, Any, int], Any]
    evaluated: Callable[[Any, Names, Env], Array]
    refusals: tuple[type[Exception], ...]
    before: Callable[[], object] = lambda: None

    @property
    def statement(self) -> str:
        """The import whose time is taken."""
        return f"import {self.package}"

    def word(self, entry: Entry) -> str:
        """The answer judged; an error and what is still a derivative are refusals."""
        if label(entry) not in self.expressions:
            return "refused"
        given = self.names(entry.data["symbols"], suffix())
        try:
            expression = self.expressions[label(entry)](given)
            answer = self.differentiated(expression, getattr(given, entry.base), order(entry))
        except self.refusals:
            return "refused"
        try:
            points = [next(entry.points(seed)) for seed in range(POINTS)]
            return "right" if all(is_right(entry, self.evaluated(answer, given, p), p) for p in points) else "wrong"
        except UnevaluatedError:
            return "refused"

    def seconds(self, entry: Entry) -> float:
        """Seconds in which it differentiates."""
        given = self.names(entry.data["symbols"], suffix())
        expression, variable = self.expressions[label(entry)](given), getattr(given, entry.base)
        self.before()
        return once(lambda: self.differentiated(expression, variable, order(entry)))


def is_right(entry: Entry, found: Array, point: Env) -> bool:
    """Whether an answer is the measured derivative, up to the order of its axes.

    The array of a matrix by a matrix is taken along a direction where a differential is measured. The measured second
    derivative by a matrix has a block of columns for each entry of the variable.
    """
    expected = entry.measured(point)
    if entry.differential:
        direction = point[f"d{entry.base}"]
        return any(agrees(np.tensordot(found, direction, (axes, (0, 1))), expected)
                   for axes in permutations(range(found.ndim), 2))  # fmt: skip
    if order(entry) == 2 and np.ndim(point[entry.base]) == 2 and point[entry.base].shape[1] > 1:
        expected = expected.reshape(len(expected), *point[entry.base].shape, -1)
    return agrees(found, expected)


def agrees(answer: Array, expected: Array) -> bool:
    """Whether an answer is what is expected, up to the order of its axes and axes of length 1."""
    wanted = np.squeeze(expected)
    found = np.squeeze(answer)
    if found.ndim != wanted.ndim or found.size != wanted.size:
        return False
    scale = max(float(np.abs(wanted).max(initial=0)), 1e-2)
    return any(
        turned.shape == wanted.shape and float(np.abs(turned - wanted).max()) <= TOLERANCE * scale
        for turned in (np.transpose(found, axes) for axes in permutations(range(found.ndim)))
    )
