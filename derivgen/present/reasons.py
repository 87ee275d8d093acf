"""Why a line follows: the laws of its steps that are news, in words or as an equation."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from derivgen.engine.context import Context
from derivgen.engine.phases import Phase, run_phase
from derivgen.engine.trace import Derivation, Step
from derivgen.language.abbreviations import abbreviations
from derivgen.language.plain import plain
from derivgen.language.shapes import SCALAR, ShapeError
from derivgen.language.terms import Term, at, canonical, make, rebuild, substitute, symbol
from derivgen.methods.law_sets import CLEAN, LINEAR, PUSH_TRANSPOSES
from derivgen.methods.trace_form import transposes_in
from derivgen.present.catalogue import Catalogue
from derivgen.present.lines import Piece, Reason
from derivgen.present.properties import relied_on, said
from derivgen.present.steps import News
from derivgen.rules.binding import BoundName, FunctionName, UnboundError, instantiate
from derivgen.rules.book import EPS, Law
from derivgen.rules.equations import is_assumption
from derivgen.rules.members import MEMBERS
from derivgen.rules.ranges import ranges_of

MOST = 3
LONGEST = 22
"""The size of an equation, in nodes, that may still stand as a reason."""

TOGETHER = {"table": "reason.elementary derivatives", "fold back": "reason.power again"}
"""Families of which several laws are said in one phrase -> the phrase."""

REFERENCE = {
    "expansion": "reason.expansion above",
    "components": "reason.sums above",
    "difference": "reason.difference above",
    "conclusion": "reason.derivative above",
    "differential": "reason.differential above",
    "combination": "reason.derivative above",
}
"""The opening of the chain that showed a lemma -> how a later line cites it where lines have no numbers."""

_ARTICLES = frozenset({"a", "A", "I"})
"""Letters that are words in an English sentence, or the identity."""


@dataclass(frozen=True)
class Speaker:
    """Gives lines their reasons in the ``words`` of a language.

    ``lines`` maps the name of a lemma to the number of the line that showed it.
    """

    derivation: Derivation
    news: News
    context: Context
    lines: Mapping[str, int]
    detail: str
    words: Catalogue

    def reasons(self, steps: tuple[Step, ...], family: str) -> tuple[Reason, ...]:
        """The reasons of a line that stands for these steps."""
        if self.detail == "full":
            return tuple(self._reason(step) for step in steps)
        steps = tuple(self._told(steps))
        main = self._distinct([s for s in steps if self.news.value(s) == 2])
        minor = [r for r in self._distinct([s for s in steps if self.news.value(s) == 1]) if r not in main]
        if self.detail == "worked":
            return self._ordered(steps, main + minor) or self._last(steps)
        if len(main) > 1 and family in TOGETHER:
            return (Reason(self.words.word(TOGETHER[family]), main[0].law),)
        if main:
            beside = self._distinct([s for s in steps if self._said_beside(s, family)])
            return self._ordered(steps, (main + beside)[:MOST])
        return tuple(minor if len(minor) < 3 else [minor[0], minor[-1]]) or self._last(steps)

    def _said_beside(self, step: Step, family: str) -> bool:
        """Whether routine is said beside news: what is known of the variable, and that a scalar is a trace."""
        law = self.news.book.get(step.rule)
        if law is None or self.news.value(step) != 1:
            return False
        if family in ("read off", "properties"):
            return relied_on(step, law, self.context) is not None
        return family == step.phase == "trace form" and step.rule not in PUSH_TRANSPOSES

    def _distinct(self, steps: list[Step]) -> list[Reason]:
        """One reason for each law, or each way in which it is used that reads differently."""
        found: dict[Hashable, Reason] = {}
        for step in steps:
            reason = self._reason(step)
            key: Hashable = reason.words if reason.statement is None else _skeleton(reason.statement)
            found.setdefault((reason.law, key) if reason.statement is not None else key, reason)
        return list(found.values())

    def _ordered(self, steps: tuple[Step, ...], reasons: list[Reason]) -> tuple[Reason, ...]:
        order = {name: k for k, name in reversed(list(enumerate(s.rule for s in steps)))}
        return tuple(sorted(reasons, key=lambda r: order.get(r.law or "", 0)))

    def _last(self, steps: tuple[Step, ...]) -> tuple[Reason, ...]:
        """The reason of a line of clean-up alone: its last step that is more than arithmetic."""
        telling = [s for s in steps if s.rule != "arithmetic"] or list(steps)
        return (self._reason(telling[-1]),) if telling else ()

    def _reason(self, step: Step) -> Reason:
        law = self.news.book.get(step.rule)
        if step.rule in ("spell_out", "abbreviate"):
            name = _name_of(step)
            meant = "".join(self.words.reason(self.news.moves[step.rule].words))
            return Reason(meant, None, make("=", [name, name.args[0]]))
        if is_assumption(step.rule):
            equation = next(t for c in step.conditions for _, t in [ranges_of(c.term)] if t.op == "=")
            return Reason("", None, equation, lead=self.words.word("reason.assumption") + " ")
        if law is None:
            return self._said(self._local_words(step), step.rule)
        fact = relied_on(step, law, self.context)
        if fact is not None:
            pieces = said(fact, self.words)
            return replace(self._said(_by_turns(pieces), law.name), pieces=pieces)
        return self._said(words_at(law, step, self.words), law.name, self._statement(law, step))

    def _said(self, parts: Sequence[str], law: str, statement: Term | None = None) -> Reason:
        """Words and formulas by turns as a reason; ``eps`` in the name that the small scalar has here."""
        named = [re.sub(r"\beps\b", self.context.problem.perturbation, part) for part in parts]
        return Reason("".join(named), law, statement, formula_slices(named))

    def _local_words(self, step: Step) -> Sequence[str]:
        """Words for a move, a definition, a lemma or the premise; formulas by turns with them."""
        if step.rule == "divide" and step.phase == "divide":
            return self.words.parts("reason.divide", eps="eps")
        if step.rule in self.news.moves:
            return self.words.reason(self.news.moves[step.rule].words)
        definitions = dict(self.derivation.definitions)
        if step.rule in definitions:
            function = definitions[step.rule].args[0].data[0]  # type: ignore[index]
            return self.words.parts("reason.definition", name=str(function))
        if step.rule in self.lines:
            return (self._earlier(step.rule),)
        own = {"premise": "reason.premise", MEMBERS: "reason.members"}.get(step.rule)
        return (self.words.word(own),) if own else (step.rule,)

    def _told(self, steps: tuple[Step, ...]) -> Iterator[Step]:
        """The steps of a line; where they use a lemma that no line shows, those that gave it."""
        chains = {name: k for name, _, k in self.derivation.lemmas if name not in self.lines}
        for step in steps:
            if step.rule in chains:
                yield from self.derivation.chains[chains[step.rule]].steps
            else:
                yield step

    def _earlier(self, lemma: str) -> str:
        """How a line cites the one that showed a lemma."""
        if self.detail != "lecture":
            return self.words.word("reason.line", number=str(self.lines[lemma]))
        chain = next(k for name, _, k in self.derivation.lemmas if name == lemma)
        opening = self.derivation.chains[chain].opening
        shown = "reason.above" if self.derivation.problem.kind == "prove" else REFERENCE.get(opening, "reason.above")
        return self.words.word(shown)

    def _statement(self, law: Law, step: Step) -> Term | None:
        """The law as an equation, where it says more than its words."""
        if not law.shown:
            return None
        equation = general(law, self.context) if law.shown == "general" else self._here(law, step)
        return equation if equation is not None and equation.size <= LONGEST else None

    def _here(self, law: Law, step: Step) -> Term | None:
        sides = (law.left, law.right) if step.forward else (law.right, law.left)
        try:
            small = {EPS: symbol(self.context.problem.perturbation)}
            left, right = (instantiate(side, {**small, **step.binding}) for side in sides)
        except (UnboundError, ShapeError):
            return None
        shown = transposes_in(name="shown")
        clean = replace(shown, rules=(*shown.rules, "symmetric_transpose"))
        return make("=", [_after(clean, left, self.context), _after(clean, right, self.context)])


def general(law: Law, context: Context) -> Term | None:
    """A law about its own names. A small scalar h has O(h^2) beside it, a small matrix H is written eps*H."""
    if law.statement is None or law.relation != "=":
        return None
    left, right = law.statement
    small = [name for name, d in law.declarations.items() if "small" in d.properties and name in left.free]
    for name in small:
        shape = law.declarations[name].shape
        if shape == SCALAR:
            right = _order_of(right, symbol(name))
        else:
            scaled = {name: make("times", [symbol(EPS), symbol(name, shape)])}
            right = _after(Phase("shown", (*CLEAN, *LINEAR)), substitute(right, scaled), context)
            left = substitute(left, scaled)
    return make("=", [left, right])


def _order_of(t: Term, small: Term) -> Term:
    """O(eps^k) as O(h^k)."""
    if t.op == "O":
        return make("O", [small], t.data, t.shape)
    return rebuild(t, [_order_of(a, small) for a in t.args]) if t.args else t


def _after(phase: Phase, t: Term, context: Context) -> Term:
    steps = run_phase(phase, t, context)
    return steps[-1].after if steps else t


def _by_turns(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """Words and terms as words and formulas by turns."""
    parts = [""]
    for piece in pieces:
        if isinstance(piece, Term):
            parts += [plain(piece), ""]
        else:
            parts[-1] += piece
    return tuple(parts)


def formula_slices(parts: Sequence[str]) -> tuple[tuple[int, int], ...] | None:
    """Where the formulas are in words and formulas by turns, joined; None for one piece, where nobody has said it."""
    ends = list(accumulate(map(len, parts)))
    return tuple((ends[k - 1], ends[k]) for k in range(1, len(parts), 2)) if len(parts) > 1 else None


def _name_of(step: Step) -> Term:
    """The abbreviation that a step spells out, or that comes in, perhaps as a factor."""
    if step.rule == "spell_out":
        return at(step.before, step.path).args[0]
    before, after = at(step.before, step.path), at(step.after, step.path)
    new = [t for t in abbreviations(after) if t not in abbreviations(before)]
    return next((t for t in new if t == after), None) or new[-1]


def words_at(law: Law, step: Step, words: Catalogue) -> tuple[str, ...]:
    """A law's words about the names that stand at the place: words and formulas by turns, or one piece of English."""

    def named(match: re.Match[str]) -> str:
        name = match.group(0)
        return (None if whole and name in _ARTICLES else name_at(name, step)) or name

    meant = law.words if step.forward else law.backwards or law.words
    said = words.reason(meant)
    whole = len(said) == 1 and said[0] == meant
    return tuple(
        re.sub(r"(?<![\w])[A-Za-z](?![A-Za-z0-9])", named, part) if whole or k % 2 else part
        for k, part in enumerate(said)
    )


def name_at(name: str, step: Step) -> str | None:
    """What a name of a law stands for in a step, if it is a name or a number."""
    value = step.binding.get(name, step.binding.get("@" + name))
    if value is None:
        return None
    if isinstance(value, Term):
        return plain(value) if value.op in ("symbol", "number", "abbreviation") else None
    if isinstance(value, FunctionName):
        return value.text
    return value.name if isinstance(value, BoundName) else None


def _skeleton(t: Term) -> Hashable:
    """Equal for equations that differ in the name of an unknown function only."""
    return canonical(_anonymous(t))


def _anonymous(t: Term) -> Term:
    data = ("f", t.data[1]) if t.op == "apply" and isinstance(t.data, tuple) else t.data
    return make(t.op, [_anonymous(a) for a in t.args], data, t.shape)
