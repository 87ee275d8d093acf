"""The trace form: a scalar that is linear in the direction U becomes tr(U'*G), or u'*g for a vector.

A matrix U is brought to the end of its trace, tr(A*U), or U' to the front; then the traces with U are transposed. Each
step must lower a measure, so a phase ends by construction: directions outside a trace, untransposed directions, the
size of what stands under transposes, factors between the direction and its end. All the traces of a sum are brought
there stage by stage, as one does on paper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derivgen.engine.context import Context
from derivgen.engine.phases import Phase
from derivgen.engine.rewrite import Place, Select
from derivgen.engine.trace import Step
from derivgen.engine.trail import Trail
from derivgen.language.shapes import ONE, SCALAR
from derivgen.language.terms import Path, Term, at, make, symbol
from derivgen.methods.law_sets import PUSH_TRANSPOSES
from derivgen.rules.binding import Binding
from derivgen.rules.orders import is_zero

TRACE_LAWS = ("scalar_trace", "tr_cyclic")
VECTOR_LAWS = (
    "scalar_transpose",
    "transpose_mul",
    "transpose_transpose",
    "transpose_plus",
    "transpose_scale",
    "transpose_neg",
    "transpose_div",
    "<scalar_trace",
    "tr_cyclic",
    "tr_transpose",
)


def holds(t: Term, direction: Term) -> bool:
    """Whether the direction, a symbol or a differential, occurs in a term.

    The conjugate of a direction is a direction of its own: H(dX) does not hold dX.
    """
    if t == direction:
        return True
    if direction.ops & ~t.ops or not direction.free <= t.free or (t.op == "conj" and t.args[0] == direction):
        return False
    if direction.op == "symbol" and not t.has("conj"):
        return True
    return any(holds(a, direction) for a in t.args)


def acting_on(*directions: Term) -> Callable[[Step], bool]:
    """Accepts the steps whose place holds one of the directions."""
    return lambda step: any(holds(at(step.before, step.path), direction) for direction in directions)


ENTRY_BY_ENTRY = ("transpose_map", "transpose_hadamard", "transpose_hadamard_div", "transpose_hadamard_pow")


def transposes_in(direction: Term | None = None, name: str = "transposes") -> Phase:
    """Transposes go inwards; into a sum or an entrywise function only where the direction stands or it saves some."""

    def accept(step: Step) -> bool:
        if step.rule not in ("transpose_plus", *ENTRY_BY_ENTRY):
            return True
        turned = at(step.before, step.path)
        if direction is not None and holds(turned, direction):
            return True
        saved = 1 + _transposes(turned.args[0], False) - _transposes(turned.args[0], True)
        return saved >= 0 if step.rule == "transpose_plus" else saved > 0

    return Phase(name, PUSH_TRANSPOSES, accept=accept)


def _transposes(t: Term, turned: bool) -> int:
    """How many transposes a term has when they stand on its factors alone."""
    if t.op == "transpose":
        return _transposes(t.args[0], not turned)
    if t.op in ("plus", "neg", "dot", "hadamard", "hadamard_div", "map"):
        return sum(_transposes(a, turned) for a in t.args)
    if t.op in ("times", "div", "hadamard_pow"):
        return _transposes(t.args[-1 if t.op == "times" else 0], turned)
    return int(turned and t.shape != SCALAR and t.op not in ("identity", "diag"))


class _Count:
    """The measure's parts while a term is walked."""

    def __init__(self, direction: Term, vector: bool, known: dict[Term, bool]) -> None:
        self.direction, self.vector, self.known = direction, vector, known
        self.outside = self.plain = self.under = self.off = 0

    def holds(self, t: Term) -> bool:
        """Whether the direction occurs in a term."""
        found = self.known.get(t)
        if found is None:
            found = self.known[t] = holds(t, self.direction)
        return found

    def walk(self, t: Term, transposed: bool, in_trace: bool) -> None:
        if t == self.direction:
            self.plain += not transposed
            self.outside += in_trace == self.vector
            return
        if not self.holds(t):
            return
        if t.op == "transpose":
            self.under += t.args[0].size - 1
            self.walk(t.args[0], not transposed, in_trace)
            return
        chain = t.args[0] if t.op == "tr" else t
        if t.op in ("tr", "dot"):
            factors = chain.args if chain.op == "dot" else (chain,)
            place = next((k for k, f in enumerate(factors) if self.holds(f)), 0)
            turned = self.vector or factors[place].op == "transpose"
            self.off += place if turned else len(factors) - 1 - place
        for arg in t.args:
            self.walk(arg, transposed, in_trace or t.op == "tr")


def measure(direction: Term):  # type: ignore[no-untyped-def]
    """(outside a trace, untransposed, size under transposes, factors between U and its end): less is nearer."""
    vector = direction.shape[1] == ONE
    known: dict[Term, bool] = {}

    def value(t: Term) -> tuple[int, int, int, int]:
        count = _Count(direction, vector, known)
        count.walk(t, False, False)
        return count.outside, count.plain, count.under, count.off

    return value


