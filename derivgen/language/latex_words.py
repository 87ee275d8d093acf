r"""Functions in LaTeX formulas: which words they are, and where their arguments end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivgen.language.notation import Syntax
from derivgen.language.operators import CALLS, SCALAR_FUNCTIONS

if TYPE_CHECKING:
    from derivgen.language.latex_syntax import LatexParser

_BARE = frozenset((*SCALAR_FUNCTIONS, "tr", "det", "re", "im"))
_OWN_SYNTAX = frozenset(
    ("d", "D", "e", "J", "I", "O", "at", "lim", "sum", "prod", "every", "integral", "directional", "delta")
)
_SYNONYMS = {
    "ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arsinh": "asinh", "arcosh": "acosh",
    "artanh": "atanh", "Tr": "tr", "trace": "tr", "sgn": "sign", "ReLU": "relu", "lse": "logsumexp",
    "Heaviside": "step", "Re": "re", "Im": "im",
}  # fmt: skip
COMMANDS = frozenset(
    ("log", "ln", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "det", "tr", "Tr",
     "trace", "max", "min", "diag", "sgn", "sign", "relu", "step", "sigmoid", "softmax", "logsumexp", "vect", "rank",
     "Re", "Im")
)  # fmt: skip
"""LaTeX commands, built in or customary macros, that are functions."""


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
    kind = "function" if name in SCALAR_FUNCTIONS and len(arguments) == 1 else "call"
    node = Syntax(kind, name, arguments, position)
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
