"""Needles found by length of text and depth: one panel a rule, at the highest ratio."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report import numbers
from homophily.report.filtering._rules import DENSE, ordered

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.filtering.evaluation import Estimate

__all__ = ["draw"]

_CELL = re.compile(r"length (\d+), depth ([\d.]+)")
_COLUMNS = 4


def draw(estimates: Sequence[Estimate]) -> Figure | None:
    """Draw the share of needles found in each cell; None where no needles were sought.

    The dense model stands first, then the rules at the highest ratio.
    """
    found = [e for e in estimates if e.measure == "needle" and e.headline and _CELL.fullmatch(e.group)]
    if not found:
        return None
    highest = max(e.ratio for e in found)
    rules = [name for name in (DENSE, *ordered(e.rule for e in found)) if any(e.rule == name for e in found)]
    lines = math.ceil(len(rules) / _COLUMNS)
    columns = min(len(rules), _COLUMNS)
    figure = style.canvas(0.4 + 2.1 * lines)
    grid = figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True)
    for axes, rule in zip(grid.flat, rules, strict=False):
        shown = [e for e in found if e.rule == rule and (rule == DENSE or e.ratio == highest)]
        _panel(axes, shown)
        axes.set_title(rule if rule == DENSE else f"{rule}, {numbers.bounded(highest)}")
    for axes in grid.flat[len(rules) :]:
        axes.set_axis_off()
    for line in grid:
        line[0].set_ylabel("Depth of the needle")
    for axes in grid.flat[max(0, len(rules) - columns) : len(rules)]:
        axes.set_xlabel("Tokens of text")
        axes.tick_params(labelbottom=True)
    return figure


def _panel(axes: Axes, estimates: Sequence[Estimate]) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    shades = LinearSegmentedColormap.from_list("found", ["#F2E3D5", "#BBD6EA", "#0063A0"])
    cells = {_place(e.group): e.value[0] for e in estimates}
    lengths, depths = (sorted({place[axis] for place in cells}) for axis in (0, 1))
    table = np.array([[cells.get((length, depth), math.nan) for length in lengths] for depth in depths])
    axes.pcolormesh(
        np.ma.masked_invalid(table), cmap=shades, vmin=0, vmax=1, edgecolors=style.PAPER, linewidth=1.5
    )
    for (row, column), value in np.ndenumerate(table):
        axes.text(
            column + 0.5,
            row + 0.5,
            numbers.bounded(float(value)),
            ha="center",
            va="center",
            fontsize=8,
            color="#ffffff" if value > 0.75 else "#1d2734",
        )
    axes.set_xticks(np.arange(len(lengths)) + 0.5, [f"{length:,.0f}" for length in lengths])
    axes.set_yticks(np.arange(len(depths)) + 0.5, [numbers.bounded(depth) for depth in depths])
    axes.set_ylim(len(depths), 0)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _place(group: str) -> tuple[float, float]:
    match = _CELL.fullmatch(group)
    assert match is not None  # chosen by this pattern before
    return float(match[1]), float(match[2])
