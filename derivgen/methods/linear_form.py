"""The linear form: a vector that is linear in the direction u becomes J*u, and the Jacobian J is read off."""

from __future__ import annotations

from collections.abc import Iterator

from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.rewrite import Place, Select
from derivgen.engine.trail import Trail
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Path, Term, at
from derivgen.methods.adjoints import move_adjoints
from derivgen.methods.trace_form import acting_on, bring_forms, holds, joined, transposes_in
from derivgen.rules.binding import Binding
from derivgen.rules.orders import is_zero

DIAGONALS = (
    "hadamard_as_diag", "hadamard_div_as_diag", "diag_swap", "diagvec_diag", "diagvec_diag_left", "diagvec_diag_right",
)  # fmt: skip
# the letter of what holds the direction, where it is not b
FREED = {"diag_swap": "a", "diagvec_diag": "u", "diagvec_diag_left": "u", "diagvec_diag_right": "u"}
JOINS = ("linear_join", "linear_outer", "linear_outers")
SUMS = ("linear_sum", "linear_sum_outer")


def to_linear_form(trail: Trail, direction: Term) -> None:
    """Bring every summand to A*u or (u'*g)*a, and join them into J*u. Raises DerivationError for what resists."""
    trail.run(transposes_in(direction))
    move_adjoints(trail, direction)
    bring_forms(trail, direction)
    trail.run(
        joined(trail.context, direction),
        Phase("expectation", ("E_join_outer",), select=lambda law, binding: binding.get("u") == direction),
        Phase("diagonal", ("diagvec_outer",), accept=acting_on(direction)),
        Phase("diagonal", DIAGONALS, select=_frees(direction)),
        Phase("identity", ("<identity_mul",), within=_alone(direction)),
    )
    _by_entries(trail, direction)
    _settle(trail, direction)
    while any(trail.use(law, "join", {"u": direction}) for law in (*SUMS, *JOINS)):
        _settle(trail, direction)
    if is_zero(trail.term):
        trail.need("zeros_mul", "join", {"u": direction}, forward=False)


def _settle(trail: Trail, direction: Term) -> None:
    """Divisors, factors and signs go before u: each summand is A*u or (u'*g)*a."""
    here = acting_on(direction)
    trail.repeat(
        Phase("divide", ("neg_plus", "div_plus_matrix", "div_scale", "arithmetic"), accept=here),
        Phase("divide", ("<div_dot",), select=lambda law, b: b.get("B") == direction),
    )
    trail.run(
        Phase("signs", ("<neg_scale",), accept=here),
        Phase("signs", ("<neg_dot",), select=lambda law, b: b.get("C") == direction),
    )


def _by_entries(trail: Trail, direction: Term) -> None:
    """What still hides the direction is written entry by entry, each of which is an inner product u'*g."""
    places = list(_hidden(trail.term, direction))
    if not places:
        return
    for path in places:
        trail.need("expand_entries", "entries", path=path)
    move_adjoints(trail, direction)
    bring_forms(trail, direction)
    trail.run(joined(trail.context, direction))


def _hidden(t: Term, direction: Term) -> Iterator[Path]:
    """The places of the summands that hold the direction neither as A*u nor as (u'*g)*a."""
    stack: list[tuple[Path, Term]] = [((), t)]
    while stack:
        path, node = stack.pop()
        inner = [k for k, a in enumerate(node.args) if holds(a, direction)]
        if node.op in ("plus", "neg", "sum", "div") or (node.op == "times" and inner == [len(node.args) - 1]):
            stack.extend(((*path, k), node.args[k]) for k in inner)
        elif inner and node.op != "times" and not (node.op == "dot" and node.args[-1] == direction):
            yield path


def _frees(direction: Term) -> Select:
    """Takes a use of a law that brings the factor with the direction to the right end."""

    def select(law: str, binding: Binding) -> bool:
        last = binding.get(FREED.get(law, "b"))
        return isinstance(last, Term) and holds(last, direction)

    return select


_OF_A_CHAIN = frozenset({"dot", "transpose", "hadamard", "hadamard_div", "d", "diag", "conj"})


def _alone(direction: Term) -> Place:
    """The places of u that are no factor of a chain."""

    def within(t: Term, path: Path) -> bool:
        if at(t, path) != direction:
            return False
        return not path or at(t, path[:-1]).op not in _OF_A_CHAIN

    return within


def demand_linear(trail: Trail, direction: Term) -> None:
    """Raise DerivationError unless the term is J*u or (u'*g)*a."""
    t = trail.term
    whole = t.args[-1] if t.op == "times" else t
    chain = whole.op == "dot" and whole.args[-1] == direction
    outer = t.op == "times" and any(a.shape == SCALAR and holds(a, direction) for a in t.args)
    if t != direction and not chain and not outer:
        raise DerivationError("this is not brought to J*u", t, trail.steps, "a law is missing that frees the variable")
