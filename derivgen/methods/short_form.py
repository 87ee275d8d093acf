"""The result in the form that a person would write: the shortest that plain algebra finds.

Fractions are reduced, constants leave sums, and common factors are taken out, on the left, on the right or as scalars.
``length`` decides, the number of signs on paper: no factor is taken out that makes the result longer. Every step is
recorded like any other; none assumes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from derivgen.engine.rewrite import Context, Phase, Select, Trail, steps_of
from derivgen.engine.trace import Derivation, Step, relied_on
from derivgen.language.length import length
from derivgen.language.problem import HOLDS
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Path, Term, at, make, put, walk
from derivgen.methods.differentials import simplify
from derivgen.methods.law_sets import SIGNS
from derivgen.methods.script import backwards
from derivgen.methods.trace_form import transposes_in
from derivgen.rules.binding import Binding, instantiate
from derivgen.rules.book import Law, RuleBook, local_law
from derivgen.rules.equations import is_assumption, shortening

NAME = "short form"
POINTWISE = "An equation about the variable holds at a point: it is used only after the derivative was read off."
ROUNDS = 12  # of cleaning and factoring: each makes the term shorter
CANCELLED = (
    "hadamard_cancel", "hadamard_div_self", "hadamard_cancel_above", "hadamard_cancel_below", "hadamard_cancel_common",
    "hadamard_cancel_square", "hadamard_div_square", "hadamard_under_fraction",
)  # fmt: skip
JOINING = ("like_terms", *CANCELLED, "inv_cancel_left", "inv_cancel_right")
OPENED = 80  # nodes of a sum that is multiplied out on trial
PLACES = 3  # at which one use of an assumed equation is tried
LARGEST = 300  # nodes of a term that is looked through
CLEAN = (
    "arithmetic", "lowest_terms", *SIGNS, "like_terms", "like_fractions",
    "sum_scale", "sum_neg", "sum_neg_matrix", "<scale_sum", "tr_scale", "tr_neg",
    "hadamard_reciprocal", *CANCELLED, "hadamard_neg", "hadamard_div_neg", "inv_cancel_left", "inv_cancel_right",
    "inv_transpose_cancel_left", "inv_transpose_cancel_right", "inv_inv", "identity_mul", "mul_identity",
    "diag_identity", "sigmoid_exp", "sigmoid_exp_times", "<sigmoid_def", "sigmoid_one", "sigmoid_exp_map",
    "sigmoid_exp_map_times", "sigmoid_exp_map_over",
    "sign_square", "abs_square", "step_square", "relu_step", "step_map_square", "relu_step_map", "i_square", "i_power",
    "inner_ones", "<total_is_inner", "total_hadamard", "<softmax_def", "<logsumexp_def",
)  # fmt: skip
# what the question writes in one way goes back to it, where the steps had to write it in another
BACK = (
    "<norm_square", "<norm_square_matrix", "<norm_square_complex", "<norm_square_complex_matrix", "<norm1_def",
    "<pinv_columns", "<pinv_rows", "<pinv_columns_transpose", "<pinv_rows_transpose",
)  # fmt: skip
COLLECTED = ("collect_multiples", "common_factor", "like_terms")
ONE_SUM = ("scale_sum", "<sum_scale", "<sum_neg", "<sum_neg_matrix", "<sum_plus", "<sum_plus_matrix")
SEPARATED = (
    "mul_plus", "scale_plus", "neg_scale", "sum_plus_matrix", "sum_neg_matrix", "<scale_sum", "arithmetic",
)  # fmt: skip
MULTIPLY = ("mul_plus", "scale_plus", "dot_plus", "plus_dot", "neg_plus", "hadamard_plus", "hadamard_ones")

Attempt = Callable[[Trail], object]
Attempts = Callable[[Term], Iterator[Attempt]]


def in_short_form(derivation: Derivation, book: RuleBook) -> Derivation:
    """The derivation with the right side of its result in short form, by further steps of its last chain."""
    problem = derivation.problem
    if problem.kind != "derive" or not derivation.chains:
        return derivation
    last, result = derivation.chains[-1], derivation.result
    whole = last.end == result
    right = result.args[1]
    if (not whole and last.end != right) or right.size > LARGEST:
        return derivation
    context = Context.of(problem, book)
    context.assumed |= {(c.predicate, c.term): c for c in derivation.assumed}
    context.rely_on_assumed()
    short = Trail(last.opening, right, context)
    if problem.quantity == "differential":
        use_equations(short)
    else:
        shorten(short)
    if not short.steps:
        return derivation
    trail = Trail(last.opening, last.end, short.context)
    trail.absorb(short, (1,) if whole else ())
    chain = replace(last, steps=(*last.steps, *trail.steps))
    assumed = {(c.predicate, c.term): c for c in (*derivation.assumed, *relied_on(trail.steps))}
    notes = (POINTWISE,) if any(p == HOLDS and t.free & problem.varying for p, t in assumed) else ()
    return replace(
        derivation,
        chains=(*derivation.chains[:-1], chain),
        result=put(result, (1,), short.term),
        assumed=tuple(assumed.values()),
        notes=tuple(dict.fromkeys((*derivation.notes, *notes))),
    )


def shorten(trail: Trail) -> None:
    """Bring a term to its short form."""
    for _ in range(ROUNDS):
        as_asked = Phase(NAME, BACK, select=_asked(trail.context), assume=False)
        made = trail.run(Phase(NAME, ("abbreviate",)), as_asked, Phase(NAME, CLEAN, inner=True, assume=False))
        made += use_equations(trail)
        made += _vectors(trail)
        made += _factored(trail, _all)
        made += _turned_scalars(trail)
        made += trail.run(Phase(NAME, ("reorder",), within=_below_bar))
        if not made:
            return


def _vectors(trail: Trail) -> int:
    """Sums over the entries of vectors as the vectors: sum(i, 1, n, x[i]*e(i,n)) is x; the number of steps."""
    before = len(trail.steps)
    places = [path for path, node in walk(trail.term) if node.op == "sum" and node.args[2].has("unit")]
    for path in sorted(places, key=len, reverse=True):
        if _stands_at(trail.term, path, "sum"):
            _best(trail, path, lambda t: iter((_of_entries,)))
    return len(trail.steps) - before


def _of_entries(part: Trail) -> None:
    """Every summand by itself, its entry as an inner product with the unit vector behind it."""
    inside = str(part.term.data)

    def counted(t: Term, path: Path) -> bool:
        node = at(t, path)
        return node.op == "index" and len(node.args) == 2 and node.args[1].data == inside

    part.run(Phase(NAME, SEPARATED, assume=False), Phase(NAME, ("entry_is_inner",), within=counted, assume=False))
    if not part.run(Phase(NAME, ("<expand_entries",), assume=False)):
        part.steps.clear()


def use_equations(trail: Trail) -> int:
    """Use the equations that are assumed, where that makes the term shorter; the number of steps.

    Each is tried as it stands, and on the term multiplied out.
    """
    laws = trail.context.equations
    shorter = shortening(laws)
    before = len(trail.steps)
    forms = [form for law in laws for form in _other_forms(law, trail.context)]
    while laws and _best(trail, (), lambda t: _by_equations(shorter, laws, forms)):
        pass
    return len(trail.steps) - before


def _other_forms(law: Law, context: Context) -> Iterator[Trail]:
    """The left side of an equation, and its transpose, brought to the form that they have in a result."""
    if law.left.has("hole"):
        return
    turned = law.left if law.left.shape == SCALAR else make("transpose", [law.left])
    for start, turn in ((law.left, False), (turned, True)):
        form = Trail("form", start, context)
        if turn and start.shape == SCALAR and not form.use("scalar_transpose", NAME, path=()):
            continue
        simplify(form)
        if form.steps and form.term not in (law.left, turned):
            yield form


def _by_equations(shorter: tuple[str, ...], laws: tuple[Law, ...], forms: list[Trail]) -> Iterator[Attempt]:
    """The ways to use equations: all that make a term shorter by themselves, or one at one place."""
    if shorter:
        yield from ((lambda part, form=form: _from_form(part, form, shorter)) for form in forms)
        yield lambda part: _run_equations(part, shorter, CLEAN)
        yield lambda part: _run_equations(part, shorter, (*CLEAN, *MULTIPLY))
    for law in laws:
        for k in range(PLACES):
            yield lambda part, law=law, k=k: _use_once(part, law, k)  # type: ignore[misc]


def _run_equations(part: Trail, equations: tuple[str, ...], rules: tuple[str, ...]) -> None:
    part.run(Phase(NAME, (*equations, *rules), assume=False))
    if any(is_assumption(step.rule) for step in part.steps):
        _factored(part, _factors)
    else:
        part.steps.clear()


def _from_form(part: Trail, form: Trail, equations: tuple[str, ...]) -> None:
    """Where the form of a left side stands, write the left side itself, so that the equation can be used."""
    law = local_law("form", make("=", [form.term, form.start]))
    step = next(steps_of(law, part.term, part.context), None)
    back = backwards(form)
    if step is not None and back is not None:
        inner = Trail(part.opening, form.term, part.context)
        inner.steps = [replace(one, phase=NAME) for one in back]
        part.absorb(inner, step.path)
        _run_equations(part, equations, CLEAN)


def _use_once(part: Trail, law: Law, k: int) -> None:
    steps = steps_of(law, part.term, part.context)
    part.steps += [replace(step, phase=NAME) for step in islice(steps, k, k + 1)]


def _asked(context: Context) -> Select:
    """Takes the uses of a law that bring back what the question holds, and norms of its parts where it has norms."""
    question = {node for _, node in walk(context.problem.of)}
    norms = context.problem.of.has("norm")

    def select(law: str, binding: Binding) -> bool:
        made = instantiate(context.law(law).left, binding)
        if norms and made.op == "pow" and made.args[0].args[0] in question:
            return instantiate(context.law(law).right, binding) not in question
        return made in question or (made.op == "transpose" and made.args[0] in question)

    return select


def _below_bar(t: Term, path: Path) -> bool:
    """Whether a place is the divisor of a fraction."""
    return bool(path) and path[-1] == 1 and at(t, path[:-1]).op == "div"


def _key(t: Term) -> tuple[int, int, int]:
    return length(t), t.size, len(t.free)  # of equally long ones that with fewer names: 2 for c


def _factored(trail: Trail, attempts: Attempts) -> int:
    """Take out what makes the term shorter, innermost sums first; the number of steps."""
    before = len(trail.steps)
    for path in sorted(_sums(trail.term), key=len, reverse=True):
        while _stands_at(trail.term, path, "plus", "neg") and _best(trail, path, attempts):
            pass
    return len(trail.steps) - before


def _turned_scalars(trail: Trail) -> int:
    """Write the transpose of a scalar for it where that is shorter; the number of steps."""
    before = len(trail.steps)
    scalars = [path for path, t in walk(trail.term) if t.op == "dot" and t.shape == SCALAR and t.has("transpose")]
    for path in sorted(scalars, key=len, reverse=True):
        if _stands_at(trail.term, path, "dot"):
            _best(trail, path, lambda t: iter((_turned_over,)))
    return len(trail.steps) - before


def _turned_over(part: Trail) -> None:
    if part.use("scalar_transpose", NAME, path=()):
        part.run(replace(transposes_in(), name=NAME, assume=False))


def _sums(t: Term) -> Iterator[Path]:
    """The places of sums, and of signs that stand before anything but a summand."""
    for path, node in walk(t):
        if node.op == "plus" or (node.op == "neg" and (not path or at(t, path[:-1]).op != "plus")):
            yield path


def _stands_at(t: Term, path: Path, *ops: str) -> bool:
    """Whether one of the operators still stands at a place: what was done before may have moved it."""
    try:
        return at(t, path).op in ops
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


def _multiples_collected(part: Trail) -> None:
    """Make one multiple of several, its coefficient with what is common in front: 2*(s + t)*A."""
    if _move(part, "collect_multiples"):
        part.run(Phase(NAME, ("common_factor",), within=lambda t, path: bool(path) and at(t, path).shape == SCALAR))


def _sums_joined(part: Trail) -> None:
    """Make one sum of sums over one range, where their terms are multiples of one matrix or of one scalar."""
    if part.run(Phase(NAME, ONE_SUM, within=_outside_sums)):
        part.run(Phase(NAME, CLEAN, inner=True, assume=False))
        _factored(part, _factors)
    if not any(step.rule in COLLECTED for step in part.steps):
        part.steps.clear()


def _entries_mirrored(part: Trail) -> None:
    """Of S[i,j] and S[j,i] in one sum write the first for both, where S is symmetric."""
    seen: dict[Term, None] = {}
    later: set[Term] = set()
    for _, entry in walk(part.term):
        if entry.op == "index" and len(entry.args) == 3:
            base, i, j = entry.args
            later |= {entry} if entry not in seen and make("index", [base, j, i]) in seen else set()
            seen[entry] = None
    if later:
        left = part.context.law("entry_symmetric").left
        part.run(Phase(NAME, ("entry_symmetric",), assume=False, select=lambda _, b: instantiate(left, b) in later))


def _outside_sums(t: Term, path: Path) -> bool:
    """Whether no sum over an index stands around a place."""
    return not any(at(t, path[:k]).op == "sum" for k in range(len(path)))


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


def _move(part: Trail, name: str) -> bool:
    new = part.context.moves[name].rewrite(part.term)
    found = new is not None and new != part.term
    if new is not None and found:
        part.steps.append(Step(name, (), {}, part.term, new, phase=NAME))
    return found


def _opposite_factor(part: Trail) -> None:
    """Take out a difference that some summands hold with the other sign: a*(x - y) - b*(y - x)."""
    if _move(part, "sign_inside") and not _move(part, "common_factor"):
        part.steps.clear()


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
