"""The whole book: each law reads back, holds where it should, fails where a condition fails, and fires."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import pi

import pytest

from derivgen.check.evaluator import MeaningError
from derivgen.check.replay import Rules, replay
from derivgen.engine.context import Context, facts_of
from derivgen.engine.rewrite import steps_of
from derivgen.engine.trace import Derivation, Step
from derivgen.language.declarations import Declaration, Declarations
from derivgen.language.elaborate import elaborate_all
from derivgen.language.operators import HOLES, OPERATORS
from derivgen.language.plain import plain
from derivgen.language.problem import Problem
from derivgen.language.shapes import SCALAR, ShapeError, dim
from derivgen.language.terms import (
    Path,
    Term,
    at,
    equivalent,
    make,
    number,
    plus,
    product,
    put,
    substitute,
    symbol,
    walk,
)
from derivgen.rules.binding import Abstraction, UnboundError
from derivgen.rules.book import Law, SideCondition, patternize, standard_book
from derivgen.rules.instances import instance, pieces
from derivgen.rules.orders import is_zero
from tests.rules.cases import BREAKING, GENERAL, HARMLESS, LET, MEETING, NO_MATTER, VALUES
from tests.rules.points import Point, meeting, verdicts

BOOK = standard_book()
LAWS = pytest.mark.parametrize("law", BOOK.values(), ids=list(BOOK))


def no_matter(law: Law, predicate: str) -> bool:
    return any(law.name in laws.get(predicate, "").split() for laws in NO_MATTER.values())


def points_breaking(law: Law, predicate: str, subject: Term) -> Iterator[Point]:
    """Points at which one condition of a law fails."""
    special = BREAKING.get((law.name, predicate)) or BREAKING.get((law.name, f"{predicate}({subject.data})"))
    base = MEETING.get(law.name, {})
    let = LET.get(law.name, "")
    if special is not None:
        yield replace(meeting(law, {**base, **special}, let), meeting=False)
        return
    if chosen := VALUES.get((law.name, predicate)):
        yield replace(meeting(law, base, let), meeting=False, values=chosen)
        return
    holes = [t for _, t in walk(subject) if t.op in HOLES]
    name = str(holes[0].data) if holes else ""
    if predicate == "invertible" and subject.op in HOLES:
        texts = ["u*v'", "zeros(n,n)"]
        let += "; u, v: vector(n)"
    elif predicate in DECLARED_OTHERWISE:
        declared = instance(law).declarations[name]
        other = replace(declared, properties=frozenset(DECLARED_OTHERWISE[predicate]))
        found = meeting(law, base, let) if predicate != "symmetric" else meeting(law)
        if declared.sort == "value" and other != declared:
            yield replace(found, extra=Declarations({**found.extra, name: other}), meeting=False)
            return
        texts = [text.replace("{}", name) for text in GENERAL.get(predicate, [])]
    elif predicate == "smooth" and subject.shape != SCALAR:
        base_name, exponent = (next(str(t.data) for _, t in walk(a) if t.op in HOLES) for a in subject.args)
        below = meeting(law, {**base, base_name: f"-exp.({base_name})"}, let)
        yield replace(below, meeting=False, values={exponent: 0.5})
        return
    elif predicate == "smooth":
        base_name, exponent = (next(str(t.data) for _, t in walk(a) if t.op in HOLES) for a in subject.args)
        for x, k in ((0, -2), (-0.7, 0.5)):
            yield replace(meeting(law, base, let), meeting=False, values={base_name: x, exponent: k})
        return
    elif predicate == "natural":
        yield replace(meeting(law, base, let), meeting=False, values={name: 0.5})
        return
    elif predicate in ("positive", "nonzero") and subject.shape == SCALAR and holes[0].shape == SCALAR:
        zero = pi / 2 if subject.op == "cos" else 0
        for value in (zero, 0.5, 1) if predicate == "nonzero" else (-2, -0.5, 0, 0.5, 2):
            yield replace(meeting(law, base, let), meeting=False, values={name: value})
        return
    elif predicate == "full_rank":
        texts = ["u*v'", "zeros(m,n)"]
        let += "; u: vector(m); v: vector(n)"
    elif predicate == "constant" and any(t.op == "d" for t in pieces(law)):
        found = meeting(law, base, let)
        yield replace(found, variables=frozenset(found.about.declarations), meeting=False)
        return
    else:
        texts = [text.replace("{}", name) for text in GENERAL.get(predicate, [])]
    for text in texts:
        try:
            yield replace(meeting(law, {**base, name: text}, let), meeting=False)
        except (UnboundError, ShapeError, ValueError):
            continue


@LAWS
def test_reads_back(law: Law) -> None:
    assert law.statement is not None
    texts = [plain(side) for side in law.statement]
    terms, _ = elaborate_all(texts, law.declarations, infer=False, pattern=True)
    assert [patternize(t, law.declarations) for t in terms] == [law.left, law.right]


@LAWS
def test_holds_where_its_conditions_hold(law: Law) -> None:
    found = verdicts(meeting(law, MEETING.get(law.name, {}), LET.get(law.name, "")), law.relation)
    assert "true" in found
    assert set(found) <= {"true", "undefined"}


# properties of a name for which such a condition does not hold
DECLARED_OTHERWISE: dict[str, tuple[str, ...]] = {
    "symmetric": (),
    "hermitian": ("complex",),
    "real": ("complex",),
    "complex": (),
    "holomorphic": ("complex",),
}
# where they do not hold, a side of the law may have no meaning at all: that is no pass of the law
WITHOUT_MEANING = ("complex", "holomorphic", "natural")
CONDITIONS = [(law, c) for law in BOOK.values() for c in law.conditions]


@pytest.mark.parametrize(
    ("law", "condition"), CONDITIONS, ids=[f"{law.name}-{c.predicate}-{k}" for k, (law, c) in enumerate(CONDITIONS)]
)
def test_fails_where_a_condition_fails(law: Law, condition: SideCondition) -> None:
    predicate, subject = condition.predicate, condition.subject
    found = [] if predicate != "symbol" else [for_another_than_a_name(law, str(subject.data))]
    for point in points_breaking(law, predicate, subject):
        broken = point.about.assumptions[law.conditions.index(condition)]
        try:
            found += verdicts(replace(point, broken=broken), law.relation)
        except MeaningError:
            assert predicate in WITHOUT_MEANING
            found.append("false")
    nowhere = set(found) == {"undefined"}  # neither side has a value where the condition fails
    if no_matter(law, predicate):
        assert "false" not in found and not nowhere, "the condition matters after all: take the law from the table"
    else:
        assert "false" in found or nowhere


def for_another_than_a_name(law: Law, name: str) -> str:
    """What becomes of a law where 2*x stands for the name x by which is differentiated."""
    try:
        found = verdicts(meeting(law, {**MEETING.get(law.name, {}), name: f"2*{name}"}, LET.get(law.name, "")))
    except (MeaningError, ShapeError, UnboundError):
        return "false"
    return "true" if "true" in found else "undefined"


def test_the_table_of_conditions_names_conditions_of_the_book() -> None:
    listed = {(law, p) for laws in NO_MATTER.values() for p, names in laws.items() for law in names.split()}
    assert listed <= {(law.name, c.predicate) for law in BOOK.values() for c in law.conditions}


# -- planted faults -----------------------------------------------------------------------------------------------
def faults(t: Term) -> Iterator[tuple[str, Term]]:
    """A right side with one fault: a sign, a factor, a transpose or a summand lost, factors exchanged; 1 for 0."""
    if is_zero(t):
        yield "not zero", plus(t, make("ones", (), None, t.shape))
        return
    yield "sign", make("neg", [t])
    yield "factor 2", product(number(2), t)
    for path, node in walk(t):
        where = "bound " if _in_a_bound(t, path) else ""
        if node.op in ("plus", "times") and len(node.args) > 1:
            yield from ((f"{where}without {node.op} {k}", put(t, path, part)) for k, part in _shortened(node))
        if node.op == "transpose" and node.shape[0] == node.shape[1]:
            yield "transpose lost", put(t, path, node.args[0])
        if node.op == "dot" and all(a.shape == node.shape for a in node.args):
            yield "factors exchanged", put(t, path, make("dot", node.args[::-1]))
        if node.op == "neg":
            yield f"{where}inner sign", put(t, path, node.args[0])


def _in_a_bound(t: Term, path: Path) -> bool:
    """Whether a place lies in the lower or the upper bound of a sum."""
    return any(at(t, path[:k]).op == "sum" and path[k] != 2 for k in range(len(path)))


def _shortened(node: Term) -> Iterator[tuple[int, Term]]:
    for k in range(len(node.args)):
        part = make(node.op, [*node.args[:k], *node.args[k + 1 :]])
        if part.shape == node.shape and node.args[k].op not in ("O", "segment"):
            yield k, part


def planted() -> Iterator[tuple[Law, str, Law]]:
    for law in BOOK.values():
        whole = law.right.args[1] if law.relation == "=>" else law.right
        for label, wrong in faults(whole):
            right = make("=", [law.right.args[0], wrong]) if law.relation == "=>" else wrong
            yield law, label, replace(law, right=right)


@pytest.mark.parametrize(("law", "label", "wrong"), [pytest.param(*p, id=f"{p[0].name}-{p[1]}") for p in planted()])
def test_a_planted_fault_is_found(law: Law, label: str, wrong: Law) -> None:
    try:
        found = verdicts(meeting(wrong, MEETING.get(law.name, {}), LET.get(law.name, "")), law.relation)
    except (ShapeError, UnboundError):
        found = ["false"]
    harmless = any(label in laws.get(law.name, "").split("; ") for laws in HARMLESS.values())
    assert ("false" not in found) == harmless


# -- what a law's bound names may not capture -------------------------------------------------------------------
def captures() -> Iterator[tuple[Law, str, str]]:
    """(law, hole, bound name) for each hole that stands under a binder of its law."""
    for law in BOOK.values():
        for side in (law.left, law.right):
            for binder in (t for _, t in walk(side) if t.op in ("sum", "lim", "at")):
                body = binder.args[OPERATORS[binder.op].binds or 0]
                for hole in sorted({str(t.data) for _, t in walk(body) if t.op == "hole" and t.data != "eps"}):
                    if not hole.startswith("dim:"):
                        yield law, hole, str(binder.data)


@pytest.mark.parametrize(("law", "hole", "bound"), list(captures()), ids=lambda x: getattr(x, "name", x))
def test_a_bound_name_captures_nothing(law: Law, hole: str, bound: str) -> None:
    with pytest.raises(UnboundError):
        instance(law, **{hole: symbol(bound, instance(law).binding[hole].shape)})  # type: ignore[union-attr]


# -- firing ---------------------------------------------------------------------------------------------------------
def fresh(law: Law) -> tuple[Problem, Term, Term]:
    """The law's own statement about other names, as a problem."""
    about = instance(law)
    renamed = {n: d for n, d in about.declarations.items() if d.sort != "function" and f"?{n}" not in about.binding}
    others = {n: symbol(f"{n}_1", d.shape) for n, d in renamed.items()}
    kept = {n: d for n, d in about.declarations.items() if d.sort == "function"}
    ranges = {str(c.subject.data): dim(f"{c.others[0].data}_1") for c in law.conditions if c.predicate == "position"}
    names = {f"{n}_1": replace(d, name=f"{n}_1", extent=ranges.get(n)) for n, d in renamed.items()}
    left, right = (substitute(side, others) for side in (about.left, about.right))
    assumed = tuple((p, substitute(t, others)) for p, t in about.assumptions if p not in ("constant", "free", "small"))
    variable = next((n.args[1] for _, n in walk(left) if n.op == "D" and n.args[1].op == "symbol"), None)
    wrt = variable if law.relation == "=" else None
    of = make("=", [left, right]) if law.relation == "=" else right
    return Problem("prove", of, wrt, given=Declarations({**kept, **names}), assume=assumed), left, right


