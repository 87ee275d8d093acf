"""Operators that stand between a trace or an inner product and the direction are moved to the other factor.

A linear operator L inside <L(U), G> is replaced by its adjoint: <U, L*(G)>. Outermost operators go first; for each the
term is brought to tr(L(U)'*G) by the same measure as tr(U'*G) itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.rewrite import Place, Select
from derivgen.engine.trace import Step
from derivgen.engine.trail import Trail
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Path, Term
from derivgen.methods.trace_form import acting_on, bring_at, holds
from derivgen.rules.binding import Abstraction, Binding

# the operator that stands between, for a vector and for a matrix -> the law that moves it
ADJOINTS: dict[str, tuple[str, ...]] = {
    "hadamard": ("adjoint_hadamard", "adjoint_hadamard_vector"),
    "hadamard_div": ("adjoint_hadamard_div", "adjoint_hadamard_div_vector"),
    "diag": ("adjoint_diag", "adjoint_diag_matrix"),
    "diagvec": ("adjoint_diagvec",),
    "vec": ("adjoint_vec", "adjoint_vec_inner"),
    "kron": ("adjoint_kron_left", "adjoint_kron_right"),
}
TO_FORMS = (
    "total_plus", "total_neg", "total_scale", "total_hadamard", "total_hadamard_matrix", "total_is_inner",
    "total_is_trace", "entry_is_inner", "entry_is_trace", "tr_kron",
)  # fmt: skip
SPLIT = {"total_hadamard": "xy", "total_hadamard_matrix": "AB"}
# sums, signs and factors leave the operators that stand between
OPEN = (
    "hadamard_plus", "hadamard_neg", "hadamard_fraction", "hadamard_div_plus", "hadamard_div_neg", "hadamard_div_scale",
    "hadamard_div_fraction", "diag_div", "diag_matrix_div", "diagvec_div", "vec_div", "kron_div_left", "kron_div_right",
    "diag_plus", "diag_scale", "diag_neg", "diag_matrix_plus", "diag_matrix_scale", "diag_matrix_neg",
    "diagvec_plus", "diagvec_scale", "diagvec_neg", "vec_plus", "vec_scale", "vec_neg",
    "kron_plus_left", "kron_plus_right", "kron_scale_left", "kron_scale_right",
    "kron_neg_left", "kron_neg_right", "vec_sum", "kron_sum_left", "kron_sum_right",
    "tr_of_sum", "dot_sum", "sum_dot", "transpose_sum", "hadamard_sum", "hadamard_div_sum", "diag_sum",
    "diag_matrix_sum", "diagvec_sum", "E_plus", "E_neg", "E_tr", "<E_div",
    "div_dot", "<dot_div", "transpose_div", "<tr_div",
)  # fmt: skip
# the letters of what such a law opens, where it is not every letter
OPENED = {
    "hadamard_plus": "BC", "hadamard_neg": "B", "hadamard_fraction": "B", "hadamard_div_plus": "AB",
    "hadamard_div_neg": "A", "hadamard_div_scale": "sA", "hadamard_div_fraction": "A", "kron_div_left": "A",
    "kron_div_right": "C", "kron_sum_left": "F", "kron_sum_right": "F", "kron_plus_left": "AB", "kron_plus_right": "CE",
    "kron_neg_left": "A", "kron_neg_right": "C",
    "kron_scale_left": "sA", "kron_scale_right": "sC", "dot_sum": "F", "sum_dot": "F", "hadamard_sum": "F",
    "hadamard_div_sum": "F",
    "div_dot": "A", "dot_div": "B",
}  # fmt: skip
SUMS = ("transpose_sum", "sum_dot", "dot_sum", "tr_of_sum")
MOST = 200  # operators in one expression


def to_inner_products(trail: Trail, direction: Term) -> None:
    """Write sums of entries and single entries that hold the direction as inner products and traces."""
    here = acting_on(direction)

    def accept(step: Step) -> bool:
        return here(step) and (step.rule not in SPLIT or _stands_alone(step, direction))

    trail.run(Phase("forms", TO_FORMS, accept=accept))


def _stands_alone(step: Step, direction: Term) -> bool:
    """Whether the one factor of a Hadamard product that holds the direction comes first, all others behind it."""
    first, others = (step.binding[name] for name in SPLIT[step.rule])
    if not isinstance(first, Term) or not isinstance(others, Term):
        return False
    return first.op != "hadamard" and holds(first, direction) and not holds(others, direction)


def move_adjoints(trail: Trail, direction: Term) -> None:
    """Free the direction of every operator between it and its trace. Raises DerivationError for one that resists."""
    to_inner_products(trail, direction)
    for _ in range(MOST):
        place = next(_between(trail.term, direction), None)
        if place is None:
            if trail.run(Phase("multiply out", SUMS, accept=_opens_sum(direction))):
                continue  # a sum that an operator has left
            return
        path, operator = place
        path = _to_front(trail, path, operator, direction)
        phase = Phase("adjoint", ADJOINTS[operator.op], select=_frees(direction), within=_below(path), once=True)
        if not trail.run(phase):
            hint = "a law for its adjoint is missing"
            raise DerivationError("no law moves this operator to the other factor", operator, trail.steps, hint)
    raise DerivationError("too many operators stand between the trace and the variable", trail.term, trail.steps)


def _to_front(trail: Trail, path: Path, operator: Term, direction: Term) -> Path:
    """Bring the form at a place to tr(L(U)'*G), and again where a factor has left it: it then stands elsewhere."""
    for _ in range(MOST):
        bring_at(trail, path, operator)
        now = next((p for p, found in _between(trail.term, direction) if found == operator), path)
        if now == path:
            break
        path = now
    return path


def _opens_sum(direction: Term) -> Callable[[Step], bool]:
    """Accepts the steps that open a sum over an index whose terms hold the direction."""

    def accept(step: Step) -> bool:
        terms = step.binding.get("F")
        return isinstance(terms, Abstraction) and holds(terms.body, direction)

    return accept


def _below(place: Path) -> Place:
    """The places at or below one."""
    return lambda t, path: path[: len(place)] == place


def _frees(direction: Term) -> Select:
    """Takes a use of a law in which U alone holds the direction."""

    def select(law: str, binding: Binding) -> bool:
        inner, outer = (binding.get(k, binding.get(k.upper())) for k in "ua")
        free = not (isinstance(outer, Term) and holds(outer, direction))
        return free and isinstance(inner, Term) and holds(inner, direction)

    return select


def _between(t: Term, direction: Term) -> Iterator[tuple[Path, Term]]:
    """(place of the trace or inner product, outermost operator in it that holds the direction)."""
    stack: list[tuple[Path, Term]] = [((), t)]
    while stack:
        path, node = stack.pop()
        if not holds(node, direction):
            continue
        if _is_form(node):
            found = _outermost(path, node, direction)
            if found is not None:
                yield found
        else:
            stack.extend(((*path, k), a) for k, a in enumerate(node.args))


def _is_form(t: Term) -> bool:
    return t.op == "tr" or (t.op == "dot" and t.shape == SCALAR)


def _outermost(path: Path, form: Term, direction: Term) -> tuple[Path, Term] | None:
    """The outermost operator and the innermost form around it: one form may stand in a factor of another."""
    place, node = path, form
    while node != direction:
        if node.op in ADJOINTS:
            return path, node
        inner = [k for k, a in enumerate(node.args) if holds(a, direction)]
        if len(inner) != 1:
            return None
        place, node = (*place, inner[0]), node.args[inner[0]]
        if _is_form(node):
            path = place
    return None
