"""Power against the number of pairs."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from homophily.report import _style as style
from homophily.report._frames import levels, matching

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_MOST = 3
_TELLING = ("outcome", "language", "contrast", "design", "condition", "method")


def draw(finding: Finding) -> Figure:
    """Draw one panel a term, and one curve for each other thing that tells estimates apart.

    Reads ``data``, or else ``estimates``: ``n`` (the setting that was varied; where another column of the
    same numbers names it, the axis does too), ``power`` (share of simulated studies that found the effect),
    its interval ``low`` and ``high``, and what tells curves apart (``term``, ``outcome``, ``language`` …).
    """
    data = finding.data if finding.data is not None else finding.estimates
    if data.empty:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    if "language" in data and data["language"].nunique() > 1:
        data = data[data["language"] != "all"]
    terms = levels(data, "term")[:_MOST]
    figure = style.canvas(3.8)
    panels = figure.subplots(1, len(terms), squeeze=False, sharey=True)[0]
    for axes, term in zip(panels, terms, strict=True):
        _panel(axes, matching(data, term=term))
        if len(terms) > 1:
            axes.set_title("\n".join(wrap(style.label(term), 48 // len(terms))))
        axes.set_xlabel(_axis(data))
    panels[0].set_ylabel("Power, 95 % interval")
    handles, names = panels[0].get_legend_handles_labels()
    if any(names):
        figure.legend(handles, names, loc="outside lower center", ncols=min(len(names), 4))
    return figure


def _panel(axes: Axes, data: pd.DataFrame) -> None:
    style.tidy(axes)
    telling = [name for name in _TELLING if name in data and data[name].astype(str).nunique() > 1]
    curves = list(data.groupby(telling, sort=False, dropna=False)) if telling else [((), data)]
    for place, (key, rows) in enumerate(curves[: len(style.COLOURS)]):
        rows, tint = rows.sort_values("n"), style.COLOURS[place]
        name = ", ".join(style.label(part) for part in key if part == part)
        axes.plot(rows["n"], rows["power"], color=tint, marker="o", markersize=4.5, label=name)
        axes.fill_between(rows["n"], rows["low"], rows["high"], color=tint, alpha=0.1, linewidth=0)
    axes.axhline(0.8, color=style.QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.set_ylim(0, 1.03)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", ".20", ".40", ".60", ".80", "1"])
    axes.set_xticks(sorted(data["n"].unique()))


def _axis(data: pd.DataFrame) -> str:
    """The name of the setting that ``n`` repeats."""
    others = [c for c in data.select_dtypes("number") if c != "n" and data[c].equals(data["n"])]
    return str(others[0]) if others else "n"
