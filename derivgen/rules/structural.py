"""Conditions that are decided by looking at a term: free of a name, constant, a symbol, regular near eps = 0 .."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from derivgen.language.declarations import STRUCTURES
from derivgen.language.operators import EXPECTATIONS, OPERATORS
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, make, walk
from derivgen.rules.orders import eps_order, natural_number
from derivgen.rules.positions import is_position
from derivgen.rules.reality import has_real_coefficients, is_hermitian, is_real

if TYPE_CHECKING:
    from derivgen.rules.conditions import Facts


def _free(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    return not (t.free & _names_of(others))


def _names_of(others: tuple[Term, ...]) -> frozenset[str]:
    """The names that matter: of an entry X[i,j] that of X alone, of a member x[k] that of the family."""
    return frozenset().union(*map(_names, others))


def _names(t: Term) -> frozenset[str]:
    if t.op == "member":
        return frozenset((str(t.data),))
    return t.args[0].free if t.op == "index" else t.free


def _through(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    """Whether a term holds the members that vary at one index alone, which no sum in it counts."""
    (index,) = others
    if index.op != "symbol" or not facts.variables:
        return False
    for _, node in walk(t):
        if node.op == "member" and node.data in facts.variables and node.args != (index,):
            return False
        if OPERATORS[node.op].binds is not None and node.data == index.data:
            return False
        if node.op == "symbol" and node.data in facts.variables:
            return False
    return True


def _constant(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    names = _names_of(others) if others else facts.variables
    return not (t.free & names) and not t.has("d")


def _known(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    """Not random: every random name stands within an expectation."""
    if t.op in EXPECTATIONS:
        return True
    if t.op in ("symbol", "member"):
        declared = facts.declarations.get(str(t.data))
        return declared is None or not declared.is_random
    return all(_known(facts, a, ()) for a in t.args)


def _regular(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    """No division by the perturbation and no O of order 0: bounded near eps = 0."""
    if facts.perturbation not in t.free:
        return True
    if t.op in ("symbol", "O"):
        return True
    if t.op == "div" and facts.perturbation in t.args[1].free:
        return False
    if t.op == "pow" and not natural_number(t.args[1]):
        return False
    return t.op in ("plus", "times", "dot", "neg", "tr", "transpose", "pow", "div") and all(
        _regular(facts, a, ()) for a in t.args
    )


def _alternating(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    """Multilinear and alternating in the columns of B, by its form: det(A*B), times scalars, all else free of B.

    So is conj(det(conj(B))).
    """
    (matrix,) = others
    if t.op == "times":
        holding = [a for a in t.args if matrix.free & a.free]
        return len(holding) == 1 and t.shape == SCALAR and _alternating(facts, holding[0], others)
    if t.op == "conj" and t.args[0].op == "det":
        return matrix.op == "symbol" and t.args[0].args[0] == make("conj", [matrix])
    if t.op != "det" or matrix.op != "symbol":
        return False
    factors = t.args[0].args if t.args[0].op == "dot" else t.args
    return factors[-1] == matrix and not any(matrix.free & a.free for a in factors[:-1])


def _indices(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    """Names of indices, all different: what holds at them holds at every place."""
    names = [str(one.data) for one in (t, *others) if one.op == "symbol"]
    declared = [facts.declarations.get(name) for name in names]
    return len(set(names)) == 1 + len(others) and all(d is not None and d.sort == "index" for d in declared)


def _moves(structure: str) -> Callable[[Facts, Term, tuple[Term, ...]], bool]:
    """Whether a name is declared with a structure, and no more special one."""

    def moves(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
        declared = facts.declarations.get(str(t.data)) if t.op == "symbol" else None
        return declared is not None and declared.structure == structure

    return moves


def _holomorphic(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    """The value of an unknown function where it has a complex derivative; of real numbers any function has its own."""
    name = str(t.data[0] if isinstance(t.data, tuple) else t.data)
    declared = facts.declarations.get(name)
    known = declared is not None and "holomorphic" in declared.properties
    return known or all(is_real(facts, a) for a in t.args)


STRUCTURAL: dict[str, Callable[[Facts, Term, tuple[Term, ...]], bool]] = {
    "free": _free,
    "constant": _constant,
    "known": _known,
    "symbol": lambda facts, t, others: t.op == "symbol" or t == facts.member,
    "through": _through,
    "number": lambda facts, t, others: t.op == "number",
    "regular": _regular,
    "small": lambda facts, t, others: eps_order(t, facts.perturbation) >= 1,
    "matrix": lambda facts, t, others: t.shape != SCALAR,
    "still": lambda facts, t, others: not t.has("d"),
    "perturbed": lambda facts, t, others: facts.perturbation in t.free,
    "alternating": _alternating,
    "position": lambda facts, t, others: is_position(facts, t, others[0]),
    "indices": _indices,
    "real": lambda facts, t, others: is_real(facts, t),
    "hermitian": lambda facts, t, others: is_hermitian(facts, t),
    "holomorphic": _holomorphic,
    "complex": lambda facts, t, others: t.op == "symbol" and t.data in facts.complex_names,
    "real_coefficients": lambda facts, t, others: has_real_coefficients(facts, t),
    **{f"moves_{name.replace(' ', '_').replace('-', '_').lower()}": _moves(name) for name in set(STRUCTURES.values())},
}
