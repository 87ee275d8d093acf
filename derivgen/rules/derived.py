"""What follows from declarations and from the form of a term: positive, nonzero, invertible, symmetric ..

Of a matrix ``positive`` and ``nonzero`` speak of every entry.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from derivgen.language.operators import MATRIX_FUNCTIONS
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, equivalent, make, number
from derivgen.rules.commuting import commute_by_form
from derivgen.rules.orders import natural_number
from derivgen.rules.reality import are_adjoint, is_complex, is_real

if TYPE_CHECKING:
    from derivgen.rules.conditions import Facts


def _positive(facts: Facts, t: Term) -> bool:
    """Of a matrix: every entry."""
    if not is_real(facts, t):
        return False
    holds = facts.holds
    if t.op == "number":
        return isinstance(t.data, (int, Fraction)) and t.data > 0
    if t.op in ("exp", "cosh", "sigmoid", "softmax"):
        return True
    if t.op == "map":
        return t.data in (("exp", 0), ("cosh", 0), ("sigmoid", 0))
    if t.op in ("ones", "member"):
        return t.op == "ones" or facts.declared("positive", str(t.data))
    if t.op == "index":
        return holds("positive", t.args[0])
    if t.op == "eig":
        return _definite(facts, t.args[0])
    if t.op in ("times", "dot") and is_complex(facts, t) and _is_square(facts, t):
        return t.op == "times" and all(holds("nonzero", a) for a in t.args)
    if t.op in _KEEPS_POSITIVE:
        return all(holds("positive", a) for a in t.args) or (t.op == "plus" and _at_least_one_positive(facts, t))
    if t.op == "max":
        return any(holds("positive", a) for a in t.args)
    if t.op in ("pow", "hadamard_pow"):
        matrix = t.op == "pow" and t.shape != SCALAR
        return not matrix and (holds("positive", t.args[0]) or (_even(t.args[1]) and holds("nonzero", t.args[0])))
    if t.op in ("sum", "prod"):
        return holds("positive", t.args[2])
    if t.op in ("norm", "abs"):
        return holds("nonzero", t.args[0])
    if t.op == "det":
        return _det_positive(facts, t.args[0])
    return t.op == "tr" and _definite(facts, t.args[0])


_KEEPS_POSITIVE = frozenset({
    "times", "plus", "div", "sqrt", "dot", "hadamard", "hadamard_div", "transpose", "total", "entries_prod", "vec",
    "kron", "diagvec", "min", "block", "matrix", "norm1", "norminf", "normmax", "norm2",
})  # fmt: skip


def _below_one(t: Term) -> bool:
    """Whether every entry lies between 0 and 1, whatever the argument: a sigmoid, an even power of tanh."""
    if t.op in ("pow", "hadamard_pow"):
        inner = t.args[0]
        return _even(t.args[1]) and (inner.op == "tanh" or (inner.op == "map" and inner.data == ("tanh", 0)))
    return t.op == "sigmoid" or (t.op == "map" and t.data == ("sigmoid", 0))


def _at_least_one_positive(facts: Facts, t: Term) -> bool:
    """A sum of non-negative terms of which one is positive, or 1 without what lies below it."""
    if len(t.args) == 2 and (t.args[0] == number(1) or t.args[0].op == "ones"):
        second = t.args[1]
        if second.op == "neg" and _below_one(second.args[0]):
            return True
    return all(facts.holds("positive", a) or _nonnegative(facts, a) for a in t.args) and any(
        facts.holds("positive", a) for a in t.args
    )


def never_negative(facts: Facts, t: Term) -> bool:
    """Whether a scalar is positive or 0, by its form and the declarations."""
    return facts.holds("positive", t) or _nonnegative(facts, t)


def _nonnegative(facts: Facts, t: Term) -> bool:
    if not is_real(facts, t):
        return False
    if t.op in ("pow", "hadamard_pow"):
        return (t.shape == SCALAR or t.op == "hadamard_pow") and _even(t.args[1])
    if t.op in ("abs", "relu", "norm", "norm1", "norm2", "norminf", "normmax"):
        return True
    if t.op in ("times", "dot") and t.shape == SCALAR and _is_square(facts, t):
        return True
    return t.op == "times" and all(facts.holds("positive", a) or _nonnegative(facts, a) for a in t.args)


def _is_square(facts: Facts, t: Term) -> bool:
    """H(a)*a, where a may be a product, or z*conj(z); of real numbers a'*a."""
    if t.op == "times" and (t.shape != SCALAR or not is_complex(facts, t)):
        return False
    half, odd = divmod(len(t.args), 2)
    return not odd and are_adjoint(facts, make(t.op, t.args[:half]), make(t.op, t.args[half:]))


