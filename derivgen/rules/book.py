"""The book of rules: laws as data, loaded from ``.rules`` files, checked as they are read.

An entry is a name, a statement and an indented line for the reader:

    tr_cyclic:  tr(A*B) = tr(B*A)
        "the trace is cyclic"   theorem by componentwise   source Matrix Cookbook (14)   news 2

A ``let`` line declares the names of the entries below it, until the next ``let``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any

from derivgen.language.declarations import Declarations, parse_declarations, suggest
from derivgen.language.elaborate import elaborate_all
from derivgen.language.notation import NotationError
from derivgen.language.operators import BIT, CALLS, DERIVED, HOLES, LINKS, OPERATORS
from derivgen.language.shapes import SCALAR, Dim, Shape, dim, substitute_dim
from derivgen.language.terms import Term, make, symbol, walk
from derivgen.rules.conditions import KNOWN_CONDITIONS

STATUSES = ("definition", "axiom", "theorem")
EPS = "eps"


class BookError(NotationError):
    """A rule file is ill-formed; the message names file, line and what was expected."""


@dataclass(frozen=True, slots=True)
class SideCondition:
    """``predicate(subject; others)`` on parts of a law."""

    predicate: str
    subject: Term
    others: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Law:
    """A named statement ``left relation right`` under conditions, as patterns; ``statement`` is it with plain names.

    ``order`` is k where the right side ends in O(eps^k); such a law is used from left to right only.
    ``parameters`` are names of the right side that the left side does not bind: the method must supply them.
    ``shown`` says how a reader sees it as a reason: "" its words, "general" the statement, "here" the statement at
    the place where it is used.
    """

    name: str
    left: Term
    right: Term
    relation: str = "="
    order: int | None = None
    conditions: tuple[SideCondition, ...] = ()
    words: str = ""
    status: str = "axiom"
    by: str = ""
    source: str = ""
    news: int = 1
    shown: str = ""
    statement: tuple[Term, Term] | None = None
    declarations: Declarations = field(default_factory=Declarations)
    condition_texts: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def reversible(self) -> bool:
        """Whether the law may also be used from right to left."""
        return self.order is None and self.relation == "="

    @cached_property
    def forward(self) -> Reading:
        """The law from left to right."""
        return Reading.of(self.left, self.right)

    @cached_property
    def backward(self) -> Reading:
        """The law from right to left."""
        return Reading.of(self.right, self.left)


@dataclass(frozen=True, slots=True)
class Reading:
    """A law read in one direction, with what tells quickly that it cannot apply.

    ``needs`` are the operators that any match holds, ``roots`` those that one may have at its root, both as bits;
    ``links`` are the pairs of operators, one directly under the other, that any match holds (``LINKS``).
    ``introduces`` gives each name that the target binds the letters that may take its place.
    """

    source: Term
    target: Term
    needs: int
    roots: int
    links: int
    introduces: Mapping[str, str]
    mentions_eps: bool  # whether the perturbation stands on either side

    @classmethod
    def of(cls, source: Term, target: Term) -> Reading:
        """The reading that turns ``source`` into ``target``."""
        binders = [n for _, n in walk(target) if OPERATORS[n.op].binds is not None]
        letters = {str(n.data): "uvw" if n.op == "at" else "ijklpqrs" for n in binders}
        roots = ANYWHERE if BIT[source.op] & _PATTERN_BITS else BIT[source.op]
        links = _linked(source)
        return cls(source, target, _needed(source), roots, links, letters, f"?{EPS}" in source.free | target.free)

    def fits(self, t: Term) -> bool:
        """Whether the law may apply somewhere in a term, by its operators alone."""
        return not self.needs & ~t.ops and bool(self.roots & t.ops) and not self.links & ~t.links


ANYWHERE = -1  # the bits of all operators
_PATTERN_BITS = BIT["segment"] | BIT["family"]
for _hole in HOLES:
    _PATTERN_BITS |= BIT[_hole]


def _needed(pattern: Term) -> int:
    """Operators that any match must hold; those under a second-order hole or optional parts do not count."""
    bits = pattern.ops & ~_PATTERN_BITS
    for _, t in walk(pattern):
        if t.op == "family":
            bits &= ~_inside(t) | _outside(pattern, t)
    return bits


def _linked(pattern: Term) -> int:
    """Pairs of operators that any match must hold: a hole may be anything, and so may all under a second-order hole."""
    links = 0
    if pattern.op != "family":
        for arg in pattern.args:
            if not BIT[arg.op] & _PATTERN_BITS:
                links |= LINKS[pattern.op][arg.op]
            links |= _linked(arg)
    return links


def _inside(t: Term) -> int:
    return t.ops & ~_PATTERN_BITS


def _outside(pattern: Term, skip: Term) -> int:
    if pattern is skip or pattern.op == "family":
        return 0
    bits = 0 if pattern.op in HOLES or pattern.op == "segment" else BIT[pattern.op]
    for arg in pattern.args:
        bits |= _outside(arg, skip)
    return bits


@dataclass(frozen=True, slots=True)
class Scope:
    """The ``let`` line of a rule file that declares the names of the entries below it, read when it is first asked."""

    text: str
    file: str
    line: int

    def names(self) -> Declarations:
        """What it declares."""
        return _declared(self.text, self.file, self.line)


@lru_cache(maxsize=1024)
def _declared(text: str, file: str, line: int) -> Declarations:
    return _declare(text, file, line) if text else Declarations()


@dataclass(frozen=True)
class Entry:
    """A law of a rule file as text, with the line of each part; the law itself is read when it is first asked for."""

    lines: tuple[tuple[int, str], ...]
    scope: Scope
    file: str

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.lines[0][0]

    @property
    def name(self) -> str:
        """The law's name. Raises BookError where there is none."""
        return _head(self.lines, self.file)["name"]

    @cached_property
    def needs(self) -> tuple[int, int]:
        """Operators that a match of the left and of the right side surely holds, as bits: those that the text calls."""
        sides = re.split(r" <?=> ", body) if "=> " in (body := _statement(self.lines).partition(" if ")[0]) else ()
        left, right = sides if len(sides) == 2 else body.partition(" = ")[::2]
        return _called(left.partition(":")[2]), _called(right)

    @cached_property
    def law(self) -> Law:
        """The law, checked. Raises BookError."""
        return _law(self.lines, self.scope.names(), self.file)


