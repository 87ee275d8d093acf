"""What stands around a derivation: sentences, shapes and conditions, as TeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import pairwise

from derivgen.documents.escape import EMPTY, TeX, escape, join, math
from derivgen.language.largest import property_in_full
from derivgen.language.operators import DERIVED
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, walk
from derivgen.present.catalogue import Catalogue
from derivgen.present.latex import latex, relation_sign
from derivgen.present.lines import Line, Outline, Piece, Reason
from derivgen.present.names import name_tex
from derivgen.present.style import Style
from derivgen.rules.ranges import Range, ranges_of

RELATIONS = frozenset(("=", "<=", ">="))
_SIGN = {"positive": ">0", "negative": "<0", "nonzero": r"\neq0", "nonnegative": r"\geq0"}
_KIND = re.compile(
    r"(?:(?P<property>.*?) )?(?P<what>matrix|vector|scalar|natural|integer|function)(?:\((?P<dims>[^()]*)\))?"
)


def sign(relation: str) -> str:
    """A relation sign that may stand before a letter."""
    tex = relation_sign(relation)
    return f"{tex} " if tex.startswith("\\") else tex


def sentence(pieces: Iterable[Piece], style: Style) -> TeX:
    """Words and terms as running text."""
    return join(math(style.latex(piece)) if isinstance(piece, Term) else escape(piece) for piece in pieces)


def reason_on_slide(reason: Reason, line: Line, shown: tuple[str, Term | None, Term], style: Style) -> TeX:
    """The law itself, unless it is what the line ``shown`` says, but for names; else its words."""
    law, (relation, left, right) = reason.statement, shown
    if law is not None and not (reason.words and left is not None and _same(law, relation, left, right)):
        return equation_said(reason.lead, law, style)
    return reason_words(reason, line, style)


def equation_said(lead: str, equation: Term, style: Style) -> TeX:
    """An equation that is a reason, with the words before it."""
    return join([escape(lead), math(style.latex(equation))])


def reason_words(reason: Reason, line: Line, style: Style) -> TeX:
    """The words of a reason, in which names look as they do in the line."""
    if reason.pieces:
        return sentence(reason.pieces, style)
    return words(reason.words, bold_names(latex(line.term)), reason.formulas)


def _same(law: Term, relation: str, left: Term, right: Term) -> bool:
    """Whether a law is an equation of these sides with other names."""
    return law.op == relation and _nameless(*law.args) == _nameless(left, right)


def _nameless(*terms: Term) -> list[Hashable]:
    """The signs of some terms in order, every name replaced by when it came first."""
    names: dict[Hashable, int] = {"eps": 0}
    signs: list[Hashable] = []
    for term in terms:
        for _, part in walk(term):
            data = part.data
            if part.op in ("symbol", *DERIVED):
                data = names.setdefault(data, len(names))
            elif part.op == "apply" and isinstance(data, tuple):
                data = (names.setdefault(data[0], len(names)), *data[1:])
            signs.append((part.op, len(part.args), data))
    return signs


def bold_names(tex: str) -> frozenset[str]:
    """The vectors and matrices of a formula."""
    return frozenset(re.findall(r"\\mat[ {](\w+)", tex))


_LETTER = r"(?:eps|[B-HJ-Zb-z](?:_\w)?|a(?= as\b| is\b| = ))"
_CALL = rf"{_LETTER}(?:\({_LETTER}\))?"
_IN_WORDS = re.compile(rf"(?<![\w'\u2019])({_CALL}(?: (?:=|->) (?:{_CALL}|\d+))*)(?![\w'\u2019])")


def words(text: str, bold: frozenset[str] = frozenset(), formulas: tuple[tuple[int, int], ...] | None = None) -> TeX:
    """A law's words, in which names, ``eps``, equations of them and limits are set as mathematics.

    Where nobody says which slices are ``formulas``, a single letter is a name, but for the article.
    """
    parts = _IN_WORDS.split(text) if formulas is None else _slices(text, formulas)
    return join(math(_formula(part, bold)) if k % 2 else escape(part) for k, part in enumerate(parts))


def _slices(text: str, formulas: tuple[tuple[int, int], ...]) -> list[str]:
    """Text and formulas by turns."""
    ends = [0, *(end for span in formulas for end in span), len(text)]
    return [text[start:end] for start, end in pairwise(ends)]


def _formula(text: str, bold: frozenset[str]) -> str:
    """``y = f(x)``, ``eps -> 0`` or ``x_i`` as TeX."""
    names = re.sub(r"[A-Za-z]+(?:_\w)?", lambda name: name_tex(name[0], name[0] in bold), text)
    return names.replace("-> ", r"\to ")


def named(names: Sequence[str], kind: str) -> TeX:
    """Names as they look in formulas: ``A, B`` bold if ``kind`` says matrix or vector."""
    bold = ("matrix(" in kind or "vector(" in kind) and not kind.startswith("function")
    return TeX(",".join(name_tex(name, bold) for name in names))


def shapes_short(outline: Outline, style: Style) -> list[TeX]:
    """Shapes and conditions for the line beside a slide's title; plain scalars and functions go without
    saying."""
    said = _each(outline.shapes, style.words, _short)
    return list(dict.fromkeys(text for text in [*said, *_assumed(outline, style)] if text))


def shapes_long(outline: Outline, style: Style) -> list[TeX]:
    """The same for worked solutions, in words and with nothing left out."""
    return list(dict.fromkeys([*declared(outline.shapes, style), *_assumed(outline, style)]))


def declared(shapes: Iterable[tuple[tuple[str, ...], str]], style: Style) -> list[TeX]:
    """Declarations in words."""
    return _each(shapes, style.words, _long)


_Said = Callable[[tuple[str, ...], str, Catalogue], TeX]
_MEMBERS = re.compile(r"(?P<each>.*) for (?P<counter>\w+)=1\.\.(?P<last>.*)")


def _each(shapes: Iterable[tuple[tuple[str, ...], str]], said: Catalogue, one: _Said) -> list[TeX]:
    """What ``one`` says of each kind; families ``vector(n) for k=1..K`` of one range are said together, of a member."""
    found: list[TeX] = []
    families: dict[TeX, list[TeX]] = {}
    for names, kind in _grouped(shapes):
        members = _MEMBERS.fullmatch(kind)
        if members is None:
            found.append(one(names, kind, said))
            continue
        counter, last = members["counter"], members["last"]
        run = math(rf"{named((counter,), 'scalar')}=1,\dots,{_dimension(last)}")
        families.setdefault(run, []).append(one(tuple(f"{n}_{counter}" for n in names), members["each"], said))
    facts = {run: join(filter(None, told), ", ") for run, told in families.items()}
    return found + [join(said.parts("property.for every", fact=fact, range=run)) for run, fact in facts.items() if fact]


def _grouped(shapes: Iterable[tuple[tuple[str, ...], str]]) -> list[tuple[tuple[str, ...], str]]:
    """Declarations with the names of one kind together."""
    groups: dict[str, list[str]] = {}
    for names, kind in shapes:
        groups.setdefault(kind, []).extend(names)
    return [(tuple(dict.fromkeys(names)), kind) for kind, names in groups.items()]


def _assumed(outline: Outline, style: Style) -> list[TeX]:
    return [condition(name, term, style) for name, term, source in outline.conditions if source == "assumed"]


def condition(name: str, term: Term, style: Style) -> TeX:
    """A condition on a term, or on every term of a range: ``positive`` and the like as a sign, else in words."""
    ranges, term = ranges_of(term)
    if ranges:
        running = join([_running(run, style) for run in ranges], ", ")
        return join(style.words.parts("property.for every", fact=condition(name, term, style), range=running))
    if term.op == "=":
        return math(style.latex(term))
    if name in _SIGN and term.shape != SCALAR:
        shown = {"term": math(style.latex(term)), "sign": math(_SIGN[name])}
        return join(style.words.parts("property.of entries", **shown))
    if name in _SIGN:
        return math(style.latex(term) + _SIGN[name])
    said = style.words.properties(property_in_full(name, term))
    said_whole = name == "largest" or (name == "principal" and term.shape == SCALAR)
    whole = "of every entry" if name == "simple" and term.shape != SCALAR else "is" if said_whole else "beside"
    return join(style.words.parts(f"property.{whole}", term=math(style.latex(term)), property=said))


def _running(run: Range, style: Style) -> TeX:
    """``i = 1, .., N``."""
    low, high = style.latex(run.low), style.latex(run.high)
    return math(rf"{named((run.name,), 'scalar')}={low},\dots,{high}")


_FUNCTION = re.compile(r"(?:(?P<property>\w+) )?function(?:\((?P<domain>.*)\)\s*->\s*(?P<value>.*))?")
_COMPLEX = frozenset(("complex", "Hermitian", "holomorphic"))


def _field(words: str) -> str:
    """The numbers of a declaration."""
    return r"\mathbb R" if _COMPLEX.isdisjoint(words.split()) else r"\mathbb C"


def _function(names: tuple[str, ...], kind: str, said: Catalogue) -> TeX:
    """``F: R^n -> R``, holomorphic; nothing where kind is a plain function of scalars."""
    match = _FUNCTION.fullmatch(kind)
    if match is None or (match["property"] is None and match["domain"] is None):
        return EMPTY
    shown = named(names, kind)
    if match["domain"] is not None:
        field = _field(match["property"] or "")
        spaces = [_space(part.strip(), field) for part in re.split(r",\s*(?![^()]*\))", match["domain"])]
        domain = r"\times ".join(spaces)
        shown = TeX(rf"{shown}\colon {domain}\to{_space(match['value'].strip(), field)}")
    return _beside(math(shown), said.properties(match["property"] or ""))


def _space(kind: str, field: str) -> str:
    """The space a value is from: ``vector(n)`` is R^n."""
    match = re.fullmatch(r"(matrix|vector)\((.*)\)", kind)
    if match is None:
        return field
    return rf"{field}^{{{_by(match[2]) if match[1] == 'matrix' else _dimension(match[2])}}}"


def _short(names: tuple[str, ...], kind: str, said: Catalogue) -> TeX:
    match = _KIND.fullmatch(kind)
    if match is None or "function" in kind:
        return _function(names, kind, said)
    adjective, what, dims = match["property"] or "", match["what"], match["dims"] or ""
    shown, property_ = math(named(names, kind)), said.properties(adjective)
    if what == "matrix":
        key = "declared.short matrix with" if adjective else "declared.short matrix"
        return join(said.parts(key, names=shown, property=property_, size=math(_by(dims))))
    if what == "vector":
        return _beside(_element(names, kind, dims), said.properties(_without_field(adjective)))
    if what in ("natural", "integer"):
        return join(said.parts(f"declared.short {what} {_number(names)}", names=shown))
    if what == "scalar" and adjective:
        return _signed(names, kind, adjective) or _beside(shown, property_)
    return EMPTY


def _long(names: tuple[str, ...], kind: str, said: Catalogue) -> TeX:
    if "function(" in kind:
        return _function(names, kind, said)
    match = _KIND.fullmatch(kind)
    shown = math(named(names, kind))
    if match is None:
        return join([shown, f": {kind}"])
    adjective, what, dims = match["property"] or "", match["what"], match["dims"] or ""
    if what == "scalar" and adjective in _SIGN:
        return _signed(names, kind, adjective)
    if what == "vector":
        shown, adjective = _element(names, kind, dims), _without_field(adjective)
        key = "declared.vector with" if adjective else "declared.vector"
    elif what == "function" and adjective:
        return _function(names, kind, said)
    else:
        key = f"declared.{what} {'with ' if adjective else ''}{_number(names)}"
    size = math(_by(dims)) if what == "matrix" else EMPTY
    return join(said.parts(key, names=shown, property=said.properties(adjective), size=size))


def _number(names: tuple[str, ...]) -> str:
    return "one" if len(names) == 1 else "many"


def _element(names: tuple[str, ...], kind: str, dims: str) -> TeX:
    return math(rf"{named(names, kind)}\in{_field(kind)}^{{{_dimension(dims)}}}")


def _without_field(adjective: str) -> str:
    """The properties that a vector's space does not show."""
    return " ".join(word for word in adjective.split() if word != "complex")


def _signed(names: tuple[str, ...], kind: str, adjective: str) -> TeX:
    """``c>0``; nothing for a property that has no sign."""
    return math(named(names, kind) + _SIGN[adjective]) if adjective in _SIGN else EMPTY


def _beside(shown: TeX, said: str) -> TeX:
    return join([shown, f" {said}" if said else ""])


def _by(dims: str) -> str:
    parts = [part.strip() for part in dims.split(",")]
    rows, columns = parts if len(parts) == 2 else (parts[0], parts[0])
    return rf"{_dimension(rows)}\times {_dimension(columns)}"


def _dimension(text: str) -> str:
    """A dimension such as ``m*n`` or ``2``; a sum is bracketed."""
    shown = text.strip().replace("*", "")
    return f"({shown})" if "+" in shown else shown
