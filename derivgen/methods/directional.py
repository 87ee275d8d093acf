"""Directional and partial derivatives by a vector or matrix: the limit of a difference quotient along a direction."""

from __future__ import annotations

from contextlib import suppress

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Derivation
from derivgen.engine.trail import Trail
from derivgen.language.problem import Problem, is_complex_variable
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Path, Term, at, fresh_name, make, rebuild, symbol
from derivgen.methods import first_principles as scalar
from derivgen.methods.entry_reading import in_products_alone, pick_entry, pick_from_products, read_entries
from derivgen.methods.law_sets import INVERSES, NORMAL
from derivgen.methods.pushing import pushed
from derivgen.methods.reading_off import to_form
from derivgen.rules.binding import Abstraction, Binding
from derivgen.rules.book import RuleBook, local_law


def derive_directional(problem: Problem, book: RuleBook) -> Derivation:
    """The derivative along a direction, or by one entry x[i]. Raises DerivationError naming what resists."""
    if problem.of.shape != SCALAR:
        raise DerivationError("a directional derivative needs a scalar expression here", problem.of)
    problem, statement = _statement(problem)
    asked = statement.args[1]
    variable = asked.args[0] if asked.op == "index" else asked
    context = Context.of(problem, book)
    trail = Trail("directional", statement, context)
    given = {"F": Abstraction((str(variable.data),), problem.of)}
    if statement.op == "D":
        trail.need("def_partial" if variable.shape[1] == ONE else "def_partial_matrix", "definition", given)
    trail.need("def_directional", "definition", given)
    _first_order(trail)
    scalar.collect(trail)
    scalar.take_limit(trail)
    direction = statement.args[-1] if statement.op == "directional" else trail.steps[0].after.args[-1]
    if direction.op in ("unit", "single"):
        _to_form(trail, direction)
    trail.run(Phase("entries", ("unit_entry", "single_entry")))
    scalar.tidy(trail)
    _read(trail, statement)
    result = make("=", [statement, trail.term])
    return Derivation(problem, "first principles", (trail.chain(),), result, (), (), tuple(context.assumed.values()))


def _read(trail: Trail, statement: Term) -> None:
    """Of a derivative by an entry, the entries that it is made of."""
    if statement.op == "D" and trail.term.shape == SCALAR:
        read_entries(trail)
        scalar.tidy(trail)


def _statement(problem: Problem) -> tuple[Problem, Term]:
    """What is asked, with a direction of its own where the problem names none."""
    wrt, direction = problem.wrt, problem.along
    assert wrt is not None
    if wrt.op == "index":
        return problem, make("D", [problem.of, wrt])
    if direction is None:
        wishes = ("u", "v", "w") if wrt.shape[1] == ONE else ("U", "V", "W")
        kind = frozenset({"complex"} if is_complex_variable(problem) else ())
        problem, name = problem.introduce("direction", wishes, "value", wrt.shape, properties=kind)
        direction = symbol(name, wrt.shape)
    return problem, make("directional", [problem.of, wrt, direction])


def _first_order(trail: Trail) -> None:
    """Expand the difference to first order; f(X) cancels."""
    scalar.to_first_order(trail)
    if scalar.leaves_a_rest(trail.term, trail.context.problem.perturbation):
        trail.run(Phase("cancel", NORMAL, assume=False))


def derive_along_by_differentials(problem: Problem, book: RuleBook) -> Derivation:
    """The derivative of anything along a direction, or by one entry: the direction is put into the differential.

    Raises DerivationError naming what resists.
    """
    problem, statement = _statement(problem)
    asked = statement.args[1]
    variable = asked.args[0] if asked.op == "index" else asked
    context = Context.of(problem, book)
    first = Trail("along", statement, context)
    given: Binding = {"F": Abstraction((str(variable.data),), problem.of)}
    if statement.op == "D":
        first.need("def_partial" if variable.shape[1] == ONE else "def_partial_matrix", "definition", given)
    direction = first.term.args[2]
    trail = pushed(problem.of, (variable,), context)
    small = make("d", [variable])
    entries = direction.op == "single" and in_products_alone(trail.term, small)
    formed = statement.op == "D" or is_complex_variable(problem)  # a direction of one's own is put in as it is
    if formed and problem.of.shape == SCALAR and not entries and not trail.term.has("D"):
        _to_form(trail, small)
    scalar.tidy(trail)
    equation = make("=", [trail.start, trail.term])
    end = Trail("conclusion", equation, context)
    place = fresh_name("u", frozenset(equation.free))
    body = _with_direction(trail.term, small, symbol(place, variable.shape))
    end.need("put_direction", "direction", {
        "F": Abstraction((str(variable.data),), problem.of), "H": Abstraction((place,), body),
        "X": variable, "U": direction,
    })  # fmt: skip
    lemmas = (("lemma 1", equation, 0), ("lemma 2", end.term, 1))
    context.local["lemma 2"] = local_law("lemma 2", end.term, words="the differential above", news=2)
    first.need("lemma 2", "lemma")
    pick_entry(first, direction)
    if entries:
        pick_from_products(first)
    if first.term.shape == SCALAR and first.term.has("D"):
        _to_form(first, direction)
    first.run(Phase("entries", ("entry_unit", "entry_single", "delta_same"), within=_in_literals))
    first.run(Phase("entries", ("hadamard_ones", "unit_entry", "single_entry", *INVERSES), assume=False))
    scalar.tidy(first)
    _read(first, statement)
    result = make("=", [statement, first.term])
    kept = 1 if len(first.steps) == 1 else 2  # one: where the direction was put in, there is what is asked
    chains = (trail.chain(), end.chain(), first.chain())[: kept + 1]
    return Derivation(problem, "differentials", chains, result, lemmas[:kept], (), tuple(context.assumed.values()))


def _in_literals(t: Term, path: Path) -> bool:
    """The places inside matrices that are written out by entries."""
    return any(at(t, path[:k]).op == "matrix" for k in range(len(path)))


def _to_form(trail: Trail, small: Term) -> None:
    """Bring a differential to tr(d(X)'*G) or d(x)'*g as far as laws reach: along a direction it needs no form."""
    with suppress(DerivationError):
        to_form(trail, small)


def _with_direction(t: Term, small: Term, direction: Term) -> Term:
    """The term with a direction for d(X)."""
    if t == small:
        return direction
    return t if not t.has("d") else rebuild(t, [_with_direction(a, small, direction) for a in t.args])
