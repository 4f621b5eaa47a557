"""Rated similarity against designed similarity: every rating, and the mean of each level."""

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


def draw(finding: Finding) -> Figure:
    """Draw how ratings spread at each designed similarity, and how many people keep the order.

    Reads ``data``: ``level``, ``designed`` (Spearman's correlation that was attained; the level where it is
    missing) and ``estimate``, one row a rating with its ``participant``, and one row a mean with ``low`` and
    ``high`` and no participant.
    """
    data = finding.data
    if data is None or data.empty or "designed" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    known = data["designed"].notna().all()
    data = data.assign(at=data["designed"] if known else data["level"])
    figure = style.canvas(3.3)
    left, right = figure.subplots(1, 2, width_ratios=(1.7, 1))
    _ratings(left, data, known=bool(known))
    _shares(right, data[data["participant"].notna()])
    return figure


def _ratings(axes: Axes, data: pd.DataFrame, *, known: bool) -> None:
    style.tidy(axes)
    own, means = data[data["participant"].notna()], data[data["participant"].isna()].sort_values("at")
    width = 0.1 * float(np.ptp(data["at"])) / 2
    spread = np.random.default_rng(1).uniform(-width, width, (2, len(own)))
    axes.plot(own["at"] + spread[0], own["estimate"] + 0.3 * spread[1], "o", color=style.QUIET,
              markersize=2.4, alpha=0.3, markeredgewidth=0)  # fmt: skip
    tint = style.COLOURS[0]
    axes.plot(means["at"], means["estimate"], color=tint, linewidth=1.4)
    axes.vlines(means["at"], means["low"], means["high"], color=tint, linewidth=2.6)
    axes.plot(means["at"], means["estimate"], "o", color=tint, markersize=5.5)
    for _, row in means.iterrows():
        axes.annotate(numbers.plain(row["estimate"]), (row["at"], row["high"]), (0, 5), ha="center",
                      textcoords="offset points", fontsize=8.5, color=tint, fontweight="bold")  # fmt: skip
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "−"))
    if known:
        axes.set_xlabel("Designed similarity, Spearman's correlation of rankings")
    else:
        axes.set_xlabel("Designed level, from opposite to same")
        axes.set_xticks(sorted(data["level"].unique()))
    axes.set_ylabel("Rated similarity")


def _shares(axes: Axes, own: pd.DataFrame) -> None:
    """Of how many people each step between levels goes the way it was made."""
    style.tidy(axes, grid="x")
    table = own.pivot(index="participant", columns="level", values="estimate")
    steps = list(zip(table.columns[:-1], table.columns[1:], strict=True))
    tints = (style.COLOURS[0], "#C9CFD6", style.COLOURS[1])
    for place, (low, high) in enumerate(steps):
        change = (table[high] - table[low]).dropna().round(9)
        parts = [(change > 0).mean(), (change == 0).mean(), (change < 0).mean()] if len(change) else []
        start = 0.0
        for part, tint, name in zip(parts, tints, ("rated higher", "alike", "rated lower"), strict=False):
            axes.barh(place, part, left=start, color=tint, height=0.62, label=None if place else name)
            if part >= 0.12:
                ink = style.INK if tint == tints[1] else "#ffffff"
                axes.text(start + part / 2, place, f"{100 * part:.0f}", ha="center", va="center", fontsize=8,
                          color=ink)  # fmt: skip
            start += part
    axes.set_yticks(range(len(steps)), [f"{low:g} → {high:g}" for low, high in steps], color=style.INK)
    axes.set_ylim(len(steps) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    axes.set_xlabel("People, from one level to the next")
    axes.legend(loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=3, handlelength=0.8, columnspacing=0.9,
                handletextpad=0.4)  # fmt: skip
