"""Tables as the page prints them: cells already worded, numbers told from words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from homophily.report import _style as style
from homophily.report import numbers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cell", "Head", "Table", "estimates", "of_frame", "of_pairs", "of_planted"]

_HEADS = {
    "estimate": "Estimate",
    "p": "p",
    "n": "n",
    "df": "df",
    "low": "low",
    "high": "high",
    "interval": "95 % interval",
    "share_interval": "95 % interval of the share",
    "p_holm": "p (Holm)",
}


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


def of_frame(frame: pd.DataFrame, *, caption: str = "") -> Table:
    """A table of a data frame, a column of numbers set right."""
    heads, columns = [], []
    for name in frame:
        numeric = frame[name].dtype.kind in "iuf" or str(name).endswith("interval")
        heads.append(Head(_HEADS.get(str(name), style.label(name)), numeric))
        unit = [numbers.is_unit(name)] * len(frame)
        if name == "estimate" and "term" in frame:
            unit = [numbers.is_unit(term) for term in frame["term"]]
        whole = frame[name].dtype.kind in "iu"
        columns.append(
            [
                _cell(str(name), value, number=numeric, unit=u, whole=whole)
                for value, u in zip(frame[name], unit, strict=True)
            ]
        )
    return Table(heads, list(zip(*columns, strict=True)), caption)


def estimates(frame: pd.DataFrame) -> tuple[Table | None, str]:
    """A finding's estimates, each with its interval in one column, and the method they share.

    A column that says the same in every row is left out; methods that differ stay a column.
    """
    if frame.empty:
        return None, ""
    shown = frame.dropna(axis="columns", how="all")
    for low in [c for c in shown if c == "low" or str(c).endswith("_low")]:
        shown = _bracketed(shown, str(low))
    method = _method(frame)
    if method:
        shown = shown.drop(columns="method")
    if "planted" in shown:
        shown.insert(list(shown).index("estimate"), "planted", shown.pop("planted"))
    for name in ("term", "outcome", "language", "component"):
        same = name in shown and len(shown) > 1 and shown[name].astype(str).nunique() == 1
        if (same and name != "term") or (name == "component" and name in shown and "term" in shown):
            shown = shown.drop(columns=name)
    return of_frame(shown), method


def _method(frame: pd.DataFrame) -> str:
    """The method, or each term's method where they differ by term; empty where a term has several."""
    if "method" not in frame or frame["method"].isna().all():
        return ""
    pairs = frame[["term", "method"]].dropna().drop_duplicates()
    methods = list(dict.fromkeys(pairs["method"]))
    if len(methods) == 1:
        return str(methods[0])
    if pairs["term"].duplicated().any():
        return ""
    told = {str(m): [style.label(t) for t in pairs.loc[pairs["method"] == m, "term"]] for m in methods}
    main = max(told, key=lambda method: len(told[method]))
    others = [f"{method} ({', '.join(terms)})" for method, terms in told.items() if method != main]
    return "; ".join([main, *others])


def _bracketed(frame: pd.DataFrame, low: str) -> pd.DataFrame:
    """The frame with two columns of limits as one of intervals."""
    stem = low.removesuffix("low")
    high = f"{stem}high"
    if high not in frame:
        return frame
    terms = frame["term"] if "term" in frame and not stem else [stem] * len(frame)
    texts = [
        numbers.interval(a, b, unit=numbers.is_unit(term))
        for a, b, term in zip(frame[low], frame[high], terms, strict=True)
    ]
    place = list(frame).index(low)
    frame = frame.drop(columns=[low, high])
    frame.insert(place, f"{stem}interval", [text if text != "[–, –]" else "–" for text in texts])
    return frame


def _cell(column: str, value: Any, *, number: bool, unit: bool, whole: bool) -> Cell:
    if isinstance(value, (bool, np.bool_)):
        return Cell("yes" if value else "no", "yes" if value else "no")
    if number and isinstance(value, Real):
        text = numbers.count(value) if whole else numbers.cell(column, value, unit=unit)
        return Cell(text, "number")
    if value is None or value != value:
        return Cell("–", "number" if number else "")
    text = style.label(value) if column in _NAMED else str(value)
    return Cell(text, "number" if number else "")


def of_planted(found: pd.DataFrame) -> Table:
    """What was planted beside what was found (`homophily.report.planted`), as a table."""
    rows = []
    panel = {"all", "synchronous", "round_robin"} >= set(found["language"])
    for _, row in found.iterrows():
        interval = numbers.interval(row["low"], row["high"])
        verdict = Cell("yes", "yes") if row["inside"] else Cell("no", "no")
        figures = [Cell(text, "number") for text in (numbers.plain(row.planted), numbers.plain(row.found))]
        words = [
            Cell(row["effect"]),
            Cell(str(row["outcome"]) if panel else style.label(row["outcome"])),
            Cell("All" if panel and row["language"] == "all" else style.label(row["language"])),
        ]
        rows.append([*words, *figures, Cell(interval, "number"), verdict])
    heads = [Head(text) for text in ("Effect", "Of", "Protocol" if panel else "Language")]
    heads += [Head(text, number=True) for text in ("Planted", "Found", "95 % interval")]
    heads.append(Head("Inside"))
    return Table(heads, rows)


_NAMED = {"term", "outcome", "language", "component", "missing"}
