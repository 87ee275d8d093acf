"""Two sides of a statement that are brought together: laws used in a given order, then one normal form of both.

An item of a script is a law (``<law`` from right to left) or one of TACTICS; with ``right`` before it, it works on the
right side. All places and bindings of a law are tried; the first that lets the sides meet is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError
from derivgen.engine.match import match
from derivgen.engine.phases import Phase, run_phase
from derivgen.engine.rewrite import steps_of
from derivgen.engine.trace import Chain, Step
from derivgen.engine.trail import Trail
from derivgen.language.operators import HOLES, OPERATORS, WITH_DERIVATIVES
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, equivalent, make, symbol, walk
from derivgen.methods.chain_rule import OPEN, TABLE, chain_once
from derivgen.methods.law_sets import NORMAL, TIDY
from derivgen.rules.binding import Abstraction, BoundName, Value
from derivgen.rules.book import EPS, Law, local_law
from derivgen.rules.equations import shortening

Lemma = tuple[str, Term, int]
Sides = tuple[Trail, Trail]
Shown = tuple[list[Chain], list[Lemma]]

RIGHT = "right "
BRANCHES = 40  # uses of one law that are tried at one point of a script
ROUNDS = 20  # of opening derivatives
OPENED = ("D_apply", "at_value", "D_self", "symmetric_transpose", "delta_same", "det_identity")
ENDS = (*NORMAL, *OPENED, *TIDY)


def sides_of(left: Term, right: Term, context: Context) -> Sides:
    """The two sides, before any step."""
    return Trail("proof", left, context), Trail("proof", right, context)


def join(items: Sequence[str], sides: Sides, before: Sequence[Chain] = (), lemmas: Sequence[Lemma] = ()) -> Shown:
    """Use the items on the two sides in the first way that makes them meet. Raises DerivationError."""
    reason = DerivationError(f"there is no place for {', '.join(items)}", sides[0].term, sides[0].steps)
    for reached in scripted(items, sides):
        try:
            return close(reached, before, lemmas)
        except DerivationError as error:
            reason = error
    raise reason


def scripted(items: Sequence[str], sides: Sides, tried: set[tuple[int, Term, Term]] | None = None) -> Iterator[Sides]:
    """All ways to use the items in turn; of ways that come to the same terms the first, as all go on alike."""
    tried = set() if tried is None else tried
    reached = (len(items), sides[0].term, sides[1].term)
    if reached in tried:
        return
    tried.add(reached)
    if not items:
        yield sides
        return
    item, rest = items[0], items[1:]
    k = 1 if item.startswith(RIGHT) else 0
    for steps in _ways(item.removeprefix(RIGHT), sides[k]):
        longer = Trail(sides[k].opening, sides[k].start, sides[k].context)
        longer.steps = [*sides[k].steps, *steps]
        yield from scripted(rest, (sides[0], longer) if k else (longer, sides[1]), tried)


def _ways(item: str, trail: Trail) -> Iterator[list[Step]]:
    return TACTICS[item](trail) if item in TACTICS else _uses(item, trail)


def _uses(item: str, trail: Trail) -> Iterator[list[Step]]:
    law = trail.context.law(item.lstrip("<"))
    trail.context.may_assume = True
    seen: set[Term] = set()
    for given in _suggestions(law, trail.term) if not item.startswith("<") else _parameters(law, trail.term):
        for step in steps_of(law, trail.term, trail.context, not item.startswith("<"), given=given):
            if step.after not in seen and len(seen) < BRANCHES:
                seen.add(step.after)
                yield [step]


def _parameters(law: Law, t: Term) -> Iterator[dict[str, Value]]:
    """Bindings for what the left side of a law mentions and the right side does not: I = inv(A)*A."""
    right = {h.data for _, h in walk(law.right) if h.op == "hole"}
    open_holes = dict.fromkeys(h for _, h in walk(law.left) if h.op == "hole" and h.data not in right)
    if len(open_holes) != 1:
        yield {}
        return
    (hole,) = open_holes
    for n in dict.fromkeys(n for _, n in walk(t) if n.op == "symbol"):
        if any(match(hole, n, {})):
            yield {str(hole.data): n}


def _suggestions(law: Law, t: Term) -> Iterator[dict[str, Value]]:
    """Bindings for a law F{..} = .. whose second-order hole no place fixes: functions of one of their arguments."""
    if law.left.op in ("d", "conj") and law.left.args[0].op == "family":
        yield from _functions(law.left.args[0], [n.args[0] for _, n in walk(t) if n.op == law.left.op])
        return
    if law.left.op != "family":
        yield {}
        return
    argument = law.left.args[0]
    if argument.op in HOLES:
        names = dict.fromkeys(n for _, n in walk(t) if n.op == "symbol" and n.shape != SCALAR)
        for n in names:
            yield {str(argument.data): n}
        return
    for _, node in walk(t):
        for k, arg in enumerate(node.args if node.shape == SCALAR else ()):
            for bound in match(argument, arg, {EPS: symbol(EPS)}) if arg.op == "plus" else ():
                place = symbol("y_0", arg.shape)
                body = make(node.op, [*node.args[:k], place, *node.args[k + 1 :]], node.data, node.shape)
                yield {**bound, str(law.left.data): Abstraction(("y_0",), body)}


def _functions(family: Term, bodies: Sequence[Term]) -> Iterator[dict[str, Value]]:
    """Each body as a function of one of its arguments, of the kind that the law speaks of."""
    inner = family.args[0]
    for body in bodies:
        for k, arg in enumerate(body.args):
            place = symbol("y_0", arg.shape)
            if (inner.shape == SCALAR) != (arg.shape == SCALAR) or (family.shape == SCALAR) != (body.shape == SCALAR):
                continue
            outer = make(body.op, [*body.args[:k], place, *body.args[k + 1 :]], body.data, body.shape)
            for bound in match(inner, arg, {}):
                yield {**bound, str(family.data): Abstraction(("y_0",), outer)}


# -- computed items -----------------------------------------------------------------------------------------
def _differentiate(trail: Trail) -> Iterator[list[Step]]:
    """Derivatives of compositions, sums and products, by the rules at hand."""
    work = Trail(trail.opening, trail.term, trail.context)
    variables = dict.fromkeys(n.args[1] for _, n in walk(work.term) if n.op == "D")
    for _ in range(ROUNDS):
        made = work.run(Phase("open", OPEN), Phase("table", TABLE), Phase("numbers", ("arithmetic",)))
        made += sum(chain_once(work, variable) for variable in variables)
        if not made:
            break
    yield work.steps


PUSH_D = (
    "d_constant", "d_scale", "d_div_constant", "d_sum", "d_neg", "d_plus", "d_times", "d_div", "d_pow",
    *[f"d_{name}" for name in WITH_DERIVATIVES], "d_apply",
)  # fmt: skip


def push_differentials(trail: Trail) -> int:
    """Differentials of scalars by the rules at hand, pushed inwards; the number of steps."""
    variable = trail.context.problem.wrt

    def fair(step: Step) -> bool:
        """Where several names vary, nothing but a number is constant."""
        fixed = {"d_constant": "A", "d_scale": "c", "d_div_constant": "c", "d_pow": "n"}.get(step.rule)
        value = step.binding[fixed] if fixed else None
        return variable is not None or not isinstance(value, Term) or not value.free

    return trail.run(Phase("differentials", PUSH_D, accept=fair, assume=False))


def _differential(trail: Trail) -> Iterator[list[Step]]:
    work = Trail(trail.opening, trail.term, trail.context)
    push_differentials(work)
    yield work.steps


def _normal(trail: Trail) -> Iterator[list[Step]]:
    yield run_phase(Phase("normal form", ENDS, assume=False), trail.term, trail.context)


def _lowest_terms(trail: Trail) -> Iterator[list[Step]]:
    yield run_phase(Phase("lowest terms", ("lowest_terms",), inner=True), trail.term, trail.context)


TACTICS: dict[str, Callable[[Trail], Iterator[list[Step]]]] = {
    "lowest terms": _lowest_terms,
    "differentiate": _differentiate,
    "differentials": _differential,
    "normal form": _normal,
}


# -- two sides that meet ------------------------------------------------------------------------------------
def close(sides: Sides, before: Sequence[Chain] = (), lemmas: Sequence[Lemma] = ()) -> Shown:
    """Bring the two sides together by normal forms of both. Raises DerivationError with the forms reached."""
    for side in sides:
        if not equivalent(sides[0].term, sides[1].term):
            side.run(Phase("normal form", (*shortening(side.context.equations), *ENDS), assume=False))
    return meet(sides, before, lemmas)


def meet(sides: Sides, before: Sequence[Chain] = (), lemmas: Sequence[Lemma] = ()) -> Shown:
    """Chains of which the last leads from left to right, when both have reached one term. Raises DerivationError.

    A right side whose steps cannot be read backwards becomes a lemma, which the last chain reads backwards.
    """
    left, right = sides
    if not equivalent(left.term, right.term):
        raise DerivationError("the two sides do not meet", make("=", [left.term, right.term]), left.steps)
    if (back := backwards(right)) is not None:
        return [*before, _straight(left, right, back)], list(lemmas)
    chains, known = list(before), list(lemmas)
    steps: list[Step] = []
    for side, forward in ((left, True), (right, False)):
        if side.steps:
            equation = make("=", [side.start, side.term])
            known.append((f"lemma {len(known) + 1}", equation, len(chains)))
            chains.append(side.chain())
            here = steps[-1].after if steps else left.start
            steps.append(citation(known[-1], here, side.term if forward else side.start, forward))
    return [*chains, Chain("proof", left.start, tuple(steps))], known


def _straight(left: Trail, right: Trail, back: list[Step]) -> Chain:
    """One chain: the steps of the left side, then those of the right side read backwards."""
    reorder = [] if left.term == right.term else [Step("reorder", (), {}, left.term, right.term)]
    return Chain(left.opening, left.start, (*left.steps, *reorder, *back))


def backwards(trail: Trail) -> list[Step] | None:
    """The steps of a trail from its end to its start; None where one of them cannot be read so."""
    steps = [_reversed(step, trail.context) for step in reversed(trail.steps)]
    found = [step for step in steps if step is not None]
    return found if len(found) == len(steps) else None


def _reversed(step: Step, context: Context) -> Step | None:
    """The same step read backwards: at its place in the term that it made."""
    if step.rule in context.moves:
        return None
    found = list(steps_of(context.law(step.rule), step.after, context, not step.forward))
    same = [one for one in found if one.after == step.before]
    for candidate in same or [one for one in found if equivalent(one.after, step.before)]:
        # sizes that only the other side shows, as those of J(i, j, m, n)[k,l], are known from the step itself
        binding = {**step.binding, **candidate.binding}
        return replace(candidate, after=step.before, binding=binding, phase=step.phase)
    return None


def citation(lemma: Lemma, before: Term, after: Term, forward: bool = True) -> Step:
    """One use of a lemma on a whole term, with the names that it binds. Raises DerivationError for O backwards."""
    law = local_law(lemma[0], lemma[1])
    if not forward and law.order is not None:
        raise DerivationError("an expansion cannot be read backwards", lemma[1])
    both = (law.left, law.right)
    bound = {str(t.data) for side in both for _, t in walk(side) if OPERATORS[t.op].binds is not None}
    binding: dict[str, Value] = {f"@{name}": BoundName(name) for name in sorted(bound)}
    return Step(law.name, (), binding, before, after, order=law.order, forward=forward)
