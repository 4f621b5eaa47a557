"""The figure: null p-values against uniform ones, and who finds which kind of child."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from benchmarks._descent_tables import ALL, rates

__all__ = ["draw"]


def draw(lines: list[dict[str, Any]], path: Path) -> None:
    """Write both panels as SVG."""
    mpl.rcParams.update({"svg.hashsalt": "homophily", "font.size": 8})
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(10.5, 6.4), width_ratios=(1, 1.25), layout="constrained"
    )
    _quantiles(left, lines)
    _heat(right, rates(lines))
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _quantiles(axes: Any, lines: list[dict[str, Any]]) -> None:
    """Ordered p against what uniform p would be, with the pointwise 95 % band."""
    from scipy.stats import beta

    bases = [line for line in lines if line["kind"] == "bases"]
    places = np.arange(1, len(bases) + 1)
    wanted = (places - 0.5) / len(bases)
    band = [beta.ppf(level, places, len(bases) - places + 1) for level in (0.025, 0.975)]
    axes.fill_between(-np.log10(wanted), *-np.log10(band), color="0.9", label="95 % of uniform p")
    axes.plot([0, 2.3], [0, 2.3], color="0.5", linewidth=1)
    for method, colour in (("csu", "#0072B2"), ("wmatch", "#D55E00"), ("ours", "black")):
        logs = sorted(-line[method]["log10_p"] for line in bases)[::-1]
        label = "ours, corrected" if method == "ours" else method
        axes.plot(-np.log10(wanted), logs, "o", markersize=3, color=colour, label=label)
    axes.set(xlabel="expected −log10 p", ylabel="observed −log10 p", xlim=(0, 2.3), ylim=(-0.05, 3.2))
    axes.set_title(f"{len(bases)} pairs of bases that share no weights", loc="left", fontsize=9)
    axes.legend(frameon=False, loc="upper left")
    axes.spines[["top", "right"]].set_visible(False)


def _heat(axes: Any, found: dict[str, dict[str, float]]) -> None:
    kinds = list(found)
    grid = np.array([[found[kind][method] for method in ALL] for kind in kinds])
    axes.imshow(grid, cmap="Blues", vmin=0, vmax=1.25, aspect="auto")
    for row, column in np.ndindex(*grid.shape):
        value = grid[row, column]
        text = "1" if value == 1 else "0" if value == 0 else f"{value:.2f}".lstrip("0")
        axes.text(column, row, text, ha="center", va="center", color="white" if value > 0.7 else "black")
    axes.set_xticks(range(len(ALL)), ALL)
    axes.set_yticks(range(len(kinds)), kinds)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title("share of children found at 1 % false positives", loc="left", fontsize=9)
