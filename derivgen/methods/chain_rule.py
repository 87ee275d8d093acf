"""The chain rule in Leibniz form for a scalar variable.

Open sums and products, chain the compositions, use the table.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Derivation, Step
from derivgen.engine.trail import Trail
from derivgen.language.operators import SCALAR_FUNCTIONS
from derivgen.language.problem import Problem
from derivgen.language.terms import Path, Term, at, fresh_name, make, symbol, walk
from derivgen.methods.first_principles import tidy
from derivgen.methods.out_of_reach import way_on
from derivgen.rules.binding import Abstraction, Value

OPEN = (
    "D_constant", "D_self", "D_neg", "D_div_constant", "D_sum", "D_plus", "D_scale", "D_mul", "D_div_under", "D_div",
)  # fmt: skip
TABLE = (
    "D_constant",
    "D_self",
    "D_pow",
    "D_exp",
    "D_log",
    "D_sqrt",
    "D_abs",
    "D_sin",
    "D_cos",
    "D_tan",
    "D_sinh",
    "D_cosh",
    "D_tanh",
    "D_asin",
    "D_acos",
    "D_atan",
    "D_asinh",
    "D_acosh",
    "D_atanh",
    "D_sigmoid",
    "D_relu",
    "D_sign",
    "D_step",
    "D_erf",
    "D_gammaln",
    "D_digamma",
    "D_trigamma",
    "D_apply",
    "at_value",
)


def derive_by_chain_rule(problem: Problem, context: Context) -> Derivation:
    """The derivative by a scalar through the chain rule.

    Raises DerivationError that names the subterm without a rule.
    """
    assert problem.wrt is not None
    statement = make("D", [problem.of, problem.wrt])
    trail = Trail("chain rule", statement, context)
    name = str(problem.wrt.data)
    rewritten = _as_exponential(trail, name)
    while trail.term.has("D"):
        if not (_opened(trail) + chain_once(trail, problem.wrt) + _table(trail)):
            raise _stuck(trail)
    if rewritten:
        tidy(trail)
        trail.run(Phase("fold back", ("<exp_pow", "exp_log"), accept=_folds))
    tidy(trail)
    result = make("=", [statement, trail.term])
    return Derivation(problem, "chain rule", (trail.chain(),), result, (), (), tuple(context.assumed.values()))


def _opened(trail: Trail) -> int:
    """Open sums, products and quotients; a sign of a sign that this leaves goes at once."""
    made = trail.run(Phase("open", OPEN))
    trail.run(Phase("open", ("arithmetic",), accept=lambda step: at(step.before, step.path).op == "neg"))
    return made


def _as_exponential(trail: Trail, name: str) -> bool:
    """Write a power whose exponent varies as an exponential."""

    def varies(step: Step) -> bool:
        exponent = step.binding.get("t")
        return isinstance(exponent, Term) and name in exponent.free

    return bool(trail.run(Phase("as exponential", ("pow_as_exp",), accept=varies, once=True))) and bool(
        trail.run(Phase("as exponential ", ("exp_pow",), accept=varies))
    )


def _folds(step: Step) -> bool:
    base = step.binding.get("s")
    return step.rule == "exp_log" or (isinstance(base, Term) and base.op == "log")


def chain_once(trail: Trail, variable: Term) -> int:
    """Use the chain rule wherever a function stands on a compound argument; the number of steps.

    The variable is a name, or an entry x[k] of one.
    """
    made = 0
    while (place := _composition(trail.term, variable)) is not None:
        path, body = place
        inner = body.args[0]
        hidden = fresh_name("y", body.free | variable.free)
        outer = make(body.op, [symbol(hidden), *body.args[1:]], body.data, body.shape)
        given: dict[str, Value] = {"F": Abstraction((hidden,), outer), "x": variable}
        if variable.op == "index":
            trail.need("chain_rule_inner", "chain", {**given, "a": inner}, path)
        else:
            given["H"] = Abstraction((str(variable.data),), inner)
            trail.need("chain_rule", "chain", given, path)
        made += 1
    return made


def _composition(t: Term, variable: Term) -> tuple[Path, Term] | None:
    name = str((variable.args[0] if variable.op == "index" else variable).data)
    for path, node in _derivatives(t):
        if node.args[1] != variable:
            continue
        body = node.args[0]
        single = body.op in SCALAR_FUNCTIONS or (body.op == "apply" and len(body.args) == 1) or body.op == "pow"
        if (
            single
            and body.args[0] != variable
            and name in body.args[0].free
            and not (body.op == "pow" and name in body.args[1].free)
        ):
            return path, body
    return None


def _derivatives(t: Term) -> Iterator[tuple[Path, Term]]:
    """The outermost derivatives, from left to right."""
    stack: list[tuple[Path, Term]] = [((), t)]
    while stack:
        path, node = stack.pop()
        if node.op == "D":
            yield path, node
        elif node.has("D"):
            stack.extend(((*path, k), node.args[k]) for k in range(len(node.args) - 1, -1, -1))


def _table(trail: Trail) -> int:
    """Elementary derivatives, and the exponents they leave."""
    return trail.run(
        Phase("table", TABLE),
        Phase("exponents", ("arithmetic",), within=in_power),
    )


def in_power(t: Term, path: Path) -> bool:
    """A place that is a power, or stands in an exponent."""
    return at(t, path).op == "pow" or any(at(t, path[:k]).op == "pow" and path[k] == 1 for k in range(len(path)))


def _stuck(trail: Trail) -> DerivationError:
    node = next(n for _, n in walk(trail.term) if n.op == "D")
    return DerivationError("no rule differentiates this", node, trail.steps, way_on(node.args[0]))
