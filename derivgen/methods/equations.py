"""Equations that need more than one law or one plain normal form: what is known is put in, divisors are cleared.

Both sides are brought to richer normal forms. Where these do not meet, both sides are multiplied by a divisor, or by
what an inverse at their end inverts: D*L = D*R is shown first, and L = R is concluded from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derivgen.engine.context import Context
from derivgen.engine.derivation_error import DerivationError, OpenEquationError
from derivgen.engine.phases import Phase
from derivgen.engine.rewrite import steps_of
from derivgen.engine.trace import Chain, Step
from derivgen.engine.trail import Trail
from derivgen.language.plain import plain
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Path, Term, at, equivalent, make, product, walk
from derivgen.methods.law_sets import INVERSES, LINEAR, NORMAL, PUSH_TRANSPOSES, SIGNS
from derivgen.methods.proof import bridge
from derivgen.methods.script import Lemma, Shown, Sides, citation, meet, sides_of
from derivgen.rules.book import local_law

Connection = tuple[list[Chain], list[Lemma], list[Step]]

DEPTH = 3  # divisors that are cleared one after the other
TRIED = 30  # pairs of terms that are compared
LARGEST = 400  # nodes of a term that is still worked on
LIMIT = 250  # steps of one phase
ROUNDS = 6

STRUCTURE = (*PUSH_TRANSPOSES, "inv_transpose", "symmetric_transpose", "skew_transpose")
CANCEL = (*INVERSES, "inv_transpose_cancel_left", "inv_transpose_cancel_right", "inv_inv", "inv_identity")
FRACTIONS = ("mul_div", "pow_div", "div_div", "divide")
POWERS = ("square_neg", "pow_two", "pow_three", "pow_mul", "pow_mul_three", "pow_square", "pow_cube", "exp_pow")
MOMENTS = ("var_form", "var_linear", "cov_linear", "E_quadratic", "var_moments", "cov_moments", "var_scalar",
           "cov_scalar")  # fmt: skip
ALGEBRA = (
    "arithmetic", "like_fractions", *STRUCTURE, *CANCEL, *SIGNS, "exp_zero", *FRACTIONS, *POWERS, *LINEAR,
    "norm_square", "norm_square_matrix", *NORMAL, "<scalar_trace", "dot_plus_dot", "div_plus",
)  # fmt: skip
WHOLE_FRACTIONS = ("lowest_terms", *[rule for rule in ALGEBRA if rule != "div_plus"])
CIRCLE = ("tan_def", "<sin_square")
EXPONENTIALS = ("tanh_def", "sinh_def", "cosh_def", "sigmoid_def")
RESTS = ("mul_inv_rest", "inv_mul_rest")
TURNS = ("scalar_transpose", "tr_cyclic", "tr_transpose")


@dataclass(frozen=True)
class Form:
    """A normal form: definitions that are put in first, then the laws of algebra; ``whole`` leaves fractions whole."""

    defined: tuple[str, ...] = ()
    assume: bool = False
    whole: bool = False


FORMS = (
    Form(),
    Form(assume=True),
    Form(CIRCLE, assume=True),
    Form(EXPONENTIALS, assume=True, whole=True),
    Form(MOMENTS),
)


def prove_equation(left: Term, right: Term, context: Context) -> Shown:
    """Chains of which the last leads from left to right, and the lemmas they cite.

    Raises OpenEquationError where no way was found.
    """
    search = _Search(context)
    for form in FORMS:
        sides = sides_of(left, right, context)
        if not all(search.formed(side, form) for side in sides) or not any(side.steps for side in sides):
            continue
        if equivalent(sides[0].term, sides[1].term):
            return meet(sides)
    for raw, form in ((True, FORMS[1]), *((False, form) for form in FORMS)):
        sides = sides_of(left, right, context)
        if not raw and not all(search.formed(side, form) for side in sides):
            continue
        shown = search.multiplied(sides[0].term, sides[1].term, form, DEPTH)
        if shown is not None:
            return _through(sides, shown)
    raise OpenEquationError("no proof was found", make("=", [left, right]), hint="give a way-point with via")


def connect(left: Term, right: Term, context: Context, chains: int = 0, lemmas: int = 0) -> Connection:
    """Chains and lemmas that stand before, behind as many others, and the steps from left to right that cite them.

    Raises OpenEquationError where no way was found.
    """
    try:
        return [], [], bridge(left, right, context)
    except OpenEquationError:
        shown, cited = _renumbered(prove_equation(left, right, context), chains, lemmas)
    if len(shown) == 1:
        return [], cited, list(shown[0].steps)
    lemma = f"lemma {lemmas + len(cited) + 1}", make("=", [left, right]), chains + len(shown) - 1
    return shown, [*cited, lemma], [citation(lemma, left, right)]


def _renumbered(shown: Shown, chains: int, lemmas: int) -> Shown:
    """What was shown, behind as many other chains and lemmas."""
    names = {name: f"lemma {lemmas + k}" for k, (name, _, _) in enumerate(shown[1], 1)}

    def renamed(chain: Chain) -> Chain:
        return replace(chain, steps=tuple(replace(s, rule=names.get(s.rule, s.rule)) for s in chain.steps))

    return [renamed(chain) for chain in shown[0]], [(names[n], equation, k + chains) for n, equation, k in shown[1]]


def _through(sides: Sides, shown: Shown) -> Shown:
    """The sides, led to each other by an equation between the forms that they have reached."""
    chains, lemmas = shown
    if not any(side.steps for side in sides):
        return shown
    left, right = sides
    lemmas = [*lemmas, _lemma(make("=", [left.term, right.term]), chains, lemmas)]
    left.steps.append(citation(lemmas[-1], left.term, right.term))
    return meet(sides, chains, lemmas)


def _lemma(equation: Term, chains: list[Chain], lemmas: list[Lemma]) -> Lemma:
    return f"lemma {len(lemmas) + 1}", equation, len(chains) - 1


class _Search:
    """The search for one proof: what was tried counts, so that it ends soon."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tried = 0

    def formed(self, trail: Trail, form: Form) -> bool:
        """Bring a trail to a normal form; False where it does not come to an end."""
        laws = Phase("definitions", form.defined, assume=form.assume, limit=LIMIT)
        signs = Phase("definitions", ("arithmetic",), accept=_is_sign)
        holding = Phase("fractions", ("mul_plus", *FRACTIONS), accept=_opens_fraction, assume=form.assume, limit=LIMIT)
        rules, within = (WHOLE_FRACTIONS, _above_bars) if form.whole else (ALGEBRA, None)
        algebra = Phase("normal form", rules, assume=form.assume, limit=LIMIT, within=within)
        rest = Phase("rest", RESTS, accept=_is_last, assume=form.assume, limit=LIMIT)
        try:
            for _ in range(ROUNDS):
                made = trail.run(laws, signs, holding, algebra, rest)
                if not made + self._turned(trail, algebra) + self._vanished(trail, algebra):
                    return True
                if trail.term.size > LARGEST:
                    return False
        except DerivationError:
            return False
        return False

    def _turned(self, trail: Trail, algebra: Phase) -> int:
        """Write scalars and traces in the first of their forms: x'*A*y or y'*A'*x, tr(A*B) or tr(B*A)."""
        before = len(trail.steps)
        while (better := self._turn(trail, algebra)) is not None:
            trail.steps += better
        return len(trail.steps) - before

    def _turn(self, trail: Trail, algebra: Phase) -> list[Step] | None:
        now, reached = _rank(trail.term), {trail.term}
        for name in TURNS:
            for step in steps_of(self.context.law(name), trail.term, self.context):
                part = Trail(trail.opening, trail.term, self.context)
                part.steps.append(replace(step, phase="turn"))
                part.run(Phase("turn", ("transpose_transpose", "transpose_mul"), assume=False))  # no x'' in a line
                part.run(algebra)
                if part.term not in reached and _rank(part.term) < now:
                    return part.steps
                reached.add(part.term)
        return None

    def _vanished(self, trail: Trail, algebra: Phase) -> int:
        """Scalars that are their own negatives, as x'*S*x is for a skew S: half of what cancels."""
        for path, node in walk(trail.term):
            if node.shape != SCALAR or node.op not in ("dot", "tr"):
                continue
            for step in (s for name in TURNS for s in steps_of(self.context.law(name), node, self.context)):
                turned = Trail(trail.opening, step.after, self.context)
                turned.run(algebra)
                if not equivalent(turned.term, make("neg", [node])):
                    continue
                turned.steps.insert(0, replace(step, phase="turn"))
                half = Trail(trail.opening, node, self.context)
                half.need("mean_self", "turn", {"s": node}, path=())
                half.absorb(turned, (0, 1))
                half.run(algebra)
                trail.absorb(half, path)
                return len(half.steps)
        return 0

    def multiplied(self, left: Term, right: Term, form: Form, depth: int) -> Shown | None:
        """A proof of left = right from both sides multiplied by something, or None."""
        if not depth or self.tried >= TRIED or left.size + right.size > LARGEST:
            return None
        ways = list(_ways(left, right))
        for way in ways:
            self.tried += 1
            sides = sides_of(way.times(left), way.times(right), self.context)
            if not all(self.formed(side, form) for side in sides) or not equivalent(sides[0].term, sides[1].term):
                continue
            if (found := self._concluded(way, left, right, meet(sides))) is not None:
                return found
        for way in ways:
            premise = way.times(left), way.times(right)
            shown = self._deeper(premise, form, depth, way)
            if shown is not None and (found := self._concluded(way, left, right, shown)) is not None:
                return found
        return None

    def _deeper(self, premise: tuple[Term, Term], form: Form, depth: int, way: Way) -> Shown | None:
        if way.side:
            return self.multiplied(*premise, form, depth - 1)
        sides = sides_of(*premise, self.context)
        if not all(self.formed(side, form) for side in sides):
            return None
        shown = self.multiplied(sides[0].term, sides[1].term, form, depth - 1)
        return None if shown is None else _through(sides, shown)

    def _concluded(self, way: Way, left: Term, right: Term, shown: Shown) -> Shown | None:
        """left = right, from way.times(left) = way.times(right), which was shown."""
        chains, lemmas = shown
        premise = make("=", [way.times(left), way.times(right)])
        if not way.side:
            end = Trail("conclusion", premise, self.context)
            for k, factor in enumerate(way.factors, 1):
                rest = Way(way.factors[k:]).times(left)
                if not end.use("divide_both", "conclude", {"a": factor, "b": rest}):
                    return None
                end.run(Phase("cancel", ("divide",), within=lambda t, path: path == (1,), once=True))
            return _ended(end, make("=", [left, right]), [*chains, end.chain()], lemmas)
        lemmas = [*lemmas, _lemma(premise, chains, lemmas)]
        trail = Trail("proof", left, self.context)
        self.context.local[lemmas[-1][0]] = local_law(lemmas[-1][0], premise)
        for law, forward, goal in way.stations(left, right, lemmas[-1][0]):
            if not _reach(trail, law, forward, goal, way.factor):
                return None
        return [*chains, trail.chain()], lemmas


