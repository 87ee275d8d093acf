"""What is real, and what is Hermitian, by the form of a term and the declarations of its names.

A name is real unless it is declared complex. Conjugates and transposes are moved inwards to the names; a term whose
conjugate comes to the same form is real, one whose adjoint does is Hermitian.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, equivalent, make, zeros

if TYPE_CHECKING:
    from derivgen.rules.conditions import Facts

# of anything these are real
REAL_VALUED = frozenset({"re", "im", "abs", "norm", "norm1", "norminf", "norm2", "normmax"})
# conjugate and transpose go to the arguments
_THROUGH = frozenset({
    "plus", "neg", "times", "div", "inv", "adj", "total", "entries_prod", "hadamard", "hadamard_div", "exp", "sin",
    "cos", "tan", "sinh", "cosh", "tanh", "sigmoid", "expm", "sinm", "cosm",
})  # fmt: skip
# the conjugate goes to the argument, which may be transposed as well
_OF_EITHER = frozenset({"tr", "det"})
# power series with real coefficients, wherever they converge
_SERIES = frozenset({
    "number", "symbol", "plus", "neg", "times", "div", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sigmoid",
})  # fmt: skip


class _Move(NamedTuple):
    """What is moved inwards."""

    conjugate: bool = False
    transpose: bool = False


def is_complex(facts: Facts, t: Term) -> bool:
    """Whether a term holds a name that is declared complex, or the imaginary unit."""
    return t.has("imaginary") or not t.free.isdisjoint(facts.complex_names)


def is_real(facts: Facts, t: Term) -> bool:
    """Whether all entries of a term are real, as far as its form tells."""
    if not is_complex(facts, t) or t.op in REAL_VALUED:
        return True
    if t.op in ("log", "sqrt") and facts.holds("positive", t.args[0]):
        return True
    return equivalent(_moved(facts, t, _Move(conjugate=True)), _moved(facts, t, _Move()))


def is_hermitian(facts: Facts, t: Term) -> bool:
    """Whether a term equals its adjoint, as far as its form tells."""
    if not is_complex(facts, t):
        return t.shape == SCALAR or facts.holds("symmetric", t)
    return t.shape[0] == t.shape[1] and are_adjoint(facts, t, t)


def are_adjoint(facts: Facts, a: Term, b: Term) -> bool:
    """Whether two terms are adjoint to each other, as far as their form tells; of reals that is the transpose."""
    return a.shape == b.shape[::-1] and equivalent(_moved(facts, a, _Move(True, True)), _moved(facts, b, _Move()))


def has_real_coefficients(facts: Facts, t: Term) -> bool:
    """Whether a function, given by its value at 0, is made of real numbers and series with real coefficients."""
    if t.op == "pow":
        return facts.holds("natural", t.args[1]) and has_real_coefficients(facts, t.args[0])
    return t.op in _SERIES and not is_complex(facts, t) and all(has_real_coefficients(facts, a) for a in t.args)


def _moved(facts: Facts, t: Term, move: _Move) -> Term:
    """The term, its conjugate, transpose or adjoint, with conjugates and transposes at the names."""
    if t.shape == SCALAR:
        move = move._replace(transpose=False)
    rule = _RULES.get(t.op)
    if rule is not None:
        return rule(facts, t, move)
    if t.op in _THROUGH:
        return make(t.op, [_moved(facts, a, move) for a in t.args], t.data)
    if t.op in _OF_EITHER or (t.op == "dot" and t.shape == SCALAR):
        return min((_whole(facts, t, move._replace(transpose=turn)) for turn in (False, True)), key=str)
    if t.op == "dot":
        return _whole(facts, t, move)
    if t.op in ("pow", "hadamard_pow") and t.args[1].op == "number" and isinstance(t.args[1].data, int):
        return make(t.op, [_moved(facts, t.args[0], move), t.args[1]])
    return _kept(facts, t, move)


def _whole(facts: Facts, t: Term, move: _Move) -> Term:
    """A product, trace or determinant in one of its two orders."""
    if t.op != "dot":
        return make(t.op, [_moved(facts, t.args[0], move)])
    factors = [_moved(facts, a, move) for a in (reversed(t.args) if move.transpose else t.args)]
    return make("dot", factors)


def _kept(facts: Facts, t: Term, move: _Move) -> Term:
    """What nothing is moved into, with its conjugate and transpose written behind it."""
    plain = t.op in REAL_VALUED or not is_complex(facts, t)
    name = str(t.data) if t.op == "symbol" else ""
    if name and facts.declared("hermitian", name) and not plain and move.conjugate:
        move = _Move(False, not move.transpose)  # conj(S) is S'
    if move.conjugate and not plain:
        t = make("conj", [t])
    symmetric = facts.holds("symmetric", t.args[0] if t.op == "conj" else t)
    return make("transpose", [t]) if move.transpose and not symmetric else t


def _sized(facts: Facts, t: Term, move: _Move) -> Term:
    return zeros(t.shape[::-1]) if move.transpose and t.op == "zeros" else t


_RULES: dict[str, Callable[[Facts, Term, _Move], Term]] = {
    "imaginary": lambda facts, t, move: make("neg", [t]) if move.conjugate else t,
    "conj": lambda facts, t, move: _moved(facts, t.args[0], move._replace(conjugate=not move.conjugate)),
    "transpose": lambda facts, t, move: _moved(facts, t.args[0], move._replace(transpose=not move.transpose)),
    "identity": lambda facts, t, move: t,
    "zeros": _sized,
}
