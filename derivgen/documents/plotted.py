"""The pictures of a source, drawn once nothing is open in them."""

from __future__ import annotations

from derivgen.documents.errors import SourceProblem
from derivgen.documents.model import Element, Missing, PlotBlock
from derivgen.documents.plot_source import read_plot
from derivgen.documents.plotting import draw
from derivgen.documents.walk import Change, changed


def plotted(block: PlotBlock) -> tuple[PlotBlock | Missing, list[SourceProblem]]:
    """A plot block with its picture, or what is wrong with it."""
    if block.picture is not None:
        return block, []
    plot, problems = read_plot(block.text, block.place.file, block.place.line + 1, block.indent)
    if problems:
        return Missing(block.place), problems
    picture, problems = draw(plot)
    return (Missing(block.place) if picture is None else PlotBlock(picture, block.place)), problems


def changed_plots(element: Element) -> tuple[Element, list[SourceProblem]]:
    """An element with all pictures in it drawn, and what is wrong with them."""
    problems: list[SourceProblem] = []

    def drawn(block: PlotBlock) -> Element:
        found, wrong = plotted(block)
        problems.extend(wrong)
        return found

    return changed(element, Change(lambda piece: piece, plot=drawn)), problems
