"""The curve of an exposure audit: agreement and R² against bits a weight, beside theory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report import numbers
from homophily.report.lineage._exposure_tables import STRATEGIES, in_order

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.lineage.exposure import Exposure

__all__ = ["draw"]

_LEAST = 0.25  # bits a weight, where the axis begins
_MARKS = {
    "adaptive": "o",
    "likely": "o",
    "sign": "D",
    "lowrank": "s",
    "raw": "v",
    "window": "^",
    "layers": "P",
}


def draw(found: Exposure) -> Figure:
    """Draw agreement with the victim against bits a weight, and R² of the change beside 1 − 2^(−2R).

    Bars are 95 % intervals over texts. Points below a quarter of a bit lie on the dotted line of the base.
    """
    from homophily.lineage.exposure import theory

    figure = style.canvas(4.1)
    left, right = figure.subplots(1, 2)
    for place, name in enumerate(in_order(found)):
        points = found.points[name]
        if name == "head":
            left.axhline(
                points[-1].agreement,
                color=style.QUIET,
                linestyle=(0, (1, 2)),
                linewidth=1.4,
                label=STRATEGIES[name],
            )
            continue
        shown = [p for p in points if p.bits >= _LEAST]
        look = {
            "color": style.colour("", place),
            "marker": _MARKS.get(name, "o"),
            "markersize": 3.8,
            "linewidth": 2.2 if name == found.reader else 1.4,
            "zorder": 4 if name == found.reader else 3,
        }
        bars = [[max(0, p.agreement - p.low) for p in shown], [max(0, p.high - p.agreement) for p in shown]]
        left.errorbar(
            [p.bits for p in shown],
            [p.agreement for p in shown],
            yerr=bars,
            elinewidth=0.8,
            label=STRATEGIES.get(name, name),
            **look,
        )
        body = [p for p in points if p.body_bits >= _LEAST and p.explained > -0.2]
        right.plot([p.body_bits for p in body], [p.explained for p in body], **look)
    bits = np.geomspace(_LEAST, 32, 100)
    right.plot(
        bits, theory(bits), color=style.INK, linewidth=1.2, linestyle=(0, (4, 3)), label="theory: 1 − 2^(−2R)"
    )
    left.axhline(found.target, color=style.INK, linewidth=0.9, linestyle=(0, (4, 3)))
    left.text(
        _LEAST * 1.05,
        found.target - 0.012,
        numbers.bounded(found.target),
        va="top",
        fontsize=8,
        color=style.QUIET,
    )
    _axes(left, "Agreement with the victim", "Share of predictions", "Bits read a weight")
    _axes(right, "What is known of the change", "R² of victim − base", "Bits a weight with a counterpart")
    handles, labels = left.get_legend_handles_labels()
    more = right.get_legend_handles_labels()
    figure.legend(handles + more[0], labels + more[1], loc="outside lower center", ncols=3)
    return figure


def _axes(axes: Axes, title: str, label: str, bits: str) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    style.tidy(axes)
    axes.set_title(title)
    axes.set_ylabel(label)
    axes.set_xlabel(bits)
    axes.set_xscale("log", base=2)
    axes.set_xlim(_LEAST * 0.95, 34)
    axes.set_ylim(-0.03, 1.03)
    axes.xaxis.set_major_locator(FixedLocator([0.25, 0.5, 1, 2, 4, 8, 16, 32]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
