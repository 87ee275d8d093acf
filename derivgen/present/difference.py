"""What changed from one line to the next: the smallest places in both that differ."""

from __future__ import annotations

from collections.abc import Sequence

from derivgen.language.terms import NARY, Path, Term, at

MOST = 2
TOO_MUCH = 0.75
"""A mark over more than this part of a line says nothing."""

Places = tuple[Path, ...]


def difference(old: Term, new: Term) -> tuple[Places, Places]:
    """(places in ``new``, places in ``old``) that differ; both empty where all or too much changed."""
    pairs = _differing(old, new, (), ())
    changed = _few([b for _, b in pairs if b is not None])
    origin = _few([a for a, _ in pairs if a is not None])
    if _covers(new, changed) or _covers(old, origin):
        return (), ()
    return changed, origin


_Pair = tuple[Path | None, Path | None]


def _differing(old: Term, new: Term, a: Path, b: Path) -> list[_Pair]:
    if old == new:
        return []
    if (old.op, old.data, old.shape) != (new.op, new.data, new.shape) or old.op == "abbreviation":
        return [(a, b)]
    if old.op in NARY:
        return _in_product(old, new, a, b)
    if len(old.args) != len(new.args):
        return [(a, b)]
    return [
        pair
        for k, (x, y) in enumerate(zip(old.args, new.args, strict=True))
        for pair in _differing(x, y, (*a, k), (*b, k))
    ]


def _in_product(old: Term, new: Term, a: Path, b: Path) -> list[_Pair]:
    """Arguments of a sum or product that have no equal on the other side."""
    left, right = _unmatched(old, new)
    if len(left) == len(right) == 1:
        return _differing(old.args[left[0]], new.args[right[0]], (*a, left[0]), (*b, right[0]))
    if not left and not right:
        return [(a, b)]  # only the order
    if (left and not _unbroken(old, left)) or (right and not _unbroken(new, right)):
        return [(a, b)]
    return [(_selected(old, left, a), _selected(new, right, b))]


def _unmatched(old: Term, new: Term) -> tuple[list[int], list[int]]:
    left, right = list(range(len(old.args))), list(range(len(new.args)))
    if old.op == "dot":
        while left and right and old.args[left[0]] == new.args[right[0]]:
            left, right = left[1:], right[1:]
        while left and right and old.args[left[-1]] == new.args[right[-1]]:
            left, right = left[:-1], right[:-1]
        return left, right
    for k in list(left):
        partner = next((j for j in right if new.args[j] == old.args[k]), None)
        if partner is not None:
            left.remove(k)
            right.remove(partner)
    return left, right


def _unbroken(t: Term, places: Sequence[int]) -> bool:
    return t.op != "dot" or places[-1] - places[0] + 1 == len(places)


def _selected(t: Term, places: Sequence[int], path: Path) -> Path | None:
    if not places:
        return None
    if len(places) == len(t.args):
        return path
    return (*path, places[0] if len(places) == 1 else tuple(places))


def _few(paths: list[Path]) -> Places:
    """At most two places: more become the smallest one around them."""
    kept = tuple(dict.fromkeys(paths))
    if len(kept) <= MOST:
        return kept
    common: Path = kept[0]
    for path in kept[1:]:
        same = 0
        while same < min(len(common), len(path)) and common[same] == path[same]:
            same += 1
        common = common[:same]
    return (common,)


def _covers(t: Term, places: Places) -> bool:
    return any(not path for path in places) or sum(at(t, p).size for p in places) > TOO_MUCH * t.size
