"""Verdicts round by round: how many agents give each, and where they go next; white: their debate is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report._frames import matching, panels, titled
from homophily.report._names import broken

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_ORDER = ("YTA", "NTA", "ESH", "NAH", "INFO", "unreadable", "ended")
_COLOURS = dict(
    zip(_ORDER, (*(style.COLOURS[k] for k in (1, 0, 3, 2, 4)), "#7F7F7F", "#D9DDE2"), strict=True)
)
_WIDE = 0.13
_MOST = 6


def draw(finding: Finding) -> Figure:
    """Draw one panel an experiment, goal and language, the largest first where there are many.

    Reads ``data``: ``round``, ``verdict`` and ``next`` (verdicts, ``unreadable`` or ``ended``), ``n`` agents,
    and ``experiment``, ``goal``, ``language`` where there are several.
    """
    data = finding.data
    if data is None or data.empty:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    parts = _largest(data, panels(data, "experiment", "goal", "language"))
    columns = min(2, len(parts))
    rows = -(-len(parts) // columns)
    figure = style.canvas(2.5 * rows + 0.6)
    cells = figure.subplots(rows, columns, squeeze=False)
    for axes in cells.flat[len(parts) :]:
        axes.set_visible(False)
    for axes, wanted in zip(cells.flat, parts, strict=False):
        _panel(axes, matching(data, **wanted))
        axes.set_title(broken(titled(data, wanted) or wanted["experiment"], 44), fontsize=8.5)
    names = [name for name in _ORDER[:-1] if name in set(data["verdict"]) | set(data["next"])]
    from matplotlib.patches import Patch

    marks = [Patch(color=_COLOURS[name]) for name in names]
    figure.legend(marks, names, loc="outside lower center", ncols=len(names), handlelength=1, handleheight=1)
    return figure


def _largest(data: pd.DataFrame, parts: list[dict[str, str]]) -> list[dict[str, str]]:
    """The panels that have most to show: those whose debates went on longest."""
    went_on = [int(matching(data, **wanted).query("next != 'ended'")["n"].sum()) for wanted in parts]
    kept = sorted(range(len(parts)), key=lambda k: -went_on[k])[:_MOST]
    return [parts[k] for k in sorted(kept)]


def _panel(axes: Axes, data: pd.DataFrame) -> None:
    rounds = sorted(int(r) for r in data["round"].unique())
    total = float(data.loc[data["round"] == rounds[0], "n"].sum())
    counts = data.groupby(["round", "verdict", "next"])["n"].sum()
    tops = {turn: _stack(data, turn) for turn in rounds}
    for turn in rounds:
        top, outs, ins = tops[turn], dict(tops[turn]), dict(tops.get(turn + 1, {}))
        for name in _ORDER:
            height = float(data.loc[(data["round"] == turn) & (data["verdict"] == name), "n"].sum())
            if height and name != "ended":
                axes.bar(turn, height / total, _WIDE, bottom=1 - (top[name] + height) / total,
                         color=_COLOURS[name], linewidth=0)  # fmt: skip
            for then in _ORDER:
                n = float(counts.get((turn, name, then), 0))
                if not n or turn == rounds[-1] or name == "ended":
                    continue
                if then != "ended":
                    _band(axes, turn, outs[name] / total, ins[then] / total, n / total, _COLOURS[name])
                outs[name] += n
                ins[then] += n
    axes.set_xlim(rounds[0] - 0.2, rounds[-1] + 0.2)
    axes.set_ylim(0, 1)
    axes.set_xticks(rounds, [f"Round {turn}" for turn in rounds], color=style.INK)
    axes.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _stack(data: pd.DataFrame, turn: int) -> dict[str, float]:
    """Where each verdict's block begins, counted from the top."""
    sizes = data[data["round"] == turn].groupby("verdict")["n"].sum()
    heights = [float(sizes.get(name, 0)) for name in _ORDER]
    return dict(zip(_ORDER, np.cumsum([0, *heights[:-1]]).tolist(), strict=True))


def _band(axes: Axes, turn: int, start: float, end: float, height: float, colour: str) -> None:
    """A band from a block of one round to a block of the next."""
    at = np.linspace(0, 1, 30)
    bend = at * at * (3 - 2 * at)
    x = turn + _WIDE / 2 + at * (1 - _WIDE)
    y = 1 - (start + (end - start) * bend)
    axes.fill_between(x, y - height, y, color=colour, alpha=0.3, linewidth=0)
