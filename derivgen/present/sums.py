"""What a step does to sums that hold the perturbation."""

from __future__ import annotations

from derivgen.engine.trace import Step
from derivgen.language.terms import ONE_TERM, Term, at, walk
from derivgen.rules.orders import eps_order, is_zero

SUMMANDS = {"mul_plus": "bc", "scale_plus": "AB", "dot_plus": "BC", "plus_dot": "AB", "div_plus": "ab"}
"""Laws that multiply a sum out -> the names of its summands in the law."""


def opens_two_sums(step: Step, eps: str) -> bool:
    """Whether a step multiplies out a product in which two factors are sums that hold the perturbation."""
    if step.rule not in SUMMANDS or step.rule == "div_plus":
        return False
    product = at(step.before, step.path)
    return sum(eps in a.free and a.has("plus") for a in product.args) > 1


def opens_what_vanishes(step: Step, eps: str) -> bool:
    """Whether a step leaves sums of order 0 alone: it opens none, or one that vanishes with eps."""
    if step.rule not in SUMMANDS:
        return True
    parts = [step.binding.get(name) for name in SUMMANDS[step.rule]]
    return all(isinstance(p, Term) and eps_order(p, eps) > 0 for p in parts)


def single_order(t: Term, eps: str) -> bool:
    """Whether a term is lim((eps*G + O(eps^2))/eps) with a single term of first order."""
    body = t.args[1] if t.op == "lim" else t
    if body.op != "div" or body.args[1].op != "symbol" or body.args[1].data != eps:
        return False
    top = body.args[0]
    terms = [a for a in (top.args if top.op == "plus" else (top,)) if a.op != "O"]
    return len(terms) == 1 and eps_order(terms[0], eps) > 0


def is_clean(t: Term) -> bool:
    """Whether no factor 1, summand 0 or exponent 1 stands in a term."""
    return not any(
        (node.op == "times" and ONE_TERM in node.args)
        or (node.op == "plus" and any(is_zero(a) for a in node.args))
        or (node.op == "pow" and node.args[1] == ONE_TERM)
        for _, node in walk(t)
    )


def transposes_product(t: Term) -> bool:
    """Whether the transpose of a product, a sum or a transpose stands in a term."""
    return any(
        node.op == "transpose" and node.args[0].op in ("dot", "times", "plus", "transpose") for _, node in walk(t)
    )
