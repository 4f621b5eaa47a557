"""Estimates side by side, with their intervals; planted values marked where they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _numbers as numbers
from homophily.report import _style as style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_MOST = 28


def draw(finding: Finding) -> Figure:
    """Draw one line an estimate.

    Reads ``estimates``: ``term``, any columns that tell rows apart (``outcome``, ``language`` …),
    ``estimate``, ``low``, ``high`` and, for synthetic respondents, ``planted``.
    """
    rows = finding.estimates.dropna(subset=["estimate"]).head(_MOST).reset_index(drop=True)
    if rows.empty:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    figure = style.canvas(0.33 * len(rows) + 0.85)
    axes = style.tidy(figure.subplots(), grid="x")
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(lambda value, _: numbers.bounded(value, 1) if value else "0")
    places = np.arange(len(rows))
    axes.axvline(0, color=style.QUIET, linewidth=0.9)
    for place, (_, row) in enumerate(rows.iterrows()):
        tint = style.colour(row.get("language", ""), 0)
        axes.plot([row["low"], row["high"]], [place, place], color=tint, linewidth=2.2)
        axes.plot(row["estimate"], place, "o", color=tint, markersize=5.5)
    if "planted" in rows and rows["planted"].notna().any():
        axes.plot(
            rows["planted"],
            places,
            linestyle="none",
            marker="D",
            markersize=7.5,
            markerfacecolor="none",
            markeredgecolor=style.INK,
            markeredgewidth=1.1,
            label="planted",
        )
        figure.legend(loc="outside upper left")
    axes.set_yticks(places, names(rows), color=style.INK)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    _print(axes, rows)
    axes.set_xlabel("Estimate with 95 % interval")
    return figure


def names(rows: pd.DataFrame) -> list[str]:
    """A line's name: its term, and what else tells it from the others."""
    telling = [
        c
        for c in ("outcome", "language", "component", "value", "model", "respondent", "design", "condition")
        if c in rows and rows[c].nunique() > 1
    ]
    if rows["term"].nunique() > 1 or not telling:
        telling.insert(0, "term")
    return [
        " · ".join(style.label(row[c]) for c in telling if str(row[c]) not in ("", "nan", "None"))
        for _, row in rows.iterrows()
    ]


def _print(axes: Axes, rows: pd.DataFrame) -> None:
    unit = bool(rows[["estimate", "low", "high"]].abs().max().max() <= 1)
    form = numbers.bounded if unit else numbers.plain
    right = axes.secondary_yaxis("right")
    texts = [f"{form(r.estimate)} {numbers.interval(r.low, r.high, unit=unit)}" for r in rows.itertuples()]
    right.set_yticks(range(len(rows)), texts, color=style.INK)
    right.tick_params(length=0)
    right.spines["right"].set_visible(False)
