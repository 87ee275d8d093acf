"""Abbreviations: ``let S = X'*X`` makes S a name for a term, which it stays until its differential is wanted.

The term of S holds what it stands for as its argument, so that it depends on X as that does. As soon as the argument
changes, it is S no longer, and only the argument remains.

``let N[k=1..K] = exp(-norm(x - m[k]))`` makes N[k] a name for one term for each k: its index is a second argument,
which is replaced together with what stands for it, so that N[k] becomes N[j] where k becomes j.
"""

from __future__ import annotations

from typing import cast

from derivgen.language.terms import Term, make, rebuild, substitute, symbol, walk

DERIVATIVES = ("d", "D", "nabla", "directional")
_INDEXED = ("index", "abbreviation")


def member_abbreviation(name: str, whole: Term, counter: str, index: Term) -> Term:
    """The abbreviation name[index] of what ``whole`` is with the index in the place of its counter."""
    return make("abbreviation", [substitute(whole, {counter: index}), index], (name, whole, counter))


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
    """The term with each abbreviation as a symbol, or a member of a family, which is how it is read."""
    if not t.has("abbreviation"):
        return t
    if t.op == "abbreviation":
        name = t.data[0]  # type: ignore[index]
        return make("member", [by_name(t.args[1])], name, t.shape) if t.args[1:] else symbol(name, t.shape)
    return rebuild(t, [by_name(arg) for arg in t.args])


def members_in(abbreviation: Term, t: Term) -> tuple[Term, ...]:
    """An abbreviation at every index that occurs in a term; one without members as it is."""
    if not abbreviation.args[1:]:
        return (abbreviation,)
    indices = dict.fromkeys(node.args[1] for _, node in walk(t) if node.op in _INDEXED and len(node.args) == 2)
    indices |= dict.fromkeys(node.args[0] for _, node in walk(t) if node.op == "member")
    return tuple(member_abbreviation(*_declared(abbreviation), index) for index in indices)


def abbreviations(*terms: Term) -> tuple[Term, ...]:
    """The abbreviations in terms, each once, what another one is built upon before it."""
    found: dict[Term, None] = {}
    for t in terms:
        _collect(t, found)
    return tuple(found)


def definitions(*terms: Term) -> tuple[Term, ...]:
    """The equations S = X'*X of the abbreviations in terms; of members one for all of a name."""
    found = dict.fromkeys(_general(t) for t in abbreviations(*terms))
    return tuple(make("=", [t, t.args[0]]) for t in found)


def _general(t: Term) -> Term:
    """A member of an abbreviation as it was declared, by the letter that counts its members."""
    if not t.args[1:]:
        return t
    name, whole, counter = _declared(t)
    return member_abbreviation(name, whole, counter, symbol(counter))


def _declared(member: Term) -> tuple[str, Term, str]:
    """Name, definition and counter of an abbreviation with members."""
    return cast("tuple[str, Term, str]", member.data)


def _collect(t: Term, found: dict[Term, None]) -> None:
    if t.has("abbreviation"):
        for arg in t.args:
            _collect(arg, found)
        if t.op == "abbreviation":
            found.setdefault(t)
