"""Laws and moves on terms, recorded as steps. A phase is a small set of them run to exhaustion.

Rewriting returns steps and nothing else; there is no way to rewrite without a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TypeAlias

from derivgen.engine.match import TAKES_MORE, Bound, match, match_parts, sized
from derivgen.engine.moves import Move, moves
from derivgen.engine.trace import Chain, Condition, Step
from derivgen.language.abbreviations import abbreviations
from derivgen.language.operators import BIT, OPERATORS
from derivgen.language.plain import plain
from derivgen.language.problem import Problem
from derivgen.language.shapes import ShapeError
from derivgen.language.terms import Path, Term, at, fresh_name, put, symbol, walk
from derivgen.rules.binding import Abstraction, Binding, BoundName, UnboundError, instantiate
from derivgen.rules.book import EPS, Law, Reading, RuleBook
from derivgen.rules.conditions import Facts, in_words, with_values
from derivgen.rules.equations import equation_laws, is_assumption
from derivgen.rules.law import ANYWHERE
from derivgen.rules.members import member_laws
from derivgen.rules.structural import STRUCTURAL

ROUNDS = 60  # of the phases of an expansion: far more than the deepest expression needs
# what a derivation may assume, and then prints
ASSUMED = ("invertible", "full_rank", "principal", "positive", "nonzero", "simple")

ENDS_SHOWN = 200  # characters of each end of a long term in a message

Measure = Callable[[Term], object]
Place = Callable[[Term, Path], bool]
Select = Callable[[str, Binding], bool]


class DerivationError(Exception):
    """A derivation cannot go on: the subterm, what is missing and the trace so far are in the message."""

    def __init__(self, reason: str, subterm: Term | None = None, steps: Iterable[Step] = (), hint: str = "") -> None:
        self.reason, self.subterm, self.steps, self.hint = reason, subterm, tuple(steps), hint
        super().__init__(self.message())

    def message(self) -> str:
        """Reason, subterm, the last steps, and what to do."""
        lines = [self.reason]
        if self.subterm is not None:
            lines.append(f"  at: {shortened(plain(self.subterm))}")
        for step in self.steps[-6:]:
            lines.append(f"  {step.rule:18} {shortened(plain(step.after), ENDS_SHOWN // 4)}")
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class OpenEquationError(DerivationError):
    """No way from one side of an equation to the other was found, which says nothing of whether it holds.

    ``false`` is the hint for an equation that does not hold.
    """

    false = "correct a side, or declare and assume what it needs"

    def __init__(self, reason: str, equation: Term, steps: Iterable[Step] = (), hint: str = "") -> None:
        self.equation = equation
        super().__init__(reason, equation, steps, hint)


def shortened(text: str, end: int = ENDS_SHOWN) -> str:
    """A text, or the first and the last characters of a long one; what is left out is said."""
    if len(text) <= 2 * end:
        return text
    return f"{text[:end]} ... {text[-end:]} ({len(text):,} characters)"


@dataclass(frozen=True)
class Phase:
    """A named set of rules with a goal. ``rules`` are law or move names, ``<name`` for right to left.

    ``inner`` takes innermost places first; with a ``measure`` each step must lower it and the best step is taken.
    ``within`` limits the places; ``news`` overrides the news value of a rule in this phase.
    """

    name: str
    rules: tuple[str, ...]
    inner: bool = False
    measure: Measure | None = None
    within: Place | None = None
    accept: Callable[[Step], bool] | None = None
    select: Select | None = None  # like accept, but asked of (law, binding) before the step is made
    once: bool = False
    assume: bool = True
    limit: int = 2000


# a rule with the operators and the pairs of them that a term must hold where it applies, and those of its root
Planned: TypeAlias = "tuple[int, int, int, str, Move | tuple[Law, bool, Reading] | None]"  # None: not read yet
Plan: TypeAlias = list[Planned]


@lru_cache(maxsize=16)
def _common_moves(eps: str) -> dict[str, Move]:
    """The moves of problems without abbreviations."""
    return moves(eps)


@dataclass
class Context:
    """What rewriting needs to know: the problem, the book, what holds, and which conditions may be assumed."""

    problem: Problem
    book: RuleBook
    facts: Facts
    assumed: dict[tuple[str, Term], Condition] = field(default_factory=dict)
    may_assume: bool = True
    local: dict[str, Law] = field(default_factory=dict)
    moves: dict[str, Move] = field(default_factory=dict)
    _plans: dict[tuple[str, ...], Plan] = field(default_factory=dict)

    @classmethod
    def of(cls, problem: Problem, book: RuleBook) -> Context:
        """The context of a problem."""
        eps, known = problem.perturbation, abbreviations(problem.of)
        local = equation_laws(problem.assume) | member_laws(problem.wrt)
        if known:
            return cls(problem, book, facts_of(problem), local=local, moves=moves(eps, known))
        plans = book.prepared.setdefault(eps, {})  # the same for all problems
        return cls(problem, book, facts_of(problem), local=local, moves=_common_moves(eps), _plans=plans)

    @cached_property
    def eps(self) -> Term:
        """The perturbation."""
        return symbol(self.problem.perturbation)

    @property
    def equations(self) -> tuple[Law, ...]:
        """The equations that the problem assumes."""
        return tuple(law for name, law in self.local.items() if is_assumption(name))

    def rely_on_assumed(self) -> None:
        """Let what follows from the conditions that were assumed so far be known, too."""
        new = tuple(fact for fact in self.assumed if fact not in self.facts.assumed)
        if new:
            self.facts = replace(self.facts, assumed=(*self.facts.assumed, *new), _memo={})

    def plan(self, rules: tuple[str, ...]) -> Plan:
        """The rules of a phase made ready: found in the book once, with what tells quickly that one cannot apply."""
        if self.local and not self.local.keys().isdisjoint([rule.lstrip("<") for rule in rules]):
            return [self.made_ready(rule) for rule in rules]  # a local law may give way to another of its name
        plan = self._plans.get(rules)
        if plan is None:
            plan = self._plans[rules] = [self.made_ready(rule) for rule in rules]
        return plan

    def made_ready(self, rule: str, wanted: bool = False) -> Planned:
        """One row of a plan; a law of the book that nothing used so far is read only where it is ``wanted``."""
        if rule in self.moves:
            move = self.moves[rule]
            return move.needs, move.roots, 0, rule, move
        own = self.local.get(rule.lstrip("<"))
        if own is not None:
            found = own, not rule.startswith("<"), own.backward if rule.startswith("<") else own.forward
        elif not wanted and (called := self.book.unread(rule)) is not None:
            return called, ANYWHERE, 0, rule, None
        elif (known := self.book.reading(rule)) is None:
            return 0, ANYWHERE, 0, rule, None
        else:
            found = known
        return found[2].needs, found[2].roots, found[2].links, rule, found

    def law(self, name: str) -> Law:
        """A law of the book or of this derivation. Raises DerivationError that names a missing one."""
        law = self.find(name)
        if law is None:
            raise DerivationError(f"the book has no law {name!r}, and this derivation needs it")
        return law

    def find(self, name: str) -> Law | None:
        """A law by name, or None; a name that the book lacks is noted, for the message if the derivation gets stuck."""
        law = self.local.get(name) or self.book.get(name)
        if law is None:
            self.book.missing.add(name)
        return law


def facts_of(problem: Problem) -> Facts:
    """What a problem's declarations and assumptions say."""
    return Facts(problem.declarations, problem.assume, problem.varying, problem.perturbation, problem.member)


