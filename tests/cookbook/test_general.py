"""The book's rules about arbitrary functions: derived with unknown functions, and right for the functions given."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from derivgen import Result, check, derive
from derivgen.language.abbreviations import spelled_out as expanded
from tests.cookbook.dialect import read, spelled_out
from tests.cookbook.entries import Entry, entries
from tests.cookbook.numbers import Env, worth
from tests.cookbook.outcomes import TOLERANCE
from tests.judge import differences
from tests.judge.functions import Array
from tests.judge.values import value

RULES = yaml.safe_load((Path(__file__).parent / "general.yaml").read_text("utf-8"))
ENTRIES = {entry.name: entry for entry in entries()}
each_rule = pytest.mark.parametrize("rule", RULES, ids=[str(rule["number"]) for rule in RULES])


@cache
def derived(number: str) -> Result:
    """The rule with its number, derived in general."""
    rule = next(rule for rule in RULES if str(rule["number"]) == number)
    options = {key: rule[key] for key in ("order", "vary") if key in rule}
    return derive(rule["of"], rule["wrt"], let=rule["let"], to=rule.get("form"), **options)


class Instance:
    """A function of one argument as the truth set writes it out, with its derivatives by central differences."""

    def __init__(self, argument: str, text: str, env: Env) -> None:
        self.argument, self.tree, self.env = argument, read(text), env

    def __call__(self, orders: Any, x: Array) -> Array:
        """The value, a derivative by a scalar argument (``orders``), or gradient and Jacobian (``"grad"``)."""
        if orders == "grad":
            return differences.derivative(self._at, {**self.env, self.argument: x}, self.argument)
        if orders[0]:
            return differences.along(lambda t: self((orders[0] - 1,), x + t), 1e-2)
        return self._at({**self.env, self.argument: x})

    def _at(self, env: Any) -> Array:
        return worth(self.tree, env)


def result_at(rule: dict[str, Any], env: Env) -> Array:
    """The general result for the functions of the instance, at a point."""
    functions = {name: Instance(*given, env) for name, given in rule["instance"].items()}
    return value(derived(str(rule["number"])).result.term, {**env, **functions})


def point_of(entry: Entry) -> Env:
    """A point of the entry, with its abbreviations that stand for values, such as the structure matrix of (133)."""
    env = next(iter(entry.points(5)))
    return {**env, **{name: worth(spelled_out(tree, entry.let), env) for name, tree in entry.let.items()}}


@each_rule
def test_the_general_statement_is_derived_and_checked(rule: dict[str, Any]) -> None:
    found = derived(str(rule["number"]))
    assert str(found.result) == rule["result"]
    assert check(found)


@each_rule
def test_the_general_statement_holds_for_the_instance(rule: dict[str, Any]) -> None:
    entry = ENTRIES[str(rule["number"])]
    env = point_of(entry)
    assert differences.distance(result_at(rule, env), entry.expected(env)) < TOLERANCE


@each_rule
def test_another_function_is_noticed(rule: dict[str, Any]) -> None:
    """The test above can fail: with a function of another value it does."""
    entry, env = ENTRIES[str(rule["number"])], point_of(ENTRIES[str(rule["number"])])
    name, (argument, text) = next(iter(rule["instance"].items()))
    other = {**rule, "instance": {**rule["instance"], name: [argument, f"3*({text})"]}}
    changed = differences.distance(result_at(other, env), entry.expected(env)) > 0.01
    assert changed


# -- mixtures of any number of components ----------------------------------------------------------------------------
MIXTURE = {
    "s": "vector(n)", "mu[k=1..K]": "vector(n)", "Sigma[k=1..K]": "positive definite matrix(n)",
    "rho[k=1..K]": "positive scalar", "c": "positive scalar", "j": "index",
    "p": "= sum(k, 1, K, rho[k]*c*det(Sigma[k])^(-1/2)*exp(-(s - mu[k])'*inv(Sigma[k])*(s - mu[k])/2))",
}  # fmt: skip
OF_TWO = {"mu": ("mu1", "mu2"), "Sigma": ("S1", "S2"), "rho": ("rho1", "rho2")}


@pytest.mark.parametrize(("number", "wrt"), [("392", "rho[j]"), ("394", "mu[j]"), ("396", "Sigma[j]")])
def test_a_mixture_of_any_number_of_components_is_that_of_two_in_the_truth_set(number: str, wrt: str) -> None:
    found = derive("log(p)", wrt, let="; ".join(_declared(*one) for one in MIXTURE.items()))
    assert check(found)
    entry = ENTRIES[number]
    for env in entry.points(3):
        families = {name: {k: env[one] for k, one in enumerate(two, start=1)} for name, two in OF_TWO.items()}
        point = {**families, "s": env["s"], "K": 2, "j": 1, "c": (2 * np.pi) ** (-len(env["s"]) / 2)}
        assert differences.distance(value(expanded(found.result.term), point), entry.expected(env)) < TOLERANCE


def _declared(name: str, declaration: str) -> str:
    return f"{name} {declaration}" if declaration.startswith("=") else f"{name}: {declaration}"
