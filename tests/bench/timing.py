"""How the measurements are taken and printed: medians, growth by least squares, tables."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterable, Sequence


def once(work: Callable[[], object]) -> float:
    """Seconds of one run, the garbage of earlier ones collected before it."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median(values: Iterable[float]) -> float:
    """The middle one of the values in order."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of log(seconds) against log(size), by least squares: 2 is quadratic growth."""
    xs, ys = [math.log(k) for k in sizes], [math.log(t) for t in seconds]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: the first column to the left, the others to the right."""
    lines = [list(head), *[list(row) for row in rows]]
    widths = [max(len(line[k]) for line in lines) for k in range(len(head))]
    print(f"\n{title}")
    for line in lines:
        cells = [line[0].ljust(widths[0]), *[c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True)]]
        print("  " + "  ".join(cells).rstrip())


def aim(name: str, figure: str, wanted: str, met: bool) -> None:
    """Print a figure beside its aim."""
    print(f"  {name}: {figure} (aim: {wanted}){'' if met else '  <- not met'}")
