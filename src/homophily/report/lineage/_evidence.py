"""The figure of a descent: matching layer by layer beside chance, and how much each matrix changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.lineage import Descent

__all__ = ["draw"]

_TESTS = {"csu": "units in one order", "wmatch": "units in any order"}


def draw(found: Descent) -> Figure:
    """Draw each layer's matching with the band of chance, and the cosine of each matrix.

    Args:
        found: With scores by layer and differences; what it lacks is said.
    """
    figure = style.canvas(0.22 * min(16, max(4, len(found.layers))) + 1.9)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    style.apart(figure, 0.08)
    _matching(left, found)
    _matrices(right, found)
    return figure


def _matching(axes: Axes, found: Descent) -> None:
    shown = {
        name: found.scores[name] for name in _TESTS if name in found.scores and found.scores[name].per_layer
    }
    if not shown:
        style.note(axes.figure, axes, "No test of units could be done.")  # type: ignore[arg-type]
        return
    layers = sorted({layer for score in shown.values() for layer in score.per_layer})
    units = min(part.n for score in shown.values() for part in score.per_layer.values())
    band = 1.96 / np.sqrt(max(2, units) - 1)
    axes.axvspan(-band, band, color=style.RULE, alpha=0.6, lw=0, label="strangers, 95 %")
    for place, (name, score) in enumerate(shown.items()):
        offset = (place - (len(shown) - 1) / 2) * 0.22
        rows = [layers.index(layer) + offset for layer in score.per_layer]
        values = [part.statistic for part in score.per_layer.values()]
        axes.plot(
            values,
            rows,
            ls="",
            marker="os"[place % 2],
            ms=6.5,
            color=style.COLOURS[place],
            label=f"{name}: {_TESTS[name]}",
        )
    style.tidy(axes, grid="x")
    axes.set_yticks(range(len(layers)), [str(layer) for layer in layers])
    axes.set_ylim(len(layers) - 0.4, -0.6)
    axes.set_xlim(
        min(-0.25, *(p.statistic - 0.05 for s in shown.values() for p in s.per_layer.values())), 1.06
    )
    axes.set_xlabel("Spearman's ρ of matched units")
    axes.set_ylabel("Layer of A")
    axes.set_title("Are the units the same?")
    axes.figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left", ncols=3)


def _matrices(axes: Axes, found: Descent) -> None:
    inner = [d for d in found.differences if d.layer is not None]
    if not inner:
        style.note(axes.figure, axes, "No matrix could be compared.")  # type: ignore[arg-type]
        return
    layers = sorted({d.layer for d in inner if d.layer is not None})
    roles = list(dict.fromkeys(d.role for d in inner))
    grid = np.full((len(layers), len(roles)), np.nan)
    for d in inner:
        grid[layers.index(d.layer), roles.index(d.role)] = d.cosine  # type: ignore[arg-type]
    axes.imshow(grid, cmap="Blues", vmin=-0.2, vmax=1.25, aspect="auto")
    for row, column in np.ndindex(grid.shape):
        if np.isfinite(grid[row, column]):
            dark = grid[row, column] > 0.55
            text = f"{grid[row, column]:.2f}".replace("-", "−")
            axes.text(
                column, row, text, ha="center", va="center", fontsize=8, color="white" if dark else "#1d2733"
            )
    axes.set_xticks(range(len(roles)), roles)
    axes.set_yticks(range(len(layers)), [str(layer) for layer in layers])
    for side in ("left", "bottom", "top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.set_title("Cosine of each matrix")
