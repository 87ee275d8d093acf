"""The words of a language: sentences around derivations, the reasons of laws, what templates say; read from catalogues.

A catalogue is a TOML file, ``catalogues/de.toml``. Sections of named words may hold places to be filled in, ``{..}``.
The section ``reasons`` maps the English sentence of a law to its translation, in which ``{..}`` encloses what is set as
a formula. What a language lacks is said in English, and ``missing`` tells.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import Any

from derivgen.engine.moves import moves
from derivgen.present.lines import Piece
from derivgen.rules.book import RuleBook

FOLDER = Path(__file__).parent / "catalogues"
ENGLISH = "en"
_PLACE = re.compile(r"\{([^{}]*)\}")
_FACTS = ("name", "own name", "decimal", "hyphenation")

Sentence = tuple[Piece, ...]


class CatalogueError(ValueError):
    """A catalogue that cannot be read, or a language that has none; the message names the file."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The words of one language, English where it has none of its own.

    ``decimal`` is "point" or "comma"; ``hyphenation`` is the name of TeX's patterns; ``operators`` are names of
    functions that the language writes otherwise, such as ``sin`` as ``sen``.
    """

    code: str
    facts: Mapping[str, str]
    words: Mapping[str, str]
    reasons: Mapping[str, str]
    operators: Mapping[str, str]

    @property
    def decimal(self) -> str:
        """How decimal fractions are written: "point" or "comma"."""
        return self.facts.get("decimal", "point")

    @property
    def hyphenation(self) -> str:
        """The name of TeX's hyphenation patterns."""
        return self.facts["hyphenation"]

    @cached_property
    def fingerprint(self) -> str:
        """A fingerprint of all its words: what is said in the same words has the same."""
        tables = (self.facts, self.words, self.reasons, self.operators)
        said = repr([self.code, *(sorted(table.items()) for table in tables)])
        return blake2b(said.encode(), digest_size=16).hexdigest()

    def word(self, key: str, **values: object) -> str:
        """Plain words by section and name, ``outline.hence``. Raises KeyError for what no catalogue has."""
        return "".join(map(str, self.sentence(key, **values)))  # type: ignore[arg-type]

    def sentence(self, key: str, **values: Piece | Sentence) -> Sentence:
        """A sentence with its places filled in; what is put in stays a piece of its own."""
        filled: list[Piece] = []
        for k, part in enumerate(_PLACE.split(self.words[key])):
            value = values[part] if k % 2 else part
            filled += value if isinstance(value, tuple) else (value,) if value != "" else ()
        return tuple(filled)

    def parts(self, key: str, **values: str) -> tuple[str, ...]:
        """The same as text and what is put in, by turns."""
        return tuple(values[part] if k % 2 else part for k, part in enumerate(_PLACE.split(self.words[key])))

    def listed(self, items: Iterable[Piece]) -> Sentence:
        """Items as a sentence lists them: ``f, g and h``."""
        found = list(items)
        said: list[Piece] = found[:1]
        for k, item in enumerate(found[1:], start=2):
            said += [self.words["list.last" if k == len(found) else "list.comma"], item]
        return tuple(said)

    def properties(self, names: str) -> str:
        """Properties such as ``invertible symmetric``; one that no catalogue has stays as it is."""
        said, rest = [], names.split()
        while rest:
            most = next((n for n in range(len(rest), 0, -1) if f"property.{' '.join(rest[:n])}" in self.words), 1)
            name, rest = " ".join(rest[:most]), rest[most:]
            said.append(self.words.get(f"property.{name}", name))
        return self.words["property.between"].join(said)

    def reason(self, english: str) -> tuple[str, ...]:
        """The sentence of a law: words and formulas by turns. One that is not translated is one piece."""
        return tuple(_PLACE.split(self.reasons[english])) if english in self.reasons else (english,)


def languages(folders: Iterable[Path] = ()) -> dict[str, tuple[str, str]]:
    """The code of each language that has a catalogue, with its English name and its own."""
    found: dict[str, tuple[str, str]] = {}
    for folder in (FOLDER, *folders):
        for path in sorted(folder.glob("*.toml")):
            data, (name, own) = _read(path), found.get(path.stem, (path.stem, path.stem))
            found[path.stem] = (str(data.get("name", name)), str(data.get("own name", own)))
    return found


