"""Derivatives by a complex variable: a differential has a part with d(X) and one with conj(d(X)); both are read off.

The derivative by X holds conj(X) fixed and stands beside d(X); that by conj(X) stands beside conj(d(X)). Those by re(X)
and im(X), and the complex gradient, are made of these two.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Derivation
from derivgen.engine.trail import Trail
from derivgen.language.problem import Problem, variable_of
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import IMAGINARY, Path, Term, at, make, number
from derivgen.methods import adjoints
from derivgen.methods.entry_reading import read_entries
from derivgen.methods.law_sets import INVERSES
from derivgen.methods.pushing import pushed
from derivgen.methods.reading_off import bring_to_form, simplify, spread
from derivgen.methods.trace_form import acting_on, holds
from derivgen.rules.binding import Abstraction, Binding
from derivgen.rules.book import RuleBook, local_law
from derivgen.rules.orders import is_zero

NOTES = {
    "wirtinger": "By Wirtinger's convention the conjugate of the variable is held fixed.",
    "gradient": "The complex gradient of a real function is twice its derivative by the conjugate of the variable.",
}


def derive_by_complex(problem: Problem, book: RuleBook) -> Derivation:
    """The derivative by a complex variable, or by a part of one. Raises DerivationError naming what resists."""
    assert problem.wrt is not None
    variable = variable_of(problem.wrt)
    context = Context.of(problem, book)
    trail = pushed(problem.of, (variable,), context)
    _in_two_parts(trail, variable)
    parts = {"symbol": ("",), "conj": ("_conj",)}.get(problem.wrt.op, ("", "_conj"))
    if problem.convention == "gradient":
        parts = ("_conj",)
    equation = make("=", [trail.start, trail.term])
    ends = [_read_off(equation, kind, variable, context) for kind in parts]
    if problem.convention == "gradient" and is_zero(ends[0].term.args[1]):
        _refuse_holomorphic(problem, variable)
    chains, lemmas = [trail, *ends], [("lemma 1", equation, 0)]
    if problem.convention == "gradient" or problem.wrt.op in ("re", "im"):
        for end in ends:
            lemmas.append((f"lemma {len(lemmas) + 1}", end.term, len(lemmas)))
            words = "the derivative above"
            context.local[lemmas[-1][0]] = local_law(lemmas[-1][0], end.term, words=words, news=1)
        chains.append(_combined(problem, variable, context, [name for name, _, _ in lemmas[1:]]))
    last = chains[-1]
    result = last.term if last.term.op == "=" else make("=", [last.start, last.term])
    notes = (NOTES[problem.convention],) if problem.convention else ()
    assumed = tuple(context.assumed.values())
    made = tuple(chain.chain() for chain in chains)
    return Derivation(problem, "differentials", made, result, tuple(lemmas), (), assumed, notes)


def _refuse_holomorphic(problem: Problem, variable: Term) -> NoReturn:
    """A function of X that does not depend on conj(X) is not real; that X may be Hermitian is not used here."""
    name = variable.data
    hint = f"leave convention out for the derivative by {name}, or take the real part: re(..)"
    reason = f"the complex gradient is that of a real function, and where all entries of {name} move this is none"
    raise DerivationError(reason, problem.of, hint=hint)


def derive_by_complex_entry(problem: Problem, book: RuleBook) -> Derivation:
    """The derivative of a scalar by an entry of a complex variable: that entry of the derivative by the whole."""
    assert problem.wrt is not None
    whole = derive_by_complex(replace(problem, wrt=variable_of(problem.wrt), quantity="gradient"), book)
    context = Context.of(problem, book)
    trail = Trail("entry", make("D", [problem.of, problem.wrt]), context)
    trail.need("entry_of_derivative" + ("_vector" if len(problem.wrt.args) == 2 else ""), "definition")
    name = f"lemma {len(whole.lemmas) + 1}"
    context.local[name] = local_law(name, whole.result, words="the derivative above", news=1)
    trail.need(name, "lemma")
    read_entries(trail)
    simplify(trail)
    return replace(
        whole, problem=problem, chains=(*whole.chains, trail.chain()), result=make("=", [trail.start, trail.term]),
        lemmas=(*whole.lemmas, (name, whole.result, len(whole.chains) - 1)),
    )  # fmt: skip


def _in_two_parts(trail: Trail, variable: Term) -> None:
    """Bring a differential to a part with d(X) and one with conj(d(X)), each in its form, zero where it is missing."""
    small = make("d", [variable])
    directions = (small, make("conj", [small]))
    trail.run(Phase("cancel", ("divide", "arithmetic", *INVERSES), assume=False))
    acts = acting_on(*directions)
    trail.run(
        Phase("two parts", ("scale_plus",), within=_above_bar, accept=acts),  # re(X) and im(X) are fractions
        Phase("two parts", ("div_plus_matrix",), accept=acts),
    )
    for direction in directions:
        trail.run(Phase("forms", adjoints.TO_FORMS, accept=acting_on(direction)))
        spread(trail, direction)
    sums = ("sum_plus", "sum_plus_matrix")
    trail.run(Phase("two parts", sums, accept=lambda step: at(step.before, step.path).has("d")))
    for direction in directions:
        if holds(trail.term, direction):
            bring_to_form(trail, direction)
    jacobian = trail.term.shape != SCALAR != small.shape
    for direction in directions:  # when both have their form, as what is added here would be cleared away
        if not holds(trail.term, direction):
            _add_nothing(trail, direction)
        elif jacobian and not _ends_in(trail.term, direction):
            _add_nothing(trail, direction)  # (u'*g)*a alone has no form A*u
            trail.use("linear_outer", "join", {"u": direction})


def _above_bar(t: Term, path: Path) -> bool:
    return bool(path) and path[-1] == 0 and at(t, path[:-1]).op == "div"


def _ends_in(t: Term, direction: Term) -> bool:
    """Whether a summand is A*u, or u alone."""
    parts = t.args if t.op == "plus" else (t,)
    chains = [p.args[-1] if p.op == "times" else p for p in parts]
    return any(direction in (c, c.args[-1] if c.op == "dot" else None) for c in chains)


def _add_nothing(trail: Trail, direction: Term) -> None:
    """The zero part of a differential in a direction that does not occur in it."""
    path: Path = ()
    if not is_zero(trail.term):
        trail.need("plus_zeros", "zero part", {"A": trail.term}, path=(), forward=False)
        path = (next(k for k, a in enumerate(trail.term.args) if is_zero(a)),)
    law, letter = _ZERO_PARTS[_form(trail.start.args[0], direction)]
    trail.need(law, "zero part", {letter: direction}, path=path, forward=False)


# the law that writes zero as a part of a differential, and its letter for the change
_ZERO_PARTS = {
    "": ("tr_zeros", "U"),
    "_vector": ("dot_zeros", "u"),
    "_scalar": ("mul_zero", "s"),
    "_jacobian": ("zeros_mul", "u"),
    "_by_scalar": ("scale_zeros", "s"),
}


def _read_off(equation: Term, kind: str, variable: Term, context: Context) -> Trail:
    """The derivative by X or by conj(X), read off a differential in two parts."""
    end = Trail("conclusion", equation, context)
    body = equation.args[0].args[0]
    if not end.use(f"read_wirtinger{kind}{_form(body, variable)}", "read off"):
        raise DerivationError("the derivative cannot be read off", equation.args[1])
    simplify(end)
    return end


def _form(body: Term, variable: Term) -> str:
    """Which form the differential has, by the shapes."""
    if body.shape == SCALAR:
        return "_scalar" if variable.shape == SCALAR else "_vector" if variable.shape[1] == ONE else ""
    return "_by_scalar" if variable.shape == SCALAR else "_jacobian"


def _combined(problem: Problem, variable: Term, context: Context, lemmas: list[str]) -> Trail:
    """The derivative by a part, or the complex gradient, from those by X and by conj(X)."""
    assert problem.wrt is not None
    gradient = problem.convention == "gradient"
    last = Trail("combination", make("nabla" if gradient else "D", [problem.of, problem.wrt]), context)
    form = _form(problem.of, variable) if problem.of.shape != SCALAR else ""
    law = "gradient_conj" if gradient else f"D_{problem.wrt.op}{form}"
    given: Binding = {"F": Abstraction((str(variable.data),), problem.of), "X": variable}
    last.need(law, "definition", given)
    for name in lemmas:
        last.need(name, "lemma")
    outside = (IMAGINARY, number(2))
    spread_out = ("scale_plus", "mul_plus")
    last.run(Phase("cancel", ("arithmetic",)))
    last.run(Phase("multiply out", spread_out, select=lambda law, b: b.get("s", b.get("a..")) in outside))
    simplify(last)
    return last
