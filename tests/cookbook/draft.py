"""A draft of ``examples/cookbook``: the entries of the truth set as Markdown, to be edited by hand.

``python -m tests.cookbook.draft FIRST LAST`` prints the entries from one number to another. The book's form is given
with each; where the result has another and can be brought to it, it is asked for.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from typing import Any

from derivgen import DerivationError, NotationError, Result, derive
from derivgen.api import accepted
from derivgen.documents.record import signs_out
from derivgen.language.elaborate import parse
from derivgen.language.plain import plain
from derivgen.language.problem import read_declarations
from derivgen.language.terms import Term, equivalent
from tests.cookbook.dialect import ours, read, spelled_out
from tests.cookbook.entries import Entry, entries

REFUSALS = (NotationError, DerivationError, ValueError)
OPTIONS = {"kind": "kind", "order": "order", "vary": "vary", "convention": "convention"}


def block(entry: Entry) -> Iterator[str]:
    """The lines of an entry's block."""
    asked = entry.problem()
    let = "; ".join(_grouped(asked["let"]))
    yield "```derive"
    if let:
        yield f"let {let}"
    yield f"of {_tidy(asked['of'], asked['let'])}"
    if asked["wrt"]:
        yield f"wrt {asked['wrt']}"
    for key, name in OPTIONS.items():
        if asked.get(name, entry.data.get(name)):
            yield f"{key} {asked.get(name, entry.data.get(name))}"
    yield from (f"assume {text}" for text in asked["assume"])
    yield from _form(entry, asked)
    yield "```"


def _form(entry: Entry, asked: dict[str, Any]) -> Iterator[str]:
    """The book's form, and what is needed to end in it."""
    book = ours(spelled_out(read(entry.data["result"]), entry.let))
    for name in entry.variables if entry.differential else ():
        book = book.replace(f"d{name}", f"d({name})")
    try:
        result = derive(**asked)
    except REFUSALS as error:
        yield f"book {book}"
        yield f"missing {str(error).splitlines()[0]}"
        return
    try:
        form = accepted(result, book).term
    except REFUSALS:
        yield f"book {book}   # NOT ACCEPTED; derived: {result.result}"
        return
    text = plain(form)
    yield f"book {text}"
    if not equivalent(signs_out(form), signs_out(result.result.term)):
        yield _towards(asked, text, result, form)


def _towards(asked: dict[str, Any], text: str, result: Result, form: Term) -> str:
    try:
        derive(**{**asked, "to": text})
    except REFUSALS:
        simpler = result.result.term.size < form.size
        return f"differs ?{' (simpler)' if simpler else ''}   # derived: {result.result}"
    return f"to {text}"


def _grouped(let: dict[str, str]) -> list[str]:
    kinds: dict[str, list[str]] = {}
    for name, kind in let.items():
        kinds.setdefault(kind, []).append(name)
    return [f"{', '.join(names)}: {kind}" for kind, names in kinds.items()]


def _tidy(text: str, let: dict[str, str]) -> str:
    """An expression without the brackets that it does not need."""
    try:
        return plain(parse(text, read_declarations(let), infer=True))
    except REFUSALS:
        return text


def main(first: int, last: int) -> None:
    """Print the entries between two numbers."""
    warnings.simplefilter("ignore")
    shown = ""
    for entry in entries():
        number = int("".join(c for c in entry.name if c.isdigit()))
        if not first <= number <= last:
            continue
        section = str(entry.data.get("section", ""))
        if section != shown:
            print(f"# {section}\n")
            shown = section
        print(f"## {entry.name}\n")
        print("\n".join(block(entry)))
        if note := entry.data.get("note"):
            print(f"\n> {note}")
        print(flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
