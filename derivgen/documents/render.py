"""The only importer of jinja2: slides, handouts and worked solutions from the templates."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from derivgen.documents.escape import TeX, at, escape, finalize, href, inline_tex
from derivgen.documents.figures import figure
from derivgen.documents.marks import Marks, of_problem
from derivgen.documents.model import Document, Place
from derivgen.documents.reference.page import Backing, reference
from derivgen.documents.sheets.dealt import Receiver
from derivgen.documents.sheets.marking import Entry, Scheme, key, schemes
from derivgen.documents.sheets.questions import Question, in_words, questions
from derivgen.documents.sheets.solutions import Solution, labelled, solutions
from derivgen.documents.sheets.students import Student
from derivgen.documents.slides import Slide
from derivgen.documents.solve import Solved
from derivgen.documents.themes import PAPERS, REPLACEABLE, Appearance, appearance
from derivgen.documents.worked import Lookup, closing, problems, rules

SLIDE_TINT = "DCE8F4"
PAPER_TINT = "E1EAF3"


class FillingError(ValueError):
    """A template that cannot be filled; the message names it and says why."""


def filled(tex: Callable[[int], str], pages: int) -> str:
    """What ``tex`` gives for a number of pages. Raises FillingError."""
    try:
        return tex(pages)
    except (TemplateError, OverflowError, TypeError) as error:
        place = getattr(error, "name", None) or getattr(error, "filename", None) or ""
        line = f":{error.lineno}" if getattr(error, "lineno", None) else ""  # type: ignore[union-attr]
        raise FillingError(f"the template {place}{line} cannot be filled: {error}") from error


@lru_cache(maxsize=32)
def environment(look: Appearance) -> SandboxedEnvironment:
    """Where the templates of a document are found, and what they all see: its words, macros, colours and paper."""
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(look.folders),
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
    environment.filters.update(href=href, bare=_bare, where=_where, raw=TeX, figure=figure, at=at)
    environment.filters.update(filled=_filled, once=_once)
    environment.globals.update(
        say=look.style.words.word,
        macros=[_macro(name, definition) for name, definition in look.macros],
        colours=dict(look.colours),
        paper=PAPERS[look.paper],
        hyphenation=look.style.words.hyphenation,
    )
    return environment


def _macro(name: str, definition: str) -> TeX:
    """The declaration of a macro; one that LaTeX has under a name of its own is an error of TeX."""
    found = re.findall(r"#([1-9])", definition)
    arguments = f"[{max(found)}]" if found else ""
    declare = rf"\providecommand{{\{name}}}{{}}\renewcommand" if name in REPLACEABLE else r"\newcommand"
    return TeX(rf"{declare}{{\{name}}}{arguments}{{{definition}}}")


def _filled(label: str, value: str, width: str) -> TeX:
    """What is filled in beside its label; a rule of some width where there is nothing."""
    said = escape(label)
    if not value:
        return TeX(rf"\fillin{{{said}}}{{{width}}}")
    return TeX(rf"{{\dgsmall\color{{quiet}}{said}}}\enspace {escape(value)}")


def _once(picture: str) -> TeX:
    """A picture that is drawn once in a document, and copied where it stands again."""
    name = hashlib.blake2b(picture.encode(), digest_size=8).hexdigest()
    return TeX(rf"\dgonce{{{name}}}{{{picture}}}")


def _bare(link: str) -> TeX:
    """A link as it is printed in a footer."""
    return escape(link.removeprefix("https://").removeprefix("http://").rstrip("/"))


def _where(place: Place) -> TeX:
    """The comment that leads from a line of TeX back to the source."""
    return TeX(f"source {Path(place.file).name}:{place.line}")


def render_slides(document: Document, shown: Sequence[Slide], handout: bool = False) -> str:
    """The beamer source of a lecture's slides; ``handout`` gives one page a frame, without steps."""
    look = appearance(document)
    template = environment(look).get_template("slides.tex.j2")
    sections = [inline_tex(section.title) for section in document.sections if section.title]
    return template.render(
        front=document.front,
        sections=sections,
        slides=shown,
        handout=handout,
        tint=look.tint or (PAPER_TINT if handout else SLIDE_TINT),
        pictures=any(part.picture is not None for slide in shown for part in slide.parts),
    )


def render_worked(document: Document, solved: Mapping[Place, Solved], lookup: Lookup, total: int) -> str:
    """The worked solutions of a lecture's derivations; ``total`` is the number of pages they take."""
    style = appearance(document).style
    numbers = {block.place: str(k) for k, (_, block) in enumerate(document.derivations(), start=1)}
    in_order = list(solved.values())
    return _on_paper(
        "worked.tex.j2",
        document,
        total,
        problems=problems(document, solved, style),
        rules=rules(in_order, lookup, style, [numbers[one.block.place] for one in in_order]),
        closing=closing(in_order, style.words),
    )


