"""Which method tells the story of a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError, OpenEquationError
from derivgen.engine.trace import Derivation
from derivgen.language.abbreviations import spelled_out
from derivgen.language.declarations import STRUCTURES
from derivgen.language.partials import is_partial
from derivgen.language.plain import plain
from derivgen.language.problem import Problem, is_complex_variable
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, walk
from derivgen.methods.chain_rule import derive_by_chain_rule
from derivgen.methods.complex_numbers import demand_known_numbers, noted
from derivgen.methods.componentwise import derive_componentwise
from derivgen.methods.differentials import derive_by_differentials
from derivgen.methods.directional import derive_along_by_differentials, derive_directional
from derivgen.methods.expansion import derive_expansion
from derivgen.methods.first_principles import derive_by_limit
from derivgen.methods.form import in_layout
from derivgen.methods.gradient import derive_gradient
from derivgen.methods.inverse_function import derive_inverse_function
from derivgen.methods.second_order import derive_repeatedly
from derivgen.methods.short_form import in_short_form
from derivgen.methods.statement import derive_statement
from derivgen.methods.wirtinger import derive_by_complex, derive_by_complex_entry
from derivgen.rules.book import RuleBook, standard_book
from derivgen.rules.conditions import Facts
from derivgen.rules.impossible import impossible


def solve(problem: Problem, book: RuleBook) -> Derivation:
    """The derivation that answers a problem.

    Raises DerivationError with the subterm, what is missing and the trace so far.
    """
    _demand_known(problem)
    try:
        found = _solve(problem, book)
        _demand_possible(found)
        derivation = in_short_form(found, book)
        _demand_finished(derivation)
        return noted(in_layout(derivation, book))
    except DerivationError as error:
        lacking = sorted(book.missing | (set(standard_book()) - set(book)))
        if not lacking:
            raise
        hint = f"the book lacks laws that such a derivation may need: {', '.join(lacking)}"
        if isinstance(error, OpenEquationError):
            raise OpenEquationError(error.reason, error.equation, error.steps, hint) from error
        raise DerivationError(error.reason, error.subterm, error.steps, hint) from error


def _demand_possible(derivation: Derivation) -> None:
    """Raise DerivationError where what is assumed holds nowhere."""
    problem = derivation.problem
    needed = [(c.predicate, c.term) for c in derivation.assumed]
    found = impossible([*problem.assume, *needed], Facts(problem.declarations))
    if found is not None:
        reason, term, hint = found
        raise DerivationError(reason, term, hint=hint)


def _demand_known(problem: Problem) -> None:
    """Raise DerivationError for what no method does: a first-order answer to another question would be wrong."""
    if problem.kind == "expand" and problem.order != 1:
        raise DerivationError("expansions beyond the first order are not there yet", problem.of, hint="leave order out")
    if problem.kind == "prove" and problem.premise is not None and problem.via:
        raise DerivationError(
            "way-points have no place where an equation is given", problem.via[0], hint="leave via out"
        )
    if problem.kind == "derive":
        _demand_known_derivative(problem)


def _demand_known_derivative(problem: Problem) -> None:
    demand_known_numbers(problem)
    if problem.vary == "structured":
        _demand_structure(problem)
    _demand_fit(problem)


def _demand_structure(problem: Problem) -> None:
    """Raise DerivationError unless a scalar is derived by a matrix whose structure ties its entries in a known way."""
    if problem.wrt is not None and problem.wrt.op == "index":
        whole = plain(problem.wrt.args[0])
        hint = f"derive by {whole} and take the entry of the result, or leave vary out: then this entry moves alone"
        raise DerivationError("a derivative by an entry does not move within a structure", problem.wrt, hint=hint)
    declared = problem.declarations.get(str(problem.wrt.data)) if problem.wrt is not None else None
    if declared is None or not declared.structure:
        known = dict.fromkeys(STRUCTURES.values())
        hint = f"declare it as one of: {', '.join(known)}; or leave vary out: then all entries move independently"
        raise DerivationError("the variable has no structure of which the parameters are known", problem.wrt, hint=hint)
    if problem.quantity == "directional":
        hint = "leave vary out: a direction says by itself how the entries move"
        raise DerivationError("a direction does not move within a structure", problem.along or problem.wrt, hint=hint)
    if problem.of.shape != SCALAR or problem.order != 1 or problem.method not in (None, "differentials"):
        hint = "ask for the gradient of a scalar by differentials, or leave vary out"
        reason = "only the first derivative of a scalar is known within a structure"
        raise DerivationError(reason, problem.of, hint=hint)


def _demand_fit(problem: Problem) -> None:
    """Raise DerivationError where the kind of derivative does not fit the expression and the variable."""
    assert problem.wrt is not None
    of, wrt = problem.of.shape, problem.wrt.shape
    if problem.quantity == "gradient" and (of != SCALAR or wrt == SCALAR):
        hint = "leave kind out: it is found from the shapes"
        raise DerivationError("a gradient is that of a scalar by a vector or a matrix", problem.of, hint=hint)
    if problem.quantity == "jacobian" and (of == SCALAR or not of[1] == ONE == wrt[1]):
        hint = "leave kind out: it is found from the shapes"
        raise DerivationError("a Jacobian is that of a vector by a vector", problem.of, hint=hint)
    if problem.quantity == "differential" and problem.order > 2:
        hint = "the order of a differential is 1 or 2"
        raise DerivationError(f"a differential of order {problem.order} is not there yet", problem.of, hint=hint)
    if problem.quantity == "differential" and problem.method not in (None, "differentials"):
        hint = 'leave method out, or say "differentials"'
        raise DerivationError(f"a differential is not found by {problem.method}", problem.of, hint=hint)
    if problem.method == "chain rule" and wrt != SCALAR:
        hint = 'leave method out, or say "differentials": in a vector or a matrix d moves inwards instead'
        raise DerivationError("the chain rule is for functions of a scalar", problem.wrt, hint=hint)
    if problem.along is not None and problem.quantity != "directional":
        raise DerivationError(f"a {problem.quantity} has no direction", problem.along, hint="ask for kind directional")
    unnamed = problem.along is None or is_complex_variable(problem)
    if problem.quantity == "directional" and problem.order > 1 and unnamed:
        hint = "name the direction, with --along V, and let the variable be real"
        raise DerivationError("a higher order along a direction needs a name for it", problem.of, hint=hint)
    if problem.quantity == "directional" and problem.wrt.op == "index":
        hint = "leave kind out: the derivative by an entry is a partial derivative"
        raise DerivationError("a directional derivative is taken by a whole vector or matrix", problem.wrt, hint=hint)


UNFINISHED = ("D", "nabla", "at", "lim", "directional", "d", "O")


def _demand_finished(derivation: Derivation) -> None:
    """Raise DerivationError for a derivative whose result still holds an operator that was to be worked out."""
    problem = derivation.problem
    if problem.kind != "derive" or problem.of.has(*UNFINISHED):
        return
    if problem.quantity != "differential" and derivation.result.args[0] == derivation.result.args[1]:
        hint = "ask for the differential, or for what this function stands in"
        raise DerivationError("the derivative of an unknown function has no other name", problem.of, hint=hint)
    for _, node in walk(derivation.result.args[1]):
        if is_partial(node):
            continue  # of an unknown function: there is no simpler name for it
        if node.op == "d" and problem.quantity == "differential" and node.args[0] in problem.variables:
            continue  # the differential of the variable is what a differential is written in
        if node.op in UNFINISHED:
            raise DerivationError("a part could not be worked out", node, derivation.steps, "a law for it is missing")


def _keeps_abbreviations(problem: Problem) -> bool:
    """Whether abbreviations stay: in differentials; other methods have to look into what they stand for."""
    return problem.kind == "derive" and problem.method in (None, "differentials")


def _spelled_out(problem: Problem) -> Problem:
    """The problem without abbreviations."""
    premise = None if problem.premise is None else spelled_out(problem.premise)
    return replace(problem, of=spelled_out(problem.of), premise=premise, via=tuple(map(spelled_out, problem.via)))


def _solve(problem: Problem, book: RuleBook) -> Derivation:
    if not _keeps_abbreviations(problem):
        problem = _spelled_out(problem)
    if problem.kind == "prove":
        return derive_statement(problem, book)
    if problem.kind == "expand":
        return derive_expansion(problem, book)
    if is_complex_variable(problem) and problem.quantity == "directional":
        return derive_along_by_differentials(problem, book)
    if is_complex_variable(problem) and problem.quantity != "differential" and problem.order == 1:
        return _by_complex(problem, book)
    by_entry = problem.wrt is not None and problem.wrt.op == "index"
    if problem.order > 1 and (by_entry or (problem.quantity == "directional" and problem.along is not None)):
        return derive_repeatedly(problem, book, lambda once, book: in_short_form(_along(once, book), book))
    if problem.quantity == "directional" or by_entry:
        return _along(problem, book)
    if problem.quantity == "differential":
        return derive_by_differentials(problem, book)
    if problem.order > 1:
        return derive_repeatedly(problem, book, lambda once, book: in_short_form(_first_order(once, book), book))
    return _first_order(problem, book)


def _first_order(problem: Problem, book: RuleBook) -> Derivation:
    """The method that is asked for; else the best fitting one, and differentials where the chain rule has no way."""
    if is_complex_variable(problem):
        return _by_complex(problem, book)
    if problem.member is not None and problem.method not in (None, "differentials"):
        hint = 'leave method out, or say "differentials"'
        raise DerivationError(f"a derivative by a member is not found by {problem.method}", problem.member, hint=hint)
    if problem.method is not None:
        return _METHODS[problem.method](problem, book)
    one = problem.member is not None or problem.of.has("abbreviation")
    method = "differentials" if one else default_method(problem)
    try:
        return _METHODS[method](problem, book)
    except DerivationError as stuck:
        if method == "differentials":
            raise
        try:
            return derive_by_differentials(problem, book)
        except DerivationError:
            raise stuck from None


def _by_complex(problem: Problem, book: RuleBook) -> Derivation:
    """By a complex variable, a part or an entry of one."""
    assert problem.wrt is not None
    entry = problem.wrt.op == "index"
    return derive_by_complex_entry(problem, book) if entry else derive_by_complex(problem, book)


def _along(problem: Problem, book: RuleBook) -> Derivation:
    """By differentials along a direction or by an entry; by the entry of a scalar else from first principles."""
    if problem.method not in (None, "differentials"):
        return derive_directional(problem, book)
    try:
        return derive_along_by_differentials(problem, book)
    except DerivationError as stuck:
        entry = problem.quantity != "directional" and problem.of.shape == SCALAR
        if problem.method is not None or not entry:
            raise
        try:
            return derive_directional(problem, book)
        except DerivationError:
            raise stuck from None


def default_method(problem: Problem) -> str:
    """The chain rule for a scalar variable, differentials for a vector or a matrix."""
    assert problem.wrt is not None
    scalars_only = all(t.shape == SCALAR for t in _varying(problem.of, problem.wrt))
    plain = problem.wrt.shape == SCALAR and problem.quantity == "derivative" and scalars_only
    return "chain rule" if plain else "differentials"


def _varying(t: Term, variable: Term) -> Iterator[Term]:
    """The subterms that hold the variable."""
    stack = [t]
    while stack:
        node = stack.pop()
        if not variable.free.isdisjoint(node.free):
            yield node
            stack.extend(node.args)


def _first_principles(problem: Problem, book: RuleBook) -> Derivation:
    assert problem.wrt is not None
    if problem.wrt.shape == SCALAR:
        return derive_by_limit(problem, Context.of(problem, book))
    return derive_gradient(problem, book)


_METHODS: dict[str, Callable[[Problem, RuleBook], Derivation]] = {
    "first principles": _first_principles,
    "chain rule": lambda problem, book: derive_by_chain_rule(problem, Context.of(problem, book)),
    "componentwise": derive_componentwise,
    "inverse function": derive_inverse_function,
    "differentials": derive_by_differentials,
}
