"""Time against context: filtered, deciding alone, and the two ideals, as shares of the dense model's time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from homophily.report import _style as style
from homophily.report import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.filtering.benchmark import Row

__all__ = ["draw"]

_ARMS = {
    "filtered": ("Filtered", style.COLOURS[0], "-", "o"),
    "deciding": ("Deciding, nothing filtered", style.COLOURS[4], "-", "s"),
    "ideal_kv": ("Ideal, keys and values projected", style.COLOURS[2], "--", "^"),
    "ideal_all": ("Ideal, nothing computed", style.COLOURS[7], "--", "v"),
}
_PHASES = {"prefill": "Prefill", "decode": "Decode"}
_MOST = 3


def draw(rows: Sequence[Row]) -> Figure:
    """Draw a row of panels for prefill and one for decode, a column for each batch and ratio.

    Points are quotients of medians, bars the quartiles of the same quotient repeat by repeat; 1 is the dense
    model in the same run. Of more than three columns the last are drawn: the largest batches and ratios.
    """
    columns = sorted({(row.batch, row.ratio) for row in rows})[-_MOST:]
    phases = [phase for phase in _PHASES if any(row.phase == phase for row in rows)]
    if not phases:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    figure = style.canvas(0.8 + 2.6 * len(phases))
    grid = figure.subplots(len(phases), len(columns), squeeze=False, sharex=True, sharey="row")
    for phase, line in zip(phases, grid, strict=True):
        for (batch, ratio), axes in zip(columns, line, strict=True):
            chosen = [r for r in rows if (r.phase, r.batch, r.ratio) == (phase, batch, ratio)]
            _panel(axes, sorted(chosen, key=lambda row: row.context))
            axes.set_title(f"{_PHASES[phase]}, {numbers.bounded(ratio)} skipped, batch {batch}")
        line[0].set_ylabel("Time, dense model = 1")
    for axes in grid[-1]:
        axes.set_xlabel("Tokens of context")
    handles, names = grid[0][0].get_legend_handles_labels()
    figure.legend(
        handles, names, loc="outside lower center", ncols=min(len(names), 2 if len(columns) < 2 else 4)
    )
    return figure


def _panel(axes: Axes, rows: Sequence[Row]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    style.tidy(axes)
    axes.axhline(1, color=style.INK, linewidth=1, zorder=1)
    contexts = [row.context for row in rows]
    for place, (name, (label, tint, line, marker)) in enumerate(_ARMS.items()):
        spreads = [row.relative[name] for row in rows]
        below = [max(0.0, s.value - s.low) for s in spreads]
        above = [max(0.0, s.high - s.value) for s in spreads]
        axes.errorbar(
            [context * 1.02 ** (place - 1.5) for context in contexts],  # side by side, not one on another
            [s.value for s in spreads],
            yerr=[below, above],
            color=tint,
            linestyle=line,
            marker=marker,
            markersize=4.5,
            linewidth=1.6,
            elinewidth=1,
            label=label,
        )
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(FixedLocator(contexts))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,.0f}"))
    axes.set_xlim(min(contexts) / 1.2, max(contexts) * 1.2)  # wide enough where there is one alone
