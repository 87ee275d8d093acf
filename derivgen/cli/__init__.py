"""The command line, and with it the only place that prints.

Commands import what they need when they run: a derivation in the terminal does not wait for what sets pages.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence

import click

from derivgen import __version__
from derivgen.cli import coverage, derivations, languages, laws, lectures
from derivgen.cli.failures import explain_failure

_COMMANDS = (
    derivations.derive,
    derivations.prove,
    derivations.expand,
    derivations.explain,
    derivations.check,
    laws.rules,
    languages.languages,
    coverage.coverage,
    lectures.build,
    lectures.new,
    lectures.doctor,
)


class _InOrder(click.Group):
    """Lists the commands in the order in which one meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=_InOrder,
    commands={str(command.name): command for command in _COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, message="derivgen %(version)s")
def app() -> None:
    """Derive mathematical statements one named law at a time, check every step, and set the derivation.

    \b
    Examples:
      derivgen derive "tr(A*X*B)" --wrt X
      derivgen derive "x'*M*x + a'*x" --wrt x --detail worked
      derivgen rules tr_cyclic

    Each command has its own --help with examples. Exit status: 0 all is well, 1 the source or the
    mathematics is wrong, 2 usage, 3 TeX.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status. Errors are messages on stderr, never a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        status = _silence()
    return status


def _run(given: list[str]) -> int:
    try:
        app(args=[_shielded(argument) for argument in given], prog_name="derivgen")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 1
    except BrokenPipeError:
        raise
    except Exception as error:
        if os.environ.get("DERIVGEN_TRACEBACK"):
            raise
        return explain_failure(error, given)
    return 0


def _shielded(argument: str) -> str:
    """A formula such as ``-x^2`` is no option: a space in front keeps it apart."""
    return " " + argument if re.match(r"-(?!-|[oh]$|$)", argument) else argument


def _silence() -> int:
    """The reader of a pipe has gone: nothing more is written, not even at the interpreter's end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
