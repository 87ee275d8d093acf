"""``make bench``: how the time of a derivation grows with the number of factors and with the depth of nesting."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from derivgen import DerivationError, Result, check, derive
from tests.bench.timing import aim, exponent, median, once, table

FACTORS = (1, 2, 4, 8, 16, 32)
DEPTHS = (1, 2, 4, 8, 16, 32, 64)
SMOOTH = ("sin", "exp", "cos")
FRACTIONS = ("sin", "atan", "exp", "log")  # their derivatives bring denominators
REPEATS = 3
LONG = 5.0  # seconds after which a measurement is not repeated, nor checked at the next size
ENOUGH = 60.0  # seconds after which no larger size is tried
fresh = count(1)

Question = tuple[str, str, str]


def chain(k: int) -> Question:
    """tr(A1 X A2 X ... Ak X B), by X: k times the variable."""
    number = next(fresh)
    x, b = f"X{number}x", f"B{number}x"
    factors = [f"A{number}x{i}" for i in range(1, k + 1)]
    let = "; ".join(f"{name}: matrix(n)" for name in (x, b, *factors))
    return "tr(" + "*".join(f"{a}*{x}" for a in factors) + f"*{b})", x, let


def nest(depth: int, functions: tuple[str, ...] = SMOOTH) -> Question:
    """cos(exp(sin(...(x)))), by x: a function of a function, so many deep."""
    x = f"x{next(fresh)}"
    text = x
    for level in range(depth):
        text = f"{functions[level % len(functions)]}({text})"
    return text, x, f"{x}: positive scalar"


def measured(question: Callable[[int], Question], size: int, *, checks: bool) -> tuple[float, int, float]:
    """Median seconds to derive, the steps of the trace, seconds to check it."""
    times: list[float] = []
    made: list[Result] = []
    while len(times) < REPEATS and sum(times) < LONG:
        of, wrt, let = question(size)
        times.append(once(lambda ask=(of, wrt, let): made.append(derive(ask[0], ask[1], let=ask[2]))))  # type: ignore[misc]
    checked = once(lambda: check(made[0])) if checks else float("nan")
    return median(times), len(made[0].steps), checked


def grow(
    title: str,
    question: Callable[[int], Question],
    sizes: tuple[int, ...],
    most: float,
    screen: pytest.CaptureFixture[str],
) -> None:
    """Measure the sizes one after the other and fit the exponent to those from 4 on."""
    rows: list[list[str]] = []
    done: list[int] = []
    times: list[float] = []
    stopped = ""
    for size in sizes:
        try:
            seconds, steps, checked = measured(question, size, checks=times[-1:] < [LONG])
        except (DerivationError, RecursionError) as error:
            stopped = f"{size}: {type(error).__name__}: {str(error).splitlines()[0]}"
            break
        rows.append([str(size), f"{1000 * seconds:.0f}", str(steps), f"{1000 * checked:.0f}"])
        done, times = [*done, size], [*times, seconds]
        if seconds > ENOUGH:
            stopped = f"nothing larger tried: {seconds:.0f} s"
            break
    fit = [k for k in range(len(done)) if done[k] >= 4]
    with screen.disabled():
        table(title, ("k", "derive ms", "steps", "check ms"), rows)
        if stopped:
            print(f"  stopped at {stopped}  <- not met")
        if len(fit) > 1:
            slope = exponent([done[k] for k in fit], [times[k] for k in fit])
            aim(
                f"exponent, least squares for k = {done[fit[0]]}..{done[-1]}",
                f"{slope:.2f}",
                f"at most {most}",
                slope <= most,
            )


def test_number_of_factors(capsys: pytest.CaptureFixture[str]) -> None:
    grow("tr(A1*X*A2*X*...*Ak*X*B) by X", chain, FACTORS, 2.2, capsys)


def test_depth_of_nesting(capsys: pytest.CaptureFixture[str]) -> None:
    grow("sin, exp and cos by turns, k deep", nest, DEPTHS, 1.5, capsys)


def test_depth_of_nesting_with_fractions(capsys: pytest.CaptureFixture[str]) -> None:
    grow("sin, atan, exp and log by turns, k deep", lambda k: nest(k, FRACTIONS), DEPTHS, 1.5, capsys)
