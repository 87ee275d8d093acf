"""Which lines a lecturer would not write down: neighbours that are joined, by what they do, never by problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from itertools import groupby

from derivgen.engine.trace import Chain
from derivgen.language.terms import equivalent
from derivgen.present.steps import Group, View, joined
from derivgen.present.sums import opens_two_sums, opens_what_vanishes, single_order, transposes_product

COMBINATION = "combination"
"""The opening of a chain that puts together what was read off one differential."""
ALONG = "along"
"""The opening of a chain that puts a direction into a differential."""
REPEATED = "repeated"
"""The opening of a chain that puts derivatives into the derivative of higher order."""

Rule = Callable[[list[Group], View], list[Group]]


def rules(chain: Chain, detail: str) -> tuple[Rule, ...]:
    """The rules for the lines of a chain, in the order in which they apply."""
    if chain.opening in ("equation", "conclusion"):
        return (_each_equation,) if detail == "lecture" else (_chain_rule_shown,)
    if chain.opening == COMBINATION:
        return (_differentiated, _cancel_back, _same_again, _shortened)
    if chain.opening == "proof":
        return (_heart_of_entries, _back_in_one, _reorder_at_end) if detail == "lecture" else (_heart_of_entries,)
    if chain.opening in ("limit", "directional"):
        return (
            (_linear_products, _cancel_forward, _last_limit, _tidy_limit) if detail == "lecture" else (_cancel_forward,)
        )
    lecture: tuple[Rule, ...] = (_vanishing_products, _collected, _differentiated, _bare_chain, _spread_out)
    differential = detail == "lecture" and chain.opening == "differential"
    first: tuple[Rule, ...] = (_cancel_back,) if differential else ()
    last: tuple[Rule, ...] = (_forms_at_once,) if differential else ()
    if chain.opening == "form":
        last = (_reordered_with_next, _folded_at_once)
    lecture = (*first, *lecture) if detail == "lecture" else ()
    return (*lecture, _cancel_back, _same_again, _open_transposes, _shortened, *last)


def _pairs(found: list[Group], test: Callable[[Group, Group], str | None]) -> list[Group]:
    """Join neighbours for which the test gives the name of the joined group."""
    kept: list[Group] = []
    for group in found:
        name = test(kept[-1], group) if kept else None
        if name is not None:
            kept[-1] = joined(kept[-1], group, name)
        else:
            kept.append(group)
    return kept


def _linear_products(found: list[Group], view: View) -> list[Group]:
    """An expansion of which only constants times sums are multiplied out is shown after that."""

    def test(a: Group, b: Group) -> str | None:
        if (a.family, b.family) != ("expand", "multiply"):
            return None
        return None if any(opens_two_sums(s, view.eps) for s in view.steps(b)) else "multiply"

    return _pairs(found, test)


def _cancel_forward(found: list[Group], view: View) -> list[Group]:
    """What cancels in an expansion that was shown is left out where the next line divides or collects."""
    return _pairs(found, lambda a, b: b.family if a.family == "cancel" and b.family != "limit" else None)


def _last_limit(found: list[Group], view: View) -> list[Group]:
    """Once (eps*G + O(eps^2))/eps was shown, dividing and the limit are one line."""
    divide = next((k for k, g in enumerate(found) if view.chain.steps[g.last - 1].phase == "divide"), 0)
    if divide and divide + 1 < len(found) and single_order(view.end(found[divide - 1]), view.eps):
        found = [*found[:divide], joined(found[divide], found[divide + 1], "limit"), *found[divide + 2 :]]
    return found


def _tidy_limit(found: list[Group], view: View) -> list[Group]:
    """Numbers and signs after the limit belong to its line."""
    return _pairs(
        found, lambda a, b: "limit" if a.family == "limit" and b.family == "tidy" and view.most(b) == 0 else None
    )


def _vanishing_products(found: list[Group], view: View) -> list[Group]:
    """Multiplying out what vanishes with eps needs no line of its own."""

    def test(a: Group, b: Group) -> str | None:
        if (a.family, b.family) != ("expand", "multiply"):
            return None
        return "expand" if all(opens_what_vanishes(s, view.eps) for s in view.steps(b)) else None

    return _pairs(found, test)


def _collected(found: list[Group], view: View) -> list[Group]:
    """Outside limits, multiplying out and collecting eps are one line."""
    return _pairs(
        found, lambda a, b: "collect" if b.family == "collect" and a.family in ("multiply", "cancel") else None
    )


def _differentiated(found: list[Group], view: View) -> list[Group]:
    """An entry of a gradient begins with its derivative, sums put in; a combination with its parts."""
    order = ("definition", "lemma", "differentiate")
    return _pairs(found, lambda a, b: b.family if a.family in order and b.family in order else None)


def _spread_out(found: list[Group], view: View) -> list[Group]:
    """Multiplying a differential out needs no line of its own."""
    return _pairs(found, lambda a, b: a.family if (a.family, b.family) == ("differential", "multiply") else None)


FORMS = frozenset({"trace form", "forms", "adjoint", "identity"})
"""Families of the way from a differential to the form from which it is read off."""


def _forms_at_once(found: list[Group], view: View) -> list[Group]:
    """The way to tr(dX'*G) is one line where it would take more than two: term by term it says nothing new.

    What is routine in it, that a scalar is a trace, joins the line after it.
    """

    def test(a: Group, b: Group) -> str | None:
        return b.family if a.family in FORMS and b.family in FORMS and view.most(a) < 2 else None

    found = _pairs(found, test)
    kept: list[Group] = []
    for on_the_way, run in groupby(found, key=lambda group: group.family in FORMS):
        lines = list(run)
        if on_the_way and len(lines) > 2:
            lines = [reduce(lambda a, b: joined(a, b, "trace form"), lines)]
        kept += lines
    return kept


def _bare_chain(found: list[Group], view: View) -> list[Group]:
    """The chain rule needs no line of its own where one elementary derivative is all that is left to do."""

    def test(a: Group, b: Group) -> str | None:
        if (a.family, b.family) != ("chain", "table") or a.last - a.first > 1:
            return None
        laws = [s for s in view.steps(b) if view.news.value(s)]
        return "table" if len(laws) < 2 and all(s.phase == "table" for s in view.steps(b)) else None

    return _pairs(found, test)


def _cancel_back(found: list[Group], view: View) -> list[Group]:
    return _pairs(found, lambda a, b: a.family if b.family == "cancel" else None)


def _same_again(found: list[Group], view: View) -> list[Group]:
    """A line that says the line before in another order replaces it."""

    def test(a: Group, b: Group) -> str | None:
        tidy = b.family in ("tidy", "reorder") and view.most(b) == 0
        return a.family if tidy and (a.family in ("tidy", "collect") or equivalent(view.end(a), view.end(b))) else None

    return _pairs(found, test)


def _open_transposes(found: list[Group], view: View) -> list[Group]:
    """On the way to the trace form no line is shown in which a product is still to be transposed."""

    def test(a: Group, b: Group) -> str | None:
        return a.family if a.family == b.family == "trace form" and transposes_product(view.end(a)) else None

    return _pairs(found, test)


def _shortened(found: list[Group], view: View) -> list[Group]:
    """Of a result that is cleared up and made shorter, the last form is shown; clean-up alone joins the line before."""

    def test(a: Group, b: Group) -> str | None:
        if b.family != "short form":
            return None
        return b.family if a.family in ("tidy", "reorder") else a.family if view.most(b) == 0 else None

    return _pairs(found, test)


def _each_equation(found: list[Group], view: View) -> list[Group]:
    """Differentiating both sides shows the equation that comes of it, the chain rule and the table included."""
    work = ("differentiate", "chain", "table", "open")
    found = _pairs(found, lambda a, b: a.family if a.family in work and b.family in work[1:] else None)
    return _chain_rule_shown(found, view)


def _chain_rule_shown(found: list[Group], view: View) -> list[Group]:
    return _pairs(found, lambda a, b: a.family if b.family in ("tidy", "properties") and view.most(b) == 0 else None)


def _heart_of_entries(found: list[Group], view: View) -> list[Group]:
    """What is done to the entries is a line of its own where it is all that lies between components and back."""
    if len(found) != 2 or (found[0].backward, found[1].backward) != (False, True):
        return found
    first = found[0]
    inner = [k for k in range(first.first + 1, first.last) if view.chain.steps[k].phase == "entries"]
    if not inner or inner[-1] != first.last - 1 or view.most(Group("entries", inner[0], first.last)) == 0:
        return found
    return [replace(first, last=inner[0]), Group("entries", inner[0], first.last), found[1]]


def _back_in_one(found: list[Group], view: View) -> list[Group]:
    """The way back from components to a matrix expression is one line, an exchange of sums before it included."""
    back = "back"
    return _pairs(found, lambda a, b: back if b.backward and (a.backward or a.family in ("swap", back)) else None)


def _reordered_with_next(found: list[Group], view: View) -> list[Group]:
    """Another order of factors is no line of its own where the next line goes on with it."""

    def only_order(group: Group) -> bool:
        return all(step.rule == "reorder" for step in view.steps(group))

    return _pairs(found, lambda a, b: b.family if only_order(a) else None)


def _folded_at_once(found: list[Group], view: View) -> list[Group]:
    """One law read backwards several times is one line: det(A)*det(X)*det(B) is det(A*X*B)."""

    def laws(group: Group) -> set[str]:
        return {step.rule for step in view.steps(group) if view.news.value(step)}

    def test(a: Group, b: Group) -> str | None:
        return a.family if a.backward and b.backward and len(laws(a) | laws(b)) == 1 else None

    return _pairs(found, test)


def _reorder_at_end(found: list[Group], view: View) -> list[Group]:
    return _pairs(found, lambda a, b: a.family if b.family == "join" else None)
