"""The YAML at the head of a source: title, course, author and the like, with the place of every mistake."""

from __future__ import annotations

from dataclasses import fields

import yaml

from derivgen.documents.errors import SourceProblem, nearest
from derivgen.documents.escape import unprintable
from derivgen.documents.model import FrontMatter, Place, Settings
from derivgen.documents.settings import KEYS as SETTINGS
from derivgen.documents.settings import SettingsReader, place_of

WORDS = tuple(field.name for field in fields(FrontMatter) if field.name != "settings")
KEYS = WORDS + SETTINGS
CHOICES = {"kind": ("lecture", "sheet", "reference")}
DEEPEST = 6
NUMBERS = ("marks",)


def split_front(text: str) -> tuple[str, int]:
    """The YAML between the first two ``---`` lines and the number of lines it takes (0 if there is none)."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return "", 0
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[1:number]), number + 1
    return "\n".join(lines[1:]), len(lines)


def read_front(text: str, file: str) -> tuple[FrontMatter | None, int, list[SourceProblem]]:
    """Front matter, the number of source lines it takes, and what is wrong with it; None where nothing can be built."""
    head, length = split_front(text)
    if not length:
        problem = SourceProblem(Place(file, 1), "no front matter", 'begin with "---", "title: ...", "---"')
        return None, 0, [problem]
    if length == len(text.split("\n")) and text.split("\n")[-1].rstrip() not in ("---", "..."):
        problem = SourceProblem(Place(file, 1), "the front matter is not closed", 'end it with a line "---"')
        return None, length, [problem]
    try:
        if harmful := _harmful(head, file):
            return None, length, [harmful]
        node = yaml.compose(head, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        return None, length, [_yaml_problem(error, file)]
    values, settings, problems = _values(node, file)
    if "title" not in values and not problems:
        problems.append(SourceProblem(Place(file, 1), "the front matter has no title", 'add a line "title: ..."'))
    stated = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    if "title" not in values or ("kind" in stated and "kind" not in values):
        return None, length, problems
    return FrontMatter(**values, settings=settings), length, problems


def _harmful(head: str, file: str) -> SourceProblem | None:
    """What YAML can do and a front matter does not need: tags that make objects, aliases that multiply, deep nests."""
    depth = 0
    for event in yaml.parse(head, Loader=yaml.SafeLoader):
        mark = event.start_mark
        place = Place(file, mark.line + 2, mark.column + 1) if mark else Place(file, 2)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return SourceProblem(place, "anchors and aliases are not read here", "write the words again")
        if getattr(event, "tag", None) not in (None, "!"):
            return SourceProblem(place, "tags are not read here", "write the words alone, in quotes if need be")
        if depth > DEEPEST:
            return SourceProblem(place, f"nested more than {DEEPEST} deep", "see derivgen new lecture")
    return None


def _values(node: yaml.Node | None, file: str) -> tuple[dict[str, str], Settings, list[SourceProblem]]:
    """Words by key, and the settings; words stay words (``no`` is not a truth value, a date is not converted)."""
    if node is None:
        return {}, Settings(), []
    if not isinstance(node, yaml.MappingNode):
        problem = SourceProblem(Place(file, 2), "the front matter is not a list of keys", 'write "title: ..."')
        return {}, Settings(), [problem]
    values: dict[str, str] = {}
    reader, settings, seen = SettingsReader(file), Settings(), set[str]()
    problems = reader.problems
    for key, value in node.value:
        place = place_of(key, file)
        if key.value not in KEYS:
            problems.append(SourceProblem(place, f'unknown key "{key.value}"', nearest(str(key.value), KEYS)))
        elif key.value in seen:
            problems.append(SourceProblem(place, f'"{key.value}" stands twice', "keep one of them"))
        elif key.value in SETTINGS:
            settings = reader.read(settings, key.value, value)
        elif not isinstance(value, yaml.ScalarNode):
            problems.append(SourceProblem(place_of(value, file), f'"{key.value}" must be one line of text'))
        elif strange := unprintable(value.value):
            message = f"the character {strange} (U+{ord(strange):04X}) is not in the font"
            problems.append(SourceProblem(place_of(value, file), message, "write it in words"))
        elif wrong := _wrong_value(str(key.value), value, file):
            problems.append(wrong)
        else:
            values[key.value] = value.value
        seen.add(str(key.value))
    return values, settings, problems


def _wrong_value(key: str, value: yaml.ScalarNode, file: str) -> SourceProblem | None:
    place = place_of(value, file)
    if key in CHOICES and value.value not in CHOICES[key]:
        return SourceProblem(place, f'unknown {key} "{value.value}"', nearest(value.value, CHOICES[key]))
    if key in NUMBERS and not value.value.isdigit():
        return SourceProblem(place, f'{key} is a number, not "{value.value}"')
    return None


def _yaml_problem(error: yaml.YAMLError, file: str) -> SourceProblem:
    mark = getattr(error, "problem_mark", None)
    place = Place(file, mark.line + 2, mark.column + 1) if mark else Place(file, 2)
    return SourceProblem(
        place,
        f"front matter: {getattr(error, 'problem', None) or 'not YAML'}",
        'one "key: text" a line; put text with a colon in quotes',
    )