def steps_of(law: Law, t: Term, context: Context, forward: bool = True, inner: bool = False,
             within: Place | None = None, given: Binding | None = None, skip: set[Term] | None = None,
             select: Select | None = None) -> Iterator[Step]:  # fmt: skip
    """All single uses of a law in a term, in the order of places."""
    if not forward and not law.reversible:
        return
    reading = law.forward if forward else law.backward
    if not reading.fits(t):
        return
    start: Bound = _with_dimensions(law, dict(given)) if given else {}
    start[EPS] = context.eps
    keeps_eps = reading.mentions_eps
    for path, node, bound in _places(t, reading.needs, reading.roots, reading.links, inner, skip):
        if within is not None and not within(t, path):
            continue
        for part, binding in match_parts(reading.source, node, start):
            if select is not None and not select(law.name, binding):
                continue
            kept = binding if keeps_eps else {k: v for k, v in binding.items() if k != EPS}
            step = _step(law, t, (*path, *part), kept, reading, context, forward, bound)
            if step is not None:
                yield step


def _with_dimensions(law: Law, given: Bound) -> Bound:
    """The dimensions that follow from the terms that a method supplies for a law's holes."""
    for side in (law.left, law.right):
        for _, hole in walk(side):
            value = given.get(str(hole.data)) if hole.op in TAKES_MORE else None
            if isinstance(value, Term):
                given = next(iter(match(hole, value, given)), given)
            elif isinstance(value, Abstraction):
                given = sized(hole.shape, value.body.shape, given) or given
    return given


