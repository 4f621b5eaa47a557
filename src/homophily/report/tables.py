"""Tables as the page prints them: cells already worded, numbers told from words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

from homophily.report import _numbers as numbers
from homophily.report import _style as style

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cell", "Head", "Table", "estimates", "of_frame", "of_pairs"]

_HEADS = {
    "estimate": "Estimate",
    "p": "p",
    "n": "n",
    "low": "low",
    "high": "high",
    "interval": "95 % interval",
}

#: Columns whose numbers cannot pass 1 in size.
_UNIT = {"share", "power", "coverage", "r", "p"}


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading."""

    text: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `kind` is its CSS class."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready to print; `kind` is its CSS class."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    kind: str = ""


def of_pairs(
    pairs: Sequence[tuple[str, ...]], heads: Sequence[str], *, caption: str = "", kind: str = ""
) -> Table:
    """A table of words, one tuple a row."""
    return Table([Head(h) for h in heads], [[Cell(c) for c in row] for row in pairs], caption, kind)


def of_frame(frame: pd.DataFrame, *, caption: str = "", unit: bool = False) -> Table:
    """A table of a data frame, a column of numbers set right."""
    import pandas as pd

    numeric = {c for c in frame if pd.api.types.is_numeric_dtype(frame[c]) and frame[c].dtype != bool}
    heads = [Head(_HEADS.get(str(c), style.label(c)), c in numeric or c == "interval") for c in frame]
    columns = [
        [_cell(str(c), value, number=c in numeric, unit=unit, whole=_whole(frame[c])) for value in frame[c]]
        for c in frame
    ]
    return Table(heads, list(zip(*columns, strict=True)), caption)


def estimates(frame: pd.DataFrame) -> tuple[Table | None, str]:
    """A finding's estimates with their intervals in one column, and the method they share.

    A column that says the same in every row is left out; methods that differ stay a column.
    """
    if frame.empty:
        return None, ""
    shown = frame.drop(columns=["method"], errors="ignore").dropna(axis="columns", how="all")
    methods = [str(m) for m in frame["method"].dropna().unique()] if "method" in frame else []
    unit = _is_unit(frame)
    if {"low", "high"} <= set(shown):
        place = list(shown).index("low")
        texts = [numbers.interval(a, b, unit=unit) for a, b in zip(shown["low"], shown["high"], strict=True)]
        shown = shown.drop(columns=["low", "high"])
        shown.insert(place, "interval", [t if t != "[–, –]" else "–" for t in texts])
    for column in ("term", "outcome", "language"):
        if column in shown and len(shown) > 1 and shown[column].nunique() == 1 and shown.shape[1] > 3:
            shown = shown.drop(columns=column)
    return of_frame(shown, unit=unit), "; ".join(methods)


def _is_unit(frame: pd.DataFrame) -> bool:
    limits = frame[[c for c in ("estimate", "low", "high") if c in frame]].abs().max().max()
    return bool(limits <= 1)


def _whole(column: pd.Series) -> bool:
    return column.dtype.kind in "iu"


def _cell(column: str, value: Any, *, number: bool, unit: bool, whole: bool) -> Cell:
    if isinstance(value, Real) and not isinstance(value, bool):
        if whole:
            return Cell(numbers.count(value), "number")
        return Cell(numbers.cell(column, value, unit=unit or column in _UNIT), "number" if number else "")
    if column == "interval":
        return Cell(str(value), "number")
    missing = value is None or value != value
    return Cell("–" if missing else style.label(value) if column in _NAMED else str(value))


_NAMED = {"term", "outcome", "language", "component", "missing"}
