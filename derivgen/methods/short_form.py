"""The result in the form that a person would write: the shortest that plain algebra finds.

Fractions are reduced, constants leave sums, and common factors are taken out, on the left, on the right or as scalars.
``length`` decides, the number of signs on paper: no factor is taken out that makes the result longer. Every step is
recorded like any other; none assumes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from derivgen.engine.rewrite import Context, Phase, Trail
from derivgen.engine.trace import Derivation, Step
from derivgen.language.length import length
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Path, Term, at, put, walk
from derivgen.methods.law_sets import SIGNS
from derivgen.rules.book import RuleBook

NAME = "short form"
ROUNDS = 12  # of cleaning and factoring: each makes the term shorter
CANCELLED = (
    "hadamard_cancel", "hadamard_div_self", "hadamard_cancel_above", "hadamard_cancel_below", "hadamard_cancel_common",
    "hadamard_cancel_square", "hadamard_div_square", "hadamard_under_fraction",
)  # fmt: skip
JOINING = ("like_terms", *CANCELLED, "inv_cancel_left", "inv_cancel_right")
OPENED = 80  # nodes of a sum that is multiplied out on trial
LARGEST = 300  # nodes of a term that is looked through
CLEAN = (
    "arithmetic", "lowest_terms", *SIGNS, "like_terms", "like_fractions",
    "sum_scale", "sum_neg", "sum_neg_matrix", "<scale_sum",
    "hadamard_reciprocal", *CANCELLED, "hadamard_neg", "hadamard_div_neg", "inv_cancel_left", "inv_cancel_right",
    "inv_transpose_cancel_left", "inv_transpose_cancel_right", "inv_inv", "identity_mul", "mul_identity",
    "diag_identity", "sigmoid_exp", "sigmoid_exp_times", "<sigmoid_def", "sigmoid_one", "sigmoid_exp_map",
    "sign_square", "abs_square", "step_square", "relu_step", "step_map_square", "relu_step_map",
)  # fmt: skip
MULTIPLY = ("mul_plus", "scale_plus", "dot_plus", "plus_dot", "neg_plus", "hadamard_plus", "hadamard_ones")

Attempt = Callable[[Trail], None]
Attempts = Callable[[Term], Iterator[Attempt]]


def in_short_form(derivation: Derivation, book: RuleBook) -> Derivation:
    """The derivation with the right side of its result in short form, by further steps of its last chain."""
    problem = derivation.problem
    if problem.kind != "derive" or problem.quantity == "differential" or not derivation.chains:
        return derivation
    last, result = derivation.chains[-1], derivation.result
    whole = last.end == result
    right = result.args[1]
    if (not whole and last.end != right) or right.size > LARGEST:
        return derivation
    context = Context.of(problem, book)
    context.assumed |= {(c.predicate, c.term): c for c in derivation.assumed}
    context.facts = replace(context.facts, assumed=(*context.facts.assumed, *context.assumed), _memo={})
    short = Trail(last.opening, right, context)
    shorten(short)
    if not short.steps:
        return derivation
    trail = Trail(last.opening, last.end, short.context)
    trail.absorb(short, (1,) if whole else ())
    chain = replace(last, steps=(*last.steps, *trail.steps))
    return replace(derivation, chains=(*derivation.chains[:-1], chain), result=put(result, (1,), short.term))


def shorten(trail: Trail) -> None:
    """Bring a term to its short form."""
    for _ in range(ROUNDS):
        made = trail.run(Phase(NAME, ("abbreviate",)), Phase(NAME, CLEAN, inner=True, assume=False))
        made += _factored(trail, _all)
        made += trail.run(Phase(NAME, ("reorder",), within=_below_bar))
        if not made:
            return


def _below_bar(t: Term, path: Path) -> bool:
    """Whether a place is the divisor of a fraction."""
    return bool(path) and path[-1] == 1 and at(t, path[:-1]).op == "div"


def _key(t: Term) -> tuple[int, int]:
    return length(t), t.size


def _factored(trail: Trail, attempts: Attempts) -> int:
    """Take out what makes the term shorter, innermost sums first; the number of steps."""
    before = len(trail.steps)
    for path in sorted(_sums(trail.term), key=len, reverse=True):
        while _is_sum(trail.term, path) and _best(trail, path, attempts):
            pass
    return len(trail.steps) - before


def _sums(t: Term) -> Iterator[Path]:
    """The places of sums, and of signs that stand before anything but a summand."""
    for path, node in walk(t):
        if node.op == "plus" or (node.op == "neg" and (not path or at(t, path[:-1]).op != "plus")):
            yield path


def _is_sum(t: Term, path: Path) -> bool:
    """Whether there is still a sum or a sign at a place: what was done before may have moved it."""
    try:
        return at(t, path).op in ("plus", "neg")
    except IndexError:
        return False


def _best(trail: Trail, path: Path, attempts: Attempts) -> bool:
    """Make the best of the attempts at a place, where one makes the term shorter."""
    start, before = at(trail.term, path), _key(trail.term)
    shortest, made = before, len(trail.steps)
    best: Trail | None = None
    for attempt in attempts(start):
        part = Trail(trail.opening, start, trail.context)
        attempt(part)
        if not part.steps:
            continue
        part.run(Phase(NAME, CLEAN, inner=True, assume=False))
        reached = _key(put(trail.term, path, part.term))
        if reached < shortest:
            best, shortest = part, reached
    if best is None:
        return False
    trail.absorb(best, path)
    if _key(trail.term) < before:
        return True
    del trail.steps[made:]  # what was reached has merged with its surroundings on the way
    return False


def _factors(t: Term) -> Iterator[Attempt]:
    """The ways to write a sum with a factor taken out, or with fewer signs."""
    if t.op == "neg":
        yield lambda part: _move(part, "sign_inside")
        return
    if t.shape != SCALAR:
        yield lambda part: _move(part, "collect_multiples")
        yield lambda part: _move(part, "sign_inside")
        yield lambda part: _move(part, "order_summands")
        for side in (LEFT, RIGHT):
            for group in _groups(t, side):
                yield lambda part, side=side, group=group: side.take_out(part, group)  # type: ignore[misc]
    yield lambda part: _move(part, "common_factor")


def _all(t: Term) -> Iterator[Attempt]:
    """The ways to make a sum shorter."""
    yield from _factors(t)
    if t.op == "plus" and t.size <= OPENED and any(_opens(a) for a in t.args):
        yield _multiplied_out


def _opens(t: Term, depth: int = 2) -> bool:
    """Whether a summand is a product with a sum among its factors."""
    if t.op == "neg":
        return _opens(t.args[0], depth)
    if t.op not in ("times", "dot", "hadamard"):
        return False
    return any(a.op == "plus" or (depth > 1 and _opens(a, depth - 1)) for a in t.args)


def _multiplied_out(part: Trail) -> None:
    """Multiply a sum out where parts of it cancel then, and take out again what is common."""
    part.run(Phase(NAME, (*CLEAN, *MULTIPLY), assume=False))
    if any(step.rule in JOINING for step in part.steps):
        _factored(part, _factors)
    else:
        part.steps.clear()


def _move(part: Trail, name: str) -> None:
    new = part.context.moves[name].rewrite(part.term)
    if new is not None and new != part.term:
        part.steps.append(Step(name, (), {}, part.term, new, phase=NAME))


class Side:
    """An end of a chain at which a factor is taken out: the laws that do it, each with its letter for the factor."""

    def __init__(self, end: int, divide: tuple[str, str], sign: tuple[str, str], join: tuple[str, str]) -> None:
        self.end, self.divide, self.sign, self.join = end, divide, sign, join

    def factor(self, t: Term) -> Term | None:
        """The outermost factor of a summand that is a chain behind its sign and its scalars."""
        core = _core(t)
        return core.args[self.end] if core.op == "dot" else None

    def take_out(self, part: Trail, group: tuple[Term, tuple[int, ...]]) -> None:
        """Take the factor of the summands at these places out of the sum."""
        factor, places = group
        for k in places:
            inner = (k, 0) if part.term.args[k].op == "neg" else (k,)
            if at(part.term, inner).op == "div":
                self._use(part, self.divide, factor, inner)
            if part.term.args[k].op == "neg":
                self._use(part, self.sign, factor, (k,))
        for _ in places[1:]:
            self._use(part, self.join, factor, ())

    def _use(self, part: Trail, law: tuple[str, str], factor: Term, path: Path) -> None:
        rule, letter = law
        inner = Trail(part.opening, at(part.term, path), part.context)
        if inner.use(rule.lstrip("<"), NAME, {letter: factor}, forward=not rule.startswith("<")):
            part.absorb(inner, path)


LEFT = Side(0, ("dot_div", "A"), ("<dot_neg", "A"), ("factor_left", "A"))
RIGHT = Side(-1, ("<div_dot", "B"), ("<neg_dot", "C"), ("factor_right", "C"))


def _core(t: Term) -> Term:
    """The matrix behind a sign, a divisor and scalar factors."""
    while t.op in ("neg", "div", "times"):
        t = t.args[-1] if t.op == "times" else t.args[0]
    return t


def _groups(t: Term, side: Side) -> Iterator[tuple[Term, tuple[int, ...]]]:
    """The factors that two or more summands have at one end, with the places of these summands."""
    found: dict[Term, list[int]] = {}
    for k, a in enumerate(t.args):
        factor = side.factor(a)
        if factor is not None:
            found.setdefault(factor, []).append(k)
    yield from ((factor, tuple(places)) for factor, places in found.items() if len(places) > 1)