def _even(t: Term) -> bool:
    return t.op == "number" and isinstance(t.data, int) and t.data % 2 == 0


def _definite(facts: Facts, t: Term) -> bool:
    if t.op in ("symbol", "member"):
        declaration = facts.declarations.get(str(t.data))
        return declaration is not None and "positive definite" in declaration.properties
    if t.op == "identity":
        return True
    if t.op in ("inv", "transpose"):
        return _definite(facts, t.args[0])
    if t.op == "plus":
        definite = [_definite(facts, a) for a in t.args]
        return any(definite) and all(d or _semidefinite(facts, a) for d, a in zip(definite, t.args, strict=True))
    return t.op == "times" and all(facts.holds("positive", a) for a in t.args[:-1]) and _definite(facts, t.args[-1])


def _semidefinite(facts: Facts, t: Term) -> bool:
    """H(A)*A, H(A)*P*A for such a P, what is declared or definite, sums of it and multiples by what is not negative."""
    if t.op in ("symbol", "member"):
        declaration = facts.declarations.get(str(t.data))
        return declaration is not None and bool(declaration.properties & _AT_LEAST_SEMIDEFINITE)
    if t.op == "plus":
        return all(_semidefinite(facts, a) for a in t.args)
    if t.op == "times":
        factors = all(facts.holds("positive", a) or _nonnegative(facts, a) for a in t.args[:-1])
        return factors and _semidefinite(facts, t.args[-1])
    if t.op != "dot" or _is_square(facts, t):
        return t.op == "dot" or _definite(facts, t)
    half, odd = divmod(len(t.args), 2)
    outer = make("dot", t.args[:half]), make("dot", t.args[half + 1 :])
    return bool(odd) and are_adjoint(facts, *outer) and _semidefinite(facts, t.args[half])


_AT_LEAST_SEMIDEFINITE = frozenset({"positive definite", "positive semidefinite"})


def _det_positive(facts: Facts, t: Term) -> bool:
    if t.op == "inv" or t.op == "transpose":
        return facts.holds("positive", make("det", [t.args[0]]))
    if t.op == "dot" and all(a.shape[0] == a.shape[1] for a in t.args):
        return all(facts.holds("positive", make("det", [a])) for a in t.args)
    return _definite(facts, t)


def _nonzero(facts: Facts, t: Term) -> bool:
    """By its form, or as a factor of what is assumed."""
    assumed = (whole for p, whole in facts.assumed if p in ("positive", "nonzero"))
    return _nonzero_by_form(facts, t) or any(_is_factor(t, whole) for whole in assumed)


def _nonzero_by_form(facts: Facts, t: Term) -> bool:
    if facts.holds("positive", t) or (t.shape == SCALAR and facts.holds("principal", t)):
        return True
    if t.op == "number":
        return t.data != 0
    if t.op == "index" or (t.op in ("neg", "pow", "conj") and t.shape == SCALAR):
        return facts.holds("nonzero", t.args[0])
    if t.op in ("times", "div") and t.shape == SCALAR:
        return all(facts.holds("nonzero", a) for a in t.args)
    if t.op == "symbol":
        return str(t.data) == facts.perturbation
    if t.op in ("abs", "sqrt", "transpose", "hadamard", "hadamard_div", "hadamard_pow", "entries_prod"):
        return all(facts.holds("nonzero", a) for a in t.args[: 1 if t.op == "hadamard_pow" else None])
    return t.op == "det" and facts.holds("invertible", t.args[0])


def _is_factor(t: Term, whole: Term) -> bool:
    """Whether a product or quotient, entry by entry too, is zero or undefined where a term is zero."""
    if whole.op not in _OF_FACTORS or (whole.op in ("times", "div") and whole.shape != SCALAR):
        return False
    parts = whole.args[:1] if whole.op in ("sqrt", "abs") else whole.args
    return any(equivalent(t, a) or _is_factor(t, a) for a in parts)


_OF_FACTORS = frozenset({"times", "div", "hadamard", "hadamard_div", "neg", "sqrt", "abs"})


