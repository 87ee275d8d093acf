"""The walk over a term: which template prints it, in which style, with which marks around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from derivgen.language.terms import Path, Term
from derivgen.present.boxes import FRACTION_LINE, SUM, Box, enclose, signed
from derivgen.present.notation_style import Notation

DISPLAY, TEXT, SCRIPT = range(3)
"""Styles: on the line, inside a fraction or matrix, in a superscript or subscript."""


class Printer:
    """One printing of one term. ``seen`` collects the places that were printed as pieces of their own."""

    def __init__(
        self, table: Mapping[str, Callable[[Site], Box]], notation: Notation, marks: Mapping[Path, str]
    ) -> None:
        self.table, self.notation, self.marks = table, notation, marks
        self.seen: set[Path] = set()
        self._selected = {path[:-1] for path in marks if path and isinstance(path[-1], tuple)}

    def box(self, term: Term, path: Path | None, style: int, closed: bool = False) -> Box:
        """A subterm; ``closed`` when something follows in the same product. No path: it takes no marks."""
        box = self.table[term.op](Site(self, term, path, style, closed))
        if path is not None:
            self.seen.add(path)
            if path in self.marks:
                box = box.mark(self.marks[path])
        return enclose(box, style == SCRIPT) if closed and box.greedy else box

    def site(self, term: Term, path: Path) -> Site:
        """A subterm on the line."""
        return Site(self, term, path, DISPLAY)

    def tex(self, term: Term) -> str:
        """The whole term."""
        return self.box(term, (), DISPLAY).tex

    def runs(self, path: Path | None, count: int) -> list[tuple[int, int, str]]:
        """The marked runs (first, last + 1, macro) among the arguments of the sum or product at ``path``."""
        found: list[tuple[int, int, str]] = []
        if path is None or path not in self._selected:
            return found
        taken: set[int] = set()
        for place, macro in self.marks.items():
            if place and place[:-1] == path and isinstance(place[-1], tuple):
                self.seen.add(place)
                chosen = set(place[-1]) - taken
                taken |= chosen
                starts = [k for k in sorted(chosen) if k - 1 not in chosen]
                found += [(k, next(j for j in range(k, count + 1) if j not in chosen), macro) for k in starts]
        return sorted(found)


@dataclass(frozen=True, slots=True)
class Site:
    """What a template sees: the term, where it stands, and its arguments as boxes."""

    printer: Printer
    term: Term
    path: Path | None
    style: int
    closed: bool = False

    @property
    def small(self) -> bool:
        """Whether this is in a superscript or subscript."""
        return self.style == SCRIPT

    @property
    def notation(self) -> Notation:
        """The author's settings."""
        return self.printer.notation

    def arg(self, *steps: int, style: int | None = None, closed: bool = False) -> Box:
        """An argument (of an argument ..), in this style or another one, never a larger one."""
        term = self.term
        for step in steps:
            term = term.args[step]
        path = None if self.path is None else (*self.path, *steps)
        return self.printer.box(term, path, max(self.style, style or 0), closed)

    def at(self, step: int) -> Site:
        """An argument as a place of its own."""
        path = None if self.path is None else (*self.path, step)
        return Site(self.printer, self.term.args[step], path, self.style)

    def unmarked(self, term: Term, style: int | None = None) -> Box:
        """Something that is not printed at its own place, so that it takes no marks."""
        return self.printer.box(term, None, max(self.style, style or 0))

    def enclose(self, box: Box, left: str = "(", right: str = ")") -> Box:
        """The box in brackets."""
        return enclose(box, self.small, left, right)

    def at_least(self, level: int, box: Box) -> Box:
        """The box, in brackets if it holds together less than ``level``."""
        return box if box.level >= level else self.enclose(box)


Item = tuple[str, Box]
"""A term of a sum: its sign and what follows the sign."""


def sum_items(site: Site) -> list[Item]:
    """The terms of a sum, signed, marked runs joined. The sign of a later term stands outside its mark."""
    items = [_item(site, k) for k in range(len(site.term.args))]
    merged: list[Item] = []
    position = 0
    for start, stop, macro in site.printer.runs(site.path, len(items)):
        merged += items[position:start]
        run = items[start:stop]
        inside = signed_sum([("", run[0][1]), *run[1:]], site.small)
        merged.append((run[0][0], inside.mark(macro)))
        position = stop
    return [*merged, *items[position:]]


def _item(site: Site, k: int) -> Item:
    arg = site.term.args[k]
    if k == 0 or arg.op != "neg":
        return ("+" if k else "", site.at_least(FRACTION_LINE if k else SUM + 1, site.arg(k)))
    box = site.at_least(FRACTION_LINE, site.arg(k, 0))
    if site.path is not None:
        place = (*site.path, k)
        site.printer.seen.add(place)
        if place in site.printer.marks:
            box = box.mark(site.printer.marks[place])
    return "-", box


def signed_sum(items: Sequence[Item], small: bool, leading: bool = True) -> Box:
    """Terms with their signs, one after the other."""
    first = items[0][1]
    tex = signed(items[0][0], first, small, leading)
    for sign, box in items[1:]:
        tex += signed(sign, box, small, False)
    head = "sign" if items[0][0] else first.head
    last = items[-1][1]
    return replace(first, tex=tex, level=SUM, depth=max(box.depth for _, box in items), kind="sum", head=head,
                   greedy=False, big_end=last.big_end, marked=False)  # fmt: skip
