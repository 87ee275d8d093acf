"""Which steps of a chain make one line.

A line is shown after each run of one law that is news, in its cleaned form; phases of routine work are one line each.
The rules speak of phases and of what a step does to the perturbation, never of a problem.
"""

from __future__ import annotations

from dataclasses import replace

from derivgen.engine.trace import Chain, Step
from derivgen.language.shapes import ShapeError
from derivgen.language.terms import NARY, Term, at, make, put, walk
from derivgen.present.joining import rules
from derivgen.present.steps import Group, News, View, joined
from derivgen.present.sums import is_clean

CLEAN = frozenset({
    "clear", "clean", "simplify inverses", "spread", "transposes", "join", "entries", "unfold", "fold", "cancel",
    "powers", "one fraction", "numbers", "result",
})  # fmt: skip
"""Phases whose steps join the line before them, unless a step is news by itself."""

FAMILY = {
    "factor": "expand", "split": "expand", "multiply out": "multiply", "exponents": "table", "take out": "deltas",
    "fold entries": "sums back",
}  # fmt: skip
"""Phases that read as one piece of work -> its name; any other phase is a piece of its own."""

WHOLE = frozenset({
    "prepare", "multiply", "cancel", "collect", "divide", "limit", "tidy", "reorder", "table", "open", "differentiate",
    "deltas", "differential", "sums back", "gather", "fold back", "lemma", "read off", "properties", "substitute",
    "abbreviations", "short form",
})  # fmt: skip
"""Families that are one line; in all others each new law is a line, and parallel uses stand together."""


def groups(chain: Chain, news: News, eps: str, detail: str = "lecture") -> list[Group]:
    """The lines of a chain as groups of steps. ``detail`` is "lecture", "worked" or "full"."""
    if detail == "full":
        return [Group(step.phase, k, k + 1) for k, step in enumerate(chain.steps)]
    found: list[Group] = []
    for k, step in enumerate(chain.steps):
        _add(found, k, chain.steps, news.value(step))
    view = View(chain, news, eps)
    found = _clean_ends(_without_weak(found, view), view)
    for rule in rules(chain, detail):
        found = rule(found, view)
    return found


# --- the first cut: by phase and law


def _add(found: list[Group], k: int, steps: tuple[Step, ...], news: int) -> None:
    """Put a step into the last group, or begin one."""
    step = steps[k]
    family = _family(step, news)
    last = found[-1] if found else None
    if last is not None and _joins(last, family, step, news, steps[last.first].before):
        made = _updated(last.made, step, news)
        found[-1] = replace(last, last=k + 1, made=made)
    else:
        produced = ((step.rule, at_step(step)),) if news >= 2 else ()
        found.append(Group(family, k, k + 1, produced, not step.forward))


def _family(step: Step, news: int) -> str:
    phase = step.phase.strip()
    if phase == "fold" and news:
        return "sums back"
    return FAMILY.get(phase, phase)


def _joins(last: Group, family: str, step: Step, news: int, start: Term) -> bool:
    if family == "cancel":
        return last.family in ("multiply", "cancel")
    if family in CLEAN and news < 2:
        return True
    if family == "prepare" and last.family not in ("definition", "substitute"):
        return True
    if family != last.family:
        return False
    if family in WHOLE or news < 2:
        return True
    return last.backward == (not step.forward) and _parallel(last.made, step, start)


def _parallel(made: tuple[tuple[str, Term], ...], step: Step, start: Term) -> bool:
    """Whether a step works beside what the line's laws have made, or goes on with the same law inside it."""
    source = at(step.before, step.path)
    if all(rule != step.rule for rule, _ in made) and not contains(start, source):
        return False  # its place came about within the line
    for rule, term in made:
        if contains(source, term):
            return False
        if rule != step.rule and contains(term, source):
            return False
    return True


def at_step(step: Step) -> Term:
    """What a step produced: the term at its place, or its part of the sum or product that holds the place."""
    if not step.path:
        return step.after
    parent = step.path[:-1]
    try:
        before, after = at(step.before, parent), at(step.after, parent)
        if after.op not in NARY or before.op not in NARY:
            return at(step.after, step.path) if before.op == after.op else after
        old = list(before.args)
        new = [a for a in after.args if not (a in old and not old.remove(a))]  # type: ignore[func-returns-value]
        return make(after.op, new) if new else after
    except (IndexError, ShapeError, ValueError):
        return step.after


def contains(big: Term, small: Term) -> bool:
    """Whether a term, or a selection of a sum's or a product's arguments, stands somewhere in another."""
    if small.size > big.size:
        return False
    wanted = set(small.args) if small.op in NARY else None
    return any(t == small or (wanted is not None and t.op == small.op and wanted <= set(t.args)) for _, t in walk(big))


def _updated(made: tuple[tuple[str, Term], ...], step: Step, news: int) -> tuple[tuple[str, Term], ...]:
    """What the line has made, after one more step."""
    source, target = at(step.before, step.path), at_step(step)
    kept = [(rule, _followed(term, source, target)) for rule, term in made]
    return (*kept, (step.rule, target)) if news >= 2 else tuple(kept)


def _followed(term: Term, source: Term, target: Term) -> Term:
    """A term after ``source`` became ``target`` somewhere in it or around it."""
    if contains(source, term):
        return target
    place = next((path for path, t in walk(term) if t == source), None)
    return term if place is None or target.shape != source.shape else put(term, place, target)


def _without_weak(found: list[Group], view: View) -> list[Group]:
    """Groups of clean-up alone go to the line before; "cancel" and "tidy" are judged later."""
    kept: list[Group] = []
    for group in found:
        weak = _says_nothing(group, view) and group.family not in ("cancel", "tidy", "reorder")
        if kept and weak:
            kept[-1] = joined(kept[-1], group, kept[-1].family)
        elif kept and kept[-1].family == group.family and group.family in WHOLE:
            kept[-1] = joined(kept[-1], group, group.family)
        else:
            kept.append(group)
    return kept


def _says_nothing(group: Group, view: View) -> bool:
    """Whether a group is clean-up, beside routine of phases that join any line."""
    said = {_family(step, 0) in CLEAN: 0 for step in view.steps(group)}
    for step in view.steps(group):
        joins = _family(step, 0) in CLEAN
        said[joins] = max(said[joins], view.news.value(step))
    return said.get(False, said.get(True)) == 0 and said.get(True, 0) < 2


def _clean_ends(found: list[Group], view: View) -> list[Group]:
    """No line shows 1*x, x + 0 or x^1: it takes the clean-up of the next one, as far as needed."""
    kept: list[Group] = []
    for group in found:
        first = group.first
        while (
            kept
            and first < group.last
            and not is_clean(view.end(kept[-1]))
            and not view.news.value(view.chain.steps[first])
        ):
            first += 1
            kept[-1] = replace(kept[-1], last=first)
        if first < group.last:
            kept.append(replace(group, first=first))
    return kept
