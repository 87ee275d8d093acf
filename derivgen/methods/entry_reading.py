"""What a derivative by one entry is: of a sum over all entries one term remains, and an entry of a sum is a sum."""

from __future__ import annotations

from derivgen.engine.phases import Phase
from derivgen.engine.trace import Step
from derivgen.engine.trail import Trail
from derivgen.language.shapes import ONE
from derivgen.language.terms import Path, Term, at
from derivgen.methods.law_sets import CLEAN, SIGNS
from derivgen.methods.trace_form import acting_on

# what an entry of a product with the change in it is made of
OF_CHANGE = ("entry_transpose", "entry_scale", "entry_scale_vector", "entry_mul", "entry_mul_vector")
SUMS = ("entry_plus", "entry_plus_vector")
INTO_FACTORS = ("entry_plus", "entry_neg", "entry_scale", "entry_sum", "entry_hadamard")
PICKED = ("entry_single_between", "entry_single_right", "entry_single_left", "entry_single")
READ = (
    *PICKED,
    "entry_scale", "entry_scale_vector", "entry_neg", "entry_neg_vector", "entry_div", "entry_transpose", *SUMS,
    "entry_hadamard", "entry_hadamard_div", "entry_hadamard_pow", "entry_map", "entry_conj", "entry_conj_vector",
    "entry_ones", "entry_zeros",
    "entry_identity", "entry_unit", "entry_single", "entry_outer", "entry_sum", "entry_diag", "entry_diagvec",
    "delta_same", "arithmetic",
)  # fmt: skip


def pick_entry(trail: Trail, direction: Term) -> None:
    """Of a sum over all entries of the change, of which one alone is not 0, keep that one."""
    if direction.op not in ("unit", "single"):
        return

    def running(t: Term, path: Path) -> bool:
        return any(at(t, path[:k]).op == "sum" for k in range(len(path)))

    trail.run(
        Phase("entries", OF_CHANGE, within=running, accept=acting_on(direction)),
        Phase("entries", ("entry_single", "entry_unit"), within=running),
        Phase("pick", ("sum_delta", "sum_delta_matrix")),
        Phase("entries", ("entry_transpose",), within=running),
    )


def in_products_alone(t: Term, small: Term) -> bool:
    """Whether a change stands in entries of products with it and of their sums only: (A*d(X)*B)[k,l]."""
    if not t.has("d"):
        return True
    changed = [a for a in t.args if a.has("d")]
    if t.op == "index":
        return _one_factor(t.args[0], small)
    inward = t.op in ("plus", "neg", "sum") or (t.op in ("times", "div") and len(changed) == 1)
    return inward and all(in_products_alone(a, small) for a in changed)


def _one_factor(t: Term, small: Term) -> bool:
    """Whether every summand has the change, or its transpose, as one of its factors, and not inside another."""
    changed = [a for a in t.args if a.has("d")]
    if t.op in ("plus", "sum"):
        return all(_one_factor(a, small) for a in changed)
    if t.op in ("neg", "times", "dot", "hadamard") and len(changed) == 1:
        return _one_factor(changed[0], small) and not (t.op == "dot" and changed[0].has("hadamard"))
    return t == small or (t.op == "transpose" and t.args[0] == small)


def pick_from_products(trail: Trail) -> None:
    """Entries of products with a single entry in them: of A*J*B an entry of A times one of B."""

    def accept(step: Step) -> bool:
        return at(step.before, step.path).has("single")

    trail.run(
        Phase("spread", (*SIGNS, "dot_plus", "plus_dot", "single_transpose"), accept=accept),
        Phase("entries", INTO_FACTORS, accept=accept),
        Phase("pick", PICKED, accept=accept),
        Phase("clean", CLEAN),
    )


def read_entries(trail: Trail) -> None:
    """Entries of multiples, transposes and of sums without products as what they are: (2*X)[i,j] is 2*X[i,j]."""

    def accept(step: Step) -> bool:
        node = at(step.before, step.path)
        if step.rule == "entry_sum":
            return node.args[0].args[2].has("unit", "single")
        return node.op != "index" or step.rule not in SUMS or node.args[0].has("single") or _plain(node.args[0])

    def turns(step: Step) -> bool:
        """Whether delta(j, k) becomes delta(k, j) for the k of a sum around it."""
        around = {str(at(step.before, step.path[:k]).data) for k in range(len(step.path))}
        return not step.binding["i"].free & around and bool(step.binding["j"].free & around)  # type: ignore[union-attr]

    trail.run(
        Phase("entries", READ, within=_at_entries, accept=accept, assume=False),
        Phase("pick", ("delta_symmetric",), accept=turns),
        Phase("pick", ("sum_delta", "sum_delta_alone")),
    )


def _at_entries(t: Term, path: Path) -> bool:
    """Entries, and what became of them: never the index of an entry."""
    return not any(at(t, path[:k]).op == "index" and path[k] != 0 for k in range(len(path)))


def _plain(t: Term) -> bool:
    """Whether an entry is a short expression: no product of matrices but that of a column and a row."""
    if t.op == "dot":
        return len(t.args) == 2 and t.args[0].shape[1] == ONE
    if t.op in ("sum", "kron"):
        return False
    inner = t.args[-1:] if t.op == "times" else t.args
    return t.op in ("symbol", "inv") or all(_plain(a) for a in inner)