def render_reference(document: Document, solved: Mapping[Place, Solved], behind: Backing, total: int) -> str:
    """A reference; ``total`` is the number of its pages."""
    shown = reference(document, solved, behind, appearance(document).style)
    return _on_paper("reference.tex.j2", document, total, reference=shown, pictures=bool(shown.drawings))


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet or its solutions for one student (or for the whole class): the TeX of each problem."""

    student: Student
    problems: tuple[TeX, ...]


def render_question(document: Document, shown: Question) -> TeX:
    """One problem of a sheet."""
    return TeX(environment(appearance(document)).get_template("question.tex.j2").render(problem=shown))


def render_solution(document: Document, shown: Solution) -> TeX:
    """The solution of one problem."""
    return TeX(environment(appearance(document)).get_template("solution.tex.j2").render(problem=shown))


def render_sheet(
    document: Document, solved: Mapping[Place, Solved], total: int, room: bool = True, hints: bool = False
) -> str:
    """A problem sheet, with room to write in and with hints if wanted; ``total`` is the number of its pages."""
    shown = questions(document, solved, appearance(document).style, room, hints)
    papers = [Paper(Student(), tuple(render_question(document, one) for one in shown))]
    return _sheets(document, papers, total, writable=room, many=False, pictures=_pictures(shown))


def render_sheets(document: Document, papers: Sequence[Paper], pictures: bool) -> str:
    """The sheets of many students in one document."""
    return _sheets(document, papers, 0, writable=True, many=True, pictures=pictures)


def _sheets(document: Document, papers: Sequence[Paper], total: int, **data: bool) -> str:
    worth = sum(map(of_problem, document.frames()))
    return _on_paper("sheet.tex.j2", document, total, papers=papers, worth=worth, **data)


def render_solutions(
    document: Document, solved: Mapping[Place, Solved], worth: Mapping[Place, Marks], lookup: Lookup, total: int
) -> str:
    """The worked solutions of a sheet; ``total`` is the number of their pages."""
    style = appearance(document).style
    labels = labelled(document, solved)
    in_order = [one for _, one in labels]
    shown = solutions(document, solved, worth, style)
    return _on_paper(
        "solutions.tex.j2",
        document,
        total,
        papers=[Paper(Student(), tuple(render_solution(document, one) for one in shown))],
        rules=rules(in_order, lookup, style, [label for label, _ in labels]),
        closing=closing(in_order, style.words),
        pictures=_pictures(shown),
    )


def render_many_solutions(document: Document, papers: Sequence[Paper], pictures: bool) -> str:
    """The solutions of many students in one document, without the index of laws."""
    return _on_paper("solutions.tex.j2", document, 0, papers=papers, rules=(), closing="", many=True, pictures=pictures)


def render_dealt_marking(document: Document, schemes: Sequence[Scheme], roll: Sequence[Receiver], total: int) -> str:
    """The marking scheme of all variants, and who got which."""
    worth = in_words(sum(map(of_problem, document.frames())), appearance(document).style)
    return _on_paper("marking.tex.j2", document, total, problems=schemes, worth=worth, roll=roll)


def render_dealt_key(document: Document, entries: Sequence[Entry], roll: Sequence[Receiver], total: int) -> str:
    """The final answers of all variants, and who got which."""
    return _on_paper("key.tex.j2", document, total, entries=entries, roll=roll)


def render_marking(document: Document, solved: Mapping[Place, Solved], worth: Mapping[Place, Marks], total: int) -> str:
    """The marking scheme of a sheet; ``total`` is the number of its pages."""
    return _on_paper(
        "marking.tex.j2",
        document,
        total,
        problems=schemes(document, solved, worth, appearance(document).style),
        worth=in_words(sum(map(of_problem, document.frames())), appearance(document).style),
    )


def render_key(document: Document, solved: Mapping[Place, Solved], total: int) -> str:
    """The final answers of a sheet; ``total`` is the number of pages they take."""
    return _on_paper("key.tex.j2", document, total, entries=key(document, solved, appearance(document).style))


def _pictures(problems: Sequence[Question | Solution]) -> bool:
    """Whether a page holds a picture, so that what draws them is loaded."""
    return any(item.kind == "figure" for problem in problems for item in problem.items)


def _on_paper(template: str, document: Document, total: int, **data: object) -> str:
    """A document of ``total`` pages from its template and what the template needs beside the front matter."""
    look = appearance(document)
    shown = {"front": document.front, "total": total, "tint": look.tint or PAPER_TINT}
    unless_given = {"pictures": False, "many": False, "roll": ()}
    return environment(look).get_template(template).render(shown | unless_given | data)
