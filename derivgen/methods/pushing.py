"""Push d inwards, law by law, until it stands on the variables alone."""

from __future__ import annotations

from derivgen.engine.context import ASSUMED, Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.match import match
from derivgen.engine.moves import reorder
from derivgen.engine.phases import Phase
from derivgen.engine.rewrite import Place
from derivgen.engine.trace import Step
from derivgen.engine.trail import Trail
from derivgen.language.operators import WITH_DERIVATIVES
from derivgen.language.plain import plain
from derivgen.language.terms import Path, Term, at, make, walk
from derivgen.methods.chain_rule import in_power
from derivgen.methods.functions_of_matrix import push_through_traces, waits
from derivgen.methods.largest import take_largest
from derivgen.methods.law_sets import INVERSES
from derivgen.methods.members import pick_member
from derivgen.methods.out_of_reach import way_on
from derivgen.methods.trace_form import acting_on
from derivgen.rules.binding import Binding, instantiate
from derivgen.rules.conditions import ASSUMABLE
from derivgen.rules.orders import is_zero

DIFFERENTIALS = (
    "d_second",
    "d_constant",
    "d_eig", "d_eigvec", "d_E",
    "d_neg",
    "d_plus",
    "d_transpose",
    "d_tr_power", "d_tr_expm", "d_tr_logm", "d_tr_sinm", "d_tr_cosm", "d_tr_sqrtm",
    "d_tr",
    "d_scale",
    "d_div_constant",
    "d_mul_left",
    "d_mul_right",
    "d_mul",
    "d_times_constant",
    "d_times",
    "d_div_under",
    "d_div",
    "d_inv",
    "d_det",
    "d_norm_square", "d_norm_square_matrix", "d_pow", "d_exponent", "d_pow_exponent",
    "d_power",
    *(f"d_{name}" for name in WITH_DERIVATIVES),
    "d_max_constant", "d_min_constant", "d_max", "d_min",
    "d_apply", "d_apply_two", "d_apply_vector", "d_apply_matrix", "d_apply_to_matrix", "d_apply_jacobian",
    "d_grad", "d_apply_entries_vector", "d_apply_entries", "d_grad_entries", "d_jac_entries", "d_hess_entries",
    "at_name",
    "d_hadamard_left", "d_hadamard", "d_hadamard_div_constant", "d_hadamard_under", "d_hadamard_div",
    "d_hadamard_square",
    "d_hadamard_pow",
    *(f"d_map_{name}" for name in WITH_DERIVATIVES),
    "d_map",
    "d_total", "d_entries_prod", "d_sum", "d_prod", "d_pinv", "d_diag", "d_diag_matrix", "d_diagvec", "d_vec",
    "d_kron_left", "d_kron_right", "d_kron",
    "d_block", "d_block_row", "d_block_column", "d_softmax_entry", "entry_d", "d_entry",
    "d_conj", "d_re", "d_im", "d_log_principal", "d_sqrt_principal",
    "d_norm", "d_norm_matrix", "norm2_vector", "d_norm2", "d_logsumexp", "d_softmax", "d_expm_scale",
)  # fmt: skip
COMPUTED = ("arithmetic", "literal_d")
POWERS = (
    "pow_negative",
    "pow_square", "pow_cube", "abs_square", "modulus_square", "modulus_square_entries", "norm1_def", "log_softmax",
    "log_softmax_entry", "sum_softmax",
)  # fmt: skip
EVEN_POWERS = ("<pow_square_square", "<pow_square_cube", "<pow_square_out")
# of what is not real, as no norm of that has a differential of its own
LENGTHS = (
    "norm_square_complex", "norm_square_complex_matrix", "modulus_root", "norm_root", "norm_root_matrix",
)  # fmt: skip
CONJUGATES = (
    "H_mul", "conj_real", "conj_conj", "conj_i", "conj_transpose", "conj_plus", "conj_neg", "conj_scale", "conj_mul",
    "conj_div", "conj_tr", "conj_inv", "conj_det", "conj_pow", "conj_exp", "conj_sin", "conj_cos", "conj_sinh",
    "conj_cosh", "conj_tanh", "conj_map_exp", "conj_hadamard", "conj_total", "conj_vec", "conj_diag", "conj_diagvec",
    "conj_kron", "conj_sum", "conj_sum_matrix", "<entry_conj", "<entry_conj_vector",
)  # fmt: skip
# what stands in its parts before it is differentiated, where the variable is in it
PARTS = (
    "var_form", "var_linear", "cov_linear", "var_scalar", "cov_scalar", "var_def", "cov_def", "sum_eig",
    "prod_eig", "triu_mask", "tril_mask", "det_two", "det_three", "adj_inv", "<softmax_def", "sum_exp_entries",
)  # fmt: skip
# a pseudo-inverse of which the rank is known, and what cancels then
PSEUDO_INVERSES = ("pinv_columns_transpose", "pinv_rows_transpose", "pinv_columns", "pinv_rows")
CANCELLED_INVERSES = (
    *INVERSES, "transpose_transpose", "inv_cancel_left", "inv_cancel_right", "inv_transpose_cancel_left",
    "inv_transpose_cancel_right", "inv_inv",
)  # fmt: skip


