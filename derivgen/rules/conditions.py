"""Side conditions: what holds of a term, and why.

Structural conditions (free, constant, symbol, ...) are decided by looking at the term. The others (invertible,
positive,
...) are declared, derived from declarations by the closure rules below, or assumed by the problem; never silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import cast

from derivgen.language.declarations import Declaration, Declarations
from derivgen.language.operators import MATRIX_FUNCTIONS, SCALAR_FUNCTIONS
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Path, Term, equivalent, make, number, rebuild, substitute, walk, zeros

STRUCTURAL = (
    "free",
    "constant",
    "symbol",
    "number",
    "regular",
    "small",
    "perturbed",
    "still",
    "matrix",
    "alternating",
    "position",
)
ASSUMABLE = (
    "invertible", "full_rank", "principal", "positive", "nonzero", "natural", "symmetric", "skew", "diagonal",
    "inverse", "smooth",
)  # fmt: skip
KNOWN_CONDITIONS = STRUCTURAL + ASSUMABLE


@dataclass(frozen=True)
class Facts:
    """What is known: declarations, the problem's assumptions, its variables and its perturbation."""

    declarations: Declarations
    assumed: tuple[tuple[str, Term], ...] = ()
    variables: frozenset[str] = frozenset()
    perturbation: str = "eps"
    _memo: dict[tuple[str, Term], str | None] = field(default_factory=dict, compare=False, repr=False)

    def structural(self, predicate: str, subject: Term, others: tuple[Term, ...]) -> bool:
        """Decide a structural condition."""
        return _STRUCTURAL[predicate](self, subject, others)

    def basis(self, predicate: str, subject: Term) -> str | None:
        """ "declared", "derived" or "assumed", or None where the condition does not follow from what is known."""
        key = (predicate, subject)
        if key not in self._memo:
            self._memo[key] = None  # a cycle proves nothing
            self._memo[key] = self._basis(predicate, subject)
        return self._memo[key]

    def _basis(self, predicate: str, subject: Term) -> str | None:
        if any(p == predicate and equivalent(t, subject) for p, t in self.assumed):
            return "assumed"
        if subject.op == "symbol" and self.declared(predicate, str(subject.data)):
            return "declared"
        rule = _DERIVED.get(predicate)
        if rule is not None and (rule(self, subject) or self._of_every_entry(predicate, subject)):
            return "derived"
        if self.perturbation in subject.free:
            base = at_zero(subject, self.perturbation)
            if base is not None and self.basis(predicate, base) is not None:
                return "derived: near 0"
        return None

    def _of_every_entry(self, predicate: str, subject: Term) -> bool:
        """Whether an assumption about every entry of a matrix says it of an entry."""
        places = {t.args[1:] for _, t in walk(subject) if t.op == "index"} if subject.shape == SCALAR else set()
        wholes = [t for p, t in self.assumed if p == predicate and t.shape != SCALAR] if places else []
        entries = [entry_of(t, place) for t in wholes for place in places]
        return any(e is not None and equivalent(e, subject) for e in entries)

    def declared(self, predicate: str, name: str) -> bool:
        """Whether a name's declaration says so."""
        declaration = self.declarations.get(name)
        if declaration is None:
            return predicate in ("natural", "positive", "nonzero") and name in self.declarations.dimensions
        return bool(declaration.properties & _IMPLIED_BY[predicate])

    def inside(self, whole: Term, path: Path, predicate: str, subject: Term) -> Facts:
        """What is known of a power at a place: an exponent that a sum counts from 0 or more is a natural number."""
        counted = [name for name in _counted(whole, path) if name in subject.free] if predicate == "smooth" else []
        counted = [name for name in counted if name in subject.args[1].free]
        if not counted:
            return self
        indices = [Declaration(name, "value", SCALAR, frozenset({"integer"})) for name in counted]
        return replace(self, declarations=self.declarations.extended(*indices), _memo={})

    def holds(self, predicate: str, subject: Term) -> bool:
        """Whether the condition is known to hold."""
        return self.basis(predicate, subject) is not None


def _counted(whole: Term, path: Path) -> Iterator[str]:
    """The names that sums and products around a place count from a number that is not negative."""
    for k in path:
        if isinstance(k, tuple):
            return
        if whole.op in ("sum", "prod") and k == 2:
            low = whole.args[0]
            if low.op == "number" and isinstance(low.data, int) and low.data >= 0:
                yield str(whole.data)
        whole = whole.args[k]


