"""What becomes of a random problem: derived, refused, wrong, or nothing that can be judged."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivgen import DerivationError, NotationError, check, derive
from derivgen.language.terms import Term
from tests.cookbook.outcomes import reason
from tests.fuzz.problems import OPERATORS, SINGULAR, Problem, points
from tests.judge import differences
from tests.judge.functions import Array
from tests.judge.values import NoValueError, value

SECONDS = 20
# max(x, x) has no derivative, and the pseudo-inverse of 0 none either: to say so is no wrong answer
POINTLESS = ("no point was found that satisfies the assumptions", "it has no value at any point")


@dataclass(frozen=True)
class Outcome:
    """``word``: derived, refused, wrong or unjudged; ``why`` in words."""

    problem: Problem
    word: str
    why: str = ""


class TooSlowError(Exception):
    """A derivation took longer than a reader would wait."""


@contextmanager
def limit(seconds: int) -> Iterator[None]:
    """Raise TooSlowError after some seconds of this process, whatever else the machine does meanwhile."""

    def stop(*_: Any) -> None:
        raise TooSlowError(f"more than {seconds} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def outcome(problem: Problem, seconds: int = SECONDS) -> Outcome:
    """Derive, check, and judge by central differences."""
    try:
        with limit(seconds):
            result = derive(**problem.asked)
            report = check(result)
    except (NotationError, DerivationError) as error:
        return Outcome(problem, "refused", reason(error))
    except TooSlowError as error:
        return Outcome(problem, "refused", str(error))
    except Exception as error:  # a traceback is a fault of the program, whatever it is
        return Outcome(problem, "wrong", f"{type(error).__name__}: {error}")
    if not report and any(words in str(report) for words in POINTLESS):
        return Outcome(problem, "refused", "the check finds no point where all is defined")
    if not report:
        return Outcome(problem, "wrong", f"the check: {report}")
    judged, unmet = 0, False
    for env in points(problem, 1):
        measured = _measured(problem, env)
        if measured is None:
            continue
        if not all(_holds(c.predicate, c.term, env) for c in result.derivation.assumed):
            unmet = True
            continue
        try:
            with np.errstate(all="ignore"):
                found = value(result.result.term, env)
        except (NoValueError, np.linalg.LinAlgError, KeyError, ValueError, TypeError) as error:
            return Outcome(problem, "wrong", f"{result.result}: {type(error).__name__} {error}")
        if result.assumed and not np.isfinite(found).all():
            continue  # what is assumed does not hold here
        judged += 1
        if differences.distance(found, measured) > (1e-3 if problem.kind == "hessian" else 1e-5):
            return Outcome(problem, "wrong", f"{result.result}: {found} for {measured}")
    if unmet and not judged:
        return Outcome(problem, "refused", "what is assumed holds at no point")
    return Outcome(problem, "derived" if judged else "unjudged", str(result.result))


def _holds(predicate: str, term: Term, env: dict[str, Any]) -> bool:
    """Whether an assumption holds at a point: the inverse of a singular matrix is garbage in floating point."""
    if term.op == "every":
        low, high = (int(value(bound, env)) for bound in term.args[:2])
        return all(_holds(predicate, term.args[2], {**env, str(term.data): k}) for k in range(low, high + 1))
    if predicate != "invertible":
        return True
    return bool(np.linalg.cond(np.atleast_2d(value(term, env))) < SINGULAR)


def _measured(problem: Problem, env: dict[str, Any]) -> Array | None:
    """Central differences with two steps, or None where they disagree: near a kink or a pole they say nothing."""
    f: differences.Function = lambda e: problem.tree.worth(dict(e))  # noqa: E731
    try:
        with np.errstate(all="ignore"):
            one, two = (_differences(problem, f, env, h) for h in (1.0, 0.4))
    except (np.linalg.LinAlgError, OverflowError, ZeroDivisionError, ValueError, FloatingPointError):
        return None
    close = differences.distance(one, two) < (2e-4 if problem.kind == "hessian" else 1e-6)
    return two if close else None


def _differences(problem: Problem, f: differences.Function, env: dict[str, Any], scale: float) -> Array:
    name = problem.name
    if problem.kind == "differential":
        change = env[f"d({name})"]
        return differences.along(lambda t: f({**env, name: env[name] + t * change}), scale * differences.STEP)
    if problem.kind == "hessian":
        return differences.second(f, env, name, scale * differences.SECOND_STEP)
    place = (env["j"], env["k"]) if problem.kind == "entry" else None
    return differences.derivative(f, env, name, place, scale * differences.STEP)


# -- figures --------------------------------------------------------------------------------------------------------
def table(found: list[Outcome]) -> str:
    """Derived, refused and wrong, over all and for each operator and kind; then the reasons for refusals."""
    lines = [f"{'':16}{'problems':>9}{'share':>7}{'derived':>9}{'refused':>9}{'wrong':>7}{'derived %':>11}"]
    judged = [o for o in found if o.word != "unjudged"]
    rows = [("all", judged)]
    rows += [(kind, [o for o in judged if o.problem.kind == kind]) for kind in sorted({o.problem.kind for o in judged})]
    rows += [(name, [o for o in judged if name in o.problem.tree.operators]) for name in OPERATORS]
    for name, some in rows:
        words = Counter(o.word for o in some)
        share = f"{100 * len(some) / max(1, len(judged)):.0f} %"
        derived = f"{100 * words['derived'] / max(1, len(some)):.1f}"
        lines.append(
            f"{name:16}{len(some):9}{share:>7}{words['derived']:9}{words['refused']:9}{words['wrong']:7}{derived:>11}"
        )
    reasons = Counter(o.why.split(":")[0] for o in judged if o.word == "refused")
    lines += ["", "refused because:", *[f"{count:6}  {why}" for why, count in reasons.most_common(25)]]
    lines.append(f"{len(found) - len(judged)} not judged: no point with reliable differences")
    return "\n".join(lines)
