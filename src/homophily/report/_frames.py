"""Picking rows of a finding's tables by what they are about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["grid", "levels", "matching"]

#: Orders that are not the alphabet's.
_ORDERS = (
    ("trust", "trust_global", "closeness", "circles", "subjective"),
    ("en", "ja"),
    ("actor", "partner", "pair", "relationship", "residual"),
    ("SD", "ST", "HE", "AC", "PO", "SE", "CO", "TR", "BE", "UN"),
    ("none", "scores", "definitions", "intensity", "ranking", "portrait", "anchor"),
)


def levels(data: pd.DataFrame, column: str) -> list[str]:
    """The values a column takes, in the field's own order where there is one; ``['']`` without the column."""
    if column not in data:
        return [""]
    found = [str(value) for value in data[column].dropna().unique()]
    for order in _ORDERS:
        if set(found) & set(order):
            return [x for x in order if x in found] + sorted(x for x in found if x not in order)
    return found


def matching(data: pd.DataFrame, **wanted: str) -> pd.DataFrame:
    """The rows that say what is wanted; a column the table lacks, or an empty wish, asks nothing."""
    for column, value in wanted.items():
        if column in data and value != "":
            data = data[data[column].astype(str) == value]
    return data


def grid(rows: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[tuple[int, int], str, str]]:
    """Every cell of a grid of panels with its place."""
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            yield (i, j), row, column
