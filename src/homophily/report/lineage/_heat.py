"""The heat map of a comparison: layers down, matrices across."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from homophily.report import _style as style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.lineage.similarity import Comparison, Row

__all__ = ["draw"]

#: Beyond so many layers or matrices no numbers are written into the cells.
_LAYERS, _ROLES = 34, 9
_OUTSIDE = "outside"


def draw(comparison: Comparison) -> Figure:
    """Draw the cosine and the relative change ‖B - A‖ / ‖A‖ of every matrix.

    Matrices outside blocks (embedding, head) stand in the first line. Each panel has a scale of its own: what
    matters is where a model changed more than elsewhere.
    """
    rows = [row for row in comparison.rows if row.matrix and ".weight" not in row.role]
    if not rows:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots(), "No matrix was compared.")
    layers: list[int | None] = [*sorted({row.layer for row in rows if row.layer is not None})]
    if any(row.layer is None for row in rows):
        layers.insert(0, None)
    roles = list(dict.fromkeys(row.role for row in rows))
    height = 1.15 + min(9.5, max(0.24 * len(layers), 0.9))
    figure = style.canvas(height + 0.012 * max(map(len, roles)))
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (measure, title) in zip(
        panels, (("cosine", "Cosine"), ("relative_l2", "Relative change")), strict=True
    ):
        _panel(figure, axes, _grid(rows, layers, roles, measure), layers, roles)
        axes.set_title(title)
    panels[0].set_ylabel("Layer")
    panels[0].invert_yaxis()
    return figure


def _grid(rows: list[Row], layers: list[int | None], roles: list[str], measure: str) -> NDArray[np.float64]:
    grid = np.full((len(layers), len(roles)), np.nan)
    for row in rows:
        grid[layers.index(row.layer), roles.index(row.role)] = row.measures[measure]
    return grid


def _panel(
    figure: Figure, axes: Axes, grid: NDArray[np.float64], layers: list[int | None], roles: list[str]
) -> None:
    known = grid[np.isfinite(grid)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if high - low < 1e-9:
        low, high = low - 0.5e-3, high + 0.5e-3
    shown = axes.pcolormesh(grid, cmap="cividis", vmin=low, vmax=high, edgecolors=style.PAPER, linewidth=0.6)
    axes.set_xticks(np.arange(len(roles)) + 0.5, roles, rotation=45, ha="right", rotation_mode="anchor")
    step = max(1, math.ceil(len(layers) / 36))
    names = [_OUTSIDE if layer is None else str(layer) for layer in layers]
    axes.set_yticks((np.arange(len(layers)) + 0.5)[::step], names[::step])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if len(layers) <= _LAYERS and len(roles) <= _ROLES:
        _numbers(axes, grid, low, high)
    bar = figure.colorbar(
        shown, ax=axes, shrink=min(1.0, 0.35 + 1.2 / max(1, len(layers)) * 3), aspect=18, pad=0.02
    )
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0)


def _numbers(axes: Axes, grid: NDArray[np.float64], low: float, high: float) -> None:
    size = 6.6 if grid.shape[1] > 7 else 7.2
    for (place, across), value in np.ndenumerate(grid):
        if math.isfinite(value):
            light = (value - low) / (high - low) > 0.55
            ink: Any = "#111111" if light else "#f5f5f5"
            axes.text(
                across + 0.5, place + 0.5, _short(value), ha="center", va="center", fontsize=size, color=ink
            )


def _short(value: float) -> str:
    """Three digits that tell: .998 → .998, .99987 → .9999, 0.0123 → .012."""
    digits = 3 if abs(value) < 0.9995 else 4
    text = f"{value:.{digits}f}"
    return text if abs(value) >= 1 else text.replace("0.", ".", 1)
