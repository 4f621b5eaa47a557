"""Circles of values: two profiles of each group, one over the other; the dark ring is the profile's mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from homophily import values
from homophily.report import _style as style
from homophily.report._frames import levels, matching

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["circles"]

_COLUMNS = 4


def circles(data: pd.DataFrame | None, below: str, above: str) -> Figure:
    """Draw one circle a group.

    Args:
        data: ``group`` (a panel's name; optional), ``value`` (code), and two columns of centred scores, whose
            mean is drawn where a group has several rows a value.
        below: The column drawn dashed and filled, and its name in the legend.
        above: The column drawn over it.
    """
    if data is None or data.empty:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    groups, both = levels(data, "group"), [below, above]
    columns = min(_COLUMNS, max(2, len(groups)))
    rows = -(-len(groups) // columns)
    figure = style.canvas(2.65 * rows + 0.45 if columns > 2 else 4.3 * rows + 0.5)
    cells = figure.subplots(rows, columns, squeeze=False, subplot_kw={"projection": "polar"})
    reach, titles = _reach(data, both), _titles(groups)
    for place, axes in enumerate(cells.flat):
        if place >= len(groups):
            axes.set_visible(False)
            continue
        means = matching(data, group=groups[place]).groupby("value")[both].mean()
        _panel(axes, means.reindex(list(values.CODES)), reach, both)
        axes.set_title(titles[place], fontsize=9.5, loc="center", pad=10)
    handles, names = cells.flat[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=2)
    return figure


def _titles(groups: list[str]) -> list[str]:
    """The groups' names without the parts that all of them share."""
    parts = [group.split(" · ") for group in groups]
    same = [len(set(column)) == 1 and len(groups) > 1 for column in zip(*parts, strict=False)]
    told = [[p for p, all_alike in zip(part, same, strict=False) if not all_alike] for part in parts]
    return [", ".join(style.label(part) for part in part_) for part_ in told]


def _reach(data: pd.DataFrame, both: list[str]) -> tuple[float, float]:
    scores = data.groupby(["group", "value"] if "group" in data else "value")[both].mean()
    low, high = float(np.nanmin(scores.to_numpy())), float(np.nanmax(scores.to_numpy()))
    return min(low, -1.0) - 0.35, max(high, 1.0) + 0.15


def _panel(axes: Any, means: pd.DataFrame, reach: tuple[float, float], both: list[str]) -> None:
    codes = list(values.CODES)
    angles = np.linspace(0, 2 * np.pi, len(codes), endpoint=False)
    closed = np.append(angles, angles[0])
    axes.set_theta_zero_location("N")
    axes.set_theta_direction(-1)
    axes.set_ylim(*reach)
    axes.set_xticks(angles, codes, fontsize=8.5, color=style.INK)
    axes.set_yticks([t for t in (-2, -1, 0, 1, 2) if reach[0] < t < reach[1]], [])
    axes.tick_params(pad=1)
    axes.spines["polar"].set_visible(False)
    axes.grid(color=style.RULE, linewidth=0.6)
    axes.plot(np.linspace(0, 2 * np.pi, 200), np.zeros(200), color=style.QUIET, linewidth=0.9)
    target, measured = (means[name].to_numpy(float) for name in both)
    axes.fill(closed, np.append(target, target[0]), color=style.COLOURS[7], alpha=0.22, linewidth=0)
    axes.plot(
        closed,
        np.append(target, target[0]),
        color=style.COLOURS[7],
        linewidth=1.4,
        linestyle=(0, (3, 2)),
        label=both[0],
    )
    axes.plot(
        closed,
        np.append(measured, measured[0]),
        color=style.COLOURS[0],
        linewidth=1.8,
        marker="o",
        markersize=3,
        label=both[1],
    )
