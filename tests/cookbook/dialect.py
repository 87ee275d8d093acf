"""The notation of ``derivatives.yaml``: reading it into trees, and writing trees in the notation of derivgen.

It is close to ours, but ``.*`` may stand beside ``*``, ``sumall`` and ``prodall`` are our ``sum`` and ``prod``, and
some functions (``minor``, ``toep`` ..) stand in results alone. A tree is (kind, ...children or texts).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Tree = tuple[Any, ...]
_TOKEN = re.compile(r"\s*(\d+i\b|\d+(?:\.\d+)?|[A-Za-z_]\w*|\.[*(]|[-+*/^'()\[\],])")


class Reader:
    """A reader by descent, one method for each level of the grammar."""

    def __init__(self, text: str) -> None:
        self.tokens = [m.group(1) for m in _TOKEN.finditer(text)]
        assert re.sub(r"\s", "", text) == "".join(self.tokens), text
        self.place = 0

    def next(self) -> str:
        """The token that stands next, or nothing."""
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        """The next token if it is wanted (or any, if none is named), else nothing."""
        token = self.next()
        if wanted and token not in wanted:
            return ""
        self.place += 1
        return token

    def whole(self) -> Tree:
        """The tree of the whole text."""
        tree = self.sum()
        assert not self.next(), self.tokens[self.place :]
        return tree

    def sum(self) -> Tree:
        """Terms with + and -."""
        tree = self.product()
        while sign := self.take("+", "-"):
            tree = (sign, tree, self.product())
        return tree

    def product(self) -> Tree:
        """Factors with * / and .*"""
        tree = self.signed()
        while sign := self.take("*", "/", ".*"):
            tree = (sign, tree, self.signed())
        return tree

    def signed(self) -> Tree:
        """A factor, perhaps negative."""
        return ("neg", self.signed()) if self.take("-") else self.postfix()

    def postfix(self) -> Tree:
        """An atom with transposes, powers and indices."""
        tree = self.atom()
        while sign := self.take("'", "^", "["):
            if sign == "'":
                tree = ("'", tree)
            elif sign == "^":
                tree = ("^", tree, ("neg", self.atom()) if self.take("-") else self.atom())
            else:
                tree = ("index", tree, *self.list("]"))
        return tree

    def list(self, end: str) -> list[Tree]:
        """Terms between commas up to a closing bracket."""
        found: list[Tree] = []
        while not self.take(end):
            found.append(self.sum())
            self.take(",")
        return found

    def atom(self) -> Tree:
        """A number, a name, a call or a bracket."""
        token = self.take()
        if token == "(":
            return self.list(")")[0]
        if token[0].isdigit():
            return ("number", token)
        if call := self.take("(", ".("):
            return ("call" if call == "(" else "each", token, *self.list(")"))
        return ("name", token)


def read(text: object) -> Tree:
    """The tree of a text."""
    return Reader(str(text)).whole()


def spelled_out(tree: Tree, let: Mapping[str, Tree]) -> Tree:
    """The tree with abbreviations put in; one may use another."""
    if tree[0] == "name" and tree[1] in let:
        return spelled_out(let[tree[1]], let)
    return tuple(spelled_out(part, let) if isinstance(part, tuple) else part for part in tree)


NAMES = {"sumall": "sum", "prodall": "prod"}


def ours(tree: Tree) -> str:
    """A tree in the notation of derivgen, with more brackets than it needs."""
    kind, *parts = tree
    if kind in ("number", "name"):
        return str(parts[0])
    if kind == "neg":
        return f"(-{ours(parts[0])})"
    if kind == "'":
        return f"{_atom(parts[0])}'"
    if kind == "^":
        return f"{_atom(parts[0])}^{_atom(parts[1])}"
    if kind == "index":
        return f"{_atom(parts[0])}[{', '.join(map(ours, parts[1:]))}]"
    if kind == "each":
        return f"{parts[0]}.({ours(parts[1])})"
    if kind == "call":
        return f"{NAMES.get(parts[0], parts[0])}({', '.join(map(ours, parts[1:]))})"
    return f"({ours(parts[0])} {kind} {ours(parts[1])})"


def _atom(tree: Tree) -> str:
    text = ours(tree)
    return (
        text
        if tree[0] in ("number", "name", "call", "each", "index") or (text[0] == "(" and tree[0] != "'")
        else f"({text})"
    )
