"""Wide tables: a row for each sitting with a column an item, or a row a session with a column a seat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from homophily.lab.codebook import Column, Descriptions, describe

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["widen"]


#: Columns of the long table that speak of one ask, not of the sitting.
_OF_AN_ASK = {
    *("path", "item", "kind", "measures", "reverse", "value", "number", "missing", "raw"),
    *("prompt_tokens", "completion_tokens", "cost", "requests", "seconds", "cached", "time"),
}


def widen(
    name: str, table: pd.DataFrame, descriptions: Descriptions
) -> tuple[pd.DataFrame, dict[str, Column]] | None:
    """The wide form of a table, with what its new columns mean.

    - One row an ask (``session``, ``seat``, ``item``, ``path``): one row a sitting, one column an item. Items
      asked more than once in a sitting have a column for each path.
    - One row a seat (``session``, ``seat``): one row a session, the form that dyadic structural models read.
      What the seats of a session share stays one column; the rest gets the seat's name appended.

    Args:
        name: The table's name.
        table: The long form.
        descriptions: What its columns mean.

    Returns:
        None where the table has no wide form.
    """
    columns = set(table.columns)
    if {"session", "seat", "item", "path", "value", "number"} <= columns:
        return _by_item(table)
    if {"session", "seat"} <= columns and not table.duplicated(["session", "seat"]).any():
        return _by_seat(name, table, descriptions) if table["session"].duplicated().any() else None
    return None


def _by_item(table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Column]]:
    import pandas as pd

    sitting = ["session", "seat"]
    repeated = set(table.loc[table.duplicated([*sitting, "item"]), "item"])
    labels = table["item"].where(~table["item"].isin(repeated), table["path"])
    described: dict[str, Column] = {}
    filled: dict[str, Any] = {}
    for label, rows in table.groupby(labels, sort=False):
        column = _unique(re.sub(r"\W+", "_", str(label)).strip("_"), {*described, *sitting})
        first = rows.iloc[0]
        numeric = bool(rows["number"].notna().eq(rows["value"].notna()).all())
        filled[column] = rows.set_index(sitting)["number" if numeric else "value"]
        measured = f", which measures {first['measures']}" if first["measures"] else ""
        at = f" at {first['path']}" if first["item"] in repeated else ""
        described[column] = Column(
            f"Answer to item {first['item']}{at}{measured}; as answered, not turned.",
            missing="no answer, or not asked; the long table says which",
        )
    shared = [column for column in table.columns if column not in _OF_AN_ASK]
    wide = table[shared].groupby(sitting, sort=False).first()
    return wide.join(pd.DataFrame(filled)).reset_index(), described


def _by_seat(
    name: str, table: pd.DataFrame, descriptions: Descriptions
) -> tuple[pd.DataFrame, dict[str, Column]]:
    import pandas as pd

    held = table.groupby("session")
    shared = [
        column
        for column in table.columns
        if column == "session" or (column != "seat" and held[column].nunique(dropna=False).le(1).all())
    ]
    own = [column for column in table.columns if column not in (*shared, "seat")]
    parts = [table[shared].drop_duplicates("session").set_index("session")]
    described: dict[str, Column] = {}
    for seat, rows in table.groupby("seat", sort=True):
        parts.append(rows.set_index("session")[own].add_suffix(f"_{seat}"))
        for column in own:
            found = describe(name, column, descriptions) or Column("(not described)")
            described[f"{column}_{seat}"] = Column(f"Seat {seat}: {found.meaning}", found.unit, found.missing)
    return pd.concat(parts, axis=1).reset_index(), described


def _unique(column: str, taken: set[str]) -> str:
    number = 2
    candidate = column
    while candidate in taken:
        candidate, number = f"{column}_{number}", number + 1
    return candidate
