"""A derivation as its reader sees it: a flat trace of many steps becomes the few lines a lecturer would write.

``grouping`` says which steps make a line, ``reasons`` why it follows, ``difference`` what changed in it, ``sentences``
what stands around. Here the chains become blocks: a lemma stands where it is cited, a conclusion is the framed result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derivgen.engine.context import Context
from derivgen.engine.trace import Chain, Derivation
from derivgen.language.abbreviations import definitions as abbreviated
from derivgen.language.names import PI
from derivgen.language.problem import Problem
from derivgen.language.terms import Term, make
from derivgen.present.catalogue import Catalogue, catalogue
from derivgen.present.difference import difference
from derivgen.present.grouping import groups
from derivgen.present.joining import ALONG, COMBINATION, REPEATED
from derivgen.present.lines import Block, Line, Outline, Reason
from derivgen.present.reasons import Speaker
from derivgen.present.sentences import lead, notes, opening, proves_equation
from derivgen.present.steps import Group, News, shortened
from derivgen.rules.book import RuleBook
from derivgen.rules.stated import stated

DETAILS = ("lecture", "worked", "full")

ZERO_PART = "zero part"
"""The phase that writes zero in front of a change which does not occur, as the form to read off asks."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A line before it has a number and reasons; ``group`` is None for an equation that a chain starts from."""

    chain: int
    group: Group | None
    lhs: Term | None
    relation: str
    term: Term
    before: Term | None


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one chain that stand together; ``again`` where the chain goes on after a lemma."""

    chain: int
    drafts: tuple[Draft, ...]
    again: bool = False


def outline(derivation: Derivation, book: RuleBook, detail: str = "lecture", words: Catalogue | None = None) -> Outline:
    """The lines of a derivation at a detail: "lecture" (few), "worked" (every law named) or "full" (every step).

    ``words`` are those of a language, English if none are given.

    Raises ValueError for another detail.
    """
    if detail not in DETAILS:
        raise ValueError(f"there is no detail {detail!r}; known: {', '.join(DETAILS)}")
    words = words or catalogue()
    news = News.of(book, derivation.problem.perturbation)
    parts = _arranged(derivation, _drafts(derivation, news, detail))
    lines = dict(_lemma_lines(derivation, parts))
    speaker = Speaker(derivation, news, Context.of(derivation.problem, book), lines, detail, words)
    blocks = _blocks(derivation, parts, speaker)
    return Outline(
        blocks=blocks,
        statement=_statement(derivation),
        result=derivation.result,
        lead=lead(derivation, book, words, news),
        definitions=_definitions(derivation),
        shapes=shapes_of(derivation.problem),
        conditions=_conditions(derivation),
        notes=notes(derivation, book, words),
        method=words.words.get(f"method.{derivation.method}", derivation.method),
        laws=_laws(derivation, blocks, news, detail),
    )


# --- lines


def _drafts(derivation: Derivation, news: News, detail: str) -> list[Part]:
    eps = derivation.problem.perturbation
    parts: list[Part] = []
    for k, chain in enumerate(derivation.chains):
        if detail != "full" and _put_in_at_once(derivation, k):
            continue
        if chain.opening == "conclusion" and detail != "full" and k:
            shown = _built_upon(derivation, k) or shortened(chain, news) is not None
            parts += [_concluded(k, chain, news)] if shown else []
            continue
        found = groups(chain, news, eps, detail)
        drafts = _equations(k, chain, found) if proves_equation(chain) else _terms(k, chain, found, detail)
        parts.append(Part(k, drafts))
    return parts


def _built_upon(derivation: Derivation, index: int) -> bool:
    """Whether the chain's conclusion is not the result: later chains go on from it."""
    return index < len(derivation.chains) - 1 and derivation.chains[index].end.args != derivation.result.args


def _put_in_at_once(derivation: Derivation, index: int) -> bool:
    """Whether what a chain concludes is only put into the last one, whose line says why.

    It is a part of what a combination puts together, the last of several repeated derivatives, or the direction of one
    entry put into a differential.
    """
    name = next((name for name, _, k in derivation.lemmas if k == index), None)
    if name is None or derivation.chains[index].opening != "conclusion":
        return False
    citing = {chain.opening for chain in derivation.chains if any(step.rule == name for step in chain.steps)}
    earlier = any(chain.opening == "conclusion" for chain in derivation.chains[:index])
    return citing in ({COMBINATION}, {ALONG}) or (
        citing == {REPEATED} and earlier and index == len(derivation.chains) - 2
    )


