"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

DETAILS = ("lecture", "worked", "full")
FORMATS = ("text", "latex", "json", "html", "numpy")


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
    "--assume", metavar="FACT", multiple=True, help='What holds: "det(X) > 0", "c != 0", "sum(t) = 1", "X invertible".'
)
own_rules = click.option(
    "--rules",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file of your own laws (.rules).",
)


def language_of(context: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    """The code of the language that was named. Ends with the usage status and the nearest known one."""
    from derivgen.present.catalogue import CatalogueError, language_code

    try:
        return None if text is None else language_code(text)
    except CatalogueError as error:
        raise click.BadParameter(str(error)) from None


def _notation(context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    from derivgen.present.notation_style import Notation

    settings: dict[str, str] = {}
    for setting in filter(None, (part.strip() for text in texts for part in text.split(","))):
        name, equals, value = setting.partition("=")
        if not equals:
            raise click.BadParameter(f"{setting!r} is no setting; write for example determinant=det")
        settings[name.strip()] = value.strip()
    try:
        Notation.from_settings(settings)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return settings


def how_to_show(command: Function) -> Function:
    """The options ``--detail``, ``--format``, ``--language`` and ``--notation``."""
    detail = click.option("--detail", type=click.Choice(DETAILS), help="How much of it to show.")
    form = click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="html is a web page, numpy the result as a Python function. PDFs: derivgen new lecture.",
    )
    language = click.option(
        "--language", metavar="LANGUAGE", callback=language_of, help="The language of the reasons: en, de, fr, es."
    )
    notation = click.option(
        "--notation",
        metavar="KEY=VALUE",
        multiple=True,
        callback=_notation,
        help="How LaTeX is written, such as determinant=det, transpose=prime.",
    )
    return detail(form(language(notation(command))))
