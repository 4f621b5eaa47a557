"""Estimates with 95 % intervals, line by line; pale where not sure after correction for many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report._frames import levels, matching
from homophily.report._names import broken

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_LINES = 24
_PANELS = 6
_COLUMNS = 3


def draw(finding: Finding) -> Figure:
    """Draw one panel a question and one line a case; names may be long.

    Reads ``data``: ``panel`` and ``line`` (texts), ``estimate``, ``low``, ``high``, and where there are many
    tests ``p_holm``. Rows without an interval are left to the table.
    """
    data = finding.data
    if data is None or data.empty or "panel" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    data = data.dropna(subset=["estimate", "low", "high"])
    panels, lines = levels(data, "panel")[:_PANELS], levels(data, "line")[:_LINES]
    columns = min(_COLUMNS, len(panels)) if len(panels) != 4 else 2
    rows = -(-len(panels) // columns)
    names = [broken(line, 42 - 6 * columns, 4) for line in lines]
    deep = sum(0.1 + 0.17 * (1 + name.count("\n")) for name in names)
    figure = style.canvas((deep + 1.0) * rows + 0.1)
    cells = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes in cells.flat[len(panels) :]:
        axes.set_visible(False)
    for axes, panel in zip(cells.flat, panels, strict=False):
        _panel(axes, matching(data, panel=panel), lines)
        axes.set_yticks(range(len(lines)), names, color=style.INK)
        axes.set_title(broken(panel, 64 // columns), fontsize=9.5)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, lines: list[str]) -> None:
    style.tidy(axes, grid="x")
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=style.QUIET, linewidth=0.9, zorder=1)
    for _, row in rows[rows["line"].isin(lines)].iterrows():
        y = lines.index(row["line"])
        p = row.get("p_holm", np.nan)
        alpha = 0.35 if p == p and p >= 0.05 else 1.0
        axes.plot([row["low"], row["high"]], [y, y], color=style.COLOURS[0], alpha=alpha, linewidth=2)
        axes.plot(row["estimate"], y, "o", color=style.COLOURS[0], alpha=alpha, markersize=5)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "−"))
    axes.set_xlabel("Estimate, 95 % interval")
