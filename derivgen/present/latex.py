r"""Terms as LaTeX: a table from operators to templates, with brackets from precedence.

The LaTeX uses amsmath and three macros of the page: ``\mat`` (bold upright), ``\T`` (transpose) and ``\tr``.
A mark is set around a subterm as ``\macro{..}``; it holds balanced brackets and moves nothing.
A mark on something that is not printed as a piece of its own moves to the smallest printed piece around it.
"""

from __future__ import annotations

from collections.abc import Mapping

from derivgen.language.abbreviations import by_name
from derivgen.language.shapes import PROPOSITION
from derivgen.language.terms import NARY, Path, Term, at
from derivgen.present.boxes import Box
from derivgen.present.calculus import CALCULUS
from derivgen.present.complex import COMPLEX
from derivgen.present.entrywise import ENTRYWISE
from derivgen.present.notation_style import Notation
from derivgen.present.opening import SLOT, opened
from derivgen.present.printer import DISPLAY, Printer, Site, signed_sum, sum_items
from derivgen.present.templates import TEMPLATES

Marks = Mapping[Path, str]
_PLAIN = Notation()
TABLE = {**TEMPLATES, **CALCULUS, **ENTRYWISE, **COMPLEX}
"""Operator -> template."""


RELATION_SIGNS = {
    "": "", "=": "=", "<=": r"\leq ", ">=": r"\geq ", "<": "<", ">": ">", "=>": r"\Rightarrow ",
    "<=>": r"\Leftrightarrow ", "~": r"\approx ",
}  # fmt: skip


def relation_sign(relation: str) -> str:
    """The LaTeX of a relation as lines name it: ``=``, ``<=``, ``=>`` and the like. KeyError for another."""
    return RELATION_SIGNS[relation].strip()


def latex(term: Term, notation: Notation = _PLAIN, marks: Marks | None = None) -> str:
    """A term as LaTeX. ``marks`` maps paths to macros that are set around what stands there.

    The last element of a path may be a selection of arguments of a sum or a product; each unbroken run of
    them gets a mark of its own. Raises IndexError for a path that leads nowhere.
    """
    term = by_name(term)
    return _settled(term, notation, _checked(term, marks or {}))[1].tex


def pieces(
    term: Term, notation: Notation = _PLAIN, marks: Marks | None = None, everywhere: bool = False
) -> list[str]:
    """A term split where a long line may be broken: before a ``+``, ``-`` or relation sign.

    Joined they are ``latex(term, notation, marks)``: a mark over several pieces keeps them in one. With
    ``everywhere`` such marks are divided, and if the term is not itself a sum, a limit, quotient or product
    that ends in one is opened (a quotient as 1/divisor times a bracket).
    """
    term = by_name(term)
    given = dict(_checked(term, marks or {}))
    if everywhere:
        return _broken(term, (), notation, given)
    printer = _settled(term, notation, given)[0]
    if term.shape == PROPOSITION:
        return [*_side_pieces(term, 0, printer), *_side_pieces(term, 1, printer)]
    return (
        _sum_pieces(printer.site(term, ()))
        if term.op == "plus" and () not in printer.marks
        else [printer.tex(term)]
    )


def _side_pieces(term: Term, k: int, printer: Printer) -> list[str]:
    side = term.args[k]
    whole = side.op != "plus" or (k,) in printer.marks
    parts = [printer.box(side, (k,), DISPLAY).tex] if whole else _sum_pieces(printer.site(side, (k,)))
    return parts if k == 0 else [RELATION_SIGNS[term.op] + parts[0], *parts[1:]]


def _sum_pieces(site: Site) -> list[str]:
    return [signed_sum([item], site.small, leading=k == 0).tex for k, item in enumerate(sum_items(site))]


def _checked(term: Term, marks: Marks) -> dict[Path, str]:
    """Marks with selections in order; a selection of one argument or of all is an ordinary path."""
    checked: dict[Path, str] = {}
    for path, macro in marks.items():
        checked.setdefault(_ordinary(term, path), macro)
    return checked


def _ordinary(term: Term, path: Path) -> Path:
    at(term, path)
    if not path or isinstance(path[-1], int):
        return path
    chosen = tuple(sorted(set(path[-1])))
    parent = at(term, path[:-1])
    if parent.op not in NARY or chosen[0] < 0:
        raise IndexError(f"no selection of arguments is possible at {path}")
    if len(chosen) == 1:
        return (*path[:-1], chosen[0])
    return path[:-1] if len(chosen) == len(parent.args) else (*path[:-1], chosen)


def _settled(term: Term, notation: Notation, marks: dict[Path, str]) -> tuple[Printer, Box]:
    """Print; move the marks whose place was not printed outwards; print again until all are set."""
    while True:
        printer = Printer(TABLE, notation, marks)
        box = printer.box(term, (), DISPLAY)
        unseen = [path for path in marks if path not in printer.seen]
        if not unseen:
            return printer, box
        moved = {path: macro for path, macro in marks.items() if path in printer.seen}
        for path in unseen:
            moved.setdefault(path[:-1], marks[path])
        marks = moved


def _broken(term: Term, path: Path, notation: Notation, marks: dict[Path, str]) -> list[str]:
    """The pieces of a term of which everything that can be broken is broken."""
    if term.shape == PROPOSITION:
        left, right = (_broken(side, (), notation, _below(marks, k)) for k, side in enumerate(term.args))
        return [*left, RELATION_SIGNS[term.op] + right[0], *right[1:]]
    inner = _sum_inside(term)
    if inner is None:
        return [latex(term, notation, marks)]
    divided = _divided(term, inner, marks)
    printer = _settled(term, notation, divided)[0]
    target = at(term, inner)
    parts = _sum_pieces(printer.site(target, inner))
    before, after = _frame(term, inner, printer)
    return [before + parts[0], *parts[1:-1], parts[-1] + after]


def _below(marks: Mapping[Path, str], argument: int) -> dict[Path, str]:
    return {path[1:]: macro for path, macro in marks.items() if path and path[0] == argument}


def _sum_inside(term: Term) -> tuple[int, ...] | None:
    """The path of the sum at which a term can be broken: itself, or in a limit, quotient, product or sign."""
    path: tuple[int, ...] = ()
    while term.op != "plus":
        if term.op == "lim":
            step = 1
        elif term.op in ("div", "neg"):
            step = 0
        elif term.op == "times":
            step = len(term.args) - 1
        else:
            return None
        path, term = (*path, step), term.args[step]
    return path


def _divided(term: Term, inner: tuple[int, ...], marks: dict[Path, str]) -> dict[Path, str]:
    """Marks on the broken sum, or on what holds it, given to each of its terms."""
    count = len(at(term, inner).args)
    divided: dict[Path, str] = {}
    for path, macro in marks.items():
        if path == inner[: len(path)]:
            members: tuple[int, ...] = tuple(range(count))
        elif path and path[:-1] == inner and isinstance(path[-1], tuple):
            members = path[-1]
        else:
            divided.setdefault(path, macro)
            continue
        for k in members:
            divided.setdefault((*inner, k), macro)
    return divided


def _frame(term: Term, inner: tuple[int, ...], printer: Printer) -> tuple[str, str]:
    """What stands before and after the broken sum."""
    before, after = opened(printer.site(term, ()), inner).tex.split(SLOT)
    return before, after
