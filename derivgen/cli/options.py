"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

DETAILS = ("lecture", "worked", "full")
FORMATS = ("text", "latex", "json", "html", "pdf")


def _joined(context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> str | None:
    return "; ".join(text.strip().rstrip(";") for text in texts) if texts else None


declarations = click.option(
    "--let",
    metavar="TEXT",
    multiple=True,
    callback=_joined,
    help='Declare names: "A: matrix(k,m); x: vector(n)".',
)
assumptions = click.option(
    "--assume", metavar="FACT", multiple=True, help='What holds: "det(X) > 0", "c != 0", "invertible(A*B)".'
)
own_rules = click.option(
    "--rules",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file of your own laws (.rules).",
)


def how_to_show(command: Function) -> Function:
    """The options ``--detail`` and ``--format``."""
    detail = click.option("--detail", type=click.Choice(DETAILS), help="How much of it to show.")
    form = click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="html and pdf are not there yet.",
    )
    return detail(form(command))
