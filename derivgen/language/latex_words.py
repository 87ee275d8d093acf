r"""What LaTeX commands and words of a formula mean: functions by their names, and the calculus of sums, limits, d."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivgen.language.notation import Syntax
from derivgen.language.operators import CALLS, SCALAR_FUNCTIONS

if TYPE_CHECKING:
    from derivgen.language.latex_syntax import LatexParser

_BARE = frozenset((*SCALAR_FUNCTIONS, "tr", "det"))
_OWN_SYNTAX = frozenset(("d", "D", "e", "J", "I", "O", "at", "lim", "sum", "prod", "directional", "delta"))
_SYNONYMS = {
    "ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arsinh": "asinh", "arcosh": "acosh",
    "artanh": "atanh", "Tr": "tr", "trace": "tr", "sgn": "sign", "ReLU": "relu", "lse": "logsumexp",
}  # fmt: skip
COMMANDS = frozenset(
    ("log", "ln", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "det", "tr", "Tr",
     "trace", "max", "min", "diag", "sgn", "sign", "relu", "sigmoid", "softmax", "logsumexp", "vect", "rank")
)  # fmt: skip
"""LaTeX commands, built in or customary macros, that are functions."""
BIG = {"sum": "sum", "prod": "prod", "lim": "lim"}


def function_of(word: str) -> str:
    """The function of the notation that a word such as ``tr``, ``arcsin`` or ``diag`` names; empty if there is none."""
    name = _SYNONYMS.get(word, word)
    return name if name in CALLS and name not in _OWN_SYNTAX else ""


def call(parser: LatexParser, name: str, start: int) -> Syntax:
    r"""A function with its argument; the function's word stands at token ``start`` and has been read.

    In brackets the argument is what they hold; without, it is the following product.
    """
    position = parser.tokens[start].position
    power = _power_of_function(parser, name)
    if parser.token.text == "_":
        hint = r"the logarithm is the natural one; write \frac{\log x}{\log 2}" if name == "log" else ""
        parser.fail(f"a subscript on {name} is not understood", hint=hint)
    word = parser.written(start, parser.k)
    opening = parser.k
    if parser.token.text in ("(", "[", "\\{"):
        arguments = parser.bracketed()
        if parser.token.text in ("^", "'") or (parser.token.kind == "command" and parser.token.text == "T"):
            _ask_script(parser, word, opening)
    elif name in _BARE:
        arguments = (parser.product(bare=start),)
    elif parser.token.text == "{":
        arguments = (parser.factor(),)
    else:
        parser.fail(f"{name} needs its argument in brackets", hint=f"write {word}(..)")
    node = Syntax("call", name, arguments, position)
    return node if power is None else Syntax("pow", "", (node, power), position)


def _ask_script(parser: LatexParser, word: str, opening: int) -> None:
    at, argument = parser.token.position, parser.written(opening, parser.k)
    parser.take()
    if parser.token.text == "{":
        end = parser.k
        while parser.tokens[end].text != "}" and parser.tokens[end].kind != "end":
            end += 1
        script = parser.text[at : parser.tokens[end].end]
    else:
        script = parser.text[at : parser.tokens[parser.k - 1].end]
        script = parser.text[at : parser.token.end] if script == "^" else script
    parser.two_readings(at, f"({word}{argument}){script}", f"{word}({argument}{script})")


def _power_of_function(parser: LatexParser, name: str) -> Syntax | None:
    r"""The exponent of ``\sin^2 x``; -1 is asked back."""
    if parser.token.text != "^":
        return None
    at = parser.take().position
    braced = parser.accept("{")
    minus = parser.token.text == "-"
    if minus or parser.token.kind != "number":
        parser.two_readings(at, rf"\frac{{1}}{{\{name} x}}", rf"\arc{name} x") if minus else parser.fail(
            f"this power of {name} is not understood", at, f"write (\\{name} x)^{{..}}"
        )
    token = parser.take()
    if braced:
        parser.expect("}", braced)
    return Syntax("number", token.text, (), token.position)


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
    """d of the next factor with its scripts: dX^-1 is the differential of the inverse."""
    return Syntax("call", "d", (parser.factor(),), position)


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
    variable = parser.named()
    if variable.kind not in ("name", "index"):
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
