"""Proofs of the book's own theorems, each from laws that stand earlier in the book.

What stands behind ``theorem by`` in a rule file is a list of means, separated by commas. A word of MEANS is a method for
the whole statement (``components``, ``first principles``, ``inverse function``); else each item rewrites the left side in
turn: a law (``<law`` from right to left), ``differentiate``, ``expand`` or ``normal form``; a law with ``=>`` reduces the
statement to that law's premise. Whatever is left open at the end must close by bringing both sides to one normal form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from derivgen.engine.match import match
from derivgen.engine.rewrite import Context, DerivationError, Phase, Trail, run_phase, steps_of
from derivgen.engine.trace import Chain, Derivation, Step
from derivgen.language.declarations import Declarations
from derivgen.language.operators import HOLES, OPERATORS
from derivgen.language.problem import Problem
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, equivalent, make, symbol, walk
from derivgen.methods import first_principles as scalar
from derivgen.methods.chain_rule import OPEN, TABLE, chain_once
from derivgen.methods.componentwise import ENTRIES, SPREAD, write_out
from derivgen.methods.inverse_function import derive_inverse_function
from derivgen.methods.law_sets import NORMAL
from derivgen.methods.proof import bridge
from derivgen.rules.binding import Abstraction, BoundName, Unbound, Value, instantiate
from derivgen.rules.book import EPS, Law, RuleBook, local_law
from derivgen.rules.conditions import ASSUMABLE
from derivgen.rules.instances import Instance, instance

Proof = Callable[[Law, Instance, RuleBook, Sequence[str]], Derivation]
Lemma = tuple[str, Term, int]
Sides = tuple[Trail, Trail]
RIGHT = "right "
OPENED = ("D_apply", "at_value", "D_self", "symmetric_transpose", "delta_same", "det_identity")
ENDS = (*NORMAL, *OPENED, *scalar.TIDY)
BRANCHES = 40  # uses of one law that a proof tries before it gives up


def earlier(law: Law, book: RuleBook) -> RuleBook:
    """The laws that stand before a law."""
    names = list(book)
    return RuleBook(book[name] for name in names[: names.index(law.name)])


def prove_law(law: Law, book: RuleBook) -> Derivation:
    """The proof of a theorem of the book from earlier laws. Raises DerivationError where none is found."""
    if law.status != "theorem":
        raise DerivationError(f"{law.name} is no theorem but a law of status {law.status!r}")
    allowed = earlier(law, book)
    barred = RuleBook(other if other.name in allowed else _barred(other) for other in book.values())
    items = [item.strip() for item in law.by.split(",") if item.strip()]
    names = [item.removeprefix(RIGHT).lstrip("<") for item in items]
    unknown = [name for name in names if not (name in allowed or name in TACTICS or name in MEANS)]
    if not items or unknown:
        wrong = ", ".join(unknown) or "nothing"
        raise DerivationError(
            f"{law.name} is a theorem by {wrong}, which is no method and no law that stands earlier"
        )
    if items[0] in MEANS:
        return MEANS[items[0]](law, instance(law), barred, items[1:])
    return _by_script(law, instance(law), barred, items)


def _barred(law: Law) -> Law:
    """A law that never applies, in the place of one that stands later: methods may name it, and find no use for it."""
    never = symbol(f"{law.name} stands later")
    return Law(law.name, never, never)


def _problem(law: Law, about: Instance, variable: Term | None = None) -> Problem:
    premise, of = (
        (about.left, about.right) if law.relation == "=>" else (None, make("=", [about.left, about.right]))
    )
    assumed = tuple(
        (p, t)
        for p, t in about.assumptions
        if p in ("positive", "nonzero", "invertible") and not _known(p, t, about)
    )
    return Problem(
        "prove",
        of,
        variable,
        given=_without_dimensions(about),
        assume=_plus_symmetric(assumed, about),
        premise=premise,
    )


def _known(predicate: str, t: Term, about: Instance) -> bool:
    return False


def _plus_symmetric(assumed: tuple[tuple[str, Term], ...], about: Instance) -> tuple[tuple[str, Term], ...]:
    return assumed + tuple((p, t) for p, t in about.assumptions if p == "symmetric")


def _without_dimensions(about: Instance) -> Declarations:
    """The declarations without names that are dimensions already."""
    sizes = Declarations(
        {n: d for n, d in about.declarations.items() if "natural" not in d.properties}
    ).dimensions
    return Declarations(
        {n: d for n, d in about.declarations.items() if n not in sizes or "natural" not in d.properties}
    )


def _derivation(problem: Problem, chains: Sequence[Chain], lemmas: Sequence[Lemma] = ()) -> Derivation:
    conditions = [c for chain in chains for step in chain.steps for c in step.conditions]
    assumed = {(c.predicate, c.term): c for c in conditions if c.basis == "assumed"}
    return Derivation(problem, "proof", tuple(chains), problem.of, tuple(lemmas), (), tuple(assumed.values()))


# -- two sides that meet ------------------------------------------------------------------------------------------------
def _meet(
    sides: tuple[Trail, Trail], before: Sequence[Chain], lemmas: list[tuple[str, Term, int]]
) -> tuple[list[Chain], list[Lemma]]:
    """Chains whose last one leads from left to right, when both sides have reached one term. Raises DerivationError."""
    left, right = sides
    if not equivalent(left.term, right.term):
        raise DerivationError("the two sides do not meet", make("=", [left.term, right.term]), left.steps)
    chains = list(before)
    if not right.steps:
        steps = (
            left.steps
            if left.term == right.term
            else [*left.steps, Step("reorder", (), {}, left.term, right.term)]
        )
        return [*chains, Chain("proof", left.start, tuple(steps))], lemmas
    joined = Trail("proof", left.start, left.context)
    for side, forward in ((left, True), (right, False)):
        if not side.steps:
            continue
        name = f"lemma {len(lemmas) + 1}"
        equation = make("=", [side.start, side.term])
        lemmas.append((name, equation, len(chains)))
        chains.append(side.chain())
        law = local_law(name, equation)
        source, target = (side.start, side.term) if forward else (side.term, side.start)
        if not forward and law.order is not None:
            raise DerivationError("an expansion cannot be read backwards", equation)
        assert equivalent(joined.term, source)
        joined.steps.append(_citation(law, joined.term, target, forward))
    return [*chains, joined.chain()], lemmas


def _sides(left: Term, right: Term, context: Context) -> Sides:
    return Trail("proof", left, context), Trail("proof", right, context)


def _citation(law: Law, before: Term, after: Term, forward: bool = True) -> Step:
    """One use of a lemma on a whole term, with the names that the lemma binds."""
    bound = {
        str(t.data)
        for side in (law.left, law.right)
        for _, t in walk(side)
        if OPERATORS[t.op].binds is not None
    }
    binding: dict[str, Value] = {f"@{name}": BoundName(name) for name in sorted(bound)}
    return Step(law.name, (), binding, before, after, order=law.order, forward=forward)


def _close(
    sides: Sides, before: Sequence[Chain] = (), lemmas: Sequence[Lemma] = ()
) -> tuple[list[Chain], list[Lemma]]:
    """Join the two sides by normal forms of both."""
    for side in sides:
        if not equivalent(sides[0].term, sides[1].term):
            side.run(Phase("normal form", ENDS, assume=False))
    return _meet(sides, before, list(lemmas))


# -- means --------------------------------------------------------------------------------------------------------------
def _by_bridge(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    """One normal form of both sides."""
    problem = _problem(law, about)
    context = Context.of(problem, book)
    trail = Trail("proof", about.left, context)
    try:
        trail.steps = bridge(about.left, about.right, context)
        return _derivation(problem, [trail.chain()])
    except DerivationError:
        trail.steps = []
        return _derivation(problem, *_close(_sides(about.left, about.right, context)))


def _by_components(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    """Both sides entry by entry; for matrices then: this holds for all i, j."""
    problem = _problem(law, about)
    names: list[str] = []
    for role in _roles(about.left):
        problem, name = problem.introduce(role, "klpq", "index", SCALAR)
        names.append(name)
    context = Context.of(problem, book)
    sides = about.left, about.right
    if names:
        entry = [symbol(n) for n in names]
        sides = make("index", [about.left, *entry]), make("index", [about.right, *entry])
    chains, lemmas = _write_out(sides, context)
    if not names:
        return _derivation(problem, chains, lemmas)
    equation = make("=", sides)
    lemmas.append((f"lemma {len(lemmas) + 1}", equation, len(chains) - 1))
    end = Trail("conclusion", equation, context)
    end.need("read_entries_matrix" if len(names) == 2 else "read_entries", "read off")
    return _derivation(problem, [*chains, end.chain()], lemmas)


def _roles(t: Term) -> list[str]:
    if t.shape == SCALAR:
        return []
    return ["row"] if ONE in t.shape else ["row", "column"]


SUMS = (
    *SPREAD,
    "neg_plus",
    "neg_scale",
    "sum_scale",
    "div_plus",
    "like_terms",
    "sum_const",
    "mul_div",
    "divide",
)


def _turns(step: Step) -> bool:
    """Whether delta(k, i) becomes delta(i, k) for a bound i."""
    k, i = step.binding["i"], step.binding["j"]
    return isinstance(k, Term) and isinstance(i, Term) and str(i.data) in "ij" and str(k.data) not in "ij"


def _write_out(sides: tuple[Term, Term], context: Context) -> tuple[list[Chain], list[Lemma]]:
    trails = Trail("proof", sides[0], context), Trail("proof", sides[1], context)
    for trail in trails:
        write_out(trail)
        trail.run(
            Phase("entries", (*ENTRIES, "arithmetic")),
            Phase("deltas", ("delta_symmetric",), accept=_turns),
            Phase("sums", SUMS),
        )
    left, right = trails
    if not equivalent(left.term, right.term):
        for step in steps_of(context.law("sum_swap"), left.term, context):
            if equivalent(step.after, right.term):
                left.steps.append(replace(step, phase="swap"))
                break
    return _meet(trails, [], [])


def _by_first_principles(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    """The limit of the difference quotient, for D(.., x) on the left."""
    body, variable = about.left.args
    problem = replace(_problem(law, about, variable), kind="derive", of=body)
    return _extended(about, scalar.derive_by_limit(problem, Context.of(problem, book)), book, items)


def _by_inverse_function(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    body, variable = about.left.args
    problem = replace(_problem(law, about, variable), kind="derive", of=body, method="inverse function")
    return _extended(about, derive_inverse_function(problem, book), book, items)


def _extended(about: Instance, found: Derivation, book: RuleBook, items: Sequence[str]) -> Derivation:
    """A derivative that was derived, brought to the form in which the law states it."""
    problem = replace(found.problem, kind="prove", of=make("=", [about.left, about.right]), method=None)
    context = Context.of(problem, book)
    last = found.chains[-1]
    if last.end.op == "=":
        trail = Trail(last.opening, last.start, context)
        trail.steps = list(last.steps)
        trail.run(Phase("result", ENDS, within=lambda t, path: path[:1] == (1,), assume=False))
        if not equivalent(trail.term, problem.of):
            raise DerivationError("the derivation ends in another equation", trail.term, trail.steps)
        if trail.term != problem.of:
            trail.steps.append(Step("reorder", (1,), {}, trail.term, problem.of))
        return _derivation(problem, [*found.chains[:-1], trail.chain()], found.lemmas)
    trail = Trail(last.opening, last.start, context)
    trail.steps = list(last.steps)
    right = Trail("proof", about.right, context)
    if not items:
        right.run(Phase("result", ENDS, assume=False))
    return _derivation(problem, *_joined(items, (trail, right), found.chains[:-1], found.lemmas))


# -- scripts ------------------------------------------------------------------------------------------------------------
def _by_script(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    first = book.get(items[0])
    if law.relation == "=>":
        return _by_implications(law, about, book, items)
    if first is not None and first.relation == "=>":
        return _by_conclusion(law, about, book, first, items[1:])
    problem = _problem(law, about, _variable(about.left))
    return _derivation(problem, *_joined(items, _sides(about.left, about.right, Context.of(problem, book))))


def _joined(
    items: Sequence[str], sides: Sides, before: Sequence[Chain] = (), lemmas: Sequence[Lemma] = ()
) -> tuple[list[Chain], list[Lemma]]:
    """Use the items on the two sides in the first way that makes them meet. Raises DerivationError."""
    reason = DerivationError(
        f"no use of {', '.join(items)} was found", make("=", [sides[0].term, sides[1].term])
    )
    for reached in _scripted(items, sides):
        try:
            return _close(reached, before, lemmas)
        except DerivationError as error:
            reason = error
    raise reason


def _variable(t: Term) -> Term | None:
    return next((n.args[1] for _, n in walk(t) if n.op == "D"), None)


def _scripted(items: Sequence[str], sides: Sides) -> Iterator[Sides]:
    """All ways to use the items in turn."""
    if not items:
        yield sides
        return
    item, rest = items[0], items[1:]
    k = 1 if item.startswith(RIGHT) else 0
    for steps in _ways(item.removeprefix(RIGHT), sides[k]):
        longer = Trail(sides[k].opening, sides[k].start, sides[k].context)
        longer.steps = [*sides[k].steps, *steps]
        yield from _scripted(rest, (sides[0], longer) if k else (longer, sides[1]))


def _ways(item: str, trail: Trail) -> Iterator[list[Step]]:
    return TACTICS[item](trail) if item in TACTICS else _uses(item, trail)


def _uses(item: str, trail: Trail) -> Iterator[list[Step]]:
    context, name = trail.context, item.lstrip("<")
    rule = context.law(name)
    context.may_assume = True
    seen: set[Term] = set()
    for given in _suggestions(rule, trail.term):
        for step in steps_of(rule, trail.term, context, not item.startswith("<"), given=given):
            if step.after not in seen and len(seen) < BRANCHES:
                seen.add(step.after)
                yield [step]


def _suggestions(rule: Law, t: Term) -> Iterator[dict[str, Value]]:
    """Bindings for a law F{..} = .. whose second-order hole no place of the term can fix: functions of one argument."""
    if rule.left.op != "family":
        yield {}
        return
    if rule.left.args[0].op in HOLES:
        square = [n for _, n in walk(t) if n.op == "symbol" and n.shape != SCALAR]
        yield from ({str(rule.left.args[0].data): n} for n in dict.fromkeys(square))
        return
    argument = rule.left.args[0]
    for _, node in walk(t):
        for k, arg in enumerate(node.args if node.shape == SCALAR else ()):
            for bound in match(argument, arg, {EPS: symbol(EPS)}) if arg.op == "plus" else ():
                place = symbol("y_0", arg.shape)
                body = make(node.op, [*node.args[:k], place, *node.args[k + 1 :]], node.data, node.shape)
                yield {**bound, str(rule.left.data): Abstraction(("y_0",), body)}


def _differentiate(trail: Trail) -> Iterator[list[Step]]:
    """Derivatives of compositions, sums and products, by the rules that stand earlier."""
    work = Trail(trail.opening, trail.term, trail.context)
    variables = {n.args[1] for _, n in walk(work.term) if n.op == "D"}
    for _ in range(20):
        made = work.run(
            Phase("open", OPEN),
            Phase("table", TABLE),
            Phase("numbers", ("arithmetic",)),
        )
        for variable in variables:
            made += chain_once(work, variable)
        if not made:
            break
    yield work.steps


def _expand(trail: Trail) -> Iterator[list[Step]]:
    """First-order expansion."""
    work = Trail(trail.opening, trail.term, trail.context)
    scalar.expand(work, exact=False)
    scalar.multiply_out(work)
    yield work.steps


def _normal(trail: Trail) -> Iterator[list[Step]]:
    yield run_phase(Phase("normal form", ENDS, assume=False), trail.term, trail.context)


TACTICS: dict[str, Callable[[Trail], Iterator[list[Step]]]] = {
    "differentiate": _differentiate,
    "expand": _expand,
    "normal form": _normal,
}


# -- implications -------------------------------------------------------------------------------------------------------
def _by_conclusion(
    law: Law, about: Instance, book: RuleBook, implication: Law, items: Sequence[str]
) -> Derivation:
    """The statement, read either way, is what an implication concludes: show its premise, then conclude."""
    problem = _problem(law, about)
    context = Context.of(problem, book)
    for turned in (False, True):
        sides = (about.right, about.left) if turned else (about.left, about.right)
        for premise, given in _premises(implication, make("=", sides)):
            for reached in _scripted(items, _sides(*premise.args, context)):
                try:
                    chains, lemmas = _close(reached)
                except DerivationError:
                    continue
                end = Trail("conclusion", premise, context)
                if end.use(implication.name, "conclude", given) and end.term.args == sides:
                    return _concluded(problem, [*chains, end.chain()], lemmas, turned)
    raise DerivationError(f"the means {law.by!r} do not prove {law.name}", problem.of)


def _concluded(problem: Problem, chains: list[Chain], lemmas: list[Lemma], turned: bool) -> Derivation:
    """The finished proof, with the sides in the order of the statement."""
    if not turned:
        return _derivation(problem, chains, lemmas)
    name, equation = f"lemma {len(lemmas) + 1}", chains[-1].end
    right, left = equation.args
    last = Chain("proof", left, (_citation(local_law(name, equation), left, right, forward=False),))
    return _derivation(problem, [*chains, last], [*lemmas, (name, equation, len(chains) - 1)])


def _premises(implication: Law, conclusion: Term) -> Iterator[tuple[Term, dict[str, Value]]]:
    """The premises from which an implication concludes an equation."""
    holes = {str(h.data): h for _, h in walk(implication.left) if h.op == "hole"}
    for bound in match(implication.right, conclusion, {}):
        missing = [name for name in holes if name not in bound]
        for value in _candidates(conclusion) if missing else [conclusion]:
            given = {**bound, **dict.fromkeys(missing, value)}
            try:
                yield instantiate(implication.left, given), given
            except (Unbound, ValueError):
                continue


def _candidates(t: Term) -> list[Term]:
    """What a hole may stand for that the conclusion does not fix: parts of it, and determinants of its matrices."""
    parts = list(dict.fromkeys(node for _, node in walk(t)))
    square = [p for p in parts if p.op == "symbol" and p.shape != SCALAR and p.shape[0] == p.shape[1]]
    return [*[make("det", [p]) for p in square], *[p for p in parts if p.shape == SCALAR]]


def _by_implications(law: Law, about: Instance, book: RuleBook, items: Sequence[str]) -> Derivation:
    """An implication by others in turn, from its premise to its conclusion."""
    problem = _problem(law, about)
    trail = Trail("equation", about.left, Context.of(problem, book))
    for item in items:
        wanted = {k: v for k, v in about.binding.items() if k in book[item].declarations and k != EPS}
        if not trail.use(item, "conclude", wanted):
            trail.need(item, "conclude")
    if trail.term != problem.of:
        raise DerivationError(f"the proof of {law.name} ends in another equation", trail.term, trail.steps)
    return _derivation(problem, [trail.chain()])


MEANS: dict[str, Proof] = {
    "normal forms": _by_bridge,
    "components": _by_components,
    "first principles": _by_first_principles,
    "inverse function": _by_inverse_function,
}
