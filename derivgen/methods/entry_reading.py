"""What a derivative by one entry is: of a sum over all entries one term remains, and an entry of a sum is a sum."""

from __future__ import annotations

from derivgen.engine.rewrite import Phase, Trail
from derivgen.engine.trace import Step
from derivgen.language.shapes import ONE
from derivgen.language.terms import Path, Term, at
from derivgen.methods.trace_form import acting_on

# what an entry of a product with the change in it is made of
OF_CHANGE = ("entry_transpose", "entry_scale", "entry_scale_vector", "entry_mul", "entry_mul_vector")
SUMS = ("entry_plus", "entry_plus_vector")
READ = (
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


def read_entries(trail: Trail) -> None:
    """Entries of multiples, transposes and of sums without products as what they are: (2*X)[i,j] is 2*X[i,j]."""

    def accept(step: Step) -> bool:
        node = at(step.before, step.path)
        if step.rule == "entry_sum":
            return node.args[0].args[2].has("unit", "single")
        return node.op != "index" or step.rule not in SUMS or _plain(node.args[0])

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
