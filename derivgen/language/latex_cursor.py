"""A place in the tokens of a LaTeX formula: looking, taking, and saying where something is wrong."""

from __future__ import annotations

from typing import NoReturn

from derivgen.language.latex_tokens import LatexToken, latex_tokens
from derivgen.language.notation import NotationError

CLOSING = {"(": ")", "[": "]", "\\{": "\\}"}


class Cursor:
    """Reads the tokens of one text from left to right."""

    def __init__(self, text: str, source: str = "") -> None:
        self.text, self.source = text, source
        self.tokens = latex_tokens(text, source)
        self.k = 0

    @property
    def token(self) -> LatexToken:
        """The token to be read next."""
        return self.tokens[self.k]

    def ahead(self, count: int = 1) -> LatexToken:
        """A later token; the last one is the end."""
        return self.tokens[min(self.k + count, len(self.tokens) - 1)]

    def fail(self, reason: str, position: int | None = None, hint: str = "") -> NoReturn:
        """Raise a NotationError at a place, by default the current token."""
        raise NotationError(reason, self.text, self.token.position if position is None else position, hint, self.source)

    def two_readings(self, position: int, first: str, second: str) -> NoReturn:
        """Ask back: what stands here can be read in two ways."""
        self.fail("this can be read in two ways", position, f"write {first} or {second}")

    def written(self, start: int, stop: int) -> str:
        """The text from the token ``start`` up to the token ``stop``, without spaces around it."""
        return self.text[self.tokens[start].position : self.tokens[max(start, stop - 1)].end].strip()

    def take(self) -> LatexToken:
        """The next token, whatever it is."""
        token = self.token
        if token.kind == "end":
            self.fail("the formula ends where something should follow")
        self.k += 1
        return token

    def accept(self, *texts: str) -> LatexToken | None:
        """Take the next token if it is one of these signs."""
        if self.token.kind in ("op", "brace") and self.token.text in texts:
            return self.take()
        return None

    def expect(self, text: str, opened: LatexToken | None = None) -> LatexToken:
        """Take this sign or fail."""
        if self.token.kind in ("op", "brace") and self.token.text == text:
            return self.take()
        found = "the formula ends" if self.token.kind == "end" else f"found {self.shown(self.token)!r}"
        since = f" to close the {self.shown(opened)!r} at column {opened.position + 1}" if opened else ""
        self.fail(f"expected {text!r}{since}, but {found}")

    def shown(self, token: LatexToken) -> str:
        """A token as it was typed."""
        return self.text[token.position : token.end]

    def word(self) -> str | None:
        r"""The letters of ``{tr}`` behind ``\operatorname`` and the like, or of one letter; taken if it is a word."""
        start = self.k
        if not self.accept("{"):
            return self.take().text if self.token.kind == "letter" else None
        letters = ""
        while self.token.kind in ("letter", "number") or (self.token.text in ("-", "_") and letters):
            letters += self.take().text
        if letters and self.accept("}"):
            return letters
        self.k = start
        return None

    def closing_brace(self, opening: int) -> int:
        """The token that closes the brace at a token."""
        depth = 0
        for k in range(opening, len(self.tokens)):
            if self.tokens[k].kind == "brace":
                depth += 1 if self.tokens[k].text == "{" else -1
                if depth == 0:
                    return k
        self.fail("this brace is not closed", self.tokens[opening].position)
