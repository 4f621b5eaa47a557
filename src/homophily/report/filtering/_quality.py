"""Quality against the share of attention skipped: one panel a measure, one line a rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from homophily.report import _style as style
from homophily.report.filtering._rules import DENSE, colour, ordered, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.filtering.evaluation import Estimate

__all__ = ["draw"]

#: Metrics that say more than a measure's headline alone.
_ALSO = {("agreement", "kl")}


def draw(estimates: Sequence[Estimate]) -> Figure:
    """Draw each measure's headline metric at the share of attention that was attained, over all layers.

    Bars are 95 % intervals; the dashed line is the dense model. An axis is logarithmic where a metric that is
    better low more than triples.
    """
    shown = [e for e in estimates if not e.group and (e.headline or (e.measure, e.metric) in _ALSO)]
    panels = list(dict.fromkeys((e.measure, e.metric) for e in shown))
    if not panels:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    columns = min(len(panels), 3) if len(panels) != 4 else 2
    lines = math.ceil(len(panels) / columns)
    figure = style.canvas(0.7 + 2.7 * lines)
    grid = figure.subplots(lines, columns, squeeze=False)
    rules = ordered(e.rule for e in shown)
    for axes, (measure, metric) in zip(grid.flat, panels, strict=False):
        _panel(axes, [e for e in shown if (e.measure, e.metric) == (measure, metric)], rules)
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    for axes in grid.flat[max(0, len(panels) - columns) : len(panels)]:
        axes.set_xlabel("Share skipped (recent: evicted)" if "recent" in rules else "Share skipped")
    handles, names = grid.flat[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=min(len(names), 8))
    return figure


def _panel(axes: Axes, estimates: Sequence[Estimate], rules: Sequence[str]) -> None:
    first = estimates[0]
    style.tidy(axes)
    for rule in rules:
        rows = sorted((e for e in estimates if e.rule == rule), key=lambda e: e.attained)
        values = [e.value[0] for e in rows]
        below = [max(0.0, e.value[0] - e.value[1]) for e in rows]
        above = [max(0.0, e.value[2] - e.value[0]) for e in rows]
        axes.errorbar(
            [e.attained for e in rows],
            values,
            yerr=[below, above],
            color=colour(rule, rules),
            marker="o",
            markersize=4,
            linewidth=2.2 if rule == "joint" else 1.5,
            elinewidth=1,
            label=rule,
            zorder=3 if rule == "joint" else 2,
        )
    dense = [e for e in estimates if e.rule == DENSE]
    if dense:
        axes.axhline(
            dense[0].value[0], color=style.INK, linewidth=1, linestyle=(0, (4, 3)), label="dense", zorder=1
        )
    values = [e.value[0] for e in estimates if e.value[0] > 0]
    if first.better == "lower" and dense and dense[0].value[0] > 0 and max(values) > 3 * min(values):
        _logarithmic(axes)
    axes.set_title(_title(first))
    axes.set_ylabel(f"{first.label}\n({first.better} is better)", fontsize=8.5)
    axes.set_xlim(0, 1.08 * max((e.attained for e in estimates), default=0) or 1)
    if not any(e.value[0] for e in estimates):
        axes.set_ylim(0, 1)


def _logarithmic(axes: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=8))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(axis="y", which="both", length=0)


def _title(estimate: Estimate) -> str:
    if (estimate.measure, estimate.metric) in _ALSO:
        return f"{titled(estimate.measure)}, {estimate.metric.upper()}"
    return titled(estimate.measure)
