"""First principles for a scalar variable: the limit of the difference quotient, and expansions in the perturbation."""

from __future__ import annotations

from collections.abc import Callable

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Chain, Derivation, Step
from derivgen.engine.trail import Trail
from derivgen.language.problem import Problem, perturbed
from derivgen.language.terms import ONE_TERM, Path, Term, at, make, substitute, symbol
from derivgen.methods.law_sets import (
    CLEAN,
    DISTRIBUTE,
    DIVISIONS,
    EXACT_POWERS,
    FUNCTIONS,
    INVERSES,
    LINEAR,
    NORMAL,
    PREPARE,
    REWRITTEN,
    SERIES,
    TIDY,
)
from derivgen.rules.binding import Binding
from derivgen.rules.book import local_law
from derivgen.rules.orders import eps_order


def inside_function(t: Term, path: Path) -> bool:
    """Whether a place lies within the argument of a function, or within a divisor."""
    node = t
    for k in path:
        if isinstance(k, tuple):
            return False
        if (node.op in FUNCTIONS and k == 0) or (node.op in DIVISIONS and k == 1):
            return True
        node = node.args[k]
    return False


def factor_out(eps: str) -> list[Phase]:
    """Take the leading part out of log(s + h) and det(S + H), and split the product."""
    return [
        Phase(
            "factor",
            ("steady_factor",),
            inner=True,
            within=just_inside("log"),
            accept=not_near_one,
            once=True,
        ),
        Phase(
            "factor",
            ("perturb_factor",),
            inner=True,
            within=just_inside("det"),
            accept=not_near_one,
            once=True,
        ),
        Phase("clear", (*INVERSES, *CLEAN, "tr_scale"), assume=False),
        Phase("split", ("det_scale",), accept=lambda step: _holds_shift(step, eps)),
        Phase("split", ("det_mul",), accept=lambda step: splits_off(step, "A", "B", eps)),
        Phase("split", ("log_mul",), accept=lambda step: splits_off(step, "a", "b", eps)),
    ]


def splits_off(step: Step, left: str, right: str, eps: str) -> bool:
    """Whether a product splits into a part without the perturbation and the one factor that holds it."""
    parts = [p for k in (left, right) if isinstance(p := step.binding.get(k), Term)]
    return len(parts) == 2 and eps not in parts[0].free and _small_shift(parts[1])


def _holds_shift(step: Step, eps: str) -> bool:
    """Whether the matrix of a determinant is a product with a factor I + H."""
    matrix = step.binding.get("A")
    if isinstance(matrix, Term) and matrix.op == "times":
        matrix = matrix.args[-1]
    return isinstance(matrix, Term) and matrix.op == "dot" and any(_small_shift(a) for a in matrix.args)


def _small_shift(t: Term) -> bool:
    """Whether a term is 1 + h, I + H, or the determinant of such."""
    inner = t.args[0] if t.op == "det" else t
    return inner.op == "plus" and inner.args[0].op in ("identity", "number")


def just_inside(op: str) -> Callable[[Term, Path], bool]:
    """A place that is the whole argument of an operator."""
    return lambda t, path: bool(path) and path[-1] == 0 and at(t, path[:-1]).op == op


def not_near_one(step: Step) -> bool:
    """Whether a sum s + h is not already of the form 1 + h or I + H."""
    if step.path and isinstance(step.path[-1], tuple):
        return False  # a part of the sum is not yet expanded
    lead = step.binding.get("s", step.binding.get("S"))
    return isinstance(lead, Term) and lead != ONE_TERM and lead.op != "identity"


def opens_perturbation(context: Context) -> Callable[[Step], bool]:
    """Accepts a step only where the perturbation is in the sum that it opens, or at its place at all."""
    eps = context.problem.perturbation

    def accept(step: Step) -> bool:
        if step.rule in SUMMANDS:
            divisor = step.binding.get(DIVISORS.get(step.rule, ""))
            return not (isinstance(divisor, Term) and eps in divisor.free) and _opens(step.rule, step.binding, eps)
        if step.rule == "div_mul":
            return step.binding.get("s") == symbol(eps)
        if step.rule in ("pow_as_exp", "exp_pow"):
            return isinstance(t := step.binding.get("t"), Term) and eps in t.free
        return eps in at(step.before, step.path).free

    return accept


SUMMANDS = {
    "mul_plus": "bc",
    "scale_plus": "AB",
    "dot_plus": "BC",
    "dot_plus_dot": "BC",
    "plus_dot": "AB",
    "div_plus": "ab",
    "transpose_plus": "AB",
    "tr_plus": "AB",
    "neg_plus": "AB",
    "total_plus": "AB",
    "hadamard_plus": "BC",
    "hadamard_div_plus": "AB",
}
DIVISORS = {"div_plus": "c", "hadamard_div_plus": "C"}


def opens_no_shift(accept: Callable[[Step], bool]) -> Callable[[Step], bool]:
    """Leaves sums 1 + h and I + H closed: they are what the series laws want."""

    def closed(step: Step) -> bool:
        parts = [p for k in SUMMANDS.get(step.rule, "") if isinstance(p := step.binding.get(k), Term)]
        return not any(p.op == "identity" for p in parts) and accept(step)

    return closed


def _opens(rule: str, binding: Binding, eps: str) -> bool:
    return any(isinstance(p := binding.get(k), Term) and eps in p.free for k in SUMMANDS[rule])


def expand(trail: Trail, exact: bool) -> int:
    """Expand innermost first, preparing the arguments of functions between; the number of steps."""
    accept = opens_perturbation(trail.context)
    prepare = Phase("prepare", PREPARE, inner=True, within=inside_function, accept=opens_no_shift(accept))
    powers = EXACT_POWERS if exact else ()
    one = Phase("expand", (*REWRITTEN, *powers, *SERIES, "pow_perturb"), inner=True, accept=accept, once=True)
    return trail.repeat(prepare, one, *factor_out(trail.context.problem.perturbation))


