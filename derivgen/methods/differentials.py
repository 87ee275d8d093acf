"""Differentials: push d inwards, bring the differential to tr(d(X)'*G), and identify the gradient G."""

from __future__ import annotations

from derivgen.engine.rewrite import Context, DerivationError, Phase, Trail
from derivgen.engine.trace import Derivation, Step
from derivgen.language.problem import Problem
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, make, walk
from derivgen.methods.first_principles import SUMMANDS, tidy
from derivgen.methods.law_sets import INVERSES, PUSH_TRANSPOSES, SIGNS, TIDY
from derivgen.methods.trace_form import holds, to_trace_form
from derivgen.rules.book import RuleBook

DIFFERENTIALS = (
    "d_constant",
    "d_neg",
    "d_plus",
    "d_transpose",
    "d_tr",
    "d_scale",
    "d_div_constant",
    "d_mul_left",
    "d_mul_right",
    "d_mul",
    "d_times",
    "d_div",
    "d_inv",
    "d_det",
    "d_pow",
    "d_exp",
    "d_log",
    "d_sqrt",
    "d_abs",
    "d_sin",
    "d_cos",
    "d_tan",
    "d_sinh",
    "d_cosh",
    "d_tanh",
    "d_asin",
    "d_acos",
    "d_atan",
    "d_asinh",
    "d_acosh",
    "d_atanh",
    "d_apply",
    "d_apply_vector",
    "d_apply_matrix",
)
POWERS = ("pow_square", "pow_cube")
SPREAD = (
    "dot_plus",
    "plus_dot",
    "scale_plus",
    "mul_plus",
    "dot_neg",
    "neg_dot",
    "neg_scale",
    "neg_plus",
    "div_plus",
    "div_mul",
)


def derive_by_differentials(problem: Problem, book: RuleBook) -> Derivation:
    """The gradient of a scalar, or its differential when that is asked for.

    Raises DerivationError naming what resists.
    """
    assert problem.wrt is not None
    if problem.of.shape != SCALAR and problem.quantity != "differential":
        raise DerivationError("differentials give the gradient of a scalar; this is not one", problem.of)
    context = Context.of(problem, book)
    trail = Trail("differential", make("d", [problem.of]), context)
    small = make("d", [problem.wrt])
    _push(trail, problem.wrt)
    if problem.quantity == "differential":
        tidy(trail)
        result = make("=", [trail.start, trail.term])
        return _derivation(problem, context, (trail,), result, ())
    trail.run(Phase("cancel", ("divide", "arithmetic", *INVERSES), assume=False))
    _spread(trail, small)
    _bring_to_form(trail, small)
    equation = make("=", [trail.start, trail.term])
    end = Trail("conclusion", equation, context)
    end.need(_read_law(problem.wrt), "read off")
    _simplify(end)
    return _derivation(problem, context, (trail, end), end.term, (("lemma 1", equation, 0),))


def _derivation(
    problem: Problem,
    context: Context,
    trails: tuple[Trail, ...],
    result: Term,
    lemmas: tuple[tuple[str, Term, int], ...],
) -> Derivation:
    chains = tuple(trail.chain() for trail in trails)
    return Derivation(problem, "differentials", chains, result, lemmas, (), tuple(context.assumed.values()))


def _read_law(variable: Term) -> str:
    if variable.shape == SCALAR:
        return "read_differential_scalar"
    return "read_differential_vector" if variable.shape[1] == ONE else "read_differential"


def _push(trail: Trail, variable: Term) -> None:
    """Push d inwards until it stands on the variable alone."""
    trail.run(Phase("powers", POWERS), Phase("differential", ("arithmetic", *DIFFERENTIALS)))
    for _, node in walk(trail.term):
        if node.op == "d" and node.args[0] != variable:
            raise DerivationError("no law gives this differential", node, trail.steps, "a law for it is missing")


def _spread(trail: Trail, small: Term) -> None:
    """Multiply out what holds d(X), so that every summand holds it once."""

    def opens(step: Step) -> bool:
        parts = [step.binding.get(k) for k in SUMMANDS.get(step.rule, "sAB")]
        return any(isinstance(p, Term) and holds(p, small) for p in parts)

    trail.run(Phase("multiply out", ("arithmetic", "tr_plus", "tr_scale", "tr_neg", *SPREAD), accept=opens))


def _bring_to_form(trail: Trail, small: Term) -> None:
    if small.shape == SCALAR:
        wanted = Phase("collect", ("<neg_scale", "factor_scalar"), accept=lambda step: step.binding.get("s") == small)
        trail.run(
            Phase("one fraction", ("div_one", "div_mul"), accept=lambda step: small in step.binding.values()), wanted
        )
        return
    to_trace_form(trail, small)


def _simplify(trail: Trail) -> None:
    """Use what is known of X and of the constants only after the gradient was read off."""
    properties = ("symmetric_transpose", *PUSH_TRANSPOSES, "div_dot", "<dot_div", "inv_transpose", *INVERSES)
    rules = (*properties, *SIGNS, *TIDY, "reorder")
    trail.run(Phase("properties", rules, within=lambda t, path: path[:1] == (1,), assume=False))