def pushed(body: Term, variables: tuple[Term, ...], context: Context) -> Trail:
    """The chain from d(body) to what holds d of the variables alone. Raises DerivationError for what resists."""
    trail = Trail("differential", make("d", [body]), context)
    _push(trail, variables)
    if body.has("abbreviation"):
        trail.run(Phase("cancel", ("divide", "arithmetic"), assume=False))
        while trail.run(Phase("abbreviations", ("spell_out",))):
            _push(trail, variables, "abbreviations")
            trail.run(Phase("abbreviations", ("abbreviate",), assume=False))
    trail.run(Phase("conjugates", CONJUGATES, accept=lambda step: at(step.before, step.path).has("d")))
    if waits(trail.term):
        push_through_traces(trail)
        trail.run(Phase("differential", (*COMPUTED, *DIFFERENTIALS)))
    demand_pushed(trail, variables)
    return trail


def _push(trail: Trail, variables: tuple[Term, ...], family: str = "") -> None:
    """Push d inwards as far as the laws reach, all as one phase where ``family`` names it."""
    cited = trail.context.book.cited
    trail.run(Phase(family or "parts", ("arithmetic", "like_terms"), accept=_gives_zero))
    take_largest(trail, trail.context.problem.varying)
    if trail.run(Phase(family or "parts", PSEUDO_INVERSES, accept=acting_on(*variables), assume=False)):
        trail.run(Phase(family or "parts", CANCELLED_INVERSES, assume=False))
    trail.run(
        Phase(family or "parts", PARTS, accept=acting_on(*variables), select=_by_its_own_law),
        Phase(family or "cited", cited),
        Phase(family or "powers", POWERS),
    )
    while trail.run(Phase(family or "powers", EVEN_POWERS, within=_even_power(trail.context), assume=False, once=True)):
        trail.run(Phase(family or "powers", ("arithmetic",), within=in_power))
    trail.run(
        Phase(family or "roots", LENGTHS, accept=lambda step: not _of_reals(step, trail.context)),
    )
    trail.run(Phase(family or "powers", ("log_div", "log_mul"), accept=acting_on(*variables), assume=False))
    if trail.context.problem.member is not None:
        pick_member(trail, Phase(family or "differential", (*COMPUTED, *DIFFERENTIALS), once=True))
    trail.run(
        Phase(family or "differential", (*cited, *COMPUTED, *DIFFERENTIALS), select=_by_its_own_law),
        Phase(family or "differential", ("reorder",), within=behind_number),
        Phase(family or "differential", ("inv_inv", "combine_powers"), assume=False),
    )


def _gives_zero(step: Step) -> bool:
    """Whether a step finds that a part is zero, of which nothing has to be assumed then."""
    return not isinstance(step.path[-1], tuple) and is_zero(at(step.after, step.path))


def _even_power(context: Context) -> Place:
    """The even powers from the fourth on of norms that vary: they are smooth where the norm, which may be 0, is not."""

    def within(t: Term, path: Path) -> bool:
        power = at(t, path)
        if power.op != "pow" or power.args[0].op != "norm" or power.free.isdisjoint(context.problem.varying):
            return False
        exponent = power.args[1].data if power.args[1].op == "number" else None
        return isinstance(exponent, int) and exponent >= 4 and exponent % 2 == 0

    return within


def behind_number(t: Term, path: Path) -> bool:
    """The places of products in which nothing but a number, which an exponent left there, comes to the front."""
    product = at(t, path)
    if product.op != "times" or not any(a.op == "number" for a in product.args[1:]):
        return False
    ordered = reorder(product)
    return ordered is not None and _not_numbers(ordered) == _not_numbers(product)


def _not_numbers(product: Term) -> list[Term]:
    return [a for a in product.args if a.op != "number"]


def _of_reals(step: Step, context: Context) -> bool:
    """Whether the part that a step replaces is a function of something real, or holds nothing that varies."""
    part = at(step.before, step.path)
    inner = part.args[0].args[0] if part.op == "pow" else part.args[0]
    return context.facts.structural("real", inner, ()) or context.facts.structural("constant", inner, ())


def demand_pushed(trail: Trail, variables: tuple[Term, ...]) -> None:
    """Raise DerivationError unless d stands on the variables alone."""
    for _, node in walk(trail.term):
        if node.op == "d" and node.args[0] not in variables:
            raise DerivationError("no law gives this differential", node, trail.steps, _wanted(node, trail.context))


def _by_its_own_law(law: str, binding: Binding) -> bool:
    """Takes an entry of the eigenvalues as a whole: the eigenvalues together have no differential."""
    base = binding.get("x")
    return law not in ("d_entry", "sum_exp_entries") or not (isinstance(base, Term) and base.op == "eig")


def _wanted(t: Term, context: Context) -> str:
    """What a law asks for that would give a differential; or that there is none."""
    for name in DIFFERENTIALS:
        law = context.find(name)
        if law is None or not law.conditions:
            continue
        for bound in match(law.left, t, {}):
            asked = [(c.predicate, instantiate(c.subject, bound)) for c in law.conditions if c.predicate in ASSUMABLE]
            missing = [f"{p}({plain(s)})" for p, s in asked if not context.facts.holds(p, s) and p not in ASSUMED]
            if missing:
                return f"declare what {name} asks for: {', '.join(missing)}"
    return way_on(t.args[0])
