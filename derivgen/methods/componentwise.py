"""Componentwise: sums over indices, Kronecker deltas, and back to matrices."""

from __future__ import annotations

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Chain, Derivation, Step
from derivgen.engine.trail import Trail
from derivgen.language.problem import Problem
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Path, Term, at, make, product, symbol, walk
from derivgen.methods.chain_rule import TABLE, chain_once, in_power
from derivgen.methods.gathering import Wanted, gather
from derivgen.methods.law_sets import DEFINED, TIDY
from derivgen.methods.trace_form import transposes_in
from derivgen.rules.binding import Abstraction, Binding
from derivgen.rules.book import RuleBook, local_law

ENTRY_CLEAN = ("row_transpose", "transpose_mul", "transpose_transpose", "entry_row")
TO_SUMS = (
    "sum_one", "tr_sum", "total_def", "bilinear_sum", "inner_sum", "entry_outer", "entry_mul", "entry_mul_vector",
)  # fmt: skip
ENTRIES = (
    "entry_transpose",
    "entry_plus",
    "entry_plus_vector",
    "entry_scale",
    "entry_scale_vector",
    "entry_neg",
    "entry_neg_vector",
    "entry_identity",
    "entry_unit",
    "entry_row",
    "entry_ones",
    "entry_zeros",
    "entry_div",
    "entry_hadamard",
    "entry_hadamard_div",
    "entry_hadamard_pow",
    "entry_map",
    "entry_softmax",
    "entry_diag",
    "entry_diag_matrix",
    "entry_diagvec",
    "entry_sum",
    "entry_vec",
    "entry_kron",
    "entry_E",
    "<entry_d",
    "entry_D",
    "entry_order",
    "entry_conj",
    "entry_conj_vector",
)
DIFFERENTIATE = (
    "D_constant",
    "D_entry",
    "D_entry_matrix",
    "D_neg",
    "D_sum",
    "D_plus",
    "D_scale",
    "D_div_constant",
    "D_mul",
    "D_div_under",
    "D_div",
)
SPREAD = ("arithmetic", "sum_neg", "sum_plus", "mul_plus", "sum_delta", "sum_delta_alone")


def write_out(trail: Trail) -> int:
    """Write traces, inner products and entries out as sums over indices."""
    eager = Phase("components", TO_SUMS, once=True)
    return trail.repeat(eager, Phase("entries", (*ENTRIES, *ENTRY_CLEAN), within=_inside_index))


def _inside_index(t: Term, path: Path) -> bool:
    """A place that is an entry, or stands within the base of one."""
    return at(t, path).op == "index" or any(at(t, path[:k]).op == "index" for k in range(len(path)))


def derive_componentwise(problem: Problem, book: RuleBook) -> Derivation:
    """The gradient of a scalar entry by entry. Raises DerivationError where an entry does not fold back to a matrix."""
    assert problem.wrt is not None
    if problem.of.shape != SCALAR or problem.wrt.shape == SCALAR:
        raise DerivationError("componentwise needs a scalar expression and a vector or matrix variable", problem.of)
    first = Trail("components", problem.of, Context.of(problem, book))
    first.run(Phase("definitions", DEFINED))
    write_out(first)
    problem, names = _free_indices(problem, first.term)
    context = Context.of(problem, book)
    first.context = context
    chains: list[Chain] = []
    lemmas: list[tuple[str, Term, int]] = []
    if first.steps:
        chains.append(first.chain())
        lemmas.append(("lemma 1", make("=", [first.start, first.term]), 0))
        context.local["lemma 1"] = local_law("lemma 1", lemmas[0][1], words="the sums above", news=2)
    trail = _entry_chain(problem, context, names, bool(lemmas))
    chains.append(trail.chain())
    lemmas.append((f"lemma {len(lemmas) + 1}", make("=", [trail.start, trail.term]), len(chains) - 1))
    end = Trail("conclusion", lemmas[-1][1], context)
    end.need("read_entries_matrix" if trail.start.args[2:] else "read_entries", "read off")
    chains.append(end.chain())
    return Derivation(
        problem, "componentwise", tuple(chains), end.term, tuple(lemmas), (), tuple(context.assumed.values())
    )