def in_plain_words(facts: Facts, predicate: str, subject: Term) -> tuple[str, Term]:
    """What is to be assumed for a condition.

    For a smooth power what its exponent asks of its base; for an entry x[i] at an index that a sum counts, the same of
    every entry of x.
    """
    if predicate == "smooth":
        subject, exponent = subject.args
        predicate = "nonzero" if _whole(facts, exponent) else "positive"
    if predicate in ("positive", "nonzero") and subject.op == "index":
        whole, *places = subject.args
        running = [p for p in places if p.op == "symbol" and p.data not in facts.declarations]
        if whole.op == "symbol" and running and not any(p.data in facts.declarations.dimensions for p in running):
            return predicate, whole
    return predicate, subject


_IMPLIED_BY = {
    "invertible": {"invertible", "orthogonal", "positive definite"},
    "principal": {"positive definite"},
    "full_rank": {"invertible", "orthogonal", "positive definite"},
    "positive": {"positive", "natural"},
    "nonzero": {"positive", "nonzero", "natural"},
    "natural": {"natural", "integer"},
    "symmetric": {"symmetric", "positive definite", "positive semidefinite", "diagonal"},
    "skew": {"skew-symmetric"},
    "diagonal": {"diagonal"},
    "inverse": set[str](),
    "smooth": set[str](),
}


def at_zero(t: Term, name: str) -> Term | None:
    """The term with a small scalar put to zero and the zeros cleared away; None where that has no value."""
    if name not in t.free:
        return t
    if t.op == "symbol":
        return number(0)
    if t.op == "O":
        return zeros(t.shape)
    args = [at_zero(arg, name) for arg in t.args]
    if any(arg is None for arg in args):
        return None
    parts = [arg for arg in args if arg is not None]
    if t.op == "plus":
        kept = [p for p in parts if not is_zero(p)]
        return make("plus", kept) if kept else zeros(t.shape)
    if any(is_zero(p) for p in parts):
        if t.op in ("times", "dot", "neg", "tr", "transpose") or (t.op == "div" and is_zero(parts[0])):
            return zeros(t.shape)
        if t.op == "div":
            return None
    return rebuild(t, parts)


def entry_of(t: Term, place: tuple[Term, ...]) -> Term | None:
    """An entry of what acts entry by entry; None for anything else."""
    if t.op == "symbol":
        return make("index", [t, *place]) if len(place) == 2 or ONE in t.shape else None
    if t.op == "ones":
        return number(1)
    if t.op not in ("plus", "neg", "hadamard", "hadamard_div", "hadamard_pow", "map"):
        return None
    parts = [a if a.shape == SCALAR else entry_of(a, place) for a in t.args]
    found = [p for p in parts if p is not None]
    if len(found) < len(parts):
        return None
    if t.op == "map":
        name, order = cast("tuple[str, int]", t.data)
        return make(name, found) if name in SCALAR_FUNCTIONS and not order else None
    return make(_OF_SCALARS.get(t.op, t.op), found)


_OF_SCALARS = {"hadamard": "times", "hadamard_div": "div", "hadamard_pow": "pow"}


def with_values(subject: Term, whole: Term, path: Path) -> Term:
    """A subject at a place, with the values put in that names bound by ``at`` have there: nonzero(y) at y = f(x)."""
    values: dict[str, Term] = {}
    for k in path:
        if isinstance(k, tuple):
            break
        if whole.op == "at" and k == 0:
            values[str(whole.data)] = substitute(whole.args[1], values)
        whole = whole.args[k]
    return substitute(subject, values)


def is_zero(t: Term) -> bool:
    """Whether the term is written as zero."""
    return t.op == "zeros" or (t.op == "number" and t.data == 0)


UNBOUNDED = -(10**6)


def eps_order(t: Term, eps: str) -> int:
    """A lower bound k of the order in eps: the term is O(eps^k). UNBOUNDED where it may grow as eps goes to 0."""
    if t.op == "O":
        return int(str(t.data)) if t.args[0].data == eps else 0
    if eps not in t.free:
        return 10**6 if is_zero(t) else 0
    if t.op == "symbol":
        return 1
    orders = [eps_order(a, eps) for a in t.args]
    if min(orders) <= UNBOUNDED:
        return UNBOUNDED
    if t.op in ("times", "dot", "hadamard", "kron"):
        return sum(orders)
    if t.op in ("plus", "neg", "tr", "transpose", "matrix", "block", "total", "diag", "diagvec", "vec", "max", "min"):
        return min(orders)
    if t.op == "pow":
        return orders[0] * int(str(t.args[1].data)) if _natural_number(t.args[1]) else UNBOUNDED
    if t.op == "div":
        return UNBOUNDED if eps in t.args[1].free else orders[0]
    if t.op in ("hadamard_div", "hadamard_pow", "map", "logm", "pinv"):
        return UNBOUNDED
    return UNBOUNDED if t.op in ("inv", "log") and orders[0] >= 1 else 0


