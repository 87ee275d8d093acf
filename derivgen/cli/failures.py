"""What becomes of an exception: a message on stderr and an exit status."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import NoReturn

import click

from derivgen.engine.derivation_error import DerivationError
from derivgen.language.notation import NotationError
from derivgen.language.shapes import ShapeError

OK, WRONG, USAGE, TEX = 0, 1, 2, 3
"""Exit statuses: all is well, the source or the mathematics is wrong, usage, TeX."""


def complain(message: object) -> None:
    """Write a message on stderr."""
    click.echo(str(message), err=True)


def stop(message: object, status: int = WRONG) -> NoReturn:
    """Write a message on stderr and end with a status."""
    complain(message)
    raise click.exceptions.Exit(status)


def choice(option: str, value: str, known: Iterable[str]) -> str:
    """A value out of a few. Ends with the usage status and the nearest known value."""
    from derivgen.language.declarations import suggest

    names = tuple(known)
    if value not in names:
        hint = suggest(value, names) or f"known: {', '.join(names)}"
        raise click.BadParameter(f"{value!r} is not known; {hint}", param_hint=option)
    return value


def explain_failure(error: Exception, arguments: Sequence[str]) -> int:
    """Say what went wrong; the exit status. What nobody expected is one line that asks to be reported."""
    if isinstance(error, NotationError) or type(error).__name__ == "SourceError":
        complain(error)  # these name their place themselves
        return WRONG
    if isinstance(error, DerivationError) or type(error).__name__ in ("TraceError", "BorderError"):
        complain(f"error: {error}")
        return WRONG
    if isinstance(error, ShapeError):
        complain(f"error: {error}" + (f"\n  hint: {error.hint}" if error.hint else ""))
        return WRONG
    if isinstance(error, RecursionError):
        complain("error: this is nested too deeply\n  hint: give inner parts a name")
        return WRONG
    if isinstance(error, OSError):
        complain(f"{error.filename or 'output'}: error: {error.strerror or error}")
        return USAGE
    if isinstance(error, UnicodeDecodeError):
        complain(f"error: not UTF-8 at byte {error.start}\n  hint: save the file as UTF-8")
        return WRONG
    name = f"{type(error).__name__}: {error}".split("\n")[0][:200]
    complain(f"error: derivgen failed ({name}); please report this with the command: {shown(arguments)}")
    return WRONG


def shown(arguments: Sequence[str]) -> str:
    """The command as it can be typed again, shortened if it is very long."""
    line = shlex.join(["derivgen", *arguments])
    return line if len(line) <= 500 else line[:500] + " ..."
