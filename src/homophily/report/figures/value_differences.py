"""Values that one model voices more than another on the same dilemmas; pale: not sure after correction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.report import _style as style
from homophily.report._frames import levels, matching
from homophily.report._names import shortened

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_MOST = 16
_PANELS = 3


def draw(finding: Finding) -> Figure:
    """Draw one panel a pair of models and one line a value, those that differ most.

    Reads ``data``: ``value``, ``contrast``, ``estimate`` (a difference of shares), ``low``, ``high`` and
    ``p_holm``.
    """
    data = finding.data
    if data is None or data.empty or "contrast" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    contrasts = levels(data, "contrast")[:_PANELS]
    data = data[data["contrast"].isin(contrasts)]
    size = data.assign(size=data["estimate"].abs()).groupby("value")["size"].max()
    values = list(size.sort_values(ascending=False, kind="stable").index[:_MOST])
    figure = style.canvas(0.27 * len(values) + 1.2)
    cells = figure.subplots(1, len(contrasts), squeeze=False, sharey=True)[0]
    for axes, contrast in zip(cells, contrasts, strict=True):
        _panel(axes, matching(data, contrast=contrast), values)
        axes.set_title("\n− ".join(shortened(side, 22) for side in contrast.split(" − ")), fontsize=9)
    return figure


def _panel(axes: Axes, data: pd.DataFrame, values: list[str]) -> None:
    style.tidy(axes, grid="x")
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=style.QUIET, linewidth=0.9)
    for _, row in data[data["value"].isin(values)].iterrows():
        y = values.index(row["value"])
        sure = row["p_holm"] < 0.05
        tint = style.COLOURS[0] if row["estimate"] > 0 else style.COLOURS[1]
        axes.plot([row["low"], row["high"]], [y, y], color=tint, alpha=1 if sure else 0.35, linewidth=2)
        axes.plot(row["estimate"], y, "o", color=tint, alpha=1 if sure else 0.35, markersize=4.5)
    names = [value.replace("-", " ").capitalize() for value in values]
    axes.set_yticks(range(len(values)), names, color=style.INK)
    axes.set_ylim(len(values) - 0.5, -0.5)
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}".replace("-", "−"))
    axes.set_xlabel("Points of 100 messages")
