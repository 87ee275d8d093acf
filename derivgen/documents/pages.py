"""Where a long frame is split: what fits on a page, what belongs together, what is taken up on the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derivgen.documents.overlays import Item

AROUND = 3.3
"""Space above and below a derivation in mm."""
LESS_AROUND = 1.6
"""What a tight page saves of it."""


@dataclass(frozen=True, slots=True)
class Page:
    """The items of one page; a ``tight`` one has less room between them."""

    items: tuple[Item, ...]
    tight: bool = False


def pages(items: Sequence[Item], first: float, later: float) -> list[Page]:
    """Items in pages of at most ``first`` mm, then ``later`` mm.

    Tight pages are made where they save a page. A split derivation is taken up with its last line; a result
    comes with the line that gives it.
    """
    loose = _split(items, first, later, tight=False)
    close = _split(items, first, later, tight=True)
    if len(close) >= len(loose):
        return [Page(tuple(page)) for page in loose]
    budgets = [first, *[later] * len(close)]
    return [Page(tuple(p), height(p) > budget) for p, budget in zip(close, budgets, strict=False)]


def height(page: Sequence[Item], tight: bool = False) -> float:
    """The height of items one below the other in mm."""
    total = 0.0
    for before, item in zip([None, *page], page, strict=False):
        begins = item.kind == "row" and (before is None or before.group != item.group)
        around = AROUND - (LESS_AROUND if tight else 0.0) if begins else 0.0
        total += item.height - (item.slack if tight else 0.0) + around
    return total


def _split(items: Sequence[Item], first: float, later: float, tight: bool) -> list[list[Item]]:
    done: list[list[Item]] = []
    page: list[Item] = []
    budget = first
    for number, item in enumerate(items):
        needed = [*page, *_inseparable(items[number:])]
        over = height(needed, tight) > budget and not _leads_to_a_long_line(page, item, later)
        if page and (over or _better_whole(page, items[number:], later, tight)):
            page = _next(done, page, item, later, tight)
            budget = later
        placed = item if page or number == 0 else _with_left_side(item)
        alone = placed.height <= later - AROUND
        *full, last = [placed] if alone else placed.split(budget - height(page, tight) - AROUND, later - AROUND)
        for part in full:
            done.append([*page, part])
            page, budget = [], later
        page.append(last)
    return [*done, page] if page else done


def _leads_to_a_long_line(page: Sequence[Item], item: Item, budget: float) -> bool:
    """Whether there is only text before a line that no page can hold, so that it may begin here."""
    only_text = all(one.kind in ("text", "sentence") for one in page)
    return item.kind == "row" and item.height > budget - AROUND and only_text


def _next(done: list[list[Item]], page: list[Item], item: Item, budget: float, tight: bool) -> list[Item]:
    """Closes ``page``; gives what the next one begins with."""
    carried = _carried(page) if item.kind == "result" else []
    if carried and height([*carried, item], tight) <= budget:
        done.append(page[:-1])
        return carried
    done.append(page)
    again = taken_up(page[-1], item)
    return [again] if again and height([again, item], tight) <= budget else []


def _carried(page: list[Item]) -> list[Item]:
    """The last row, and the one before it once more, so that a result does not stand alone."""
    if len(page) < 3 or page[-1].kind != "row":
        return []
    before = taken_up(page[-2], page[-1])
    return [before, page[-1]] if before and page[-3].group == page[-1].group else []


def _inseparable(rest: Sequence[Item]) -> list[Item]:
    """The next item, with what must not be parted from it: a sentence does not stand alone at the foot."""
    end = 1
    while (
        end < len(rest)
        and rest[end - 1].kind in ("text", "sentence")
        and (rest[end].joins or rest[end].kind in ("sentence", "stated"))
    ):
        end += 1
    return list(rest[:end])


def _better_whole(page: list[Item], rest: Sequence[Item], budget: float, tight: bool) -> bool:
    """Whether a chain that begins here fits on a page of its own but not on what is left of this one."""
    item, last = rest[0], page[-1]
    begins = item.kind == "sentence" or (item.kind == "row" and last.kind != "sentence" and last.group != item.group)
    if not begins or height(page, tight) < 0.45 * budget:
        return False
    chain = [item]
    for following in rest[1:]:
        if following.kind in ("text", "bullet", "sentence") and chain[-1].kind in ("row", "result", "note"):
            break
        chain.append(following)
    return height([*page, *chain], tight) > budget >= height(chain, tight)


def _with_left_side(item: Item) -> Item:
    """A row that begins a page without the one before it."""
    return item.again(replace(item.line, lhs=item.first)) if item.line is not None else item


def taken_up(last: Item, item: Item) -> Item | None:
    """The last row once more, without arrow, reason and marks, if ``item`` goes on from it."""
    if last.line is None or item.kind not in ("row", "result") or (item.kind == "row" and item.group != last.group):
        return None
    relation = "" if last.line.relation == "=>" else last.line.relation
    return last.again(replace(last.line, lhs=last.first, relation=relation, reasons=(), changed=(), origin=()))
