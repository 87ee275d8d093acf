"""Matrices written out by entries that hold the change of the variable, and results that are written out as well."""

from __future__ import annotations

from collections.abc import Callable

from derivgen.engine.phases import Phase
from derivgen.engine.trail import Trail
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Path, Term, walk
from derivgen.methods.trace_form import holds

Collect = Callable[[Trail, Term], None]


def open_literals(trail: Trail, small: Term, collect: Collect) -> None:
    """d(t), which ``collect`` brings to the front of a scalar, before the matrices that hold it; those that hold d(X)
    as sums over their places."""
    for path, node in list(walk(trail.term)):
        if node.op == "matrix" and holds(node, small):
            part = Trail(trail.opening, node, trail.context)
            if small.shape == SCALAR:
                _collect_in_entries(part, small, collect)
            else:
                part.run(Phase("places", ("literal_sum",), within=_whole))
            trail.absorb(part, path)


def _collect_in_entries(trail: Trail, small: Term, collect: Collect) -> None:
    for k, a in enumerate(trail.term.args):
        if holds(a, small) and a != small:
            entry = Trail(trail.opening, a, trail.context)
            collect(entry, small)
            trail.absorb(entry, (k,))
    trail.run(Phase("collect", ("literal_factor",), within=_whole))


def _whole(t: Term, path: Path) -> bool:
    return not path


def close_literal(trail: Trail) -> None:
    """Write a result out by its entries or rows, where the question writes a matrix out."""
    if trail.context.problem.of.has("matrix"):
        place = (1,) if trail.term.op == "=" else ()
        trail.run(Phase("places", ("literal",), within=lambda t, path: path == place))