_CALL = re.compile(r"([A-Za-z]\w*)(\.?)\(")
_OTHERWISE = ("sum", "prod")  # a call of one argument means another operator


def _called(side: str) -> int:
    """The operators that one side of a statement calls, as bits; none where a second-order hole may swallow them."""
    if "{" in side:
        return 0
    names = {"map" if dot else name for name, dot in _CALL.findall(side)}
    known = [n for n in names if n in BIT and (n == "map" or (n in CALLS and n not in _OTHERWISE))]
    return sum(BIT[name] for name in known)


class RuleBook(Mapping[str, Law]):
    """Laws by name, in the order of the files; ``cited`` are items that a question asks to use before all others.

    An entry of a file becomes a law when it is first used.
    """

    def __init__(self, laws: Iterable[Law | Entry] = (), cited: Iterable[str] = ()) -> None:
        self._laws: dict[str, Law | Entry] = {}
        self.cited = tuple(cited)
        self.missing: set[str] = set()  # names that a method asked for in vain
        self.prepared: dict[str, Any] = {}  # what an engine works out of the laws alone, for each perturbation
        self._readings: dict[str, tuple[Law, bool, Reading] | None] = {}
        for law in laws:
            name = law.name
            if name in self._laws:
                there = self._laws[name]
                raise BookError(f"{law.file}:{law.line}: the law {name} stands already at {there.file}:{there.line}")
            self._laws[name] = law

    def __getitem__(self, name: str) -> Law:
        found = self._laws[name]
        return found.law if isinstance(found, Entry) else found

    def __contains__(self, name: object) -> bool:
        return name in self._laws

    def __iter__(self) -> Iterator[str]:
        return iter(self._laws)

    def __len__(self) -> int:
        return len(self._laws)

    def unread(self, rule: str) -> int | None:
        """Of a law that was not read yet, the operators that a match surely holds; else None."""
        found = self._laws.get(rule.lstrip("<"))
        if isinstance(found, Entry) and "law" not in found.__dict__:
            return found.needs[rule.startswith("<")]
        return None

    def reading(self, rule: str) -> tuple[Law, bool, Reading] | None:
        """The law of a rule, where ``<name`` is from right to left; whether it is read forward; how it reads."""
        try:
            return self._readings[rule]
        except KeyError:
            law, forward = self.get(rule.lstrip("<")), not rule.startswith("<")
            found = None if law is None else (law, forward, law.forward if forward else law.backward)
            self._readings[rule] = found
            return found

    def without(self, *names: str) -> RuleBook:
        """The book with some laws removed."""
        return RuleBook((law for name, law in self._laws.items() if name not in names), self.cited)

    def extended(self, laws: Iterable[Law]) -> RuleBook:
        """The book with more laws at its end. Raises BookError for a name that is taken."""
        return RuleBook([*self._laws.values(), *laws], self.cited)

    def citing(self, items: Iterable[str]) -> RuleBook:
        """The same book, some laws of which are to be used before all others, in their order."""
        return RuleBook(self._laws.values(), items)


