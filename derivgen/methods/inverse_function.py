"""The derivative of an inverse function: from f(g(y)) = y, differentiate both sides."""

from __future__ import annotations

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Chain, Derivation, Step
from derivgen.engine.trail import Trail
from derivgen.language.problem import Problem
from derivgen.language.terms import Term, equivalent, fresh_name, make, symbol, walk
from derivgen.methods.chain_rule import TABLE, chain_once
from derivgen.methods.law_sets import TIDY
from derivgen.rules.binding import Abstraction, Binding, FunctionName
from derivgen.rules.book import Law, RuleBook, local_law

# derivatives that this method is there to show; it may not use them
INVERSES = ("D_log", "D_sqrt", "D_asin", "D_acos", "D_atan", "D_asinh", "D_acosh", "D_atanh")


def derive_inverse_function(problem: Problem, book: RuleBook) -> Derivation:
    """D(g(y), y) for a g that a law of the book makes the inverse of a known f.

    Raises DerivationError without such a law.
    """
    variable = problem.wrt
    assert variable is not None
    law = _inverse_law(problem.of, variable, book)
    context = Context.of(problem, book)
    first = Trail("premise", _composed(law, problem.of), context)
    first.need(law.name, "inverse", path=())
    equation = make("=", [first.start, first.term])
    lemmas = (("lemma 1", equation, 0),)
    context.local["lemma 1"] = local_law("lemma 1", equation)
    trail = Trail("equation", equation, context)
    differentiate_both(trail, variable)
    _isolate(trail, make("D", [problem.of, variable]))
    trail.run(
        Phase(
            "simplify",
            (law.name, *_companions(problem.of, book), "arithmetic"),
            within=lambda t, path: path[:1] == (1,),
        )
    )
    trail.run(Phase("tidy", TIDY, within=lambda t, path: path[:1] == (1,)))
    chains: tuple[Chain, ...] = (first.chain(), trail.chain())
    return Derivation(problem, "inverse function", chains, trail.term, lemmas, (), tuple(context.assumed.values()))


def _inverse_law(of: Term, variable: Term, book: RuleBook) -> Law:
    """A law f(g(a)) = a whose inner function is that of the problem."""
    if len(of.args) == 1 and of.args[0] == variable:
        for law in book.values():
            left, right = law.left, law.right
            if (
                right.op == "hole"
                and len(left.args) >= 1
                and left.args[0].op == of.op
                and left.args[0].args == (right,)
            ):
                return law
    raise DerivationError(
        "the book has no law that makes this an inverse function", of, hint="a law f(g(a)) = a is needed"
    )


def _composed(law: Law, of: Term) -> Term:
    """f(g(y)) for the law f(g(a)) = a."""
    left = law.left
    return make(left.op, [of, *left.args[1:]], left.data, left.shape)


def _companions(of: Term, book: RuleBook) -> list[str]:
    """Laws that evaluate other functions of the same inverse function, such as cos(asin(s))."""
    return [
        law.name
        for law in book.values()
        if len(law.left.args) == 1
        and law.left.args[0].op == of.op
        and law.left.args[0].args[:1]
        and law.left.args[0].args[0].op == "hole"
        and law.relation == "="
    ]


def differentiate_both(trail: Trail, variable: Term) -> None:
    """Differentiate both sides of an equation and use the chain rule on the left."""
    left, right = trail.term.args
    name = str(variable.data)
    given: Binding = {"F": Abstraction((name,), left), "H": Abstraction((name,), right), "x": variable}
    trail.need("differentiate_both", "differentiate", given)
    chain_once(trail, variable)
    direct = [rule for rule in TABLE if rule not in INVERSES]
    trail.run(Phase("table", (*direct, "arithmetic", "sec_square"), accept=_useful))


def _useful(step: Step) -> bool:
    """1/cos^2 is written by the tangent only where the tangent of the argument is known."""
    argument = step.binding.get("s")
    return step.rule != "sec_square" or (isinstance(argument, Term) and argument.op == "atan")


def _isolate(trail: Trail, wanted: Term) -> None:
    """Divide by the other factor, so that the wanted one stands alone on the left."""
    if trail.term.args[0].op == "neg":
        trail.need("neg_scale", "sign", {"s": wanted}, forward=False)
    left = trail.term.args[0]
    others = [a for a in left.args if a != wanted] if left.op == "times" else []
    if not others or wanted not in left.args:
        raise DerivationError("the derivative cannot be isolated", trail.term, trail.steps)
    trail.need("divide_both", "divide", {"a": make("times", others) if len(others) > 1 else others[0], "b": wanted})


def derive_from_inverse(problem: Problem, book: RuleBook) -> Derivation:
    """g'(y) = 1/f'(g(y)) from g(f(x)) = x: differentiate, divide, and put y = f(x). Raises DerivationError."""
    assert problem.premise is not None
    context = Context.of(problem, book)
    left, right = problem.premise.args
    if right.op != "symbol" or left.op != "apply" or left.args[0].op != "apply":
        raise DerivationError("the premise is not of the form g(f(x)) = x", problem.premise)
    trail = Trail("equation", problem.premise, context)
    differentiate_both(trail, right)
    inner = left.args[0]
    slope = make("apply", inner.args, (inner.data[0], (1,)), inner.shape)  # type: ignore[index]
    others = [a for a in trail.term.args[0].args if a != slope]
    trail.need("divide_both", "divide", {"a": slope, "b": others[0]})
    if not equivalent(trail.term, problem.of):
        _name_the_value(trail, problem, inner, right)
    if not equivalent(trail.term, problem.of):
        raise DerivationError("the proof ends in another equation", trail.term, trail.steps)
    return Derivation(
        problem, "inverse function", (trail.chain(),), trail.term, (), (), tuple(context.assumed.values())
    )


def _name_the_value(trail: Trail, problem: Problem, inner: Term, x: Term) -> None:
    """Write y for f(x), so that x = g(y)."""
    assert problem.premise is not None
    context = trail.context
    context.local["premise"] = local_law("premise", problem.premise, words="g(f(x)) = x")
    right = trail.term.args[1]
    place = next(path for path, node in walk(right) if node == x)
    trail.need("premise", "substitute", path=(1, *place), forward=False)
    y = next((n for n in sorted(problem.of.free) if n not in problem.premise.free), None)
    if y is None:
        raise DerivationError("the equation names no value y = f(x)", problem.of, trail.steps)
    left, right = trail.term.args
    f, g = _function_name(inner), _function_name(problem.premise.args[0])
    outer = make("apply", [inner], (g, (0,)), inner.shape)  # g(f(x))
    name = fresh_name("y_0", left.free | right.free)
    hidden = symbol(name)
    given: Binding = {
        "F": Abstraction((name,), _replace(left, inner, hidden)),
        "H": Abstraction((name,), _replace(right, outer, hidden)),
        "x": x,
        "y": symbol(y),
        "f": FunctionName(f),
        "g": FunctionName(g),
    }
    trail.need("substitute_inverse", "substitute", given)


def _function_name(t: Term) -> str:
    """The name of the unknown function that a term applies."""
    return str(t.data[0]) if isinstance(t.data, tuple) else str(t.data)


def _replace(t: Term, old: Term, new: Term) -> Term:
    if t == old:
        return new
    return make(t.op, [_replace(a, old, new) for a in t.args], t.data, t.shape) if t.args else t
