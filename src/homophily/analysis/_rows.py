"""Rows in, rows out: choosing what an analysis reads, and laying out what it found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from homophily.analysis._estimators.interval import Interval
from homophily.errors import DataError

__all__ = ["estimates", "groups", "listed", "number", "row", "select", "spelled", "told_apart"]

_LAST = ("estimate", "low", "high", "p", "n", "method")


def estimates(rows: Iterable[Mapping[str, Any]], *apart: str) -> pd.DataFrame:
    """A table of estimates: ``term`` first, ``estimate, low, high, p, n, method`` last, the rest between.

    Args:
        rows: What each row has; NaN stands for what it has not.
        *apart: Columns between that are there even if no row has them.
    """
    rows = list(rows)
    keys = [key for row in rows for key in row if key != "term" and key not in _LAST]
    between = dict.fromkeys([*apart, *keys])
    frame = pd.DataFrame(rows, columns=["term", *between, *_LAST])
    numeric = ["estimate", "low", "high", "p", "n"]
    return frame.astype(dict.fromkeys(numeric, float)).reset_index(drop=True)


def row(term: str, found: Interval, n: int, method: str) -> dict[str, Any]:
    """One row of estimates from an interval."""
    figures = {"estimate": found.estimate, "low": found.low, "high": found.high, "p": found.p}
    return {"term": term, **figures, "n": n, "method": method}


def select(
    tables: Mapping[str, pd.DataFrame],
    table: str,
    needed: Sequence[str] = (),
    *,
    condition: str | None = None,
) -> pd.DataFrame:
    """The rows of a table under one condition, with the needed columns proved present.

    Raises:
        DataError: The table, a column or every row is missing.
    """
    if table not in tables:
        raise DataError(f"there is no table {table!r}; the study has: {', '.join(tables) or 'none'}.")
    frame = tables[table]
    absent = [name for name in needed if name not in frame.columns]
    if absent:
        raise DataError(f"table {table!r} lacks the columns {', '.join(map(repr, absent))}.")
    if condition is not None and "condition" in frame.columns:
        frame = frame[frame["condition"] == condition]
        if frame.empty:
            raise DataError(f"no row of table {table!r} has the condition {condition!r}.")
    if frame.empty:
        raise DataError(f"table {table!r} is empty.")
    return frame.reset_index(drop=True)


def groups(frame: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Each combination of the `by` columns that are present, as a label and its rows; all rows if none is."""
    present = [name for name in by if name in frame.columns]
    if not present:
        yield {}, frame
        return
    for key, rows in frame.groupby(present, sort=True, dropna=False, observed=True):
        yield dict(zip(present, key, strict=True)), rows.reset_index(drop=True)


def number(value: float) -> str:
    """A figure for a sentence: two decimals, a true minus sign."""
    return f"{value:.2f}".replace("-", "−") if np.isfinite(value) else "not estimable"


def spelled(line: pd.Series[Any]) -> str:
    """A row of estimates for a sentence: ``0.42 [0.31, 0.52]``."""
    if not np.isfinite(line["low"]):
        return number(line["estimate"])
    return f"{number(line['estimate'])} [{number(line['low'])}, {number(line['high'])}]"


def told_apart(table: pd.DataFrame) -> pd.Series[str]:
    """What is put behind a row's name where goals or languages are reported apart: ``, balanced, ja``."""
    found = pd.Series("", index=table.index, dtype=object)
    for column in ("goal", "language"):
        if column in table and table[column].nunique() > 1:
            found = found + ", " + table[column].astype(str)
    return found


def listed(lines: pd.DataFrame) -> str:
    """Rows of estimates for a sentence: ``trust (en) 0.42 [0.31, 0.52]; closeness (en) …``."""
    return "; ".join(
        f"{line['outcome']} ({line['language']}) {spelled(line)}" for _, line in lines.iterrows()
    )