def _places(
    t: Term, needs: int, roots: int, links: int, inner: bool, skip: set[Term] | None
) -> Iterator[tuple[Path, Term, frozenset[str]]]:
    """Places that hold all of ``needs`` and ``links`` below one of ``roots``, with the names bound around them.

    A subterm whose places were all refused joins ``skip``: the rule applies nowhere in it, and it is not searched
    again.
    """
    stack: list[tuple[_Way | None, Term, frozenset[str], bool]] = [(None, t, _NO_NAMES, False)]
    while stack:
        way, node, bound, done = stack.pop()
        fits = roots & BIT[node.op]
        if done:
            if inner and fits:
                yield _path(way), node, bound
            if skip is not None:
                skip.add(node)
            continue
        if skip and node in skip:
            continue
        if fits and not inner:
            yield _path(way), node, bound
        if inner or skip is not None:
            stack.append((way, node, bound, True))
        if node.op == "abbreviation" or not node.args:
            continue  # what a name stands for stays as it is
        binds = OPERATORS[node.op].binds
        k = len(node.args)
        for arg in reversed(node.args):
            k -= 1
            if not needs & ~arg.ops and roots & arg.ops and not links & ~arg.links and not (skip and arg in skip):
                stack.append(((way, k), arg, bound | {str(node.data)} if binds == k else bound, False))


_NO_NAMES: frozenset[str] = frozenset()
# the way to the node above, and the argument: a path that is cheap to extend
_Way: TypeAlias = "tuple[_Way | None, int]"


def _path(way: _Way | None) -> Path:
    steps: list[int] = []
    while way is not None:
        way, k = way
        steps.append(k)
    return tuple(reversed(steps))


def _step(
    law: Law,
    t: Term,
    path: Path,
    binding: Bound,
    reading: Reading,
    context: Context,
    forward: bool,
    bound: frozenset[str],
) -> Step | None:
    try:
        if reading.introduces:
            binding = _with_fresh_names(reading.introduces, binding, bound, context.problem.perturbation)
        conditions = _conditions(law, binding, context, t, path) if law.conditions else ()
        if conditions is None:
            return None
        binding = _renamed_apart(binding, bound, context)
        after = put(t, path, instantiate(reading.target, binding))
    except (UnboundError, ShapeError):
        return None
    if after == t:
        return None
    relation = "=>" if law.relation == "=>" else "="
    return Step(law.name, path, binding, t, after, relation, law.order, conditions, forward)


def _with_fresh_names(
    introduced: Mapping[str, str], binding: Bound, bound: frozenset[str], perturbation: str
) -> Bound:
    """Names for the bound variables that the produced side introduces: free of all it will stand beside."""
    new = {name: letters for name, letters in introduced.items() if "@" + name not in binding}
    if not new:
        return binding
    taken = set(bound)
    for value in binding.values():
        taken |= _names_in(value)
    result = dict(binding)
    for name, pool in new.items():
        if name == EPS:
            chosen = perturbation
        else:
            chosen = next((c for c in (name, *pool) if c not in taken), fresh_name(name, taken))
        taken.add(chosen)
        result["@" + name] = BoundName(chosen)
    return result


def _renamed_apart(binding: Bound, bound: frozenset[str], context: Context) -> Bound:
    """The binding with another letter for a bound name that occurs free in what a law puts under its binder."""
    names = {key: value.name for key, value in binding.items() if isinstance(value, BoundName)}
    if not names:
        return binding
    free = frozenset().union(*(_names_in(v) for v in binding.values() if not isinstance(v, BoundName)))
    clashing = [key for key, name in names.items() if name in free and key != "@" + EPS]
    if not clashing:
        return binding
    taken = {*free, *bound, *names.values(), *context.problem.declarations, *context.problem.declarations.dimensions}
    result = dict(binding)
    for key in clashing:
        chosen = next((c for c in "jklrs" if c not in taken), fresh_name("j", taken))
        taken.add(chosen)
        result[key] = BoundName(chosen)
    return result


