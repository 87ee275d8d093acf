r"""Commands of LaTeX formulas: sums, limits, quotients and derivatives, roots, matrices, gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from derivgen.language.latex_names import BOLD, ROMAN
from derivgen.language.latex_tokens import LatexToken
from derivgen.language.notation import Syntax

if TYPE_CHECKING:
    from derivgen.language.latex_syntax import LatexParser

BIG = {"sum": "sum", "prod": "prod", "lim": "lim"}
_LITERALS = {"matrix": "", "pmatrix": "", "bmatrix": "", "Bmatrix": "", "vmatrix": "bars", "smallmatrix": ""}


def big(parser: LatexParser, kind: str, position: int) -> Syntax:
    r"""A sum or product over an index with its bounds, or a limit; its body is the following product."""
    low = high = None
    name: Syntax | None = None
    while parser.token.text in ("_", "^"):
        below = parser.take().text == "_"
        if below:
            name, low = _binding(parser, kind)
        else:
            high = parser.script_argument()
    if name is None or low is None or (high is None) != (kind == "lim"):
        example = r"\lim_{\epsilon\to 0}" if kind == "lim" else rf"\{kind}_{{i=1}}^{{n}}"
        parser.fail(f"this {kind} needs what it runs over", position, f"write {example}")
    parser.bound.append(name.value)
    body = parser.product()
    parser.bound.pop()
    children = (name, low, body) if high is None else (name, low, high, body)
    return Syntax("call", kind, children, position)


def _binding(parser: LatexParser, kind: str) -> tuple[Syntax, Syntax]:
    example = r"\lim_{\epsilon\to 0}" if kind == "lim" else rf"\{kind}_{{i=1}}^{{n}}"
    opened = parser.accept("{")
    if opened is None:
        parser.fail(f"this {kind} needs what it runs over", hint=f"write {example}")
    name = parser.named()
    if name.kind != "name":
        parser.fail("the index is a plain letter", name.position)
    sign = "->" if kind == "lim" else "="
    if parser.token.text != sign:
        parser.fail(f"expected where {name.value} begins and ends", hint=f"write {example}")
    parser.take()
    value = parser.sum()
    parser.expect("}", opened)
    return name, value


def differential(parser: LatexParser, position: int) -> Syntax:
    """d of the next factor with its scripts: dX^-1 is the differential of the inverse; d^2 X is d of dX."""
    twice = _is_second(parser)
    once = Syntax("call", "d", (parser.factor(),), position)
    return Syntax("call", "d", (once,), position) if twice else once


def _is_second(parser: LatexParser) -> bool:
    """Whether the sign of a differential carries the exponent 2, which is taken."""
    if not parser.accept("^"):
        return False
    opened, order = parser.accept("{"), parser.take()
    if order.text != "2":
        parser.fail("a differential is of first or second order", order.position, r"write \mathrm{d}^2 f")
    if opened is not None:
        parser.expect("}", opened)
    return True


def is_sign(parser: LatexParser, k: int, quotient: bool = False) -> int:
    r"""How many tokens from ``k`` on are a sign of differentiation, ``\partial`` or ``\mathrm d``; or 0.

    In a quotient a ``d`` that is not declared is one, too.
    """
    token, following = parser.tokens[k], parser.tokens[min(k + 1, len(parser.tokens) - 1)]
    if token.kind == "command" and token.text in ("partial", "dd", "diff"):
        return 1
    if quotient and token.kind == "letter" and token.text == "d" and not parser.names.is_known("d"):
        return 1
    if token.kind == "command" and token.text in ("mathrm", "operatorname", "text", "rm"):
        if following.text == "d" and following.kind == "letter":
            return 2
        if [t.text for t in parser.tokens[k + 1 : k + 4]] == ["{", "d", "}"]:
            return 4
    return 0


def fraction(parser: LatexParser, position: int) -> Syntax:
    r"""A quotient, or a derivative where a sign of differentiation stands above and below."""
    start = parser.k
    inside = 1 if parser.token.text == "{" else 0
    if inside and is_sign(parser, start + 1, True):
        end = parser.closing_brace(start)
        if parser.tokens[end + 1].text == "{" and is_sign(parser, end + 2, True):
            return _derivative(parser, position)
    above = parser.argument()
    below = parser.argument()
    return Syntax("group", "", (Syntax("div", "", (above, below), position),), position)


def _derivative(parser: LatexParser, position: int) -> Syntax:
    opened = parser.expect("{")
    parser.k += is_sign(parser, parser.k, True)
    order = _order(parser)
    body = None if parser.token.text == "}" else parser.sum()
    parser.expect("}", opened)
    opened = parser.expect("{")
    variable = _variable(parser, order)
    parser.expect("}", opened)
    if body is None:
        body = parser.factor()
    for _ in range(order):
        body = Syntax("call", "D", (body, variable), position)
    return body


def _order(parser: LatexParser) -> int:
    if not parser.accept("^"):
        return 1
    braced = parser.accept("{")
    token = parser.take()
    if token.text not in ("1", "2"):
        parser.fail("derivatives of first and second order are read", token.position)
    if braced:
        parser.expect("}", braced)
    return int(token.text)


def _variable(parser: LatexParser, order: int) -> Syntax:
    r"""What stands below: d x, d x^2, or for a vector d x d x^T."""
    sign = is_sign(parser, parser.k, True)
    parser.k += sign
    variable = _part(parser)
    if variable.kind not in ("name", "index", "call"):
        parser.fail("a derivative is taken by a name or an entry", variable.position)
    if order == 2 and parser.token.text == "^":
        at = parser.token.position
        if _order(parser) != 2:
            parser.fail("the orders above and below differ", at)
    elif order == 2:
        at = parser.token.position
        parser.k += is_sign(parser, parser.k, True)
        again = parser.named()
        parser.transpose_sign()
        if again.value != variable.value or parser.k == at:
            parser.fail("a second derivative by one variable is read", at)
    return variable


def _part(parser: LatexParser) -> Syntax:
    r"""A name or an entry; of a complex name also its conjugate, \Re or \Im of it."""
    token = parser.token
    if token.kind == "command" and token.text in ("Re", "Im"):
        parser.k += 1
        return Syntax("call", token.text.lower(), (parser.named(),), token.position)
    name = parser.named()
    above = [t.text for t in parser.tokens[parser.k : parser.k + 4]]
    count = 2 if above[:2] == ["^", "*"] else 4 if above == ["^", "{", "*", "}"] else 0
    parser.k += count
    return Syntax("call", "conj", (name,), name.position) if count else name


def root(parser: LatexParser, token: LatexToken) -> Syntax:
    """A square root, or one with its degree in front."""
    if parser.accept("["):
        degree = parser.sum()
        parser.expect("]")
        one = Syntax("div", "", (Syntax("number", "1", (), token.position), degree), token.position)
        exponent = Syntax("group", "", (one,), token.position)
        power = Syntax("pow", "", (parser.argument(), exponent), token.position)
        return Syntax("group", "", (power,), token.position)
    return Syntax("call", "sqrt", (parser.argument(),), token.position)


def environment(parser: LatexParser, token: LatexToken) -> Syntax:
    """A matrix written out, or its determinant between bars."""
    name = _environment_name(parser)
    if name not in _LITERALS:
        parser.fail(f"the environment {name!r} is not read", token.position, "known: pmatrix, bmatrix, vmatrix")
    parser.open.append("end")
    rows = [[parser.sum()]]
    while sign := parser.accept("&", "\\\\"):
        if sign.text == "\\\\":
            if parser.token.text == "end":
                break
            rows.append([])
        rows[-1].append(parser.sum())
    parser.open.pop()
    if parser.token.text != "end":
        parser.fail(f"expected & or \\\\ or \\end{{{name}}}")
    parser.k += 1
    if _environment_name(parser) != name:
        parser.fail(f"\\begin{{{name}}} ends otherwise", token.position)
    if any(len(row) != len(rows[0]) for row in rows):
        parser.fail("the rows of this matrix have different lengths", token.position)
    entries = tuple(entry for row in rows for entry in row)
    literal = Syntax("literal", f"{len(rows)},{len(rows[0])}", entries, token.position)
    return Syntax("bars", "", (literal,), token.position) if _LITERALS[name] else literal


def _environment_name(parser: LatexParser) -> str:
    name = parser.word()
    return name if name is not None else parser.fail("expected the name of an environment in braces")


def _refuse_nabla(parser: LatexParser, position: int, hint: str) -> NoReturn:
    parser.fail("a nabla takes a function and its argument", position, hint)


def gradient(parser: LatexParser, token: LatexToken) -> Syntax:
    """The gradient of a declared function at a point."""
    below = parser.k
    if parser.accept("_"):
        end = parser.closing_brace(parser.k) + 1 if parser.token.text == "{" else parser.k + 1
        variable = parser.written(below + 1, end).strip("{}")
        _refuse_nabla(parser, parser.tokens[below].position, f"leave it out, and ask by {variable}: --wrt '{variable}'")
    own = parser.token.kind == "letter" or (parser.token.kind == "command" and parser.names.letter(parser.token))
    if not own and parser.token.text not in (*BOLD, *ROMAN):
        hint = r"write \nabla F(x); of an expression leave it out, and say by what, such as --wrt x"
        _refuse_nabla(parser, parser.token.position, hint)
    name = parser.named()
    if name.kind != "function" or name.order or len(name.children) != 1:
        _refuse_nabla(parser, name.position, r"write \nabla F(x)")
    return Syntax("grad", name.value, name.children, token.position)


def conjugate(parser: LatexParser, token: LatexToken) -> Syntax:
    r"""``\overline{..}`` where a complex name stands below; elsewhere it is an accent, which is not read."""
    inner = parser.argument()
    if not any(parser.names.is_complex(name) for name in _names(inner)):
        shown = rf"\{token.text}"
        hint = r"declare the name complex for its conjugate; accents are not read: write y_{\mathrm{mean}}"
        parser.fail(f"{shown} is not understood here", token.position, hint)
    return Syntax("call", "conj", (inner,), token.position)


def _names(node: Syntax) -> list[str]:
    return [*([node.value] if node.kind == "name" else []), *[n for child in node.children for n in _names(child)]]


COMMANDS: dict[str, Callable[[LatexParser, LatexToken], Syntax]] = {
    "frac": lambda parser, token: fraction(parser, token.position),
    "sqrt": root,
    "begin": environment,
    "nabla": gradient,
    **dict.fromkeys(("bar", "overline"), conjugate),
}
"""Command -> what reads it; the command itself has been read."""
