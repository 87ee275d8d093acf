"""A failing problem made small: nodes give way to their own parts, or to leaves, while the failure stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.fuzz.problems import CONSTANTS, Problem, Tree


def smaller(tree: Tree, problem: Problem) -> Iterator[Tree]:
    """Trees of the same sort with less in them, the smallest first."""
    if tree.form is None:
        return
    if tree.sort == problem.variable and tree.leaf != problem.name:
        yield Tree(tree.sort, leaf=problem.name)
    yield from (Tree(tree.sort, leaf=text) for text in CONSTANTS.get(tree.sort, ())[:1])
    yield from (part for part in _parts(tree) if part.sort == tree.sort)
    for k, arg in enumerate(tree.args):
        for new in smaller(arg, problem):
            yield replace(tree, args=(*tree.args[:k], new, *tree.args[k + 1 :]))


def _parts(tree: Tree) -> Iterator[Tree]:
    if tree.form is not None and tree.form.binds:
        return  # what stands under a sum may speak of its index
    for arg in tree.args:
        yield arg
        yield from _parts(arg)


def shrunk(problem: Problem, fails: Callable[[Problem], bool], tries: int = 300) -> Problem:
    """A smallest problem found that still fails."""
    while tries > 0:
        for tree in smaller(problem.tree, problem):
            tries -= 1
            candidate = replace(problem, tree=tree)
            if problem.name in tree.names() and tree.size <= problem.tree.size and fails(candidate):
                problem = candidate
                break
            if tries <= 0:
                return problem
        else:
            return problem
    return problem
