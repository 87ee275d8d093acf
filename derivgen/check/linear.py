"""Linear equations over the numbers of a world: modulo a prime, or floats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from derivgen.check.series import PRIME

Row: TypeAlias = list[Any]
Column: TypeAlias = Mapping[Any, Any]  # name of an equation -> coefficient


def solution(columns: Sequence[Column], lacking: Column, kind: str) -> Row | None:
    """Factors x with sum(x[k]*columns[k]) + lacking = 0, or None where there are none.

    Those that are not determined are 0.
    """
    keys = {key: None for table in (*columns, lacking) for key in table}
    rows = [[column.get(key, 0) for column in columns] + [-lacking.get(key, 0)] for key in keys]
    modular = kind == "modular"
    if modular:
        rows = [[x % PRIME for x in row] for row in rows]
    pivots: list[int] = []
    for k in range(len(columns)):
        done = len(pivots)
        row = _pivot(rows, done, k, modular)
        if row is None:
            continue
        rows[done], rows[row] = rows[row], rows[done]
        _clear(rows, done, k, modular)
        pivots.append(k)
    if any(not _negligible(row[-1], modular) for row in rows[len(pivots) :]):
        return None
    found: list[Any] = [0] * len(columns)
    for row_of, k in zip(rows, pivots, strict=False):
        found[k] = row_of[-1]
    return found


def _negligible(x: Any, modular: bool) -> bool:
    return bool(x == 0 if modular else abs(x) < 1e-9)


def _pivot(rows: list[Row], done: int, k: int, modular: bool) -> int | None:
    """The row to eliminate with: for floats that of the largest entry."""
    options = [r for r in range(done, len(rows)) if not _negligible(rows[r][k], modular)]
    return max(options, key=lambda r: 1 if modular else abs(rows[r][k]), default=None)


def _clear(rows: list[Row], pivot: int, k: int, modular: bool) -> None:
    scale = pow(rows[pivot][k], -1, PRIME) if modular else 1 / rows[pivot][k]
    rows[pivot] = [_reduced(x * scale, modular) for x in rows[pivot]]
    for r, row in enumerate(rows):
        if r != pivot and row[k]:
            rows[r] = [_reduced(x - row[k] * y, modular) for x, y in zip(row, rows[pivot], strict=True)]


def _reduced(x: Any, modular: bool) -> Any:
    return x % PRIME if modular else x
