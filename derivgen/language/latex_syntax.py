r"""LaTeX to syntax: the grammar of formulas as people write them, with juxtaposition as the product.

The tree is that of ``notation``; what only the shapes decide (bars, norms, an identity without its size) has kinds of
its own, which ``latex_input`` elaborates. What has two usual readings is refused with both of them.
"""

from __future__ import annotations

from derivgen.language import latex_words as words
from derivgen.language.latex_cursor import CLOSING, Cursor
from derivgen.language.latex_names import BOLD, FUNCTION_LIKE, GREEK, ROMAN, Names, Spelling
from derivgen.language.latex_tokens import LatexToken
from derivgen.language.notation import MAX_DEPTH, Syntax

_KINDS = {"*": "times", "": "times", "/": "div", ".*": "hadamard", "./": "quotient", "(x)": "kron"}
_TRANSPOSES = frozenset(("T", "top", "intercal"))
_CONJUGATES = frozenset(("H", "*", "dagger", "dag"))
_LITERALS = {"matrix": "", "pmatrix": "", "bmatrix": "", "Bmatrix": "", "vmatrix": "bars", "smallmatrix": ""}


class LatexParser(Cursor):
    """A recursive descent parser over the tokens of one formula."""

    def __init__(self, text: str, names: Names, source: str = "") -> None:
        super().__init__(text, source)
        self.names = names
        self.bound: list[str] = []  # indices and limits around the current place
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
            if sign is None and not self._begins_factor():
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
        return node.kind in ("number", "index") or (node.kind == "call" and node.value in ("tr", "det", "log", "exp"))

    def _ask_bare(self, function: int, first: int, sign: LatexToken | None) -> None:
        r"""Refuse ``\sin x \cos x``, ``\log x/y`` and ``\sin x(y+1)``: who wrote it knows where the argument ends."""
        token = self.token
        circular = self.tokens[function].text not in ("log", "ln", "tr", "Tr", "det", *ROMAN)
        next_word = token.kind == "command" and (token.text in words.COMMANDS or token.text in words.BIG)
        bracket = circular and token.text in ("(", "[") and sign is None
        if not (next_word or bracket or (sign is not None and sign.text == "/")):
            return
        stop = self.k - (sign is not None)
        name, argument = self.written(function, first), self.written(first, stop)
        rest = "" if sign is None else self.shown(sign)
        rest += self.shown(token) + ("" if token.kind != "command" else " ..")
        self.two_readings((sign or token).position, f"{name}({argument}){rest}", f"{name}({argument}{rest})")

    def _begins_factor(self) -> bool:
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
        if signs := words.is_sign(self, self.k):
            return self._sign(signs)
        if token.kind == "command" and token.text not in _COMMANDS:
            self.k += 1
            if token.text in words.BIG:
                return words.big(self, words.BIG[token.text], token.position)
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
            return words.differential(self, token.position)
        if not self.accept("_"):
            self.fail("a partial sign stands in a quotient", token.position, r"write \frac{\partial f}{\partial x}")
        places = self._digits()
        applied = self.named()
        if applied.kind != "call":
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
        if word == "e" and self.token.text == "^" and not self.names.is_known("e"):
            return self._exponential(token.position)
        name = words.function_of(word) if token.text not in ("mathit", "textit") else ""
        if self.names.is_known(word):
            name = ""
        if name:
            return words.call(self, name, start)
        if token.text == "operatorname" and not self.names.is_known(word) and self.token.text in ("(", "[", "\\{"):
            return Syntax("call", word, self.bracketed(), token.position)
        return self.scripts(self._named(word, False, token.position, word))

    def _exponential(self, position: int) -> Syntax:
        self.expect("^")
        return Syntax("call", "exp", (self.script_argument(),), position)

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
        if token.kind == "command" and token.text in _COMMANDS:
            self.k += 1
            return _COMMANDS[token.text](self, token)
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

    # -- names -----------------------------------------------------------------------------------------------------
    def named(self) -> Syntax:
        """A name with its subscript: a letter, a Greek one, a bold one or a word; or a function with its argument."""
        token = self.take()
        bold = token.kind == "command" and token.text in BOLD
        if token.kind == "command" and token.text in ROMAN:
            word = self.word()
            return self._named(word or self._refuse_command(token), False, token.position, word or "")
        if not bold:
            base = self.names.letter(token) or self._refuse_command(token)
            return self._named(base, False, token.position, token.text)
        braced = self.accept("{")
        inner = self.take()
        if braced and inner.kind == "letter" and self.token.kind in ("letter", "number"):
            return self._bold_word(token, inner)
        base = inner.text if inner.kind == "number" else self.names.letter(inner) or self._refuse_command(inner)
        if braced and self.token.text == "_":
            node = self._named(base, True, token.position, inner.text)
            self.expect("}", braced)
            return node
        if braced:
            self.expect("}", braced)
        return self._named(base, True, token.position, inner.text)

    def _bold_word(self, token: LatexToken, first: LatexToken) -> Syntax:
        self.k -= 2
        word = self.word() or ""
        if not self.names.is_known(word):
            each = "".join(rf"\mathbf {letter}" for letter in word)
            self.two_readings(first.position, each, f"declare {word!r} as one name")
        return self._named(word, True, token.position, word)

    def _refuse_command(self, token: LatexToken) -> str:
        accents = ("hat", "widehat", "bar", "overline", "tilde", "widetilde", "dot", "ddot", "mathcal", "mathbb")
        if token.kind == "command" and token.text in accents:
            hint = r"accents and alphabets are not read; use a letter or a subscript, such as y_{\mathrm{hat}}"
        else:
            hint = "letters, Greek letters, bold letters and words in \\mathrm{..} are names"
        self.fail(f"{self.shown(token)} is not understood here", token.position, hint)

    def _named(self, base: str, bold: bool, position: int, written: str) -> Syntax:
        special = self._special(base, bold, position)
        if special is not None:
            return special
        if self.token.text == "_" and (count := self.names.indices_of(base, bold)):
            self._spell(base, Spelling(base, base in self.names.bold, written), position)
            return self.indexed(Syntax("name", base, (), position), count)
        name = self._subscripted(base, position) if self.token.text == "_" else base
        self._spell(name, Spelling(base, bold, written), position)
        return self._applied(name, position)

    def _spell(self, name: str, spelling: Spelling, position: int) -> None:
        names = self.names
        if spelling.bold and names.is_scalar(name):
            self.fail(f"{name} is a scalar by its declaration, but is written bold", position)
        if before := names.clash(name, spelling):
            how = [("plain", "bold")[s.bold] if before.bold != spelling.bold else s.written for s in (before, spelling)]
            self.fail(f"{name} is written in two ways, {how[0]} and {how[1]}", position, "two things need two names")

    def _special(self, base: str, bold: bool, position: int) -> Syntax | None:
        """I, 0, 1, unit vectors and Kronecker deltas, whose sizes their place decides."""
        if bold and base in ("0", "1"):
            return Syntax("unsized", {"0": "zeros", "1": "ones"}[base], self._sizes(), position)
        if self.names.is_known(base) or self.names.candidates(base, ()) != [base]:
            return None
        if base == "I" and base not in self.bound:
            return Syntax("unsized", "identity", self._sizes(), position)
        if base == "e" and not bold and self.token.text == "^":
            return self._exponential(position)
        if base == "e" and not bold and self.token.text != "_":
            self.fail("e without an exponent is not understood", position, r"write e^{1}, or declare e")
        if base == "d" and not bold and (self.token.kind == "letter" or self.token.text in BOLD):
            self.two_readings(position, r"\mathrm{d} for a differential", r"d\cdot for a factor d")
        if base == "O" and not bold and self.token.text == "(":
            return Syntax("call", "O", self.bracketed(), position)
        counts = {("e", True): 1, ("J", True): 2, ("delta", False): 2}
        count = counts.get((base, bold))
        if count is None or self.token.text != "_" or self._declares_subscripted(base):
            return None
        start = self.k
        indices = self._subscript_indices(count)
        if indices is None:
            self.k = start
            return None
        if base == "delta":
            return Syntax("call", "delta", indices, position)
        return Syntax("unsized", "unit" if base == "e" else "single", indices, position)

    def _declares_subscripted(self, base: str) -> bool:
        return any(name.startswith(f"{base}_") for name in self.names.given)

    def _sizes(self) -> tuple[Syntax, ...]:
        r"""The sizes in ``I_n`` or ``\mathbf 1_{m\times n}``."""
        if not self.accept("_"):
            return ()
        if not self.accept("{"):
            return (self._single(self.take()),)
        sizes = self._size()
        self.expect("}")
        return sizes

    def _size(self) -> tuple[Syntax, ...]:
        """One size, or two with a times sign between them; inside a size a product has no sign."""
        sizes = []
        while True:
            parts = [self.factor()]
            while self._begins_factor():
                parts.append(self.factor())
            node = parts[0]
            for part in parts[1:]:
                node = Syntax("times", "", (node, part), part.position)
            while plus := self.accept("+"):
                node = Syntax("plus", "", (node, self.factor()), plus.position)
            sizes.append(node)
            if not self.accept("*", ","):
                return tuple(sizes)

    def _applied(self, name: str, position: int) -> Syntax:
        """A function with its argument, or the name alone."""
        token = self.token
        if self.names.is_function(name) and name not in self.bound:
            orders = self._derivative_order()
            if self.token.text not in ("(", "[", "\\{"):
                self.fail(f"{name} is a function and needs an argument", position, f"write {name}(x)")
            arguments = self.bracketed()
            if not orders:
                return Syntax("call", name, arguments, position)
            call = Syntax("derivative_call", name, arguments, position)
            return call if orders == 1 else Syntax("partial_call", "1" * orders, (call,), position)
        if token.text == "(" and name in FUNCTION_LIKE and not self.names.is_known(name) and name not in self.bound:
            shown = self.shown(self.tokens[self.k - 1])
            hint = rf"for a product write {shown}\cdot(..); for an application declare {name}: function"
            self.fail("this can be read in two ways", token.position, hint)
        return Syntax("name", name, (), position)

    def _derivative_order(self) -> int:
        orders = 0
        while self.accept("'"):
            orders += 1
        if not orders and [self.token.text, self.ahead().text, self.ahead(2).text] == ["^", "{", "("]:
            self.k += 3
            orders = int(self.take().text) if self.token.text.isdigit() else self._not_an_order()
            self.expect(")")
            self.expect("}")
        return orders

    def _not_an_order(self) -> int:
        self.fail("the order of a derivative is a number", hint="write f^{(4)}(x)")

    # -- subscripts ------------------------------------------------------------------------------------------------
    def _subscripted(self, base: str, position: int) -> str:
        """The name that a base and its subscript make up."""
        self.expect("_")
        parts = []
        if braced := self.accept("{"):
            parts.append(self._subscript_part())
            while self.token.text != "}":
                self.accept(",")
                parts.append(self._subscript_part())
            self.expect("}", braced)
        else:
            parts.append(self._subscript_part())
        if caught := [part for part in parts if part in self.bound]:
            index = caught[0]
            hint = f"declare it: let {base}[{index}=1..N]: vector(n); or {base} as a vector for its entries"
            self.fail(f"{base} has the index {index} of a sum, but is no vector, matrix or family", position, hint)
        found = self.names.candidates(base, parts)
        if len(found) > 1:
            self.fail(f"this can be read as {' or '.join(found)}", position, "declare one of them only")
        return found[0]

    def _subscript_part(self) -> str:
        token = self.take()
        if token.kind == "number" and token.text.isdigit():
            return token.text
        if token.kind == "command" and token.text in ROMAN:
            return self.word() or self._refuse_subscript(token)
        return self.names.letter(token) or self._refuse_subscript(token)

    def _refuse_subscript(self, token: LatexToken) -> str:
        hint = "a subscript of a name holds letters, digits and words; declare a vector or matrix to use its entries"
        self.fail("this subscript is not understood", token.position, hint)

    def indexed(self, node: Syntax, count: int = 0) -> Syntax:
        """An entry of a vector (one index) or of a matrix (two)."""
        position = self.token.position
        indices = self._subscript_indices(count)
        if indices is None:
            what = {1: "a vector has one index", 2: "a matrix has two indices"}.get(count, "this index is not clear")
            self.fail(what, position, "write x_i or X_{ij}; with longer indices X_{i,j+1}")
        return Syntax("index", "", (node, *indices), position)

    def _subscript_indices(self, count: int) -> tuple[Syntax, ...] | None:
        """The indices of a subscript, or None if they are not ``count`` ones (any number for 0)."""
        self.expect("_")
        opened = self.accept("{")
        if opened is None:
            return (self._single(self.take()),) if count < 2 else None
        tokens = self.tokens[self.k : self.closing_brace(self.k - 1)]
        if any(token.text == "," for token in tokens):
            items = [self.sum()]
            while self.accept(","):
                items.append(self.sum())
        elif count != 1 and (pair := self._pair(tokens)):
            self.k += len(tokens)
            items = list(pair)
        elif count == 2:
            return None
        else:
            items = [self.sum()]
        self.expect("}", opened)
        return tuple(items) if count in (0, len(items)) else None

    def _pair(self, tokens: list[LatexToken]) -> tuple[Syntax, ...]:
        r"""Two indices side by side, ``ij`` or ``12``."""
        if len(tokens) == 1 and tokens[0].kind == "number" and len(tokens[0].text) == 2:
            first = tokens[0]
            return tuple(Syntax("number", digit, (), first.position + k) for k, digit in enumerate(first.text))
        short = all(token.kind in ("letter", "command") or len(token.text) == 1 for token in tokens)
        if len(tokens) == 2 and short and not any(token.kind == "op" for token in tokens):
            return tuple(map(self._single, tokens))
        return ()

    def _single(self, token: LatexToken) -> Syntax:
        if token.kind == "number":
            return Syntax("number", token.text, (), token.position)
        name = self.names.letter(token) or self._refuse_subscript(token)
        return Syntax("name", name, (), token.position)

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
            one = Syntax("neg", "", (Syntax("number", "1", (), position),), position)
            base = Syntax("pow", "", (node, one), position) if minus else node
            return Syntax("transpose", "", (base,), position)
        if len(letters) == 1 and letters[0] in _CONJUGATES and not self.names.is_known(letters[0]):
            self.fail("conjugate transposes are not supported", position, r"the transpose is written ^\top")
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

    def closing_brace(self, opening: int) -> int:
        """The token that closes the brace at a token."""
        depth = 0
        for k in range(opening, len(self.tokens)):
            if self.tokens[k].kind == "brace":
                depth += 1 if self.tokens[k].text == "{" else -1
                if depth == 0:
                    return k
        self.fail("this brace is not closed", self.tokens[opening].position)

    # -- commands --------------------------------------------------------------------------------------------------
    def root(self, token: LatexToken) -> Syntax:
        """A square root, or one with its degree in front."""
        if self.accept("["):
            degree = self.sum()
            self.expect("]")
            one = Syntax("div", "", (Syntax("number", "1", (), token.position), degree), token.position)
            exponent = Syntax("group", "", (one,), token.position)
            power = Syntax("pow", "", (self.argument(), exponent), token.position)
            return Syntax("group", "", (power,), token.position)
        return Syntax("call", "sqrt", (self.argument(),), token.position)

    def environment(self, token: LatexToken) -> Syntax:
        """A matrix written out, or its determinant between bars."""
        name = self._environment_name()
        if name not in _LITERALS:
            self.fail(f"the environment {name!r} is not read", token.position, "known: pmatrix, bmatrix, vmatrix")
        self.open.append("end")
        rows = [[self.sum()]]
        while sign := self.accept("&", "\\\\"):
            if sign.text == "\\\\":
                if self.token.text == "end":
                    break
                rows.append([])
            rows[-1].append(self.sum())
        self.open.pop()
        if self.token.text != "end":
            self.fail(f"expected & or \\\\ or \\end{{{name}}}")
        self.k += 1
        if self._environment_name() != name:
            self.fail(f"\\begin{{{name}}} ends otherwise", token.position)
        if any(len(row) != len(rows[0]) for row in rows):
            self.fail("the rows of this matrix have different lengths", token.position)
        entries = tuple(entry for row in rows for entry in row)
        literal = Syntax("literal", f"{len(rows)},{len(rows[0])}", entries, token.position)
        return Syntax("bars", "", (literal,), token.position) if _LITERALS[name] else literal

    def _environment_name(self) -> str:
        name = self.word()
        return name if name is not None else self.fail("expected the name of an environment in braces")

    def gradient(self, token: LatexToken) -> Syntax:
        """The gradient of a declared function at a point."""
        if self.token.text == "_":
            self.fail("a nabla takes a function and its argument", hint=r"write \nabla F(x)")
        name = self.named()
        if name.kind != "call" or len(name.children) != 1:
            self.fail("a nabla takes a function and its argument", name.position, r"write \nabla F(x)")
        return Syntax("grad", name.value, name.children, token.position)


_COMMANDS = {
    "frac": lambda parser, token: words.fraction(parser, token.position),
    "sqrt": LatexParser.root,
    "begin": LatexParser.environment,
    "nabla": LatexParser.gradient,
}
assert not GREEK.keys() & _COMMANDS.keys()
