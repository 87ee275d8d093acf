"""The end of a derivation whose result stands above it: the last line says how the result is read off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from derivgen.language.shapes import SCALAR, ShapeError
from derivgen.language.terms import Term, equivalent, make
from derivgen.present.catalogue import Catalogue
from derivgen.present.lines import Block, Line, Outline, Reason
from derivgen.present.reasons import formula_slices
from derivgen.rules.book import Law


def concluded(outline: Outline, laws: Mapping[str, Law], words: Catalogue) -> Outline:
    """The outline with the laws of its conclusion: at its last line where the result can be seen in it, else with a
    line of their own that ends in the result."""
    if not outline.blocks or outline.result.op != "=":
        return outline
    last = outline.blocks[-1].lines[-1]
    left, right = outline.result.args
    if last.term in (right, outline.result):
        return outline
    said = tuple(_reason(laws[name], words) for name in _of_conclusion(outline, last) if name in laws)
    if not any(equivalent(form, last.term) for form in _forms(left, right)):
        row = Line(last.number + 1, left, "=", right, said, steps=(last.steps[1], last.steps[1]))
        return replace(outline, blocks=(*outline.blocks, Block((), (row,))))
    ended = replace(last, reasons=(*last.reasons, *said))
    block = outline.blocks[-1]
    return replace(outline, blocks=(*outline.blocks[:-1], replace(block, lines=(*block.lines[:-1], ended))))


def _of_conclusion(outline: Outline, last: Line) -> Iterator[str]:
    """The laws that count for the last line and are not among its reasons: they were used to conclude."""
    named = {reason.law for reason in last.reasons}
    for name, numbers in outline.laws:
        if last.number in numbers and name not in named:
            yield name


def _reason(law: Law, words: Catalogue) -> Reason:
    parts = words.reason(law.words)
    return Reason("".join(parts), law.name, None, formula_slices(parts))


def _forms(left: Term, derivative: Term) -> Iterator[Term]:
    """What a differential looks like from which the derivative is read off; nothing for what is no derivative."""
    if left.op not in ("D", "nabla"):
        return
    change = make("d", [left.args[1]])
    if change.shape == SCALAR:
        yield make("times", [change, derivative])
        return
    turned = make("transpose", [change])
    for factors in ([turned, derivative], [derivative, change]):
        try:
            product = make("dot", factors)
            yield make("tr", [product]) if product.shape != SCALAR and left.args[0].shape == SCALAR else product
        except (ShapeError, ValueError):
            continue