def to_trace_form(trail: Trail, direction: Term) -> None:
    """Bring every term of first order to tr(U'*G), or u'*g, and join them into one."""
    vector = direction.shape[1] == ONE
    trail.run(
        Phase(
            "spread",
            (
                "tr_plus",
                "tr_scale",
                "tr_neg",
                "transpose_plus",
                "transpose_scale",
                "transpose_neg",
                "transpose_div",
                "<tr_div",
                "<dot_div",
                "div_dot",
                "dot_neg",
                "neg_dot",
            ),
            accept=acting_on(direction),
        ),
    )
    bring_forms(trail, direction)
    trail.run(
        transposes_in(direction),
        Phase("transposes", ("symmetric_transpose",), accept=_of_what_is_given(trail.context), assume=False),
        Phase("spread", ("tr_scale", "tr_neg"), accept=acting_on(direction)),
        Phase("identity", ("<mul_identity",), within=_alone_in_trace(make("transpose", [direction]))),
        Phase("collect", ("like_terms",), accept=acting_on(direction)),
        Phase("collect", ("arithmetic",), accept=_drops_zero),
        joined(trail.context, direction),
        Phase("join", ("reorder",), accept=acting_on(direction)),
    )
    if is_zero(trail.term):
        named: Binding = {"u" if vector else "U": direction}
        trail.need("dot_zeros" if vector else "tr_zeros", "trace form", named, forward=False)


def _of_what_is_given(context: Context) -> Callable[[Step], bool]:
    """Accepts what is symmetric by its constants; what is known of the variable waits until all is read off."""
    known = {v for v in context.problem.variables if context.facts.holds("symmetric", v)}

    def accept(step: Step) -> bool:
        turned = at(step.before, step.path)
        return not turned.has("d") and all(v.free.isdisjoint(turned.free) for v in known)

    return accept


def _drops_zero(step: Step) -> bool:
    """Whether a step finds that something is zero, or leaves out a summand that is."""
    before, after = at(step.before, step.path), at(step.after, step.path)
    return is_zero(after) or (before.op == "plus" and any(map(is_zero, before.args)))


def bring_forms(trail: Trail, direction: Term) -> None:
    """Bring every trace and inner product that holds the direction to tr(U'*G), or u'*g."""
    for stage in _stages(direction):
        for path in _forms(trail.term, direction):
            trail.run_at(path, stage)


def bring_at(trail: Trail, path: Path, direction: Term) -> None:
    """Bring the trace or inner product at a place to tr(U'*G), or u'*g."""
    trail.run_at(path, *_stages(direction))


def _stages(direction: Term) -> tuple[Phase, ...]:
    """The phases that bring a form to tr(U'*G), or u'*g, in turn."""
    beside, here = measure(direction), acting_on(direction)  # a step within an operator would hide it
    select: Select = lambda law, b: _splits_beside(law, b, direction)  # noqa: E731

    def form(*rules: str) -> Phase:
        return Phase("trace form", rules, measure=beside, accept=here, select=select)

    alone = Phase("identity", ("<mul_identity",), within=_alone_in_trace(make("transpose", [direction])))
    inwards = transposes_in(direction)
    if direction.op not in ("d", "symbol"):  # an operator: what is brought to the front stays as it is
        inwards = replace(inwards, within=lambda t, place: not _lies_in(t, place, direction))
    if direction.shape[1] == ONE:
        return form(*(law for law in VECTOR_LAWS if law != "tr_cyclic")), inwards, form(*VECTOR_LAWS), alone
    return inwards, form(*TRACE_LAWS), form("tr_transpose"), inwards, alone


def _lies_in(t: Term, path: Path, part: Term) -> bool:
    """Whether a place lies in a part of a term."""
    return any(at(t, path[:k]) == part for k in range(len(path) + 1))


def _forms(t: Term, direction: Term) -> list[Path]:
    """The outermost traces and inner products that hold the direction, last first, so that paths stay valid."""
    found: list[Path] = []
    stack: list[tuple[Path, Term]] = [((), t)]
    while stack:
        path, node = stack.pop()
        if not holds(node, direction):
            continue
        if node.op == "tr" or (node.op == "dot" and node.shape == SCALAR):
            found.append(path)
        else:
            stack.extend(((*path, k), a) for k, a in enumerate(node.args))
    return sorted(found, key=repr, reverse=True)


def _splits_beside(law: str, binding: Binding, direction: Term) -> bool:
    """Whether a product is split just beside the factor that holds the direction: other splits lead nowhere."""
    if law not in ("tr_cyclic", "transpose_mul"):
        return True
    parts = [binding.get(k) for k in ("A", "B")]
    ends = [(p.args[i] if p.op == "dot" else p) for p, i in zip(parts, (-1, 0), strict=True) if isinstance(p, Term)]
    return any(holds(end, direction) for end in ends)


def _alone_in_trace(flipped: Term) -> Place:
    """The place of U' in tr(U'), which is tr(U'*I)."""
    return lambda t, path: bool(path) and at(t, path) == flipped and at(t, path[:-1]).op == "tr"


def _leads(t: Term, flipped: Term) -> bool:
    """Whether a chain, behind signs and scalars, starts with U'."""
    if t.op in ("neg", "times", "div"):
        return _leads(t.args[0 if t.op != "times" else -1], flipped)
    return t == flipped or (t.op == "dot" and t.args[0] == flipped)


JOIN = (
    "<neg_scale", "<dot_neg", "dot_div", "dot_join", "tr_take_in", "<tr_neg", "tr_div", "tr_join", "sum_join",
    "sum_join_vector", "E_join", "E_join_trace",
)  # fmt: skip


def joined(context: Context, direction: Term) -> Phase:
    """Take scalar factors and signs into G and add the parts."""
    flipped = make("transpose", [direction])
    eps = symbol(context.problem.perturbation)

    def select(law: str, binding: Binding) -> bool:
        first = binding.get("A")
        if law in ("dot_neg", "dot_div"):
            return first == flipped
        if law in ("tr_neg", "tr_div"):
            return isinstance(first, Term) and _leads(first, flipped)
        if law == "neg_scale":
            return binding.get("s") == eps
        if law == "sum_join":
            return first == direction
        return direction in (binding.get("U"), binding.get("u"))

    return Phase("join", JOIN, select=select)