@lru_cache(maxsize=1)
def standard_book() -> RuleBook:
    """The laws that come with derivgen."""
    folder = files("derivgen.rules").joinpath("laws")
    names = sorted((f.name for f in folder.iterdir() if f.name.endswith(".rules")), key=_place)
    return RuleBook(entry for name in names for entry in entries(folder.joinpath(name).read_text("utf-8"), name))


def _place(name: str) -> int:
    """The number at the front of a file's name."""
    return int(name.partition("-")[0])


def load_rules(path: FilePath) -> list[Law]:
    """The laws of a user's file. Raises BookError with file and line."""
    return read_rules(path.read_text("utf-8"), str(path))


_HEAD = re.compile(r"^(?P<name>[A-Za-z]\w*):\s+(?P<statement>.*)$")
_TAIL = re.compile(r'"(?P<words>[^"]*)"\s*(?P<rest>.*)$')


def read_rules(text: str, file: str) -> list[Law]:
    """The laws of one rule file's text. Raises BookError with file and line."""
    laws: list[Law] = []
    for part in _parts(text, file):
        if isinstance(part, Scope):
            part.names()
        else:
            laws.append(part.law)
    return laws


def entries(text: str, file: str) -> Iterator[Entry]:
    """The laws of one rule file's text, not yet read. Raises BookError for a line that belongs to none."""
    return (part for part in _parts(text, file) if isinstance(part, Entry))


def _parts(text: str, file: str) -> Iterator[Scope | Entry]:
    scope = Scope("", file, 0)
    entry: list[tuple[int, str]] = []
    for number, raw in enumerate([*text.split("\n"), ""], 1):
        line = raw.split("#")[0].rstrip() if '"' not in raw else raw.rstrip()
        if line[:1].isspace() and line.strip():
            if not entry:
                raise BookError(f"{file}:{number}: an indented line belongs to no law: {line.strip()!r}")
            entry.append((number, line.strip()))
            continue
        if entry:
            yield Entry(tuple(entry), scope, file)
            entry = []
        if line.startswith("let "):
            scope = Scope(line[4:], file, number)
            yield scope
        elif line.strip():
            entry = [(number, line)]


def _declare(text: str, file: str, number: int) -> Declarations:
    try:
        return parse_declarations(text, f"{file}:{number}")
    except NotationError as error:
        raise BookError(str(error)) from None


def _head(lines: Sequence[tuple[int, str]], file: str) -> re.Match[str]:
    number, head = lines[0]
    match = _HEAD.match(head)
    if match is None:
        raise BookError(f"{file}:{number}: expected 'name: left = right', found {head!r}")
    return match


def _statement(lines: Sequence[tuple[int, str]]) -> str:
    """The name and the statement, which may go on over several lines."""
    return " ".join(text for k, (_, text) in enumerate(lines) if k == 0 or '"' not in text)


def _law(entry: Sequence[tuple[int, str]], names: Declarations, file: str) -> Law:
    number, match = entry[0][0], _head(entry, file)
    body = _statement(entry).partition(":")[2].strip()
    tail = next((text for _, text in entry if text.startswith('"')), '""')
    parsed = _TAIL.match(tail)
    if parsed is None:
        raise BookError(f"{file}:{number}: the words of {match['name']} need closing quotes")
    facts = _tail(parsed["rest"], match["name"], file, number)
    return make_law(match["name"], body, names, words=parsed["words"], file=file, line=number, **facts)


def _tail(text: str, name: str, file: str, number: int) -> dict[str, object]:
    facts: dict[str, object] = {}
    if found := re.search(r"\bshown (general|here)\b", text):
        facts["shown"] = found.group(1)
        text = text.replace(found.group(0), "")
    if found := re.search(r"\bnews (\d)", text):
        facts["news"] = int(found.group(1))
        text = text.replace(found.group(0), "")
    if found := re.search(r"\bsource (.*?)\s*$", text):
        facts["source"] = found.group(1).strip()
        text = text[: found.start()]
    words = text.split()
    if words and words[0] not in STATUSES:
        raise BookError(
            f"{file}:{number}: {name}: {words[0]!r} is not a status",
            hint=suggest(words[0], STATUSES) or ", ".join(STATUSES),
        )
    if words:
        facts["status"] = words[0]
    if len(words) > 2 and words[1] == "by":
        facts["by"] = " ".join(words[2:])
    return facts


def make_law(name: str, statement: str, names: Declarations, *, file: str = "", line: int = 0, **facts: object) -> Law:
    """A law from its statement's text, checked. Raises BookError."""
    body, _, condition = statement.partition(" if ")
    relation = next((r for r in (" <=> ", " => ") if r in body), None)
    try:
        sides = [part.strip() for part in body.split(relation)] if relation else [body.strip()]
        terms, _ = elaborate_all(sides, names, infer=False, source=f"{file}:{line}", pattern=True)
        conditions, texts = _conditions(condition, names, f"{file}:{line}")
    except NotationError as error:
        raise BookError(f"{file}:{line}: {name}: {error}") from None
    left, right = terms if relation else _equation_sides(terms[0], name, file, line)
    patterns = patternize(left, names), patternize(right, names)
    law = Law(
        name,
        *patterns,
        (relation or "=").strip(),
        _order(right),
        _implied(names, *patterns) + conditions,
        statement=(left, right),
        declarations=names,
        condition_texts=texts,
        file=file,
        line=line,
        **facts,  # type: ignore[arg-type]
    )
    return law