def _names_in(value: object) -> frozenset[str]:
    if isinstance(value, Term):
        return value.free
    if isinstance(value, BoundName):
        return frozenset((value.name,))
    body = getattr(value, "body", None)
    if isinstance(body, Term):
        return body.free - frozenset(value.names)  # type: ignore[attr-defined]
    return frozenset(value.names) if hasattr(value, "monomials") else frozenset()  # type: ignore[attr-defined]


def _conditions(law: Law, binding: Bound, context: Context, t: Term, path: Path) -> tuple[Condition, ...] | None:
    """The conditions of a law at a place with their basis, or None where one fails."""
    found: list[Condition] = []
    scope = {EPS: context.eps, **binding}
    for condition in law.conditions:
        subject = instantiate(condition.subject, scope)
        if condition.predicate in STRUCTURAL:
            others = tuple(instantiate(o, scope) for o in condition.others)
            if not context.facts.structural(condition.predicate, subject, others):
                return None
            continue
        subject = with_values(subject, t, path)
        predicate = condition.predicate
        facts = context.facts.inside(t, path, predicate, subject)
        basis = facts.basis(predicate, subject)
        if basis is None:
            said = in_words(facts, predicate, subject, t, path)
            if said is None or said[1].op == "number":
                return None
            predicate, subject = said
            basis = facts.basis(predicate, subject)
        if basis is None:
            known = (predicate, subject) in context.assumed  # to assume it once more costs nothing
            if not known and (not context.may_assume or predicate not in ASSUMED):
                return None
            if predicate == "positive" and not context.facts.structural("real", subject, ()):
                return None
            basis = "assumed"
        record = Condition(predicate, subject, basis)
        found.append(record)
    return tuple(found)


def note_assumptions(steps: Iterable[Step], context: Context) -> None:
    """Keep the conditions that were assumed, so that they are printed."""
    for step in steps:
        for c in step.conditions:
            if c.basis == "assumed":
                context.assumed.setdefault((c.predicate, c.term), c)


def apply_move(move: Move, t: Term, within: Place | None = None, skip: set[Term] | None = None) -> Step | None:
    """The first use of a move, innermost first."""
    if not move.roots & t.ops:
        return None
    for path, node, _ in _places(t, 0, move.roots, 0, True, skip):
        new = move.rewrite(node)
        if new is not None and (within is None or within(t, path)):
            after = put(t, path, new)
            if after != t:
                return Step(move.name, path, {}, t, after)
    return None


def first_step(plan: Plan, t: Term, context: Context, phase: Phase, skips: dict[str, set[Term]]) -> Step | None:
    """The first step that a phase's rules allow, in the order of the rules."""
    for name, rule in _fitting(plan, t, context):
        skip = skips.setdefault(name, set()) if phase.within is None else None
        step = _rule_step(rule, t, context, phase, skip)
        if step is not None:
            return replace(step, phase=phase.name)
    return None


def _fitting(plan: Plan, t: Term, context: Context) -> Iterator[tuple[str, Move | tuple[Law, bool, Reading]]]:
    """The rules of a plan that may apply somewhere in a term, by its operators alone."""
    ops, links = t.ops, t.links
    for k, (needs, roots, pairs, name, rule) in enumerate(plan):
        if needs & ~ops or not roots & ops or pairs & ~links:
            continue
        if rule is None:
            plan[k] = needs, roots, pairs, name, rule = context.made_ready(name, wanted=True)
            if rule is None:
                context.book.missing.add(name.lstrip("<"))
                continue
            if needs & ~ops or not roots & ops or pairs & ~links:
                continue
        yield name, rule


def _rule_step(
    rule: Move | tuple[Law, bool, Reading], t: Term, context: Context, phase: Phase, skip: set[Term] | None
) -> Step | None:
    if isinstance(rule, Move):
        return apply_move(rule, t, phase.within, skip)
    law, forward, _ = rule
    steps = steps_of(law, t, context, forward, phase.inner, phase.within, skip=skip, select=phase.select)
    return next((step for step in steps if phase.accept is None or phase.accept(step)), None)


