"""What a reader sees of a derivation: rows, their reasons and marks, grouped in blocks.

Pure types without logic. ``outline`` fills them; documents, pages and the terminal set them.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivgen.language.terms import Path, Term

Piece = str | Term
"""Part of a sentence: plain words, or a term that is set as inline mathematics."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a line follows: plain words (may be empty), the law's name, and an equation to show instead of words.

    Where an equation needs words before it, they are its ``lead``.
    ``formulas`` are the slices of ``words`` that are formulas; None where nobody has said so, and one has to guess.
    ``pieces`` are the words once more where terms stand in them, as in "inv(S) is symmetric".
    """

    words: str
    law: str | None = None
    statement: Term | None = None
    formulas: tuple[tuple[int, int], ...] | None = None
    lead: str = ""
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One row: ``lhs`` (first line of a block only), the relation sign, the right side and its reasons.

    ``term`` is the whole equation where ``relation`` is ``"=>"`` or ``""``. ``changed`` are the places in ``term``
    that the step produced, ``origin`` the places in the previous line's term they came from; ``steps`` is the slice
    of the derivation's steps, all chains in a row, that this line stands for. Numbers continue over the blocks of
    one derivation.
    """

    number: int
    lhs: Term | None
    relation: str
    term: Term
    reasons: tuple[Reason, ...] = ()
    changed: tuple[Path, ...] = ()
    origin: tuple[Path, ...] = ()
    steps: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Block:
    """A sentence (may be empty) and the rows that follow it in one column of relation signs."""

    opening: tuple[Piece, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A derivation as it is shown: what was asked, the blocks, and the framed result with its conditions.

    ``shapes`` are declarations such as ``(("A",), "matrix(k,m)")``; ``conditions`` are triples such as
    ``("invertible", X, "declared")``, the last part being "declared", "assumed" or "derived: law";
    ``laws`` maps each law's name to the line numbers where it is used.
    """

    blocks: tuple[Block, ...]
    statement: Term
    result: Term
    lead: tuple[Piece, ...] = ()
    definitions: tuple[Term, ...] = ()
    shapes: tuple[tuple[tuple[str, ...], str], ...] = ()
    conditions: tuple[tuple[str, Term, str], ...] = ()
    notes: tuple[tuple[Piece, ...], ...] = ()
    method: str = ""
    laws: tuple[tuple[str, tuple[int, ...]], ...] = ()
