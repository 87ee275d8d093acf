"""Differentials: push d inwards, bring the differential to a form from which the derivative is read off.

A scalar comes to tr(d(X)'*G), a vector to J*d(x), anything that depends on a scalar t to d(t)*G.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derivgen.engine.fractions import rational
from derivgen.engine.match import match
from derivgen.engine.moves import reorder
from derivgen.engine.rewrite import ASSUMED, Context, DerivationError, Phase, Place, Trail
from derivgen.engine.trace import Derivation, Step
from derivgen.language.operators import WITH_DERIVATIVES
from derivgen.language.plain import plain
from derivgen.language.problem import Problem
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Path, Term, at, make, walk
from derivgen.methods import adjoints
from derivgen.methods.first_principles import SUMMANDS, tidy
from derivgen.methods.functions_of_matrix import push_through_traces, waits
from derivgen.methods.largest import take_largest
from derivgen.methods.law_sets import INVERSES, PUSH_TRANSPOSES, SIGNS, TIDY
from derivgen.methods.linear_form import demand_linear, to_linear_form
from derivgen.methods.literals import close_literal, open_literals
from derivgen.methods.out_of_reach import way_on
from derivgen.methods.trace_form import acting_on, holds, to_trace_form, transposes_in
from derivgen.rules.binding import Abstraction, Binding, instantiate
from derivgen.rules.book import RuleBook, local_law
from derivgen.rules.conditions import ASSUMABLE
from derivgen.rules.members import MEMBERS
from derivgen.rules.orders import is_zero

STRUCTURE_NOTE = "The variable moves within its structure: this is no gradient for free entries."
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
    "d_max", "d_min",
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
    "d_block", "d_block_row", "d_block_column", "entry_d", "d_entry",
    "d_conj", "d_re", "d_im", "d_log_principal", "d_sqrt_principal",
    "d_norm", "d_norm_matrix", "norm2_vector", "d_norm2", "d_logsumexp", "d_softmax", "d_expm_scale",
)  # fmt: skip
COMPUTED = ("arithmetic", "literal_d")
TIED = (
    "tied_symmetric", "tied_skew_symmetric", "tied_diagonal", "tied_upper_triangular", "tied_lower_triangular",
    "tied_toeplitz", "tied_symmetric_toeplitz",
)  # fmt: skip
POWERS = (
    "pow_negative",
    "pow_square", "pow_cube", "abs_square", "modulus_square", "modulus_square_entries", "norm1_def", "log_softmax",
)  # fmt: skip
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
COMPLEX = (
    "conj_conj", "conj_transpose", "i_square", "i_power", "conj_i", "hermitian_adjoint", "plus_conj", "minus_conj",
    "<modulus_root", "<norm_root", "<norm_root_matrix",
)  # fmt: skip
ENTRYWISE_TRANSPOSES = (
    "transpose_hadamard", "transpose_hadamard_div", "transpose_hadamard_pow", "transpose_map",
    "transpose_kron", "transpose_sum", "diag_transpose", "diag_matrix_transpose",
)  # fmt: skip
ENTRYWISE_QUOTIENTS = ("hadamard_div_neg", "hadamard_cancel", "hadamard_cancel_above", "hadamard_under_fraction")
# what stands in its parts before it is differentiated, where the variable is in it
PARTS = (
    "var_form", "var_linear", "cov_linear", "var_scalar", "cov_scalar", "var_def", "cov_def", "sum_eig",
    "prod_eig", "triu_mask", "tril_mask", "det_two", "det_three", "adj_inv", "<softmax_def",
)  # fmt: skip
# a pseudo-inverse of which the rank is known, and what cancels then
PSEUDO_INVERSES = ("pinv_columns_transpose", "pinv_rows_transpose", "pinv_columns", "pinv_rows")
CANCELLED_INVERSES = (
    *INVERSES, "transpose_transpose", "inv_cancel_left", "inv_cancel_right", "inv_transpose_cancel_left",
    "inv_transpose_cancel_right", "inv_inv",
)  # fmt: skip
# blocks that hold d(X) become sums in which each block stands at its place
BLOCKS = ("arithmetic", "block_square", "block_row", "block_column")
OUT_OF_SUMS = ("<scale_sum", "sum_neg_matrix", "<dot_sum", "<sum_dot", "sum_scale", "sum_neg")
COLLAPSE = ("sum_delta", "sum_delta_matrix", "sum_delta_alone")
TO_DELTAS = (
    "sum_plus", "sum_plus_matrix", "mul_plus", "dot_plus", "plus_dot", "scale_plus", "dot_neg", "neg_dot", "arithmetic",
    "sum_neg", "sum_neg_matrix", "sum_scale", "<scale_sum",
)  # fmt: skip
SPREAD = (
    "dot_plus", "plus_dot", "scale_plus", "mul_plus", "dot_neg", "neg_dot", "neg_scale", "neg_plus", "div_plus",
    "div_mul", "transpose_plus", "transpose_neg", "transpose_scale", *adjoints.OPEN,
)  # fmt: skip


def derive_by_differentials(problem: Problem, book: RuleBook) -> Derivation:
    """The derivative that is read off a differential, or the differential itself when that is asked for.

    Raises DerivationError naming what resists.
    """
    assert problem.wrt is not None
    context = Context.of(problem, book)
    trail = pushed(problem.of, problem.variables, context)
    if problem.quantity == "differential":
        trail.run(Phase("cancel", ("divide", "arithmetic"), assume=False))
        tidy(trail)
        return _differential(problem, context, trail)
    end = read_off(trail, problem.wrt)
    found = _derivation(problem, context, (trail, end), end.term, (("lemma 1", end.start, 0),))
    return replace(found, notes=(STRUCTURE_NOTE,)) if problem.vary == "structured" else found


def _differential(problem: Problem, context: Context, first: Trail) -> Derivation:
    """The differential that was found, or for order 2 that of it, in which the change of the variable is constant."""
    result = make("=", [first.start, first.term])
    if problem.order == 1:
        return _derivation(problem, context, (first,), result, ())
    second = Trail("differential", make("d", [first.start]), context)
    context.local["lemma 1"] = local_law("lemma 1", result, words="the differential above", news=1)
    second.need("lemma 1", "lemma")
    second.run(Phase("differential", (*COMPUTED, *DIFFERENTIALS)))
    _demand_pushed(second, problem.variables)
    second.run(Phase("cancel", ("divide", "arithmetic"), assume=False))
    tidy(second)
    last = make("=", [second.start, second.term])
    return _derivation(problem, context, (first, second), last, (("lemma 1", result, 0),))


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
    _demand_pushed(trail, variables)
    return trail


def _push(trail: Trail, variables: tuple[Term, ...], family: str = "") -> None:
    """Push d inwards as far as the laws reach, all as one phase where ``family`` names it."""
    cited = trail.context.book.cited
    trail.run(Phase(family or "parts", ("arithmetic", "like_terms"), accept=_gives_zero))
    take_largest(trail, trail.context.problem.varying)
    if trail.run(Phase(family or "parts", PSEUDO_INVERSES, accept=acting_on(*variables), assume=False)):
        trail.run(Phase(family or "parts", CANCELLED_INVERSES, assume=False))
    trail.run(
        Phase(family or "parts", PARTS, accept=acting_on(*variables)),
        Phase(family or "cited", cited),
        Phase(family or "powers", POWERS),
        Phase(family or "roots", LENGTHS, accept=lambda step: not _of_reals(step, trail.context)),
    )
    trail.run(Phase(family or "powers", ("log_div", "log_mul"), accept=acting_on(*variables), assume=False))
    if trail.context.problem.member is not None:
        _pick_member(trail, Phase(family or "differential", (*COMPUTED, *DIFFERENTIALS), once=True))
    trail.run(
        Phase(family or "differential", (*cited, *COMPUTED, *DIFFERENTIALS), select=_by_its_own_law),
        Phase(family or "differential", ("reorder",), within=_behind_number),
        Phase(family or "differential", ("inv_inv", "combine_powers"), assume=False),
    )


def _gives_zero(step: Step) -> bool:
    """Whether a step finds that a part is zero, of which nothing has to be assumed then."""
    return not isinstance(step.path[-1], tuple) and is_zero(at(step.after, step.path))


def _behind_number(t: Term, path: Path) -> bool:
    """The places of products in which nothing but a number, which an exponent left there, comes to the front."""
    product = at(t, path)
    if product.op != "times" or not any(a.op == "number" for a in product.args[1:]):
        return False
    ordered = reorder(product)
    return ordered is not None and _not_numbers(ordered) == _not_numbers(product)


def _not_numbers(product: Term) -> list[Term]:
    return [a for a in product.args if a.op != "number"]


def _named_beside_number(t: Term, path: Path) -> bool:
    """The places of quotients in which an abbreviation, for which factors were taken, stands beside a fraction."""
    above = at(t, path).args[0] if at(t, path).op == "div" else t
    fractions = any(a.op == "div" and rational(a) is not None for a in above.args)
    return above.op == "times" and fractions and any(a.op == "abbreviation" for a in above.args)


def _pick_member(trail: Trail, push: Phase) -> None:
    """Push d inwards until it stands on what holds the family at one index k alone: there k must be j."""
    signs = replace(push, rules=("d_neg",))
    while trail.run(signs) or _use_members(trail) or trail.run(push):
        trail.run(Phase("deltas", COLLAPSE))
    if trail.run(Phase("deltas", (*COLLAPSE, *TO_DELTAS), accept=_opens_delta)):
        trail.run(Phase("deltas", ("arithmetic", "sum_scale", "<scale_sum", "sum_neg", "sum_neg_matrix")))


def _opens_delta(step: Step) -> bool:
    """Whether a delta stands in what a step opens, or in what it is about where it opens nothing."""
    letters = SUMMANDS.get(step.rule, "")
    parts = [step.binding.get(k) for k in letters] or [at(step.before, step.path)]
    return any(isinstance(part, Term) and part.has("delta") for part in parts)


def _use_members(trail: Trail) -> bool:
    """Take delta(k, j)*d(F{j}) for one d(F{k})."""
    member = trail.context.problem.member
    for path, node in walk(trail.term):
        if node.op != "d" or member is None:
            continue
        indices = {n.args[0] for _, n in walk(node) if n.op == "member" and n.data == member.data}
        k = next(iter(indices - set(member.args)), None)
        if k is None or k.op != "symbol" or len(indices) > 1:
            continue
        given: Binding = {"F": Abstraction((str(k.data),), node.args[0]), "k": k}
        if trail.use(MEMBERS, "members", given, path):
            return True
    return False


def _of_reals(step: Step, context: Context) -> bool:
    """Whether the part that a step replaces is a function of something real, or holds nothing that varies."""
    part = at(step.before, step.path)
    inner = part.args[0].args[0] if part.op == "pow" else part.args[0]
    return context.facts.structural("real", inner, ()) or context.facts.structural("constant", inner, ())


def _demand_pushed(trail: Trail, variables: tuple[Term, ...]) -> None:
    """Raise DerivationError unless d stands on the variables alone."""
    for _, node in walk(trail.term):
        if node.op == "d" and node.args[0] not in variables:
            raise DerivationError("no law gives this differential", node, trail.steps, _wanted(node, trail.context))


def _by_its_own_law(law: str, binding: Binding) -> bool:
    """Takes an entry of the eigenvalues as a whole: the eigenvalues together have no differential."""
    base = binding.get("x")
    return law != "d_entry" or not (isinstance(base, Term) and base.op == "eig")


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


def read_off(trail: Trail, variable: Term) -> Trail:
    """Bring a differential to its form, and read the derivative off: the chain of the conclusion."""
    small = make("d", [variable])
    to_form(trail, small)
    if small.shape != SCALAR != trail.term.shape:
        demand_linear(trail, small)
    end = Trail("conclusion", make("=", [trail.start, trail.term]), trail.context)
    for law in _read_laws(trail, variable):
        if end.use(law, "read off"):
            end.run(Phase("structure", TIED))
            simplify(end)
            return end
    raise DerivationError("the derivative cannot be read off", trail.term, trail.steps)


def to_form(trail: Trail, small: Term) -> None:
    """Bring a differential, or a derivative along a direction, to the form from which one reads the derivative off."""
    trail.context.rely_on_assumed()
    if trail.term.has("block"):
        trail.run(Phase("parts", BLOCKS, accept=acting_on(small)))
    trail.run(Phase("cancel", ("divide", "arithmetic", "hadamard_ones", *INVERSES, *ENTRYWISE_QUOTIENTS), assume=False))
    if trail.term.has("matrix"):
        open_literals(trail, small, _collect_within)
    if small.shape != SCALAR:
        adjoints.to_inner_products(trail, small)
        _gather(trail, small)
    spread(trail, small)
    trail.run(Phase("cancel", (*INVERSES, "abbreviate"), assume=False))
    trail.run(Phase("cancel", ("lowest_terms",), within=_named_beside_number))
    bring_to_form(trail, small)


def _derivation(
    problem: Problem,
    context: Context,
    trails: tuple[Trail, ...],
    result: Term,
    lemmas: tuple[tuple[str, Term, int], ...],
) -> Derivation:
    chains = tuple(trail.chain() for trail in trails)
    return Derivation(problem, "differentials", chains, result, lemmas, (), tuple(context.assumed.values()))


def _read_laws(trail: Trail, variable: Term) -> tuple[str, ...]:
    body = trail.term
    if trail.context.problem.vary == "structured":
        return ("read_structured",)
    if variable.shape == SCALAR:
        return ("read_differential_scalar",) if body.shape == SCALAR else ("read_differential_by_scalar",)
    if body.shape != SCALAR:
        return "read_jacobian", "read_jacobian_outer"
    return ("read_differential_vector",) if variable.shape[1] == ONE else ("read_differential",)


def spread(trail: Trail, small: Term) -> None:
    """Multiply out what holds d(X), so that every summand holds it once."""

    def opens(step: Step) -> bool:
        if step.rule in adjoints.OPEN or f"<{step.rule}" in adjoints.OPEN:
            return any(isinstance(p, Term) and holds(p, small) for p in _opened(step))
        parts = [step.binding.get(k) for k in SUMMANDS.get(step.rule, "sAB")]
        return any(isinstance(p, Term) and holds(p, small) for p in parts)

    trail.run(Phase("multiply out", ("arithmetic", "tr_plus", "tr_scale", "tr_neg", *SPREAD), accept=opens))


def _gather(trail: Trail, small: Term) -> None:
    """Make one form of each sum of scalars that stands inside a product or quotient, before it is multiplied out."""
    for path in sorted(_inner_sums(trail.term, small), key=len, reverse=True):
        part = Trail(trail.opening, at(trail.term, path), trail.context)
        part.run(Phase("signs", ("transpose_neg", "neg_dot", "dot_neg"), accept=acting_on(small)))
        adjoints.move_adjoints(part, small)
        to_trace_form(part, small)
        part.run(Phase("collect", ("like_terms", "arithmetic")))
        trail.absorb(part, path)
    trail.run(Phase("cancel", ("divide", "arithmetic"), assume=False))


def _inner_sums(t: Term, small: Term) -> Iterator[Path]:
    """The places of sums of scalars, each summand a plain form in d(X), with a factor or a divisor beside them."""
    for path, node in walk(t):
        beside = bool(path) and at(t, path[:-1]).op in ("times", "div")
        if beside and node.op == "plus" and node.shape == SCALAR and all(_plain_form(a, small) for a in node.args):
            yield path


def _plain_form(t: Term, small: Term) -> bool:
    """Whether a scalar is a trace or an inner product with d(X) in it, up to signs and constant factors."""
    if t.op == "neg":
        return _plain_form(t.args[0], small)
    if t.op == "times":
        holding = [a for a in t.args if holds(a, small)]
        return len(holding) == 1 and _plain_form(holding[0], small)
    if t.op not in ("tr", "dot"):
        return False
    factors = [a for a in (t.args[0] if t.op == "tr" and t.args[0].op == "dot" else t).args if holds(a, small)]
    return bool(factors) and not any(a.has("plus", "sum") for a in factors)


def _opened(step: Step) -> list[object]:
    """What the letters of a law stand for that it opens; of a second-order hole its body."""
    letters = adjoints.OPENED.get(step.rule, "".join(k for k in step.binding if len(k) == 1))
    return [getattr(step.binding.get(k), "body", step.binding.get(k)) for k in letters]


def bring_to_form(trail: Trail, small: Term) -> None:
    """Bring what holds the change of the variable to tr(d(X)'*G), d(x)'*g, J*d(x) or d(t)*G."""
    if small.shape == SCALAR:
        _collect_scalar(trail, small)
    elif trail.term.shape != SCALAR:
        to_linear_form(trail, small)
    else:
        adjoints.move_adjoints(trail, small)
        to_trace_form(trail, small)


def _alone(small: Term) -> Place:
    """The places of d(t) that are a summand, also of a sum over an index, or the whole."""

    def within(t: Term, path: Path) -> bool:
        return at(t, path) == small and (not path or at(t, path[:-1]).op in ("plus", "neg", "sum"))

    return within


def _collect_within(trail: Trail, small: Term) -> None:
    spread(trail, small)
    _collect_scalar(trail, small)


def _collect_scalar(trail: Trail, small: Term) -> None:
    """d(t) in front of everything that it multiplies."""
    out = (
        "div_one", "div_mul", "div_scale", "hadamard_div_scale", "transpose_scale", "tr_scale", "sum_scale",
        "<scale_sum", "diag_scale", "diag_matrix_scale", "diagvec_scale", "vec_scale", "total_scale", "kron_scale_left",
        "kron_scale_right", "entry_scale", "entry_scale_vector",
    )  # fmt: skip
    signs = (
        "hadamard_div_neg", "diag_neg", "diag_matrix_neg", "diagvec_neg", "vec_neg", "transpose_neg", "tr_neg",
        "entry_neg", "entry_neg_vector",
    )  # fmt: skip
    if is_zero(trail.term):
        law = "mul_zero" if trail.term.shape == SCALAR else "scale_zeros"
        trail.need(law, "collect", {"s": small}, forward=False)
        return
    trail.repeat(
        Phase("one fraction", signs, accept=acting_on(small)),
        Phase("one", ("<mul_one",), within=_alone(small)),
        Phase("one fraction", out, accept=lambda step: small in step.binding.values()),
        Phase("collect", ("<neg_scale", "factor_scalar"), accept=lambda step: step.binding.get("s") == small),
    )


def simplify(trail: Trail) -> None:
    """Clear up the right side: use what is known of X only after the gradient was read off."""
    rules = (
        "symmetric_transpose", "skew_transpose", "transpose_block", "transpose_block_row", "transpose_block_column",
        "matrix_arithmetic", *PUSH_TRANSPOSES, "inner_ones", "div_dot", "<dot_div",
        "div_div_matrix", "inv_transpose", "<tr_transpose", "<scalar_trace", *ENTRYWISE_TRANSPOSES, "diag_scale",
        "diag_matrix_scale", "hadamard_ones", "hadamard_identity", "diag_ones", "diag_identity", "diagvec_identity",
        "<triu_mask", "<tril_mask", *OUT_OF_SUMS, "pow_mul", "pow_square_square", *INVERSES, *SIGNS, *TIDY, *COMPLEX,
        "E_scale", "E_neg", "E_known", "reorder",
    )  # fmt: skip
    cheap = transposes_in().accept
    within = right_side if trail.term.op == "=" else None
    trail.run(Phase("properties", rules, accept=cheap, within=within, assume=False))
    close_literal(trail)


def right_side(t: Term, path: Path) -> bool:
    """The places on the right of an equation."""
    return path[:1] == (1,)