def _concluded(index: int, chain: Chain, news: News) -> Part:
    """A conclusion as one line, or as two where the result is made shorter than what is read off."""
    cut = shortened(chain, news) or len(chain.steps)
    left, right = chain.steps[cut - 1].after.args
    drafts = [Draft(index, Group("read off", 0, cut), left, chain.end.op, right, None)]
    if cut < len(chain.steps):
        last = Group("short form", cut, len(chain.steps))
        drafts.append(Draft(index, last, None, "=", chain.end.args[1], right))
    return Part(index, tuple(drafts))


def _terms(index: int, chain: Chain, found: list[Group], detail: str) -> tuple[Draft, ...]:
    """The column of a chain of terms: its start once, then one right side after another."""
    drafts: list[Draft] = []
    before: Term | None = None
    for k, group in enumerate(found):
        term = _shown(chain, group, detail)
        drafts.append(Draft(index, group, None if k else chain.start, "=", term, before))
        before = term
    return tuple(drafts)


def _shown(chain: Chain, group: Group, detail: str) -> Term:
    """What a line shows: its last term, without the zero that a form needs where a change does not occur."""
    last = group.last
    while detail != "full" and last > group.first + 1 and chain.steps[last - 1].phase == ZERO_PART:
        last -= 1
    return chain.steps[last - 1].after


def _equations(index: int, chain: Chain, found: list[Group]) -> tuple[Draft, ...]:
    """The column of a chain of equations; where only the right side changes, it goes on alone."""
    left, right = chain.start.args
    drafts = [Draft(index, None, left, chain.start.op, right, None)]
    before, shown = chain.start, right
    for group in found:
        term = chain.steps[group.last - 1].after
        follows = any(s.relation == "=>" for s in chain.steps[group.first : group.last])
        if not follows and term.args[0] == before.args[0]:
            drafts.append(Draft(index, group, None, "=", term.args[1], before.args[1]))
        else:
            drafts.append(Draft(index, group, None, "=>", term, before if shown is before else None))
        before = shown = term
    return tuple(drafts)


# --- the order of the parts


def _arranged(derivation: Derivation, parts: list[Part]) -> list[Part]:
    """Premises and conclusions run into what starts from them; a lemma stands right before the line that cites it."""
    arranged: list[Part] = []
    for part in parts:
        previous = arranged[-1] if arranged else None
        if previous is not None and _is_premise(derivation, previous, part):
            arranged[-1] = Part(part.chain, (*previous.drafts, *part.drafts[1:]))
        else:
            arranged.append(part)
    for name, _, index in derivation.lemmas:
        if derivation.chains[index].opening == "lemma":
            arranged = _moved(derivation, arranged, name, index)
    return arranged


def _is_premise(derivation: Derivation, first: Part, then: Part) -> bool:
    chain, start = derivation.chains[first.chain], derivation.chains[then.chain].start
    if chain.opening == "conclusion":
        return chain.end == start and then.drafts[0].group is None
    goes_on = chain.opening == "premise" or derivation.chains[then.chain].opening == "form"
    return goes_on and make("=", [chain.start, chain.end]) == start


def _moved(derivation: Derivation, parts: list[Part], name: str, index: int) -> list[Part]:
    """The chain that cites a lemma in its middle is split there, and the lemma is put in between."""
    lemma = next((p for p in parts if p.chain == index), None)
    for k, part in enumerate(parts):
        place = next((n for n, d in enumerate(part.drafts) if _cites(derivation, d, name)), 0)
        if lemma is None or not place or part is lemma:
            continue
        first, rest = part.drafts[:place], part.drafts[place:]
        if rest[0].lhs is None:
            rest = (replace(rest[0], lhs=derivation.chains[part.chain].start), *rest[1:])
        split = [*parts[:k], replace(part, drafts=first), lemma, Part(part.chain, rest, again=True), *parts[k + 1 :]]
        return [p for n, p in enumerate(split) if p is not lemma or n == k + 1]
    return parts


def _cites(derivation: Derivation, draft: Draft, name: str) -> bool:
    if draft.group is None:
        return False
    steps = derivation.chains[draft.chain].steps[draft.group.first : draft.group.last]
    return any(step.rule == name for step in steps)


# --- numbers, reasons, marks