def run_phase(phase: Phase, t: Term, context: Context) -> list[Step]:
    """Steps of a phase until none of its rules applies. Raises DerivationError at the limit, with the trace."""
    context.may_assume = phase.assume
    steps: list[Step] = []
    skips: dict[str, set[Term]] = {}
    seen = {t}
    plan = context.plan(phase.rules)
    for _ in range(phase.limit):
        step = _best_step(plan, phase, t, context) if phase.measure else first_step(plan, t, context, phase, skips)
        if step is None:
            note_assumptions(steps, context)
            return steps
        steps.append(step)
        t = step.after
        if phase.once:
            note_assumptions(steps, context)
            return steps
        if t in seen:
            raise DerivationError(f"the phase {phase.name!r} goes round in a circle", t, steps)
        seen.add(t)
    raise DerivationError(f"the phase {phase.name!r} did not end within {phase.limit} steps", t, steps)


def _best_step(plan: Plan, phase: Phase, t: Term, context: Context) -> Step | None:
    """The step that lowers the measure most."""
    assert phase.measure is not None
    now = phase.measure(t)
    best: tuple[object, Step] | None = None
    for _, rule in _fitting(plan, t, context):
        if isinstance(rule, Move):
            continue
        law, forward, _ = rule
        for step in steps_of(law, t, context, forward, phase.inner, phase.within, select=phase.select):
            if phase.accept is not None and not phase.accept(step):
                continue
            value = phase.measure(step.after)
            if value < now and (best is None or value < best[0]):  # type: ignore[operator]
                best = (value, step)
    return None if best is None else replace(best[1], phase=phase.name)


def _stands(t: Term, path: Path, part: Term) -> bool:
    """Whether a part stands at a place."""
    try:
        return at(t, path) == part
    except IndexError:
        return False


class Trail:
    """A chain in the making: the current term, and the steps that led to it."""

    def __init__(self, opening: str, start: Term, context: Context) -> None:
        self.opening, self.start, self.context = opening, start, context
        self.steps: list[Step] = []

    @property
    def term(self) -> Term:
        """The term reached so far."""
        return self.steps[-1].after if self.steps else self.start

    def run(self, *phases: Phase) -> int:
        """Run phases in turn; the number of steps they made."""
        before = len(self.steps)
        for phase in phases:
            self.steps += run_phase(phase, self.term, self.context)
        return len(self.steps) - before

    def repeat(self, *phases: Phase) -> int:
        """Run phases in turn again and again until none of them makes a step."""
        total = 0
        for _ in range(ROUNDS):
            made = self.run(*phases)
            if not made:
                return total
            total += made
        raise DerivationError("the expansion does not come to an end", self.term, self.steps)

    def run_at(self, path: Path, *phases: Phase) -> int:
        """Run phases on the subterm at a path alone; the number of steps. Costs nothing for the rest of the term."""
        made = 0
        for phase in phases:
            part = Trail(self.opening, at(self.term, path), self.context)
            part.run(phase)
            self.absorb(part, path)
            made += len(part.steps)
            if at(self.term, path) != part.term:
                return made
        return made

    def absorb(self, part: Trail, path: Path) -> None:
        """Take over the steps that a trail of its own made on the subterm at a path, as far as the part stays one."""
        for local in part.steps:
            whole = put(self.term, path, local.after)
            self.steps.append(replace(local, path=(*path, *local.path), before=self.term, after=whole))
            if not _stands(whole, path, local.after):
                return  # the new part has merged with its surroundings

    def use(
        self,
        name: str,
        phase: str,
        given: Binding | None = None,
        path: Path | None = None,
        forward: bool = True,
    ) -> bool:
        """Use one law once, at the first place or at a given one; False when it does not apply."""
        law = self.context.law(name)
        self.context.may_assume = True
        for step in steps_of(law, self.term, self.context, forward, given=given):
            if path is None or step.path == path:
                step = replace(step, phase=phase)
                self.steps.append(step)
                note_assumptions([step], self.context)
                return True
        return False

    def need(
        self,
        name: str,
        phase: str,
        given: Binding | None = None,
        path: Path | None = None,
        forward: bool = True,
    ) -> None:
        """Use one law once. Raises DerivationError with the trace so far when it does not apply."""
        if not self.use(name, phase, given, path, forward):
            raise DerivationError(f"the law {name} does not apply", self.term, self.steps)

    def chain(self) -> Chain:
        """The finished chain."""
        return Chain(self.opening, self.start, tuple(self.steps))
