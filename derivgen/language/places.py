"""What the places of names in a syntax tree say of them: bounds of sums, matrices, vectors, members of families."""

from __future__ import annotations

from collections.abc import Iterator

from derivgen.language.notation import Syntax

COUNTING = ("sum", "prod", "every")
OF_VECTORS = frozenset({"softmax", "logsumexp", "norm", "norm1", "norminf"})
"""What takes vectors: an undeclared small letter in it is one."""


def nodes_in(node: Syntax) -> Iterator[Syntax]:
    """A node and all below it, from left to right."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children))


def names_in(node: Syntax) -> Iterator[Syntax]:
    """The names in a node, from left to right."""
    return (inner for inner in nodes_in(node) if inner.kind == "name")


def shifted(node: Syntax) -> tuple[str, int] | None:
    """N and k of a name N (k is 0), N + k or N - k; None for anything else."""
    while node.kind == "group":
        node = node.children[0]
    if node.kind == "name":
        return node.value, 0
    if node.kind != "plus" or len(node.children) != 2 or node.children[0].kind != "name":
        return None
    name, step = node.children
    sign, step = (-1, step.children[0]) if step.kind == "neg" else (1, step)
    return (name.value, sign * int(step.value)) if step.kind == "number" and step.value.isdigit() else None


def counts(node: Syntax) -> bool:
    """Whether a node is a sum, a product or a condition over an index."""
    return node.kind == "call" and node.value in COUNTING and len(node.children) == 4


def vector_names(node: Syntax) -> set[str]:
    """The names that stand primed, with one index as in x[i], or alone in a function of vectors."""
    found: set[str] = set()
    for current in nodes_in(node):
        indexed = current.kind == "index" and len(current.children) == 2
        if (indexed or current.kind == "transpose") and current.children[0].kind == "name":
            found.add(current.children[0].value)
        if current.kind == "call" and current.value in OF_VECTORS:
            found |= {child.value for child in current.children if child.kind == "name"}
    return found


def matrix_names(node: Syntax) -> set[str]:
    """The names that stand with two indices, as in p[i,j] or p[i,:]."""
    indexed = (current for current in nodes_in(node) if current.kind == "index" and len(current.children) == 3)
    return {current.children[0].value for current in indexed if current.children[0].kind == "name"}


def bounds(node: Syntax, bound: frozenset[str] = frozenset()) -> set[str]:
    """The names in the bounds of sums, wherever these stand, without the indices of other sums."""
    if not counts(node):
        return set().union(*(bounds(child, bound) for child in node.children))
    here = {name.value for child in node.children[1:3] for name in names_in(child)} - bound
    return here | bounds(node.children[3], bound | {node.children[0].value})


def member_ranges(node: Syntax) -> dict[str, set[tuple[str, str] | None]]:
    """For each name with one index the letters that count it from 1 and their bounds; None for any other index."""
    found: dict[str, set[tuple[str, str] | None]] = {}
    _collect_ranges(node, {}, found)
    return found


def _collect_ranges(
    node: Syntax, running: dict[str, tuple[str, str]], found: dict[str, set[tuple[str, str] | None]]
) -> None:
    if node.kind == "index" and len(node.children) == 2 and node.children[0].kind == "name":
        index = node.children[1]
        name = found.setdefault(node.children[0].value, set())
        name.add(running.get(index.value) if index.kind == "name" else None)
    if counts(node):
        letter, low, high, _ = node.children
        running = {name: where for name, where in running.items() if name != letter.value}
        if (low.kind, low.value) == ("number", "1") and high.kind == "name":
            running[letter.value] = letter.value, high.value
    for child in node.children:
        _collect_ranges(child, running, found)
