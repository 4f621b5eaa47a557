"""A figure of what a filter did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.filtering.report import FilterReport, LayerReport

__all__ = ["draw"]

KEPT, FILTERED, LINE = "#4c78a8", "#e4a14a", "#333333"


def draw(report: FilterReport) -> Figure:
    """Attained against target by layer; and, for a filter that records, scores and thresholds.

    Args:
        report: Where more than eight layers have scores, eight of them are drawn, evenly chosen.

    Returns:
        A figure to save or show; no window is opened.
    """
    from matplotlib.figure import Figure

    told = [layer for layer in report.layers if len(layer.scores) and np.isfinite(layer.scores).any()]
    if len(told) > 8:
        told = [told[round(at)] for at in np.linspace(0, len(told) - 1, 8)]
    figure = Figure(figsize=(9, 3 + 1.7 * len(told)), layout="constrained")
    grid = figure.add_gridspec(1 + len(told), 2, height_ratios=[1.8, *[1.0] * len(told)])
    _rates(figure.add_subplot(grid[0, :]), report)
    for row, layer in enumerate(told, start=1):
        _scores(figure.add_subplot(grid[row, 0]), layer, last=row == len(told))
        _thresholds(figure.add_subplot(grid[row, 1]), layer, last=row == len(told))
    return figure


def _rates(axes: Axes, report: FilterReport) -> None:
    from matplotlib.ticker import MaxNLocator

    layers = [layer.layer for layer in report.layers]
    axes.bar(layers, [layer.attained for layer in report.layers], color=FILTERED, label="attained", width=0.7)
    axes.plot(
        layers,
        [layer.target for layer in report.layers],
        linestyle="none",
        marker="_",
        markersize=16,
        markeredgewidth=2,
        color=LINE,
        label="target",
    )
    for layer in report.layers:
        if len(layer.sequences) > 1:
            axes.vlines(layer.layer, min(layer.sequences), max(layer.sequences), color=KEPT, linewidth=3)
    if any(len(layer.sequences) > 1 for layer in report.layers):
        axes.plot([], [], color=KEPT, linewidth=3, label="range over sequences")
    axes.set(xlabel="layer", ylabel="share filtered", ylim=(0, 1), xlim=(-0.6, len(layers) - 0.4))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    attained, target = report.ratio_of_all_layers, report.target
    axes.set_title(f"{attained:.1%} filtered over all layers; target {target:.1%}", loc="left", fontsize=10)
    axes.legend(loc="upper left", frameon=False, ncols=3)
    _plain(axes)


def _scores(axes: Axes, layer: LayerReport, *, last: bool) -> None:
    real = np.isfinite(layer.scores)
    edges = np.histogram_bin_edges(layer.scores[real], bins=40)
    parts = [layer.scores[real & layer.kept], layer.scores[real & ~layer.kept]]
    axes.hist(parts, bins=list(edges), stacked=True, color=[KEPT, FILTERED], label=["kept", "filtered"])
    axes.set_ylabel(f"layer {layer.layer}\ntokens")
    if last:
        axes.set_xlabel("score (redundancy)")
    axes.legend(frameon=False, fontsize=8)
    _plain(axes)


def _thresholds(axes: Axes, layer: LayerReport, *, last: bool) -> None:
    at = np.arange(len(layer.scores))
    for chosen, colour in ((layer.kept, KEPT), (~layer.kept, FILTERED)):
        axes.scatter(at[chosen], layer.scores[chosen], s=3, color=colour, alpha=0.5, linewidths=0)
    axes.plot(at, layer.thresholds, color=LINE, linewidth=1.2, label="threshold")
    axes.set_ylabel("score")
    if last:
        axes.set_xlabel("token, in the order decided")
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
