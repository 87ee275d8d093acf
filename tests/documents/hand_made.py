"""A derivation written by hand for the tests of documents: small mathematics, ample layout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from derivgen.language.problem import read_problem
from derivgen.language.terms import Term
from derivgen.present.catalogue import Catalogue
from derivgen.present.lines import Block, Line, Outline, Reason

LET = "x: scalar; f, g: function; X: matrix(n)"

SOURCE = """\
---
title: A small lecture
subtitle: One rule
course: Analysis
author: A. Lecturer
date: Week 1
link: https://example.org/small_lecture#one
note: 100% of it
---

# The only section

## The chain rule

Let $h(x)=f(g(x))$.

```derive
let f, g: function
of f(g(x))
wrt x
```

- It works for **every** pair of functions
- It is *old*
"""


def term(text: str) -> Term:
    """A term of the names in LET."""
    return read_problem("expand", text, let=LET).of


def outline(tail: int = 0) -> Outline:
    """Two chains with marks and a result; ``tail`` more lines make the second as long as one likes."""
    expand = (
        Line(1, term("f(g(x+eps))"), "=", term("f(g(x) + eps*g'(x) + O(eps^2))"),
             (Reason("expand g", "taylor"),), changed=((0,),)),
        Line(2, None, "=", term("f(g(x)) + eps*g'(x)*f'(g(x)) + O(eps^2)"), (Reason("expand f", "taylor"),),
             origin=((0,),)),
    )  # fmt: skip
    limit = (
        Line(3, term("D(f(g(x)), x)"), "=", term("lim(eps, 0, (f(g(x+eps)) - f(g(x)))/eps)"),
             (Reason("definition of the derivative"),)),
        Line(4, None, "=", term("g'(x)*f'(g(x))"), (Reason("by line 2; then eps -> 0"),)),
        *(Line(5 + k, None, "=", term(f"g'(x)*f'(g(x)) + {k} - {k}"), (Reason("add nothing"),))
          for k in range(tail)),
    )  # fmt: skip
    return Outline(
        blocks=(Block(("Perturb the inside of ", term("f(g(x))"), "."), expand), Block((), limit)),
        statement=term("D(f(g(x)), x)"),
        result=term("D(f(g(x)), x) = g'(x)*f'(g(x))"),
        lead=("Hence",),
        shapes=((("X",), "invertible matrix(n)"), (("x",), "scalar")),
        conditions=(("positive", term("det(X)"), "assumed"),),
        notes=(("This holds for ", term("f(x)"), " twice differentiable."),),
        method="first principles",
        laws=(("taylor", (1, 2)),),
    )


@dataclass(frozen=True)
class Derivation:
    """What a mathematics returns; ``bare`` leaves out the conditions and the sentences."""

    tail: int = 0
    bare: bool = False

    def lines(self, detail: str, language: Catalogue | None = None) -> Outline:
        """The same in every detail and language."""
        assert detail in ("lecture", "worked", "full")
        made = outline(self.tail)
        if not self.bare:
            return made
        blocks = tuple(replace(block, opening=()) for block in made.blocks)
        return replace(made, blocks=blocks, shapes=(), conditions=())


@dataclass(frozen=True)
class Form:
    """An answer in another form."""

    term: Term


class Mathematics:
    """Derives everything as the chain rule.

    ``wrong`` is an expression it cannot do, ``refused`` one whose derivation fails the check.
    """

    def __init__(self, tail: int = 0, wrong: str = "", refused: str = "", bare: bool = False) -> None:
        self.tail, self.wrong, self.refused, self.bare = tail, wrong, refused, bare
        self.asked: list[tuple[str, str | None, dict[str, object]]] = []
        self.last = ""

    def derive(self, of: str, wrt: str | None = None, **options: object) -> Derivation:
        """Remembers what was asked."""
        self.asked.append((of, wrt, options))
        self.last = of
        if of == self.wrong:
            raise ValueError(f"no law for {of}")
        return Derivation(self.tail, self.bare)

    prove: Callable[..., Derivation] = derive
    proof: Callable[..., Derivation] = derive
    expand: Callable[..., Derivation] = derive

    def accepted(self, derivation: Derivation, form: str) -> Form:
        """Every form but "wrong" is accepted."""
        if form == "wrong":
            raise ValueError("this is not the answer")
        return Form(term(form))

    def rests_on(self, derivation: Derivation) -> tuple[str, ...]:
        """No laws."""
        return ()

    def as_rule(self, derivation: Derivation, name: str, words: str) -> str:
        """Nothing that anybody could cite."""
        raise ValueError(f"{name} is no law")

    def check(self, derivation: Derivation) -> bool:
        """Whether the last one is not the refused one."""
        return self.last != self.refused
