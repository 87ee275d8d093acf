"""What a computed step put at its place, read off from the terms before and after;
all else must be unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from derivgen.check.report import RefusedError
from derivgen.engine.trace import Step
from derivgen.language.shapes import ONE, SCALAR, ShapeError
from derivgen.language.terms import Term, equivalent, make, number, plus, product, put, symbol, zeros

_GAP = "\N{WHITE SQUARE}"


def filled_gap(step: Step, old: Term) -> Term:
    """What stands after the step where ``old`` stood before.

    Raises RefusedError where anything else has changed too.
    """
    try:
        found = _fill(put(step.before, step.path, symbol(_GAP, old.shape)), step.after)
    except (ShapeError, ValueError, IndexError) as error:
        raise RefusedError(f"the new part does not fit at the place: {error}") from error
    if found is None:
        raise RefusedError("the step changes more than the place that it names")
    return found


def _fill(outer: Term, whole: Term) -> Term | None:
    """The term that, in the gap of ``outer``, gives ``whole``."""
    if outer.op == "symbol":
        return whole if whole.shape == outer.shape else None
    if outer.op == "plus":
        return _fill_sum(outer, whole)
    if outer.op == "dot":
        return _first(_fill_chain(outer.args, *split) for split in _splits(whole, outer.shape == SCALAR))
    if outer.op == "times":
        return _fill_product(outer, whole)
    if outer.op == "hadamard":
        return _fill_hadamard(outer, whole)
    if (outer.op, outer.data, outer.shape, len(outer.args)) != (
        whole.op,
        whole.data,
        whole.shape,
        len(whole.args),
    ):
        return None
    gap = _gap(outer.args)
    if not all(equivalent(a, b) for k, (a, b) in enumerate(zip(outer.args, whole.args, strict=True)) if k != gap):
        return None
    return _fill(outer.args[gap], whole.args[gap])


def _gap(parts: Sequence[Term]) -> int:
    return next(k for k, a in enumerate(parts) if _GAP in a.free)


def _first(found: Iterable[Term | None]) -> Term | None:
    return next((t for t in found if t is not None), None)


def _without(wanted: Iterable[Term], found: Iterable[Term]) -> list[Term] | None:
    """The found terms without an equivalent of each wanted one, or None where one is missing.

    Equal ones go first: of two summands that differ in their order alone, one may be the new part.
    """
    rest, later = list(found), []
    for t in wanted:
        if t in rest:
            rest.remove(t)
        else:
            later.append(t)
    for t in later:
        k = next((k for k, other in enumerate(rest) if equivalent(t, other)), None)
        if k is None:
            return None
        del rest[k]
    return rest


def _fill_sum(outer: Term, whole: Term) -> Term | None:
    gap = _gap(outer.args)
    others = [a for k, a in enumerate(outer.args) if k != gap]
    rest = _without(others, whole.args if whole.op == "plus" else [whole])
    return None if rest is None else _fill(outer.args[gap], plus(*rest) if rest else zeros(whole.shape))


def _fill_hadamard(outer: Term, whole: Term) -> Term | None:
    """Fill a gap in a Hadamard product; scalar factors in front belong to the new part."""
    gap = _gap(outer.args)
    scalars, found = (whole.args[:-1], whole.args[-1]) if whole.op == "times" else ((), whole)
    others = [a for k, a in enumerate(outer.args) if k != gap]
    rest = _without(others, found.args if found.op == "hadamard" else [found])
    if not rest:
        return None
    return _fill(outer.args[gap], product(*scalars, make("hadamard", rest) if len(rest) > 1 else rest[0]))


def _factors(t: Term) -> tuple[list[Term], Sequence[Term]]:
    """(scalar factors, chain of matrices) of a product."""
    parts = t.args if t.op == "times" else (t,)
    scalars = [a for a in parts if a.shape == SCALAR]
    chain = [a for a in parts if a.shape != SCALAR]
    return scalars, chain[0].args if chain and chain[0].op == "dot" else chain


def _splits(t: Term, scalar: bool) -> list[tuple[list[Term], Sequence[Term]]]:
    """(scalar factors, chain) where the chain may be that of any 1x1 factor."""
    if not scalar:
        return [_factors(t)]
    scalars, _ = _factors(t)
    return [([*scalars[:k], *scalars[k + 1 :]], a.args) for k, a in enumerate(scalars) if a.op == "dot"]


def _fill_product(outer: Term, whole: Term) -> Term | None:
    scalars, chain = _factors(outer)
    found, found_chain = _factors(whole)
    if not any(_GAP in a.free for a in scalars):
        rest = _without(scalars, found)
        return None if rest is None else _fill_chain(chain, rest, found_chain)
    gap = _gap(scalars)
    rest = _without([a for k, a in enumerate(scalars) if k != gap], found)
    same = len(chain) == len(found_chain) and all(map(equivalent, chain, found_chain))
    if rest is None or not same:
        return None
    return _fill(scalars[gap], product(*rest) if rest else number(1))


def _fill_chain(chain: Sequence[Term], scalars: list[Term], found: Sequence[Term]) -> Term | None:
    """Fill a gap in a chain of matrices, of which a 1x1 piece may have become a scalar factor."""
    return _first(_fill_whole_chain(chain, *way) for way in _chains(scalars, found))


def _chains(scalars: list[Term], found: Sequence[Term]) -> Iterator[tuple[list[Term], Sequence[Term]]]:
    """(scalar factors, chain): as they stand, and with an inner product u'*v put back between a column and a row."""
    yield scalars, found
    for n, piece in enumerate(scalars):
        if piece.op == "dot":
            rest = [*scalars[:n], *scalars[n + 1 :]]
            for k in range(len(found) + 1):
                if (found[k].shape[0] if k < len(found) else found[-1].shape[1] if found else ONE) == ONE:
                    yield rest, [*found[:k], *piece.args, *found[k:]]


def _fill_whole_chain(chain: Sequence[Term], scalars: list[Term], found: Sequence[Term]) -> Term | None:
    """Fill a gap in a chain of matrices; scalar factors that are left over belong to the new part."""
    gap = _gap(chain)
    behind = len(chain) - gap - 1
    if len(found) < gap + behind:
        return None
    ends = [
        *zip(chain[:gap], found, strict=False),
        *zip(chain[gap + 1 :], found[len(found) - behind :], strict=True),
    ]
    parts = [*scalars, *found[gap : len(found) - behind]]
    if not parts or not all(equivalent(a, b) for a, b in ends):
        return None
    return _fill(chain[gap], product(*parts))
