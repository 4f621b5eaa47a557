"""Similarity against the pair's rating: line with its 95 % band, which takes pairs as independent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report import numbers
from homophily.report._frames import grid, levels, matching

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]


def draw(finding: Finding) -> Figure:
    """Draw similarity against each outcome.

    Reads ``data``: one row a pair and outcome with ``similarity``, ``outcome``, ``rating`` (both directions'
    mean) and ``language``; and ``estimates`` of the same outcome and language for the printed coefficient.
    The line is ordinary least squares, the band its pointwise 95 % confidence band.
    """
    data = finding.data
    if data is None or data.empty:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    outcomes, languages = levels(data, "outcome"), levels(data, "language")
    figure = style.canvas(2.7 * len(outcomes) + 0.2)
    style.apart(figure)
    cells = figure.subplots(len(outcomes), len(languages), squeeze=False, sharex=True, sharey="row")
    for (row, column), outcome, language in grid(outcomes, languages):
        axes = cells[row, column]
        shown = matching(data, outcome=outcome, language=language)
        _panel(axes, shown, style.colour(language, column))
        _print(axes, matching(finding.estimates, outcome=outcome, language=language))
        if row == 0:
            axes.set_title(style.language(language))
        if row == len(outcomes) - 1:
            axes.set_xlabel("Value similarity of the pair")
        if column == 0:
            axes.set_ylabel(style.label(outcome))
    return figure


def _panel(axes: Axes, data: pd.DataFrame, colour: str) -> None:
    style.tidy(axes)
    kept = data[["similarity", "rating"]].dropna()
    x, y = kept["similarity"].to_numpy(float), kept["rating"].to_numpy(float)
    axes.scatter(x, y, s=11, color=colour, alpha=0.38, linewidths=0)
    if len(x) > 3 and np.ptp(x) > 0:
        at, fit, half = band(x, y)
        axes.fill_between(at, fit - half, fit + half, color=colour, alpha=0.2, linewidth=0)
        axes.plot(at, fit, color=colour)


def _print(axes: Axes, estimates: pd.DataFrame) -> None:
    if estimates.empty:
        return
    first = estimates.iloc[0]
    interval = numbers.interval(first["low"], first["high"], unit=True)
    text = f"r = {numbers.bounded(first['estimate'])} {interval}"
    axes.set_title(text, loc="right", fontsize=8.8, fontweight="normal", color=style.QUIET)


def band(x: np.ndarray, y: np.ndarray, points: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A least-squares line and half the width of its 95 % confidence band.

    Returns:
        Places along x, the line there, and half the band's width, each ``(points,)``.
    """
    from scipy.stats import t

    centre = x.mean()
    spread = float(((x - centre) ** 2).sum())
    slope = float(((x - centre) * (y - y.mean())).sum()) / spread
    residual = y - y.mean() - slope * (x - centre)
    sigma = np.sqrt(float((residual**2).sum()) / (len(x) - 2))
    at = np.linspace(x.min(), x.max(), points)
    half = t.ppf(0.975, len(x) - 2) * sigma * np.sqrt(1 / len(x) + (at - centre) ** 2 / spread)
    return at, y.mean() + slope * (at - centre), half
