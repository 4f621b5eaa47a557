"""Estimates side by side, with their intervals; planted values marked where they are known."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report import numbers
from homophily.report._frames import levels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_MOST_LINES = 30
_MOST_PANELS = 4
#: Letters of estimates that the panels have room to print beside them.
_MOST_LETTERS = 46
_TELLING = ("condition", "outcome", "value", "model", "respondent", "design", "contrast", "language")


def draw(finding: Finding) -> Figure:
    """Draw one panel a term and one line an estimate.

    Reads ``estimates``: ``term``, any columns that tell rows apart (``outcome``, ``language`` …),
    ``estimate``, ``low``, ``high`` and, for synthetic respondents, ``planted``. Rows without an interval,
    and the coefficients of a model that are of no one language, are left to the table.
    """
    rows = shown(finding.estimates)
    if rows.empty:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    terms = levels(rows, "term")[:_MOST_PANELS]
    rows = rows[rows["term"].isin(terms)]
    names = list(dict.fromkeys(rows["name"]))[:_MOST_LINES]
    figure = style.canvas(0.31 * len(names) + 1.3)
    longest = max(len(_figures(row)) for _, row in rows.iterrows())
    cells = figure.subplots(1, len(terms), squeeze=False, sharey=True)[0]
    for place, (axes, term) in enumerate(zip(cells, terms, strict=True)):
        part = rows[(rows["term"] == term) & rows["name"].isin(names)]
        _panel(axes, part, names, printed=longest * len(terms) <= _MOST_LETTERS)
        axes.tick_params(axis="y", labelleft=place == 0)
        if len(terms) > 1:
            wide = 28 if len(terms) == 2 else 17
            axes.set_title("\n".join(wrap(style.label(term), wide)), fontsize=9.5)
    handles, marks = cells[0].get_legend_handles_labels()
    if handles:
        figure.legend(handles[:1], marks[:1], loc="outside upper right")
    return figure


def shown(estimates: pd.DataFrame) -> pd.DataFrame:
    """The rows a forest plot draws, with the ``name`` of each one's line."""
    rows = estimates.dropna(subset=["estimate", "low", "high"])
    if "language" in rows and rows["language"].notna().any():
        rows = rows[rows["language"].notna()]
    telling = [c for c in _TELLING if c in rows and rows[c].astype(str).nunique() > 1]
    names = [
        " · ".join(style.label(row[c]) for c in telling if row[c] == row[c] and row[c] is not None)
        for _, row in rows.iterrows()
    ]
    return rows.assign(name=names)


def _panel(axes: Axes, rows: pd.DataFrame, names: list[str], *, printed: bool) -> None:
    style.tidy(axes, grid="x")
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=style.QUIET, linewidth=0.9, zorder=1)
    seen: dict[str, int] = {}
    texts = [""] * len(names)
    for _, row in rows.iterrows():
        place = names.index(row["name"])
        again = seen[row["name"]] = seen.get(row["name"], -1) + 1
        tint = style.colour(row.get("language", "")) if not again else style.COLOURS[7]
        y = place + 0.24 * again
        axes.plot([row["low"], row["high"]], [y, y], color=tint, linewidth=2.2)
        axes.plot(row["estimate"], y, "o", color=tint, markersize=5)
        texts[place] = texts[place] or _figures(row)
        if row.get("planted", np.nan) == row.get("planted", np.nan):
            axes.plot(
                row["planted"],
                y,
                "D",
                markersize=7.5,
                markerfacecolor="none",
                markeredgecolor=style.INK,
                markeredgewidth=1.1,
                label="planted",
                linestyle="none",
            )
    axes.set_yticks(range(len(names)), names, color=style.INK)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "−"))
    axes.set_xlabel("Estimate, 95 % interval")
    if printed:
        right = axes.secondary_yaxis("right")
        right.set_yticks(range(len(names)), texts, color=style.INK)
        right.tick_params(length=0)
        right.spines["right"].set_visible(False)


def _figures(row: pd.Series) -> str:
    unit = numbers.is_unit(row["term"])
    form = numbers.bounded if unit else numbers.plain
    return f"{form(row['estimate'])} {numbers.interval(row['low'], row['high'], unit=unit)}"
