"""Text to syntax: the grammar of the notation. ``elaborate`` gives the syntax its shapes and makes terms of it.

Every error is a NotationError with the line, the column and a caret under the place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn, Protocol

from derivgen.language.foreign import CHARACTERS
from derivgen.language.operators import CALLS, DERIVED

MAX_DEPTH = 100
MAX_LENGTH = 20_000
MAX_TREE = 200


class NotationError(ValueError):
    """A text cannot be read. ``str()`` is the whole message: place, reason, the line with a caret, a hint."""

    def __init__(self, reason: str, text: str = "", position: int = 0, hint: str = "", source: str = "") -> None:
        self.reason, self.text, self.position, self.hint, self.source = reason, text, position, hint, source
        super().__init__(self.message())

    @property
    def line(self) -> int:
        """Line of the place, from 1."""
        return self.text.count("\n", 0, self.position) + 1

    @property
    def column(self) -> int:
        """Column of the place, from 1."""
        return self.position - (self.text.rfind("\n", 0, self.position) + 1) + 1

    def message(self) -> str:
        """The message with an excerpt of the line (at most 70 characters of it) and a caret."""
        place = f"{self.source}:{self.line}:{self.column}" if self.source else f"{self.line}:{self.column}"
        lines = [f"{place}: error: {self.reason}"]
        if self.text:
            row = self.text.split("\n")[self.line - 1]
            start = max(0, self.column - 50)
            shown = "".join(c if c.isprintable() else "?" for c in row[start : start + 70])
            lines += ["    " + shown, "    " + " " * (self.column - 1 - start) + "^"]
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Syntax:
    """A node of the syntax tree.

    ``kind`` with a ``value`` (name, number text) and children; ``position`` in the text; ``order`` counts the primes
    of an elementwise call.
    """

    kind: str
    value: str
    children: tuple[Syntax, ...]
    position: int
    order: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """A token: ``kind`` is number, imaginary, name, op or end; ``tight`` when no space precedes it."""

    kind: str
    text: str
    position: int
    tight: bool


_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+|\#[^\n]*)"
    r"|(?P<partial>(?<=\w)\.[1-9]+(?=\())"
    r"|(?P<bad>\d+\.(?!\d)|\.\d+)"
    r"|(?P<imaginary>\d+(?:\.\d+)?i\b)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<name>[^\W\d\u00b9\u00b2\u00b3\u2070-\u2089\u1d40][^\W\u00b9\u00b2\u00b3\u2070-\u2089\u1d40]*)"
    r"|(?P<op>\.\.|\.\*|\./|\.\^|\.\(|<=|>=|=|[-+*/^'()\[\]{},;:.])"
)
VALUES = ("number", "imaginary", "name")
_SUPERSCRIPTS = {
    "T": "write A' for the transpose",
    "H": "write H(A) for the conjugate transpose",
    "t": "write A' for the transpose",
}


def is_latex(text: str) -> bool:
    """Whether a text is LaTeX, which ``latex_input`` reads, and not the notation."""
    return "\\" in text or text.strip().startswith("$")


def tokenize(text: str, source: str = "") -> list[Token]:
    """Split a text into tokens. Raises NotationError at the first character that belongs to none."""
    if len(text) > MAX_LENGTH:
        raise NotationError(
            f"this text has {len(text):,} characters; the limit is {MAX_LENGTH:,}", text, MAX_LENGTH,
            "split the expression, or give parts of it a name", source,
        )  # fmt: skip
    tokens: list[Token] = []
    position, tight = 0, False
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise NotationError(
                f"unexpected character {text[position]!r}",
                text,
                position,
                CHARACTERS.get(text[position], ""),
                source,
            )
        kind = match.lastgroup or ""
        if kind == "bad":
            raise NotationError(
                f"a number needs digits on both sides of its point: {match.group()!r}", text, position,
                "write 1.0 or 0.5; elementwise operators take spaces: 1 .* X", source,
            )  # fmt: skip
        if kind != "space":
            tokens.append(Token(kind, match.group(), position, tight))
        tight = kind != "space"
        position = match.end()
    tokens.append(Token("end", "", len(text), tight))
    return tokens


class Parser:
    """A recursive descent parser; ``pattern`` also reads F{x} and a.. as rule files write them."""

    def __init__(self, text: str, pattern: bool = False, source: str = "") -> None:
        self.text, self.pattern, self.source = text, pattern, source
        self.tokens = tokenize(text, source)
        self.k = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.k]

    def fail(self, reason: str, position: int | None = None, hint: str = "") -> NoReturn:
        """Raise a NotationError at a place, by default the current token."""
        raise NotationError(reason, self.text, self.token.position if position is None else position, hint, self.source)

    def accept(self, *texts: str) -> Token | None:
        """Take the next token if it is one of these operators."""
        token = self.token
        if token.kind == "op" and token.text in texts:
            self.k += 1
            return token
        return None

    def expect(self, text: str, opened: Token | None = None) -> Token:
        """Take this operator or fail."""
        token = self.accept(text)
        if token is None:
            found = f"found {self.token.text!r}" if self.token.kind != "end" else "the text ends"
            since = f" to close the {opened.text!r} at column {opened.position + 1}" if opened else ""
            self.fail(f"expected {text!r}{since}, but {found}", hint=self._juxtaposition())
        return token

    def _juxtaposition(self) -> str:
        before = self.tokens[self.k - 1] if self.k else None
        if before is not None and self.token.text == "." and self.tokens[self.k + 1].text == "T":
            return f"the transpose is written with ': {before.text}'"
        if before is None or (self.token.kind not in VALUES and self.token.text not in ("(", "[")):
            return ""
        if call := self._call_without_bracket():
            return f"an argument stands in brackets: {call}"
        if before.kind in VALUES or before.text in (")", "]", "'"):
            return f"a product is written with *: {before.text}*{self.token.text}"
        return ""

    def _call_without_bracket(self) -> str:
        """How ``sin x`` and ``sin^2(x)`` before the current token are written here, or nothing."""
        start, power = self.k - 1, ""
        if start >= 2 and self.tokens[start - 1].text == "^":
            power, start = f"^{self.tokens[start].text}", start - 2
        if self.tokens[start].kind != "name" or self.tokens[start].text not in CALLS:
            return ""
        if self.token.text == "(":
            inner = self.text[self.token.position + 1 :].partition(")")[0]
            return f"{self.tokens[start].text}({inner}){power}"
        return f"{self.tokens[start].text}({self.token.text}){power}"

    def relation(self) -> Syntax:
        """sum (= | <= | >=) sum, or a sum."""
        left = self.sum()
        token = self.accept("=", "<=", ">=")
        if token is None:
            return left
        right = self.sum()
        if again := self.accept("=", "<=", ">="):
            self.fail("only one relation can stand at the top", again.position)
        return Syntax("relation", token.text, (left, right), token.position)

    def sum(self) -> Syntax:
        """Terms joined by + and -, read flat."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"brackets are nested more than {MAX_DEPTH} deep", hint="give inner parts a name")
        position = self.token.position
        parts = [self.product()]
        while token := self.accept("+", "-"):
            term = self.product()
            parts.append(Syntax("neg", "", (term,), token.position) if token.text == "-" else term)
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Syntax("plus", "", tuple(parts), position)

    def product(self) -> Syntax:
        """Factors joined by * and / from left to right; a leading minus negates the whole product."""
        minus = self.accept("-")
        left = self.unary()
        seen: Token | None = None
        while token := self.accept("*", "/", ".*", "./"):
            if seen and (seen.text[0] == ".") != (token.text[0] == "."):
                self.fail(
                    f"{token.text!r} beside {seen.text!r} needs brackets",
                    token.position,
                    "write (A.*B)*C or A.*(B*C)",
                )
            seen = token
            left = Syntax(
                {"*": "times", "/": "div", ".*": "hadamard", "./": "quotient"}[token.text],
                "",
                (left, self.unary()),
                token.position,
            )
        if self.token.kind in VALUES or (self.token.kind == "op" and self.token.text in "([{"):
            self.fail(f"unexpected {self.token.text!r}", hint=self._juxtaposition())
        return Syntax("neg", "", (left,), minus.position) if minus else left

    def unary(self) -> Syntax:
        """-x or a postfix expression."""
        if minus := self.accept("-"):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                self.fail(f"more than {MAX_DEPTH} signs in a row")
            inner = self.unary()
            self.depth -= 1
            return Syntax("neg", "", (inner,), minus.position)
        return self.postfix()

    def postfix(self) -> Syntax:
        """An atom with transposes, indices and powers, from left to right."""
        node = self.atom()
        powered = False
        while True:
            if token := self.accept("'"):
                node = Syntax("transpose", "", (node,), token.position)
            elif token := self.accept("["):
                node = Syntax("index", "", (node, *self._indices(token)), token.position)
                powered = False
            elif token := self.accept("^", ".^"):
                if powered:
                    self.fail("a^b^c is ambiguous", token.position, "write (a^b)^c or a^(b^c)")
                node, powered = self._power(node, token), True
            else:
                return node

    def _power(self, base: Syntax, token: Token) -> Syntax:
        if self.token.kind == "name" and self.token.text in _SUPERSCRIPTS and token.text == "^":
            after = self.tokens[self.k + 1]
            if base.kind == "name" and base.value[:1].isupper() and after.text != "(":
                self.fail(
                    f"{base.value}^{self.token.text} is not a transpose here",
                    hint=_SUPERSCRIPTS[self.token.text],
                )
        minus = self.accept("-")
        exponent = self.atom()
        if minus:
            exponent = Syntax("neg", "", (exponent,), minus.position)
        return Syntax("pow" if token.text == "^" else "elementwise_pow", "", (base, exponent), token.position)

    def _indices(self, opened: Token) -> list[Syntax]:
        items: list[Syntax] = []
        while True:
            if colon := self.accept(":"):
                items.append(Syntax("colon", "", (), colon.position))
            else:
                items.append(self.sum())
            if not self.accept(","):
                break
        self.expect("]", opened)
        return items

    def arguments(self, bracket: str = "(") -> tuple[Syntax, ...]:
        """A bracketed list of relations."""
        opened = self.expect(bracket)
        items: list[Syntax] = []
        if not self.accept(")"):
            items.append(self.relation())
            while self.accept(","):
                items.append(self.relation())
            self.expect(")", opened)
        return tuple(items)

    def atom(self) -> Syntax:
        """A number, name, call, bracket or matrix literal."""
        token = self.token
        self.k += 1
        if token.kind in ("number", "imaginary"):
            return Syntax(token.kind, token.text, (), token.position)
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            inner = self.relation()
            self.expect(")", token)
            return Syntax("group", "", (inner,), token.position)
        if token.text == "[":
            return self._literal(token)
        self.k -= 1
        if token.kind == "end":
            self.fail("the text ends where a number, a name or a bracket should stand")
        hint = "LaTeX without a backslash stands between dollar signs: $x^{2}$" if token.text == "{" else ""
        if token.text == "*" and self.k and self.tokens[self.k - 1].text == "*":
            hint = "a power is written with ^: x^2"
        self.fail(f"unexpected {token.text!r} where a number, a name or a bracket should stand", hint=hint)

    def _named(self, name: Token) -> Syntax:
        following = self.token
        if self.pattern and following.text == "..":
            self.k += 1
            return Syntax("segment", name.text, (), name.position)
        if self.pattern and following.text == "{" and following.tight:
            return self._family(name)
        if following.text == "(":
            return self._call(name)
        if following.kind == "partial":
            self.k += 1
            call = Syntax("derivative_call", name.text, self.arguments(), name.position)
            return Syntax("partial_call", following.text[1:], (call,), name.position)
        if primes := self._primes_of_call(".("):
            self.k += primes
        if self.token.text == ".(":
            return Syntax("map_call", name.text, self.arguments(".("), name.position, primes)
        if primes := self._primes_of_call("("):
            self.k += primes
            call = Syntax("derivative_call", name.text, self.arguments(), name.position)
            return call if primes == 1 else Syntax("partial_call", "1" * primes, (call,), name.position)
        return Syntax("name", name.text, (), name.position)

    def _primes_of_call(self, bracket: str) -> int:
        """How many primes stand between a name and the bracket of its arguments; 0 if it is no such call."""
        k = self.k
        while self.tokens[k].text == "'" and self.tokens[k].tight:
            k += 1
        return k - self.k if self.tokens[k].text == bracket and self.tokens[k].tight else 0

    def _call(self, name: Token) -> Syntax:
        arguments = self.arguments()
        bare = len(arguments) == 1 and arguments[0].kind == "name"
        if name.text in DERIVED and bare and self.token.text == "(":
            return Syntax(name.text, arguments[0].value, self.arguments(), name.position)
        return Syntax("call", name.text, arguments, name.position)

    def _family(self, name: Token) -> Syntax:
        opened = self.expect("{")
        items = [self.sum()]
        while self.accept(","):
            items.append(self.sum())
        self.expect("}", opened)
        return Syntax("family", name.text, tuple(items), name.position)

    def _literal(self, opened: Token) -> Syntax:
        rows: list[list[Syntax]] = [[self.sum()]]
        while token := self.accept(",", ";"):
            if token.text == ";":
                rows.append([])
            rows[-1].append(self.sum())
        self.expect("]", opened)
        if any(len(row) != len(rows[0]) for row in rows):
            self.fail("the rows of this matrix have different lengths", opened.position)
        return Syntax("literal", f"{len(rows)},{len(rows[0])}", tuple(x for row in rows for x in row), opened.position)


def read(text: str, pattern: bool = False, source: str = "") -> Syntax:
    """The syntax of a whole text. Raises NotationError."""
    parser = Parser(text, pattern, source)
    node = parser.relation()
    if parser.token.kind != "end":
        parser.fail(f"unexpected {parser.token.text!r}", hint=parser._juxtaposition())
    refuse_deep(parser, node)
    return node


class Complains(Protocol):
    """A parser, as far as it can say that something is wrong."""

    def fail(self, reason: str, position: int | None = None, hint: str = "") -> NoReturn:
        """Raise a NotationError at a place."""
        ...


def refuse_deep(parser: Complains, node: Syntax) -> None:
    """Products, quotients and postfix signs nest to the left without brackets; that depth has a limit, too."""
    level = [node]
    for _ in range(MAX_TREE):
        level = [child for parent in level for child in parent.children]
        if not level:
            return
    hint = "a product of many factors counts as well; give parts of it a name"
    parser.fail(f"this is nested more than {MAX_TREE} deep", level[0].position, hint)