def _equation_sides(t: Term, name: str, file: str, line: int) -> tuple[Term, Term]:
    if t.op != "=":
        raise BookError(f"{file}:{line}: {name}: a law is an equation or an implication between equations")
    return t.args[0], t.args[1]


def _order(right: Term) -> int | None:
    orders = [t.data for _, t in walk(right) if t.op == "O"]
    return max(int(str(k)) for k in orders) if orders and right.op not in ("=",) else None


def _conditions(text: str, names: Declarations, source: str) -> tuple[tuple[SideCondition, ...], tuple[str, ...]]:
    found: list[SideCondition] = []
    texts = [part.strip() for part in re.split(r"\s+and\s+", text.strip()) if part.strip()]
    for part in texts:
        match = re.fullmatch(r"(\w+)\((.*)\)", part)
        if match is None or match.group(1) not in KNOWN_CONDITIONS:
            known = (
                suggest(match.group(1) if match else part, KNOWN_CONDITIONS) or f"known: {', '.join(KNOWN_CONDITIONS)}"
            )
            raise BookError(f"{source}: unknown condition {part!r}", hint=known)
        subjects = [p.strip() for p in re.split(r"[;,](?![^(]*\))", match.group(2))]
        terms, _ = elaborate_all(subjects, names, infer=False, source=source, pattern=True)
        patterns = [patternize(t, names) for t in terms]
        found.append(SideCondition(match.group(1), patterns[0], tuple(patterns[1:])))
    return tuple(found), tuple(texts)


def patternize(t: Term, names: Declarations, bound: frozenset[str] = frozenset()) -> Term:
    """Declared names become holes, dimensions become dimension variables, free ``eps`` the hole of the perturbation."""
    shape = _pattern_shape(t.shape)
    if t.op == "symbol":
        name = str(t.data)
        if name in bound:
            return symbol(name, shape)
        if name in names or name == EPS:
            return make(_hole_kind(names, name), (), name, shape)
        return make("hole", (), f"dim:{name}", SCALAR)
    data = t.data
    if t.op in ("apply", "map") and isinstance(data, tuple) and data[0] in names:
        data = (f"?{data[0]}", data[1])
    elif t.op in DERIVED and data in names:
        data = f"?{data}"
    binds = OPERATORS[t.op].binds
    args = [patternize(arg, names, bound | {str(t.data)} if k == binds else bound) for k, arg in enumerate(t.args)]
    return make(t.op, args, data, shape)


def _hole_kind(names: Declarations, name: str) -> str:
    properties = names[name].properties if name in names else frozenset()
    return next((kind for kind in ("steady", "small") if kind in properties), "hole")


def _implied(names: Declarations, *sides: Term) -> tuple[SideCondition, ...]:
    """The conditions that the declared kinds of holes carry: steady ones are free of eps, small ones vanish with it."""
    found: dict[Term, SideCondition] = {}
    for side in sides:
        for _, t in walk(side):
            if t.op == "steady":
                found[t] = SideCondition("free", t, (make("hole", (), EPS, SCALAR),))
            elif t.op == "small":
                found[t] = SideCondition("small", t)
    return tuple(found.values())


def _pattern_shape(shape: Shape) -> Shape:
    from_names = [d if d.number is not None else _renamed(d) for d in shape]
    return from_names[0], from_names[1]


def _renamed(d: Dim) -> Dim:
    return substitute_dim(d, {n: dim("?" + n) for n in d.names})


def local_law(
    name: str,
    equation: Term,
    arguments: Iterable[str] = (),
    words: str = "",
    news: int = 1,
    order: int | None = None,
) -> Law:
    """A definition or a lemma of one derivation as a law: an equation in which ``arguments`` are the only holes."""
    wanted = set(arguments)
    left, right = (_holes(side, wanted) for side in equation.args)
    return Law(
        name,
        left,
        right,
        "=",
        order if order is not None else _order(equation.args[1]),
        (),
        words,
        "lemma",
        news=news,
        statement=(equation.args[0], equation.args[1]),
    )


def _holes(t: Term, wanted: set[str]) -> Term:
    if t.op == "symbol":
        return make("hole", (), t.data, t.shape) if t.data in wanted else t
    return make(t.op, [_holes(arg, wanted) for arg in t.args], t.data, t.shape)