def _lemma_lines(derivation: Derivation, parts: list[Part]) -> Iterator[tuple[str, int]]:
    """The lemmas with the numbers of the lines that show them."""
    shown = {part.chain: number for part, number in _last_numbers(parts)}
    yield from ((name, shown[index]) for name, _, index in derivation.lemmas if index in shown)


def _blocks(derivation: Derivation, parts: list[Part], speaker: Speaker) -> tuple[Block, ...]:
    offsets = _offsets(derivation)
    blocks: list[Block] = []
    number = 1
    for part in parts:
        made = []
        for draft in part.drafts:
            made.append(_line(derivation, draft, number, offsets[draft.chain], speaker))
            number += 1
        blocks.append(Block(opening(derivation, part.chain, speaker.words, part.again), tuple(_with_marks(made, part))))
    return tuple(blocks)


def _offsets(derivation: Derivation) -> list[int]:
    """Where each chain's steps begin among all steps of the derivation."""
    offsets = [0]
    for chain in derivation.chains:
        offsets.append(offsets[-1] + len(chain.steps))
    return offsets


def _last_numbers(parts: list[Part]) -> list[tuple[Part, int]]:
    total, found = 0, []
    for part in parts:
        total += len(part.drafts)
        found.append((part, total))
    return found


def _line(derivation: Derivation, draft: Draft, number: int, offset: int, speaker: Speaker) -> Line:
    if draft.group is None:
        given = (Reason(speaker.words.word("reason.given")),)
        return Line(number, draft.lhs, draft.relation, draft.term, given, steps=(offset, offset))
    group = draft.group
    steps = derivation.chains[draft.chain].steps[group.first : group.last]
    reasons = speaker.reasons(steps, group.family)
    return Line(
        number, draft.lhs, draft.relation, draft.term, reasons, steps=(offset + group.first, offset + group.last)
    )


def _with_marks(lines: list[Line], part: Part) -> list[Line]:
    """What changed from line to line, where both show the same kind of thing."""
    marked: list[Line] = []
    for line, draft in zip(lines, part.drafts, strict=True):
        above = marked[-1] if marked else None
        if above is not None and draft.before is not None and above.term == draft.before:
            changed, origin = difference(draft.before, draft.term)
            line = replace(line, changed=changed, origin=origin)
        marked.append(line)
    return marked


# --- what stands around


def _statement(derivation: Derivation) -> Term:
    problem = derivation.problem
    return derivation.result.args[0] if problem.kind == "derive" and derivation.result.op == "=" else problem.of


def _definitions(derivation: Derivation) -> tuple[Term, ...]:
    """What the author's abbreviations stand for, and what functions the method defined."""
    problem = derivation.problem
    asked = (problem.of, *(t for t in (problem.along, problem.target) if t is not None))
    return (*abbreviated(*asked), *(equation for _, equation in derivation.definitions))


def shapes_of(problem: Problem) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The declarations of a problem, each with its name; the constant pi is known to everybody."""
    declared = {**problem.given, **{name: d for name, d in problem.inferred.items() if d != PI}}
    return tuple(((name,), str(d)) for name, d in declared.items() if d.sort in ("value", "function", "members"))


def _conditions(derivation: Derivation) -> tuple[tuple[str, Term, str], ...]:
    """Side conditions with their basis, each once; those about eps near 0 go without saying."""
    eps = derivation.problem.perturbation
    found: dict[tuple[str, Term], str] = {}
    for step in derivation.steps:
        for c in step.conditions:
            found.setdefault((c.predicate, c.term), c.basis)
    found |= {(c.predicate, c.term): c.basis for c in derivation.assumed}
    said = stated((fact for fact, basis in found.items() if basis == "assumed"), derivation.problem.declarations)
    known = {fact: basis for fact, basis in found.items() if basis != "assumed"} | dict.fromkeys(said, "assumed")
    return tuple((p, t, basis) for (p, t), basis in known.items() if eps not in t.free)


def _laws(
    derivation: Derivation, blocks: tuple[Block, ...], news: News, detail: str
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The laws of the book with the lines that use them; those of the conclusion count for the last line."""
    least = 0 if detail == "full" else 1
    lines = [line for block in blocks for line in block.lines]
    used: dict[str, dict[int, None]] = {}
    for k, step in enumerate(derivation.steps):
        if step.rule in news.book and news.value(step) >= least:
            number = next((n.number for n in lines if n.steps[0] <= k < n.steps[1]), lines[-1].number if lines else 0)
            used.setdefault(step.rule, {})[number] = None
    return tuple((name, tuple(sorted(numbers))) for name, numbers in used.items())
