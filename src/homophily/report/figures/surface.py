"""Predicted rating for every combination of rater's and partner's value; dashed: both hold it alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from homophily.report import _style as style
from homophily.report._frames import levels, matching

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_COLUMNS = 5


def draw(finding: Finding) -> Figure:
    """Draw one surface a value, as contours; the dashed line is perfect agreement.

    Reads ``data``: ``value`` (code), the polynomial's coefficients ``b0`` … ``b5`` for a constant, rater,
    partner, rater², rater × partner and partner², and ``outcome`` where there are several (a row of panels
    each).
    """
    data = finding.data
    if data is None or data.empty:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    panels = [(outcome, value) for outcome in levels(data, "outcome") for value in levels(data, "value")]
    rows = -(-len(panels) // _COLUMNS)
    figure = style.canvas(1.75 * rows + 0.75)
    cells = figure.subplots(rows, _COLUMNS, squeeze=False, sharex=True, sharey=True)
    at = np.linspace(-2, 2, 41)
    surfaces = [_surface(matching(data, outcome=o, value=v), at) for o, v in panels]
    # The corners are extrapolated: colours are spent on where most of the surfaces lie.
    low, high = np.quantile(np.stack(surfaces), [0.02, 0.98])
    for axes in cells.flat[len(panels) :]:
        axes.set_visible(False)
    for axes, (outcome, value), surface in zip(cells.flat, panels, surfaces, strict=False):
        shown = _panel(axes, at, surface, np.linspace(low, max(high, low + 1e-6), 13))
        axes.set_title(
            value
            if data.get("outcome") is None or data["outcome"].nunique() == 1
            else f"{value} · {style.label(outcome)}",
            fontsize=9,
        )
    figure.supxlabel("Rater's value, centred", fontsize=9.5)
    figure.supylabel("Partner's value, centred", fontsize=9.5)
    bar = figure.colorbar(shown, ax=cells, shrink=0.6, aspect=26, pad=0.015, format="%.1f")
    bar.outline.set_visible(False)
    bar.set_label("Predicted rating")
    return figure


def _surface(rows: pd.DataFrame, at: np.ndarray) -> np.ndarray:
    b = rows[[f"b{k}" for k in range(6)]].to_numpy(float).mean(axis=0)
    x, y = np.meshgrid(at, at)
    return np.asarray(b[0] + b[1] * x + b[2] * y + b[3] * x**2 + b[4] * x * y + b[5] * y**2)


def _panel(axes: Any, at: np.ndarray, surface: np.ndarray, steps: np.ndarray) -> Any:
    shown = axes.contourf(at, at, surface, levels=steps, cmap="cividis", extend="both")
    axes.plot(at, at, color=style.PAPER, linewidth=1, linestyle=(0, (3, 3)))
    axes.set_aspect("equal")
    axes.set_xticks([-2, 0, 2])
    axes.set_yticks([-2, 0, 2])
    for side in axes.spines.values():
        side.set_visible(False)
    return shown