def _invertible(facts: Facts, t: Term) -> bool:
    if t.shape == SCALAR:
        return facts.holds("nonzero", t)
    if t.op in ("identity", "expm") or facts.holds("principal", t.args[0] if t.op == "sqrtm" else t):
        return True
    if any(p == "positive" and d.op == "det" and equivalent(d.args[0], t) for p, d in facts.assumed):
        return True
    if t.op in ("inv", "transpose", "neg", "pow", "conj"):
        return facts.holds("invertible", t.args[0])
    if t.op == "diag":
        return t.args[0].shape[1] == ONE and facts.holds("nonzero", t.args[0])
    if t.op == "dot":
        return all(a.shape[0] == a.shape[1] and facts.holds("invertible", a) for a in t.args)
    if t.op == "times":
        return all(facts.holds("nonzero", a) for a in t.args[:-1]) and facts.holds("invertible", t.args[-1])
    return _definite(facts, t)


def _principal(facts: Facts, t: Term) -> bool:
    """No eigenvalue is zero or negative: logarithm and square root have their principal values."""
    if t.shape == SCALAR and facts.holds("positive", t):
        return True
    inside = t.op in ("inv", "transpose", "conj", "sqrtm") and facts.holds("principal", t.args[0])
    return inside or _definite(facts, t)


def _full_rank(facts: Facts, t: Term) -> bool:
    if t.op in ("transpose", "pinv", "neg", "conj"):
        return facts.holds("full_rank", t.args[0])
    return t.shape[0] == t.shape[1] and facts.holds("invertible", t)


def _natural(facts: Facts, t: Term) -> bool:
    if t.op == "plus":
        parts = [_least(facts, a) for a in t.args]
        known = [part for part in parts if part is not None]
        return len(known) == len(parts) and sum(known) >= 0
    if t.op == "times":
        return all(facts.holds("natural", a) for a in t.args)
    return natural_number(t)


def _least(facts: Facts, t: Term) -> int | None:
    """A whole number that a term is never below: natural numbers begin with 1, so that k - 1 is none below 0."""
    if natural_number(t):
        return int(str(t.data))
    if t.op == "neg" and natural_number(t.args[0]):
        return -int(str(t.args[0].data))
    if not facts.holds("natural", t):
        return None
    if t.op != "symbol":
        return 0
    declared = facts.declarations.get(str(t.data))
    return int(str(t.data) in facts.declarations.dimensions if declared is None else "natural" in declared.properties)


def is_whole(facts: Facts, t: Term) -> bool:
    """An integer, by its form."""
    if t.op in ("plus", "times", "neg"):
        return all(is_whole(facts, a) for a in t.args)
    return facts.holds("natural", t) or (t.op == "number" and isinstance(t.data, int))


def _smooth(facts: Facts, t: Term) -> bool:
    """A power where it is defined with all its derivatives: any base for a natural exponent, none that is 0 for -1."""
    base, exponent = t.args
    if natural_number(exponent):
        return int(str(exponent.data)) >= 0 or facts.holds("nonzero", base)
    if facts.holds("natural", exponent) or facts.holds("positive", base):
        return True
    return is_whole(facts, exponent) and facts.holds("nonzero", base)


def _symmetric(facts: Facts, t: Term) -> bool:
    if t.shape == SCALAR or t.op in ("identity", "zeros", "ones"):
        return True
    if t.op in ("inv", "transpose", "neg", "pow", "conj", "adj", "map", "hadamard_pow", "pinv", *MATRIX_FUNCTIONS):
        return facts.holds("symmetric", t.args[0])
    # unknown functions are smooth, so that the order of derivatives does not matter
    if t.op in ("diag", "hess", "Var"):
        return True
    if t.op in ("plus", "hadamard", "hadamard_div", "kron"):
        return all(facts.holds("symmetric", a) for a in t.args)
    if t.op == "times":
        return facts.holds("symmetric", t.args[-1])
    return t.op == "dot" and equivalent(t, make("dot", [_flip(facts, a) for a in reversed(t.args)]))


def _flip(facts: Facts, t: Term) -> Term:
    """The transpose of a factor, as it would be written."""
    if t.op == "transpose":
        return t.args[0]
    return t if facts.holds("symmetric", t) else make("transpose", [t])


DERIVED: dict[str, Callable[[Facts, Term], bool]] = {
    "positive": _positive,
    "nonzero": _nonzero,
    "invertible": _invertible,
    "principal": _principal,
    "full_rank": _full_rank,
    "natural": _natural,
    "symmetric": _symmetric,
    "smooth": _smooth,
    "commute": lambda facts, t: commute_by_form(t),
    "simple": lambda facts, t: t.op == "index" and facts.holds("simple", t.args[0]),
}