def _ended(end: Trail, goal: Term, chains: list[Chain], lemmas: list[Lemma]) -> Shown | None:
    if not equivalent(end.term, goal):
        return None
    if end.term == goal:
        return chains, lemmas
    last = replace(end.steps[-1], after=goal)
    return [*chains[:-1], Chain(end.opening, end.start, (*end.steps[:-1], last))], lemmas


def _reach(trail: Trail, name: str, forward: bool, goal: Term, factor: Term) -> bool:
    """One step by a law to a known term; no step where it stands there already."""
    law = trail.context.law(name)
    trail.context.may_assume = True
    given = {"A": factor} if name.startswith("inv_cancel") else None
    for step in steps_of(law, trail.term, trail.context, forward, given=given):
        if equivalent(step.after, goal):
            trail.steps.append(replace(step, after=goal, phase="conclude"))
            return True
    return False


@dataclass(frozen=True)
class Way:
    """What both sides are multiplied by: one or more scalars, or a matrix on the "left" or on the "right"."""

    factors: tuple[Term, ...]
    side: str = ""

    @property
    def factor(self) -> Term:
        """The matrix, or the product of the scalars."""
        return product(*self.factors)

    def times(self, t: Term) -> Term:
        """The term multiplied."""
        if not self.factors:
            return t
        return product(t, self.factor) if self.side == "right" else product(self.factor, t)

    def stations(self, left: Term, right: Term, lemma: str) -> Iterator[tuple[str, bool, Term]]:
        """From left to right over inv(T)*T: the laws and the terms that they reach."""
        one = "identity_mul" if self.side == "left" else "mul_identity"
        cancel = f"inv_cancel_{self.side}"
        identity = make("identity", (), None, self.factor.shape)
        inverse = make("inv", [self.factor])

        def beside(t: Term, *others: Term) -> Term:
            return product(*others, t) if self.side == "left" else product(t, *reversed(others))

        yield one, False, beside(left, identity)
        yield cancel, False, beside(left, inverse, self.factor)
        yield lemma, True, beside(right, inverse, self.factor)
        yield cancel, True, beside(right, identity)
        yield one, True, right


