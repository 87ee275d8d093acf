"""How far a reference goes, for the terminal."""

from __future__ import annotations

from pathlib import Path

import click

from derivgen import api
from derivgen.cli.failures import USAGE, WRONG, complain, stop


def count_reference(source: Path) -> None:
    """Derive the entries of a reference and print how many there are, in which form, and what is refused.

    Ends with status 1 where something in it is wrong that its author does not know of.
    """
    from derivgen.documents.cache import Cache
    from derivgen.documents.errors import with_excerpt
    from derivgen.documents.limits import STRANGERS
    from derivgen.documents.reference.counts import counts, text_of, unexplained
    from derivgen.documents.reference.page import refusals
    from derivgen.documents.solve import solve
    from derivgen.documents.source import read_source
    from derivgen.documents.sources import find_sources
    from derivgen.documents.workers import cores
    from derivgen.documents.workshop import Workshop

    document = read_source(source)
    if document.front.kind != "reference":
        hint = "  hint: what is counted is a reference (kind: reference)"
        stop(f"{source}: error: this is a {document.front.kind}\n{hint}", USAGE)
    workshop = Workshop(STRANGERS, cores(), Cache(find_sources((source,)).version))
    solved, problems = solve(document, api, workshop)
    unexpected = [one for one in problems if one.refused is None or one.refused.missing is None]
    unexpected += unexplained(document, solved)
    lines = source.read_text("utf-8-sig").splitlines()
    for problem in unexpected:
        complain(str(with_excerpt(problem, lines)))
    for line in text_of(counts(document, solved, refusals(document, problems))):
        click.echo(line)
    if unexpected:
        raise click.exceptions.Exit(WRONG)
