"""Abbreviations: ``let S = X'*X`` makes S a name for a term, which it stays until its differential is wanted.

The term of S holds what it stands for as its argument, so that it depends on X as that does. As soon as the argument
changes, it is S no longer, and only the argument remains.
"""

from __future__ import annotations

from collections.abc import Callable

from derivgen.language.terms import Term, make, rebuild, symbol

DERIVATIVES = ("d", "D", "nabla", "directional")


def spelled_out(t: Term) -> Term:
    """The term without abbreviations."""
    if not t.has("abbreviation"):
        return t
    if t.op == "abbreviation":
        return spelled_out(t.args[0])
    return rebuild(t, [spelled_out(arg) for arg in t.args])


def differentiated(t: Term) -> Term | None:
    """A derivative of an abbreviation as that of what it stands for, or None for anything else."""
    if t.op not in DERIVATIVES or t.args[0].op != "abbreviation":
        return None
    return rebuild(t, [t.args[0].args[0], *t.args[1:]])


def by_name(t: Term) -> Term:
    """The term with each abbreviation as a symbol, which is how it is read."""
    if not t.has("abbreviation"):
        return t
    if t.op == "abbreviation":
        return symbol(t.data[0], t.shape)  # type: ignore[index]
    return rebuild(t, [by_name(arg) for arg in t.args])


def named(known: tuple[Term, ...]) -> Callable[[Term], Term | None]:
    """The rewriting of what one of the abbreviations stands for as its name; None for anything else."""
    names = {t.args[0]: t for t in known}
    return names.get


def abbreviations(*terms: Term) -> tuple[Term, ...]:
    """The abbreviations in terms, each once, what another one is built upon before it."""
    found: dict[Term, None] = {}
    for t in terms:
        _collect(t, found)
    return tuple(found)


def definitions(*terms: Term) -> tuple[Term, ...]:
    """The equations S = X'*X of the abbreviations in terms."""
    return tuple(make("=", [t, t.args[0]]) for t in abbreviations(*terms))


def _collect(t: Term, found: dict[Term, None]) -> None:
    if t.has("abbreviation"):
        for arg in t.args:
            _collect(arg, found)
        if t.op == "abbreviation":
            found.setdefault(t)
