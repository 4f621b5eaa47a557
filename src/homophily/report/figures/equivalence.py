"""Differences of two runs beside the margin: inside the band, they are surely small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report._names import broken

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_LINES = 40
_VERDICTS = {
    "equivalent": style.COLOURS[2],
    "identical": style.COLOURS[2],
    "different, within the margin": style.COLOURS[4],
    "undecided": style.COLOURS[7],
    "different": style.COLOURS[1],
}


def draw(finding: Finding) -> Figure:
    """Draw one line an outcome: its difference on the margin's scale, with the interval of the tests.

    Reads ``data``: ``outcome``, ``scaled``, ``scaled_low``, ``scaled_high``, ``verdict``, and ``bound``,
    ``level``, ``unit``, which are the same in every row.
    """
    data = finding.data
    rows = data[data["scaled"].notna()] if data is not None and "scaled" in data else None
    if rows is None or rows.empty:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    rows = rows.iloc[:_LINES].reset_index(drop=True)
    figure = style.canvas(0.3 * len(rows) + 1.5)
    axes = figure.subplots()
    _frame(axes, rows)
    for y, (_, row) in enumerate(rows.iterrows()):
        colour = _VERDICTS.get(row["verdict"], style.COLOURS[7])
        ends = [row["scaled_low"], row["scaled_high"]]
        if np.isfinite(ends).all():
            axes.plot(ends, [y, y], color=colour, linewidth=2.4)
        axes.plot(row["scaled"], y, "o", color=colour, markersize=5.5)
    for verdict in [v for v in _VERDICTS if v in set(rows["verdict"])]:
        axes.plot([], [], "o-", color=_VERDICTS[verdict], markersize=5.5, linewidth=2.4, label=verdict)
    figure.legend(loc="outside upper right", ncols=5, handlelength=1.4)
    return figure


def _frame(axes: Axes, rows: pd.DataFrame) -> None:
    style.tidy(axes, grid="x")
    axes.spines["left"].set_visible(False)
    bound = float(rows["bound"].iloc[0])
    axes.axvspan(-bound, bound, color=style.COLOURS[2], alpha=0.12, linewidth=0, zorder=0)
    for edge in (-bound, bound):
        axes.axvline(edge, color=style.COLOURS[2], linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    axes.axvline(0, color=style.QUIET, linewidth=0.9, zorder=1)
    axes.set_yticks(
        range(len(rows)), [broken(style.label(n), 34, 2) for n in rows["outcome"]], color=style.INK
    )
    axes.set_ylim(len(rows) - 0.4, -0.6)
    far = rows[["scaled", "scaled_low", "scaled_high"]].abs().max().max()
    reach = max(1.25 * bound, float(far))
    axes.set_xlim(-1.05 * reach, 1.05 * reach)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "−"))
    unit = "standard deviations of the reference" if rows["unit"].iloc[0] == "sd" else "points"
    share = round(100 * (1 - 2 * float(rows["level"].iloc[0])))
    axes.set_xlabel(f"Run less reference, in {unit}; {share} % interval; the band is the margin")
