"""The commands around documents: build, new, doctor."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derivgen import __version__, api
from derivgen.cli.failures import OK, TEX, USAGE, choice, complain, stop

if TYPE_CHECKING:
    from derivgen.documents.build import BuildReport

KINDS = ("lecture", "sheet", "template")


@click.command(short_help="Build the PDFs of lectures and sheets.")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--output",
    "-o",
    metavar="FOLDER",
    default="output",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where the PDFs go.",
)
@click.option("--students", metavar="LIST.csv", type=click.Path(path_type=Path), help="A sheet and solutions for each.")
@click.option("--tex", is_flag=True, help="With --students: the TeX of each of their papers too.")
@click.option("--trust", is_flag=True, help="The authors are trusted: TeX may read anywhere, nothing is limited.")
def build(sources: tuple[Path, ...], output: Path, students: Path | None, tex: bool, trust: bool) -> None:
    """Build the PDFs of lectures and problem sheets in Markdown, or in a folder.

    A lecture gives slides, handout and worked solutions; a sheet the sheet (with room to write, -compact without,
    -hints), -solutions, -marking, -key, and -slides and -handout of the solutions.

    Every derivation is checked before it is set; one that fails is named with its line, the rest is built.
    What has not changed is not built again. A source can do no harm: it may read and write nothing but its
    output, and a derivation or a page that takes too long is stopped. Exit status: 0 all built, 1 a source or
    its mathematics is wrong, 2 usage, 3 TeX. LIST.csv has the columns name and number. The .tex beside every
    PDF is complete by itself.

    \b
    Examples:
      derivgen build examples
      derivgen build week3.md -o slides
      derivgen build sheet3.md --students course.csv
    """
    from derivgen.documents.sources import find_sources

    if output.exists() and not output.is_dir():
        stop(f"{output}: error: this is a file; name a folder with -o", USAGE)
    if tex and students is None:
        raise click.UsageError("--tex goes with --students; the .tex of all other PDFs is written anyway")
    found = find_sources(sources)
    if students is None and found.files and not found.errors and not found.stale(output):
        for file in found.files:  # nothing else needs to be loaded
            click.echo(f"{file}: up to date")
        return
    report = _built(sources, output, found.version, (students, tex), trust)
    for error in report.errors:
        complain(error)
    for warning in dict.fromkeys(report.warnings):
        complain(warning)
    if report.exit_status:
        complain(f"{len(report.errors)} error{'s' * (len(report.errors) != 1)}")
        raise click.exceptions.Exit(report.exit_status)


def _built(
    sources: tuple[Path, ...], output: Path, version: str, roll: tuple[Path | None, bool], trust: bool
) -> BuildReport:
    """Build in processes on all cores, with the derivations that were kept."""
    from derivgen.cli.counting import Counting
    from derivgen.documents.build import Roll
    from derivgen.documents.build import build as build_documents
    from derivgen.documents.cache import Cache
    from derivgen.documents.limits import STRANGERS, TRUSTED
    from derivgen.documents.workers import cores
    from derivgen.documents.workshop import Workshop

    limits = TRUSTED if trust else STRANGERS
    students, tex = roll
    wanted = Roll(students, tex) if students else None
    with Counting() as counting:
        workshop = Workshop(limits, cores(), Cache(version), counting.derived)
        return build_documents(sources, output, counting.say, api, wanted, workshop, limits)


@click.command(short_help="Begin a lecture, a problem sheet or a template.")
@click.argument("kind", metavar="lecture|sheet|template")
@click.argument("name")
def new(kind: str, name: str) -> None:
    """Begin a lecture or a problem sheet: write NAME.md, a commented source that builds at once.

    A template is a copy of a built-in one in the folder templates; sources beside that folder are set with it.

    \b
    Examples:
      derivgen new lecture week3
      derivgen new sheet sheet3
      derivgen build sheet3.md
      derivgen new template mathematics
    """
    from derivgen.documents.folders import templates_folder

    choice("KIND", kind, KINDS)
    if kind == "template":
        return _new_template(name)
    path = Path(name if name.endswith(".md") else f"{name}.md")
    if not re.search(r"\w", path.stem):
        raise click.BadParameter(f"{name!r} is no name for a file", param_hint="NAME")
    if not path.parent.is_dir():
        stop(f"{path.parent}: error: no such folder", USAGE)
    title = re.sub(r"[-_\s]+", " ", path.stem).replace('"', "").strip().capitalize()
    text = (templates_folder() / f"new-{kind}.md").read_text("utf-8").replace("TITLE", title, 1)
    _write_new(path, text)
    click.echo(f"{path} is written; now type: derivgen build {path}")


def _new_template(name: str) -> None:
    """Copy a built-in template into the folder ``templates``."""
    from derivgen.documents.folders import templates_folder

    known = {path.name.split(".")[0]: path for path in sorted(templates_folder().glob("*.j2"))}
    source = known[choice("NAME", name.split(".")[0], known)]
    path = Path("templates") / source.name
    path.parent.mkdir(exist_ok=True)
    _write_new(path, source.read_text("utf-8"))
    click.echo(f"{path} is written; sources beside the folder are set with it from now on")


def _write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        stop(f"{path}: error: this file exists already; nothing was written", USAGE)


@click.command(short_help="Say what is missing on this machine.")
def doctor() -> None:
    """Say what is missing on this machine and how to install it. Exit status 0, or 3 if something is.

    \b
    Examples:
      derivgen doctor
    """
    from derivgen.documents.system import advice, all_advice, requirements

    click.echo(f"derivgen {__version__}: {len(api.book())} laws read and type-checked")
    found = requirements()
    for one in found:
        click.echo(f"  {'ok     ' if one.found else 'MISSING'}  {one.name:16} {one.purpose}")
    if all(one.found for one in found):
        click.echo("everything is there")
        raise click.exceptions.Exit(OK)
    click.echo(f"\nto install what is missing, type:\n\n    {advice()}\n\non other systems:")
    for system, line in all_advice().items():
        click.echo(f"  {system}: {line}")
    raise click.exceptions.Exit(TEX)
