"""Paths from designed similarity by way of felt similarity to an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homophily.report import _style as style
from homophily.report import numbers
from homophily.report._frames import levels, matching

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

#: Middle and half width of each box, in the panel's units.
_LEFT, _TOP, _RIGHT = (1.15, 0.6), (5.0, 2.55), (8.85, 0.6)
_BOX = (1.1, 0.42)
_NAMES = {"level": "Designed level", "similarity_rated": "Felt similarity"}


def draw(finding: Finding) -> Figure:
    """Draw one path diagram an outcome; paths whose interval holds 0 are pale.

    Reads ``data``: ``term`` (``a``, ``b``, ``direct``, ``indirect``, ``total``), ``outcome``, ``estimate``,
    ``low``, ``high``, and what stands in the boxes, ``cause`` and ``by_way_of``.
    """
    data = finding.data
    if data is None or data.empty or "by_way_of" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    outcomes = levels(data, "outcome")
    figure = style.canvas(2.75 * len(outcomes))
    for axes, outcome in zip(figure.subplots(len(outcomes), 1, squeeze=False)[:, 0], outcomes, strict=True):
        _diagram(axes, matching(data, outcome=outcome), outcome)
    return figure


def _diagram(axes: Axes, rows: pd.DataFrame, outcome: str) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, 10)
    axes.set_ylim(-0.75, 3.1)
    found = {row["term"]: row for _, row in rows.iterrows()}
    first = rows.iloc[0]
    names = (first["cause"], first["by_way_of"], outcome)
    for place, name in zip((_LEFT, _TOP, _RIGHT), names, strict=True):
        _box(axes, place, _NAMES.get(str(name), style.label(name)))
    _arrow(axes, (2.0, 1.07), (3.85, 2.35), found.get("a"), "a", (2.55, 1.95), "right")
    _arrow(axes, (6.15, 2.35), (8.0, 1.07), found.get("b"), "b", (7.45, 1.95), "left")
    _arrow(axes, (2.3, 0.6), (7.7, 0.6), found.get("direct"), "direct", (5.0, 0.72), "center")
    for y, term in ((-0.1, "indirect"), (-0.5, "total")):
        if term in found:
            what = "indirect, a × b" if term == "indirect" else "total"
            axes.text(5, y, f"{what}: {_figures(found[term])}", ha="center", va="center", fontsize=9.5,
                      color=style.INK, fontweight="bold" if term == "indirect" else "normal")  # fmt: skip


def _box(axes: Axes, middle: tuple[float, float], text: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y = middle
    corner = (x - _BOX[0], y - _BOX[1])
    axes.add_patch(FancyBboxPatch(corner, 2 * _BOX[0], 2 * _BOX[1], boxstyle="round,pad=0,rounding_size=0.12",
                                  facecolor="none", edgecolor=style.QUIET, linewidth=1.1))  # fmt: skip
    axes.text(x, y, text, ha="center", va="center", color=style.INK, fontsize=9.5)


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    row: Any,
    name: str,
    at: tuple[float, float],
    align: Any,
) -> None:
    if row is None:
        return
    sure = row["low"] > 0 or row["high"] < 0
    tint = style.COLOURS[0] if sure else style.COLOURS[7]
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": tint, "shrinkA": 0, "shrinkB": 0,
                                              "linewidth": 2.2 if sure else 1.2})  # fmt: skip
    axes.text(*at, f"{name}: {_figures(row)}", ha=align, va="bottom", fontsize=9, color=style.INK)


def _figures(row: Any) -> str:
    return f"{numbers.plain(row['estimate'])} {numbers.interval(row['low'], row['high'])}"
