"""The only importer of jinja2: slides, handouts and worked solutions from the templates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from derivgen.documents.escape import TeX, escape, finalize, href, inline_tex
from derivgen.documents.model import Document, Place
from derivgen.documents.slides import Slide
from derivgen.documents.solve import Solved
from derivgen.documents.worked import CONVENTION, LawText, closing, problems, rules

SLIDE_TINT = "DCE8F4"
PAPER_TINT = "E1EAF3"


def templates_folder() -> Path:
    """Where the templates stand: inside an installed package, else at the top of the source tree."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


@cache
def _environment(folder: Path) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(folder),
        block_start_string=r"\BLOCK{",
        block_end_string="}",
        variable_start_string=r"\VAR{",
        variable_end_string="}",
        comment_start_string=r"\#{",
        comment_end_string="}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        finalize=finalize,
        autoescape=False,
    )
    environment.filters.update(href=href, bare=_bare, where=_where, raw=TeX)
    return environment


def _bare(link: str) -> TeX:
    """A link as it is printed in a footer."""
    return escape(link.removeprefix("https://").removeprefix("http://").rstrip("/"))


def _where(place: Place) -> TeX:
    """The comment that leads from a line of TeX back to the source."""
    return TeX(f"source {Path(place.file).name}:{place.line}")


def render_slides(document: Document, shown: Sequence[Slide], handout: bool = False) -> str:
    """The beamer source of a lecture's slides; ``handout`` gives one page a frame, without steps."""
    template = _environment(templates_folder()).get_template("slides.tex.j2")
    sections = [inline_tex(section.title) for section in document.sections if section.title]
    return template.render(
        front=document.front,
        sections=sections,
        slides=shown,
        handout=handout,
        tint=PAPER_TINT if handout else SLIDE_TINT,
    )


def render_worked(
    document: Document, solved: Sequence[Solved], lookup: Callable[[str], LawText | None], total: int
) -> str:
    """The worked solutions of a lecture's derivations; ``total`` is the number of pages they take."""
    template = _environment(templates_folder()).get_template("worked.tex.j2")
    return template.render(
        front=document.front,
        problems=problems(solved),
        rules=rules(solved, lookup),
        introduction=CONVENTION,
        closing=closing(solved),
        total=total,
        tint=PAPER_TINT,
    )
