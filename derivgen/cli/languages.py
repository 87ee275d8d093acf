"""The command that lists the languages, and what their catalogues lack."""

from __future__ import annotations

import json
from pathlib import Path

import click

from derivgen import api
from derivgen.cli.failures import OK
from derivgen.cli.options import language_of, own_rules


@click.command(short_help="List the languages, and what they lack.")
@click.argument("language", required=False, callback=language_of)
@own_rules
def languages(language: str | None, rules: tuple[Path, ...]) -> None:
    """List the languages of documents and how much of the English words and sentences each has.

    With a LANGUAGE: what it lacks, as the lines of a catalogue that are to be filled in; what is missing is said
    in English meanwhile. A file catalogues/LANGUAGE.toml beside a source is read over the built-in one.

    \b
    Examples:
      derivgen languages
      derivgen languages de
    """
    from derivgen.present.catalogue import catalogue, missing, sentences
    from derivgen.present.catalogue import languages as known

    book = api.book(rules)
    if language is not None:
        click.echo("\n".join(_to_fill_in(*missing(language, book))))
        raise click.exceptions.Exit(OK)
    words, said = len(catalogue().words), len(sentences(book))
    for code, (name, own) in known().items():
        no_words, no_sentences = map(len, missing(code, book))
        named = name if name == own else f"{name} ({own})"
        click.echo(f"{code}  {named:20} words {words - no_words} of {words}, reasons {said - no_sentences} of {said}")


def _to_fill_in(words: list[str], reasons: list[str]) -> list[str]:
    """The lines that a catalogue lacks, with the English text as a comment."""
    from derivgen.present.catalogue import catalogue

    if not words and not reasons:
        return ["nothing is missing"]
    lines: list[str] = []
    for section in dict.fromkeys(key.split(".")[0] for key in words):
        lines.append(f"[{section}]")
        for key in (key for key in words if key.split(".")[0] == section):
            lines.append(f'{json.dumps(key.split(".", 1)[1])} = ""  # {catalogue().words[key]}')
    return [*lines, *(["[reasons]"] if reasons else []), *(f'{json.dumps(words)} = ""' for words in reasons)]
