"""Trust against rated similarity: each person's own line, and the slopes within and between people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report import numbers
from homophily.report._frames import levels, matching

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_COLUMNS = 3
_WITHIN, _BETWEEN = style.COLOURS[1], style.COLOURS[0]


def draw(finding: Finding) -> Figure:
    """Draw one panel an outcome: ratings as dots, fitted lines of persons, the two fixed slopes over them.

    Reads ``data``: one row a rating with ``participant``, ``outcome``, ``similarity``, ``rating``, ``own``
    (the person's fitted line there), ``within`` and ``between`` (the fixed lines there; NaN where a slope is
    not in the model); and ``estimates`` with the terms ``within`` and ``between`` for the printed slopes.
    """
    data = finding.data
    if data is None or data.empty or "own" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    outcomes = levels(data, "outcome")
    columns = min(_COLUMNS, len(outcomes))
    rows = -(-len(outcomes) // columns)
    figure = style.canvas((3.6 if columns == 1 else 2.75) * rows + 0.5)
    cells = figure.subplots(rows, columns, squeeze=False, sharex=True)
    for axes in cells.flat[len(outcomes) :]:
        axes.set_visible(False)
    for axes, outcome in zip(cells.flat, outcomes, strict=False):
        part = matching(data, outcome=outcome)
        _panel(axes, part)
        axes.set_title(style.label(outcome), fontsize=9.5)
        _print(axes, matching(finding.estimates, outcome=outcome))
    figure.supxlabel("Rated similarity", fontsize=9.5)
    handles, texts = cells[0, 0].get_legend_handles_labels()
    figure.legend(handles, texts, loc="outside upper right", ncols=len(handles))
    return figure


def _panel(axes: Axes, part: pd.DataFrame) -> None:
    style.tidy(axes)
    # Answers on a scale of few steps lie upon one another; a little displacement shows how many there are.
    spread = np.random.default_rng(1).uniform(-0.06, 0.06, len(part))
    axes.plot(part["similarity"] + spread, part["rating"], "o", color=style.QUIET, markersize=2, alpha=0.28,
              markeredgewidth=0)  # fmt: skip
    for place, (_, own) in enumerate(part.sort_values("similarity").groupby("participant", sort=False)):
        ends = own.iloc[[0, -1]]
        axes.plot(ends["similarity"], ends["own"], color=style.QUIET, linewidth=0.7, alpha=0.4,
                  label=None if place else "one person, fitted")  # fmt: skip
    ends = part.sort_values("similarity").iloc[[0, -1]]
    for column, tint, dash, name in (
        ("within", _WITHIN, "-", "within persons"),
        ("between", _BETWEEN, (0, (4, 2)), "between persons"),
    ):
        if ends[column].notna().all():
            axes.plot(ends["similarity"], ends[column], color=tint, linestyle=dash, linewidth=2.4, label=name)


def _print(axes: Axes, rows: pd.DataFrame) -> None:
    """The two slopes with their intervals, in a corner, each in its line's colour."""
    for place, (term, tint) in enumerate((("within", _WITHIN), ("between", _BETWEEN))):
        for _, row in rows[rows["term"] == term].iterrows():
            text = f"{numbers.plain(row['estimate'])} {numbers.interval(row['low'], row['high'])}"
            axes.text(0.02, 0.985 - 0.095 * place, text, transform=axes.transAxes, fontsize=8, va="top",
                      color=tint, zorder=5,
                      bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 1.2})  # fmt: skip
    low, high = axes.get_ylim()
    axes.set_yticks([tick for tick in axes.get_yticks() if low <= tick <= high])
    axes.set_ylim(low, high + 0.2 * (high - low))
