"""How far judges of values agree: two by two, and value by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report import numbers

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_MOST = 20  # values shown, the most frequent


def draw(finding: Finding) -> Figure:
    """Draw the mean Jaccard of each two judges, and alpha for the values named most often.

    Reads ``data``: ``one`` and ``other`` (two judges) or ``value`` (the most frequent first), with
    ``estimate``, ``low`` and ``high``.
    """
    data = finding.data
    if data is None or data.empty:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    pairs, values = data[data["one"].notna()], data[data["value"].notna() & data["low"].notna()][:_MOST]
    judges = sorted({*pairs["one"].astype(str), *pairs["other"].astype(str)})
    figure = style.canvas(0.27 * max(len(values), 2 * len(judges), 5) + 1.1)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    _matrix(left, pairs, judges)
    _alphas(right, values)
    return figure


def _matrix(axes: Axes, pairs: pd.DataFrame, judges: list[str]) -> None:
    style.tidy(axes)
    shown = np.full((len(judges), len(judges)), np.nan)
    for one, other, estimate in zip(pairs["one"], pairs["other"], pairs["estimate"], strict=True):
        x, y = judges.index(str(one)), judges.index(str(other))
        shown[x, y] = shown[y, x] = estimate
    axes.imshow(np.where(np.isnan(shown), 0, shown), cmap="Blues", vmin=0, vmax=1)
    for (y, x), value in np.ndenumerate(shown):
        if np.isfinite(value):
            tint = "white" if value > 0.5 else style.INK
            axes.text(x, y, numbers.bounded(value), ha="center", va="center", color=tint)
    axes.set_xticks(range(len(judges)), judges, rotation=30, ha="right")
    axes.set_yticks(range(len(judges)), judges)
    axes.grid(visible=False)
    axes.set_title("Mean Jaccard of two judges", fontsize=9.5)


def _alphas(axes: Axes, values: pd.DataFrame) -> None:
    style.tidy(axes, grid="x")
    names = [style.label(str(code).replace("-", " ")) for code in values["value"]]
    axes.axvline(0, color=style.QUIET, linewidth=0.9)
    axes.axvline(0.667, color=style.QUIET, linewidth=0.9, linestyle=":")
    places = np.arange(len(names))
    axes.hlines(places, values["low"], values["high"], color=style.COLOURS[0], linewidth=2)
    axes.plot(values["estimate"], places, "o", color=style.COLOURS[0], markersize=4.5)
    axes.set_yticks(places, names, fontsize=7.5, color=style.INK)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "−"))
    axes.set_title("Krippendorff's alpha of a value", fontsize=9.5)
    axes.set_xlabel("Estimate, 95 % interval; dotted: .667")
