"""A derivation for a terminal: relation signs in one column, reasons at the right, the result framed.

Formulas are in the notation that one types, except that derivatives, limits and sums are written as they are read:
``d tr(A*X*B)/dX``, ``lim[eps->0] ..``, ``sum[i=1..n] ..``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from derivgen.language.abbreviations import by_name
from derivgen.language.largest import property_in_full
from derivgen.language.operators import OPERATORS
from derivgen.language.plain import plain
from derivgen.language.shapes import SCALAR
from derivgen.language.terms import Term, make, substitute, symbol
from derivgen.present.catalogue import Catalogue, catalogue
from derivgen.present.lines import Block, Line, Outline, Piece, Reason
from derivgen.rules.ranges import Range, ranges_of

WIDTH = 100
INDENT = "  "
LEAST_MARGIN = 30
"""How far a reason that has a line of its own stays from the left, so that formulas stand out."""
SIGNS = {"positive": "> 0", "nonzero": "!= 0"}
_EQUATIONS = ("=", "<=", ">=")


def text(outline: Outline, names: bool = False, words: Catalogue | None = None) -> str:
    """The derivation as lines of at most 100 characters where formulas allow it, without a line break at the end.

    With ``names`` each reason ends in the name of its law. ``words`` are those of the outline's language.
    """
    words = words or catalogue()
    if names:
        outline = replace(outline, blocks=tuple(map(_with_names, outline.blocks)))
    parts = ["\n".join(_head(outline, words)), *["\n".join(_block(block)) for block in outline.blocks]]
    parts.append("\n".join(_result(outline)))
    parts += ["\n".join(textwrap.wrap(sentence(note), WIDTH)) for note in outline.notes]
    return "\n\n".join(part for part in parts if part)


def _with_names(block: Block) -> Block:
    lines = (replace(line, reasons=tuple(map(_named, line.reasons))) for line in block.lines)
    return replace(block, lines=tuple(lines))


def _named(reason: Reason) -> Reason:
    """A reason in words with the name of its law; one about a definition or an earlier line stays as it is."""
    if reason.law is None or " " in reason.law:
        return reason
    return replace(reason, words=f"{reason.words}: {reason.law}" if reason.words else reason.law, statement=None)


def sentence(pieces: Iterable[Piece]) -> str:
    """Words and formulas as running text."""
    return "".join(piece if isinstance(piece, str) else formula(piece) for piece in pieces)


# --- around the lines


def _head(outline: Outline, words: Catalogue) -> Iterator[str]:
    asked = formula(outline.statement)
    if outline.definitions:
        asked = words.word("outline.with", asked=asked, definitions=", ".join(map(formula, outline.definitions)))
    yield from _wrapped(asked, "")
    known = [f"{', '.join(names)}: {kind}" for kind, names in _kinds(outline)]
    if known:
        yield from _wrapped("; ".join(known), INDENT)
    assumed = [condition(name, term, words) for name, term, basis in outline.conditions if basis == "assumed"]
    if assumed:
        yield from _wrapped(words.word("outline.assuming", conditions=", ".join(assumed)), INDENT)


def _kinds(outline: Outline) -> list[tuple[str, list[str]]]:
    kinds: dict[str, list[str]] = {}
    for names, kind in outline.shapes:
        kinds.setdefault(kind, []).extend(names)
    return list(kinds.items())


def condition(name: str, term: Term, words: Catalogue) -> str:
    """A side condition such as ``det(X) > 0``, ``X is invertible`` or ``y[i] != 0 for i=1..N``."""
    ranges, term = ranges_of(term)
    if ranges:
        said = condition(name, term, words)
        return words.word("property.for every", fact=said, range=", ".join(map(_range, ranges)))
    if term.op == "=":
        return formula(term)
    if name in SIGNS and term.shape != SCALAR:
        return words.word("property.of entries", term=formula(term), sign=SIGNS[name])
    if name in SIGNS:
        return f"{formula(term)} {SIGNS[name]}"
    whole = "of every entry" if name == "simple" and term.shape != SCALAR else "is"
    return words.word(f"property.{whole}", term=formula(term), property=words.properties(property_in_full(name, term)))


def _range(run: Range) -> str:
    return f"{run.name}={formula(run.low)}..{formula(run.high)}"


def _result(outline: Outline) -> Iterator[str]:
    if outline.lead:
        yield from _wrapped(sentence(outline.lead), INDENT)
        yield ""
    rows = _broken(formula(outline.result), WIDTH - 8)
    inner = max(map(len, rows))
    yield f"{INDENT * 2}┌{'─' * (inner + 2)}┐"
    for row in rows:
        yield f"{INDENT * 2}│ {row:{inner}} │"
    yield f"{INDENT * 2}└{'─' * (inner + 2)}┘"


def _wrapped(line: str, indent: str) -> list[str]:
    return textwrap.wrap(
        line,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


# --- the lines


def _block(block: Block) -> Iterator[str]:
    if block.opening:
        yield from _wrapped(sentence(block.opening), INDENT)
        yield ""
    cells = [_cells(line) for line in block.lines]
    left = max((len(lhs) for lhs, _, _ in cells), default=0)
    left = left if left <= WIDTH // 2 else max((len(lhs) for lhs, _, _ in cells if len(lhs) <= WIDTH // 2), default=0)
    sign = max((len(relation) for _, relation, _ in cells), default=0)
    rows = [(line, _rows(cell, left, sign)) for line, cell in zip(block.lines, cells, strict=True)]
    column = _reason_column(rows)
    for line, shown in rows:
        yield from shown[:-1]
        yield from _with_reason(shown[-1], line.reasons, column)


def _cells(line: Line) -> tuple[str, str, str]:
    """Left side, sign, right side. An implication stands before its equation."""
    if line.term.op in _EQUATIONS and line.relation not in _EQUATIONS:
        arrow = f"{line.relation} " if line.relation else ""
        return arrow + formula(line.term.args[0]), line.term.op, formula(line.term.args[1])
    return (formula(line.lhs) if line.lhs is not None else ""), line.relation, formula(line.term)


def _rows(cell: tuple[str, str, str], left: int, sign: int) -> list[str]:
    """A line as printed rows: a left side that is too wide has a row of its own, a long right side is broken."""
    lhs, relation, rhs = cell
    rows: list[str] = []
    if len(lhs) > left:
        rows.append(INDENT * 2 + lhs)
        lhs = ""
    start = f"{INDENT * 2}{lhs:>{left}} {relation:>{sign}} "
    parts = _broken(rhs, max(WIDTH - len(start), WIDTH // 3))
    rows.append(start + parts[0])
    return [*rows, *[" " * (len(start) + 2) + part for part in parts[1:]]]


def _broken(line: str, room: int) -> list[str]:
    """A formula in rows: broken before the outermost + or - that keeps a row within the room."""
    rows: list[str] = []
    while len(line) > room:
        place = _break(line, room)
        if place is None:
            break
        rows.append(line[:place].rstrip())
        line = line[place:]
    return [*rows, line]


def _break(line: str, room: int) -> int | None:
    """The last place within the room that stands in the fewest brackets: before + or - rather than after a factor."""
    depth, best = 0, None
    for k, letter in enumerate(line[: room + 1]):
        depth += (letter in "([") - (letter in ")]")
        if k > 3 and line[k : k + 3] in (" + ", " - ", " = "):
            here = (depth, 0, k + 1)
        elif letter == "*" and k > 3 and depth == 0:
            here = (depth, 1, k + 1)
        else:
            continue
        if best is None or here[:2] <= best[:2]:
            best = here
    return None if best is None else best[2]


def _reason_column(rows: list[tuple[Line, list[str]]]) -> int | None:
    """Where reasons begin: right of all lines if every reason fits there; else None, they stand flush right."""
    column = max((len(shown[-1]) for _, shown in rows), default=0) + 3
    longest = max((len(_said(line.reasons)) for line, _ in rows), default=0)
    return column if column + longest <= WIDTH else None


def _with_reason(row: str, reasons: tuple[Reason, ...], column: int | None) -> Iterator[str]:
    """A row and its reason, which drops below it where there is no room."""
    said = _said(reasons)
    if not said:
        yield row
    elif column is not None:
        yield f"{row:{column}}{said}"
    elif len(row) + 2 + len(said) <= WIDTH:
        yield f"{row}{said:>{WIDTH - len(row)}}"
    else:
        yield row
        yield from (f"{part:>{WIDTH}}" for part in _filled(reasons))


def _filled(reasons: tuple[Reason, ...]) -> list[str]:
    """Reasons too long for one line: each begins a line where it does not fit behind the one before."""
    room = WIDTH - LEAST_MARGIN
    lines: list[str] = []
    *others, last = (text for text in map(reason_text, reasons) if text)
    first, *rest = (*(f"{one};" for one in others), f"{last}]")
    for reason in (f"[{first}", *rest):
        if lines and len(lines[-1]) + 1 + len(reason) <= room:
            lines[-1] += f" {reason}"
        else:
            lines += textwrap.wrap(reason, room)
    return lines


def _said(reasons: tuple[Reason, ...]) -> str:
    words = [reason_text(reason) for reason in reasons]
    return f"[{'; '.join(w for w in words if w)}]" if any(words) else ""


def reason_text(reason: Reason) -> str:
    """The law as an equation where there is one, else its words."""
    return reason.lead + formula(reason.statement) if reason.statement is not None else reason.words


# --- formulas


def formula(t: Term) -> str:
    """A term as it is read in a terminal."""
    return plain(_readable(by_name(t), ""))


def _readable(t: Term, around: str) -> Term:
    """The term with derivatives, limits and sums replaced by what they are read as."""
    if t.op in _READ:
        words = _READ[t.op](t)
        if words is not None:
            single = t.op == "d" and t.args[0].op in ("symbol", "member")
            return symbol(f"({words})" if around in _TIGHT and not single else words, t.shape)
    if not t.args:
        return t
    return make(t.op, [_readable(a, t.op) for a in t.args], t.data, t.shape)


_TIGHT = frozenset({"times", "dot", "div", "pow", "transpose", "neg", "index"})


def _differential(t: Term) -> str:
    """``dX``, ``d exp(x)`` or ``d(c*x)``, and ``d^2 f`` for d(d(f))."""
    if t.op == "d":
        return f"d^2 {_bracketed(t.args[0])}"
    words = formula(t)
    if t.op in ("symbol", "member") or (t.op == "index" and t.args[0].op == "symbol"):
        return f"d{words}"
    return f"d {words}" if OPERATORS[t.op].call or t.op in ("apply", "index") else f"d({words})"


def _derivative(t: Term) -> str:
    body, variable, order = t.args[0], t.args[1], 1
    while body.op == "D" and body.args[1] == variable:
        body, order = body.args[0], order + 1
    if order > 1:
        name = formula(variable)
        below = f"d{name}^{order}" if variable.shape == SCALAR else f"(d{name} d{name}')"
        return f"d^{order} {_bracketed(body)}/{below}"
    return f"{_differential(t.args[0])}/{_differential(t.args[1])}"


def _bracketed(t: Term) -> str:
    words = formula(t)
    return words if OPERATORS[t.op].call or t.op in ("apply", "symbol") else f"({words})"


def _leibniz(t: Term) -> str | None:
    """d F(g)/d g for the derivative of F at the value g."""
    body, value = t.args
    if body.op != "D" or body.args[1].op != "symbol" or body.args[1].data != t.data:
        return None
    return f"{_differential(substitute(body.args[0], {str(t.data): value}))}/{_differential(value)}"


def _body(t: Term) -> str:
    words = formula(t)
    return f"({words})" if t.op in ("plus", "neg") else words


_READ: dict[str, Callable[[Term], str | None]] = {
    "d": lambda t: _differential(t.args[0]),
    "D": _derivative,
    "structured": _derivative,
    "nabla": lambda t: f"nabla_{formula(t.args[1])} {_bracketed(t.args[0])}",
    "at": _leibniz,
    "directional": lambda t: f"d_{plain(t.args[2])} {_body(t.args[0])}",
    "lim": lambda t: f"lim[{t.data}->{formula(t.args[0])}] {_body(t.args[1])}",
    "sum": lambda t: f"sum[{t.data}={formula(t.args[0])}..{formula(t.args[1])}] {_body(t.args[2])}",
    "prod": lambda t: f"prod[{t.data}={formula(t.args[0])}..{formula(t.args[1])}] {_body(t.args[2])}",
}
