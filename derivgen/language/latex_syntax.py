r"""LaTeX to syntax: the grammar of formulas as people write them, with juxtaposition as the product.

The tree is that of ``notation``; what only the shapes decide (bars, norms, an identity without its size) has kinds of
its own, which ``latex_input`` elaborates. What has two usual readings is refused with both of them.
"""

from __future__ import annotations

from derivgen.language import latex_commands as commands
from derivgen.language import latex_words as words
from derivgen.language.latex_cursor import CLOSING
from derivgen.language.latex_names import BOLD, ROMAN, Names
from derivgen.language.latex_symbols import SymbolParser
from derivgen.language.latex_tokens import LatexToken
from derivgen.language.notation import MAX_DEPTH, Syntax

_KINDS = {"*": "times", "": "times", "/": "div", ".*": "hadamard", "./": "quotient", "(x)": "kron"}
_TRANSPOSES = frozenset(("T", "top", "intercal"))
_ADJOINTS = frozenset(("H", "dagger", "dag"))


def _inverse(node: Syntax, position: int) -> Syntax:
    one = Syntax("neg", "", (Syntax("number", "1", (), position),), position)
    return Syntax("pow", "", (node, one), position)


class LatexParser(SymbolParser):
    """A recursive descent parser over the tokens of one formula."""

    def __init__(self, text: str, names: Names, source: str = "") -> None:
        super().__init__(text, names, source)
        self.open: list[str] = []  # what closes the brackets around it, innermost last
        self.depth = 0

    # -- sums and products -----------------------------------------------------------------------------------------
    def relation(self) -> Syntax:
        """A sum, or two with a relation between them."""
        left = self.sum()
        sign = self.accept("=", "<=", ">=")
        if sign is None:
            return left
        right = self.sum()
        if self.token.text in ("=", "<=", ">="):
            self.fail("only one relation can stand at the top")
        return Syntax("relation", sign.text, (left, right), sign.position)

    def sum(self) -> Syntax:
        """Products joined by + and -."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"this is nested more than {MAX_DEPTH} deep", hint="give inner parts a name")
        position = self.token.position
        parts = [self.product()]
        while sign := self.accept("+", "-"):
            part = self.product()
            parts.append(Syntax("neg", "", (part,), sign.position) if sign.text == "-" else part)
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Syntax("plus", "", tuple(parts), position)

    def product(self, bare: int | None = None) -> Syntax:
        """Factors side by side or with a sign between them; ``bare``: the argument of the function at that token."""
        minus = self.accept("-") if bare is None else None
        first = self.k
        factors, signs = [self.factor()], [self.token]
        while True:
            signs[-1] = self.token
            sign = self.accept(*_KINDS)
            if sign is None and not self.begins_factor():
                break
            if bare is not None:
                self._ask_bare(bare, first, sign)
            if sign is None and self.token.kind == "number":
                self.fail("a number stands behind a factor", hint=self._digits_hint())
            signs[-1] = sign or LatexToken("op", "", self.token.position, self.token.position)
            factors.append(self.factor())
            signs.append(self.token)
        node = self._joined(factors, signs[: len(factors) - 1])
        return Syntax("neg", "", (node,), minus.position) if minus else node

    def _digits_hint(self) -> str:
        if self.k > 1 and self.tokens[self.k - 2].text in ("^", "_"):
            return "TeX sets one digit as the script; write more in braces, x^{10}"
        return r"write the number first, or \cdot before it"

    def _joined(self, factors: list[Syntax], signs: list[LatexToken]) -> Syntax:
        """The product of factors; entrywise, Kronecker and ordinary products do not mix but for scalars in front."""
        lead = 0
        if any(sign.text in (".*", "./", "(x)") for sign in signs):
            while _KINDS[signs[lead].text] == "times" and self._is_scalar(factors[lead]):
                lead += 1
        kinds = {_KINDS[sign.text] for sign in signs[lead:]}
        if len(kinds) > 1 and kinds != {"hadamard", "quotient"}:
            self._refuse_mixed(signs[lead:])
        node = factors[lead]
        for factor, sign in zip(factors[lead + 1 :], signs[lead:], strict=True):
            node = self._product_of(node, factor, sign)
        for factor, sign in zip(reversed(factors[:lead]), reversed(signs[:lead]), strict=True):
            node = Syntax("times", "", (factor, node), sign.position)
        return node

    def _product_of(self, left: Syntax, right: Syntax, sign: LatexToken) -> Syntax:
        kind = _KINDS[sign.text]
        if kind == "kron":
            return Syntax("call", "kron", (left, right), sign.position)
        return Syntax(kind, "", (left, right), sign.position)

    def _refuse_mixed(self, signs: list[LatexToken]) -> None:
        """a b/c is (a b)/c; a quotient with more factors behind it, and mixed kinds of products, are asked back."""
        kinds = [_KINDS[sign.text] for sign in signs]
        if kinds[-1] == "div" and set(kinds[:-1]) == {"times"}:
            return
        k = next(k for k in range(1, len(kinds)) if kinds[k] != kinds[k - 1])
        if kinds[k - 1] == "div":
            self.fail("a/b c can be read in two ways", signs[k].position, r"write \frac{a}{b}c or \frac{a}{bc}")
        hint = r"write (A\odot B)C or A\odot(BC)"
        self.fail("different products side by side need brackets", signs[k].position, hint)

    def _is_scalar(self, node: Syntax) -> bool:
        """Whether syntax certainly is a scalar."""
        if node.kind == "name":
            return self.names.is_scalar(node.value) or node.value in self.bound
        if node.kind in ("pow", "group", "div", "neg", "times", "plus"):
            return all(map(self._is_scalar, node.children))
        return node.kind in ("number", "index") or (node.kind == "call" and node.value in ("tr", "det"))

    def _ask_bare(self, function: int, first: int, sign: LatexToken | None) -> None:
        r"""Refuse ``\sin x \cos x``, ``\log x/y`` and ``\sin x(y+1)``: who wrote it knows where the argument ends."""
        token = self.token
        circular = self.tokens[function].text not in ("log", "ln", "tr", "Tr", "det", *ROMAN)
        next_word = token.kind == "command" and (token.text in words.COMMANDS or token.text in commands.BIG)
        bracket = circular and token.text in ("(", "[") and sign is None
        if not (next_word or bracket or (sign is not None and sign.text == "/")):
            return
        stop = self.k - (sign is not None)
        name, argument = self.written(function, first), self.written(first, stop)
        rest = "" if sign is None else self.shown(sign)
        rest += self.shown(token) + ("" if token.kind != "command" else " ..")
        self.two_readings((sign or token).position, f"{name}({argument}){rest}", f"{name}({argument}{rest})")

    def begins_factor(self) -> bool:
        """Whether a factor without a sign before it follows."""
        token = self.token
        if token.kind in ("number", "letter", "command"):
            return not (token.kind == "command" and token.text in ("end", "T"))
        if token.text in ("|", "||"):
            closes = self.open and self.open[-1][0] == "|"
            return token.side == "open" or (token.side == "" and not closes)
        return token.text in ("(", "[", "\\{", "{")

    # -- factors ---------------------------------------------------------------------------------------------------
    def factor(self) -> Syntax:
        """A number, name, call, bracket, quotient .. with its scripts."""
        token = self.token
        if signs := commands.is_sign(self, self.k):
            return self._sign(signs)
        if token.kind == "command" and token.text not in commands.COMMANDS:
            self.k += 1
            if token.text in commands.BIG:
                return commands.big(self, commands.BIG[token.text], token.position)
            name = words.function_of(token.text) if token.text not in BOLD else ""
            if name or token.text in words.COMMANDS:
                return words.call(self, name or token.text, self.k - 1)
            if token.text in ROMAN:
                return self._roman(token)
            self.k -= 1
        return self.scripts(self.atom())

    def _sign(self, signs: int) -> Syntax:
        """A differential, or a partial derivative by the number of the argument."""
        token = self.token
        self.k += signs
        if token.text != "partial":
            return commands.differential(self, token.position)
        if not self.accept("_"):
            self.fail("a partial sign stands in a quotient", token.position, r"write \frac{\partial f}{\partial x}")
        places = self._digits()
        applied = self.named()
        if applied.kind not in ("call", "function"):
            self.fail("a partial derivative is that of a function", applied.position, "declare it: let g: function(..)")
        call = Syntax("derivative_call", applied.value, applied.children, applied.position)
        return self.scripts(Syntax("partial_call", places, (call,), applied.position))

    def _digits(self) -> str:
        braced = self.accept("{")
        token = self.take()
        if token.kind != "number" or not token.text.isdigit():
            hint = r"write \partial_1 g(x,y); a direction is asked for with along"
            self.fail("a partial sign has the numbers of arguments below it", token.position, hint)
        if braced:
            self.expect("}", braced)
        return token.text

    def _roman(self, token: LatexToken) -> Syntax:
        r"""``\operatorname{tr}``, ``\mathrm{e}`` or a name of several letters."""
        start = self.k - 1
        word = self.word()
        if word is None:
            self.fail("expected a word in braces", hint=rf"write \{token.text}{{tr}}")
        if word == "i" and token.text in ("mathrm", "rm") and not self.names.is_known("i") and "i" not in self.bound:
            return self.scripts(Syntax("imaginary", "1i", (), token.position))
        if word == "e" and self.token.text == "^" and not self.names.is_known("e"):
            return self.exponential(token.position)
        name = words.function_of(word) if token.text not in ("mathit", "textit") else ""
        if self.names.is_known(word):
            name = ""
        if name:
            return words.call(self, name, start)
        if token.text == "operatorname" and not self.names.is_known(word) and self.token.text in ("(", "[", "\\{"):
            return Syntax("call", word, self.bracketed(), token.position)
        return self.scripts(self.symbol(word, False, token.position, word))

    def atom(self) -> Syntax:
        """What can carry scripts."""
        token = self.token
        if token.kind == "number":
            self.k += 1
            return Syntax("number", token.text, (), token.position)
        if token.text in CLOSING and token.kind == "op":
            inside = self.bracketed()
            if len(inside) != 1:
                self.fail("a list stands where one value should", token.position)
            return Syntax("group", "", inside, token.position)
        if token.text in ("|", "||") and token.kind == "op":
            return self._bars(token)
        if token.kind == "brace" and token.text == "{":
            return self._braced(token)
        if token.kind == "command" and token.text in commands.COMMANDS:
            self.k += 1
            return commands.COMMANDS[token.text](self, token)
        if token.kind in ("letter", "command"):
            return self.named()
        if token.kind == "end":
            self.fail("the formula ends where a number, a name or a bracket should stand")
        self.fail(f"unexpected {self.shown(token)!r} where a number, a name or a bracket should stand")

    def _braced(self, token: LatexToken) -> Syntax:
        """A group in braces; as nobody sees braces, it holds no sum."""
        self.k += 1
        inside = self.sum()
        self.expect("}", token)
        if inside.kind == "plus":
            self.fail("braces are not printed, so they are no brackets", token.position, "write (..)")
        return inside

    def bracketed(self) -> tuple[Syntax, ...]:
        """The values between brackets of any kind, parted by commas."""
        opened = self.take()
        if opened.text not in CLOSING:
            self.fail("expected a bracket", opened.position)
        self.open.append(CLOSING[opened.text])
        items = [self.relation()]
        while self.accept(","):
            items.append(self.relation())
        self.open.pop()
        self.expect(CLOSING[opened.text], opened)
        return tuple(items)

    def _bars(self, opened: LatexToken) -> Syntax:
        if opened.side in ("bar", "close"):
            self.fail("a bar does not begin a formula", hint=r"write \left| .. \right|")
        self.k += 1
        self.open.append(opened.text)
        inside = self.sum()
        self.open.pop()
        if opened.text == "|" and self.token.text == "||" and self.token.side == "":
            double = self.token
            self.tokens[self.k : self.k + 1] = [
                LatexToken("op", "|", double.position + k, double.position + k + 1) for k in (0, 1)
            ]
        self.expect(opened.text, opened)
        if opened.text == "|":
            return Syntax("bars", "", (inside,), opened.position)
        return Syntax("norm", self._norm_subscript(), (inside,), opened.position)

    def _norm_subscript(self) -> str:
        if not self.accept("_"):
            return ""
        braced = self.accept("{")
        token = self.take()
        which = {"F": "F", "1": "1", "2": "2", "infty": "inf", "max": "max"}.get(token.text, "")
        if token.text in ROMAN:
            which = {"F": "F", "max": "max"}.get(self.word() or "", "")
        if not which:
            self.fail("this norm is not known", token.position, r"known are _2, _F, _1, _\infty and _{\max}")
        if braced:
            self.expect("}", braced)
        return which

    # -- superscripts ----------------------------------------------------------------------------------------------
    def scripts(self, node: Syntax) -> Syntax:
        """What stands above and below at the right of something."""
        powered = False
        while True:
            token = self.token
            if token.text == "_" and token.kind == "op":
                node = self.indexed(node)
            elif self.transpose_sign():
                node = Syntax("transpose", "", (node,), token.position)
            elif token.text == "^" and token.kind == "op":
                if powered:
                    self.fail("two superscripts stand on one thing", hint="write (a^b)^c or a^{bc}")
                node, powered = self._superscript(node), True
            elif token.text == "!" and token.kind == "op":
                self.fail("factorials are not supported")
            elif token.text == "|" and token.side == "bar":
                self.fail("a value at a point is not read from LaTeX", hint="write at(f, x, value) in the notation")
            else:
                return node

    def transpose_sign(self) -> bool:
        r"""Take a prime or ``\T``."""
        if self.accept("'"):
            return True
        if self.token.kind == "command" and self.token.text == "T":
            self.k += 1
            return True
        return False

    def _superscript(self, node: Syntax) -> Syntax:
        position = self.expect("^").position
        inside = self._script_tokens()
        minus = bool(inside) and inside[0].text == "-"
        sign = inside[1:] if minus else inside
        letters = [token.text for token in sign if token.text not in ("{", "}", *ROMAN)]
        if len(letters) == 1 and letters[0] in _TRANSPOSES:
            if letters[0] == "T" and self.names.is_known("T"):
                self.two_readings(position, r"^\top", "a declaration with another letter than T")
            self._skip_script(inside)
            return Syntax("transpose", "", (_inverse(node, position) if minus else node,), position)
        if len(letters) == 1 and letters[0] in _ADJOINTS and not self.names.is_known(letters[0]):
            self._skip_script(inside)
            return Syntax("call", "H", (_inverse(node, position) if minus else node,), position)
        if letters == ["*"] and not minus:
            self._skip_script(inside)
            return Syntax("call", "conj", (node,), position)
        if [token.text for token in inside] == ["+"]:
            self._skip_script(inside)
            return Syntax("call", "pinv", (node,), position)
        if inside and inside[0].text == ".*":
            return self._entrywise_power(node, position)
        return Syntax("pow", "", (node, self.script_argument()), position)

    def _entrywise_power(self, node: Syntax, position: int) -> Syntax:
        opened = self.expect("{")
        self.expect(".*")
        exponent = self.sum()
        self.expect("}", opened)
        return Syntax("elementwise_pow", "", (node, exponent), position)

    def _script_tokens(self) -> list[LatexToken]:
        if self.token.text != "{":
            return [self.token]
        return self.tokens[self.k + 1 : self.closing_brace(self.k)]

    def _skip_script(self, inside: list[LatexToken]) -> None:
        self.k += len(inside) + (2 if self.token.text == "{" else 0)

    def script_argument(self) -> Syntax:
        """What stands in a superscript: a sum in braces, or one token."""
        return self.argument()

    def argument(self) -> Syntax:
        r"""The argument of a command such as ``\frac``: in braces, or a single digit or letter."""
        if opened := self.accept("{"):
            self.open.append("}")
            inside = self.sum()
            self.open.pop()
            self.expect("}", opened)
            atom = inside.kind in ("number", "name")
            return inside if atom else Syntax("group", "", (inside,), opened.position)
        token = self.token
        if token.kind == "number":
            return self._digit(token)
        if token.kind in ("letter", "command"):
            self.k += 1
            return self._single(token)
        self.fail("expected braces, a digit or a letter")

    def _digit(self, token: LatexToken) -> Syntax:
        r"""The first digit of a number: ``\frac12`` is a half."""
        if "." in token.text:
            self.fail("TeX takes one digit here", hint="put the number in braces")
        if len(token.text) == 1:
            self.k += 1
        else:
            rest = LatexToken("number", token.text[1:], token.position + 1, token.end)
            first = LatexToken("number", token.text[0], token.position, token.position + 1)
            self.tokens[self.k : self.k + 1] = [first, rest]
            self.k += 1
        return Syntax("number", token.text[0], (), token.position)
