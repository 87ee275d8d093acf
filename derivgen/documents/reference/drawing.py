"""What rests on what, drawn: the theorems of each family with what they rest on, and entries that cite entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pylatex import NoEscape, TikZ, TikZCoordinate, TikZNode, TikZOptions

from derivgen.documents.escape import TeX
from derivgen.documents.reference.foundation import Foundation
from derivgen.documents.reference.index import family, family_word
from derivgen.documents.reference.layers import Edge, Layout, layout
from derivgen.documents.solve import Solved
from derivgen.present.style import Style

LETTER = 1.5
"""The width of a letter of a name in mm."""
MARGIN = 2.6
"""What a name has beside it, in mm; the brackets of an entry's number are no wider."""
WIDEST = 165.0
"""Of a drawing, in mm; a wider one is made smaller."""
OWN, OTHER = "dgown", "dgother"


@dataclass(frozen=True, slots=True)
class Drawing:
    """The theorems of one family, as TikZ code; ``height`` in mm."""

    name: str
    picture: TeX
    height: float


def drawings(founded: Foundation, entries: Iterable[tuple[str, str, Solved]], style: Style) -> Iterator[Drawing]:
    """A drawing for each family with theorems that rest on theorems, and one for entries that cite entries.

    ``entries`` are (id, label, derivation).
    """
    edges = [(law, below) for law in founded.laws for below in _theorems_below(founded, law)]
    members: dict[str, list[str]] = {}
    for law in founded.laws.values():
        members.setdefault(family(law), []).append(law.name)
    for name, laws in members.items():
        shown = [edge for edge in edges if edge[0] in laws]
        if shown:
            yield _drawing(family_word(name, style), shown, {law: rf"\dgrule{{{law}}}" for law in founded.laws}, laws)
    if cited := list(_citations(founded, entries)):
        labels = {label: rf"\dgsmall\dgentry{{{id}}}{{({label})}}" for id, label, _, _ in cited}
        labels |= {proof: rf"\dgsmall\dgentry{{{proof}}}{{({proof})}}" for _, _, proof, _ in cited}
        labels |= {law: rf"\dgrule{{{law}}}" for _, _, _, law in cited}
        steps = [edge for _, label, proof, law in cited for edge in ((label, law), (law, proof))]
        yield _drawing(style.words.word("reference.citing"), steps, labels, [label for _, label, _, _ in cited])


def _theorems_below(founded: Foundation, law: str) -> Iterator[str]:
    for below in founded.rests.get(law, ()):
        if below != law and below in founded.laws and founded.laws[below].status == "theorem":
            yield below


def _citations(
    founded: Foundation, entries: Iterable[tuple[str, str, Solved]]
) -> Iterator[tuple[str, str, str, str]]:
    """(id and label of an entry, label of the entry that it cites, name of that one's law)."""
    for id, label, one in entries:
        for law in one.record.laws:
            if law in founded.proved_by:
                yield id, label, founded.proved_by[law], law


def _drawing(title: str, edges: Sequence[Edge], labels: Mapping[str, str], own: Sequence[str]) -> Drawing:
    order = list(labels)
    names = sorted({name for edge in edges for name in edge}, key=order.index)
    found = layout(names, edges, {name: LETTER * len(name) + MARGIN for name in names})
    return Drawing(title, _tikz(found, names, labels, own), found.height)


def _tikz(found: Layout, names: Sequence[str], labels: Mapping[str, str], own: Sequence[str]) -> TeX:
    scale = min(1.0, WIDEST / found.width)
    picture = TikZ(options=TikZOptions(NoEscape("x=1mm,y=-1mm,baseline=(current bounding box.north)")))
    for way in found.ways:
        picture.append(NoEscape(_path(way)))
    for name in names:
        x, y = found.nodes[name]
        options = TikZOptions(OWN if name in own else OTHER)
        at = TikZCoordinate(round(x, 2), round(y, 2))
        picture.append(NoEscape(str(TikZNode(at=at, options=options, text=NoEscape(labels[name])).dumps())))
    code = str(picture.dumps())
    return TeX(code if scale == 1.0 else rf"\scalebox{{{scale:.3f}}}{{{code}}}")


def _path(way: Sequence[tuple[float, float]]) -> str:
    """Curves between the columns, straight lines across them."""
    points = [f"({x:.2f},{y:.2f})" for x, y in way]
    drawn = points[0]
    for k, point in enumerate(points[1:]):
        drawn += f" to[out=180,in=0] {point}" if k % 2 == 0 else f" -- {point}"
    return rf"\draw[dgrests] {drawn};"
