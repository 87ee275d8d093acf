"""Replay: put the recorded binding into the law at the recorded place and compare. No search, no matcher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from derivgen.check.gap import filled_gap
from derivgen.check.moves import MOVES, move_fault
from derivgen.check.report import RefusedError
from derivgen.engine.trace import Condition, Derivation, Step
from derivgen.language.declarations import Declarations
from derivgen.language.operators import HOLES, NAMING, OPERATORS, SCALAR_FUNCTIONS
from derivgen.language.plain import plain
from derivgen.language.problem import HOLDS
from derivgen.language.shapes import SCALAR, Dim, Shape, ShapeError, dim, substitute_shape
from derivgen.language.terms import NARY, Path, Term, at, equivalent, put, symbol, walk
from derivgen.rules.binding import (
    Abstraction,
    Binding,
    BoundName,
    Empty,
    FunctionName,
    UnboundError,
    Value,
    dimensions,
    instantiate,
)  # fmt: skip
from derivgen.rules.book import EPS, Law
from derivgen.rules.conditions import Facts, in_words, with_values
from derivgen.rules.members import MEMBERS
from derivgen.rules.ranges import fact
from derivgen.rules.structural import STRUCTURAL

PATTERN_OPERATORS = (*HOLES, "segment", "family")


@dataclass(frozen=True, slots=True)
class Replaced:
    """The part of a term that a step replaced, and what it put there; ``law`` is None for a move."""

    old: Term
    new: Term
    law: Law | None


@dataclass(frozen=True)
class Rules:
    """What a step may cite: the book, and the lemmas and definitions that stand before it."""

    book: Mapping[str, Law]
    local: Mapping[str, Law]
    facts: Facts
    derivation: Derivation
    pointwise: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _needs: dict[str, dict[str, Term]] = field(default_factory=dict, repr=False)

    def needs(self, law: Law) -> dict[str, Term]:
        """Each key that a binding of the law must hold, with the pattern it stands for."""
        if law.name not in self._needs:
            self._needs[law.name] = dict(_needed(law))
        return self._needs[law.name]

    @property
    def declarations(self) -> Declarations:
        """All declarations of the problem."""
        return self.derivation.problem.declarations


def replay(step: Step, rules: Rules) -> Replaced:
    """Check one step symbol by symbol. Raises RefusedError with the reason."""
    old = part(step.before, step.path)
    if step.rule in MOVES and step.rule not in rules.book:
        return _replay_move(step, old, rules)
    law = rules.local.get(step.rule) or rules.book.get(step.rule)
    if law is None:
        raise RefusedError(f"there is no rule {step.rule!r}")
    _check_use(step, law)
    if step.rule.startswith("definition "):
        _check_place(step, frozenset(n for n in law.left.free | law.right.free if not n.startswith("?")), frozenset())
    if step.rule == MEMBERS and rules.facts.member is not None:
        _check_place(step, rules.facts.member.args[0].free, frozenset())
    names = rules.pointwise.get(step.rule, frozenset())
    _check_place(step, names, rules.facts.variables or names)
    source, target = (law.left, law.right) if step.forward else (law.right, law.left)
    check_binding(step.binding, law, rules)
    _check_conditions(step, law, rules)
    try:
        expected, new = instantiate(source, step.binding), instantiate(target, step.binding)
    except (UnboundError, ShapeError, ValueError) as error:
        raise RefusedError(f"the law {law.name} cannot be filled in with the recorded binding: {error}") from error
    if not equivalent(expected, old):
        raise RefusedError(f"the law {law.name} speaks of {plain(expected)}, but at the place stands {plain(old)}")
    if new.shape != old.shape:
        raise RefusedError(f"the law {law.name} would change the shape")
    _check_after(step, new)
    return Replaced(old, new, law)


def _replay_move(step: Step, old: Term, rules: Rules) -> Replaced:
    if step.binding or step.conditions or not step.forward or step.relation != "=" or step.order is not None:
        raise RefusedError(f"the computed step {step.rule!r} has no binding, conditions, order or direction")
    new = filled_gap(step, old)
    fault = move_fault(step, old, new, rules.derivation.problem.perturbation)
    if fault:
        raise RefusedError(f"this is not the computed step {step.rule!r}: {fault}")
    return Replaced(old, new, None)


def part(t: Term, path: Path) -> Term:
    """The subterm at a path. Raises RefusedError where there is none, or a selection is ill-formed."""
    node = t
    for depth, k in enumerate(path):
        if isinstance(k, tuple):
            _check_selection(node, k, last=depth == len(path) - 1)
            return at(node, (k,))
        if not isinstance(k, int) or not 0 <= k < len(node.args):
            raise RefusedError(f"the path {list(path)} leads nowhere in {plain(t)}")
        node = node.args[k]
    return node


def _check_selection(node: Term, chosen: tuple[int, ...], last: bool) -> None:
    rising = all(a < b for a, b in pairwise(chosen))
    if (
        not last
        or node.op not in NARY
        or len(chosen) < 1
        or not rising
        or chosen[0] < 0
        or chosen[-1] >= len(node.args)
    ):
        raise RefusedError(f"the path selects {list(chosen)}, which are not arguments of {plain(node)}")
    if node.op == "dot" and chosen[-1] - chosen[0] != len(chosen) - 1:
        raise RefusedError("factors of a matrix product can be selected only side by side")


def _check_use(step: Step, law: Law) -> None:
    if not step.forward and not law.reversible:
        raise RefusedError(f"the law {law.name} may not be used from right to left")
    relation = "=>" if law.relation == "=>" else "="
    if step.relation != relation:
        raise RefusedError(f"the law {law.name} gives the relation {relation!r}, not {step.relation!r}")
    if step.order != law.order:
        raise RefusedError(f"the law {law.name} holds {_order(law.order)}, the step says {_order(step.order)}")
    if law.relation in ("=>", "<=>") and step.path != ():
        raise RefusedError(f"the law {law.name} rewrites a whole equation")


def _check_place(step: Step, mentioned: frozenset[str], varied: frozenset[str]) -> None:
    """What speaks of the names of the problem says nothing where they are bound or vary; d(..) varies ``varied``."""
    node = step.before
    for k in step.path:
        if isinstance(k, tuple):
            break
        inner: frozenset[str] = frozenset()
        if OPERATORS[node.op].binds == k:
            inner = frozenset((str(node.data),))
        elif node.op == "d":
            inner = varied
        elif node.op in ("D", "nabla", "directional") and k == 0:
            inner = node.args[1].free
        if mentioned & inner:
            names = ", ".join(sorted(mentioned & inner))
            raise RefusedError(f"{step.rule} mentions {names}, bound or varied at the place")
        node = node.args[k]


def _order(k: int | None) -> str:
    return "exactly" if k is None else f"up to O(eps^{k})"


# -- after ---------------------------------------------------------------------------------------------------
def _check_after(step: Step, new: Term) -> None:
    try:
        whole = put(step.before, step.path, new)
    except (ShapeError, ValueError, IndexError) as error:
        raise RefusedError(f"the new part does not fit at the place: {error}") from error
    if not equivalent(whole, step.after):
        raise RefusedError(f"the step gives {plain(whole)}, but the trace says {plain(step.after)}")


# -- bindings ------------------------------------------------------------------------------------------------
def check_binding(binding: Binding, law: Law, rules: Rules) -> None:
    """Exactly the keys that the law needs, each of its kind and shape, no name captured.

    Raises RefusedError.
    """
    needed = rules.needs(law)
    for key in needed.keys() - binding.keys():
        raise RefusedError(f"the binding of {law.name} lacks {key!r}")
    for key in binding.keys() - needed.keys():
        raise RefusedError(f"the binding of {law.name} has {key!r}, which the law does not mention")
    sizes = dimensions(binding)
    for key, pattern in needed.items():
        fault = _value_fault(key, pattern, binding[key], sizes, rules, law)
        if fault:
            raise RefusedError(f"the binding of {law.name}: {key} {fault}")
    _check_capture(binding, law)
    perturbation = rules.derivation.problem.perturbation
    if EPS in binding and binding[EPS] != symbol(perturbation):
        raise RefusedError(f"eps of the law {law.name} must be the perturbation {perturbation}")
    if f"@{EPS}" in binding and binding[f"@{EPS}"] != BoundName(perturbation):
        raise RefusedError(f"the limit of the law {law.name} must bind the perturbation {perturbation}")


def _needed(law: Law) -> Iterator[tuple[str, Term]]:
    """Each key that a binding of the law holds, with the pattern it stands for."""
    for side in (law.left, law.right):
        for _, t in walk(side):
            for d in t.shape:
                for name in d.names:
                    if name.startswith("?"):
                        yield name, t
            name = str(t.data)
            if t.op in HOLES:
                yield ("?" + name[4:] if name.startswith("dim:") else name), t
            elif t.op == "family":
                yield name, t
            elif t.op == "segment":
                yield f"{name}..", t
            elif t.op in NAMING:
                function = str(t.data[0] if isinstance(t.data, tuple) else t.data)
                if function.startswith("?"):
                    yield function[1:], t
            elif OPERATORS[t.op].binds is not None:
                yield f"@{name}", t


def _value_fault(key: str, pattern: Term, value: Value, sizes: dict[str, Dim], rules: Rules, law: Law) -> str | None:
    """What is wrong with one value, or None."""
    if key.startswith("?"):
        return None if isinstance(value, Dim) else "is not a dimension"
    if key.startswith("@"):
        return None if isinstance(value, BoundName) else "is not a bound name"
    if key.endswith(".."):
        return (
            None
            if isinstance(value, Empty) or (isinstance(value, Term) and not value.has(*PATTERN_OPERATORS))
            else "is not a piece"
        )
    if pattern.op in NAMING:
        return _function_fault(key, value, sizes, rules, law)
    shape = substitute_shape(pattern.shape, sizes)
    if pattern.op == "family":
        return _family_fault(pattern, value, sizes, shape == getattr(getattr(value, "body", None), "shape", None))
    if not isinstance(value, Term) or value.has(*PATTERN_OPERATORS):
        return "is not a term"
    return None if value.shape == shape else f"has another shape than the law's: {plain(value)}"


def _function_fault(key: str, value: Value, sizes: dict[str, Dim], rules: Rules, law: Law) -> str | None:
    if not isinstance(value, FunctionName):
        return "is not a function"
    declared, wanted = rules.declarations.get(value.name), law.declarations.get(key)
    if value.order and law.relation != "=":
        return f"is {value.text}, and no function by itself"  # what f is known to be, its derivative is not
    if value.name in SCALAR_FUNCTIONS:
        fits = wanted is not None and (*wanted.domain, wanted.shape) == (SCALAR, SCALAR)
        return None if fits else f"is {value.name}, a function of one scalar"
    if declared is None or declared.sort != "function":
        return f"is {value.name}, which is not declared as a function"
    if wanted is None:
        return None
    apart = {name.removeprefix("?"): dim(name) for name in sizes}  # the law's dimensions are not the problem's

    def filled(shape: Shape) -> Shape:
        return substitute_shape(substitute_shape(shape, apart), sizes)

    if tuple(map(filled, wanted.domain)) == declared.domain and filled(wanted.shape) == declared.shape:
        return None
    return f"is {value.name}, which has other shapes"


def _family_fault(pattern: Term, value: Value, sizes: dict[str, Dim], fits: bool) -> str | None:
    if not isinstance(value, Abstraction) or value.body.has(*PATTERN_OPERATORS):
        return "is not an expression with named places"
    if len(value.names) != len(pattern.args) or len(set(value.names)) != len(value.names):
        return f"needs {len(pattern.args)} different name(s)"
    for name, arg in zip(value.names, pattern.args, strict=True):
        shape = substitute_shape(arg.shape, sizes)
        if any(t.op == "symbol" and t.data == name and t.shape != shape for _, t in walk(value.body)):
            return f"has a place {name} of another shape"
    return None if fits else "has another shape than the law's"


def _check_capture(binding: Binding, law: Law) -> None:
    """A name bound by the law must not be free in what stands under it."""
    bound = {key: value.name for key, value in binding.items() if isinstance(value, BoundName)}
    if len(set(bound.values())) != len(bound):
        raise RefusedError(f"the law {law.name} needs different names for {', '.join(sorted(bound))}")
    for key, name in bound.items():
        for other, value in binding.items():
            free = value.free if isinstance(value, Term) else _free_in_body(value)
            if name in free and other != EPS:
                raise RefusedError(f"the bound name {name} ({key}) occurs in {other}")


def _free_in_body(value: Value) -> frozenset[str]:
    return value.body.free - set(value.names) if isinstance(value, Abstraction) else frozenset()


# -- conditions ----------------------------------------------------------------------------------------------
def _check_conditions(step: Step, law: Law, rules: Rules) -> None:
    scope = {EPS: symbol(rules.derivation.problem.perturbation), **step.binding}
    expected: list[Condition] = []
    for condition in law.conditions:
        try:
            subject = instantiate(condition.subject, scope)
            others = tuple(instantiate(other, scope) for other in condition.others)
        except (UnboundError, ShapeError, ValueError) as error:
            raise RefusedError(f"a condition of {law.name} cannot be filled in: {error}") from error
        if condition.predicate in STRUCTURAL:
            if not rules.facts.structural_at(condition.predicate, subject, others, step.before, step.path):
                raise RefusedError(f"the law {law.name} needs {condition.predicate}({plain(subject)})")
            continue
        subject = with_values(subject, step.before, step.path)
        predicate = condition.predicate
        facts = rules.facts.inside(step.before, step.path, predicate, subject)
        following = Condition(predicate, subject, "derived")
        if following in step.conditions and _follows(following, facts, rules):
            expected.append(following)
            continue
        if facts.basis(predicate, subject) is None:
            said = in_words(facts, predicate, subject, step.before, step.path)
            if said is None:
                raise RefusedError(f"the law {law.name} needs {predicate}({plain(subject)}), of which nothing is known")
            predicate, subject = said
        expected.append(Condition(predicate, subject, _basis(predicate, subject, facts, rules, law)))
    if len(expected) != len(step.conditions):
        raise RefusedError(
            f"the law {law.name} has {len(expected)} condition(s) here, the step has {len(step.conditions)}"
        )
    for wanted, found in zip(expected, step.conditions, strict=True):
        if wanted.predicate != found.predicate or not equivalent(wanted.term, found.term):
            raise RefusedError(f"the condition is {fact(wanted.predicate, wanted.term)}, the step records another")
        if wanted.basis != found.basis:
            raise RefusedError(
                f"{fact(wanted.predicate, wanted.term)} is {wanted.basis}, the step says {found.basis}"
            )


def _follows(condition: Condition, facts: Facts, rules: Rules) -> bool:
    """Whether a condition follows from what is known or what else the derivation assumes, which is printed."""
    wanted = condition.predicate, condition.term
    elsewhere = tuple(one for c in rules.derivation.assumed if (one := (c.predicate, c.term)) != wanted)
    facts = replace(facts, assumed=(*facts.assumed, *elsewhere), _memo={})
    return facts.basis(condition.predicate, condition.term) == condition.basis


def _basis(predicate: str, subject: Term, facts: Facts, rules: Rules, law: Law) -> str:
    basis = facts.basis(predicate, subject)
    if basis is not None:
        return basis
    assumed = [c for c in rules.derivation.assumed if c.predicate == predicate != HOLDS]
    if any(equivalent(c.term, subject) for c in assumed):
        return "assumed"
    raise RefusedError(f"the law {law.name} needs {fact(predicate, subject)}, which is neither known nor assumed")
