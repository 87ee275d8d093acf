"""What is refused of complex numbers before anything is derived, each with its reason, and what is said of them."""

from __future__ import annotations

from dataclasses import replace

from derivgen.engine.context import facts_of
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.trace import Derivation
from derivgen.language.problem import Problem, is_complex_variable
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, walk
from derivgen.rules.conditions import Facts
from derivgen.rules.reality import is_complex, is_real

PLAIN_TRANSPOSE = "Transposes do not conjugate: the conjugate transpose is written H."
# functions of real numbers alone
OF_REALS = frozenset({
    "relu", "sign", "step", "max", "min", "norm1", "norminf", "norm2", "normmax", "acosh", "pinv", "eig", "eigvec",
})  # fmt: skip


def demand_known_numbers(problem: Problem) -> None:
    """Raise DerivationError for a function of real numbers at a complex one, and for what is not known of complex X."""
    facts = facts_of(problem)
    if facts.complex_names or problem.of.has("imaginary"):
        _demand_values(problem.of, facts)
    if is_complex_variable(problem):
        _demand_known_variable(problem)


def noted(derivation: Derivation) -> Derivation:
    """The derivation with a note where the transpose of something complex was asked for, which does not conjugate."""
    facts = facts_of(derivation.problem)
    turned = [t.args[0] for _, t in walk(derivation.problem.of) if t.op == "transpose" and t.args[0].op != "conj"]
    if not any(is_complex(facts, t) for t in turned):
        return derivation
    return replace(derivation, notes=(*derivation.notes, PLAIN_TRANSPOSE))


def _demand_values(t: Term, facts: Facts) -> None:
    for _, node in walk(t):
        name = str(node.data[0]) if node.op == "map" and isinstance(node.data, tuple) else node.op
        if name in OF_REALS and not all(is_real(facts, a) for a in node.args):
            raise DerivationError(f"{name} is a function of real numbers, and this is complex", node)
        if node.op in ("apply", "grad", "jac", "map") and not facts.structural("holomorphic", node, ()):
            _demand_function(node, facts)


def _demand_function(node: Term, facts: Facts) -> None:
    name = str(node.data[0] if isinstance(node.data, tuple) else node.data)
    declared = facts.declarations.get(name)
    if declared is None or all(is_real(facts, a) for a in node.args):
        return
    if "complex" in declared.properties:
        hint = f"write {name}(z, conj(z)) with {name}: holomorphic function(scalar, scalar)"
        raise DerivationError(f"{name} has two derivatives, and no name for either", node, hint=hint)
    hint = f"declare it: let {name}: holomorphic function"
    raise DerivationError(f"{name} is a function of real numbers, and its argument is complex", node, hint=hint)


def _demand_known_variable(problem: Problem) -> None:
    wrt = problem.wrt
    assert wrt is not None
    if wrt.op == "index" and (problem.of.shape != SCALAR or problem.convention == "gradient" or problem.order > 1):
        hint = "take the derivative by the whole, and its entry"
        raise DerivationError("by an entry of a complex variable there is the derivative of a scalar", wrt, hint=hint)
    if problem.vary == "structured":
        hint = "leave vary out: then all entries move independently, and no property of the variable is used"
        raise DerivationError("a complex variable does not move within its structure yet", wrt, hint=hint)
    if problem.method not in (None, "differentials"):
        hint, reason = 'leave method out, or say "differentials"', "a derivative by a complex variable is not found by "
        raise DerivationError(reason + problem.method, wrt, hint=hint)
    if problem.order > 1 and problem.convention == "gradient":
        hint = "leave convention out for the second derivative by X, or ask for wrt conj(X)"
        raise DerivationError("the complex gradient is of first order", wrt, hint=hint)
    if problem.convention == "gradient" and problem.of.shape != SCALAR:
        hint = "leave convention out for the derivative by X, or ask for wrt conj(X)"
        raise DerivationError("the complex gradient is that of a real function", problem.of, hint=hint)
