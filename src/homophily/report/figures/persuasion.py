"""Who moves whom: how often a model that hears another verdict from a second takes it over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report import numbers
from homophily.report._frames import matching, panels, titled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]


def draw(finding: Finding) -> Figure:
    """Draw the matrix of shares and beside it strengths, with intervals; a row of panels a goal and language.

    Reads ``estimates``: ``term`` (``moved by`` or ``strength``), ``model`` (who is moved, or whose strength),
    ``by`` (who moves), ``estimate``, ``low``, ``high`` and ``goal``, ``language`` where there are several.
    """
    data = finding.estimates
    if data.empty or "by" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    parts, models = panels(data, "goal", "language"), sorted(data["model"].dropna().unique())
    strengths = bool((data["term"] == "strength").any())
    figure = style.canvas((0.5 * len(models) + 1.35) * len(parts))
    ratios = [1.5, 1] if strengths else [1]
    cells = figure.subplots(len(parts), len(ratios), squeeze=False, width_ratios=ratios)
    for row, wanted in zip(cells, parts, strict=True):
        part = matching(data, **wanted)
        _matrix(row[0], part[part["term"] == "moved by"], models)
        if len(parts) > 1:
            row[0].set_title(titled(data, wanted))
        if strengths:
            _strengths(row[1], part[part["term"] == "strength"], models)
    return figure


def _matrix(axes: Axes, data: pd.DataFrame, models: list[str]) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    shades = LinearSegmentedColormap.from_list("moved", ["#EEF2F5", "#8FBFDF", "#0063A0"])
    shown = np.full((len(models), len(models)), np.nan)
    for _, row in data.iterrows():
        shown[models.index(row["model"]), models.index(row["by"])] = row["estimate"]
    top = max(float(np.nanmax(shown)), 0.05) if np.isfinite(shown).any() else 1.0
    axes.imshow(shown, cmap=shades, vmin=0, vmax=top, aspect="auto")
    for _, row in data.iterrows():
        i, j = models.index(row["model"]), models.index(row["by"])
        ink = "#FFFFFF" if row["estimate"] > 0.72 * top else "#1d2734"
        axes.text(
            j, i - 0.12, numbers.bounded(row["estimate"]), ha="center", va="center", color=ink, fontsize=9
        )
        bounds = numbers.interval(row["low"], row["high"], unit=True)
        axes.text(j, i + 0.24, bounds, ha="center", va="center", color=ink, fontsize=6.5)
    short = [m if len(m) <= 18 else m[:17] + "…" for m in models]
    axes.set_xticks(range(len(models)), short, color=style.INK, fontsize=8 if len(models) < 4 else 7,
                    rotation=0 if max(map(len, short)) * len(models) < 44 else 20,
                    ha="center" if max(map(len, short)) * len(models) < 44 else "right")  # fmt: skip
    axes.set_yticks(
        range(len(models)), [m if len(m) <= 26 else m[:25] + "…" for m in models], color=style.INK
    )
    axes.set_xlabel("… takes the verdict of")
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _strengths(axes: Axes, data: pd.DataFrame, models: list[str]) -> None:
    style.tidy(axes, grid="x")
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=style.QUIET, linewidth=0.9)
    for _, row in data.iterrows():
        y = models.index(row["model"])
        axes.plot([row["low"], row["high"]], [y, y], color=style.COLOURS[0], linewidth=2)
        axes.plot(row["estimate"], y, "o", color=style.COLOURS[0], markersize=5)
    axes.set_yticks(range(len(models)), [])
    axes.set_ylim(len(models) - 0.5, -0.5)
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "−"))
    axes.set_xlabel("Strength, log odds")
