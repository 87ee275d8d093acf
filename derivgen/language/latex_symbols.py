r"""The symbols of LaTeX formulas: letters, Greek and bold letters, words, with their subscripts and arguments."""

from __future__ import annotations

from abc import ABC, abstractmethod

from derivgen.language.latex_cursor import Cursor
from derivgen.language.latex_names import BOLD, FUNCTION_LIKE, ROMAN, Names, Spelling
from derivgen.language.latex_tokens import LatexToken
from derivgen.language.names import NO_INFINITY
from derivgen.language.notation import Syntax


class SymbolParser(Cursor, ABC):
    """Reads one symbol; what stands inside brackets and scripts is read by the whole grammar."""

    def __init__(self, text: str, names: Names, source: str = "") -> None:
        super().__init__(text, source)
        self.names = names
        self.bound: list[str] = []  # indices and limits around the current place

    @abstractmethod
    def sum(self) -> Syntax:
        """Products joined by + and -."""

    @abstractmethod
    def factor(self) -> Syntax:
        """One factor with its scripts."""

    @abstractmethod
    def begins_factor(self) -> bool:
        """Whether a factor without a sign before it follows."""

    @abstractmethod
    def bracketed(self) -> tuple[Syntax, ...]:
        """The values between brackets."""

    @abstractmethod
    def script_argument(self) -> Syntax:
        """What stands in a superscript."""

    def exponential(self, position: int) -> Syntax:
        """The exponential of a superscript."""
        self.expect("^")
        return Syntax("call", "exp", (self.script_argument(),), position)

    # -- names -----------------------------------------------------------------------------------------------------
    def named(self) -> Syntax:
        """A name with its subscript: a letter, a Greek one, a bold one or a word; or a function with its argument."""
        token = self.take()
        bold = token.kind == "command" and token.text in BOLD
        if token.kind == "command" and token.text in ROMAN:
            word = self.word()
            return self.symbol(word or self._refuse_command(token), False, token.position, word or "")
        if not bold:
            base = self.names.letter(token) or self._refuse_command(token)
            return self.symbol(base, False, token.position, token.text)
        braced = self.accept("{")
        inner = self.take()
        if braced and inner.kind == "letter" and self.token.kind in ("letter", "number"):
            return self._bold_word(token, inner)
        base = inner.text if inner.kind == "number" else self.names.letter(inner) or self._refuse_command(inner)
        if braced and self.token.text == "_":
            node = self.symbol(base, True, token.position, inner.text)
            self.expect("}", braced)
            return node
        if braced:
            self.expect("}", braced)
        return self.symbol(base, True, token.position, inner.text)

    def _bold_word(self, token: LatexToken, first: LatexToken) -> Syntax:
        self.k -= 2
        word = self.word() or ""
        if not self.names.is_known(word):
            each = "".join(rf"\mathbf {letter}" for letter in word)
            self.two_readings(first.position, each, f"declare {word!r} as one name")
        return self.symbol(word, True, token.position, word)

    def _refuse_command(self, token: LatexToken) -> str:
        if token.text == "infty":
            self._refuse_subscript(token)
        accents = ("hat", "widehat", "bar", "overline", "tilde", "widetilde", "dot", "ddot", "mathcal", "mathbb")
        if token.kind == "command" and token.text in accents:
            hint = r"accents and alphabets are not read; use a letter or a subscript, such as y_{\mathrm{hat}}"
        else:
            hint = "letters, Greek letters, bold letters and words in \\mathrm{..} are names"
        self.fail(f"{self.shown(token)} is not understood here", token.position, hint)

    def symbol(self, base: str, bold: bool, position: int, written: str) -> Syntax:
        """What a base with its subscript stands for, once the base is read."""
        special = self._special(base, bold, position)
        if special is not None:
            return special
        if self.token.text == "_" and (count := self.names.indices_of(base, bold)):
            self._spell(base, Spelling(base, base in self.names.bold, written), position)
            return self.indexed(Syntax("name", base, (), position), count)
        if self.token.text == "_" and (count := self._counted(base, bold)):
            self.names.members[base] = self.names.members.get(base, False) or bold
            self._spell(base, Spelling(base, bold, written), position)
            return self.indexed(Syntax("name", base, (), position), count)
        name = self._subscripted(base, bold, position) if self.token.text == "_" else base
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
        if bold and base == "1" and (step := self._indicator(position)):
            return step
        if bold and base in ("0", "1"):
            return Syntax("unsized", {"0": "zeros", "1": "ones"}[base], self._sizes(), position)
        if self.names.is_known(base) or self.names.candidates(base, ()) != [base]:
            return None
        if base == "I" and base not in self.bound:
            return Syntax("unsized", "identity", self._sizes(), position)
        if base == "e" and not bold and self.token.text == "^":
            return self.exponential(position)
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

    def _indicator(self, position: int) -> Syntax | None:
        r"""The step function ``\mathbf 1[x > 0]`` behind its 1; None, and nothing read, where no relation follows."""
        start = self.k
        opened = self.accept("[")
        if opened is None:
            return None
        sides = [self.sum()]
        sign = self.accept(">", "<")
        if sign is None:
            self.k = start
            return None
        sides.append(self.sum())
        self.expect("]", opened)
        above, below = sides if sign.text == ">" else reversed(sides)
        zero = (below.kind, below.value) in (("number", "0"), ("unsized", "zeros"))
        minus = Syntax("neg", "", (below,), below.position)
        inside = above if zero else Syntax("plus", "", (above, minus), above.position)
        return Syntax("function", "step", (inside,), position)

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
            while self.begins_factor():
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
            if len(arguments) == 1:
                return Syntax("function", name, arguments, position, orders)
            if not orders:
                return Syntax("call", name, arguments, position)
            call = Syntax("derivative_call", name, arguments, position)
            return call if orders == 1 else Syntax("partial_call", "1" * orders, (call,), position)
        if token.text == "(" and not self.names.is_known(name) and name not in self.bound and (
            name in FUNCTION_LIKE or self._holds_a_name()
        ):
            shown = self.shown(self.tokens[self.k - 1])
            hint = rf"for a product write {shown}\cdot(..); for an application declare {name}: function"
            hint += f"; {_CUSTOMARY[name]}" if name in _CUSTOMARY else ""
            self.fail("this can be read in two ways", token.position, hint)
        return Syntax("name", name, (), position)

    def _holds_a_name(self) -> bool:
        r"""Whether the bracket that follows holds one bare name, as in ``Q(x)`` or ``\beta(\mathbf x)``."""
        inside = [token for token in self.tokens[self.k + 1 : self.k + 6] if token.text not in ("{", "}", *BOLD)]
        return len(inside) > 1 and bool(self.names.letter(inside[0])) and inside[1].text == ")"

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
    def _subscripted(self, base: str, bold: bool, position: int) -> str:
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
            each = f"vector({'m' if index == 'n' else 'n'})" if bold else "scalar"
            hint = f"declare it: let {base}[{index}=1..N]: {each}; or {base} as a vector for its entries"
            self.fail(f"{base} has the index {index} of a sum, but is no vector, matrix or family", position, hint)
        found = self.names.candidates(base, parts)
        if len(found) > 1:
            self.fail(f"this can be read as {' or '.join(found)}", position, "declare one of them only")
        return found[0]

    def _counted(self, base: str, bold: bool) -> int:
        """How many indices a subscript on a name that nobody declared holds, where a sum counts one; else 0.

        A capital letter with one index, or a bold one with two, may be anything: 0. What had such an index before is
        met again with any letter or number, but for 0: w_0 beside a sum of w_i.
        """
        if self.names.is_known(base) or self._declares_subscripted(base):
            return 0
        braced = self.ahead().text == "{"
        tokens = self.tokens[self.k + 2 : self.closing_brace(self.k + 1)] if braced else [self.ahead()]
        counted = any(self.names.letter(token) in self.bound for token in tokens if self.names.letter(token))
        plain = all(token.kind == "number" or self.names.letter(token) for token in tokens)
        again = base in self.names.members and plain and [token.text for token in tokens] != ["0"]
        if not counted and not again:
            return 0
        count = 1 + sum(token.text == "," for token in tokens)
        count = 2 if count == 1 and self._pair(tokens) else count
        return count if count == (2 if base[:1].isupper() else 1) or (count == 2 and not bold) else 0

    def _subscript_part(self) -> str:
        token = self.take()
        if token.kind == "number" and token.text.isdigit():
            return token.text
        if token.kind == "command" and token.text in ROMAN:
            return self.word() or self._refuse_subscript(token)
        return self.names.letter(token) or self._refuse_subscript(token)

    def _refuse_subscript(self, token: LatexToken) -> str:
        if token.text == "infty":
            self.fail(NO_INFINITY, token.position, "write a bound such as N")
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


# functions that a letter often stands for
_CUSTOMARY = {
    "sigma": r"the logistic function is \operatorname{sigmoid}",
    "Phi": r"the normal distribution function is \frac{1}{2}(1 + \operatorname{erf}(x/\sqrt{2}))",
    "Gamma": r"the gamma function is \exp(\operatorname{gammaln}(x))",
    "psi": r"the digamma function is \operatorname{digamma}",
}
