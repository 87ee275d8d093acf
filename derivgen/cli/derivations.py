"""The commands that derive, prove, expand, explain and check."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derivgen import api
from derivgen.cli.asked import Answer, answer, is_block, read_text, refusal
from derivgen.cli.failures import USAGE, WRONG, choice, complain, stop
from derivgen.cli.options import assumptions, declarations, how_to_show, own_rules
from derivgen.language.shapes import SCALAR

if TYPE_CHECKING:
    from derivgen.engine.trace import Chain, Step
    from derivgen.language.declarations import Declarations

VARY, LAYOUTS = ("free", "structured"), ("gradient", "numerator", "denominator")
METHODS_SAID = (
    "first principles (the limit), differentials (d moves inwards), componentwise (entry by entry), chain rule "
    "(of a scalar), inverse function (from g(f(x)) = x)."
)
KINDS_SAID = (
    "derivative (by a scalar), gradient (of a scalar), jacobian (of a vector), hessian (of a scalar, twice), "
    "differential (d of it), directional (--along). Found from the shapes if not given."
)


@click.command(short_help="Differentiate an expression.")
@click.argument("expr")
@click.option("--wrt", metavar="NAME", help="The variable: x, or X; of a differential also X, Y.")
@declarations
@assumptions
@click.option("--by", "--method", "method", metavar="METHOD", help=METHODS_SAID)
@click.option("--kind", metavar="KIND", help=KINDS_SAID)
@click.option("--order", type=click.IntRange(1, 8), help="Order of the derivative.")
@click.option("--along", metavar="TERM", help="The direction of a directional derivative.")
@click.option("--vary", metavar="VARY", help="free, or structured: X moves within its structure.")
@click.option("--layout", metavar="LAYOUT", help="gradient (shape of the variable), numerator, denominator.")
@click.option("--convention", metavar="CONVENTION", help="For complex X: wirtinger, or gradient (2 d/dconj(X)).")
@click.option("--to", metavar="TERM", help="The form in which the result is wanted.")
@how_to_show
@own_rules
def derive(expr: str, **options: Any) -> None:
    """Differentiate EXPR, step by step.

    Names that are not declared get the shapes that fit; the output says which. Upper case is a matrix, lower
    case a scalar, a primed lower-case name (x') a vector. EXPR may be - for a block on standard input, or
    FILE.md#ID for a block of a lecture. A formula with a backslash or between dollar signs is LaTeX.

    \b
    Examples:
      derivgen derive "tr(A*X*B)" --wrt X
      derivgen derive "log(det(X))" --wrt X --let "X: invertible matrix(n)" --assume "det(X) > 0"
      derivgen derive "exp(cos(x^2))" --wrt x --by "chain rule"
      derivgen derive "tr(A*X*B)" --wrt X --language de --format latex --notation transpose=prime
      derivgen derive '\\log\\det\\mathbf X' --wrt '\\mathbf X'
      derivgen derive examples/lectures/differential-calculus.md#square
      printf "of x^3\\nwrt x\\n" | derivgen derive -

    \b
    A block on standard input holds the lines of a ```derive block of a lecture:
      let X: invertible matrix(n)
      of log(det(X))
      wrt X
    """
    from derivgen.language.problem import CONVENTIONS, METHODS, QUANTITIES

    if options["method"] is not None:
        options["method"] = options["method"].replace("-", " ")
    known = {"method": METHODS, "kind": QUANTITIES, "vary": VARY, "layout": LAYOUTS, "convention": CONVENTIONS}
    for name, values in known.items():
        if options[name] is not None:
            choice("--by" if name == "method" else f"--{name}", options[name], values)
    _show("derive", expr, options)


@click.command(short_help="Prove an equation.")
@click.argument("statement", metavar='"LHS = RHS"')
@declarations
@click.option("--from", "given", metavar="EQUATION", help="The equation to start from.")
@click.option("--via", metavar="TERM", multiple=True, help="A way-point; may be repeated.")
@assumptions
@how_to_show
@own_rules
def prove(statement: str, **options: Any) -> None:
    """Prove an equation, or derive it from a given one; - and FILE.md#ID as for derive.

    \b
    Examples:
      derivgen prove "tr(A*B) = tr(B*A)"
      derivgen prove "g'(y) = 1/f'(g(y))" --let "f, g: function" --from "g(f(x)) = x"
    """
    _show("prove", statement, options)


@click.command(short_help="Expand an expression in eps.")
@click.argument("expr")
@declarations
@assumptions
@how_to_show
@own_rules
def expand(expr: str, **options: Any) -> None:
    """Expand EXPR in eps, step by step; - and FILE.md#ID as for derive.

    \b
    Examples:
      derivgen expand "(x + eps)^n" --let "n: natural"
      derivgen expand "det(I(2) + eps*M)" --detail worked
    """
    _show("expand", expr, options)


def _show(kind: str, text: str, options: dict[str, Any]) -> None:
    """Derive, check, and only then print."""
    how = {name: options.pop(name) for name in ("detail", "form", "language", "notation", "rules")}
    form, notation = how["form"], how["notation"]
    found = answer(kind, text, options, how["rules"])
    result = found.result
    level = how["detail"] or found.detail or "lecture"
    language = how["language"] or (found.style.words if found.style else "en")
    if found.style:
        notation = {**asdict(found.style.notation), **notation}
    if form == "json":
        click.echo(result.to_json())
    elif form == "numpy":
        click.echo(result.code("numpy").rstrip("\n"))
    elif form == "html":
        click.echo(result.html(level, notation, language).rstrip("\n"))
    elif form == "latex":
        click.echo(result.latex(level, notation, language))
    else:
        click.echo(result.text(level, language).rstrip("\n"))
    if form == "text":  # shapes and assumptions stand in the text itself
        click.echo("\n".join(["", *_inferred(result.derivation.problem.inferred, short=True)]))
        if unused := found.result.unused:
            click.echo("not used: " + ", ".join(unused))
        click.echo(said_beside(found)[-1])
    else:
        complain("\n".join(said_beside(found)))


def _inferred(inferred: Declarations, short: bool = False) -> list[str]:
    """The line that says what nobody declared; a short one has shapes only where a small letter is no scalar."""
    shaped = [d for name, d in inferred.items() if name[0].islower() and d.sort in ("value", "members")]
    vectors = any(d.shape != SCALAR for d in shaped)
    texts = [f"{name}: {text}" if vectors or not short else name for name, text in inferred.texts().items()]
    return [f"inferred: {('; ' if vectors or not short else ', ').join(texts)}"] if texts else []


def said_beside(found: Answer) -> list[str]:
    """What goes with a derivation: inferred shapes, assumptions, and last the outcome of the check."""
    problem = found.result.derivation.problem
    lines = _inferred(problem.inferred)
    if assumed := found.result.assumed:
        lines.append("assumed:  " + ", ".join(assumed))
    if unused := found.result.unused:
        lines.append("not used: " + ", ".join(unused))
    report = str(found.report).split("; assumed:")[0]
    return [*lines, f"checked:  {report}"]


@click.command(short_help="Print every rewrite of a block in a lecture.")
@click.argument("problem", metavar="FILE.md#ID")
@own_rules
def explain(problem: str, rules: tuple[Path, ...]) -> None:
    """Print the full trace of a block (- for standard input): every rewrite, its law, place and conditions.

    \b
    Examples:
      derivgen explain examples/lectures/differential-calculus.md#square
      printf "of x^2\\nwrt x\\n" | derivgen explain -
    """
    if not is_block(problem):
        stop(f"error: {problem!r} names no block\n  hint: write FILE.md#ID, or - for standard input", USAGE)
    found = answer("derive", problem, {}, rules)
    derivation = found.result.derivation
    click.echo(f"method: {derivation.method}")
    for number, chain in enumerate(derivation.chains, start=1):
        click.echo("\n".join(_chain(number, chain)))
    click.echo("\n" + "\n".join(said_beside(found)))


def _chain(number: int, chain: Chain) -> list[str]:
    from derivgen.language.plain import plain

    lines = ["", f"chain {number} ({chain.opening})", f"      {plain(chain.start)}"]
    for k, step in enumerate(chain.steps, start=1):
        lines += [f"{k:>3} {step.relation} {plain(step.after)}", f"        {_reason(step)}"]
    return lines


def _reason(step: Step) -> str:
    """Law, direction, place, binding and conditions of a step in one line."""
    from derivgen.language.plain import plain
    from derivgen.language.terms import Term

    parts = [step.rule if step.forward else f"{step.rule} (right to left)"]
    if step.path:
        parts.append("at " + ".".join(str(k).replace(" ", "") for k in step.path))
    bound = [f"{name} = {plain(value)}" for name, value in step.binding.items() if isinstance(value, Term)]
    if bound:
        parts.append("with " + ", ".join(bound))
    parts += [f"{c.basis}: {c.predicate}({plain(c.term)})" for c in step.conditions]
    return "; ".join(parts)


@click.command(short_help="Check a derivation in a JSON file.")
@click.argument("file", metavar="FILE.json")
@own_rules
def check(file: str, rules: tuple[Path, ...]) -> None:
    """Check a derivation: replay every step from its law, compare numbers, judge the result.

    FILE.json is what derive --format json writes; - reads standard input. Exit status 0 if all holds, 1 with
    the first bad step if not.

    \b
    Examples:
      derivgen derive "x^2" --wrt x --format json > square.json
      derivgen check square.json
      derivgen derive "tr(A*X*B)" --wrt X --format json | derivgen check -
    """
    result = api.Result.from_json(read_text(file), api.book(rules))
    report = api.check(result)
    if not report:
        stop(refusal(result, report), WRONG)
    counts = ", ".join(f"{grade} {number}" for grade, number in report.counts.items())
    click.echo(str(report))
    click.echo(f"steps by grade: {counts}; replayed as laws {report.replayed} of {len(report.verdicts)}")
