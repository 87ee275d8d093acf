"""A gradient read off an equation that is given: F(X + eps*U) - F(X) = eps*tr(U'*G) + O(eps^2), or = O(eps^2)."""

from __future__ import annotations

from derivgen.engine.rewrite import Context, DerivationError, Trail
from derivgen.engine.trace import Derivation
from derivgen.language.problem import Problem
from derivgen.language.shapes import ONE
from derivgen.language.terms import Term, walk
from derivgen.rules.binding import Abstraction
from derivgen.rules.book import RuleBook

READ = ("read_stationary", "read_difference", "read_gradient", "read_directional")


def derive_from_expansion(problem: Problem, book: RuleBook) -> Derivation:
    """D(F, X) = G from an expansion that is given. Raises DerivationError when the premise has another form."""
    assert problem.premise is not None
    body, variable = problem.of.args[0].args
    context = Context.of(problem, book)
    trail = Trail("equation", problem.premise, context)
    vector = variable.shape[1] == ONE
    for direction in _directions(problem.premise, variable):
        given = {"F": Abstraction((str(variable.data),), body)}
        given |= {"x": variable, "u": direction} if vector else {"X": variable, "U": direction}
        for law in READ:
            name = law + "_vector" if vector and law + "_vector" in book else law
            if trail.use(name, "read off", given if name.endswith("_vector") or not vector else _matrix_names(given)) and trail.term == problem.of:
                return Derivation(problem, "proof", (trail.chain(),), trail.term, (), (), tuple(context.assumed.values()))
    raise DerivationError("the premise does not show this gradient", problem.premise)


def _matrix_names(given: dict[str, object]) -> dict:  # type: ignore[type-arg]
    return {{"x": "X", "u": "U"}.get(k, k): v for k, v in given.items()}


def _directions(premise: Term, variable: Term) -> list[Term]:
    found = [n for _, n in walk(premise) if n.op == "symbol" and n.shape == variable.shape and n != variable]
    return list(dict.fromkeys(found))