def fires(law: Law) -> Step | None:
    """The law used on its own left side."""
    problem, left, right = fresh(law)
    if law.name == "det_unique":  # speaks of multilinear alternating functions only
        problem, left, right = _about_determinants(problem)
    given = _given(law, left)
    if law.name == "conj_function":  # speaks of power series with real coefficients only
        place = symbol("y_0")
        given = {"s": symbol("s_1"), "F": Abstraction((str(place.data),), make("exp", [place]))}
        left = make("conj", [make("exp", [symbol("s_1")])])
        right = make("exp", [make("conj", [symbol("s_1")])])
    context = Context.of(problem, BOOK)
    found = [s for s in steps_of(law, left, context, given=given) if equivalent(s.after, right)]
    return found[0] if found else None


def _about_determinants(problem: Problem) -> tuple[Problem, Term, Term]:
    names = Declarations({n: Declaration(n, "value", problem.given["B_1"].shape) for n in ("A", "B_1")})
    a, b = (symbol(n, d.shape) for n, d in names.items())
    one = make("identity", (), None, a.shape)
    left = make("det", [product(a, b)])
    right = product(make("det", [product(a, one)]), make("det", [b]))
    return replace(problem, given=names, of=make("=", [left, right])), left, right


def _given(law: Law, left: Term) -> dict[str, object]:
    """Second-order holes and parameters that the left side does not fix, as a method would give them."""
    open_family = any(t.op == "family" and t.args[0].op not in ("symbol",) for _, t in walk(law.left))
    if law.name == "det_unique":
        return {"B": symbol("B_1", left.args[0].shape)}
    about = instance(law)
    if any(d.variable is None and d.number is None for h in pieces(law) if h.op in HOLES for d in h.shape):
        return {k: v for k, v in about.binding.items() if k.startswith("?")}  # sizes cannot be found in a product
    picked = any(c.predicate == "largest" for c in law.conditions)  # the condition names an index that left does not
    if not open_family and not picked:
        return {}
    renamed = {n: symbol(f"{n}_1", d.shape) for n, d in about.declarations.items() if d.sort != "function"}
    return {
        k: substitute(v, renamed) if isinstance(v, Term) else v
        for k, v in about.binding.items()
        if k in law.declarations and k != "eps"
    }


@LAWS
def test_fires_and_the_step_replays(law: Law) -> None:
    step = fires(law)
    assert step is not None
    problem = fresh(law)[0] if law.name != "det_unique" else _about_determinants(fresh(law)[0])[0]
    variables = frozenset(problem.wrt.free) if problem.wrt is not None else frozenset()
    facts = replace(facts_of(problem), variables=variables)
    assumed = tuple(c for c in step.conditions if c.basis == "assumed")
    derivation = Derivation(problem, "proof", (), problem.of, assumed=assumed)
    replayed = replay(step, Rules(BOOK, {}, facts, derivation))
    assert replayed.law is law