def _ways(left: Term, right: Term) -> Iterator[Way]:
    """What both sides may be multiplied by: divisors, and what the inverses at the ends of summands invert."""
    found: dict[Way, None] = {}
    for t in (left, right):
        for summand in t.args if t.op == "plus" else (t,):
            found |= dict.fromkeys(_divisors(summand) if t.shape == SCALAR else _inverted(summand))
    divisors = [way.factor for way in found if not way.side]
    if len(divisors) > 1:
        yield Way(tuple(divisors))  # all at once, as on paper
    yield from sorted(found, key=lambda way: way.factor.op == "number")


def _divisors(t: Term) -> Iterator[Way]:
    if t.op == "div":
        yield Way((t.args[1],))
    elif t.op in ("neg", "times"):
        for a in t.args:
            yield from _divisors(a)


def _inverted(t: Term) -> Iterator[Way]:
    while t.op in ("neg", "times", "div"):
        t = t.args[-1] if t.op == "times" else t.args[0]
    chain = t.args if t.op == "dot" else (t,)
    for side, end in (("left", chain[0]), ("right", chain[-1])):
        if end.op == "inv":
            yield Way((end.args[0],), side)


def _opens_fraction(step: Step) -> bool:
    """Whether a product is multiplied out for the fractions in it."""
    if step.rule != "mul_plus":
        return True
    return any(isinstance(step.binding[x], Term) and step.binding[x].has("div") for x in "bc")  # type: ignore[union-attr]


def _is_sign(step: Step) -> bool:
    """Whether a step is about a sign alone, -(-x) = x: below bars, too, where nothing else is worked out."""
    return at(step.before, step.path).op == "neg"


def _is_last(step: Step) -> bool:
    """Whether B is the last summand of the C that is inverted beside it: it is written as C less the others."""
    b, c = step.binding["B"], step.binding["C"]
    return isinstance(b, Term) and isinstance(c, Term) and c.op == "plus" and b == max(c.args, key=_rank)


def _above_bars(t: Term, path: Path) -> bool:
    """Whether a place is in no divisor, where multiplying out would hide what is divided by."""
    return not any(k == 1 and at(t, path[:depth]).op == "div" for depth, k in enumerate(path))


def _rank(t: Term) -> tuple[int, str]:
    return t.size, plain(t)
