"""The layered drawing: nothing overlaps, all stands right of what it rests on, and no edge crosses a node."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random

import pytest

from derivgen.documents.reference.layers import NODE, PASSING, Edge, Layout, direct, layout

WIDE = 20.0


def drawn(seed: int, count: int = 18) -> tuple[list[str], list[Edge], Layout]:
    """A random graph in which later nodes rest on earlier ones, and its drawing."""
    random = Random(seed)
    names = [f"law{k}" for k in range(count)]
    edges = [(names[k], random.choice(names[:k])) for k in range(1, count) for _ in range(random.randint(0, 3))]
    shown = sorted({name for edge in edges for name in edge}, key=names.index)
    return shown, edges, layout(shown, edges, dict.fromkeys(shown, WIDE))


def test_an_edge_that_others_replace_is_left_out() -> None:
    assert direct([("c", "a"), ("c", "b"), ("b", "a")]) == [("c", "b"), ("b", "a")]


@pytest.mark.parametrize("seed", range(8))
def test_nodes_stand_apart_and_right_of_what_they_rest_on(seed: int) -> None:
    names, edges, found = drawn(seed)
    for above, below in edges:
        assert found.nodes[above][0] >= found.nodes[below][0] + WIDE
    for one, other in combinations(names, 2):
        (x, y), (u, v) = found.nodes[one], found.nodes[other]
        assert x != u or abs(y - v) >= NODE - 1e-9
    assert all(0 <= y <= found.height and 0 <= x <= found.width - WIDE for x, y in found.nodes.values())


@pytest.mark.parametrize("seed", range(8))
def test_edges_lead_from_node_to_node_and_pass_between_the_others(seed: int) -> None:
    _, edges, found = drawn(seed)
    ends = {(way[0], way[-1]) for way in found.ways}
    wanted = {(found.nodes[a], (found.nodes[b][0] + WIDE, found.nodes[b][1])) for a, b in direct(edges)}
    assert ends == wanted
    for way in found.ways:
        for k, ((x, y), (u, v)) in enumerate(pairwise(way)):
            assert u < x
            if k % 2:  # straight, across a column
                assert y == v
                here = [at for left, at in found.nodes.values() if left == u]
                assert all(abs(at - y) >= (NODE + PASSING) / 2 - 1e-9 for at in here)


def test_nothing_has_no_drawing() -> None:
    assert layout([], [], {}) == Layout({}, (), 0.0, 0.0)