def _entry_chain(problem: Problem, context: Context, names: list[str], written: bool) -> Trail:
    """D(f, x)[k], differentiated under the sums and folded back to an entry of one vector or matrix."""
    variable = problem.wrt
    assert variable is not None
    statement = make("D", [problem.of, variable])
    vector = variable.shape[1] == ONE
    trail = Trail("entries", make("index", [statement, *map(symbol, names)]), context)
    given: Binding = {"F": Abstraction((str(variable.data),), problem.of)}
    trail.need("gradient_entry" if vector else "gradient_entry_matrix", "definition", given)
    if written:
        trail.need("lemma 1", "lemma")
    _differentiate(trail, trail.term.args[1])
    trail.repeat(
        Phase("deltas", ("delta_symmetric",), accept=turns_delta),
        Phase("deltas", ("div_one",), accept=_divides_delta),
        Phase("deltas", SPREAD, accept=_holds_delta),
        Phase("take out", ("sum_scale",), accept=_takes_delta),
    )
    if trail.term.has("D", "delta"):
        raise DerivationError("an entry cannot be differentiated", trail.term, trail.steps)
    trail.run(Phase("tidy", TIDY, assume=False))
    _fold(trail)
    return trail


def _differentiate(trail: Trail, entry: Term) -> None:
    """The derivative by one entry: sums and products are opened, functions chained, until entries remain."""
    table = Phase("table", TABLE)
    exponents = Phase("exponents", ("arithmetic",), within=in_power)
    while trail.run(Phase("differentiate", ("arithmetic", *DIFFERENTIATE))) + chain_once(trail, entry):
        trail.run(table, exponents)


def turns_delta(step: Step) -> bool:
    """Whether delta(k, i) becomes delta(i, k) for the i of a sum, the inner one where both are of a sum."""
    bound = {str(n.data): k for k, (_, n) in enumerate(walk(step.before)) if n.op == "sum"}
    first, second = (max((bound.get(name, -1) for name in step.binding[x].free), default=-1) for x in "ij")  # type: ignore[union-attr]
    return second > first


def _divides_delta(step: Step) -> bool:
    return at(step.before, step.path).args[0].has("delta")


def _holds_delta(step: Step) -> bool:
    return at(step.before, step.path).has("delta")


def _free_indices(problem: Problem, sums: Term) -> tuple[Problem, list[str]]:
    """Names for the entry: free in the problem, and not those that the sums bind."""
    assert problem.wrt is not None
    bound = {str(node.data) for _, node in walk(sums) if node.op == "sum"}
    names: list[str] = []
    vector = problem.wrt.shape[1] == ONE
    for role, side in zip(("row",) if vector else ("row", "column"), problem.wrt.shape, strict=False):
        wishes = [w for w in "klpqrs" if w not in bound]
        problem, name = problem.introduce(role, wishes, "index", SCALAR, extent=side)
        names.append(name)
    return problem, names


def _takes_delta(step: object) -> bool:
    binding = getattr(step, "binding", {})
    factor = binding.get("a")
    return isinstance(factor, Term) and factor.has("delta")


def _fold(trail: Trail) -> None:
    """Sums back to entries of products, and those to one entry. Raises DerivationError when a sum resists."""
    statement, *places = trail.start.args
    gather(trail, Wanted(tuple(places), statement.shape))
    trail.run(transposes_in())
    if trail.term.op != "index":
        raise DerivationError(
            "the entries do not fold back to a matrix expression",
            trail.term,
            trail.steps,
            "use first principles for this expression",
        )


def bilinear_lemma(context: Context, t: Term, direction: Term) -> list[Trail]:
    """Chains that show r*U*k = tr(U'*G) by components, one for each bilinear form outside a trace."""
    found: list[Trail] = []
    seen: set[Term] = set()
    for path, node in walk(t):
        if (
            node.op != "dot"
            or node.shape != SCALAR
            or not (node.free & direction.free)
            or _under_trace(t, path)
            or node in seen
        ):
            continue
        seen.add(node)
        found.append(_bilinear(context, node, direction))
    return found


def _under_trace(t: Term, path: Path) -> bool:
    return any(at(t, path[:k]).op == "tr" for k in range(len(path)))


def _bilinear(context: Context, form: Term, direction: Term) -> Trail:
    trail = Trail("lemma", form, context)
    place = _place(form, direction)
    if form.args[place].op == "transpose":
        left, right = product(*form.args[: place + 1]), product(*form.args[place + 1 :])
        trail.need("scalar_transpose", "transpose", {"r": left, "k": right})
        trail.run(Phase("transpose", ("transpose_mul", "transpose_transpose")))
        place = _place(trail.term, direction)
    factors = trail.term.args
    given: Binding = {"r": product(*factors[:place]), "U": direction, "k": product(*factors[place + 1 :])}
    trail.need("bilinear_sum", "components", given)
    trail.run(Phase("entries", ENTRY_CLEAN, within=_inside_index))
    trail.need("entry_outer", "gather", forward=False)
    trail.need("trace_inner", "gather", {"U": direction}, forward=False)
    return trail


def _place(form: Term, direction: Term) -> int:
    return next(k for k, f in enumerate(form.args) if f.free & direction.free)