def multiply_out(trail: Trail) -> None:
    """Multiply out what holds the perturbation, absorb into O, and clear up."""
    accept = opens_perturbation(trail.context)
    trail.run(
        Phase("multiply out", (*CLEAN, "combine_powers", *LINEAR, *DISTRIBUTE), accept=accept),
        Phase("cancel", ("neg_plus", "like_terms", "arithmetic")),
        Phase("cancel", ("reorder",), within=lambda t, path: not inside_function(t, path), accept=accept),
    )


def to_first_order(trail: Trail) -> None:
    """Expand, multiply out, drop the squares of eps and cancel. Raises DerivationError naming what no law expands."""
    expand(trail, exact=False)
    demand_settled(trail)
    rules = ("absorb", "drop2", *CLEAN, *LINEAR, *DISTRIBUTE)
    trail.run(
        Phase("multiply out", rules, accept=opens_perturbation(trail.context)),
        Phase("cancel", ("neg_plus", "like_terms", "arithmetic")),
    )


def collect(trail: Trail) -> None:
    """Take eps out of the terms of first order."""
    eps = symbol(trail.context.problem.perturbation)
    if any(
        node.op != "O" and eps.free <= node.free and eps_order(node, str(eps.data)) >= 2 for node in _nodes(trail.term)
    ):
        return  # exact: dividing by eps is the shorter way
    trail.run(Phase("collect", ("<neg_scale", "factor_eps"), accept=lambda step: step.binding.get("s", eps) == eps))


def take_limit(trail: Trail) -> None:
    """Divide by eps and let it go to 0. Raises DerivationError when a quotient by eps remains."""
    trail.run(
        Phase("divide", ("divide",)),
        Phase("limit", ("drop1", "lim_order", "lim_constant"), within=lambda t, path: len(path) <= 1),
    )
    if trail.term.has("lim"):
        raise DerivationError(
            "the limit cannot be taken", trail.term, trail.steps, "a law for the expansion is missing"
        )


def tidy(trail: Trail) -> None:
    """Clear up the result: numbers, powers, signs."""
    trail.run(
        Phase("tidy", TIDY),
        Phase("reorder", ("reorder",), within=lambda t, path: not inside_function(t, path)),
    )


def leaves_a_rest(quotient: Term, eps: str) -> bool:
    """Whether f(x + eps) - f(x), in a limit of its quotient by eps, still shows terms without eps.

    F(x) in two forms.
    """
    top = quotient.args[1].args[0] if quotient.args[1].op == "div" else quotient.args[1]
    return any(eps not in a.free for a in (top.args if top.op == "plus" else (top,)))


def _plain_power(t: Term, eps: str) -> bool:
    """A power that needs no expansion: of a symbol, or small as it stands."""
    return t.op == "pow" and (t.args[0].op == "symbol" or eps_order(t, eps) >= 1)


def _nodes(t: Term) -> list[Term]:
    found, stack = [], [t]
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(node.args)
    return found


def expansion(problem: Problem, context: Context, start: Term, opening: str, exact: bool) -> Trail:
    """The chain from an expression in eps to its first-order form. Raises DerivationError naming what resists."""
    trail = Trail(opening, start, context)
    expand(trail, exact)
    demand_settled(trail)
    multiply_out(trail)
    return trail


def demand_settled(trail: Trail) -> None:
    """Raise DerivationError for a function of the perturbation that no law expands."""
    eps = trail.context.problem.perturbation
    for node in _nodes(trail.term):
        divides = node.op == "hadamard_div" and eps in node.args[1].free
        if divides or (node.op in FUNCTIONS and eps in node.free and not _plain_power(node, eps)):
            raise DerivationError(
                f"no law expands this {node.op} near eps = 0",
                node,
                trail.steps,
                "add a law to the book, or use another method",
            )


def derive_by_limit(problem: Problem, context: Context) -> Derivation:
    """D(F, x) from the definition, for a scalar x."""
    assert problem.wrt is not None
    statement = make("D", [problem.of, problem.wrt])
    chains: list[Chain] = []
    lemmas: list[tuple[str, Term, int]] = []
    moved = substitute(problem.of, {str(problem.wrt.data): perturbed(problem, None)})
    if problem.of.op in FUNCTIONS - {"pow"}:
        first = expansion(problem, context, moved, "expansion", exact=True)
        if sum(s.phase == "expand" for s in first.steps) > 1:
            collect(first)
            chains.append(first.chain())
            lemmas.append(("lemma 1", make("=", [first.start, first.term]), 0))
            context.local["lemma 1"] = local_law("lemma 1", lemmas[0][1], words="the expansion above", news=2)
    trail = Trail("limit", statement, context)
    trail.need("def_derivative", "definition")
    if lemmas:
        trail.need("lemma 1", "lemma")
        trail.run(Phase("lemma", ("neg_plus", "like_terms", "arithmetic")))
        if leaves_a_rest(trail.term, problem.perturbation):
            trail.run(Phase("lemma", NORMAL, assume=False))
    else:
        expand(trail, exact=True)
        demand_settled(trail)
        multiply_out(trail)
        if leaves_a_rest(trail.term, problem.perturbation):
            trail.run(Phase("cancel", NORMAL, assume=False))
        collect(trail)
    take_limit(trail)
    tidy(trail)
    result = make("=", [statement, trail.term])
    return Derivation(
        problem,
        "first principles",
        (*chains, trail.chain()),
        result,
        tuple(lemmas),
        (),
        tuple(context.assumed.values()),
    )
