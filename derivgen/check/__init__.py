"""The second opinion: every step replayed from its law, and compared in numbers;
nothing of the engine is trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from derivgen.check.conclusion import conclusion
from derivgen.check.equations import RELATIONS
from derivgen.check.indices import last_limit, ranges_in, subterms
from derivgen.check.numeric import InapplicableError, Numbers
from derivgen.check.premises import Premise
from derivgen.check.replay import Rules, replay
from derivgen.check.report import RefusedError, Report, Verdict
from derivgen.check.structure import check_frame, check_start, definition_parts, local_laws, pointwise
from derivgen.check.worlds import Hypotheses
from derivgen.engine.trace import Derivation
from derivgen.language.terms import Term
from derivgen.rules.book import Law
from derivgen.rules.conditions import Facts

__all__ = ["Report", "check"]


def check(derivation: Derivation, book: Mapping[str, Law]) -> Report:
    """Check a derivation against a book of laws. The report is truthy when everything holds."""
    try:
        return _check(derivation, book)
    except RecursionError:
        return Report(first_bad=(-1, -1, "a term is nested too deeply to be checked"))


def _check(derivation: Derivation, book: Mapping[str, Law]) -> Report:
    try:
        check_frame(derivation)
        asked = derivation.problem.of
        statement = asked.args[0] if asked.op in RELATIONS else asked
        numbers = Numbers(_hypotheses(derivation), _premise(derivation), statement)
    except RefusedError as refusal:
        return Report(first_bad=(-1, -1, str(refusal)))
    verdicts: list[Verdict] = []
    for index in range(len(derivation.chains)):
        bad = _check_chain(derivation, index, book, numbers, verdicts)
        if bad is not None:
            return Report(tuple(verdicts), bad)
    try:
        grade = conclusion(numbers, derivation.result).grade
    except RefusedError as refusal:
        return Report(tuple(verdicts), (len(derivation.chains) - 1, -1, f"the result does not hold: {refusal}"))
    except InapplicableError as reason:
        grade = f"without numbers ({reason})"
    return Report(tuple(verdicts), None, derivation.assumed, grade, numbers.points.sizes)


def _check_chain(derivation: Derivation, index: int, book: Mapping[str, Law], numbers: Numbers,
                 verdicts: list[Verdict]) -> tuple[int, int, str] | None:  # fmt: skip
    """The first fault of a chain, or None; verdicts are added as steps hold."""
    chain = derivation.chains[index]
    local = local_laws(derivation, index)
    rules = Rules(book, local, _facts(derivation), derivation, pointwise(derivation, index))
    k, where = -1, chain.start
    try:
        check_start(derivation, index)
        for k, step in enumerate(chain.steps):  # noqa: B007
            if step.before != where:
                raise RefusedError("it does not start where the chain stood")
            verdicts.append(numbers.step(step, replay(step, rules)))
            where = step.after
    except RefusedError as refusal:
        rule = f"{chain.steps[k].rule}: " if k >= 0 else ""
        return index, k, f"{rule}{refusal}"
    return None


def _facts(derivation: Derivation) -> Facts:
    problem = derivation.problem
    declared, ranges = problem.declarations, ranges_in(derivation)
    return Facts(declared, problem.assume, problem.varying, problem.perturbation, problem.member, ranges)


def _premise(derivation: Derivation) -> Premise | None:
    """The premise; it speaks of every value of a name that nothing else in the problem mentions."""
    problem = derivation.problem
    if problem.premise is None:
        return None
    elsewhere = problem.of.free.union(*[t.free for _, t in problem.assume])
    declared = problem.declarations
    arbitrary = {n for n in problem.premise.free - elsewhere if n in declared and declared[n].sort == "value"}
    return Premise(problem.premise, frozenset(arbitrary - declared.dimensions))


def _hypotheses(derivation: Derivation) -> Hypotheses:
    problem = derivation.problem
    definitions = {}
    for _, equation in derivation.definitions:
        name, arguments, body = definition_parts(equation)
        definitions[name] = (tuple(str(a.data) for a in arguments), body)
    terms = [
        derivation.result,
        *[t for chain in derivation.chains for t in (chain.start, *[s.after for s in chain.steps])],
    ]
    orders = [t.data for t in subterms(terms, "O") if isinstance(t.data, int)]
    assumed = (*problem.assume, *[(c.predicate, c.term) for c in derivation.assumed])
    premise = problem.premise
    return Hypotheses(
        problem.declarations,
        problem.perturbation,
        tuple(a for a in assumed if a[0] != "inverse"),
        _facts(derivation).variables,
        definitions,
        inverse_pairs([*([premise] if premise is not None else []), *[t for p, t in assumed if p == "inverse"]]),
        ranges_in(derivation),
        max([4, *[k + 2 for k in orders]]),
        problem.member,
        last_limit(terms),
    )


def inverse_pairs(terms: list[Term]) -> tuple[tuple[str, str], ...]:
    """(f, g) for each g(f(x)) = x."""
    found = []
    for t in terms:
        for left, right in [t.args, t.args[::-1]] if t.op == "=" else []:
            if left.op == "apply" and left.args[0].op == "apply" and left.args[0].args == (right,):
                outer, inner = left.data, left.args[0].data
                if (
                    isinstance(outer, tuple)
                    and isinstance(inner, tuple)
                    and not any(outer[1] + inner[1])
                    and outer[0] != inner[0]
                ):
                    found.append((str(inner[0]), str(outer[0])))
    return tuple(found) if not any(set(a) & set(b) for a, b in pairwise(found)) else tuple(found[:1])
