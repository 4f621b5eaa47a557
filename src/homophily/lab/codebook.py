"""Codebooks: what every column of every exported table means, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from homophily.lab.descriptions import ANSWERS, SAVINGS, Column

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Column", "Descriptions", "codebook", "describe", "markdown", "undescribed"]

Descriptions = Mapping[str, Column | str]
"""Column names and what they mean. A key ``table.column`` holds for one table, ``column`` for all; in either
``*`` stands for any text, which ``*`` in the meaning repeats (``rater_*``: "Rater's score of ``*``")."""

_FEW = 12  # Text columns of up to so many levels have them listed.


def describe(table: str, column: str, descriptions: Descriptions) -> Column | None:
    """What a column means, by the most particular description; None where there is none."""
    named = f"{table}.{column}"
    for known in (descriptions, SAVINGS, ANSWERS):
        fitting = [key for key in known if fnmatchcase(named, key) or fnmatchcase(column, key)]
        if fitting:
            key = max(fitting, key=lambda key: ("*" not in key, "." in key, len(key)))
            found = known[key]
            described = Column(found) if isinstance(found, str) else found
            return described.filled(_caught(key, named if fnmatchcase(named, key) else column))
    return None


def undescribed(tables: Mapping[str, pd.DataFrame], descriptions: Descriptions) -> list[str]:
    """Columns without a description, as ``table.column``."""
    return [
        f"{name}.{column}"
        for name, table in tables.items()
        for column in table.columns
        if describe(name, column, descriptions) is None
    ]


def codebook(tables: Mapping[str, pd.DataFrame], descriptions: Descriptions) -> pd.DataFrame:
    """One row a column.

    Returns:
        ``table``, ``column``, ``type`` (text, whole number, number, true/false, time), ``meaning``, ``unit``
        (or range), ``missing`` (what an empty cell means), ``n`` (cells filled), ``n_missing``, ``min``,
        ``max``, and ``levels`` of text with few of them, otherwise how many there are.
    """
    import pandas as pd

    rows = [
        _row(name, column, table[column], describe(name, column, descriptions))
        for name, table in tables.items()
        for column in table.columns
    ]
    fields = ("table", "column", "type", "meaning", "unit", "missing")
    return pd.DataFrame(rows, columns=[*fields, "n", "n_missing", "min", "max", "levels"])


def markdown(book: pd.DataFrame, sizes: Mapping[str, int]) -> str:
    """A codebook for reading, one section a table.

    Args:
        book: As `codebook` makes it.
        sizes: Rows of each table.
    """
    parts = [
        "# Codebook\n\nAn empty cell of the CSV files, null in Parquet, is a missing value throughout. "
        "Text is UTF-8."
    ]
    for name, rows in book.groupby("table", sort=False):
        lines = [f"## {name}\n", f"{sizes[str(name)]:,} rows.\n"]
        lines += ["| column | type | meaning | unit or range | if empty | n | missing | values |"]
        lines += ["| --- | --- | --- | --- | --- | ---: | ---: | --- |"]
        lines += [f"| {' | '.join(_cells(row))} |" for row in rows.to_dict("records")]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _caught(key: str, name: str) -> str:
    """What the first ``*`` of a key stands for in a name."""
    before, star, after = key.partition("*")
    return name[len(before) : len(name) - len(after)] if star else ""


def _row(table: str, column: str, cells: pd.Series[Any], described: Column | None) -> dict[str, Any]:
    found = described or Column("(not described)")
    kind = _kind(cells)
    filled = cells[cells.notna() & cells.ne("")]
    row: dict[str, Any] = {
        "table": table,
        "column": column,
        "type": kind,
        "meaning": found.meaning,
        "unit": found.unit,
    }
    row |= {"missing": found.missing, "n": len(filled), "n_missing": len(cells) - len(filled)}
    if kind in ("number", "whole number", "time") and len(filled):
        row |= {"min": _plain(filled.min()), "max": _plain(filled.max())}
    if kind == "text":
        levels = sorted({str(level) for level in filled.unique()})
        few = len(levels) <= _FEW and all(len(level) <= 40 for level in levels)
        row["levels"] = "; ".join(levels) if few else f"{len(levels)} different"
    return row


def _kind(cells: pd.Series[Any]) -> str:
    from pandas.api import types

    if types.is_bool_dtype(cells):
        return "true/false"
    if types.is_integer_dtype(cells):
        return "whole number"
    if types.is_numeric_dtype(cells):
        return "number"
    return "time" if types.is_datetime64_any_dtype(cells) else "text"


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else f"{value:.6g}"


def _cells(row: Mapping[Any, Any]) -> Iterator[str]:
    values = row["levels"] if isinstance(row["levels"], str) else ""
    if isinstance(row["min"], str):
        values = f"{row['min']} to {row['max']}"
    for cell in (
        f"`{row['column']}`",
        *(row[field] for field in ("type", "meaning", "unit", "missing", "n", "n_missing")),
        values,
    ):
        yield str(cell).replace("|", "\\|").replace("\n", " ")
