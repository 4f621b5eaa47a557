"""Picking rows of a finding's tables by what they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["grid", "levels", "matching", "panels", "titled"]

#: Orders that are not the alphabet's.
_ORDERS = (
    (
        "trust",
        "trust_global",
        "closeness",
        "circles",
        "subjective",
        "trust_risk",
        "trust_benevolence",
        "trust_competence",
        "trust_reciprocity",
        "followed",
        "confidence",
        "alone",
        "rank",
    ),
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


def panels(data: pd.DataFrame, *columns: str) -> list[dict[str, str]]:
    """What tells a figure's panels apart: each combination of the columns' values that has rows."""
    found = [dict(zip(columns, key, strict=True)) for key in product(*(levels(data, c) for c in columns))]
    return [wanted for wanted in found if len(matching(data, **wanted))]


def titled(data: pd.DataFrame, wanted: Mapping[str, str]) -> str:
    """The title of one of several panels, of those columns alone that differ between them."""
    return " · ".join(value for column, value in wanted.items() if len(levels(data, column)) > 1)


def grid(rows: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[tuple[int, int], str, str]]:
    """Every cell of a grid of panels with its place."""
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            yield (i, j), row, column
