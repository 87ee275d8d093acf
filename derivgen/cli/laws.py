"""The command that shows the book of rules."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derivgen import api
from derivgen.cli.failures import WRONG, stop
from derivgen.cli.options import own_rules

if TYPE_CHECKING:
    from derivgen.rules.book import Law, RuleBook


@click.command(short_help="Show the laws, or one law.")
@click.argument("name", required=False)
@click.option("--axioms", is_flag=True, help="List only the axioms: what is not proved from other laws.")
@own_rules
def rules(name: str | None, axioms: bool, rules: tuple[Path, ...]) -> None:
    """Show the laws: statement, reason, status, and where a law is used; one law with its source and its proof.

    --axioms says how many there are and how long they are, in signs of their statements.

    \b
    Examples:
      derivgen rules tr_cyclic
      derivgen rules --axioms
      derivgen rules | grep det
    """
    laws = api.book(rules)
    if name is None:
        _list([law for law in laws.values() if not axioms or law.status == "axiom"], laws)
        if axioms:
            click.echo(_sizes(laws))
    elif axioms:
        raise click.UsageError("give either a NAME or --axioms")
    elif name not in laws:
        stop(_unknown(name, laws), WRONG)
    else:
        click.echo("\n".join(_page(laws[name], laws)))


def statement(law: Law) -> str:
    """A law as its file writes it."""
    from derivgen.language.plain import plain

    left, right = law.statement or (law.left, law.right)
    conditions = f"   if {' and '.join(law.condition_texts)}" if law.condition_texts else ""
    return f"{plain(left)} {law.relation} {plain(right)}{conditions}"


def _list(shown: list[Law], laws: RuleBook) -> None:
    """Laws under the names of their files, each with a line that says what it is and who uses it."""
    file = ""
    proofs, methods = _named_in_proofs(laws), _named_in_methods()
    for law in shown:
        if law.file != file:
            click.echo(f"\n{law.file}" if file else law.file)
            file = law.file
        click.echo(f"  {law.name:24} {statement(law)}")
        users = [f"{len(proofs[law.name])} proof{'s' * (len(proofs[law.name]) != 1)}"] if law.name in proofs else []
        used = ", ".join([*users, *methods.get(law.name, ())])
        about = [law.words, law.status, f"{_size(law)} signs", f"used in {used}" if used else ""]
        click.echo(f"  {'':24}   {'; '.join(part for part in about if part)}")
    click.echo(f"\n{len(shown)} of {len(laws)} laws; derivgen rules NAME says more about one")


def _sizes(laws: RuleBook) -> str:
    """How many axioms there are, and how long; beside them all that is not proved, and what is."""
    from derivgen.rules.definitions import abbreviations

    short = abbreviations(laws)
    axioms, definitions, theorems = (
        [law for law in laws.values() if law.status == status] for status in ("axiom", "definition", "theorem")
    )
    sizes = {law.name: _size(law) for law in axioms}
    longest = sorted(sizes, key=lambda name: -sizes[name])[:3]
    said = ", ".join(f"{name} ({sizes[name]})" for name in longest)
    rows = [
        ("axioms", axioms, "not proved"),
        ("definitions by a property", [law for law in definitions if law.name not in short], "not proved either"),
        ("definitions that abbreviate", list(short.values()), "a symbol stands for an expression"),
        ("theorems", theorems, "proved from laws before them"),
    ]
    return "\n".join([
        f"{len(sizes)} axioms of {sum(sizes.values())} signs together; the longest: {said}",
        "",
        f"  {'':28}{'laws':>5}{'signs':>7}",
        *[f"  {name:28}{len(found):5}{sum(map(_size, found)):7}   {what}" for name, found, what in rows],
    ])  # fmt: skip


def _size(law: Law) -> int:
    """How many signs a statement has: names, numbers and operators of both sides."""
    return sum(side.size for side in law.statement or (law.left, law.right))


def _named_in_proofs(laws: RuleBook) -> dict[str, list[str]]:
    """The theorems whose proofs name a law."""
    found: dict[str, list[str]] = {}
    for law in laws.values():
        for name in dict.fromkeys(re.findall(r"\w+", law.by)):
            if name in laws:
                found.setdefault(name, []).append(law.name)
    return found


def _named_in_methods() -> dict[str, list[str]]:
    """The methods whose phases name a law."""
    found: dict[str, list[str]] = {}
    for file in sorted(files("derivgen.methods").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".py"):
            method = file.name.removesuffix(".py").replace("_", " ")
            for name in dict.fromkeys(re.findall(r"[\"'<](\w+)[\"']", file.read_text("utf-8"))):
                found.setdefault(name, []).append(method)
    return found


def _unknown(name: str, laws: RuleBook) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(laws), n=3, cutoff=0.5)
    near = near or [one for one in laws if name and name in one][:3]
    hint = "did you mean " + ", ".join(near) + "?" if near else "derivgen rules lists them all"
    return f"error: there is no law {name!r}\n  hint: {hint}"


def _page(law: Law, laws: RuleBook) -> list[str]:
    """All that is known of one law."""
    status = f"{law.status}, proved by {law.by}" if law.by else law.status
    lines = [f"{law.name}: {statement(law)}", f"  reason:  {law.words or '(none)'}", f"  status:  {status}"]
    if law.source:
        lines.append(f"  source:  {law.source}")
    lines.append(f"  used:    {'in both directions' if law.reversible else 'from left to right only'}")
    if proofs := _named_in_proofs(laws).get(law.name):
        lines.append("  proves:  " + ", ".join(proofs))
    if methods := _named_in_methods().get(law.name):
        lines.append("  methods: " + ", ".join(methods))
    lines.append(f"  stands:  {law.file}:{law.line}")
    return lines + (_proof(law, laws) if law.status == "theorem" else [])


def _proof(law: Law, laws: RuleBook) -> list[str]:
    """The proof of a theorem from earlier laws, checked; or why there is none."""
    from derivgen import api
    from derivgen.engine.derivation_error import DerivationError

    try:
        found = api.proof(law.name, laws)
    except DerivationError as error:
        return ["", f"  no proof: {error}"]
    report = api.check(found)
    shown = found.text("worked") if report else f"the check refuses the proof: {report}"
    return ["", *shown.splitlines(), "", f"checked: {report}"]
