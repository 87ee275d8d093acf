"""Common factors are taken out of sums, on the left, on the right or as scalars, where that makes the term shorter.

A sum is multiplied out first where parts of it cancel then.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivgen.engine.fractions import rational
from derivgen.engine.phases import Phase
from derivgen.engine.trace import Step
from derivgen.engine.trail import Trail
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Path, Term, at, make, walk
from derivgen.methods.attempts import (
    CANCELLED_QUOTIENTS,
    CLEAN,
    SHORT_FORM,
    Attempt,
    Attempts,
    make_shortest,
    stands_at,
)
from derivgen.rules.binding import instantiate

JOINING = ("like_terms", *CANCELLED_QUOTIENTS, "inv_cancel_left", "inv_cancel_right")
OPENED = 80  # nodes of a sum that is multiplied out on trial
COLLECTED = ("collect_multiples", "common_factor", "like_terms")
ONE_SUM = ("scale_sum", "<sum_scale", "<sum_neg", "<sum_neg_matrix", "<sum_plus", "<sum_plus_matrix")
FRACTIONS = ("div_plus",)
SQUARES = ("pow_two",)
MULTIPLY = ("mul_plus", "scale_plus", "dot_plus", "plus_dot", "neg_plus", "hadamard_plus", "hadamard_ones")


def take_out_factors(trail: Trail, attempts: Attempts) -> int:
    """Take out what makes the term shorter, innermost sums first; the number of steps."""
    before = len(trail.steps)
    for path in sorted(_sums(trail.term), key=len, reverse=True):
        while stands_at(trail.term, path, "plus", "neg") and make_shortest(trail, path, attempts):
            pass
    return len(trail.steps) - before


def _sums(t: Term) -> Iterator[Path]:
    """The places of sums, and of signs that stand before anything but a summand."""
    for path, node in walk(t):
        if node.op == "plus" or (node.op == "neg" and (not path or at(t, path[:-1]).op != "plus")):
            yield path


def factored_forms(t: Term) -> Iterator[Attempt]:
    """The ways to write a sum with a factor taken out, or with fewer signs."""
    if t.op == "neg":
        yield lambda part: _move(part, "sign_inside")
        return
    if t.shape != SCALAR:
        yield _multiples_collected
        yield lambda part: _move(part, "sign_inside")
        yield lambda part: _move(part, "order_summands")
        for side in (LEFT, RIGHT):
            for group in _groups(t, side):
                yield lambda part, side=side, group=group: side.take_out(part, group)  # type: ignore[misc]
    yield lambda part: _move(part, "common_factor")
    yield _opposite_factor
    if sum(_core(a).op == "sum" for a in t.args) > 1:
        yield _sums_joined
    if t.has("index"):
        yield _entries_mirrored


def shorter_forms(t: Term) -> Iterator[Attempt]:
    """The ways to make a sum shorter."""
    yield from factored_forms(t)
    if t.op == "plus" and t.size <= OPENED and any(_opens(a) for a in t.args):
        yield _multiplied_out


def _opens(t: Term, depth: int = 2) -> bool:
    """Whether a summand is a product with a sum among its factors."""
    if t.op == "neg":
        return _opens(t.args[0], depth)
    if t.op == "div" and t.shape == SCALAR:
        return t.args[0].op == "plus" or _opens(t.args[0], depth)
    if t.op not in ("times", "dot", "hadamard"):
        return False
    return any(a.op == "plus" or (depth > 1 and _opens(a, depth - 1)) for a in t.args)


def _multiplied_out(part: Trail) -> None:
    """Multiply a sum out where parts of it cancel then, and take out again what is common."""
    divisors = FRACTIONS if part.term.shape == SCALAR else ()
    part.run(Phase(SHORT_FORM, (*CLEAN, *MULTIPLY, *divisors), assume=False))
    if any(map(_joins, part.steps)):
        take_out_factors(part, factored_forms)
    else:
        part.steps.clear()


def _joins(step: Step) -> bool:
    """Whether summands cancel or are added up."""
    return step.rule in JOINING or (step.rule == "arithmetic" and _sum_of_numbers(step))


def _sum_of_numbers(step: Step) -> bool:
    node = at(step.before, step.path)
    return node.op == "plus" and sum(rational(a) is not None for a in node.args) > 1


def open_above_bars(trail: Trail) -> int:
    """Multiply the sum above the bar of a fraction out where that makes it shorter; the number of steps."""
    before = len(trail.steps)
    places = [path for path, _ in walk(trail.term) if _above_bar(trail.term, path)]
    for path in sorted(places, key=len, reverse=True):
        if stands_at(trail.term, path, "plus"):
            make_shortest(trail, path, lambda t: iter((_opened,)))
    trail.run(Phase(SHORT_FORM, ("order_summands",), within=_above_bar))
    return len(trail.steps) - before


def _above_bar(t: Term, path: Path) -> bool:
    """Whether a place is that of a scalar sum above the bar of a fraction, alone or among factors."""
    if not path or at(t, path).op != "plus":
        return False
    above = path[:-1] if at(t, path[:-1]).op == "times" else path
    bar = at(t, above[:-1]) if above else t
    return bool(above) and bar.op == "div" and bar.shape == SCALAR and above[-1] == 0


def _opened(part: Trail) -> None:
    if part.term.size <= OPENED and any(_opens(a) for a in part.term.args):
        part.run(Phase(SHORT_FORM, (*CLEAN, *MULTIPLY, *SQUARES), assume=False))
        _move(part, "common_factor")


def _multiples_collected(part: Trail) -> None:
    """Make one multiple of several, its coefficient with what is common in front: 2*(s + t)*A."""
    if _move(part, "collect_multiples"):
        part.run(
            Phase(SHORT_FORM, ("common_factor",), within=lambda t, path: bool(path) and at(t, path).shape == SCALAR)
        )


def _sums_joined(part: Trail) -> None:
    """Make one sum of sums over one range, where their terms are multiples of one matrix or of one scalar."""
    if part.run(Phase(SHORT_FORM, ONE_SUM, within=_outside_sums)) and _summands(part.term) < _summands(part.start):
        part.run(Phase(SHORT_FORM, CLEAN, inner=True, assume=False))
        take_out_factors(part, factored_forms)
    if not any(step.rule in COLLECTED for step in part.steps):
        part.steps.clear()


def _summands(t: Term) -> int:
    return len(t.args) if t.op == "plus" else 1


def _outside_sums(t: Term, path: Path) -> bool:
    """Whether no sum over an index stands around a place."""
    return not any(at(t, path[:k]).op == "sum" for k in range(len(path)))


def _entries_mirrored(part: Trail) -> None:
    """Of S[i,j] and S[j,i] in one sum write the first for both, where S is symmetric."""
    seen: set[Term] = set()
    later: set[Term] = set()
    for _, entry in walk(part.term):
        if entry.op == "index" and len(entry.args) == 3:
            base, i, j = entry.args
            later |= {entry} if entry not in seen and make("index", [base, j, i]) in seen else set()
            seen.add(entry)
    if later:
        left = part.context.law("entry_symmetric").left
        part.run(
            Phase(SHORT_FORM, ("entry_symmetric",), assume=False, select=lambda _, b: instantiate(left, b) in later)
        )


def _opposite_factor(part: Trail) -> None:
    """Take out a difference that some summands hold with the other sign: a*(x - y) - b*(y - x)."""
    if _move(part, "sign_inside") and not _move(part, "common_factor"):
        part.steps.clear()


def _move(part: Trail, name: str) -> bool:
    new = part.context.moves[name].rewrite(part.term)
    found = new is not None and new != part.term
    if new is not None and found:
        part.steps.append(Step(name, (), {}, part.term, new, phase=SHORT_FORM))
    return found


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
        if inner.use(rule.lstrip("<"), SHORT_FORM, {letter: factor}, forward=not rule.startswith("<")):
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