# -- structural ------------------------------------------------------------------------------------
def _free(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    return not (t.free & _names_of(others))


def _names_of(others: tuple[Term, ...]) -> frozenset[str]:
    """The names that matter: of an entry X[i,j] that of X alone."""
    return frozenset().union(*(o.args[0].free if o.op == "index" else o.free for o in others))


def _constant(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    names = _names_of(others) if others else facts.variables
    return not (t.free & names) and not t.has("d")


def _regular(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    """No division by the perturbation and no O of order 0: bounded near eps = 0."""
    if facts.perturbation not in t.free:
        return True
    if t.op in ("symbol", "O"):
        return True
    if t.op == "div" and facts.perturbation in t.args[1].free:
        return False
    if t.op == "pow" and not _natural_number(t.args[1]):
        return False
    return t.op in ("plus", "times", "dot", "neg", "tr", "transpose", "pow", "div") and all(
        _regular(facts, a, ()) for a in t.args
    )


def _natural_number(t: Term) -> bool:
    return t.op == "number" and isinstance(t.data, int)


def _alternating(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    """Multilinear and alternating in the columns of B, by its form: det(A*B), times scalars, all else free of B."""
    (matrix,) = others
    if t.op == "times":
        holding = [a for a in t.args if matrix.free & a.free]
        return len(holding) == 1 and t.shape == SCALAR and _alternating(facts, holding[0], others)
    if t.op != "det" or matrix.op != "symbol":
        return False
    factors = t.args[0].args if t.args[0].op == "dot" else t.args
    return factors[-1] == matrix and not any(matrix.free & a.free for a in factors[:-1])


def _position(facts: Facts, t: Term, others: tuple[Term, ...]) -> bool:
    """A position between 1 and n: an index, a name that a sum binds, n itself, or a number up to a number n."""
    (last,) = others
    if t == last:
        return True
    if t.op == "number" and last.op == "number":
        return isinstance(t.data, int) and isinstance(last.data, int) and 1 <= t.data <= last.data
    if t.op != "symbol" or t.data == facts.perturbation:
        return t.op == "number" and t.data == 1
    declared = facts.declarations.get(str(t.data))
    if declared is None:
        return str(t.data) not in facts.declarations.dimensions
    return declared.sort == "index"


_STRUCTURAL: dict[str, Callable[[Facts, Term, tuple[Term, ...]], bool]] = {
    "free": _free,
    "constant": _constant,
    "symbol": lambda facts, t, others: t.op == "symbol",
    "number": lambda facts, t, others: t.op == "number",
    "regular": _regular,
    "small": lambda facts, t, others: eps_order(t, facts.perturbation) >= 1,
    "matrix": lambda facts, t, others: t.shape != SCALAR,
    "still": lambda facts, t, others: not t.has("d"),
    "perturbed": lambda facts, t, others: facts.perturbation in t.free,
    "alternating": _alternating,
    "position": _position,
}


# -- derived from declarations ---------------------------------------------------------------------
def _positive(facts: Facts, t: Term) -> bool:
    """Of a matrix: every entry."""
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
    if t.op in _KEEPS_POSITIVE:
        return all(holds("positive", a) for a in t.args) or (t.op == "plus" and _at_least_one_positive(facts, t))
    if t.op == "max":
        return any(holds("positive", a) for a in t.args)
    if t.op in ("pow", "hadamard_pow"):
        matrix = t.op == "pow" and t.shape != SCALAR
        return not matrix and (holds("positive", t.args[0]) or (_even(t.args[1]) and holds("nonzero", t.args[0])))
    if t.op in ("sum", "prod"):
        return holds("positive", t.args[2])
    if t.op == "norm":
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


def _nonnegative(facts: Facts, t: Term) -> bool:
    if t.op in ("pow", "hadamard_pow"):
        return (t.shape == SCALAR or t.op == "hadamard_pow") and _even(t.args[1])
    if t.op in ("abs", "relu", "norm", "norm1", "norm2", "norminf", "normmax"):
        return True
    if t.op == "dot" and t.shape == SCALAR and len(t.args) % 2 == 0:  # a'*a, where a may be a product
        half = len(t.args) // 2
        left, right = make("dot", t.args[:half]), make("dot", t.args[half:])
        flat = make("dot", [_flip(facts, f) for f in reversed(t.args[half:])])
        return equivalent(left, flat) or left == make("transpose", [right])
    return t.op == "times" and all(facts.holds("positive", a) or _nonnegative(facts, a) for a in t.args)


def _even(t: Term) -> bool:
    return t.op == "number" and isinstance(t.data, int) and t.data % 2 == 0


def _definite(facts: Facts, t: Term) -> bool:
    if t.op == "symbol":
        declaration = facts.declarations.get(str(t.data))
        return declaration is not None and "positive definite" in declaration.properties
    if t.op == "identity":
        return True
    if t.op in ("inv", "transpose"):
        return _definite(facts, t.args[0])
    if t.op == "plus":
        return all(_definite(facts, a) for a in t.args)
    return t.op == "times" and all(facts.holds("positive", a) for a in t.args[:-1]) and _definite(facts, t.args[-1])


def _det_positive(facts: Facts, t: Term) -> bool:
    if t.op == "inv" or t.op == "transpose":
        return facts.holds("positive", make("det", [t.args[0]]))
    if t.op == "dot" and all(a.shape[0] == a.shape[1] for a in t.args):
        return all(facts.holds("positive", make("det", [a])) for a in t.args)
    return _definite(facts, t)


def _nonzero(facts: Facts, t: Term) -> bool:
    if facts.holds("positive", t):
        return True
    if t.op == "number":
        return t.data != 0
    if t.op == "index" or (t.op in ("neg", "pow") and t.shape == SCALAR):
        return facts.holds("nonzero", t.args[0])
    if t.op in ("times", "div") and t.shape == SCALAR:
        return all(facts.holds("nonzero", a) for a in t.args)
    if t.op == "symbol":
        return str(t.data) == facts.perturbation
    if t.op in ("abs", "sqrt", "transpose", "hadamard", "hadamard_div", "hadamard_pow", "entries_prod"):
        return all(facts.holds("nonzero", a) for a in t.args[: 1 if t.op == "hadamard_pow" else None])
    return t.op == "det" and facts.holds("invertible", t.args[0])


def _invertible(facts: Facts, t: Term) -> bool:
    if t.shape == SCALAR:
        return facts.holds("nonzero", t)
    if t.op in ("identity", "expm") or facts.holds("principal", t.args[0] if t.op == "sqrtm" else t):
        return True
    if t.op in ("inv", "transpose", "neg", "pow"):
        return facts.holds("invertible", t.args[0])
    if t.op == "diag":
        return t.args[0].shape[1] == ONE and facts.holds("nonzero", t.args[0])
    if t.op == "dot":
        return all(a.shape[0] == a.shape[1] and facts.holds("invertible", a) for a in t.args)
    if t.op == "times":
        return all(facts.holds("nonzero", a) for a in t.args[:-1]) and facts.holds("invertible", t.args[-1])
    if any(p == "positive" and d.op == "det" and equivalent(d.args[0], t) for p, d in facts.assumed):
        return True
    return _definite(facts, t)


def _principal(facts: Facts, t: Term) -> bool:
    """No eigenvalue is zero or negative: logarithm and square root have their principal values."""
    return (t.op in ("inv", "transpose", "sqrtm") and facts.holds("principal", t.args[0])) or _definite(facts, t)


def _full_rank(facts: Facts, t: Term) -> bool:
    if t.op in ("transpose", "pinv", "neg"):
        return facts.holds("full_rank", t.args[0])
    return t.shape[0] == t.shape[1] and facts.holds("invertible", t)


def _natural(facts: Facts, t: Term) -> bool:
    if t.op in ("plus", "times"):
        return all(facts.holds("natural", a) for a in t.args)
    return _natural_number(t)


def _whole(facts: Facts, t: Term) -> bool:
    """An integer, by its form."""
    if t.op in ("plus", "times", "neg"):
        return all(_whole(facts, a) for a in t.args)
    return facts.holds("natural", t) or (t.op == "number" and isinstance(t.data, int))


def _smooth(facts: Facts, t: Term) -> bool:
    """A power where it is defined with all its derivatives: any base for a natural exponent, none that is 0 for -1."""
    base, exponent = t.args
    if _natural_number(exponent):
        return int(str(exponent.data)) >= 0 or facts.holds("nonzero", base)
    if facts.holds("natural", exponent) or facts.holds("positive", base):
        return True
    return _whole(facts, exponent) and facts.holds("nonzero", base)


def _symmetric(facts: Facts, t: Term) -> bool:
    if t.shape == SCALAR or t.op in ("identity", "zeros"):
        return True
    if t.op in ("inv", "transpose", "neg", "pow", "adj", "map", "hadamard_pow", *MATRIX_FUNCTIONS):
        return facts.holds("symmetric", t.args[0])
    if t.op == "diag":
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


_DERIVED: dict[str, Callable[[Facts, Term], bool]] = {
    "positive": _positive,
    "nonzero": _nonzero,
    "invertible": _invertible,
    "principal": _principal,
    "full_rank": _full_rank,
    "natural": _natural,
    "symmetric": _symmetric,
    "smooth": _smooth,
}
