"""Models down, persona designs across: mean within-profile rank correlation of target and measured."""

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


def draw(finding: Finding) -> Figure:
    """Draw the matrix.

    Reads ``data``, or else ``estimates``: one row a cell with ``model`` (or ``respondent``), ``design``,
    ``language``, ``estimate`` (the mean within-profile rank correlation of target and measured values,
    −1 to 1), ``low`` and ``high``.
    """
    data = finding.data if finding.data is not None else finding.estimates
    if data.empty:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    who = "model" if "model" in data else "respondent"
    models, designs, languages = levels(data, who), levels(data, "design"), levels(data, "language")
    figure = style.canvas((0.56 * len(models) + 0.42) * len(languages) + 0.35)
    cells = figure.subplots(len(languages), 1, squeeze=False, sharex=True)
    for axes, language in zip(cells.flat, languages, strict=True):
        _matrix(axes, matching(data, language=language), who, models, designs)
        axes.set_title(style.language(language))
    return figure


def _matrix(axes: Axes, data: pd.DataFrame, who: str, models: list[str], designs: list[str]) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    shades = LinearSegmentedColormap.from_list(
        "agreement", ["#B75A1B", "#F2E3D5", "#EEF0F1", "#BBD6EA", "#0063A0"]
    )
    shown = np.full((len(models), len(designs)), np.nan)
    texts = {}
    for row in data.itertuples():
        i, j = models.index(str(getattr(row, who))), designs.index(str(row.design))
        shown[i, j] = float(row.estimate)  # type: ignore[arg-type]
        texts[i, j] = row
    axes.pcolormesh(
        np.ma.masked_invalid(shown), cmap=shades, vmin=-1, vmax=1, edgecolors=style.PAPER, linewidth=2
    )
    axes.invert_yaxis()
    best = np.nanargmax(shown) if np.isfinite(shown).any() else -1
    for (i, j), row in texts.items():
        ink = "#ffffff" if abs(shown[i, j]) > 0.9 else "#1d2734"
        weight = "bold" if i * len(designs) + j == best else "normal"
        axes.text(
            j + 0.5,
            i + 0.42,
            numbers.bounded(shown[i, j]),
            ha="center",
            va="center",
            color=ink,
            fontweight=weight,
            fontsize=10,
        )
        axes.text(
            j + 0.5,
            i + 0.75,
            numbers.interval(row.low, row.high, unit=True),
            ha="center",
            va="center",
            color=ink,
            fontsize=6.8,
        )
    axes.set_xticks(np.arange(len(designs)) + 0.5, designs)
    axes.set_yticks(np.arange(len(models)) + 0.5, models)
    axes.tick_params(length=0, labelcolor=style.INK)
    for side in axes.spines.values():
        side.set_visible(False)
