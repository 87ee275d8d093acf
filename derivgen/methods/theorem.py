"""Proofs of the book's own theorems, each from laws that stand earlier in the book.

What stands behind ``theorem by`` in a rule file is a list of means, separated by commas. A word of MEANS is a method for
the whole statement (``components``, ``first principles``, ``inverse function``); else each item rewrites the left side in
turn: a law (``<law`` from right to left), ``differentiate``, ``expand`` or ``normal form``; a law with ``=>`` reduces the
statement to that law's premise. Whatever is left open at the end must close by bringing both sides to one normal form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from derivgen.engine.rewrite import Context, DerivationError, Phase, Trail, run_phase, steps_of
from derivgen.engine.trace import Chain, Derivation, Step
from derivgen.language.declarations import Declarations
from derivgen.language.problem import Problem
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Term, equivalent, make, number, symbol, walk
from derivgen.methods import first_principles as scalar
from derivgen.methods.chain_rule import OPEN, TABLE, chain_once
from derivgen.methods.componentwise import ENTRIES, SPREAD, write_out
from derivgen.methods.inverse_function import derive_inverse_function
from derivgen.methods.law_sets import NORMAL
from derivgen.methods.proof import bridge
from derivgen.rules.binding import Abstraction, Value
from derivgen.rules.book import Law, RuleBook, local_law
from derivgen.rules.instances import Instance, instance

Proof = Callable[[Law, Instance, RuleBook], Derivation]
OPENED = ("D_apply", "at_value", "D_self", "symmetric_transpose")
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
    return MEANS.get(law.by, _by_script)(law, instance(law), barred)


def _barred(law: Law) -> Law:
    """A law that never applies, in the place of one that stands later: methods may name it, and find no use for it."""
    never = symbol(f"{law.name} stands later")
    return Law(law.name, never, never)


def _problem(law: Law, about: Instance, variable: Term | None = None) -> Problem:
    premise, of = (about.left, about.right) if law.relation == "=>" else (None, make("=", [about.left, about.right]))
    assumed = tuple(
        (p, t) for p, t in about.assumptions if p in ("positive", "nonzero", "invertible") and not _known(p, t, about)
    )
    return Problem(
        "prove", of, variable, given=_without_dimensions(about), assume=_plus_symmetric(assumed, about), premise=premise
    )


def _known(predicate: str, t: Term, about: Instance) -> bool:
    return False


def _plus_symmetric(assumed: tuple[tuple[str, Term], ...], about: Instance) -> tuple[tuple[str, Term], ...]:
    return assumed + tuple((p, t) for p, t in about.assumptions if p == "symmetric")


def _without_dimensions(about: Instance) -> Declarations:
    """The declarations without names that are dimensions already."""
    sizes = Declarations({n: d for n, d in about.declarations.items() if "natural" not in d.properties}).dimensions
    return Declarations(
        {n: d for n, d in about.declarations.items() if n not in sizes or "natural" not in d.properties}
    )


def _derivation(
    problem: Problem, chains: Sequence[Chain], context: Context, lemmas: Sequence[tuple[str, Term, int]] = ()
) -> Derivation:
    return Derivation(problem, "proof", tuple(chains), problem.of, tuple(lemmas), (), tuple(context.assumed.values()))


# -- two sides that meet ------------------------------------------------------------------------------------------------
def _meet(
    sides: tuple[Trail, Trail], before: Sequence[Chain], lemmas: list[tuple[str, Term, int]]
) -> tuple[list[Chain], list[tuple[str, Term, int]]]:
    """Chains whose last one leads from left to right, when both sides have reached one term. Raises DerivationError."""
    left, right = sides
    if not equivalent(left.term, right.term):
        raise DerivationError("the two sides do not meet", make("=", [left.term, right.term]), left.steps)
    chains = list(before)
    if not right.steps:
        steps = left.steps if left.term == right.term else [*left.steps, Step("reorder", (), {}, left.term, right.term)]
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
        joined.steps.append(Step(name, (), {}, joined.term, target, order=law.order, forward=forward))
    return [*chains, joined.chain()], lemmas


def _close(trail: Trail, goal: Term, law: Law) -> tuple[list[Chain], list[tuple[str, Term, int]]]:
    """Join what was reached with the goal, by normal forms of both."""
    right = Trail("proof", goal, trail.context)
    for side in (trail, right):
        if equivalent(trail.term, right.term):
            break
        side.run(Phase("normal form", ENDS, assume=False))
    return _meet((trail, right), [], [])


# -- means --------------------------------------------------------------------------------------------------------------
def _by_bridge(law: Law, about: Instance, book: RuleBook) -> Derivation:
    """One normal form of both sides."""
    problem = _problem(law, about)
    context = Context.of(problem, book)
    trail = Trail("proof", about.left, context)
    try:
        trail.steps = bridge(about.left, about.right, context)
        return _derivation(problem, [trail.chain()], context)
    except DerivationError:
        trail.steps = []
        chains, lemmas = _close(trail, about.right, law)
        return _derivation(problem, chains, context, lemmas)


def _by_components(law: Law, about: Instance, book: RuleBook) -> Derivation:
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
        return _derivation(problem, chains, context, lemmas)
    equation = make("=", sides)
    lemmas.append((f"lemma {len(lemmas) + 1}", equation, len(chains) - 1))
    end = Trail("conclusion", equation, context)
    end.need("read_entries_matrix" if len(names) == 2 else "read_entries", "read off")
    return _derivation(problem, [*chains, end.chain()], context, lemmas)


def _roles(t: Term) -> list[str]:
    if t.shape == SCALAR:
        return []
    return ["row"] if ONE in t.shape else ["row", "column"]


SUMS = (*SPREAD, "neg_plus", "neg_scale", "sum_scale", "div_plus", "like_terms", "sum_const", "mul_div", "divide")


def _write_out(sides: tuple[Term, Term], context: Context) -> tuple[list[Chain], list[tuple[str, Term, int]]]:
    trails = Trail("proof", sides[0], context), Trail("proof", sides[1], context)
    for trail in trails:
        write_out(trail)
        trail.run(Phase("entries", (*ENTRIES, "arithmetic")), Phase("sums", SUMS))
    left, right = trails
    if not equivalent(left.term, right.term):
        for step in steps_of(context.law("sum_swap"), left.term, context):
            if equivalent(step.after, right.term):
                left.steps.append(replace(step, phase="swap"))
                break
    return _meet(trails, [], [])


def _by_first_principles(law: Law, about: Instance, book: RuleBook) -> Derivation:
    """The limit of the difference quotient, for D(.., x) on the left."""
    body, variable = about.left.args
    problem = replace(_problem(law, about, variable), kind="derive", of=body)
    return _extended(law, about, scalar.derive_by_limit(problem, Context.of(problem, book)), book)


def _by_inverse_function(law: Law, about: Instance, book: RuleBook) -> Derivation:
    body, variable = about.left.args
    problem = replace(_problem(law, about, variable), kind="derive", of=body, method="inverse function")
    return _extended(law, about, derive_inverse_function(problem, book), book)


def _extended(law: Law, about: Instance, found: Derivation, book: RuleBook) -> Derivation:
    """A derivative that was derived, brought to the form in which the law states it."""
    problem = replace(found.problem, kind="prove", of=make("=", [about.left, about.right]), method=None)
    context = Context.of(problem, book)
    context.assumed = {(c.predicate, c.term): c for c in found.assumed}
    last = found.chains[-1]
    if last.end.op == "=":
        trail = Trail(last.opening, last.start, context)
        trail.steps = list(last.steps)
        trail.run(Phase("result", ENDS, within=lambda t, path: path[:1] == (1,), assume=False))
        if not equivalent(trail.term, problem.of):
            raise DerivationError("the derivation ends in another equation", trail.term, trail.steps)
        if trail.term != problem.of:
            trail.steps.append(Step("reorder", (1,), {}, trail.term, problem.of))
        return _derivation(problem, [*found.chains[:-1], trail.chain()], context, found.lemmas)
    trail = Trail(last.opening, last.start, context)
    trail.steps = list(last.steps)
    right = Trail("proof", about.right, context)
    for side in (right, trail):
        if not equivalent(trail.term, right.term):
            side.run(Phase("result", ENDS, assume=False))
    chains, lemmas = _meet((trail, right), found.chains[:-1], list(found.lemmas))
    return _derivation(problem, chains, context, lemmas)


# -- scripts ------------------------------------------------------------------------------------------------------------
def _by_script(law: Law, about: Instance, book: RuleBook) -> Derivation:
    items = [item.strip() for item in law.by.split(",") if item.strip()]
    unknown = [item for item in items if item.lstrip("<") not in book and item not in TACTICS]
    if not items or unknown:
        raise DerivationError(
            f"{law.name} is a theorem by {law.by or 'nothing'!r}, and {unknown or 'nothing'} is no law and no method"
        )
    if book[items[0]].relation == "=>" if items[0] in book else False:
        return _by_conclusion(law, about, book, book[items[0]], items[1:])
    problem = _problem(law, about, _variable(about.left))
    context = Context.of(problem, book)
    for trail in _scripted(items, Trail("proof", about.left, context), law):
        try:
            chains, lemmas = _close(trail, about.right, law)
        except DerivationError:
            continue
        return _derivation(problem, chains, context, lemmas)
    raise DerivationError(f"the means {law.by!r} do not prove {law.name}", problem.of)


def _variable(t: Term) -> Term | None:
    return next((n.args[1] for _, n in walk(t) if n.op == "D"), None)


def _scripted(items: Sequence[str], trail: Trail, law: Law) -> Iterator[Trail]:
    """All ways to use the items in turn."""
    if not items:
        yield trail
        return
    item, rest = items[0], items[1:]
    for steps in TACTICS[item](trail) if item in TACTICS else _uses(item, trail):
        longer = Trail(trail.opening, trail.start, trail.context)
        longer.steps = [*trail.steps, *steps]
        yield from _scripted(rest, longer, law)


def _uses(item: str, trail: Trail) -> Iterator[list[Step]]:
    context, name = trail.context, item.lstrip("<")
    rule = context.law(name)
    context.may_assume = False
    seen: set[Term] = set()
    for given in _suggestions(rule, trail.term):
        for step in steps_of(rule, trail.term, context, not item.startswith("<"), given=given):
            if step.after not in seen and len(seen) < BRANCHES:
                seen.add(step.after)
                yield [step]


def _suggestions(rule: Law, t: Term) -> Iterator[dict[str, Value]]:
    """Bindings for a law F{..} = .. whose second-order hole no place of the term can fix: functions of one argument."""
    if rule.left.op != "family" or rule.left.args[0].op != "plus":
        yield {}
        return
    inner = rule.left.args[0].shape
    for _, node in walk(t):
        for k, arg in enumerate(node.args):
            if arg.op == "plus" and (arg.shape == SCALAR) == (inner == SCALAR) and node.shape == SCALAR:
                hole = symbol("y_0", arg.shape)
                body = make(node.op, [*node.args[:k], hole, *node.args[k + 1 :]], node.data, node.shape)
                yield {str(rule.left.data): Abstraction(("y_0",), body)}


def _differentiate(trail: Trail) -> Iterator[list[Step]]:
    """Derivatives of compositions, sums and products, by the rules that stand earlier."""
    work = Trail(trail.opening, trail.term, trail.context)
    variables = {n.args[1] for _, n in walk(work.term) if n.op == "D"}
    for _ in range(20):
        made = work.run(
            Phase("open", OPEN, assume=False), Phase("table", TABLE, assume=False), Phase("numbers", ("arithmetic",))
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
def _by_conclusion(law: Law, about: Instance, book: RuleBook, implication: Law, items: Sequence[str]) -> Derivation:
    """The statement is what an implication concludes: show its premise, then conclude."""
    problem = _problem(law, about)
    context = Context.of(problem, book)
    for premise, given in _premises(implication, about, context):
        trail = Trail("proof", premise.args[0], context)
        for finished in _scripted(items, trail, law):
            try:
                chains, lemmas = _close(finished, premise.args[1], law)
            except DerivationError:
                continue
            end = Trail("conclusion", premise, context)
            if end.use(implication.name, "conclude", given) and equivalent(end.term, problem.of):
                return _derivation(problem, [*chains, end.chain()], context, lemmas)
    raise DerivationError(f"the means {law.by!r} do not prove {law.name}", problem.of)


def _premises(implication: Law, about: Instance, context: Context) -> Iterator[tuple[Term, dict[str, Value]]]:
    """The premises from which an implication concludes the statement."""
    from derivgen.engine.match import match
    from derivgen.rules.binding import Unbound, instantiate

    conclusion = make("=", [about.left, about.right])
    free = {str(h.data): h for _, h in walk(implication.left) if h.op == "hole"}
    for bound in match(implication.right, conclusion, {}):
        open_holes = [n for n in free if n not in bound]
        candidates = _parts(about.left) if open_holes else [number(1)]
        for value in candidates:
            given = {**bound, **dict.fromkeys(open_holes, value)}
            try:
                yield instantiate(implication.left, given), given
            except (Unbound, ValueError):
                continue


def _parts(t: Term) -> list[Term]:
    return [make("det", [n]) for _, n in walk(t) if n.op == "symbol" and n.shape != SCALAR] + [
        n for _, n in walk(t) if n is not t
    ]


MEANS: dict[str, Proof] = {
    "normal forms": _by_bridge,
    "components": _by_components,
    "first principles": _by_first_principles,
    "inverse function": _by_inverse_function,
}
