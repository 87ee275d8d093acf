"""Bring a differential to its form, and read the derivative off.

A scalar comes to tr(d(X)'*G), a vector to J*d(x), anything that depends on a scalar t to d(t)*G.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.fractions import rational
from derivgen.engine.phases import Phase
from derivgen.engine.rewrite import Place
from derivgen.engine.trace import Step
from derivgen.engine.trail import Trail
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Path, Term, at, make, walk
from derivgen.methods import adjoints
from derivgen.methods.first_principles import SUMMANDS
from derivgen.methods.law_sets import INVERSES, PUSH_TRANSPOSES, SIGNS, TIDY
from derivgen.methods.linear_form import demand_linear, to_linear_form
from derivgen.methods.literals import close_literal, open_literals
from derivgen.methods.trace_form import acting_on, holds, to_trace_form, transposes_in
from derivgen.rules.orders import is_zero

TIED = (
    "tied_symmetric", "tied_skew_symmetric", "tied_diagonal", "tied_upper_triangular", "tied_lower_triangular",
    "tied_toeplitz", "tied_symmetric_toeplitz",
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
# blocks that hold d(X) become sums in which each block stands at its place
BLOCKS = ("arithmetic", "block_square", "block_row", "block_column")
OUT_OF_SUMS = ("<scale_sum", "sum_neg_matrix", "<dot_sum", "<sum_dot", "sum_scale", "sum_neg")
SPREAD = (
    "dot_plus", "plus_dot", "scale_plus", "mul_plus", "dot_neg", "neg_dot", "neg_scale", "neg_plus", "div_plus",
    "div_mul", "transpose_plus", "transpose_neg", "transpose_scale", *adjoints.OPEN,
)  # fmt: skip


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


def _read_laws(trail: Trail, variable: Term) -> tuple[str, ...]:
    body = trail.term
    if trail.context.problem.vary == "structured":
        return ("read_structured",)
    if variable.shape == SCALAR:
        return ("read_differential_scalar",) if body.shape == SCALAR else ("read_differential_by_scalar",)
    if body.shape != SCALAR:
        return "read_jacobian", "read_jacobian_outer"
    return ("read_differential_vector",) if variable.shape[1] == ONE else ("read_differential",)


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


def _named_beside_number(t: Term, path: Path) -> bool:
    """The places of quotients in which an abbreviation, for which factors were taken, stands beside a fraction."""
    above = at(t, path).args[0] if at(t, path).op == "div" else t
    fractions = any(a.op == "div" and rational(a) is not None for a in above.args)
    return above.op == "times" and fractions and any(a.op == "abbreviation" for a in above.args)


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