def language_code(text: str, folders: Iterable[Path] = ()) -> str:
    """The code of a language named by its code or its name. Raises CatalogueError with a near one."""
    if any((folder / f"{text}.toml").is_file() for folder in (FOLDER, *folders) if text.isalpha()):
        return text
    known = languages(folders)
    named = {name.casefold(): code for code, names in known.items() for name in (code, *names)}
    wanted = text.strip().casefold()
    if wanted in named:
        return named[wanted]
    near = difflib.get_close_matches(wanted, list(named), n=1)
    shown = [f"{code} ({known[code][0]})" for code in ([named[near[0]]] if near else known)]
    hint = f"did you mean {shown[0]}?" if near else f"known: {', '.join(shown)}"
    raise CatalogueError(f"there is no catalogue for the language {text!r}; {hint}")


def catalogue(language: str = ENGLISH, folders: tuple[Path, ...] = ()) -> Catalogue:
    """The words of a language; files in ``folders`` (first comes first) override single ones of the built-in.

    Raises CatalogueError for an unknown language and for a file that cannot be read.
    """
    code = language_code(language, folders)
    files = [folder / f"{code}.toml" for folder in (FOLDER, *reversed(folders))]
    return _merged(code, tuple((path, path.stat().st_mtime_ns) for path in files if path.is_file()))


@cache
def _merged(code: str, files: tuple[tuple[Path, int], ...]) -> Catalogue:
    """English first, then each file over it; the times of the files tell when to read them again."""
    tables: dict[str, dict[str, str]] = {"facts": {}, "reasons": {}, "operators": {}, "words": {}}
    if code != ENGLISH:
        tables["words"] |= _tables(FOLDER / f"{ENGLISH}.toml")["words"]
    for path, _ in files:
        for kind, entries in _tables(path).items():
            tables[kind] |= entries
    facts = {"hyphenation": "nohyphenation", **tables["facts"]}
    return Catalogue(
        code, *(MappingProxyType(table) for table in (facts, tables["words"], tables["reasons"], tables["operators"]))
    )


def _tables(path: Path) -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {"facts": {}, "reasons": {}, "operators": {}, "words": {}}
    for section, entries in _read(path).items():
        if section in _FACTS:
            tables["facts"][section] = str(entries)
        elif not isinstance(entries, dict):
            raise CatalogueError(f"{path}: {section!r} is neither a section nor one of {', '.join(_FACTS)}")
        elif section in ("reasons", "operators"):
            tables[section] |= {str(key): str(value) for key, value in entries.items()}
        else:
            tables["words"] |= {f"{section}.{key}": str(value) for key, value in entries.items()}
    return tables


def _read(path: Path) -> Mapping[str, Any]:
    return _parsed(path, path.stat().st_mtime_ns)


@cache
def _parsed(path: Path, time: int) -> Mapping[str, Any]:
    """A file as it was at that time."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: this is no catalogue: {error}") from None


def missing(code: str, book: RuleBook) -> tuple[list[str], list[str]]:
    """The words, and the sentences of the book's laws and of the computed steps, that a built-in catalogue lacks."""
    if code == ENGLISH:
        return [], []
    own, english = _tables(FOLDER / f"{code}.toml"), _tables(FOLDER / f"{ENGLISH}.toml")
    lacking = [words for words in sentences(book) if words not in own["reasons"]]
    return [key for key in english["words"] if key not in own["words"]], lacking


def sentences(book: RuleBook) -> list[str]:
    """The English sentences of a book's laws and of the computed steps, each once, in their order."""
    laws = (words for name in book for words in (book[name].words, book[name].backwards))
    said = [*laws, *(move.words for move in moves("eps").values())]
    return [words for words in dict.fromkeys(said) if words]


def places(text: str) -> list[str]:
    """What stands in braces in an entry of a catalogue."""
    return _PLACE.findall(text)
